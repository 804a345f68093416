/* SPDX-License-Identifier: MIT */
/* vfs-tree.c - nodes.
 *
 * Two tables: every node by its number, and the constant ones by parent and name. A node keeps its
 * parent alive, and through it the object it stands for; the object's end (a channel hung up)
 * doesn't end the node, which then has no links, lists nothing and refuses what is written.
 */
#include "vfs-private.h"

#include <errno.h>
#include <string.h>

/* A live node's attributes may be kept by the kernel for a moment (halves the cost of a stat), a
 * constant name for long. */
#define NAME_TIMEOUT_CONSTANT 3600.0

struct _VfsTree
{
  VfsNode *root;
  GHashTable *by_id;   /* &node->id -> VfsNode */
  GHashTable *by_name; /* VfsNode as its own key: parent and name */
  guint64 next_id;
  GQueue files;
  VfsReplies *replies;
  VfsOwnership ownership;
  gpointer context;
  VfsFailureFunc failure;
  gint64 started;
};

static const char *
node_name (const VfsNode *node)
{
  return node->name != NULL ? node->name : node->entry->name;
}

static guint
name_hash (gconstpointer key)
{
  const VfsNode *node = key;

  return g_str_hash (node_name (node)) ^ (guint)(node->parent->id * 2654435761u);
}

static gboolean
name_equal (gconstpointer a, gconstpointer b)
{
  const VfsNode *left = a, *right = b;

  return left->parent == right->parent && strcmp (node_name (left), node_name (right)) == 0;
}

/* FNV-1a over the name, from the parent's number, then mixed (murmur's finaliser): a 64-bit hash of
 * the whole path. 0 and the root's 1 are kept free. */
guint64
vfs_ino_below (guint64 parent_ino, const char *raw_name)
{
  guint64 hash = parent_ino ^ G_GUINT64_CONSTANT (14695981039346656037);

  for (const char *p = raw_name; *p != '\0'; p++)
    hash = (hash ^ (guchar)*p) * G_GUINT64_CONSTANT (1099511628211);
  hash ^= hash >> 33;
  hash *= G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  hash ^= hash >> 33;
  return hash > VFS_ROOT_ID ? hash : hash + 2;
}

static VfsNode *
node_new (VfsTree *tree, VfsNode *parent, const VfsEntry *entry, const char *raw_name)
{
  VfsNode *node = g_new0 (VfsNode, 1);

  node->refs = 1;
  node->tree = tree;
  node->entry = entry;
  node->id = tree->next_id++;
  node->parent = parent != NULL ? vfs_node_ref (parent) : NULL;
  node->ino = parent != NULL ? vfs_ino_below (parent->ino, raw_name) : VFS_ROOT_ID;
  if (parent != NULL && (entry->name == NULL || strcmp (entry->name, raw_name) != 0))
    node->name = g_strdup (raw_name);
  if (entry->ring != NULL)
    node->base = vfs_ring_start (entry->ring (node), entry->ring_format);
  g_hash_table_insert (tree->by_id, &node->id, node);
  return node;
}

VfsNode *
vfs_node_ref (VfsNode *node)
{
  node->refs++;
  return node;
}

static void
node_unindex (VfsNode *node)
{
  if (node->indexed)
    g_hash_table_remove (node->tree->by_name, node);
  node->indexed = FALSE;
}

void
vfs_node_unref (VfsNode *node)
{
  VfsNode *parent = node->parent;

  if (--node->refs > 0)
    return;
  node_unindex (node);
  g_hash_table_remove (node->tree->by_id, &node->id);
  if (node->object != NULL)
    node->owner->object_free (node->object);
  g_free (node->name);
  g_free (node);
  if (parent != NULL)
    vfs_node_unref (parent);
}

VfsTree *
vfs_tree_new (const VfsEntry *root, const VfsOwnership *ownership, gpointer context,
              VfsFailureFunc failure)
{
  VfsTree *tree = g_new0 (VfsTree, 1);

  tree->by_id = g_hash_table_new (g_int64_hash, g_int64_equal);
  tree->by_name = g_hash_table_new (name_hash, name_equal);
  tree->next_id = VFS_ROOT_ID;
  tree->ownership = *ownership;
  tree->context = context;
  tree->failure = failure;
  tree->started = g_get_real_time ();
  tree->replies = vfs_replies_new ();
  tree->root = node_new (tree, NULL, root, NULL);
  return tree;
}

void
vfs_tree_shutdown (VfsTree *tree)
{
  VfsFile *file;

  while ((file = g_queue_peek_head (&tree->files)) != NULL)
    vfs_release (file);
}

