/* SPDX-License-Identifier: MIT */
/* vfs-lines.c - written bytes become commands.
 *
 * A write is worked through line by line: each whole line is run, the next one only when it was
 * answered, and the write is answered when the last is, or at the first refusal: with a short count
 * if lines before it were taken, and the errno for what the writer then writes again. What follows
 * the last newline waits for the rest of its line; a flush by the same lock owner, or the release,
 * runs it. (Kernel: FLUSH comes at every close of a duplicate, by any process, bash's even before
 * the data: the lock owner tells the writer's own.)
 *
 * Three things here exist because programs repeat a write:
 *  - dash and Python repeat one that was answered EINTR. The command runs on, and the identical
 * write joins it instead of running it again.
 *  - cat, dd and C libraries write what a short count left: it starts with the refused line, and
 * gets the refusal without running the line again.
 *  - Python's close() writes a refused buffer once more: it gets the same errno.
 * After ETIMEDOUT and EHOSTDOWN a repeated command is a new attempt, once the errno has been seen.
 */
#include "vfs-private.h"

#include <errno.h>
#include <string.h>

struct _VfsWrite
{
  VfsFile *file;
  guint refs;          /* the handle (as current) and the command under way */
  VfsRequest *request; /* whose answer it is; NULL while nobody waits (interrupted) */
  guint8 *bytes;
  gsize len;
  guint64 offset; /* in the file, of bytes[0] */
  gsize from;     /* start of what the waiting request wrote */
  gsize done;     /* everything before it was taken */
  gsize end;      /* of the line under way */
  guint64 owner;
  VfsRequest *command; /* the line under way */
  GString *line;       /* its text */
  gboolean running;    /* inside work(): answers that come at once don't recurse */
  gboolean abandoned;  /* nobody will join: don't run the rest */
};

void
vfs_lines_init (VfsLines *lines)
{
  lines->pending = g_string_new (NULL);
}

static void
clear_refused (VfsLines *lines)
{
  g_clear_pointer (&lines->refused, g_bytes_unref);
}

void
vfs_lines_clear (VfsLines *lines)
{
  clear_refused (lines);
  g_string_free (lines->pending, TRUE);
  if (lines->value != NULL)
    g_string_free (lines->value, TRUE);
}

static VfsWrite *
write_new (VfsFile *file, guint64 offset, const guint8 *bytes, gsize len, guint64 owner)
{
  VfsWrite *write = g_new0 (VfsWrite, 1);

  write->refs = 1;
  write->file = vfs_file_ref (file);
  write->bytes = g_memdup2 (bytes, len);
  write->len = len;
  write->offset = offset;
  write->owner = owner;
  write->line = g_string_new (NULL);
  return write;
}

static void
write_unref (VfsWrite *write)
{
  if (--write->refs > 0)
    return;
  g_string_free (write->line, TRUE);
  g_free (write->bytes);
  vfs_file_unref (write->file);
  g_free (write);
}

static void
forget_current (VfsFile *file)
{
  VfsWrite *write = g_steal_pointer (&file->lines.current);

  if (write == NULL)
    return;
  write->abandoned = TRUE;
  write_unref (write);
}

/* The write as a whole has its answer. */
static void
finish (VfsWrite *write, gsize count, int error)
{
  VfsRequest *request = g_steal_pointer (&write->request);

  if (write->file->lines.current == write)
    forget_current (write->file);
  if (request == NULL)
    return;
  if (error != 0)
    vfs_request_fail (request, error);
  else
    vfs_request_done (request, count);
  vfs_request_unref (request);
}

static void
refuse (VfsWrite *write, int error)
{
  VfsLines *lines = &write->file->lines;
  gsize count = write->done - write->from;
  gboolean retry = error == ETIMEDOUT || error == EHOSTDOWN;

  clear_refused (lines);
  if (!write->file->is_talk && (count > 0 || write->request == NULL || !retry))
    {
      lines->refused = g_bytes_new (write->bytes + write->done, write->len - write->done);
      lines->refused_offset = write->offset + write->done;
      lines->refused_error = error;
      lines->refused_once = retry;
    }
  if (count > 0)
    finish (write, count, 0);
  else
    finish (write, 0, error);
}

static void work (VfsWrite *write);

static gboolean
is_value (const VfsFile *file)
{
  return file->node->entry->put != NULL;
}

