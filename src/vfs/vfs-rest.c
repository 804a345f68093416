/* SPDX-License-Identifier: MIT */
/* vfs-rest.c - what has no end yet when somebody closes.
 *
 * Half a command must never run: half a telephone number is another number. But `printf cmd > f` is
 * meant to run. So a line without its newline runs at the close (FLUSH) by the process that wrote
 * it, if that is alive and no whole line was written on this open: behind whole lines it is what a
 * pipe was cut off at. The flush of a process that is dying runs nothing, since nobody knows what
 * it still wanted to write, and nor does the release, which nobody waits for; what is dropped is
 * told in eslfs/errors. (Kernel: FLUSH comes at every close of a duplicate, by any process, bash's
 * even before the data; and for all that is open when a process ends, then with its PF_EXITING
 * set.)
 *
 * The same for blocks: one without a Content-Length ends at a close, once its blank line has come,
 * even behind others, which its head tells it from. One that is shorter than its Content-Length
 * never runs. Values have no rest: each write has set one.
 */
#include "vfs-private.h"

#include <errno.h>
#include <string.h>

gboolean
vfs_lines_is_blank (const GString *text)
{
  return strspn (text->str, "\n") == text->len;
}

void
vfs_lines_tell (VfsFile *file, int error, const GString *line, const char *text)
{
  g_autoptr (GBytes) said = g_bytes_new (text, strlen (text));

  vfs_tree_failure (file->node->tree, &file->caller, file->node, error, line->str, line->len, said);
}

static gboolean
rest_is_block (const VfsFile *file)
{
  return vfs_entry_takes_blocks (file->node->entry);
}

/* A flush may come before the next piece, so a block must look complete: then its body is what was
 * written. */
static gboolean
rest_runs_at_close (const VfsFile *file)
{
  if (rest_is_block (file))
    return !file->is_talk && vfs_block_ends_with_file (&file->lines.block);
  return file->lines.pending->len > 0 && !file->lines.whole;
}

/* Who closes it so is told, and may still be followed by another who writes what is missing. */
static gboolean
rest_is_cut (const VfsFile *file)
{
  if (rest_is_block (file))
    return !file->is_talk && vfs_block_is_cut (&file->lines.block);
  return file->lines.pending->len > 0;
}

static void
rest_drop (VfsFile *file, int error, const char *why)
{
  VfsLines *lines = &file->lines;

  if (!vfs_lines_is_blank (lines->pending) && !vfs_tree_is_closing (file->node->tree))
    vfs_lines_tell (file, error, lines->pending, why);
  g_string_truncate (lines->pending, 0);
  lines->block = (VfsBlock){ 0 };
  vfs_lines_settle (file);
}

void
vfs_rest_flush (VfsFile *file, guint64 owner, gboolean dying, Request *request)
{
  VfsLines *lines = &file->lines;

  if (lines->owner != owner)
    {
      request_done (request, 0);
      return;
    }
  vfs_refusal_clear (&lines->refusal);
  lines->overlong = FALSE;
  if (dying)
    rest_drop (file, ECANCELED,
               "-ERR its writer ended before its end was written; it was not run\n");
  if (rest_runs_at_close (file))
    vfs_lines_run_rest (file, request);
  else if (rest_is_cut (file))
    request_fail (request, EINVAL);
  else
    request_done (request, 0);
}

void
vfs_rest_release (VfsFile *file)
{
  const char *why = "-ERR it had no newline when the file was closed; it was not run\n";

  if (rest_is_block (file))
    why = rest_is_cut (file)
              ? "-ERR the block is shorter than its Content-Length; it was not sent\n"
              : "-ERR the block had no blank line when the file was closed; it was not sent\n";
  rest_drop (file, EINVAL, why);
}

gboolean
vfs_file_has_rest (const VfsFile *file)
{
  return file->lines.pending->len > 0;
}
