/* SPDX-License-Identifier: MIT */
/* sim-dialplan.h - the extensions of the simulated switch. */
#pragma once

#include "sim-channel.h"

G_BEGIN_DECLS

/* Gives the channel the plan of its destination number. FALSE: there is no such extension. */
gboolean sim_dialplan_route (SimChannel *channel);
/* Makes `extension` the channel's destination and drops the plan it had. `context` NULL: the one it
 * is in. */
void sim_dialplan_send (SimChannel *channel, const char *extension, const char *context);
/* The same for a channel that is under way: it leaves what it does, in a later turn. */
void sim_dialplan_transfer (SimChannel *channel, const char *extension, const char *context);

G_END_DECLS
