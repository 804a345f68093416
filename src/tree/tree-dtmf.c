/* SPDX-License-Identifier: MIT */
/* tree-dtmf.c - calls/<uuid>/dtmf: digits heard, "digit duration" a line, and digits to send.
 *
 * A live reader that leaves too much unread misses the digits that come then; once it has read what
 * was kept, a line "lost N" says how many they were.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

#define STRANGE_UUID "-ERR no api command can name this channel, for its uuid (sendmsg can)\n"
#define USAGE "-USAGE: digits 0-9 * # A-D, pauses w W, @ms\n"
#define DIGITS_MAX ((gsize)64 * 1024) /* bytes unread, of one stream: then the newest are lost */

typedef struct
{
  SwChannel *channel;
  GString *news;
  guint64 lost; /* digits that came while there was no room, not told yet */
  GList link;
} DigitStream;

void
tree_dtmf_show (VfsNode *node, GString *out)
{
  g_string_append (out, sw_channel_dtmf (channel_of (node)));
}

/* Digits and the switch's own marks: pauses w W, duration @ms. */
static gboolean
are_digits (const char *line)
{
  gsize len = strspn (line, "0123456789*#ABCDabcdwWFf@+");

  return len > 0 && line[len] == '\0';
}

static char *
send_command (SwChannel *channel, const char *line)
{
  if (!are_digits (line))
    return NULL;
  return g_strdup_printf ("uuid_send_dtmf %s %s", sw_channel_uuid (channel), line);
}

void
tree_dtmf_store (VfsFile *file, const char *line, gsize len, Request *request)
{
  VfsNode *node = vfs_file_node (file);
  g_autofree char *command = send_command (channel_of (node), line);
  g_autoptr (GError) error = NULL;

  if (!sw_uuid_is_plain (sw_channel_uuid (channel_of (node)), &error))
    tree_answer_error (request, error);
  else if (command == NULL)
    request_refuse (request, EINVAL, tree_bytes (USAGE));
  else
    tree_ask_api (tree_of (node), command, strlen (command), request);
}

static int
dtmf_open (VfsFile *file)
{
  VfsNode *node = vfs_file_node (file);
  DigitStream *stream = g_new0 (DigitStream, 1);
  CallWatch *watch;

  stream->channel = sw_channel_ref (channel_of (node));
  stream->news = g_string_new (NULL);
  stream->link.data = stream;
  watch = tree_watch (tree_of (node), stream->channel);
  g_queue_push_tail_link (&watch->digits, &stream->link);
  vfs_file_set_state (file, stream);
  vfs_file_watch (file, watch->queue);
  return 0;
}

/* In a conversation what is read are digits: the sending's answer is nobody's, but a failure is
 * kept in eslfs/errors. */
static void
on_sent (Request *request, gpointer data)
{
  VfsNode *node = data;

  if (request_error (request) != 0)
    vfs_tree_failure (vfs_node_tree (node), request_caller (request), node, request_error (request),
                      "(digits)", 8, request_bytes (request));
  vfs_node_unref (node);
  request_unref (request);
}

static int
dtmf_line (VfsFile *file, const char *line, gsize len, const char **ret_why)
{
  VfsNode *node = vfs_file_node (file);
  g_autofree char *command = send_command (channel_of (node), line);
  Caller caller = { .uid = vfs_file_uid (file) };

  *ret_why = USAGE;
  if (command == NULL)
    return EINVAL;
  *ret_why = STRANGE_UUID;
  if (!sw_uuid_is_plain (sw_channel_uuid (channel_of (node)), NULL))
    return EINVAL;
  if (tree_ready (node) != 0)
    return EHOSTDOWN;
  tree_ask_api (tree_of (node), command, strlen (command),
                request_new (on_sent, vfs_node_ref (node), &caller));
  return 0;
}

static VfsPull
dtmf_pull (VfsFile *file, GString *out, gsize want)
{
  DigitStream *stream = vfs_file_state (file);

  if (stream->news->len == 0)
    return sw_channel_alive (stream->channel) ? VFS_PULL_WAIT : VFS_PULL_END;
  g_string_append_len (out, stream->news->str, (gssize)stream->news->len);
  g_string_truncate (stream->news, 0);
  if (stream->lost > 0)
    g_string_append_printf (out, "lost %" G_GUINT64_FORMAT "\n", stream->lost);
  stream->lost = 0;
  return VFS_PULL_DATA;
}

static void
dtmf_close (VfsFile *file)
{
  DigitStream *stream = vfs_file_state (file);
  CallWatch *watch = sw_channel_watch (stream->channel);

  vfs_file_watch (file, NULL);
  g_queue_unlink (&watch->digits, &stream->link);
  g_string_free (stream->news, TRUE);
  sw_channel_unref (stream->channel);
  g_free (stream);
}

const VfsStreamOps tree_dtmf_ops = {
  .open = dtmf_open, .line = dtmf_line, .pull = dtmf_pull, .close = dtmf_close
};

/* As the model keeps it: a digit is one character and a duration a number. */
static void
append_digit (DigitStream *stream, char digit, const char *duration)
{
  guint64 samples = duration != NULL ? g_ascii_strtoull (duration, NULL, 10) : 0;

  if (stream->news->len < DIGITS_MAX)
    g_string_append_printf (stream->news, "%c %" G_GUINT64_FORMAT "\n", digit, samples);
  else
    stream->lost++;
}

void
tree_dtmf_event (SwChannel *channel, const EslEvent *event)
{
  CallWatch *watch = sw_channel_watch (channel);
  const char *digit, *duration;

  if (watch == NULL || g_queue_is_empty (&watch->digits)
      || g_strcmp0 (esl_event_name (event), "DTMF") != 0)
    return;
  digit = esl_event_get_last (event, "DTMF-Digit");
  duration = esl_event_get_last (event, "DTMF-Duration");
  if (digit == NULL || !g_ascii_isgraph (*digit))
    return;
  for (GList *link = watch->digits.head; link != NULL; link = link->next)
    append_digit (link->data, *digit, duration);
  wait_queue_wake (watch->queue);
}