void
vfs_tree_free (VfsTree *tree)
{
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func ((GDestroyNotify)vfs_node_unref);
  GHashTableIter iter;
  VfsNode *node;

  /* The kernel sends no forgets at an unmount: its references are given up here. */
  g_hash_table_iter_init (&iter, tree->by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&node))
    if (node->nlookup > 0)
      g_ptr_array_add (held, node);
  g_clear_pointer (&held, g_ptr_array_unref);
  vfs_node_unref (tree->root);
  g_warn_if_fail (g_hash_table_size (tree->by_id) == 0);
  g_hash_table_unref (tree->by_id);
  g_hash_table_unref (tree->by_name);
  vfs_replies_free (tree->replies);
  g_free (tree);
}

gpointer
vfs_tree_context (const VfsTree *tree)
{
  return tree->context;
}

VfsReplies *
vfs_tree_replies (const VfsTree *tree)
{
  return tree->replies;
}

void
vfs_tree_add_file (VfsTree *tree, VfsFile *file)
{
  file->link = (GList){ .data = file };
  g_queue_push_tail_link (&tree->files, &file->link);
}

void
vfs_tree_remove_file (VfsTree *tree, VfsFile *file)
{
  g_queue_unlink (&tree->files, &file->link);
}

guint
vfs_tree_n_files (const VfsTree *tree)
{
  return tree->files.length;
}

void
vfs_tree_failure (VfsTree *tree, const VfsCaller *caller, const VfsNode *node, int error,
                  const char *command, gsize command_len, GBytes *text)
{
  g_autofree char *path = vfs_node_path (node);
  g_autofree char *line = g_strndup (command, MIN (command_len, 1024));
  g_autofree char *said = text == NULL
                              ? g_strdup ("")
                              : g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));

  if (tree->failure != NULL)
    tree->failure (tree->context, caller, path, error, line, said);
}

VfsNode *
vfs_tree_node (const VfsTree *tree, guint64 id)
{
  return g_hash_table_lookup (tree->by_id, &id);
}

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
  return node_name (node);
}

gpointer
vfs_node_object (const VfsNode *node)
{
  for (; node != NULL; node = node->parent)
    if (node->object != NULL)
      return node->object;
  return NULL;
}

