/* SPDX-License-Identifier: MIT */
/* mount-node.c - the operations on names, attributes and directories.
 *
 * No operation that changes the tree acts on the switch: they say EPERM. ENOSYS is never answered,
 * since the kernel would stop sending that operation for the whole mount.
 */
#include "mount-private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void
mount_attr (VfsNode *node, fuse_req_t req, struct stat *ret_attr)
{
  Caller caller = mount_caller (req);
  VfsAttr attr;

  vfs_node_attr (node, &caller, &attr);
  *ret_attr = (struct stat){
    .st_ino = attr.ino,
    .st_mode = attr.mode,
    .st_nlink = attr.nlink,
    .st_uid = attr.uid,
    .st_gid = attr.gid,
    .st_size = (off_t)attr.size,
    .st_blocks = (blkcnt_t)((attr.size + 511) / 512),
    .st_blksize = 4096,
  };
  ret_attr->st_mtim.tv_sec = ret_attr->st_atim.tv_sec = attr.mtime / G_USEC_PER_SEC;
  ret_attr->st_mtim.tv_nsec = ret_attr->st_atim.tv_nsec = attr.mtime % G_USEC_PER_SEC * 1000;
  ret_attr->st_ctim.tv_sec = attr.ctime / G_USEC_PER_SEC;
  ret_attr->st_ctim.tv_nsec = attr.ctime % G_USEC_PER_SEC * 1000;
}

void
mount_fill_entry (fuse_req_t req, VfsNode *node, struct fuse_entry_param *ret_entry)
{
  *ret_entry = (struct fuse_entry_param){
    .ino = vfs_node_id (node),
    .attr_timeout = MOUNT_ATTR_TIMEOUT,
    .entry_timeout = vfs_node_name_timeout (node),
  };
  mount_attr (node, req, &ret_entry->attr);
  vfs_node_looked_up (node);
  vfs_node_unref (node);
}

void
mount_reply_entry (fuse_req_t req, VfsNode *node)
{
  VfsTree *tree = mount_of (req)->tree;
  struct fuse_entry_param entry;

  mount_fill_entry (req, node, &entry);
  /* A look-up whose caller has gone in the meantime is not forgotten later either. */
  if (fuse_reply_entry (req, &entry) == -ENOENT)
    vfs_forget (tree, entry.ino, 1);
}

static void
answer_lookup (fuse_req_t req, VfsNode *dir, const char *name)
{
  VfsNode *node = NULL;
  int error = vfs_lookup (dir, name, &node);
  Caller caller = mount_caller (req);

  if (error == ENOENT)
    vfs_lookup_failed (dir, name, &caller);
  if (error != 0)
    fuse_reply_err (req, error);
  else
    mount_reply_entry (req, node);
}

static void
reply_prepared_lookup (MountOp *op)
{
  int error = request_error (op->request);

  if (error != 0)
    fuse_reply_err (op->req, error);
  else
    answer_lookup (op->req, op->node, op->name);
}

static void
op_lookup (fuse_req_t req, fuse_ino_t parent, const char *name)
{
  VfsNode *dir = mount_node (req, parent);
  MountOp *op;

  if (dir == NULL || !vfs_dir_needs_prepare (dir))
    {
      if (dir == NULL)
        fuse_reply_err (req, ENOENT);
      else
        answer_lookup (req, dir, name);
      return;
    }
  op = mount_op_new (req, dir, reply_prepared_lookup);
  op->name = g_strdup (name);
  vfs_dir_prepare (dir, op->request);
  mount_op_wait (op);
}

static void
op_forget (fuse_req_t req, fuse_ino_t ino, uint64_t count)
{
  vfs_forget (mount_of (req)->tree, ino, count);
  fuse_reply_none (req);
}

static void
op_forget_multi (fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
  for (size_t i = 0; i < count; i++)
    vfs_forget (mount_of (req)->tree, forgets[i].ino, forgets[i].nlookup);
  fuse_reply_none (req);
}

static void
op_getattr (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  VfsNode *node = mount_node (req, ino);
  struct stat attr;

  if (node == NULL)
    {
      fuse_reply_err (req, ENOENT);
      return;
    }
  mount_attr (node, req, &attr);
  fuse_reply_attr (req, &attr, MOUNT_ATTR_TIMEOUT);
}

/* Truncation, modes and times: editors and `>` want them to work, and they mean nothing here. */
static void
op_setattr (fuse_req_t req, fuse_ino_t ino, struct stat *wanted, int what,
            struct fuse_file_info *info)
{
  if ((what & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) != 0)
    fuse_reply_err (req, EPERM);
  else
    op_getattr (req, ino, info);
}

static void
op_readlink (fuse_req_t req, fuse_ino_t ino)
{
  VfsNode *node = mount_node (req, ino);
  g_autoptr (GString) target = g_string_new (NULL);

  if (node != NULL && vfs_readlink (node, target))
    fuse_reply_readlink (req, target->str);
  else
    fuse_reply_err (req, ENOENT);
}

/* ---- what would change the tree ---- */

static void
op_mknod (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t device)
{
  fuse_reply_err (req, EPERM);
}

