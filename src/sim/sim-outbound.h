/* SPDX-License-Identifier: MIT */
/* sim-outbound.h - the `socket` application: the switch dials a program and hands it a channel.
 *
 * async: the channel parks, and the program's messages are queued for it. sync: the
 * channel's thread serves the connection, so that a sendmsg is answered when its
 * application is over, and a dead channel stays until the connection has ended
 * (protocol: session-bound connections).
 *
 * When the program leaves: an async channel stays parked, or goes on with its plan if the program
 * said `resume`; a sync one goes on.
 */
#pragma once

#include "sim-app.h"
#include "sim-listener.h"

G_BEGIN_DECLS

void sim_outbound_start (SimChannel *channel, SimFrame *frame);
void sim_outbound_stop (SimChannel *channel, SimFrame *frame);
/* The program said `connect`: writes the channel's data as the answer. */
void sim_outbound_connect (SimListener *listener);
/* A connection has ended: its channel goes on. For inbound ones nothing happens. */
void sim_outbound_ended (SimListener *listener);

G_END_DECLS
