/* SPDX-License-Identifier: MIT */
/* Look-up, attributes, and who holds a node. The fake's tear-down checks that no node and no object
 * is left. */
#include "fake.h"
#include "vfs-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* ---- look-up ---- */

static void
check_lookup (Fake *fake, const char *dir_path, const char *name, int error)
{
  g_autoptr (VfsNode) dir =
      dir_path[0] == '\0' ? vfs_node_ref (tree_root (fake->tree)) : fake_node (fake, dir_path);
  g_autoptr (VfsNode) node = NULL;

  g_assert_cmpint (vfs_lookup (dir, name, &node), ==, error);
  g_assert_true ((node != NULL) == (error == 0));
}

static void
test_lookup (Fake *fake, gconstpointer data)
{
  g_autofree char *longer = g_strnfill (VFS_NAME_MAX + 1, 'x');

  fake_add_name (fake, "a/b");
  check_lookup (fake, "", "text", 0);
  check_lookup (fake, "", "absent", ENOENT);
  check_lookup (fake, "", longer, ENAMETOOLONG);
  check_lookup (fake, "dir", "a%2Fb", 0);
  check_lookup (fake, "dir", "a%2fb", ENOENT);
  check_lookup (fake, "dir", "absent", ENOENT);
  check_lookup (fake, "dir", "<name>", ENOENT);
  check_lookup (fake, "dir/a%2Fb", "value", 0);
}

/* A constant name has one node; a growing file gets a fresh one, with the same inode number. */
static void
test_fresh_nodes (Fake *fake, gconstpointer data)
{
  const char *constant[] = { "stream",    "text",           "asked",
                             "dir",       "store",          "call",
                             "dir/thing", "dir/thing/text", "dir/thing/value" };
  const char *fresh[] = { "log" };
  const Caller caller = { 0 };

  fake_add_name (fake, "thing");
  for (guint i = 0; i < G_N_ELEMENTS (constant); i++)
    {
      g_autoptr (VfsNode) one = fake_node (fake, constant[i]);
      g_autoptr (VfsNode) two = fake_node (fake, constant[i]);

      g_assert_true (one == two);
    }
  for (guint i = 0; i < G_N_ELEMENTS (fresh); i++)
    {
      g_autoptr (VfsNode) one = fake_node (fake, fresh[i]);
      g_autoptr (VfsNode) two = fake_node (fake, fresh[i]);
      VfsAttr attr_one, attr_two;

      g_assert_cmpuint (vfs_node_id (one), !=, vfs_node_id (two));
      vfs_node_attr (one, &caller, &attr_one);
      vfs_node_attr (two, &caller, &attr_two);
      g_assert_cmpuint (attr_one.ino, ==, attr_two.ino);
      g_assert_cmpfloat (vfs_node_name_timeout (one), ==, 0.0);
    }
}

/* ---- writers of one control ---- */

/* An open for writing by that thread: its errno. */
static int
open_by (VfsNode *node, pid_t thread, VfsFile **ret_file)
{
  const Caller caller = { .uid = 1000, .gid = 1000, .pid = thread };
  g_autoptr (Request) request = request_new (NULL, NULL, &caller);

  vfs_open (node, O_WRONLY, request, ret_file);
  g_assert_true (request_answered (request));
  return request_error (request);
}

/* The second is told to look again, and gets a node of its own, as do all others for a while. */
static void
test_second_writer (Fake *fake, gconstpointer data)
{
  const char *paths[] = { "store", "dir/thing/value" };

  fake_add_name (fake, "thing");
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (VfsNode) one = fake_node (fake, paths[i]);
      g_autoptr (VfsNode) same = fake_node (fake, paths[i]);
      g_autoptr (VfsNode) two = NULL;
      g_autoptr (VfsNode) three = NULL;
      VfsFile *first, *second, *third;

      g_assert_true (one == same);
      g_assert_cmpfloat (vfs_node_name_timeout (one), >, 1.0);
      g_assert_cmpint (open_by (one, 1, &first), ==, 0);
      g_assert_cmpint (open_by (one, 2, &second), ==, ESTALE);
      g_assert_null (second);
      two = fake_node (fake, paths[i]);
      three = fake_node (fake, paths[i]);
      g_assert_true (two != one && three != one && two != three);
      g_assert_cmpuint (two->ino, ==, one->ino);
      g_assert_cmpfloat (vfs_node_name_timeout (two), ==, 0.0);
      g_assert_cmpint (open_by (two, 2, &second), ==, 0);
      /* Merged look-ups: nobody is sent away from such a node. */
      g_assert_cmpint (open_by (two, 3, &third), ==, 0);
      vfs_release (first);
      vfs_release (second);
      vfs_release (third);
      g_assert_cmpuint (one->n_writers + two->n_writers, ==, 0);
    }
}