static void
op_mkdir (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
  fuse_reply_err (req, EPERM);
}

static void
op_unlink (fuse_req_t req, fuse_ino_t parent, const char *name)
{
  fuse_reply_err (req, EPERM);
}

static void
op_symlink (fuse_req_t req, const char *target, fuse_ino_t parent, const char *name)
{
  fuse_reply_err (req, EPERM);
}

static void
op_rename (fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
           const char *new_name, unsigned int flags)
{
  fuse_reply_err (req, EPERM);
}

static void
op_link (fuse_req_t req, fuse_ino_t ino, fuse_ino_t new_parent, const char *new_name)
{
  fuse_reply_err (req, EPERM);
}

static void
op_setxattr (fuse_req_t req, fuse_ino_t ino, const char *name, const char *value, size_t size,
             int flags)
{
  fuse_reply_err (req, EOPNOTSUPP);
}

static void
op_getxattr (fuse_req_t req, fuse_ino_t ino, const char *name, size_t size)
{
  fuse_reply_err (req, EOPNOTSUPP);
}

static void
op_listxattr (fuse_req_t req, fuse_ino_t ino, size_t size)
{
  if (size == 0)
    fuse_reply_xattr (req, 0);
  else
    fuse_reply_buf (req, NULL, 0);
}

static void
op_removexattr (fuse_req_t req, fuse_ino_t ino, const char *name)
{
  fuse_reply_err (req, EOPNOTSUPP);
}

static void
op_statfs (fuse_req_t req, fuse_ino_t ino)
{
  struct statvfs stats = { .f_bsize = 4096, .f_frsize = 4096, .f_namemax = VFS_NAME_MAX };

  fuse_reply_statfs (req, &stats);
}

/* With default_permissions the kernel decides by itself and doesn't ask. */
static void
op_access (fuse_req_t req, fuse_ino_t ino, int mask)
{
  fuse_reply_err (req, 0);
}

/* ---- directories ---- */

static void
reply_opendir (MountOp *op)
{
  int error = request_error (op->request);
  VfsDir *dir = NULL;

  if (error == 0)
    error = vfs_dir_open (op->node, request_caller (op->request), &dir);
  if (error != 0)
    {
      fuse_reply_err (op->req, error);
      return;
    }
  op->info.fh = (uintptr_t)dir;
  if (fuse_reply_open (op->req, &op->info) == -ENOENT)
    vfs_dir_close (dir);
}

static void
op_opendir (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  VfsNode *node = mount_node (req, ino);
  MountOp *op;

  if (node == NULL)
    {
      fuse_reply_err (req, ENOENT);
      return;
    }
  op = mount_op_new (req, node, reply_opendir);
  op->info = *info;
  vfs_dir_prepare (node, op->request);
  mount_op_wait (op);
}

typedef struct
{
  fuse_req_t req;
  char *buffer;
  size_t size;
  size_t used;
} Listing;

static gboolean
fill (const char *name, guint64 ino, guint mode, guint64 next_cookie, gpointer data)
{
  Listing *listing = data;
  struct stat attr = { .st_ino = ino, .st_mode = mode };
  size_t need = fuse_add_direntry (listing->req, listing->buffer + listing->used,
                                   listing->size - listing->used, name, &attr, (off_t)next_cookie);

  if (need > listing->size - listing->used)
    return FALSE;
  listing->used += need;
  return TRUE;
}

static void
op_readdir (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *info)
{
  VfsDir *dir = (VfsDir *)(uintptr_t)info->fh;
  g_autofree char *buffer = g_try_malloc (size);
  Listing listing = { .req = req, .buffer = buffer, .size = size };
  int error = buffer != NULL ? vfs_dir_read (dir, (guint64)offset, fill, &listing) : ENOMEM;

  if (error != 0)
    fuse_reply_err (req, error);
  else
    fuse_reply_buf (req, buffer, listing.used);
}

static void
op_releasedir (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  vfs_dir_close ((VfsDir *)(uintptr_t)info->fh);
  fuse_reply_err (req, 0);
}

static void
op_fsyncdir (fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *info)
{
  fuse_reply_err (req, 0);
}

void
mount_node_operations (struct fuse_lowlevel_ops *ops)
{
  ops->lookup = op_lookup;
  ops->forget = op_forget;
  ops->forget_multi = op_forget_multi;
  ops->getattr = op_getattr;
  ops->setattr = op_setattr;
  ops->readlink = op_readlink;
  ops->mknod = op_mknod;
  ops->mkdir = op_mkdir;
  ops->unlink = op_unlink;
  ops->rmdir = op_unlink;
  ops->symlink = op_symlink;
  ops->rename = op_rename;
  ops->link = op_link;
  ops->setxattr = op_setxattr;
  ops->getxattr = op_getxattr;
  ops->listxattr = op_listxattr;
  ops->removexattr = op_removexattr;
  ops->statfs = op_statfs;
  ops->access = op_access;
  ops->opendir = op_opendir;
  ops->readdir = op_readdir;
  ops->releasedir = op_releasedir;
  ops->fsyncdir = op_fsyncdir;
}
