/* SPDX-License-Identifier: MIT */
/* sim-session.h - a connection that controls a channel, be it outbound or by `myevents UUID`.
 *
 * It holds a lock on the channel, so that a dead one isn't destroyed before it lets go. When the
 * channel is down it ends, at once or, if it lingers, some time later (protocol: session-bound
 * connections).
 */
#pragma once

#include "sim-listener.h"

G_BEGIN_DECLS

void sim_session_bind (SimListener *listener, SimChannel *channel);
void sim_session_unbind (SimListener *listener);
/* What the switch looks at after each round: lingering that is over, a channel that went down. */
void sim_session_check (SimListener *listener);

G_END_DECLS
