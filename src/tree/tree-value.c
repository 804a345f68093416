/* SPDX-License-Identifier: MIT */
/* tree-value.c - the one-value files of a call: a file for each column of `show channels`.
 *
 * Read-only they show the value. Open for both, they give the value now and after each change until
 * the channel ends. Each change is put down as its event comes, so that two in one burst are two
 * lines; a reader that does not read loses the oldest beyond VALUES_MAX bytes, and is told by a
 * line.
 */
#include "tree-private.h"

#include <string.h>

#define VALUES_MAX ((gsize)64 * 1024)

typedef struct
{
  SwChannel *channel;
  SwColumn column;
  guint changes; /* of the column, when last put down */
  GString *news;
  guint64 lost;
  GList link;
} ValueStream;

void
tree_value_show (VfsNode *node, GString *out)
{
  g_string_append (out, sw_channel_column (channel_of (node), vfs_node_entry (node)->column));
  g_string_append_c (out, '\n');
}

gsize
tree_value_size (VfsNode *node)
{
  return strlen (sw_channel_column (channel_of (node), vfs_node_entry (node)->column)) + 1;
}

static void
put_down (ValueStream *stream)
{
  if (stream->news->len >= VALUES_MAX)
    {
      stream->lost++;
      return;
    }
  if (stream->lost > 0)
    g_string_append_printf (stream->news, "# eslfs: %" G_GUINT64_FORMAT " changes lost\n",
                            stream->lost);
  stream->lost = 0;
  g_string_append (stream->news, sw_channel_column (stream->channel, stream->column));
  g_string_append_c (stream->news, '\n');
}

static int
value_open (VfsFile *file)
{
  VfsNode *node = vfs_file_node (file);
  ValueStream *stream = g_new0 (ValueStream, 1);
  CallWatch *watch;

  stream->channel = sw_channel_ref (channel_of (node));
  stream->column = vfs_node_entry (node)->column;
  stream->changes = sw_channel_column_changes (stream->channel, stream->column);
  stream->news = g_string_new (NULL);
  stream->link.data = stream;
  put_down (stream);
  watch = tree_watch (tree_of (node), stream->channel);
  g_queue_push_tail_link (&watch->values, &stream->link);
  vfs_file_set_state (file, stream);
  vfs_file_watch (file, watch->queue);
  return 0;
}

static VfsPull
value_pull (VfsFile *file, GString *out, gsize want)
{
  ValueStream *stream = vfs_file_state (file);

  if (stream->news->len > 0)
    {
      g_string_append_len (out, stream->news->str, (gssize)stream->news->len);
      g_string_truncate (stream->news, 0);
      return VFS_PULL_DATA;
    }
  return sw_channel_alive (stream->channel) ? VFS_PULL_WAIT : VFS_PULL_END;
}

static void
value_close (VfsFile *file)
{
  ValueStream *stream = vfs_file_state (file);
  CallWatch *watch = sw_channel_watch (stream->channel);

  vfs_file_watch (file, NULL);
  g_queue_unlink (&watch->values, &stream->link);
  g_string_free (stream->news, TRUE);
  sw_channel_unref (stream->channel);
  g_free (stream);
}

const VfsStreamOps tree_value_ops = { .open = value_open,
                                      .pull = value_pull,
                                      .close = value_close };

void
tree_value_changed (SwChannel *channel)
{
  CallWatch *watch = sw_channel_watch (channel);

  for (GList *link = watch != NULL ? watch->values.head : NULL; link != NULL; link = link->next)
    {
      ValueStream *stream = link->data;
      guint changes = sw_channel_column_changes (channel, stream->column);

      if (changes == stream->changes)
        continue;
      stream->changes = changes;
      put_down (stream);
      wait_queue_wake (watch->queue);
    }
}

void
tree_value_ended (SwChannel *channel)
{
  CallWatch *watch = sw_channel_watch (channel);

  if (watch != NULL)
    wait_queue_wake (watch->queue);
}
