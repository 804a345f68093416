/* SPDX-License-Identifier: MIT */
/* vfs-ring.h - the newest records, shown in several formats at exact offsets.
 *
 * A record is stored once, as the bytes it was appended with. It has a length in each format, given
 * when it is appended, so that sizes and offsets are known without any text being made; the texts
 * are made when they are read. Offsets count from the first record ever, per format, in 64 bits.
 *
 * When the capacity is reached the oldest records go; whoever still wanted them is told how many.
 */
#pragma once

#include <sys/uio.h>

#include "wait-queue.h"

G_BEGIN_DECLS

#define VFS_RING_MAX_FORMATS 3

typedef struct _VfsRing VfsRing;

/* A record, lent until the next append. */
typedef struct
{
  const guint8 *bytes;
  gsize len;
  guint32 tag;    /* the appender's own word for it */
  guint64 number; /* counts from 1 */
  gint64 time;    /* microseconds since the epoch, as appended */
} VfsRecord;

typedef struct
{
  /* Appends the record's text in this format: exactly as many bytes as were said at the append.
   * NULL: the stored bytes are the text. */
  void (*render) (const VfsRecord *record, GString *out, gpointer data);
  /* Appends the record that stands for those which are gone: how many records, and how many bytes
   * of this format; 0 where that is not known. */
  void (*gap) (guint64 records, guint64 bytes, GString *out, gpointer data);
} VfsRingFormat;

/* `capacity`: bytes of records and of their index together; at least one record is kept whatever
 * its size. The formats are copied. */
VfsRing *vfs_ring_new (gsize capacity, const VfsRingFormat *formats, guint n_formats,
                       gpointer data);
void vfs_ring_free (VfsRing *ring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VfsRing, vfs_ring_free)

/* `lengths`: of the record's text in each format. Wakes those who wait. */
void vfs_ring_append (VfsRing *ring, const void *bytes, gsize len, guint32 tag, gint64 time,
                      const gsize *lengths);

/* The same of the bytes and a newline. */
void vfs_ring_append_line (VfsRing *ring, const void *bytes, gsize len, guint32 tag, gint64 time,
                           const gsize *lengths);

/* Numbers of the oldest record kept and of the one that comes next: equal when there is none. */
guint64 vfs_ring_first (const VfsRing *ring);
guint64 vfs_ring_next (const VfsRing *ring);
gboolean vfs_ring_record (const VfsRing *ring, guint64 number, VfsRecord *ret_record);

/* Offsets in a format: of the oldest record kept, and of the end. */
guint64 vfs_ring_start (const VfsRing *ring, guint format);
guint64 vfs_ring_end (const VfsRing *ring, guint format);
/* The record that holds the byte at `offset` (start <= offset < end), and where its text starts. */
guint64 vfs_ring_find (const VfsRing *ring, guint format, guint64 offset, guint64 *ret_start);
/* Appends a record's whole text (nothing when it is gone), or the gap record. */
void vfs_ring_render (const VfsRing *ring, guint format, guint64 number, GString *out);
void vfs_ring_render_gap (const VfsRing *ring, guint format, guint64 records, guint64 bytes,
                          GString *out);

/* The stored bytes of the records from `number` on that are tagged `tag`, as they lie: whole ones,
 * at most `want` bytes, in `n_iov` pieces. Lent until the next append. Returns the number behind
 * the last of them. */
guint64 vfs_ring_lend (const VfsRing *ring, guint64 number, guint32 tag, gsize want,
                       struct iovec *iov, int *n_iov);

/* Bytes of the record's text in a format; 0 for one that is gone. */
gsize vfs_ring_length (const VfsRing *ring, guint format, guint64 number);

WaitQueue *vfs_ring_queue (const VfsRing *ring);
gint64 vfs_ring_time (const VfsRing *ring); /* of the last append; 0: none yet */

G_END_DECLS
