/* SPDX-License-Identifier: MIT */
/* vfs-ring.c - records in chunks, an index in a circular array.
 *
 * Records lie whole in chunks (a large one has a chunk to itself), so that a record's bytes are
 * always one piece. A chunk is freed when its last record goes; chunks are a small part of the
 * capacity, so that little more goes than must. The index is a circular array of fixed entries that
 * doubles when full; records are numbered without holes, so finding one by number is arithmetic and
 * by offset a binary search.
 */
#include "vfs-ring.h"

#include <string.h>

#define CHUNKS_WANTED 16
#define CHUNK_MIN ((gsize)1024)
#define CHUNK_MAX ((gsize)256 * 1024)
#define SLOTS_AT_FIRST 16

typedef struct
{
  guint8 *bytes;
  gsize size; /* allocated */
  gsize used;
  guint records; /* still kept */
} Chunk;

typedef struct
{
  Chunk *chunk;
  gsize offset; /* in the chunk */
  gsize len;
  gint64 time;
  guint64 starts[VFS_RING_MAX_FORMATS];
  guint32 tag;
} Slot;

struct _VfsRing
{
  VfsRingFormat formats[VFS_RING_MAX_FORMATS];
  guint n_formats;
  gpointer data;
  gsize capacity;
  gsize chunk; /* bytes of a chunk */
  gsize used;  /* chunk memory, index memory */

  Chunk *last; /* being filled */
  Slot *slots; /* circular, n_slots a power of two */
  gsize n_slots;
  guint64 first; /* number of the oldest */
  guint64 next;
  guint64 ends[VFS_RING_MAX_FORMATS];
  WaitQueue *queue;
};

VfsRing *
vfs_ring_new (gsize capacity, const VfsRingFormat *formats, guint n_formats, gpointer data)
{
  VfsRing *ring = g_new0 (VfsRing, 1);

  g_assert (n_formats <= VFS_RING_MAX_FORMATS);
  memcpy (ring->formats, formats, n_formats * sizeof *formats);
  ring->n_formats = n_formats;
  ring->data = data;
  ring->capacity = capacity;
  ring->chunk = CLAMP (capacity / CHUNKS_WANTED, CHUNK_MIN, CHUNK_MAX);
  ring->n_slots = SLOTS_AT_FIRST;
  ring->slots = g_new (Slot, ring->n_slots);
  ring->used = ring->n_slots * sizeof (Slot);
  ring->first = ring->next = 1;
  ring->queue = wait_queue_new ();
  return ring;
}

static Slot *
slot_at (const VfsRing *ring, guint64 number)
{
  return &ring->slots[number & (ring->n_slots - 1)];
}

static void
chunk_drop (VfsRing *ring, Chunk *chunk)
{
  ring->used -= chunk->size;
  if (ring->last == chunk)
    ring->last = NULL;
  g_free (chunk->bytes);
  g_free (chunk);
}

static void
drop_first (VfsRing *ring)
{
  Slot *slot = slot_at (ring, ring->first++);

  if (--slot->chunk->records == 0 && slot->chunk != ring->last)
    chunk_drop (ring, slot->chunk);
}

void
vfs_ring_free (VfsRing *ring)
{
  while (ring->first < ring->next)
    drop_first (ring);
  if (ring->last != NULL)
    chunk_drop (ring, ring->last);
  wait_queue_free (ring->queue);
  g_free (ring->slots);
  g_free (ring);
}

static void
grow_index (VfsRing *ring)
{
  gsize n_slots = ring->n_slots * 2;
  Slot *slots = g_new (Slot, n_slots);

  for (guint64 number = ring->first; number < ring->next; number++)
    slots[number & (n_slots - 1)] = *slot_at (ring, number);
  ring->used += (n_slots - ring->n_slots) * sizeof (Slot);
  g_free (ring->slots);
  ring->slots = slots;
  ring->n_slots = n_slots;
}

static Chunk *
chunk_for (VfsRing *ring, gsize len)
{
  Chunk *chunk = ring->last;

  if (chunk != NULL && chunk->size - chunk->used >= len)
    return chunk;
  if (chunk != NULL && chunk->records == 0)
    chunk_drop (ring, chunk);
  chunk = g_new0 (Chunk, 1);
  chunk->size = MAX (ring->chunk, len);
  chunk->bytes = g_malloc (chunk->size);
  ring->used += chunk->size;
  ring->last = chunk;
  return chunk;
}

static void
make_room (VfsRing *ring, gsize len)
{
  gboolean new_chunk = ring->last == NULL || ring->last->size - ring->last->used < len;
  gsize need = new_chunk ? MAX (ring->chunk, len) : 0;

  while (ring->first < ring->next && ring->used + need > ring->capacity)
    drop_first (ring);
  if (ring->next - ring->first < ring->n_slots)
    return;
  /* Double the index only within the capacity: else tiny records go as large ones do. */
  if (ring->used + ring->n_slots * sizeof (Slot) <= ring->capacity || ring->first == ring->next)
    grow_index (ring);
  else
    drop_first (ring);
}

