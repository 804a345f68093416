/* SPDX-License-Identifier: MIT */
/* vfs-file.h - open files: what a front end (FUSE) calls between open and release.
 *
 * One open is one of four things, by its row and the way it was opened:
 *
 *   snapshot   for reading: the text as it was at the open
 *   view       for reading a growing file: everything from the node's base on, growing
 *   control    for writing: each whole line is a command, and its error is the write's
 *   talk       for both, where the row has a conversation: private, pipe-like
 */
#pragma once

#include "vfs-tree.h"

G_BEGIN_DECLS

#define VFS_LINE_MAX ((gsize)1024 * 1024)      /* bytes of one line, and of one value */
#define VFS_STREAM_LINE_MAX ((gsize)64 * 1024) /* of a line said to a stream */
#define VFS_ANSWERS_MAX 1000                   /* unread answers of one conversation, then EBUSY */
#define VFS_UNREAD_MAX ((gsize)64 * 1024 * 1024) /* bytes of them */

/* Opens; `flags` as in open(2). *ret_file is set before the request is answered, and is NULL when
 * the answer is an error (EACCES: the row has no such side; EROFS: the tree only monitors; ENFILE:
 * the caller's share is used up; ENOMEM: its share of memory; ENXIO: the node is gone; ESTALE: for
 * the kernel alone, the name is to be looked up and opened again; what fetch said). Cancelling
 * gives EINTR. */
void vfs_open (VfsNode *node, int flags, Request *request, VfsFile **ret_file);
void vfs_release (VfsFile *file);

/* Answered with bytes or lent pieces; none at the end of the file. `nonblock`: EAGAIN where a
 * conversation would wait. */
void vfs_read (VfsFile *file, guint64 offset, gsize size, gboolean nonblock, Request *request);
/* Answered with the count of bytes taken. `owner`: the kernel's lock owner, which tells whose flush
 * belongs to whose write. `len` 0 does nothing. EBUSY while another write on this open waits for
 * its answer: the kernel sends one at a time. */
void vfs_write (VfsFile *file, guint64 offset, const void *bytes, gsize len, guint64 owner,
                Request *request);
/* At each close of a duplicate. A line without its newline, when it is all that its owner wrote, is
 * run (the answer is its answer), unless its owner is `dying`: then it is dropped. EINVAL: it is
 * behind whole lines, or a block is shorter than it said; unless more is written, it is not run. */
void vfs_flush (VfsFile *file, guint64 owner, gboolean dying, Request *request);
/* Is there anything for whose flush it matters whether its caller is dying? */
gboolean vfs_file_has_rest (const VfsFile *file);

/* Which of POLLIN and POLLOUT are ready. When `handle` is given it is kept until news come or the
 * file is released or polled again, and `notify` runs exactly once with it: with TRUE for news. */
typedef void (*VfsNotifyFunc) (gpointer handle, gboolean news);
guint vfs_poll (VfsFile *file, VfsNotifyFunc notify, gpointer handle);

/* FALSE for a view or snapshot that the kernel may seek in. */
gboolean vfs_file_is_stream (const VfsFile *file);
/* Bytes that this very open shows: of its snapshot, or of its view as far as it has grown. 0 where
 * there is nothing to seek in. */
guint64 vfs_file_size (const VfsFile *file);
/* Can a flush ever have something to do? */
gboolean vfs_file_is_written (const VfsFile *file);

G_END_DECLS