static void
on_command_answered (VfsRequest *command, gpointer data)
{
  VfsWrite *write = data;
  VfsFile *file = write->file;
  GBytes *text = vfs_request_bytes (command);
  int error = vfs_request_error (command);

  if (error != 0)
    vfs_tree_failure (file->node->tree, &file->caller, file->node, error, write->line->str,
                      write->line->len, text);
  if (text != NULL && (file->node->entry->flags & VFS_LAST_REPLY) != 0)
    vfs_replies_put (vfs_tree_replies (file->node->tree), file->node->ino, file->caller.uid, text);
  write->command = NULL;
  if (error != 0)
    {
      if (is_value (file) && file->lines.value != NULL)
        g_string_truncate (file->lines.value, file->lines.value->len - (write->len - write->done));
      if (!write->abandoned)
        refuse (write, error);
    }
  else
    write->done = write->end;
  /* An interrupted write goes on only once somebody has joined it. */
  if (error == 0 && !write->running && !write->abandoned && write->request != NULL)
    work (write);
  vfs_request_unref (command);
  write_unref (write);
}

/* A conversation takes a line or not, at once; its answer is read, not waited for. */
static void
run_in_talk (VfsWrite *write)
{
  VfsRequest *command = write->command;
  int error = vfs_talk_line (write->file, write->line->str, write->line->len);

  if (error != 0)
    vfs_request_fail (command, error);
  else
    vfs_request_done (command, 0);
}

static void
run_line (VfsWrite *write)
{
  VfsFile *file = write->file;
  const VfsEntry *entry = file->node->entry;

  write->refs++;
  write->command = vfs_request_new (on_command_answered, write, &file->caller);
  if (!vfs_node_alive (file->node))
    vfs_request_fail (write->command, ENXIO);
  else if (memchr (write->line->str, '\0', write->line->len) != NULL)
    vfs_request_fail (write->command, EINVAL);
  else if (file->is_talk)
    run_in_talk (write);
  else if (entry->put != NULL)
    entry->put (file, write->line->str, write->line->len, write->command);
  else if (entry->call != NULL)
    entry->call (file, write->line->str, write->line->len, write->command);
  else
    entry->store (file, write->line->str, write->line->len, write->command);
}

/* `printf 'status\n\n'` is one command: blank lines after it mean nothing (but in a conversation a
 * blank line is always one, for commands without arguments). */
static gboolean
is_to_be_skipped (VfsFile *file, const GString *line)
{
  return line->len == 0 && file->lines.commanded && !file->is_talk;
}

/* Value files: the whole value so far is the "line". */
static gboolean
take_value (VfsWrite *write)
{
  VfsLines *lines = &write->file->lines;
  gsize len;

  if (lines->value == NULL)
    lines->value = g_string_new (NULL);
  if (lines->value->len + write->len > VFS_LINE_MAX)
    {
      refuse (write, E2BIG);
      return FALSE;
    }
  g_string_append_len (lines->value, (const char *)write->bytes, (gssize)write->len);
  len = lines->value->len;
  if (lines->value->str[len - 1] == '\n')
    len--;
  g_string_truncate (write->line, 0);
  g_string_append_len (write->line, lines->value->str, (gssize)len);
  write->end = write->len;
  return TRUE;
}

/* Takes the next whole line into write->line; FALSE when there is none (the rest is kept) or the
 * write has been refused. */
static gboolean
take_line (VfsWrite *write)
{
  VfsLines *lines = &write->file->lines;
  const guint8 *start = write->bytes + write->done;
  gsize left = write->len - write->done;
  const guint8 *newline = memchr (start, '\n', left);
  gsize len = newline != NULL ? (gsize)(newline - start) : left;

  if (lines->pending->len + len > VFS_LINE_MAX)
    {
      g_string_truncate (lines->pending, 0);
      refuse (write, E2BIG);
      return FALSE;
    }
  g_string_append_len (lines->pending, (const char *)start, (gssize)len);
  lines->pending_owner = write->owner;
  if (newline == NULL)
    {
      write->done = write->len;
      return FALSE;
    }
  g_string_truncate (write->line, 0);
  g_string_append_len (write->line, lines->pending->str, (gssize)lines->pending->len);
  g_string_truncate (lines->pending, 0);
  write->end = write->done + len + 1;
  return TRUE;
}

static gboolean
take_next (VfsWrite *write)
{
  return is_value (write->file) ? take_value (write) : take_line (write);
}

static void
work (VfsWrite *write)
{
  VfsFile *file = write->file;

  write->refs++;
  write->running = TRUE;
  while (write->command == NULL && write->request != NULL && write->done < write->len)
    {
      if (!take_next (write))
        break;
      if (is_to_be_skipped (file, write->line))
        {
          write->done = write->end;
          continue;
        }
      file->lines.commanded |= write->line->len > 0;
      run_line (write);
    }
  write->running = FALSE;
  if (write->command == NULL && write->request != NULL && write->done == write->len)
    finish (write, write->done - write->from, 0);
  write_unref (write);
}

