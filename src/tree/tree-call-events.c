/* SPDX-License-Identifier: MIT */
/* tree-call-events.c - calls/<uuid>/events, events.json: what the ring still holds of one channel.
 */
#include "tree-private.h"

/* What tells whose an event is stands last: the core's own header behind one that a user gave. */
void
tree_events_index (Tree *tree, const EslEvent *event)
{
  const char *uuid = esl_event_get_last (event, "Unique-ID");
  SwChannel *channel =
      uuid != NULL ? sw_model_channel (sw_client_model (tree->client), uuid) : NULL;
  CallWatch *watch;

  if (channel == NULL)
    return;
  watch = tree_watch (tree, channel);
  if (watch->events == NULL)
    watch->events = tree_selection_new (tree->events);
  tree_selection_add (watch->events, vfs_ring_next (tree->events) - 1);
}

void
tree_call_events_fetch (VfsNode *node, Request *request)
{
  CallWatch *watch = sw_channel_watch (channel_of (node));

  if (watch != NULL && watch->events != NULL)
    tree_selection_snapshot (watch->events, vfs_node_entry (node)->column, request);
  else
    request_data (request, g_bytes_new (NULL, 0));
}

gsize
tree_call_events_size (VfsNode *node)
{
  CallWatch *watch = sw_channel_watch (channel_of (node));

  if (watch == NULL || watch->events == NULL)
    return 0;
  return tree_selection_size (watch->events, vfs_node_entry (node)->column);
}
