/* SPDX-License-Identifier: MIT */
/* tree-call-events.c - calls/<uuid>/events, events.json: what the ring still holds of one channel.
 */
#include "tree-private.h"

/* Which records of the ring are this channel's. */
static void
index_record (Tree *tree, SwChannel *channel, guint64 number)
{
  CallWatch *watch = tree_watch (tree, channel);
  guint gone = 0;

  if (watch->records == NULL)
    watch->records = g_array_new (FALSE, FALSE, sizeof (guint64));
  while (gone < watch->records->len
         && g_array_index (watch->records, guint64, gone) < vfs_ring_first (tree->events))
    gone++;
  /* Not one by one: removing from the front moves the rest. */
  if (gone > watch->records->len / 2)
    g_array_remove_range (watch->records, 0, gone);
  g_array_append_val (watch->records, number);
}

void
tree_events_index (Tree *tree, const EslEvent *event)
{
  const char *uuid = esl_event_get (event, "Unique-ID");
  SwChannel *channel =
      uuid != NULL ? sw_model_channel (sw_client_model (tree->client), uuid) : NULL;

  if (channel != NULL)
    index_record (tree, channel, vfs_ring_next (tree->events) - 1);
}

void
tree_call_events_show (VfsNode *node, GString *out)
{
  Tree *tree = tree_of (node);
  CallWatch *watch = sw_channel_watch (channel_of (node));

  for (guint i = 0; watch != NULL && watch->records != NULL && i < watch->records->len; i++)
    tree_events_append_record (tree, vfs_node_entry (node)->column,
                               g_array_index (watch->records, guint64, i), out);
}

gsize
tree_call_events_size (VfsNode *node)
{
  Tree *tree = tree_of (node);
  CallWatch *watch = sw_channel_watch (channel_of (node));
  gsize size = 0;

  for (guint i = 0; watch != NULL && watch->records != NULL && i < watch->records->len; i++)
    size += vfs_ring_length (tree->events, vfs_node_entry (node)->column,
                             g_array_index (watch->records, guint64, i));
  return size;
}
