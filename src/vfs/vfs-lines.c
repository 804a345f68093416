/* SPDX-License-Identifier: MIT */
/* vfs-lines.c - written bytes become commands.
 *
 * A write is worked through line by line: each is run when the one before was answered, and the
 * write is answered after the last, or at the first refusal: with a short count if lines before it
 * were taken, and the errno for what the writer then writes again. What follows the last newline
 * waits for the next write, or a close (vfs-rest.c).
 *
 * Programs repeat a write: dash and Python one that was answered EINTR, whose command runs on and
 * is joined by the identical write; others one that was refused (vfs-refusal.c). The kernel sends
 * one write at a time to an inode, so a second one on this open meanwhile is a front end's mistake,
 * and refused.
 */
#include "vfs-private.h"

#include <errno.h>
#include <string.h>

struct _VfsWrite
{
  VfsFile *file;
  guint refs;       /* the handle (as current), the command under way, work() */
  Request *request; /* whose answer it is; NULL while nobody waits (interrupted) */
  GBytes *before;   /* the start of the first line, from earlier writes; NULL: none */
  guint8 *bytes;
  gsize len;
  gsize charged;  /* bytes, to the file */
  guint64 offset; /* in the file, of bytes[0] */
  gsize from;     /* start of what the waiting request wrote */
  gsize done;     /* everything before it was taken */
  gsize end;      /* of the line under way */
  guint64 owner;
  Request *command; /* the line under way */
  GList link;       /* in the tree's commands, meanwhile */
  GString *line;    /* its text */
  gboolean running; /* inside work(): answers that come at once don't recurse */
  gboolean closing; /* nothing more will be written: what there is, is all */
};

void
vfs_lines_init (VfsLines *lines, gsize max)
{
  lines->max = max;
  lines->pending = g_string_new (NULL);
}

void
vfs_lines_clear (VfsLines *lines)
{
  vfs_refusal_clear (&lines->refusal);
  g_string_free (lines->pending, TRUE);
  if (lines->value != NULL)
    g_string_free (lines->value, TRUE);
}

static gsize
bytes_size (GBytes *bytes)
{
  return bytes != NULL ? g_bytes_get_size (bytes) : 0;
}

void
vfs_lines_settle (VfsFile *file)
{
  VfsLines *lines = &file->lines;
  gsize kept =
      lines->pending->len + bytes_size (lines->refusal.bytes) + bytes_size (lines->refusal.before);

  if (lines->value != NULL)
    kept += lines->value->len;
  vfs_file_keep (file, &lines->kept, kept);
}

static VfsWrite *
write_new (VfsFile *file, guint64 offset, const guint8 *bytes, gsize len, guint64 owner)
{
  VfsWrite *write = g_new0 (VfsWrite, 1);
  GString *pending = file->lines.pending;

  write->refs = 1;
  write->file = vfs_file_ref (file);
  if (pending->len > 0)
    write->before = g_bytes_new (pending->str, pending->len);
  write->bytes = g_memdup2 (bytes, len);
  write->len = len;
  write->offset = offset;
  write->owner = owner;
  write->link.data = write;
  write->line = g_string_new (NULL);
  return write;
}

static void
write_unref (VfsWrite *write)
{
  if (--write->refs > 0)
    return;
  g_clear_pointer (&write->before, g_bytes_unref);
  g_string_free (write->line, TRUE);
  g_free (write->bytes);
  vfs_lines_settle (write->file);
  vfs_file_discharge (write->file, write->charged);
  vfs_file_unref (write->file);
  g_free (write);
}

/* What runs of it runs on, but nobody can join it any more. */
static void
forget_current (VfsFile *file)
{
  g_clear_pointer (&file->lines.current, write_unref);
}

/* The write as a whole has its answer. */
static void
finish (VfsWrite *write, gsize count, int error)
{
  Request *request = g_steal_pointer (&write->request);

  if (write->file->lines.current == write)
    forget_current (write->file);
  if (request == NULL)
    return;
  if (error != 0)
    request_fail (request, error);
  else
    request_done (request, count);
  request_unref (request);
}

/* Keeps what the repetition of a refused write would be. */
static void
keep_refusal (VfsWrite *write, int error, gboolean told)
{
  VfsRefusal *refusal = &write->file->lines.refusal;

  vfs_refusal_clear (refusal);
  refusal->bytes = g_bytes_new (write->bytes + write->done, write->len - write->done);
  if (write->done == 0 && write->before != NULL)
    refusal->before = g_bytes_ref (write->before);
  refusal->offset = write->offset + write->done;
  refusal->owner = write->owner;
  refusal->error = error;
  refusal->told = told;
}