/* The kernel forgets a node whose name has another: what is remembered is the path. */
static void
test_contention_outlives_the_node (Fake *fake, gconstpointer data)
{
  VfsNode *one = fake_node (fake, "store");
  g_autoptr (VfsNode) two = NULL;
  g_autoptr (VfsNode) three = NULL;
  VfsFile *first, *second;

  g_assert_cmpint (open_by (one, 1, &first), ==, 0);
  g_assert_cmpint (open_by (one, 2, &second), ==, ESTALE);
  vfs_release (first);
  vfs_node_unref (one);
  two = fake_node (fake, "store");
  three = fake_node (fake, "store");
  g_assert_true (two != three);
}

/* Told to look again, a thread that is slow may come when the name is not remembered any more, and
 * has a new node that somebody writes to: a second ESTALE would reach the program. */
static void
test_never_twice_in_a_row (Fake *fake, gconstpointer data)
{
  VfsNode *one = fake_node (fake, "store");
  g_autoptr (VfsNode) two = NULL;
  VfsFile *first, *second, *third;

  g_assert_cmpint (open_by (one, 1, &first), ==, 0);
  g_assert_cmpint (open_by (one, 2, &second), ==, ESTALE);
  vfs_release (first);
  vfs_node_unref (one);
  for (guint64 other = 1; other <= 10000; other++)
    vfs_contention_begin (vfs_tree_contention (fake->tree), other);
  two = fake_node (fake, "store");
  g_assert_cmpint (open_by (two, 3, &third), ==, 0);
  g_assert_cmpint (open_by (two, 4, &first), ==, ESTALE);
  g_assert_cmpint (open_by (two, 2, &second), ==, 0);
  vfs_release (second);
  vfs_release (third);
}

/* Who comes back to the same node has no name to look up (/proc/self/fd), and is let in; but once
 * it has opened something else, it starts anew. */
static void
test_same_node_again (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) one = fake_node (fake, "store");
  g_autoptr (VfsNode) other = fake_node (fake, "call");
  VfsFile *first, *second, *third;

  g_assert_cmpint (open_by (one, 1, &first), ==, 0);
  g_assert_cmpint (open_by (one, 2, &second), ==, ESTALE);
  g_assert_cmpint (open_by (one, 3, &third), ==, ESTALE);
  g_assert_cmpint (open_by (one, 2, &second), ==, 0);
  g_assert_cmpint (open_by (other, 3, &third), ==, 0);
  vfs_release (third);
  g_assert_cmpint (open_by (one, 3, &third), ==, ESTALE);
  g_assert_cmpint (open_by (one, 3, &third), ==, 0);
  vfs_release (second);
  vfs_release (third);
  /* Threads that can't be told from each other are never sent away. */
  g_assert_cmpint (open_by (one, 0, &second), ==, 0);
  vfs_release (first);
  vfs_release (second);
}

/* Readers don't wait for each other, nor for a writer. */
static void
test_reader_beside_writer (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "either");
  VfsFile *writer, *reader;

  g_assert_cmpint (open_by (node, 1, &writer), ==, 0);
  reader = open_now (node, O_RDONLY);
  vfs_release (reader);
  vfs_release (writer);
}

/* Mere streams are shared. */
static void
test_writers_of_a_stream (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "stream");
  VfsFile *one = open_now (node, O_RDWR);
  VfsFile *two = open_now (node, O_RDWR);

  vfs_release (one);
  vfs_release (two);
}

/* What may vanish while its directory lives is asked for at each look-up, and has one node. */
static void
test_volatile (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) one = NULL;
  g_autoptr (VfsNode) two = NULL;

  fake_add_name (fake, "thing");
  one = fake_node (fake, "volatile/thing");
  two = fake_node (fake, "volatile/thing");
  g_assert_true (one == two);
  g_assert_cmpuint (fake->lookups, ==, 2);
  g_assert_cmpuint (fake->objects, ==, 1);
  g_assert_cmpfloat (vfs_node_name_timeout (one), ==, 0.0);
  fake_remove_name (fake, "thing");
  check_lookup (fake, "volatile", "thing", ENOENT);
}