gpointer
vfs_node_context (const VfsNode *node)
{
  return node->tree->context;
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

      vfs_name_encode (node_name (node), name);
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
vfs_node_is_dir (const VfsNode *node)
{
  return S_ISDIR (node->entry->mode);
}

/* Writable and growing files (see vfs-tree.h), and links, which come and go. */
static gboolean
entry_is_fresh (const VfsEntry *entry)
{
  return entry->store != NULL || entry->put != NULL || entry->call != NULL || entry->stream != NULL
         || entry->ring != NULL || S_ISLNK (entry->mode);
}

double
vfs_node_name_timeout (const VfsNode *node)
{
  if (node->parent == NULL || node->object != NULL || entry_is_fresh (node->entry)
      || (node->entry->flags & VFS_VOLATILE) != 0)
    return 0.0;
  return NAME_TIMEOUT_CONSTANT;
}

static gsize
node_size (VfsNode *node, const VfsCaller *caller)
{
  const VfsEntry *entry = node->entry;
  g_autoptr (GString) text = NULL;

  if (entry->ring != NULL)
    return vfs_ring_end (entry->ring (node), entry->ring_format) - node->base;
  if (node->snapshots > 0)
    return node->snapshot_size;
  if ((entry->flags & VFS_LAST_REPLY) != 0)
    {
      g_autoptr (GBytes) reply = vfs_replies_get (node->tree->replies, node->ino, caller->uid);

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
  guint mode = node->entry->mode;
  guint owner = (mode >> 6) & 7;
  int mask = node->tree->ownership.umask;

  if ((mode & S_IFMT) == 0)
    mode |= S_IFREG;
  if (mask < 0 || S_ISLNK (mode))
    return mode;
  return (mode & S_IFMT) | ((owner << 6 | owner << 3 | owner) & ~(guint)mask);
}

static void
node_times (const VfsNode *node, VfsAttr *ret_attr)
{
  ret_attr->mtime = ret_attr->ctime = node->tree->started;
  if (node->entry->ring != NULL)
    {
      gint64 last = vfs_ring_time (node->entry->ring ((VfsNode *)node));

      ret_attr->mtime = last > 0 ? last : node->tree->started;
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
vfs_node_attr (VfsNode *node, const VfsCaller *caller, VfsAttr *ret_attr)
{
  ret_attr->ino = node->ino;
  ret_attr->mode = node_mode (node);
  ret_attr->uid = node->tree->ownership.uid;
  ret_attr->gid = node->tree->ownership.gid;
  ret_attr->nlink = vfs_node_alive (node) ? 1 : 0;
  ret_attr->size = 0;
  if (S_ISREG (ret_attr->mode))
    ret_attr->size = node_size (node, caller);
  else if (S_ISLNK (ret_attr->mode))
    ret_attr->size = link_size (node);
  node_times (node, ret_attr);
}

const VfsEntry *
vfs_entry_find (const VfsEntry *table, const char *name)
{
  for (; table != NULL && table->name != NULL; table++)
    if (table->name[0] != '<' && strcmp (table->name, name) == 0)
      return table;
  return NULL;
}

static VfsNode *
find_indexed (VfsNode *dir, const char *raw_name)
{
  VfsEntry row = { .name = raw_name };
  VfsNode key = { .parent = dir, .entry = &row };
  VfsNode *node = g_hash_table_lookup (dir->tree->by_name, &key);

  if (node == NULL || vfs_node_alive (node))
    return node;
  node_unindex (node);
  return NULL;
}

static VfsNode *
make_child (VfsNode *dir, const VfsEntry *entry, const char *raw_name, gpointer object)
{
  VfsNode *node = node_new (dir->tree, dir, entry, raw_name);

  if (object != NULL)
    {
      node->object = object;
      node->owner = dir->entry->dir;
    }
  if (!entry_is_fresh (entry))
    {
      node->indexed = TRUE;
      g_hash_table_add (dir->tree->by_name, node);
    }
  return node;
}

int
vfs_lookup (VfsNode *dir, const char *name, VfsNode **ret_node)
{
  g_autofree char *decoded = NULL;
  const VfsEntry *entry;
  const char *raw = name;
  gpointer object = NULL;
  VfsNode *node;

  if (strlen (name) > VFS_NAME_MAX)
    return ENAMETOOLONG;
  if (!vfs_node_alive (dir))
    return ENOENT;
  entry = vfs_entry_find (dir->entry->children, name);
  if (entry == NULL && dir->entry->dir == NULL)
    return ENOENT;
  if (entry == NULL && (raw = decoded = vfs_name_decode (name)) == NULL)
    return ENOENT;
  node = find_indexed (dir, raw);
  if (node != NULL)
    {
      *ret_node = vfs_node_ref (node);
      return 0;
    }
  if (entry == NULL)
    entry = dir->entry->dir->lookup (dir, raw, &object);
  if (entry == NULL)
    return ENOENT;
  node = make_child (dir, entry, raw, object);
  if (S_ISLNK (entry->mode) && link_size (node) == 0)
    {
      vfs_node_unref (node);
      return ENOENT;
    }
  *ret_node = node;
  return 0;
}

int
vfs_create (VfsNode *dir, const char *name, VfsNode **ret_node)
{
  g_autofree char *decoded = vfs_name_decode (name);
  const VfsEntry *entry;
  gpointer object = NULL;

  if (dir->entry->dir == NULL || dir->entry->dir->create == NULL || decoded == NULL)
    return EPERM;
  if (!vfs_node_alive (dir))
    return ENOENT;
  entry = dir->entry->dir->create (dir, decoded, &object);
  if (entry == NULL)
    return EPERM;
  *ret_node = make_child (dir, entry, decoded, object);
  return 0;
}

gboolean
vfs_dir_needs_prepare (const VfsNode *dir)
{
  return dir->entry->dir != NULL && dir->entry->dir->prepare != NULL;
}

void
vfs_dir_prepare (VfsNode *dir, VfsRequest *request)
{
  if (vfs_dir_needs_prepare (dir) && vfs_node_alive (dir))
    dir->entry->dir->prepare (dir, request);
  else
    vfs_request_done (request, 0);
}

gboolean
vfs_readlink (VfsNode *node, GString *out)
{
  return vfs_node_alive (node) && node->entry->link (node, out);
}

void
vfs_node_looked_up (VfsNode *node)
{
  if (node->nlookup++ == 0)
    vfs_node_ref (node);
}

void
vfs_forget (VfsTree *tree, guint64 id, guint64 count)
{
  VfsNode *node = vfs_tree_node (tree, id);

  /* The root is never looked up, but forgotten at the unmount all the same. */
  if (node == NULL || node->nlookup == 0)
    return;
  node->nlookup -= MIN (count, node->nlookup);
  if (node->nlookup == 0)
    vfs_node_unref (node);
}

void
vfs_show_help (VfsNode *node, GString *out)
{
  g_string_append_printf (out, "usage: %s\n", node->entry->help);
}
