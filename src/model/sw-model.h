/* SPDX-License-Identifier: MIT */
/* sw-model.h - what the switch looks like now, from its events. Pure: no I/O, no clock of its own.
 *
 * Which events change what (protocol: life of a channel):
 *
 *   CHANNEL_CREATE            adds the channel
 *   CHANNEL_UUID              renames it (Old-Unique-ID -> Unique-ID); may come before CREATE: the
 *                             codec events before it carry the old uuid, and make no channel
 *   any event with Unique-ID  of a known channel: the columns that it carries, its last-event time
 *   CHANNEL_BRIDGE, UNBRIDGE  the peers of both legs
 *   CHANNEL_EXECUTE           application, application_data
 *   DTMF                      the digits
 *   CHANNEL_DESTROY           ends it; the CHANNEL_STATE that follows must not bring it back
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
  /* `event` NULL: by a resync. */
  void (*channel_changed) (SwModel *model, SwChannel *channel, const EslEvent *event,
                           gpointer data);
  /* Still readable here; gone from the table already. `event` is CHANNEL_DESTROY, or NULL when a
   * resync found it gone. */
  void (*channel_ended) (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data);
} SwModelFuncs;

SwModel *sw_model_new (const SwModelFuncs *funcs, gpointer data);
void sw_model_free (SwModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwModel, sw_model_free)

/* `now`: microseconds since the epoch. */
void sw_model_apply (SwModel *model, const EslEvent *event, gint64 now);

/* Resync (see sw-client.h): begin when the events are subscribed again, then the rows of `show
 * channels as json`, then end. The table lags events by up to seconds, so a row never changes a
 * channel that an event touched since begin, never brings back one that an event ended since begin,
 * and absence removes only channels that no event has touched since begin. `rows` FALSE from parse:
 * nothing was changed. */
void sw_model_resync_begin (SwModel *model, gint64 now);
gboolean sw_model_resync_rows (SwModel *model, const char *json, gsize len, gint64 now,
                               GError **error);
/* The core of the events up to now was another one: everything known is gone. */
void sw_model_reset (SwModel *model);

guint sw_model_n_channels (const SwModel *model);
/* NULL when there is none; lent. */
SwChannel *sw_model_channel (const SwModel *model, const char *uuid);
/* The first channel whose serial is greater than `after`, NULL at the end; lent. */
SwChannel *sw_model_next (const SwModel *model, guint64 after);
/* Grows with every change of any channel: what was rendered at one number is good while it stands.
 */
guint64 sw_model_generation (const SwModel *model);

G_END_DECLS
