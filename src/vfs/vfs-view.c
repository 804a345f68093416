/* SPDX-License-Identifier: MIT */
/* vfs-view.c - reading a growing file.
 *
 * A view's byte 0 is the oldest whole record at the time of the look-up; its size is what has come
 * since. An open reads at its own offsets; `skew` turns them into the ring's. Reading never waits:
 * at the end it gives end of file, and `tail -f` comes back.
 *
 * A reader that was overtaken by the ring (lapped) is not given the torn rest of anything. If its
 * last read ended in the middle of a record, the rest of that record is still here, in `text`. Then
 * it gets one gap record, and the skew is changed so that what follows the gap record is the oldest
 * record that is left: offsets go on without a hole, and the size that stat shows stays what can be
 * read.
 */
#include "vfs-private.h"

#include <string.h>

/* What one read may cost, whatever size was asked for. */
#define READ_MAX ((gsize)1024 * 1024)

void
vfs_view_open (VfsFile *file)
{
  file->view.skew = file->node->base;
}

void
vfs_view_clear (VfsView *view)
{
  g_clear_pointer (&view->text, g_bytes_unref);
}

static void
keep_text (VfsView *view, GBytes *text, guint64 at)
{
  vfs_view_clear (view);
  view->text = text;
  view->text_at = at;
}

static gboolean
text_holds (const VfsView *view, guint64 offset)
{
  return view->text != NULL && offset >= view->text_at
         && offset - view->text_at < g_bytes_get_size (view->text);
}

static void
lend_text (const VfsView *view, guint64 offset, gsize size, VfsRequest *request)
{
  gsize len;
  const guint8 *text = g_bytes_get_data (view->text, &len);
  struct iovec piece;

  piece.iov_base = (void *)(text + (offset - view->text_at));
  piece.iov_len = MIN (size, len - (offset - view->text_at));
  vfs_request_lend (request, &piece, 1);
}

/* Puts a gap record at `offset` and moves the view so that the oldest record follows it. */
static void
put_gap (VfsFile *file, VfsRing *ring, guint format, guint64 offset, guint64 ring_offset)
{
  guint64 start = vfs_ring_start (ring, format);
  GString *gap = g_string_new (NULL);
  guint64 old_skew = file->view.skew;
  guint64 records = 0;
  gsize gap_len;

  if (file->view.next != 0 && file->view.next_at == offset)
    records = vfs_ring_first (ring) - file->view.next;
  vfs_ring_render_gap (ring, format, records, start - ring_offset, gap);
  gap_len = gap->len;
  keep_text (&file->view, g_string_free_to_bytes (gap), offset);
  file->view.skew = start - (offset + gap_len);
  if (file->node->base == old_skew)
    file->node->base = file->view.skew;
}

/* Appends whole records from *number on, until there is enough. Returns where the last one starts;
 * *number is the one after it. */
static gsize
render_records (VfsRing *ring, guint format, guint64 *number, gsize enough, GString *out)
{
  gsize last = 0;

  for (; *number < vfs_ring_next (ring) && out->len < enough; ++*number)
    {
      last = out->len;
      vfs_ring_render (ring, format, *number, out);
    }
  return last;
}

static void
read_records (VfsFile *file, VfsRing *ring, guint format, guint64 offset, gsize size,
              VfsRequest *request)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 ring_offset = offset + file->view.skew;
  guint64 start;
  guint64 number = vfs_ring_find (ring, format, ring_offset, &start);
  gsize skip = ring_offset - start;
  gsize last = render_records (ring, format, &number, skip + size, text);
  struct iovec piece = { .iov_base = text->str + skip, .iov_len = MIN (size, text->len - skip) };

  file->view.next = number;
  file->view.next_at = offset - skip + text->len;
  /* A read that ends inside a record keeps the record: the ring may move on before the rest is
   * read. */
  if (skip + size < text->len)
    keep_text (&file->view, g_bytes_new (text->str + last, text->len - last), offset - skip + last);
  vfs_request_lend (request, &piece, 1);
}

void
vfs_view_read (VfsFile *file, guint64 offset, gsize size, VfsRequest *request)
{
  VfsRing *ring = file->node->entry->ring (file->node);
  guint format = file->node->entry->ring_format;
  guint64 ring_offset = offset + file->view.skew;
  guint64 end = vfs_ring_end (ring, format);

  size = MIN (size, READ_MAX);
  if (text_holds (&file->view, offset))
    {
      lend_text (&file->view, offset, size, request);
      return;
    }
  if ((gint64)(ring_offset - end) >= 0)
    {
      vfs_request_done (request, 0);
      return;
    }
  if ((gint64)(ring_offset - vfs_ring_start (ring, format)) >= 0)
    {
      read_records (file, ring, format, offset, size, request);
      return;
    }
  put_gap (file, ring, format, offset, ring_offset);
  lend_text (&file->view, offset, size, request);
}
