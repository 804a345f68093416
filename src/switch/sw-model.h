/* SPDX-License-Identifier: MIT */
/* sw-model.h - what the switch looks like now, from its events. Pure: no I/O, no clock of its own;
 * a step of the wall clock changes nothing but the dates that are shown.
 *
 * Which events change what (protocol: life of a channel). The columns are those that FreeSWITCH's
 * own core database takes from the same events, and where it leaves one stale, the newer value:
 *
 *   CHANNEL_CREATE            adds the channel; created, created_epoch, initial_*
 *   CHANNEL_UUID              renames it (Old-Unique-ID -> Unique-ID); may come before CREATE: the
 *                             codec events before it carry the old uuid, and make no channel
 *   CHANNEL_*, CODEC,         of a known channel: the columns that they carry, its last-event time;
 *   CALL_UPDATE               Caller-* columns are emptied when the profile comes without them
 *   CHANNEL_BRIDGE, UNBRIDGE  the peers and call_uuid of both legs
 *   CHANNEL_EXECUTE           application, application_data
 *   CALL_SECURE               secure
 *   DTMF                      the digits
 *   CHANNEL_DESTROY           ends it; the CHANNEL_STATE that follows must not bring it back
 *   any other with Unique-ID  the last-event time
 *
 * A channel event of an unknown channel in the midst of its life (CS_ROUTING to CS_EXCHANGE_MEDIA,
 * and the like) adds it: its CHANNEL_CREATE was before the subscription.
 *
 * Event-Sequence is given at creation, not at delivery: order of arrival is what counts.
 */
#pragma once

#include "sw-channel.h"

G_BEGIN_DECLS

typedef struct _SwModel SwModel;

typedef struct
{
  void (*channel_added) (SwModel *model, SwChannel *channel, gpointer data);
  /* After each event that speaks of the channel, whether or not a column changed. `event` NULL: by
   * a resync. CHANNEL_UUID: sw_channel_uuid() is the new one already. */
  void (*channel_changed) (SwModel *model, SwChannel *channel, const EslEvent *event,
                           gpointer data);
  /* Still readable here; gone from the table already. `event` is CHANNEL_DESTROY, or NULL when a
   * resync found it gone. */
  void (*channel_ended) (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data);
} SwModelFuncs;

SwModel *sw_model_new (const SwModelFuncs *funcs, gpointer data);
void sw_model_free (SwModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwModel, sw_model_free)

void sw_model_apply (SwModel *model, const EslEvent *event, SwNow now);

/* How far `show channels` may lag the events, in microseconds (protocol: channels through the
 * api): up to 3.1 s were measured with 5,000 channels. */
#define SW_MODEL_LAG (5 * G_USEC_PER_SEC)

/* Resync (see sw-client.h): begin when the events are subscribed again, then the rows of `show
 * channels as json`; the rows once more when SW_MODEL_LAG has passed settle what was too young for
 * the first. A row never changes a channel that an event touched since begin or less than the lag
 * ago, never brings back one whose end was told (remembered for 30 s), and absence removes only
 * channels of which the same is true. `rows` FALSE from parse: nothing was changed. */
void sw_model_resync_begin (SwModel *model, SwNow now);
gboolean sw_model_resync_rows (SwModel *model, const char *json, gsize len, SwNow now,
                               GError **error);
/* The rows of `show bridged_calls as json`: who is bridged with whom, for channels that have no
 * peer and that no event touched since begin. */
gboolean sw_model_resync_bridges (SwModel *model, const char *json, gsize len, SwNow now,
                                  GError **error);
/* What these have come to since begin. */
typedef struct
{
  guint added, changed, ended; /* channels */
} SwResyncCounts;
const SwResyncCounts *sw_model_resync_counts (const SwModel *model);
/* The channels that the rows can't speak for: events told of them before begin, but too short ago.
 * At most `max` of their uuids, owned by the caller, NULL-terminated. `uuid_exists` knows: if it
 * says false, they are gone. */
char **sw_model_too_fresh (const SwModel *model, guint max, SwNow now);
void sw_model_gone (SwModel *model, const char *uuid, SwNow now);
/* The core of the events up to now was another one: everything known is gone. */
void sw_model_reset (SwModel *model);

guint sw_model_n_channels (const SwModel *model);
/* Of SwChannel, by uuid, in the order of their appearance; lent. */
const Registry *sw_model_registry (const SwModel *model);
/* NULL when there is none; lent. */
SwChannel *sw_model_channel (const SwModel *model, const char *uuid);
/* The first channel whose serial is greater than `after`, NULL at the end; lent. */
SwChannel *sw_model_next (const SwModel *model, guint64 after);
/* Grows with every change of any channel: what was rendered at one number is good while it stands.
 */
guint64 sw_model_generation (const SwModel *model);

G_END_DECLS
