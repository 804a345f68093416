/* SPDX-License-Identifier: MIT */
/* vfs-view.c - reading a growing file.
 *
 * A view's byte 0 is the oldest whole record at the time of the look-up; its size is what has come
 * since. An open reads at its own offsets; `skew` turns them into the ring's. Reading never waits:
 * at the end it gives end of file, and `tail -f` comes back.
 *
 * A reader that was overtaken by the ring (lapped) is not given the torn rest of anything. The
 * records that its last read began in and stopped in are kept (a gap record is one of them), so
 * that whoever stopped in the midst of one, or goes back to it (bash reads ahead and seeks back,
 * line by line), gets the rest of it. Then comes one gap record, and the skew is changed so that
 * what follows the gap record is the oldest record that is left: offsets go on without a hole, and
 * the size that stat shows stays what can be read.
 *
 * A read is only short at the end of the file, whatever it is put together from: dd and tac take a
 * short one for more than it is.
 */
#include "vfs-private.h"

#include <errno.h>
#include <string.h>

/* What one read may cost, whatever size was asked for. */
#define READ_MAX ((gsize)1024 * 1024)

/* `from` may be the same. */
static void
kept_copy (VfsKeptText *kept, const VfsKeptText *from)
{
  g_autoptr (GBytes) old = kept->text;

  *kept = *from;
  if (kept->text != NULL)
    g_bytes_ref (kept->text);
}

static void
kept_clear (VfsKeptText *kept)
{
  kept_copy (kept, &(VfsKeptText){ 0 });
}

void
vfs_view_open (VfsFile *file)
{
  file->view.skew = file->node->base;
  file->view.kept[VFS_KEPT_LAST].next = file->node->base_number;
}

void
vfs_view_clear (VfsView *view)
{
  for (guint i = 0; i < G_N_ELEMENTS (view->kept); i++)
    kept_clear (&view->kept[i]);
}

/* A record was taken: `text`, or NULL when nobody can want it again, at [at, at + len), before
 * record `next`. */
static void
keep (VfsView *view, gboolean is_first, const char *text, gsize len, guint64 at, guint64 next)
{
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new (text, len) : NULL;
  const VfsKeptText taken = { .text = bytes, .at = at, .end = at + len, .next = next };

  if (is_first)
    kept_copy (&view->kept[VFS_KEPT_FIRST], &taken);
  kept_copy (&view->kept[VFS_KEPT_LAST], &taken);
}

/* Appends what is kept at `offset`, as far as one record goes; FALSE: nothing is. */
static gboolean
take_kept (VfsView *view, guint64 offset, gsize size, GString *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (view->kept); i++)
    {
      const VfsKeptText *kept = &view->kept[i];
      const char *text;

      if (kept->text == NULL || offset < kept->at || offset >= kept->end)
        continue;
      text = g_bytes_get_data (kept->text, NULL);
      if (out->len == 0)
        kept_copy (&view->kept[VFS_KEPT_FIRST], kept);
      g_string_append_len (out, text + (offset - kept->at), (gssize)MIN (size, kept->end - offset));
      kept_copy (&view->kept[VFS_KEPT_LAST], kept);
      return TRUE;
    }
  return FALSE;
}

/* How many records are gone at `offset`; 0: not known. */
static guint64
count_lost (const VfsView *view, const VfsRing *ring, guint64 offset)
{
  for (guint i = 0; i < G_N_ELEMENTS (view->kept); i++)
    if (view->kept[i].end == offset && view->kept[i].next != 0)
      return vfs_ring_first (ring) - view->kept[i].next;
  return 0;
}

/* Puts a gap record at `offset` and moves the view so that the oldest record follows it. What is
 * kept lies before it: the rest is forgotten with it. */
static void
take_gap (VfsFile *file, VfsRing *ring, guint format, guint64 offset, gsize size, GString *out)
{
  VfsView *view = &file->view;
  VfsNode *node = file->node;
  guint64 start = vfs_ring_start (ring, format);
  guint64 old_skew = view->skew;
  g_autoptr (GString) gap = g_string_new (NULL);

  vfs_ring_render_gap (ring, format, count_lost (view, ring, offset), start - (offset + old_skew),
                       gap);
  view->skew = start - (offset + gap->len);
  keep (view, out->len == 0, gap->str, gap->len, offset, vfs_ring_first (ring));
  kept_copy (&view->kept[VFS_KEPT_GAP], &view->kept[VFS_KEPT_LAST]);
  g_string_append_len (out, gap->str, (gssize)MIN (size, gap->len));
  /* What stat shows follows the reader that was lapped; a node has one, but for /proc/PID/fd. */
  if (node->base == old_skew)
    {
      node->base = view->skew;
      node->base_number = 0;
    }
}

/* Appends up to `size` bytes of the records from `offset` on, which the ring still has. */
static void
take_records (VfsFile *file, VfsRing *ring, guint format, guint64 offset, gsize size, GString *out)
{
  VfsView *view = &file->view;
  gsize begin = out->len;
  gsize last = begin;
  guint64 start;
  guint64 number = vfs_ring_find (ring, format, offset + view->skew, &start);
  gsize skip = offset + view->skew - start;

  vfs_ring_render (ring, format, number++, out);
  keep (view, begin == 0, out->str + begin, out->len - begin, offset - skip, number);
  g_string_erase (out, (gssize)begin, (gssize)skip);
  while (number < vfs_ring_next (ring) && out->len - begin < size)
    {
      last = out->len;
      vfs_ring_render (ring, format, number++, out);
    }
  /* Of a record that was taken to its end, nobody can want the rest. */
  if (last > begin)
    keep (view, FALSE, out->len - begin > size ? out->str + last : NULL, out->len - last,
          offset + (last - begin), number);
  if (out->len - begin > size)
    g_string_truncate (out, begin + size);
}

/* Where in the ring the offset lies: before it (lapped), in it, or at its end and beyond. */
static gint64
distance (const VfsFile *file, guint64 offset, guint64 ring_offset)
{
  return (gint64)(offset + file->view.skew - ring_offset);
}

static void
settle (VfsFile *file)
{
  VfsView *view = &file->view;
  gsize kept = 0;

  for (guint i = 0; i < G_N_ELEMENTS (view->kept); i++)
    if (view->kept[i].text != NULL)
      kept += g_bytes_get_size (view->kept[i].text);
  vfs_file_keep (file, &view->kept_bytes, kept);
}

void
vfs_view_read (VfsFile *file, guint64 offset, gsize size, Request *request)
{
  VfsRing *ring = file->node->entry->ring (file->node);
  guint format = file->node->entry->ring_format;
  g_autoptr (GString) out = g_string_new (NULL);
  struct iovec piece;

  if (!vfs_file_charge (file, 0))
    {
      request_fail (request, ENOMEM);
      return;
    }
  size = MIN (size, READ_MAX);
  while (out->len < size && distance (file, offset + out->len, vfs_ring_end (ring, format)) < 0)
    {
      guint64 at = offset + out->len;

      if (distance (file, at, vfs_ring_start (ring, format)) >= 0)
        take_records (file, ring, format, at, size - out->len, out);
      else if (!take_kept (&file->view, at, size - out->len, out))
        take_gap (file, ring, format, at, size - out->len, out);
    }
  settle (file);
  piece = (struct iovec){ .iov_base = out->str, .iov_len = out->len };
  request_lend (request, &piece, 1);
}