static void
refuse (VfsWrite *write, int error)
{
  gsize count = write->done - write->from;

  if (write->file->lines.current == write && !write->file->is_talk)
    keep_refusal (write, error, count == 0 && write->request != NULL);
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

static gboolean
is_blocks (const VfsFile *file)
{
  return vfs_entry_takes_blocks (file->node->entry);
}

/* A refused piece of a value is taken back, unless another has been put after it meanwhile. */
static void
take_value_back (VfsWrite *write)
{
  VfsLines *lines = &write->file->lines;

  if (is_value (write->file) && lines->current == write)
    g_string_truncate (lines->value, lines->value->len - write->len);
}

static void
on_command_answered (Request *command, gpointer data)
{
  VfsWrite *write = data;
  VfsFile *file = write->file;
  VfsTree *tree = file->node->tree;
  g_autoptr (GBytes) text = request_dup_text (command);
  int error = request_error (command);

  g_queue_unlink (vfs_tree_commands (tree), &write->link);
  write->command = NULL;
  if (error != 0 && !vfs_tree_is_closing (tree))
    vfs_tree_failure (tree, &file->caller, file->node, error, write->line->str, write->line->len,
                      text);
  if (text != NULL && (file->node->entry->flags & VFS_LAST_REPLY) != 0)
    vfs_replies_put (vfs_tree_replies (tree), file->node->ino, file->caller.uid, text);
  if (error != 0)
    {
      take_value_back (write);
      refuse (write, error);
    }
  else
    write->done = write->end;
  /* An interrupted write goes on only once somebody has joined it. */
  if (error == 0 && !write->running && write->request != NULL)
    work (write);
  request_unref (command);
  write_unref (write);
}

/* A conversation takes a line or not, at once; its answer is read, not waited for. */
static void
run_in_talk (VfsWrite *write)
{
  Request *command = write->command;
  GBytes *said = NULL;
  int error = vfs_talk_line (write->file, write->line->str, write->line->len, &said);

  if (error != 0 && said != NULL)
    request_refuse (command, error, said);
  else if (error != 0)
    request_fail (command, error);
  else
    request_done (command, 0);
}

static void
refuse_with (Request *command, const char *text)
{
  request_refuse (command, EINVAL, g_bytes_new (text, strlen (text)));
}

static void
run_line (VfsWrite *write)
{
  VfsFile *file = write->file;
  const VfsEntry *entry = file->node->entry;

  write->refs++;
  write->command = request_new (on_command_answered, write, &file->caller);
  g_queue_push_tail_link (vfs_tree_commands (file->node->tree), &write->link);
  if (!vfs_node_alive (file->node))
    request_fail (write->command, ENXIO);
  else if (memchr (write->line->str, '\0', write->line->len) != NULL)
    refuse_with (write->command, "-ERR a NUL can't stand in a line\n");
  else if (file->is_talk)
    run_in_talk (write);
  else if (entry->put != NULL)
    entry->put (file, write->line->str, write->line->len, write->command);
  else if (entry->call != NULL)
    entry->call (file, write->line->str, write->line->len, write->command);
  else if (entry->store == NULL)
    refuse_with (write->command, "-USAGE: this is written on an open for both: <> in a shell\n");
  else
    entry->store (file, write->line->str, write->line->len, write->command);
}

/* `printf 'status\n\n'` is one command: blank lines after it mean nothing (but in a conversation a
 * blank line is always one, for commands without arguments). */
static gboolean
is_to_be_skipped (VfsFile *file, const GString *line)
{
  return vfs_lines_is_blank (line) && file->lines.commanded && (!file->is_talk || is_blocks (file))
         && !is_value (file);
}

static VfsCut
cut_next (VfsWrite *write, gsize *ret_used)
{
  VfsLines *lines = &write->file->lines;
  const guint8 *bytes = write->bytes + write->done;
  gsize len = write->len - write->done;

  if (is_value (write->file))
    return vfs_cut_value (lines, bytes, len, write->line, ret_used);
  if (!is_blocks (write->file))
    return vfs_cut_line (lines, bytes, len, write->line, ret_used);
  if (!write->closing)
    return vfs_cut_block (lines, bytes, len, write->file->is_talk, write->line, ret_used);
  vfs_cut_rest (lines, write->line);
  *ret_used = len;
  return VFS_CUT_COMMAND;
}

static void
refuse_overlong (VfsWrite *write)
{
  vfs_lines_tell (write->file, E2BIG, write->line,
                  write->file->lines.max < VFS_LINE_MAX
                      ? "-ERR a line said to a stream may have 64 KiB at most\n"
                      : "-ERR a line, or a value, may have 1 MiB at most\n");
  refuse (write, E2BIG);
}

/* Runs the next command; FALSE: there is none, or the write has been refused. */
static gboolean
work_on (VfsWrite *write)
{
  VfsFile *file = write->file;
  gsize used = 0;
  VfsCut cut = cut_next (write, &used);

  file->lines.whole |= cut != VFS_CUT_MORE && !write->closing;
  if (cut != VFS_CUT_COMMAND)
    {
      write->done += used;
      if (cut == VFS_CUT_TOO_LONG)
        refuse_overlong (write);
      return FALSE;
    }
  write->end = write->done + used;
  if (is_to_be_skipped (file, write->line))
    {
      write->done = write->end;
      return TRUE;
    }
  file->lines.commanded |= !vfs_lines_is_blank (write->line);
  run_line (write);
  return TRUE;
}

static void
work (VfsWrite *write)
{
  write->refs++;
  write->running = TRUE;
  while (write->command == NULL && write->request != NULL && write->done < write->len)
    if (!work_on (write))
      break;
  write->running = FALSE;
  if (write->command == NULL && write->request != NULL && write->done == write->len)
    finish (write, write->done - write->from, 0);
  write_unref (write);
}

/* The writer was interrupted: it learns how far it came; the line under way runs on. */
static void
on_write_cancelled (Request *request, gpointer data)
{
  VfsWrite *write = data;
  gsize count = write->done - write->from;

  g_clear_pointer (&write->request, request_unref);
  if (write->command != NULL)
    request_set_interest (write->command, REQUEST_DETACHED);
  write->from = write->done;
  if (count > 0)
    request_done (request, count);
  else
    request_fail (request, EINTR);
}

static void
attach (VfsWrite *write, Request *request)
{
  write->request = request_ref (request);
  request_on_cancel (request, on_write_cancelled, write);
}

/* The identical write again, after EINTR. */
static gboolean
join (VfsFile *file, const guint8 *bytes, gsize len, guint64 owner, Request *request)
{
  VfsWrite *write = file->lines.current;

  if (write == NULL || write->owner != owner || len != write->len - write->from
      || memcmp (bytes, write->bytes + write->from, len) != 0)
    return FALSE;
  attach (write, request);
  if (write->command == NULL)
    work (write);
  else
    request_set_interest (write->command, REQUEST_WATCHED);
  return TRUE;
}

static void
start (VfsFile *file, VfsWrite *write, Request *request)
{
  file->lines.owner = write->owner;
  attach (write, request);
  work (write);
}

void
vfs_lines_write (VfsFile *file, guint64 offset, const guint8 *bytes, gsize len, guint64 owner,
                 Request *request)
{
  VfsLines *lines = &file->lines;
  int error;

  if (lines->current != NULL && lines->current->request != NULL)
    {
      request_fail (request, EBUSY);
      return;
    }
  if (join (file, bytes, len, owner, request))
    return;
  error = vfs_refusal_of (&lines->refusal, offset, bytes, len, owner, lines->pending);
  if (error != 0)
    {
      request_fail (request, error);
      return;
    }
  vfs_refusal_clear (&lines->refusal);
  forget_current (file);
  if (!vfs_file_charge (file, len))
    {
      request_fail (request, ENOSPC);
      return;
    }
  lines->current = write_new (file, offset, bytes, len, owner);
  lines->current->charged = len;
  start (file, lines->current, request);
}

/* It is never `current`: nobody repeats a flush, and a write by another process must not wait for
 * it. */
void
vfs_lines_run_rest (VfsFile *file, Request *request)
{
  VfsWrite *write = write_new (file, 0, (const guint8 *)"\n", 1, file->lines.owner);

  write->closing = TRUE;
  start (file, write, request);
  write_unref (write);
}

void
vfs_lines_release (VfsFile *file)
{
  VfsWrite *current = file->lines.current;

  /* It was interrupted, and now nobody can join it any more. */
  if (current != NULL && current->command != NULL)
    request_set_interest (current->command, REQUEST_GONE);
  forget_current (file);
  vfs_rest_release (file);
}

void
vfs_lines_abort (VfsWrite *write)
{
  Request *request = g_steal_pointer (&write->request);

  if (request != NULL)
    {
      request_fail (request, ENOTCONN);
      request_unref (request);
    }
  request_cancel (write->command);
}
