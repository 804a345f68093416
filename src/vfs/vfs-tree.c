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

struct _VfsTree
{
  VfsNode *root;
  GHashTable *by_id;   /* &node->id -> VfsNode */
  GHashTable *by_name; /* VfsNode as its own key: parent and name */
  guint64 next_id;
  GQueue files;    /* open */
  GQueue dirs;     /* open */
  GQueue commands; /* of VfsWrite: those under way, their files perhaps released */
  gboolean closing;
  VfsReplies *replies;
  VfsContention *contention;
  VfsBudget *budget;
  VfsOwnership ownership;
  gpointer context;
  VfsFailureFunc failure;
  gint64 started;
};

static guint
name_hash (gconstpointer key)
{
  const VfsNode *node = key;

  return g_str_hash (vfs_node_name (node)) ^ (guint)(node->parent->id * 2654435761u);
}

static gboolean
name_equal (gconstpointer a, gconstpointer b)
{
  const VfsNode *left = a, *right = b;

  return left->parent == right->parent && strcmp (vfs_node_name (left), vfs_node_name (right)) == 0;
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
node_index (VfsNode *node)
{
  node->indexed = TRUE;
  g_hash_table_add (node->tree->by_name, node);
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
  tree->contention = vfs_contention_new ();
  tree->budget = vfs_budget_new (ownership->uid, ownership->max_open, ownership->max_memory);
  tree->root = node_new (tree, NULL, root, NULL);
  return tree;
}

gboolean
vfs_tree_monitors (const VfsTree *tree)
{
  return tree->ownership.monitor;
}

guint
vfs_tree_n_open (VfsTree *tree)
{
  return tree->files.length;
}

void
vfs_tree_shutdown (VfsTree *tree)
{
  gpointer open;

  tree->closing = TRUE;
  while ((open = g_queue_peek_head (&tree->files)) != NULL)
    vfs_release (open);
  while ((open = g_queue_peek_head (&tree->dirs)) != NULL)
    vfs_dir_close (open);
  while ((open = g_queue_peek_head (&tree->commands)) != NULL)
    vfs_lines_abort (open);
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
  vfs_contention_free (tree->contention);
  vfs_budget_free (tree->budget);
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

VfsContention *
vfs_tree_contention (const VfsTree *tree)
{
  return tree->contention;
}

VfsBudget *
vfs_tree_budget (const VfsTree *tree)
{
  return tree->budget;
}

GQueue *
vfs_tree_files (VfsTree *tree)
{
  return &tree->files;
}

GQueue *
vfs_tree_dirs (VfsTree *tree)
{
  return &tree->dirs;
}

GQueue *
vfs_tree_commands (VfsTree *tree)
{
  return &tree->commands;
}

gboolean
vfs_tree_is_closing (const VfsTree *tree)
{
  return tree->closing;
}

const VfsOwnership *
vfs_tree_ownership (const VfsTree *tree)
{
  return &tree->ownership;
}

gint64
vfs_tree_started (const VfsTree *tree)
{
  return tree->started;
}

void
vfs_tree_failure (VfsTree *tree, const Caller *caller, const VfsNode *node, int error,
                  const char *command, gsize command_len, GBytes *text)
{
  g_autofree char *path = vfs_node_path (node);
  g_autofree char *line = g_strndup (command, MIN (command_len, 1024));
  g_autofree char *said = NULL;

  if (tree->failure == NULL)
    return;
  if (text != NULL && g_bytes_get_size (text) > 0)
    said = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  tree->failure (tree->context, caller, path, error, line, said != NULL ? said : "");
}

VfsNode *
vfs_tree_node (const VfsTree *tree, guint64 id)
{
  return g_hash_table_lookup (tree->by_id, &id);
}

const VfsEntry *
vfs_entry_child (const VfsEntry *entry, guint64 index)
{
  const VfsEntry *row = entry->children;

  for (; row != NULL && row->name != NULL && index > 0; row++)
    index--;
  if (row == NULL || row->name == NULL)
    for (row = entry->also; row != NULL && row->name != NULL && index > 0; row++)
      index--;
  return row != NULL && row->name != NULL ? row : NULL;
}

static const VfsEntry *
find_in (const VfsEntry *table, const char *name)
{
  for (; table != NULL && table->name != NULL; table++)
    if (table->name[0] != '<' && strcmp (table->name, name) == 0)
      return table;
  return NULL;
}

const VfsEntry *
vfs_entry_find (const VfsEntry *entry, const char *name)
{
  const VfsEntry *row = find_in (entry->children, name);

  return row != NULL ? row : find_in (entry->also, name);
}

/* A thing that has been given another name is not there by its old one. */
static gboolean
is_named (const VfsNode *node, const char *name)
{
  return node->object == NULL || node->owner->object_named == NULL
         || node->owner->object_named (node->object, name);
}

static VfsNode *
find_indexed (VfsNode *dir, const char *raw_name)
{
  VfsEntry row = { .name = raw_name };
  VfsNode key = { .parent = dir, .entry = &row };
  VfsNode *node = g_hash_table_lookup (dir->tree->by_name, &key);

  if (node == NULL || (vfs_node_alive (node) && is_named (node, raw_name)))
    return node;
  node_unindex (node);
  return NULL;
}

/* Is that name of `dir` one whose writers must be kept apart just now? */
static gboolean
is_contended (VfsNode *dir, const VfsEntry *entry, const char *raw_name)
{
  return vfs_entry_keeps_writers (entry)
         && vfs_contention_goes_on (dir->tree->contention, vfs_ino_below (dir->ino, raw_name));
}

/* The node that a look-up may find again. */
static VfsNode *
find_node (VfsNode *dir, const char *raw_name)
{
  VfsNode *node = find_indexed (dir, raw_name);

  return node != NULL && !is_contended (dir, node->entry, raw_name) ? node : NULL;
}

/* Takes the object. */
static VfsNode *
make_child (VfsNode *dir, const VfsEntry *entry, const char *raw_name, gpointer object)
{
  VfsNode *node = node_new (dir->tree, dir, entry, raw_name);

  if (object != NULL)
    {
      node->object = object;
      node->owner = dir->entry->dir;
    }
  if (entry->ring != NULL)
    {
      VfsRing *ring = entry->ring (node);

      node->base = vfs_ring_start (ring, entry->ring_format);
      node->base_number = vfs_ring_first (ring);
    }
  if (!vfs_entry_is_fresh (entry) && !is_contended (dir, entry, raw_name))
    node_index (node);
  return node;
}

/* The node of a dynamic name that `lookup` or `create` has just said is there. A constant one has
 * one node, whose object stays the one it was made with. */
static VfsNode *
dynamic_child (VfsNode *dir, const VfsEntry *entry, const char *raw_name, gpointer object)
{
  VfsNode *node = find_node (dir, raw_name);

  if (node == NULL)
    return make_child (dir, entry, raw_name, object);
  if (object != NULL)
    dir->entry->dir->object_free (object);
  return vfs_node_ref (node);
}

static int
lookup_dynamic (VfsNode *dir, const char *name, VfsNode **ret_node)
{
  const VfsDirOps *ops = dir->entry->dir;
  g_autofree char *raw = vfs_name_decode (name);
  VfsNode *node = raw != NULL ? find_indexed (dir, raw) : NULL;
  const VfsEntry *entry;
  gpointer object = NULL;

  if (raw == NULL)
    return ENOENT;
  /* What may vanish while its directory lives must be asked for each time. */
  if (node != NULL && (node->entry->flags & VFS_VOLATILE) == 0
      && (node = find_node (dir, raw)) != NULL)
    {
      *ret_node = vfs_node_ref (node);
      return 0;
    }
  entry = ops->lookup (dir, raw, &object);
  if (entry == NULL)
    return ENOENT;
  *ret_node = dynamic_child (dir, entry, raw, object);
  return 0;
}

int
vfs_lookup (VfsNode *dir, const char *name, VfsNode **ret_node)
{
  g_autoptr (VfsNode) node = NULL;
  const VfsEntry *entry;

  if (strlen (name) > VFS_NAME_MAX)
    return ENAMETOOLONG;
  if (!vfs_node_alive (dir))
    return ENOENT;
  entry = vfs_entry_find (dir->entry, name);
  if (entry != NULL && vfs_tree_leaves_out (dir->tree, entry))
    return ENOENT;
  if (entry == NULL)
    return dir->entry->dir != NULL ? lookup_dynamic (dir, name, ret_node) : ENOENT;
  node = find_node (dir, name);
  node = node != NULL ? vfs_node_ref (node) : make_child (dir, entry, name, NULL);
  if (S_ISLNK (entry->mode) && !vfs_link_is_present (node))
    return ENOENT;
  *ret_node = g_steal_pointer (&node);
  return 0;
}

/* A CREATE opens what it has made, and can't be told to look again. */
static void
keep_creators_apart (VfsNode *dir, const char *raw_name)
{
  VfsNode *node = find_indexed (dir, raw_name);

  if (node != NULL && node->n_writers > 0)
    vfs_contention_begin (dir->tree->contention, node->ino);
}

int
vfs_create (VfsNode *dir, const char *name, VfsNode **ret_node)
{
  g_autofree char *raw = NULL;
  const VfsEntry *entry;
  gpointer object = NULL;

  if (strlen (name) > VFS_NAME_MAX)
    return ENAMETOOLONG;
  if (vfs_tree_monitors (dir->tree))
    return EROFS;
  if (!vfs_node_alive (dir))
    return ENOENT;
  if (dir->entry->dir == NULL || dir->entry->dir->create == NULL)
    return EPERM;
  raw = vfs_name_decode (name);
  entry = raw != NULL ? dir->entry->dir->create (dir, raw, &object) : NULL;
  if (entry == NULL)
    return EPERM;
  keep_creators_apart (dir, raw);
  *ret_node = dynamic_child (dir, entry, raw, object);
  return 0;
}

gboolean
vfs_dir_needs_prepare (const VfsNode *dir)
{
  return dir->entry->dir != NULL && dir->entry->dir->prepare != NULL;
}

void
vfs_dir_prepare (VfsNode *dir, Request *request)
{
  if (vfs_dir_needs_prepare (dir) && vfs_node_alive (dir))
    dir->entry->dir->prepare (dir, request);
  else
    request_done (request, 0);
}

gboolean
vfs_readlink (VfsNode *node, GString *out)
{
  return vfs_node_alive (node) && node->entry->link (node, out);
}

gboolean
vfs_link_is_present (VfsNode *node)
{
  g_autoptr (GString) target = g_string_new (NULL);

  return vfs_readlink (node, target);
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
