/* SPDX-License-Identifier: MIT */
/* sw-model.c - the table of channels: by uuid, and in the order of appearance.
 *
 * The order is an array of serials; an ended channel leaves a hole, and the array
 * is packed when half of it is holes. So adding, ending and "the next one after
 * this serial" cost a binary search at most, and a reader of the directory can go
 * on where it was while channels come and go.
 *
 * Ends are remembered for a while, so that a late row or a CHANNEL_CREATE that was
 * overtaken by its CHANNEL_DESTROY doesn't bring a dead channel back.
 */
#include "sw-model-private.h"

#define ENDED_KEPT (30 * G_USEC_PER_SEC)
#define MAX_ENDED 32768

typedef struct
{
  guint64 serial;
  SwChannel *channel; /* NULL: a hole */
} Place;

typedef struct
{
  char *uuid;
  guint64 sequence; /* Event-Sequence of the end; 0: not known */
  gint64 when;      /* monotonic */
} Ended;

static void
ended_free (Ended *ended)
{
  g_free (ended->uuid);
  g_free (ended);
}

SwModel *
sw_model_new (const SwModelFuncs *funcs, gpointer data)
{
  SwModel *model = g_new0 (SwModel, 1);

  model->funcs = *funcs;
  model->data = data;
  model->by_uuid =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)sw_channel_unref);
  model->order = g_array_new (FALSE, FALSE, sizeof (Place));
  model->ended = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&model->ended_order);
  sw_model_init_fields (model);
  return model;
}

static void
forget_ends (SwModel *model)
{
  g_hash_table_remove_all (model->ended);
  g_queue_clear_full (&model->ended_order, (GDestroyNotify)ended_free);
}

void
sw_model_free (SwModel *model)
{
  if (model == NULL)
    return;
  forget_ends (model);
  g_hash_table_unref (model->ended);
  g_hash_table_unref (model->kinds);
  g_hash_table_unref (model->by_uuid);
  g_array_unref (model->order);
  g_free (model);
}

/* The index of the first place whose serial is greater than `after`. */
static guint
place_after (const SwModel *model, guint64 after)
{
  guint low = 0, high = model->order->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (model->order, Place, middle).serial > after)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static void
pack_order (SwModel *model)
{
  Place *places = (Place *)(gpointer)model->order->data;
  guint kept = 0;

  for (guint i = 0; i < model->order->len; i++)
    if (places[i].channel != NULL)
      places[kept++] = places[i];
  g_array_set_size (model->order, kept);
  model->holes = 0;
}

SwChannel *
sw_model_add (SwModel *model, const char *uuid, SwNow now)
{
  SwChannel *channel = sw_channel_new (uuid, ++model->last_serial, now);
  Place place = { model->last_serial, channel };

  g_array_append_val (model->order, place);
  g_hash_table_insert (model->by_uuid, (gpointer)sw_channel_uuid (channel), channel);
  model->generation++;
  return channel;
}

/* The key of the table is the channel's own string: out before it changes, in after. */
void
sw_model_rename (SwModel *model, SwChannel *channel, const char *uuid)
{
  g_autoptr (SwChannel) kept = sw_channel_ref (channel);

  g_hash_table_remove (model->by_uuid, sw_channel_uuid (channel));
  sw_channel_set (channel, SW_COLUMN_UUID, uuid);
  g_hash_table_insert (model->by_uuid, (gpointer)sw_channel_uuid (channel),
                       g_steal_pointer (&kept));
}

void
sw_model_end (SwModel *model, SwChannel *channel, const EslEvent *event)
{
  g_autoptr (SwChannel) kept = sw_channel_ref (channel);
  guint index = place_after (model, sw_channel_serial (channel) - 1);

  sw_channel_end (channel);
  sw_model_set_peers (model, channel, NULL, event, channel);
  g_array_index (model->order, Place, index).channel = NULL;
  g_hash_table_remove (model->by_uuid, sw_channel_uuid (channel));
  if (++model->holes > 64 && model->holes > model->order->len / 2)
    pack_order (model);
  model->generation++;
  if (model->funcs.channel_ended != NULL)
    model->funcs.channel_ended (model, channel, event, model->data);
}