static void
test_two_tables (Fake *fake, gconstpointer data)
{
  check_lookup (fake, "also", "own", 0);
  check_lookup (fake, "also", "value", 0);
  check_lookup (fake, "also", "absent", ENOENT);
}

static void
test_numbers_are_never_reused (Fake *fake, gconstpointer data)
{
  guint64 last = 0;

  for (int i = 0; i < 100; i++)
    {
      g_autoptr (VfsNode) node = fake_node (fake, i % 2 == 0 ? "text" : "store");

      g_assert_cmpuint (vfs_node_id (node), >, last);
      last = vfs_node_id (node);
      g_assert_true (vfs_tree_node (fake->tree, last) == node);
    }
  g_assert_null (vfs_tree_node (fake->tree, last));
}

static void
test_inode_numbers_differ (Fake *fake, gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  const Caller caller = { 0 };

  for (int i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d", i);
      const char *below[] = { "", "/text", "/value" };

      fake_add_name (fake, name);
      for (guint n = 0; n < G_N_ELEMENTS (below); n++)
        {
          g_autofree char *path = g_strconcat ("dir/", name, below[n], NULL);
          g_autoptr (VfsNode) node = fake_node (fake, path);
          VfsAttr attr;

          vfs_node_attr (node, &caller, &attr);
          g_assert_cmpuint (attr.ino, >, 1);
          g_assert_true (g_hash_table_add (seen, g_memdup2 (&attr.ino, sizeof attr.ino)));
        }
    }
}

static void
test_name_timeouts (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) constant = fake_node (fake, "text");
  g_autoptr (VfsNode) dynamic = NULL;
  g_autoptr (VfsNode) below = NULL;

  fake_add_name (fake, "thing");
  dynamic = fake_node (fake, "dir/thing");
  below = fake_node (fake, "dir/thing/text");
  g_assert_cmpfloat (vfs_node_name_timeout (constant), >, 1.0);
  g_assert_cmpfloat (vfs_node_name_timeout (dynamic), ==, 0.0);
  g_assert_cmpfloat (vfs_node_name_timeout (below), >, 1.0);
  g_assert_cmpfloat (vfs_node_name_timeout (tree_root (fake->tree)), ==, 0.0);
}

static void
test_link (Fake *fake, gconstpointer data)
{
  const Caller caller = { 0 };
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (GString) target = g_string_new (NULL);
  VfsAttr attr;

  check_lookup (fake, "", "link", ENOENT);
  fake->link_target = g_strdup ("../there");
  node = fake_node (fake, "link");
  g_assert_true (vfs_readlink (node, target));
  g_assert_cmpstr (target->str, ==, "../there");
  vfs_node_attr (node, &caller, &attr);
  g_assert_true (S_ISLNK (attr.mode));
  g_assert_cmpuint (attr.size, ==, 8);
  g_clear_pointer (&fake->link_target, g_free);
  g_assert_false (vfs_readlink (node, target));
}

static void
test_create (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) dir = fake_node (fake, "dir");
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (VfsNode) again = NULL;
  g_autoptr (VfsNode) found = NULL;
  g_autofree char *longer = g_strnfill (VFS_NAME_MAX + 1, 'x');
  g_autofree char *path = NULL;

  g_assert_cmpint (vfs_create (tree_root (fake->tree), "new", &node), ==, EPERM);
  g_assert_cmpint (vfs_create (dir, "-refused", &node), ==, EPERM);
  g_assert_cmpint (vfs_create (dir, "%41", &node), ==, EPERM);
  g_assert_cmpint (vfs_create (dir, longer, &node), ==, ENAMETOOLONG);
  g_assert_null (node);
  g_assert_cmpint (vfs_create (dir, "new%2F", &node), ==, 0);
  g_assert_cmpstr (vfs_node_name (node), ==, "new/");
  path = vfs_node_path (node);
  g_assert_cmpstr (path, ==, "dir/new%2F");
  /* Two creates that race make one node. */
  g_assert_cmpint (vfs_create (dir, "new%2F", &again), ==, 0);
  g_assert_true (node == again);
  g_assert_cmpint (vfs_lookup (dir, "new%2F", &found), ==, 0);
  g_assert_true (node == found);
}

/* ---- who holds a node ---- */

static void
test_forget (Fake *fake, gconstpointer data)
{
  VfsNode *node = fake_node (fake, "store");
  guint64 id = vfs_node_id (node);

  vfs_node_looked_up (node);
  vfs_node_looked_up (node);
  vfs_node_looked_up (node);
  vfs_node_unref (node);
  vfs_forget (fake->tree, id, 2);
  g_assert_nonnull (vfs_tree_node (fake->tree, id));
  vfs_forget (fake->tree, id, 1);
  g_assert_null (vfs_tree_node (fake->tree, id));
  vfs_forget (fake->tree, id, 1);
  vfs_forget (fake->tree, VFS_ROOT_ID, 100);
  g_assert_nonnull (tree_root (fake->tree));
}