/* The writer was interrupted: it learns how far it came; the line under way runs on. */
static void
on_write_cancelled (VfsRequest *request, gpointer data)
{
  VfsWrite *write = data;
  gsize count = write->done - write->from;

  g_clear_pointer (&write->request, vfs_request_unref);
  write->from = write->done;
  if (count > 0)
    vfs_request_done (request, count);
  else
    vfs_request_fail (request, EINTR);
}

static void
attach (VfsWrite *write, VfsRequest *request)
{
  write->request = vfs_request_ref (request);
  vfs_request_on_cancel (request, on_write_cancelled, write);
}

static gboolean
is_same (const guint8 *left, gsize left_len, const guint8 *right, gsize right_len)
{
  return left_len == right_len && memcmp (left, right, left_len) == 0;
}

/* The identical write again, after EINTR. */
static gboolean
join (VfsFile *file, guint64 offset, const guint8 *bytes, gsize len, VfsRequest *request)
{
  VfsWrite *write = file->lines.current;

  if (write == NULL || write->request != NULL)
    return FALSE;
  if ((!file->is_talk && offset != write->offset + write->from)
      || !is_same (bytes, len, write->bytes + write->from, write->len - write->from))
    return FALSE;
  attach (write, request);
  if (write->command == NULL)
    work (write);
  return TRUE;
}

static gboolean
was_refused (VfsFile *file, guint64 offset, const guint8 *bytes, gsize len, VfsRequest *request)
{
  VfsLines *lines = &file->lines;
  gsize refused_len;
  const guint8 *refused;

  if (lines->refused == NULL || offset != lines->refused_offset)
    return FALSE;
  refused = g_bytes_get_data (lines->refused, &refused_len);
  if (!is_same (bytes, len, refused, refused_len))
    return FALSE;
  vfs_request_fail (request, lines->refused_error);
  if (lines->refused_once)
    clear_refused (lines);
  return TRUE;
}

void
vfs_lines_write (VfsFile *file, guint64 offset, const guint8 *bytes, gsize len, guint64 owner,
                 VfsRequest *request)
{
  VfsWrite *write;

  if (join (file, offset, bytes, len, request) || was_refused (file, offset, bytes, len, request))
    return;
  clear_refused (&file->lines);
  forget_current (file);
  write = write_new (file, offset, bytes, len, owner);
  file->lines.current = write;
  attach (write, request);
  work (write);
}

/* Runs the unterminated line as if its newline had come; `request` NULL at the release. */
static void
run_pending (VfsFile *file, VfsRequest *request)
{
  VfsWrite *write;

  forget_current (file);
  clear_refused (&file->lines);
  write = write_new (file, 0, (const guint8 *)"\n", 1, file->lines.pending_owner);
  if (request == NULL)
    request = vfs_request_new (NULL, NULL, &file->caller);
  else
    vfs_request_ref (request);
  file->lines.current = write;
  attach (write, request);
  work (write);
  vfs_request_unref (request);
}

static void
on_flushed (VfsRequest *inner, gpointer data)
{
  VfsRequest *request = data;

  if (vfs_request_error (inner) != 0)
    vfs_request_fail (request, vfs_request_error (inner));
  else
    vfs_request_done (request, 0);
  vfs_request_unref (request);
  vfs_request_unref (inner);
}

static void
on_flush_cancelled (VfsRequest *request, gpointer data)
{
  VfsRequest *inner = data;

  vfs_request_cancel (inner);
}

void
vfs_lines_flush (VfsFile *file, guint64 owner, VfsRequest *request)
{
  VfsRequest *inner;

  if (file->lines.pending->len == 0 || file->lines.pending_owner != owner)
    {
      clear_refused (&file->lines);
      vfs_request_done (request, 0);
      return;
    }
  inner = vfs_request_new (on_flushed, vfs_request_ref (request), vfs_request_caller (request));
  vfs_request_on_cancel (request, on_flush_cancelled, inner);
  run_pending (file, inner);
}

void
vfs_lines_release (VfsFile *file)
{
  if (file->lines.pending->len > 0 && vfs_node_alive (file->node) && !file->is_talk)
    {
      g_message ("%s: the last line had no newline; it was run at the close, where nobody sees its "
                 "error",
                 file->node->entry->name);
      run_pending (file, NULL);
    }
  forget_current (file);
}
