/* SPDX-License-Identifier: MIT */
/* sim-fault.h - what can go wrong, on demand: the api command `sim` (option `controls`).
 *
 *   drop             every connection ends without a notice
 *   drop-notice      every connection ends with the notice of a shutdown
 *   stall MS         nothing is read from or written to anybody for that long
 *   blackhole on|off connections are accepted and never served; those that are open fall silent
 *   restart          a new core: other Core-UUID, no channels, no connections; listens at once
 *   down MS          nobody listens for that long; then the same core is back
 *   garbage          bytes that are not ESL go to everybody
 *   flood N SIZE     N events CUSTOM sim::flood with a body of SIZE bytes, as fast as they are read
 *   events-off       subscriptions stay, events stop;  events-on
 *   kill-api         half a reply, then the end of the connection that asked
 *   calls N          demo calls to keep up
 */
#pragma once

#include "sim-core.h"

G_BEGIN_DECLS

SimFault *sim_fault_new (SimSwitch *sim);
void sim_fault_free (SimFault *fault);
/* Nothing may go to or come from clients now. */
gboolean sim_fault_is_silent (const SimFault *fault);
gboolean sim_fault_holds_events (const SimFault *fault);

G_END_DECLS
