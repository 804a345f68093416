/* SPDX-License-Identifier: MIT */
/* sw-channel-private.h - what only the model may do to a channel: change it. */
#pragma once

#include "sw-channel.h"

G_BEGIN_DECLS

/* Digits kept of each channel. */
#define SW_CHANNEL_MAX_DTMF 1000

/* With a reference for the caller; it lives once it is in a registry. */
SwChannel *sw_channel_new (const char *uuid, SwNow now);

/* Gives a column its value; TRUE when that changed it. A change of the uuid column renames. */
gboolean sw_channel_set (SwChannel *channel, SwColumn column, const char *value);
/* Likewise the bridged leg; NULL or "": none. */
gboolean sw_channel_set_peer (SwChannel *channel, const char *uuid);
/* One digit heard: "digit duration\n" is appended, the oldest line dropped past the limit. */
void sw_channel_add_dtmf (SwChannel *channel, const char *digit, const char *duration);

/* When it was made, microseconds since the epoch: also its last event while there was none. */
void sw_channel_set_created (SwChannel *channel, gint64 when, SwNow now);
/* An event spoke of the channel at `now`. */
void sw_channel_touch (SwChannel *channel, SwNow now);
/* When an event last did, monotonic; 0 while it is known from rows alone. */
gint64 sw_channel_touched (const SwChannel *channel);

/* A mark for the sweep of a resync. */
void sw_channel_set_mark (SwChannel *channel, guint mark);
guint sw_channel_mark (const SwChannel *channel);

G_END_DECLS
