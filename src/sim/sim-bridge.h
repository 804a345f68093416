/* SPDX-License-Identifier: MIT */
/* sim-bridge.h - two channels become one call: uuid_bridge and the `bridge` application.
 *
 * The leg that started it is A, the originator: it carries CHANNEL_BRIDGE and UNBRIDGE. B goes to
 * CS_EXCHANGE_MEDIA. When one leg ends, so does the other, unless A was in the `bridge`
 * application: then A's plan goes on.
 */
#pragma once

#include "sim-app.h"

G_BEGIN_DECLS

/* uuid_bridge: both leave what they do; events follow in later turns. */
void sim_bridge_join (SimChannel *a, SimChannel *b);
/* The `bridge` application: dials what `frame` says; and the caller's end before the answer. */
void sim_bridge_dial (SimChannel *a, SimFrame *frame);
void sim_bridge_give_up (SimChannel *a, SimFrame *frame);
/* The variables that CHANNEL_HANGUP of a bridged leg shows. */
void sim_bridge_ending (SimChannel *channel);
/* A channel leaves its bridge, if it is in one. */
void sim_bridge_leave (SimChannel *channel);
/* Digits that a channel sends: its peer receives them. */
void sim_bridge_send_digits (SimChannel *channel, const char *digits, guint duration);
/* Puts the call on hold or takes it back. FALSE when there is nothing to do. */
gboolean sim_bridge_hold (SimChannel *channel, gboolean on);

G_END_DECLS
