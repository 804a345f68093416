/* SPDX-License-Identifier: MIT */
/* sw-channel.c - a channel's columns as interned strings.
 *
 * Every value is an interned GRefString: what many channels share (hostname,
 * context, codec, state) and what one channel says twice (uuid and call_uuid,
 * cid_num and initial_cid_num) is stored once, a read is a pointer, and a channel
 * stays well below 4 KB. NULL stands for "".
 */
#include "sw-channel-private.h"

#include <string.h>

struct _SwChannel
{
  RegistryItem item;
  gint64 created;    /* since the epoch */
  gint64 born;       /* monotonic */
  gint64 last_event; /* since the epoch */
  gint64 touched;    /* monotonic */
  GRefString *columns[SW_N_COLUMNS];
  guint32 changes[SW_N_COLUMNS];
  GRefString *peer;
  GString *dtmf; /* NULL until a digit was heard */
  guint n_dtmf;
  guint mark;
};

const char *
sw_column_name (SwColumn column)
{
  static const char *const names[] = {
#define SW_COLUMN_NAME(symbol, name, header) name,
    SW_COLUMNS (SW_COLUMN_NAME)
#undef SW_COLUMN_NAME
  };

  g_return_val_if_fail (column < SW_N_COLUMNS, "");
  return names[column];
}

static void
channel_free (gpointer data)
{
  SwChannel *channel = data;

  for (guint i = 0; i < SW_N_COLUMNS; i++)
    g_clear_pointer (&channel->columns[i], g_ref_string_release);
  g_clear_pointer (&channel->peer, g_ref_string_release);
  if (channel->dtmf != NULL)
    g_string_free (channel->dtmf, TRUE);
  g_free (channel);
}

SwChannel *
sw_channel_new (const char *uuid, SwNow now)
{
  SwChannel *channel = g_new0 (SwChannel, 1);

  registry_item_init (channel, channel_free);
  channel->columns[SW_COLUMN_UUID] = g_ref_string_new_intern (uuid);
  channel->created = now.date;
  channel->born = now.clock;
  channel->last_event = now.date;
  return channel;
}

SwChannel *
sw_channel_ref (SwChannel *channel)
{
  return registry_item_ref (channel);
}

void
sw_channel_unref (SwChannel *channel)
{
  registry_item_unref (channel);
}

/* Puts `value` in the slot; TRUE when it was another one. */
static gboolean
assign (GRefString **slot, const char *value)
{
  const char *new_value = value != NULL ? value : "";

  if (strcmp (*slot != NULL ? *slot : "", new_value) == 0)
    return FALSE;
  g_clear_pointer (slot, g_ref_string_release);
  if (*new_value != '\0')
    *slot = g_ref_string_new_intern (new_value);
  return TRUE;
}

gboolean
sw_channel_set (SwChannel *channel, SwColumn column, const char *value)
{
  if (!assign (&channel->columns[column], value))
    return FALSE;
  channel->changes[column]++;
  return TRUE;
}

gboolean
sw_channel_set_peer (SwChannel *channel, const char *uuid)
{
  return assign (&channel->peer, uuid);
}

/* A digit is one character and a duration a number, whatever a sendevent may have put there: the
 * lines can be counted. */
void
sw_channel_add_dtmf (SwChannel *channel, const char *digit, const char *duration)
{
  if (!g_ascii_isgraph (*digit))
    return;
  if (channel->dtmf == NULL)
    channel->dtmf = g_string_new (NULL);
  if (channel->n_dtmf == SW_CHANNEL_MAX_DTMF)
    g_string_erase (channel->dtmf, 0, strchr (channel->dtmf->str, '\n') + 1 - channel->dtmf->str);
  else
    channel->n_dtmf++;
  g_string_append_printf (channel->dtmf, "%c %" G_GUINT64_FORMAT "\n", *digit,
                          g_ascii_strtoull (duration, NULL, 10));
}

void
sw_channel_set_created (SwChannel *channel, gint64 when, SwNow now)
{
  channel->created = when;
  channel->born = now.clock - (now.date - when);
  if (channel->touched == 0)
    channel->last_event = when;
}

void
sw_channel_touch (SwChannel *channel, SwNow now)
{
  channel->touched = now.clock;
  channel->last_event = now.date;
}

gint64
sw_channel_touched (const SwChannel *channel)
{
  return channel->touched;
}

void
sw_channel_set_mark (SwChannel *channel, guint mark)
{
  channel->mark = mark;
}

guint
sw_channel_mark (const SwChannel *channel)
{
  return channel->mark;
}

const char *
sw_channel_uuid (const SwChannel *channel)
{
  return sw_channel_column (channel, SW_COLUMN_UUID);
}

const char *
sw_channel_column (const SwChannel *channel, SwColumn column)
{
  g_return_val_if_fail (column < SW_N_COLUMNS, "");
  return channel->columns[column] != NULL ? channel->columns[column] : "";
}

guint
sw_channel_column_changes (const SwChannel *channel, SwColumn column)
{
  g_return_val_if_fail (column < SW_N_COLUMNS, 0);
  return channel->changes[column];
}

gboolean
sw_channel_alive (const SwChannel *channel)
{
  return registry_item_is_alive (channel);
}

const char *
sw_channel_peer (const SwChannel *channel)
{
  return channel->peer;
}

const char *
sw_channel_dtmf (const SwChannel *channel)
{
  return channel->dtmf != NULL ? channel->dtmf->str : "";
}

guint64
sw_channel_serial (const SwChannel *channel)
{
  return registry_item_serial (channel);
}

gint64
sw_channel_created (const SwChannel *channel)
{
  return channel->created;
}

gint64
sw_channel_born (const SwChannel *channel)
{
  return channel->born;
}

gint64
sw_channel_last_event (const SwChannel *channel)
{
  return channel->last_event;
}

void
sw_channel_set_watch (SwChannel *channel, gpointer watch, GDestroyNotify free_watch)
{
  registry_item_set_watch (channel, watch, free_watch);
}

gpointer
sw_channel_watch (const SwChannel *channel)
{
  return registry_item_watch (channel);
}