/* `end`: what follows the bytes, of `end_len`. */
static void
append (VfsRing *ring, const void *bytes, gsize len, const char *end, gsize end_len, guint32 tag,
        gint64 time, const gsize *lengths)
{
  gsize whole = len + end_len;
  Chunk *chunk;
  Slot *slot;

  make_room (ring, whole);
  chunk = chunk_for (ring, whole);
  slot = slot_at (ring, ring->next++);
  *slot = (Slot){ .chunk = chunk, .offset = chunk->used, .len = whole, .time = time, .tag = tag };
  memcpy (chunk->bytes + chunk->used, bytes, len);
  memcpy (chunk->bytes + chunk->used + len, end, end_len);
  chunk->used += whole;
  chunk->records++;
  for (guint i = 0; i < ring->n_formats; i++)
    {
      slot->starts[i] = ring->ends[i];
      ring->ends[i] += lengths[i];
    }
  wait_queue_wake (ring->queue);
}

void
vfs_ring_append (VfsRing *ring, const void *bytes, gsize len, guint32 tag, gint64 time,
                 const gsize *lengths)
{
  append (ring, bytes, len, "", 0, tag, time, lengths);
}

void
vfs_ring_append_line (VfsRing *ring, const void *bytes, gsize len, guint32 tag, gint64 time,
                      const gsize *lengths)
{
  append (ring, bytes, len, "\n", 1, tag, time, lengths);
}

guint64
vfs_ring_first (const VfsRing *ring)
{
  return ring->first;
}

guint64
vfs_ring_next (const VfsRing *ring)
{
  return ring->next;
}

gboolean
vfs_ring_record (const VfsRing *ring, guint64 number, VfsRecord *ret_record)
{
  const Slot *slot;

  if (number < ring->first || number >= ring->next)
    return FALSE;
  slot = slot_at (ring, number);
  *ret_record = (VfsRecord){ .bytes = slot->chunk->bytes + slot->offset,
                             .len = slot->len,
                             .tag = slot->tag,
                             .number = number,
                             .time = slot->time };
  return TRUE;
}

guint64
vfs_ring_lend (const VfsRing *ring, guint64 number, guint32 tag, gsize want, struct iovec *iov,
               int *n_iov)
{
  int most = *n_iov;
  const guint8 *end = NULL;

  *n_iov = 0;
  for (; number >= ring->first && number < ring->next; number++)
    {
      const Slot *slot = slot_at (ring, number);
      guint8 *bytes = slot->chunk->bytes + slot->offset;

      if (slot->tag != tag || slot->len > want)
        break;
      if (bytes != end)
        {
          if (*n_iov == most)
            break;
          iov[(*n_iov)++] = (struct iovec){ .iov_base = bytes };
        }
      iov[*n_iov - 1].iov_len += slot->len;
      want -= slot->len;
      end = bytes + slot->len;
    }
  return number;
}

guint64
vfs_ring_start (const VfsRing *ring, guint format)
{
  if (ring->first == ring->next)
    return ring->ends[format];
  return slot_at (ring, ring->first)->starts[format];
}

guint64
vfs_ring_end (const VfsRing *ring, guint format)
{
  return ring->ends[format];
}

guint64
vfs_ring_find (const VfsRing *ring, guint format, guint64 offset, guint64 *ret_start)
{
  guint64 low = ring->first, high = ring->next;

  g_assert (low < high);
  while (high - low > 1)
    {
      guint64 middle = low + (high - low) / 2;

      if (slot_at (ring, middle)->starts[format] <= offset)
        low = middle;
      else
        high = middle;
    }
  *ret_start = slot_at (ring, low)->starts[format];
  return low;
}

static guint64
slot_end (const VfsRing *ring, guint format, guint64 number)
{
  return number + 1 < ring->next ? slot_at (ring, number + 1)->starts[format] : ring->ends[format];
}

/* A text that is not as long as was said would shift every offset after it, and make readers reach
 * beyond it: it is cut or filled up. */
static void
force_length (GString *out, gsize start, gsize len)
{
  gsize got = out->len - start;

  if (got == len)
    return;
  g_critical ("a record of %" G_GSIZE_FORMAT " bytes has a text of %" G_GSIZE_FORMAT, len, got);
  g_string_set_size (out, start + len);
  if (got < len)
    memset (out->str + start + got, ' ', len - got);
}

void
vfs_ring_render (const VfsRing *ring, guint format, guint64 number, GString *out)
{
  gsize start = out->len;
  VfsRecord record;

  if (!vfs_ring_record (ring, number, &record))
    return;
  if (ring->formats[format].render != NULL)
    ring->formats[format].render (&record, out, ring->data);
  else
    g_string_append_len (out, (const char *)record.bytes, (gssize)record.len);
  force_length (out, start,
                slot_end (ring, format, number) - slot_at (ring, number)->starts[format]);
}

void
vfs_ring_render_gap (const VfsRing *ring, guint format, guint64 records, guint64 bytes,
                     GString *out)
{
  ring->formats[format].gap (records, bytes, out, ring->data);
}

gsize
vfs_ring_length (const VfsRing *ring, guint format, guint64 number)
{
  if (number < ring->first || number >= ring->next)
    return 0;
  return slot_end (ring, format, number) - slot_at (ring, number)->starts[format];
}

WaitQueue *
vfs_ring_queue (const VfsRing *ring)
{
  return ring->queue;
}

gint64
vfs_ring_time (const VfsRing *ring)
{
  if (ring->first == ring->next)
    return 0;
  return slot_at (ring, ring->next - 1)->time;
}
