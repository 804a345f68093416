/* SPDX-License-Identifier: MIT */
/* vfs-dir.c - listing a directory.
 *
 * The kernel reads a directory in pieces and comes back with the cookie of the last name it took.
 * Cookies: 1 and 2 are the dots, then one a row, then DYNAMIC plus the number of a dynamic name.
 * Directories that give one name at a time (calls/) may change between the pieces: their numbers
 * never repeat, so nothing is listed twice and nothing that stays is missed. The others are listed
 * when a reader begins, and again when it rewinds.
 */
#include "vfs-private.h"

#include <errno.h>
#include <string.h>

#define DOTS 2
#define DYNAMIC (G_GUINT64_CONSTANT (1) << 48)

struct _VfsDir
{
  VfsNode *node;
  GList link;       /* in the tree's list of open directories */
  GPtrArray *names; /* of directories with `list`; NULL for the others */
  uid_t uid;        /* who opened it */
  gsize charged;    /* bytes of the names, in the tree's budget */
};

int
vfs_dir_open (VfsNode *node, const Caller *caller, VfsDir **ret_dir)
{
  VfsDir *dir;

  *ret_dir = NULL;
  if (!vfs_budget_take (vfs_tree_budget (node->tree), VFS_BUDGET_DIRS, caller->uid, 1))
    return ENFILE;
  *ret_dir = dir = g_new0 (VfsDir, 1);
  dir->uid = caller->uid;
  dir->node = vfs_node_ref (node);
  dir->link.data = dir;
  g_queue_push_tail_link (vfs_tree_dirs (node->tree), &dir->link);
  return 0;
}

static void
drop_names (VfsDir *dir)
{
  g_clear_pointer (&dir->names, g_ptr_array_unref);
  vfs_budget_give (vfs_tree_budget (dir->node->tree), VFS_BUDGET_BYTES, dir->uid, dir->charged);
  dir->charged = 0;
}

void
vfs_dir_close (VfsDir *dir)
{
  drop_names (dir);
  g_queue_unlink (vfs_tree_dirs (dir->node->tree), &dir->link);
  vfs_budget_give (vfs_tree_budget (dir->node->tree), VFS_BUDGET_DIRS, dir->uid, 1);
  vfs_node_unref (dir->node);
  g_free (dir);
}

static gboolean
fill_dots (VfsDir *dir, guint64 cookie, VfsFillFunc fill, gpointer data)
{
  VfsNode *parent = dir->node->parent != NULL ? dir->node->parent : dir->node;

  if (cookie < 1 && !fill (".", dir->node->ino, S_IFDIR, 1, data))
    return FALSE;
  return cookie >= 2 || fill ("..", parent->ino, S_IFDIR, 2, data);
}

static gboolean
row_is_present (VfsDir *dir, const VfsEntry *row)
{
  g_autoptr (VfsNode) link = NULL;

  if (row->name[0] == '<' || vfs_tree_leaves_out (dir->node->tree, row))
    return FALSE;
  return !S_ISLNK (row->mode) || vfs_lookup (dir->node, row->name, &link) == 0;
}

static gboolean
fill_rows (VfsDir *dir, guint64 cookie, VfsFillFunc fill, gpointer data)
{
  guint64 i = cookie > DOTS ? cookie - DOTS : 0;
  const VfsEntry *row;

  if (cookie >= DYNAMIC)
    return TRUE;
  for (; (row = vfs_entry_child (dir->node->entry, i)) != NULL; i++)
    {
      guint type = (row->mode & S_IFMT) != 0 ? row->mode & S_IFMT : S_IFREG;

      if (!row_is_present (dir, row))
        continue;
      if (!fill (row->name, vfs_ino_below (dir->node->ino, row->name), type, DOTS + i + 1, data))
        return FALSE;
    }
  return TRUE;
}

/* The type of what `lookup` would make: all dynamic names of a directory are of one row. */
static guint
dynamic_type (VfsDir *dir)
{
  const VfsEntry *rows = dir->node->entry->children;

  for (; rows != NULL && rows->name != NULL; rows++)
    if (rows->name[0] == '<')
      return (rows->mode & S_IFMT) != 0 ? rows->mode & S_IFMT : S_IFREG;
  return S_IFREG;
}

static gboolean
next_name (VfsDir *dir, guint64 *number, const char **ret_name)
{
  if (dir->names == NULL)
    return dir->node->entry->dir->next (dir->node, number, ret_name);
  if (*number >= dir->names->len)
    return FALSE;
  *ret_name = dir->names->pdata[(*number)++];
  return TRUE;
}

static void
fill_names (VfsDir *dir, guint64 cookie, VfsFillFunc fill, gpointer data)
{
  guint64 number = cookie >= DYNAMIC ? cookie - DYNAMIC : 0;
  const VfsDirOps *ops = dir->node->entry->dir;
  g_autoptr (GString) encoded = NULL;
  guint type = dynamic_type (dir);
  const char *name;

  if (ops == NULL || (ops->next == NULL && dir->names == NULL))
    return;
  encoded = g_string_new (NULL);
  while (next_name (dir, &number, &name))
    {
      g_string_truncate (encoded, 0);
      if (!vfs_name_encode (name, encoded))
        continue;
      if (!fill (encoded->str, vfs_ino_below (dir->node->ino, name), type, DYNAMIC + number, data))
        return;
    }
}

/* 0 or ENOMEM. */
static int
list_names (VfsDir *dir)
{
  const VfsDirOps *ops = dir->node->entry->dir;
  gsize size = 0;

  if (ops == NULL || ops->list == NULL)
    return 0;
  drop_names (dir);
  dir->names = g_ptr_array_new_with_free_func (g_free);
  ops->list (dir->node, dir->names);
  for (guint i = 0; i < dir->names->len; i++)
    size += sizeof (gpointer) + strlen (dir->names->pdata[i]) + 1;
  if (!vfs_budget_take (vfs_tree_budget (dir->node->tree), VFS_BUDGET_BYTES, dir->uid, size))
    {
      drop_names (dir);
      return ENOMEM;
    }
  dir->charged = size;
  return 0;
}

int
vfs_dir_read (VfsDir *dir, guint64 cookie, VfsFillFunc fill, gpointer data)
{
  gboolean is_alive = vfs_node_alive (dir->node);
  int error = 0;

  if (is_alive && (cookie == 0 || dir->names == NULL))
    error = list_names (dir);
  if (error != 0)
    return error;
  if (fill_dots (dir, cookie, fill, data) && is_alive && fill_rows (dir, cookie, fill, data))
    fill_names (dir, cookie, fill, data);
  return 0;
}

void
vfs_lookup_failed (VfsNode *dir, const char *name, const Caller *caller)
{
  const VfsDirOps *ops = dir->entry->dir;
  g_autofree char *raw = NULL;
  g_autofree char *why = NULL;
  g_autoptr (GBytes) text = NULL;

  if (ops == NULL || ops->refusal == NULL || (raw = vfs_name_decode (name)) == NULL)
    return;
  why = ops->refusal (dir, raw);
  if (why == NULL)
    return;
  text = g_bytes_new (why, strlen (why));
  vfs_tree_failure (dir->tree, caller, dir, ENOENT, raw, strlen (raw), text);
}
