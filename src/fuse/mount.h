/* SPDX-License-Identifier: MIT */
/* mount.h - a VfsTree as a mounted file system: the only floor that knows FUSE.
 *
 * libfuse's low-level interface on the caller's main context: the session's descriptor is a source,
 * requests are answered when the tree answers them, and nothing here waits. The blocking notify
 * calls (inval_entry, delete, expire) are never used: from the loop they can deadlock with a
 * look-up that the same loop has still to answer. Poll wake-ups return at once and are.
 */
#pragma once

#include "vfs-file.h"

G_BEGIN_DECLS

typedef struct _VfsMount VfsMount;

typedef struct
{
  const char *options; /* for libfuse, comma separated: fsname=HOST:PORT and others */
  gboolean debug;      /* libfuse prints every request to stderr */
} VfsMountOptions;

/* Mounts at `dir`. nosuid, nodev, noexec and default_permissions are forced, whatever the options
 * say. Returns NULL when it failed: libfuse has then said why on stderr. `ended` runs from the loop
 * when the file system was unmounted by somebody else. The tree must outlive the mount. */
VfsMount *vfs_mount_new (VfsTree *tree, const char *dir, const VfsMountOptions *options,
                         void (*ended) (gpointer data), gpointer data);
/* Unmounts. Call vfs_tree_shutdown() first: whoever waits at an open file is answered then; what is
 * left (a look-up, an open directory that is asked for) is answered here, with EINTR. */
void vfs_mount_free (VfsMount *mount);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VfsMount, vfs_mount_free)

G_END_DECLS
