/* SPDX-License-Identifier: MIT */
/* vfs-talk.c - conversations: an open for reading and writing, private and pipe-like.
 *
 * Rows with `call`: each accepted line puts an Answer in the queue, in the order of the asking; a
 * read takes from the first one, waits for it if need be, and gives one end of file after it. With
 * nothing asked a read is at the end of the file.
 *
 * Rows with `stream`: a read pulls whole records from the row's subject into `out` and waits when
 * there are none, until the subject ends.
 *
 * Readers that wait are parked in order and served in order. `timeout MS` bounds each wait.
 */
#include "vfs-private.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* What a poll pulls to see whether there is anything. */
#define POLL_PULL 4096
/* Of a question, for the list of failures. */
#define LINE_KEPT ((gsize)1024)

typedef struct
{
  VfsFile *file;  /* NULL: the conversation is over, nobody wants the answer */
  Request *asked; /* NULL once answered */
  char *line;     /* what was asked, for the list of failures */
  GBytes *text;
  gsize taken;
  gboolean accepted; /* the asking write has its answer: what comes now is read */
  int refused;       /* errno that came before that */
  gboolean silent;   /* done at once and without a text: an attribute, nothing to read */
} Answer;

typedef struct
{
  VfsFile *file;
  Request *request;
  gsize size;
  gboolean at_once; /* waits only until all that is there has been looked at */
  guint timer;
} Reader;

/* ---- answers ---- */

static void
answer_free (Answer *answer)
{
  g_clear_pointer (&answer->text, g_bytes_unref);
  g_free (answer->line);
  g_free (answer);
}

static GBytes *
answer_text (int error, GBytes *said)
{
  g_autofree char *line = NULL;

  if (said != NULL)
    return vfs_text_with_final_newline (said);
  if (error == 0)
    return g_bytes_new (NULL, 0);
  line = g_strdup_printf ("-ERR %s\n", g_strerror (error));
  return g_bytes_new (line, strlen (line));
}

/* One that there is no room for is replaced by words that say so. */
static void
keep_answer (VfsFile *file, Answer *answer)
{
  gsize counted = 0;

  if (vfs_file_charge (file, g_bytes_get_size (answer->text)))
    return;
  g_bytes_unref (answer->text);
  answer->text = answer_text (ENOMEM, NULL);
  vfs_file_keep (file, &counted, g_bytes_get_size (answer->text));
}

static void
take_answer (VfsFile *file, Answer *answer, int error, GBytes *said)
{
  if (error != 0)
    vfs_tree_failure (file->node->tree, &file->caller, file->node, error, answer->line,
                      strlen (answer->line), said);
  answer->text = answer_text (error, said);
  keep_answer (file, answer);
  file->talk.unread += g_bytes_get_size (answer->text);
  if (answer->accepted)
    vfs_talk_wake (file);
}

static void
on_answered (Request *asked, gpointer data)
{
  Answer *answer = data;
  g_autoptr (GBytes) said = request_dup_text (asked);
  int error = request_error (asked);

  answer->asked = NULL;
  if (answer->file == NULL)
    answer_free (answer);
  else if (answer->accepted || (said != NULL && error == 0))
    take_answer (answer->file, answer, error, said);
  else
    {
      /* At once: a refusal on this side, which is the write's, or an attribute. */
      answer->refused = error;
      answer->silent = error == 0;
      answer->text = g_steal_pointer (&said);
    }
  request_unref (asked);
}

static int
ask (VfsFile *file, const char *line, gsize len, GBytes **ret_said)
{
  VfsTalk *talk = &file->talk;
  Answer *answer;
  int error;

  if (talk->answers.length >= VFS_ANSWERS_MAX || talk->unread >= VFS_UNREAD_MAX)
    return EBUSY;
  answer = g_new0 (Answer, 1);
  answer->file = file;
  answer->line = g_strndup (line, MIN (len, LINE_KEPT));
  answer->asked = request_new (on_answered, answer, &file->caller);
  file->node->entry->call (file, line, len, answer->asked);
  error = answer->refused;
  if (error != 0 || answer->silent)
    {
      *ret_said = g_steal_pointer (&answer->text);
      answer_free (answer);
      return error;
    }
  answer->accepted = TRUE;
  g_queue_push_tail (&talk->answers, answer);
  vfs_talk_wake (file);
  return 0;
}

/* ---- written lines ---- */