/* An open file and a child hold a node that the kernel has forgotten. */
static void
test_held_otherwise (Fake *fake, gconstpointer data)
{
  VfsNode *node;
  VfsFile *file;
  guint64 id;

  fake_add_name (fake, "thing");
  node = fake_node (fake, "dir/thing/text");
  vfs_node_looked_up (node);
  file = open_now (node, O_RDONLY);
  id = vfs_node_id (node);
  vfs_node_unref (node);
  vfs_forget (fake->tree, id, 1);
  g_assert_nonnull (vfs_tree_node (fake->tree, id));
  g_assert_cmpuint (fake->objects, ==, 1);
  vfs_release (file);
  g_assert_null (vfs_tree_node (fake->tree, id));
  g_assert_cmpuint (fake->objects, ==, 0);
}

/* At an unmount the kernel forgets and releases nothing. */
static void
test_nothing_forgotten (Fake *fake, gconstpointer data)
{
  const char *paths[] = {
    "store", "text", "dir", "dir/thing", "dir/thing/value", "dir/thing/text"
  };

  fake_add_name (fake, "thing");
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (VfsNode) node = fake_node (fake, paths[i]);

      vfs_node_looked_up (node);
      vfs_node_looked_up (node);
      if (S_ISDIR (vfs_node_entry (node)->mode))
        open_dir (node);
      else
        open_now (node, O_RDONLY);
    }
}

/* ---- gone ---- */

static void
test_gone (Fake *fake, gconstpointer data)
{
  const Caller caller = { 0 };
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (VfsNode) dir = NULL;
  g_autoptr (Ask) ask = NULL;
  g_autofree char *text = NULL;
  VfsFile *file;
  VfsAttr attr;

  fake_add_name (fake, "thing");
  dir = fake_node (fake, "dir/thing");
  node = fake_node (fake, "dir/thing/text");
  file = open_now (node, O_RDONLY);
  fake_remove_name (fake, "thing");

  vfs_node_attr (node, &caller, &attr);
  g_assert_cmpuint (attr.nlink, ==, 0);
  g_assert_cmpuint (attr.size, ==, 6);
  text = read_now (file, 0, 100);
  g_assert_cmpstr (text, ==, "shown\n");
  vfs_release (file);
  /* The fake's show insists on being alive. */
  vfs_node_attr (node, &caller, &attr);
  g_assert_cmpuint (attr.size, ==, 0);
  ask = ask_open (node, O_RDONLY);
  g_assert_cmpint (ask->error, ==, ENXIO);
  check_lookup (fake, "dir", "thing", ENOENT);
  g_clear_pointer (&node, vfs_node_unref);
  g_assert_cmpint (vfs_lookup (dir, "text", &node), ==, ENOENT);
  g_assert_cmpint (vfs_lookup (dir, "absent", &node), ==, ENOENT);
}

/* The same name again is another thing: another node, while the old one is still held. */
static void
test_gone_and_back (Fake *fake, gconstpointer data)
{
  const Caller caller = { 0 };
  g_autoptr (VfsNode) old = NULL;
  g_autoptr (VfsNode) new = NULL;
  g_autoptr (VfsNode) again = NULL;
  VfsAttr attr;

  fake_add_name (fake, "thing");
  old = fake_node (fake, "dir/thing");
  fake_remove_name (fake, "thing");
  fake_add_name (fake, "thing");
  new = fake_node (fake, "dir/thing");
  g_assert_true (old != new);
  vfs_node_attr (old, &caller, &attr);
  g_assert_cmpuint (attr.nlink, ==, 0);
  vfs_node_attr (new, &caller, &attr);
  g_assert_cmpuint (attr.nlink, ==, 1);
  g_clear_pointer (&old, vfs_node_unref);
  again = fake_node (fake, "dir/thing");
  g_assert_true (new == again);
}

/* ---- attributes ---- */

