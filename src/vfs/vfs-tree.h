/* SPDX-License-Identifier: MIT */
/* vfs-tree.h - rows become nodes: look-up, listing, attributes. What a front end (FUSE) calls.
 *
 * Ownership of nodes. A node lives while somebody holds it: the kernel (one count for each look-up
 * answered, given back by vfs_forget), an open file, a node below it, a request under way. Numbers
 * of nodes are never used twice. A name that is constant has one node, found again by parent and
 * name; a growing file gets a fresh node at each look-up, because its size is counted from its own
 * base, and a control does while several write to it (vfs-contention.c). The inode number that stat
 * shows is a hash of the path and is the same for all of them.
 */
#pragma once

#include "vfs-budget.h"
#include "vfs-entry.h"

G_BEGIN_DECLS

typedef struct
{
  uid_t uid;
  gid_t gid;
  int umask;        /* -1: modes as the rows say; else each row's owner bits for all, less these */
  gboolean monitor; /* nothing can be written that acts: see vfs_tree_leaves_out() */
  guint max_open;   /* files, and as many directories; 0: VFS_MAX_OPEN */
  guint64 max_memory; /* bytes that they keep; 0: VFS_MAX_MEMORY */
} VfsOwnership;

/* A failed command, for whoever keeps a list of them. `path` is encoded; `text` what was said, ""
 * when nothing was. */
typedef void (*VfsFailureFunc) (gpointer context, const Caller *caller, const char *path, int error,
                                const char *command, const char *text);

VfsTree *vfs_tree_new (const VfsEntry *root, const VfsOwnership *ownership, gpointer context,
                       VfsFailureFunc failure);
/* All files must have been released and requests answered: see vfs_tree_shutdown. */
void vfs_tree_free (VfsTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VfsTree, vfs_tree_free)
/* Releases every open file; parked readers are answered with ENOTCONN. */
void vfs_tree_shutdown (VfsTree *tree);
guint vfs_tree_n_open (VfsTree *tree); /* files */
VfsBudget *vfs_tree_budget (const VfsTree *tree);
gboolean vfs_tree_monitors (const VfsTree *tree);
/* Of a tree that only monitors: TRUE for a control that has nothing of its own to show, and for a
 * directory of nothing else. Other controls are there for reading, and their writing is EROFS.
 * (Streams stay as they are: what is written to one changes only that open.) */
gboolean vfs_tree_leaves_out (const VfsTree *tree, const VfsEntry *row);

gpointer vfs_tree_context (const VfsTree *tree);
void vfs_tree_failure (VfsTree *tree, const Caller *caller, const VfsNode *node, int error,
                       const char *command, gsize command_len, GBytes *text);

#define VFS_ROOT_ID 1
#define VFS_NAME_MAX 255

/* Lent; NULL when the kernel holds no such node. */
VfsNode *vfs_tree_node (const VfsTree *tree, guint64 id);
VfsNode *vfs_node_ref (VfsNode *node);
void vfs_node_unref (VfsNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VfsNode, vfs_node_unref)

typedef struct
{
  guint64 ino;
  guint mode; /* type and permissions */
  guint nlink;
  uid_t uid;
  gid_t gid;
  guint64 size;
  gint64 mtime; /* microseconds since the epoch */
  gint64 ctime;
} VfsAttr;

guint64 vfs_node_id (const VfsNode *node);
/* Never fails: a node whose subject is gone has nlink 0. */
void vfs_node_attr (VfsNode *node, const Caller *caller, VfsAttr *ret_attr);
/* Seconds for which the kernel may keep the name. */
double vfs_node_name_timeout (const VfsNode *node);

/* The child of that (encoded) name: *ret_node with a reference for the caller. Returns 0 or an
 * errno, ENOENT above all. When the directory must be asked about first, use vfs_dir_prepare
 * before. */
int vfs_lookup (VfsNode *dir, const char *name, VfsNode **ret_node);
int vfs_create (VfsNode *dir, const char *name, VfsNode **ret_node);
/* Tells of a look-up (encoded name) that found nothing, when the directory has a reason to. */
void vfs_lookup_failed (VfsNode *dir, const char *name, const Caller *caller);
/* Answers done at once for directories that need no preparation. */
void vfs_dir_prepare (VfsNode *dir, Request *request);
gboolean vfs_dir_needs_prepare (const VfsNode *dir);
/* Symbolic links: appends the target; FALSE when it is absent. */
gboolean vfs_readlink (VfsNode *node, GString *out);

/* The kernel's counts. */
void vfs_node_looked_up (VfsNode *node);
void vfs_forget (VfsTree *tree, guint64 id, guint64 count);

/* Listing. A VfsDir is an open directory; cookies are good within it. `fill` returns FALSE when
 * there is no more room. */
typedef struct _VfsDir VfsDir;
typedef gboolean (*VfsFillFunc) (const char *name, guint64 ino, guint mode, guint64 next_cookie,
                                 gpointer data);
/* 0, or ENFILE: the caller's share of open directories is used up (vfs-budget.h). */
int vfs_dir_open (VfsNode *dir, const Caller *caller, VfsDir **ret_dir);
void vfs_dir_close (VfsDir *dir);
/* 0, or ENOMEM: the caller's share of memory is used up. */
int vfs_dir_read (VfsDir *dir, guint64 cookie, VfsFillFunc fill, gpointer data);

/* Names: percent-encoding of '/', '%', a leading '.', control bytes and DEL, upper-case hex. */
gboolean vfs_name_encode (const char *raw, GString *out); /* FALSE: over VFS_NAME_MAX */
char *vfs_name_decode (const char *encoded);              /* owned; NULL: not as encode writes it */

G_END_DECLS