static int
set_timeout (VfsFile *file, const char *text)
{
  gint64 timeout;

  if (!g_ascii_string_to_signed (text, 10, -1, G_MAXINT, &timeout, NULL))
    return EINVAL;
  file->talk.timeout = timeout;
  return 0;
}

static GBytes *
reason (const char *why)
{
  return why != NULL ? g_bytes_new (why, strlen (why)) : NULL;
}

int
vfs_talk_line (VfsFile *file, const char *line, gsize len, GBytes **ret_said)
{
  const VfsEntry *entry = file->node->entry;
  gboolean timed = entry->stream != NULL || (entry->flags & VFS_TIMED) != 0;
  const char *why = NULL;
  int error = EINVAL;

  if (timed && g_str_has_prefix (line, "timeout "))
    {
      error = set_timeout (file, line + strlen ("timeout "));
      why = "-USAGE: timeout MS (0: at once, -1: never)\n";
    }
  else if (entry->call != NULL)
    return ask (file, line, len, ret_said);
  else if (entry->stream->line != NULL)
    error = entry->stream->line (file, line, len, &why);
  else
    why = "-USAGE: this stream takes the line \"timeout MS\" and no other\n";
  *ret_said = error != 0 ? reason (why) : NULL;
  return error;
}

/* ---- reading ---- */

static void
reader_free (Reader *reader)
{
  g_clear_handle_id (&reader->timer, g_source_remove);
  request_unref (reader->request);
  g_free (reader);
}

static void
unpark (Reader *reader)
{
  g_queue_remove (&reader->file->talk.readers, reader);
}

#define LENT_MAX 8

/* The two things a read can find. TRUE: the request has been answered. */
static gboolean
serve_answer (VfsFile *file, gsize size, Request *request)
{
  VfsTalk *talk = &file->talk;
  Answer *answer = g_queue_peek_head (&talk->answers);
  struct iovec piece;
  const guint8 *text;
  gsize len;

  if (answer == NULL)
    {
      request_done (request, 0);
      return TRUE;
    }
  if (answer->text == NULL)
    return FALSE;
  text = g_bytes_get_data (answer->text, &len);
  if (answer->taken == len)
    {
      g_queue_pop_head (&talk->answers);
      talk->unread -= len;
      vfs_file_discharge (file, len);
      answer_free (answer);
      request_done (request, 0);
      return TRUE;
    }
  piece.iov_base = (void *)(text + answer->taken);
  piece.iov_len = MIN (size, len - answer->taken);
  answer->taken += piece.iov_len;
  request_lend (request, &piece, 1);
  return TRUE;
}

/* Pulls news into talk->out when it is empty. TRUE: there is something, or the end. */
static gboolean
fill (VfsFile *file, gsize want)
{
  VfsTalk *talk = &file->talk;
  VfsPull pulled;

  if (talk->out_pos < talk->out->len || talk->ended)
    return TRUE;
  g_string_truncate (talk->out, 0);
  talk->out_pos = 0;
  pulled = file->node->entry->stream->pull (file, talk->out, want);
  talk->ended = pulled == VFS_PULL_END;
  talk->looking = pulled == VFS_PULL_MORE;
  vfs_file_keep (file, &talk->out_kept, talk->out->len);
  return pulled != VFS_PULL_WAIT && pulled != VFS_PULL_MORE;
}

/* What lies ready. FALSE: nothing does. */
static gboolean
serve_lent (VfsFile *file, gsize size, Request *request)
{
  const VfsStreamOps *stream = file->node->entry->stream;
  struct iovec pieces[LENT_MAX];
  int n = LENT_MAX;

  if (stream->lend == NULL || file->talk.ended || file->talk.out_pos < file->talk.out->len)
    return FALSE;
  stream->lend (file, size, pieces, &n);
  if (n == 0)
    return FALSE;
  request_lend (request, pieces, n);
  return TRUE;
}

static gboolean
serve_stream (VfsFile *file, gsize size, Request *request)
{
  VfsTalk *talk = &file->talk;
  struct iovec piece;

  if (serve_lent (file, size, request))
    return TRUE;
  if (!fill (file, size))
    return FALSE;
  if (talk->out_pos == talk->out->len)
    {
      request_done (request, 0);
      return TRUE;
    }
  piece.iov_base = talk->out->str + talk->out_pos;
  piece.iov_len = MIN (size, talk->out->len - talk->out_pos);
  talk->out_pos += piece.iov_len;
  request_lend (request, &piece, 1);
  return TRUE;
}

