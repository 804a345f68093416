/* SPDX-License-Identifier: MIT */
/* mount-file.c - the operations on open files.
 *
 * Every open has FOPEN_DIRECT_IO: sizes of fetched files are not known, and values must not be
 * cached. A conversation also has FOPEN_STREAM: without it a reader that waits on an open file
 * holds the position lock, and a write by the same open file would wait for it for ever.
 * libfuse 3.14 doesn't know that flag, so the reply to an open is our own struct fuse_open_out.
 */
#include "mount-private.h"

#include <errno.h>
#include <linux/fuse.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static VfsFile *
file_of (const struct fuse_file_info *info)
{
  return (VfsFile *)(uintptr_t)info->fh;
}

static guint32
open_flags (const VfsFile *file)
{
  guint32 flags = FOPEN_DIRECT_IO;

  if (vfs_file_is_stream (file))
    flags |= FOPEN_STREAM | FOPEN_NONSEEKABLE;
  if (!vfs_file_is_written (file))
    flags |= FOPEN_NOFLUSH;
  return flags;
}

static void
reply_open (MountOp *op)
{
  struct fuse_open_out out = { 0 };

  if (op->file == NULL)
    {
      fuse_reply_err (op->req, request_error (op->request));
      return;
    }
  out.fh = (uintptr_t)op->file;
  out.open_flags = open_flags (op->file);
  /* The opener was killed meanwhile: the kernel will send no release. */
  if (fuse_reply_buf (op->req, (const char *)&out, sizeof out) == -ENOENT)
    vfs_release (op->file);
}

static void
op_open (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  VfsNode *node = mount_node (req, ino);
  MountOp *op;

  if (node == NULL)
    {
      fuse_reply_err (req, ENOENT);
      return;
    }
  op = mount_op_new (req, node, reply_open);
  vfs_open (node, info->flags, op->request, &op->file);
  mount_op_wait (op);
}

static void
reply_create (MountOp *op)
{
  struct fuse_entry_param entry;
  VfsTree *tree = op->mount->tree;

  if (op->file == NULL)
    {
      fuse_reply_err (op->req, request_error (op->request));
      return;
    }
  mount_fill_entry (op->req, vfs_node_ref (op->node), &entry);
  op->info.fh = (uintptr_t)op->file;
  op->info.direct_io = 1;
  if (fuse_reply_create (op->req, &entry, &op->info) == -ENOENT)
    {
      vfs_forget (tree, entry.ino, 1);
      vfs_release (op->file);
    }
}

static void
op_create (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
           struct fuse_file_info *info)
{
  VfsNode *dir = mount_node (req, parent);
  g_autoptr (VfsNode) node = NULL;
  int error = dir == NULL ? ENOENT : vfs_create (dir, name, &node);
  MountOp *op;

  if (error != 0)
    {
      fuse_reply_err (req, error);
      return;
    }
  op = mount_op_new (req, node, reply_create);
  op->info = *info;
  vfs_open (node, info->flags, op->request, &op->file);
  mount_op_wait (op);
}

static void
reply_read (MountOp *op)
{
  Request *request = op->request;
  GBytes *bytes = request_bytes (request);
  int error = request_error (request);
  const struct iovec *iov;
  int n_iov;

  iov = request_iov (request, &n_iov);
  if (error != 0)
    fuse_reply_err (op->req, error);
  else if (iov != NULL)
    fuse_reply_iov (op->req, iov, n_iov);
  else if (bytes != NULL)
    fuse_reply_buf (op->req, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  else
    fuse_reply_buf (op->req, NULL, 0);
}

static void
op_read (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *info)
{
  MountOp *op = mount_op_new (req, NULL, reply_read);

  op->streams = vfs_file_is_stream (file_of (info));
  vfs_read (file_of (info), (guint64)offset, size, (info->flags & O_NONBLOCK) != 0, op->request);
  mount_op_wait (op);
}

static void
reply_write (MountOp *op)
{
  int error = request_error (op->request);

  if (error != 0)
    fuse_reply_err (op->req, error);
  else
    fuse_reply_write (op->req, request_count (op->request));
}

static void
op_write (fuse_req_t req, fuse_ino_t ino, const char *bytes, size_t size, off_t offset,
          struct fuse_file_info *info)
{
  MountOp *op = mount_op_new (req, NULL, reply_write);

  op->acts = TRUE;
  vfs_write (file_of (info), (guint64)offset, bytes, size, info->lock_owner, op->request);
  mount_op_wait (op);
}

static void
reply_error (MountOp *op)
{
  fuse_reply_err (op->req, request_error (op->request));
}

static void
op_flush (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  MountOp *op = mount_op_new (req, NULL, reply_error);
  VfsFile *file = file_of (info);

  op->acts = TRUE;
  vfs_flush (file, info->lock_owner,
             vfs_file_has_rest (file) && mount_caller_is_dying (mount_caller (req).pid),
             op->request);
  mount_op_wait (op);
}

static void
op_release (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  vfs_release (file_of (info));
  fuse_reply_err (req, 0);
}

static void
op_fsync (fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *info)
{
  fuse_reply_err (req, 0);
}

static void
on_poll_news (gpointer handle, gboolean news)
{
  if (news)
    fuse_lowlevel_notify_poll (handle);
  fuse_pollhandle_destroy (handle);
}

static void
op_poll (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info,
         struct fuse_pollhandle *handle)
{
  fuse_reply_poll (req, vfs_poll (file_of (info), on_poll_news, handle));
}

/* Kernel: only SEEK_DATA and SEEK_HOLE come here. There are no holes. */
static void
op_lseek (fuse_req_t req, fuse_ino_t ino, off_t offset, int whence, struct fuse_file_info *info)
{
  off_t size = (off_t)vfs_file_size (file_of (info));

  if (vfs_file_is_stream (file_of (info)))
    fuse_reply_err (req, ESPIPE);
  else if (offset < 0 || offset >= size)
    fuse_reply_err (req, ENXIO);
  else
    fuse_reply_lseek (req, whence == SEEK_HOLE ? size : offset);
}

static void
op_fallocate (fuse_req_t req, fuse_ino_t ino, int mode, off_t offset, off_t length,
              struct fuse_file_info *info)
{
  fuse_reply_err (req, EOPNOTSUPP);
}

static void
op_ioctl (fuse_req_t req, fuse_ino_t ino, unsigned int command, void *arg,
          struct fuse_file_info *info, unsigned flags, const void *in, size_t in_size,
          size_t out_size)
{
  fuse_reply_err (req, ENOTTY);
}

static void
op_copy_file_range (fuse_req_t req, fuse_ino_t ino_in, off_t offset_in,
                    struct fuse_file_info *info_in, fuse_ino_t ino_out, off_t offset_out,
                    struct fuse_file_info *info_out, size_t len, int flags)
{
  fuse_reply_err (req, EOPNOTSUPP);
}

void
mount_file_operations (struct fuse_lowlevel_ops *ops)
{
  ops->open = op_open;
  ops->create = op_create;
  ops->read = op_read;
  ops->write = op_write;
  ops->flush = op_flush;
  ops->release = op_release;
  ops->fsync = op_fsync;
  ops->poll = op_poll;
  ops->lseek = op_lseek;
  ops->fallocate = op_fallocate;
  ops->ioctl = op_ioctl;
  ops->copy_file_range = op_copy_file_range;
}