static void
test_attributes (Fake *fake, gconstpointer data)
{
  const Caller caller = { 0 };
  g_autoptr (VfsNode) text = fake_node (fake, "text");
  g_autoptr (VfsNode) asked = fake_node (fake, "asked");
  g_autoptr (VfsNode) below = NULL;
  VfsAttr attr;

  fake_add_name (fake, "thing");
  below = fake_node (fake, "dir/thing/text");
  vfs_node_attr (text, &caller, &attr);
  g_assert_cmpuint (attr.mode, ==, S_IFREG | 0444);
  g_assert_cmpuint (attr.nlink, ==, 1);
  g_assert_cmpuint (attr.uid, ==, 5);
  g_assert_cmpuint (attr.gid, ==, 6);
  g_assert_cmpuint (attr.size, ==, 6);
  g_assert_cmpint (attr.mtime, >, 2000000);
  vfs_node_attr (asked, &caller, &attr);
  g_assert_cmpuint (attr.size, ==, 0);
  vfs_node_attr (below, &caller, &attr);
  g_assert_cmpint (attr.mtime, ==, 2000000);
  g_assert_cmpint (attr.ctime, ==, 1000000);
  vfs_node_attr (tree_root (fake->tree), &caller, &attr);
  g_assert_cmpuint (attr.ino, ==, 1);
  g_assert_cmpuint (attr.mode, ==, S_IFDIR | 0555);
}

static const VfsEntry mode_rows[] = { { .name = "public", .mode = VFS_PUBLIC, .help = "" },
                                      { .name = "data", .mode = VFS_CALL_DATA, .help = "" },
                                      { .name = "live", .mode = VFS_CALL_LIVE, .help = "" },
                                      { .name = "control", .mode = VFS_CONTROL, .help = "" },
                                      { .name = "shown", .mode = VFS_CONTROL_SHOWN, .help = "" },
                                      { .name = "secret", .mode = VFS_PRIVATE, .help = "" },
                                      { NULL } };
static const VfsEntry mode_root = {
  .name = "", .mode = VFS_DIR_PUBLIC, .help = "", .children = mode_rows
};

static void
test_umask (void)
{
  static const struct
  {
    const char *name;
    int umask;
    guint mode;
  } cases[] = {
    { "public", -1, 0444 },   { "data", -1, 0440 },    { "live", -1, 0660 },
    { "control", -1, 0600 },  { "shown", -1, 0640 },   { "secret", -1, 0400 },
    { "public", 0, 0444 },    { "data", 0, 0444 },     { "live", 0, 0666 },
    { "control", 0, 0666 },   { "shown", 0, 0666 },    { "secret", 0, 0444 },
    { "public", 022, 0444 },  { "data", 022, 0444 },   { "live", 022, 0644 },
    { "public", 0177, 0400 }, { "live", 0177, 0600 },  { "control", 0177, 0600 },
    { "data", 07, 0440 },     { "control", 07, 0660 }, { "shown", 07, 0660 },
  };
  const Caller caller = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const VfsOwnership ownership = { .umask = cases[i].umask };
      g_autoptr (VfsTree) tree = vfs_tree_new (&mode_root, &ownership, NULL, NULL);
      g_autoptr (VfsNode) node = walk (tree, cases[i].name);
      VfsAttr attr;

      vfs_node_attr (node, &caller, &attr);
      g_assert_cmpuint (attr.mode, ==, S_IFREG | cases[i].mode);
      g_clear_pointer (&node, vfs_node_unref);
    }
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/tree/" name, Fake, NULL, fake_set_up, func, fake_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vfs/tree/umask", test_umask);
  ADD ("lookup", test_lookup);
  ADD ("fresh-nodes", test_fresh_nodes);
  ADD ("second-writer", test_second_writer);
  ADD ("contention-outlives-the-node", test_contention_outlives_the_node);
  ADD ("never-twice-in-a-row", test_never_twice_in_a_row);
  ADD ("same-node-again", test_same_node_again);
  ADD ("reader-beside-writer", test_reader_beside_writer);
  ADD ("writers-of-a-stream", test_writers_of_a_stream);
  ADD ("volatile", test_volatile);
  ADD ("two-tables", test_two_tables);
  ADD ("numbers-are-never-reused", test_numbers_are_never_reused);
  ADD ("inode-numbers-differ", test_inode_numbers_differ);
  ADD ("name-timeouts", test_name_timeouts);
  ADD ("link", test_link);
  ADD ("create", test_create);
  ADD ("forget", test_forget);
  ADD ("held-otherwise", test_held_otherwise);
  ADD ("nothing-forgotten", test_nothing_forgotten);
  ADD ("gone", test_gone);
  ADD ("gone-and-back", test_gone_and_back);
  ADD ("attributes", test_attributes);
  return g_test_run ();
}