void
sw_model_changed (SwModel *model, SwChannel *channel, const EslEvent *event, guint changes)
{
  model->generation += changes;
  if (model->funcs.channel_changed != NULL)
    model->funcs.channel_changed (model, channel, event, model->data);
}

static SwChannel *
peer_of (const SwModel *model, const SwChannel *channel)
{
  const char *uuid = sw_channel_peer (channel);

  return uuid != NULL ? sw_model_channel (model, uuid) : NULL;
}

/* One leg's half of sw_model_set_peers(); a leg that it was bridged with so far is left alone. */
static void
set_peer (SwModel *model, SwChannel *channel, const char *uuid, const EslEvent *event,
          const SwChannel *told)
{
  SwChannel *old = peer_of (model, channel);

  if (!sw_channel_set_peer (channel, uuid))
    return;
  if (old != NULL && old != channel
      && g_strcmp0 (sw_channel_peer (old), sw_channel_uuid (channel)) == 0)
    {
      sw_channel_set_peer (old, NULL);
      if (old != told)
        sw_model_changed (model, old, event, 1);
    }
  model->generation++;
  if (channel != told)
    sw_model_changed (model, channel, event, 0);
}

void
sw_model_set_peers (SwModel *model, SwChannel *a, SwChannel *b, const EslEvent *event,
                    const SwChannel *told)
{
  set_peer (model, a, b != NULL ? sw_channel_uuid (b) : NULL, event, told);
  if (b != NULL)
    set_peer (model, b, sw_channel_uuid (a), event, told);
}

/* Drops what is too old or too much from the memory of ends. */
static void
expire_ends (SwModel *model, gint64 clock)
{
  Ended *oldest;

  while ((oldest = g_queue_peek_head (&model->ended_order)) != NULL
         && (oldest->when < clock - ENDED_KEPT || model->ended_order.length > MAX_ENDED))
    {
      g_queue_pop_head (&model->ended_order);
      if (g_hash_table_lookup (model->ended, oldest->uuid) == oldest)
        g_hash_table_remove (model->ended, oldest->uuid);
      ended_free (oldest);
    }
}

void
sw_model_remember_end (SwModel *model, const char *uuid, guint64 sequence, SwNow now)
{
  Ended *ended = g_new0 (Ended, 1);

  ended->uuid = g_strdup (uuid);
  ended->sequence = sequence;
  ended->when = now.clock;
  g_queue_push_tail (&model->ended_order, ended);
  g_hash_table_replace (model->ended, ended->uuid, ended);
  expire_ends (model, now.clock);
}

gboolean
sw_model_ended (const SwModel *model, const char *uuid, guint64 *ret_sequence)
{
  const Ended *ended = g_hash_table_lookup (model->ended, uuid);

  if (ended == NULL)
    return FALSE;
  if (ret_sequence != NULL)
    *ret_sequence = ended->sequence;
  return TRUE;
}

void
sw_model_reset (SwModel *model)
{
  SwChannel *channel;
  guint64 after = 0;

  forget_ends (model);
  while ((channel = sw_model_next (model, after)) != NULL)
    {
      after = sw_channel_serial (channel);
      sw_model_end (model, channel, NULL);
    }
}

guint
sw_model_n_channels (const SwModel *model)
{
  return g_hash_table_size (model->by_uuid);
}

SwChannel *
sw_model_channel (const SwModel *model, const char *uuid)
{
  return g_hash_table_lookup (model->by_uuid, uuid);
}

SwChannel *
sw_model_next (const SwModel *model, guint64 after)
{
  for (guint i = place_after (model, after); i < model->order->len; i++)
    if (g_array_index (model->order, Place, i).channel != NULL)
      return g_array_index (model->order, Place, i).channel;
  return NULL;
}

guint64
sw_model_generation (const SwModel *model)
{
  return model->generation;
}