static gboolean
serve (VfsFile *file, gsize size, Request *request)
{
  if (file->node->entry->call != NULL)
    return serve_answer (file, size, request);
  return serve_stream (file, size, request);
}

static void
on_read_cancelled (Request *request, gpointer data)
{
  Reader *reader = data;

  unpark (reader);
  request_fail (request, EINTR);
  reader_free (reader);
}

static gboolean
on_read_timeout (gpointer data)
{
  Reader *reader = data;

  reader->timer = 0;
  unpark (reader);
  request_done (reader->request, 0);
  reader_free (reader);
  return G_SOURCE_REMOVE;
}

void
vfs_talk_read (VfsFile *file, gsize size, gboolean nonblock, Request *request)
{
  VfsTalk *talk = &file->talk;
  Reader *reader;

  /* Those who wait already come first. */
  if (g_queue_is_empty (&talk->readers) && serve (file, size, request))
    return;
  if (nonblock)
    {
      request_fail (request, EAGAIN);
      return;
    }
  if (talk->timeout == 0 && !talk->looking)
    {
      request_done (request, 0);
      return;
    }
  reader = g_new0 (Reader, 1);
  reader->at_once = talk->timeout == 0;
  reader->file = file;
  reader->request = request_ref (request);
  reader->size = size;
  if (talk->timeout > 0)
    reader->timer = g_timeout_add ((guint)talk->timeout, on_read_timeout, reader);
  g_queue_push_tail (&talk->readers, reader);
  request_on_cancel (request, on_read_cancelled, reader);
}

static void
notify (VfsTalk *talk, gboolean news)
{
  gpointer handle = g_steal_pointer (&talk->notify_handle);

  if (handle != NULL)
    talk->notify (handle, news);
}

static gboolean
is_readable (VfsFile *file)
{
  Answer *answer = g_queue_peek_head (&file->talk.answers);

  if (file->node->entry->call == NULL)
    return fill (file, POLL_PULL);
  return answer == NULL || answer->text != NULL;
}

/* News: serve those who wait, tell those who poll. */
void
vfs_talk_wake (VfsFile *file)
{
  VfsTalk *talk = &file->talk;
  Reader *reader;

  if (file->released || !file->is_talk)
    return;
  vfs_file_ref (file);
  while ((reader = g_queue_pop_head (&talk->readers)) != NULL)
    {
      gboolean served = serve (file, reader->size, reader->request);

      if (!served && (!reader->at_once || talk->looking))
        {
          g_queue_push_head (&talk->readers, reader);
          break;
        }
      if (!served)
        request_done (reader->request, 0);
      reader_free (reader);
    }
  if (!file->released && talk->notify_handle != NULL && is_readable (file))
    notify (talk, TRUE);
  vfs_file_unref (file);
}

gsize
vfs_file_unread (const VfsFile *file)
{
  return file->talk.out->len - file->talk.out_pos;
}

guint
vfs_talk_poll (VfsFile *file, VfsNotifyFunc notify_func, gpointer handle)
{
  VfsTalk *talk = &file->talk;

  if (handle != NULL)
    {
      notify (talk, FALSE);
      talk->notify = notify_func;
      talk->notify_handle = handle;
    }
  return POLLOUT | (is_readable (file) ? POLLIN : 0);
}

/* ---- open, close ---- */

int
vfs_talk_open (VfsFile *file)
{
  const VfsStreamOps *stream = file->node->entry->stream;
  int error = 0;

  file->talk.timeout = -1;
  file->talk.out = g_string_new (NULL);
  if (stream != NULL && stream->open != NULL)
    error = stream->open (file);
  file->opened = error == 0;
  return error;
}

static void
drop_answer (gpointer data)
{
  Answer *answer = data;

  answer->file = NULL;
  if (answer->asked == NULL)
    answer_free (answer);
  else
    request_cancel (answer->asked);
}

void
vfs_talk_close (VfsFile *file, int error)
{
  const VfsStreamOps *stream = file->node->entry->stream;
  VfsTalk *talk = &file->talk;
  Reader *reader;

  while ((reader = g_queue_pop_head (&talk->readers)) != NULL)
    {
      request_fail (reader->request, error);
      reader_free (reader);
    }
  notify (talk, FALSE);
  g_queue_clear_full (&talk->answers, drop_answer);
  if (stream != NULL && stream->close != NULL && file->opened)
    stream->close (file);
  /* There is none when the row didn't let the open in. */
  if (talk->out != NULL)
    g_string_free (g_steal_pointer (&talk->out), TRUE);
}
