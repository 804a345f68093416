/* SPDX-License-Identifier: MIT */
/* vfs-node.c - what a node says of itself, and what stat shows.
 *
 * All of it from memory. A size is exact for texts made from memory and for growing files; of a
 * text that somebody must be asked for it is 0, until an open has got it (stat carries no open file
 * to tell which one's, so the newest). A node whose subject is gone has no links, and nothing of
 * the subject is looked at any more.
 */
#include "vfs-private.h"

VfsTree *
vfs_node_tree (const VfsNode *node)
{
  return node->tree;
}

const VfsEntry *
vfs_node_entry (const VfsNode *node)
{
  return node->entry;
}

const char *
vfs_node_name (const VfsNode *node)
{
  return node->name != NULL ? node->name : node->entry->name;
}

gpointer
vfs_node_object (const VfsNode *node)
{
  for (; node != NULL; node = node->parent)
    if (node->object != NULL)
      return node->object;
  return NULL;
}

const VfsDirOps *
vfs_node_owner (const VfsNode *node)
{
  for (; node != NULL; node = node->parent)
    if (node->object != NULL)
      return node->owner;
  return NULL;
}

gpointer
vfs_node_context (const VfsNode *node)
{
  return vfs_tree_context (node->tree);
}

gboolean
vfs_node_alive (const VfsNode *node)
{
  for (; node != NULL; node = node->parent)
    if (node->object != NULL && node->owner->object_alive != NULL
        && !node->owner->object_alive (node->object))
      return FALSE;
  return TRUE;
}

char *
vfs_node_path (const VfsNode *node)
{
  GString *path = g_string_new (NULL);

  for (; node != NULL && node->parent != NULL; node = node->parent)
    {
      g_autoptr (GString) name = g_string_new (NULL);

      vfs_name_encode (vfs_node_name (node), name);
      if (path->len > 0)
        g_string_append_c (name, '/');
      g_string_prepend_len (path, name->str, (gssize)name->len);
    }
  return g_string_free (path, FALSE);
}

guint64
vfs_node_id (const VfsNode *node)
{
  return node->id;
}

gboolean
vfs_entry_takes_commands (const VfsEntry *entry)
{
  return entry->store != NULL || entry->put != NULL || entry->call != NULL;
}

gboolean
vfs_entry_takes_blocks (const VfsEntry *entry)
{
  return (entry->flags & VFS_BLOCKS) != 0;
}

gboolean
vfs_entry_keeps_writers (const VfsEntry *entry)
{
  return vfs_entry_takes_commands (entry)
         || (entry->stream != NULL && entry->stream->bytes != NULL);
}

gboolean
vfs_entry_is_fresh (const VfsEntry *entry)
{
  return entry->ring != NULL || S_ISLNK (entry->mode);
}

gboolean
vfs_entry_is_control (const VfsEntry *entry)
{
  return entry->mode == VFS_CONTROL || entry->mode == VFS_CONTROL_SHOWN;
}

/* More than its usage, or the last reply to what was written. */
static gboolean
has_text_of_its_own (const VfsEntry *entry)
{
  return entry->fetch != NULL || entry->ring != NULL
         || (entry->show != NULL && entry->show != vfs_show_help
             && (entry->flags & (VFS_LAST_REPLY | VFS_OWN_DEEDS)) == 0);
}

static gboolean
all_left_out (const VfsTree *tree, const VfsEntry *rows)
{
  for (; rows != NULL && rows->name != NULL; rows++)
    if (!vfs_tree_leaves_out (tree, rows))
      return FALSE;
  return TRUE;
}

gboolean
vfs_tree_leaves_out (const VfsTree *tree, const VfsEntry *row)
{
  if (!vfs_tree_monitors (tree))
    return FALSE;
  if (S_ISDIR (row->mode))
    return all_left_out (tree, row->children) && all_left_out (tree, row->also);
  return vfs_entry_is_control (row) && !has_text_of_its_own (row);
}

/* Seconds for which the kernel may keep a constant name: long. */
#define NAME_TIMEOUT_CONSTANT 3600.0

double
vfs_node_name_timeout (const VfsNode *node)
{
  if (!node->indexed || node->object != NULL || (node->entry->flags & VFS_VOLATILE) != 0)
    return 0.0;
  return NAME_TIMEOUT_CONSTANT;
}

/* ---- stat ---- */

static gsize
node_size (VfsNode *node, const Caller *caller)
{
  const VfsEntry *entry = node->entry;
  g_autoptr (GString) text = NULL;

  if (entry->ring != NULL)
    return vfs_ring_end (entry->ring (node), entry->ring_format) - node->base;
  if (node->snapshots > 0)
    return node->snapshot_size;
  if (!vfs_node_alive (node))
    return 0;
  if ((entry->flags & VFS_LAST_REPLY) != 0)
    {
      g_autoptr (GBytes) reply =
          vfs_replies_get (vfs_tree_replies (node->tree), node->ino, caller->uid);

      if (reply != NULL)
        return g_bytes_get_size (reply);
    }
  if (entry->size != NULL)
    return entry->size (node);
  if (entry->show == NULL)
    return 0;
  text = g_string_new (NULL);
  entry->show (node, text);
  return text->len;
}

static gsize
link_size (VfsNode *node)
{
  g_autoptr (GString) target = g_string_new (NULL);

  return vfs_readlink (node, target) ? target->len : 0;
}

static guint
node_mode (const VfsNode *node)
{
  gboolean is_shown = vfs_tree_monitors (node->tree)
                      && (vfs_entry_is_control (node->entry) || S_ISDIR (node->entry->mode));
  guint mode = node->entry->mode & ~(is_shown ? 0222u : 0u);
  guint owner = (mode >> 6) & 7;
  int mask = vfs_tree_ownership (node->tree)->umask;

  if ((mode & S_IFMT) == 0)
    mode |= S_IFREG;
  if (mask < 0 || S_ISLNK (mode))
    return mode;
  return (mode & S_IFMT) | ((owner << 6 | owner << 3 | owner) & ~(guint)mask);
}

static void
node_times (const VfsNode *node, VfsAttr *ret_attr)
{
  ret_attr->mtime = ret_attr->ctime = vfs_tree_started (node->tree);
  if (node->entry->ring != NULL)
    {
      gint64 last = vfs_ring_time (node->entry->ring ((VfsNode *)node));

      ret_attr->mtime = last > 0 ? last : vfs_tree_started (node->tree);
      return;
    }
  for (; node != NULL; node = node->parent)
    if (node->object != NULL && node->owner->object_times != NULL)
      {
        node->owner->object_times (node->object, &ret_attr->mtime, &ret_attr->ctime);
        return;
      }
}

void
vfs_node_attr (VfsNode *node, const Caller *caller, VfsAttr *ret_attr)
{
  ret_attr->ino = node->ino;
  ret_attr->mode = node_mode (node);
  ret_attr->uid = vfs_tree_ownership (node->tree)->uid;
  ret_attr->gid = vfs_tree_ownership (node->tree)->gid;
  ret_attr->nlink = vfs_node_alive (node) ? 1 : 0;
  ret_attr->size = 0;
  if (S_ISREG (ret_attr->mode))
    ret_attr->size = node_size (node, caller);
  else if (S_ISLNK (ret_attr->mode))
    ret_attr->size = link_size (node);
  node_times (node, ret_attr);
}

void
vfs_show_help (VfsNode *node, GString *out)
{
  g_string_append_printf (out, "usage: %s\n", node->entry->help);
}
