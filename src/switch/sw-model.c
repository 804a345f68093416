/* SPDX-License-Identifier: MIT */
/* sw-model.c - the registry of channels: who is there, who is bridged with whom, who has ended.
 *
 * Ends are remembered for a while, so that a late row or a CHANNEL_CREATE that was
 * overtaken by its CHANNEL_DESTROY doesn't bring a dead channel back.
 */
#include "sw-model-private.h"

#define ENDED_KEPT (30 * G_USEC_PER_SEC)
#define MAX_ENDED 32768

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
  model->channels = registry_new ();
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
  registry_free (model->channels);
  g_free (model);
}

SwChannel *
sw_model_add (SwModel *model, const char *uuid, SwNow now)
{
  SwChannel *channel = sw_channel_new (uuid, now);

  registry_add (model->channels, channel, sw_channel_uuid (channel));
  model->generation++;
  return channel;
}

/* The registry's key is the channel's own string: the old one stays until the new one is in. */
void
sw_model_rename (SwModel *model, SwChannel *channel, const char *uuid)
{
  GRefString *old = g_ref_string_acquire ((char *)sw_channel_uuid (channel));

  sw_channel_set (channel, SW_COLUMN_UUID, uuid);
  registry_rename (model->channels, channel, sw_channel_uuid (channel));
  g_ref_string_release (old);
}

void
sw_model_end (SwModel *model, SwChannel *channel, const EslEvent *event)
{
  g_autoptr (SwChannel) kept = sw_channel_ref (channel);

  registry_remove (model->channels, channel);
  sw_model_set_peers (model, channel, NULL, event, channel);
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
      model->counts.ended++;
      sw_model_end (model, channel, NULL);
    }
}

guint
sw_model_n_channels (const SwModel *model)
{
  return registry_size (model->channels);
}

const Registry *
sw_model_registry (const SwModel *model)
{
  return model->channels;
}

SwChannel *
sw_model_channel (const SwModel *model, const char *uuid)
{
  return registry_find (model->channels, uuid);
}

SwChannel *
sw_model_next (const SwModel *model, guint64 after)
{
  return registry_next (model->channels, after);
}

guint64
sw_model_generation (const SwModel *model)
{
  return model->generation;
}
