/* SPDX-License-Identifier: MIT */
/* The tree: look-up, listing, attributes, names, and who holds a node. The fake's tear-down checks
 * that no node and no object is left. */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* ---- names ---- */

static void
check_name (const char *raw, const char *encoded)
{
  g_autoptr (GString) out = g_string_new ("kept/");
  g_autofree char *decoded = NULL;

  g_assert_true (vfs_name_encode (raw, out));
  g_assert_cmpstr (out->str + strlen ("kept/"), ==, encoded);
  decoded = vfs_name_decode (encoded);
  g_assert_cmpstr (decoded, ==, raw);
}

static void
test_names (void)
{
  check_name ("plain", "plain");
  check_name ("show channels as json", "show channels as json");
  check_name ("sofia/internal", "sofia%2Finternal");
  check_name (".", "%2E");
  check_name ("..", "%2E.");
  check_name (".hidden.", "%2Ehidden.");
  check_name ("100%", "100%25");
  check_name ("a\nb\x7f\x01", "a%0Ab%7F%01");
  check_name ("J\xc3\xbcrgen \xff", "J\xc3\xbcrgen \xff");
}

static void
test_names_have_one_spelling (void)
{
  const char *wrong[] = {
    "%2f", "%41", "a%2E", "%", "%2", "%2G", "%00", "a%", "/", ".x", "", "a\n"
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (vfs_name_decode (wrong[i]));
}

static void
test_long_names (void)
{
  g_autofree char *longest = g_strnfill (VFS_NAME_MAX, 'x');
  g_autofree char *longer = g_strnfill (VFS_NAME_MAX + 1, 'x');
  g_autofree char *slashes = g_strnfill (VFS_NAME_MAX / 3 + 1, '/');
  g_autoptr (GString) out = g_string_new ("kept");

  g_assert_true (vfs_name_encode (longest, out));
  g_string_truncate (out, 4);
  g_assert_false (vfs_name_encode (longer, out));
  g_assert_false (vfs_name_encode (slashes, out));
  g_assert_false (vfs_name_encode ("", out));
  g_assert_cmpstr (out->str, ==, "kept");
}

static void
test_random_names (void)
{
  for (int i = 0; i < 2000; i++)
    {
      char raw[21] = { 0 };
      gint len = g_test_rand_int_range (1, 20);
      g_autoptr (GString) out = g_string_new (NULL);

      for (gint n = 0; n < len; n++)
        raw[n] = (char)g_test_rand_int_range (1, g_test_rand_bit () ? 256 : 64);
      g_assert_true (vfs_name_encode (raw, out));
      check_name (raw, out->str);
      g_assert_null (strpbrk (out->str, "/\n\t\r"));
    }
}

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

/* A constant name has one node; a writable or growing file gets a fresh one, with the same inode
 * number. */
static void
test_fresh_nodes (Fake *fake, gconstpointer data)
{
  const char *constant[] = { "text", "asked", "dir", "dir/thing", "dir/thing/text" };
  const char *fresh[] = { "store", "call", "value", "stream", "log", "dir/thing/value" };
  const VfsCaller caller = { 0 };

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
  const VfsCaller caller = { 0 };

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
  const VfsCaller caller = { 0 };
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
      if (vfs_node_is_dir (node))
        vfs_dir_open (node);
      else
        open_now (node, O_RDONLY);
    }
}

/* ---- gone ---- */

static void
test_gone (Fake *fake, gconstpointer data)
{
  const VfsCaller caller = { 0 };
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
  const VfsCaller caller = { 0 };
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

/* ---- listing ---- */

typedef struct
{
  GString *names;
  guint64 cookie; /* of the last name taken */
  guint room;
  guint taken;
} Listing;

static gboolean
fill (const char *name, guint64 ino, guint mode, guint64 next_cookie, gpointer data)
{
  Listing *listing = data;

  if (listing->room == 0)
    return FALSE;
  g_assert_cmpuint (ino, >, 0);
  g_assert_cmpuint (next_cookie, >, listing->cookie);
  listing->room--;
  listing->taken++;
  listing->cookie = next_cookie;
  if (strcmp (name, ".") != 0 && strcmp (name, "..") != 0)
    g_string_append_printf (listing->names, "%s%s ", name, S_ISDIR (mode) ? "/" : "");
  return TRUE;
}

/* Reads on, `room` names at most; returns how many came. */
static guint
read_names (VfsDir *dir, Listing *listing, guint room)
{
  listing->room = room;
  listing->taken = 0;
  vfs_dir_read (dir, listing->cookie, fill, listing);
  return listing->taken;
}

static char *
list (Fake *fake, const char *path, guint room)
{
  g_autoptr (VfsNode) node =
      path[0] == '\0' ? vfs_node_ref (tree_root (fake->tree)) : fake_node (fake, path);
  Listing listing = { .names = g_string_new (NULL) };
  VfsDir *dir = vfs_dir_open (node);

  while (read_names (dir, &listing, room) > 0)
    ;
  vfs_dir_close (dir);
  return g_string_free (listing.names, FALSE);
}

static void
test_list_rows (Fake *fake, gconstpointer data)
{
  const char *expected = "text asked either value store call timed block stream silent raw log "
                         "dir/ list/ prepared/ ";

  for (guint room = 1; room < 20; room++)
    {
      g_autofree char *names = list (fake, "", room);

      g_assert_cmpstr (names, ==, expected);
    }
  fake->link_target = g_strdup ("there");
  g_autofree char *with_link = list (fake, "", 100);
  g_assert_nonnull (strstr (with_link, " log link dir/ "));
}

static void
test_list_names (Fake *fake, gconstpointer data)
{
  const char *dirs[] = { "dir", "list" };
  g_autofree char *longer = g_strnfill (VFS_NAME_MAX + 1, 'x');

  fake_add_name (fake, "a/b");
  fake_add_name (fake, longer);
  fake_add_name (fake, ".c\n");
  for (guint i = 0; i < G_N_ELEMENTS (dirs); i++)
    for (guint room = 1; room < 8; room++)
      {
        g_autofree char *names = list (fake, dirs[i], room);

        g_assert_cmpstr (names, ==, "a%2Fb/ %2Ec%0A/ ");
      }
}

/* The inode number in a listing is the one that stat shows. */
static gboolean
check_ino (const char *name, guint64 ino, guint mode, guint64 next_cookie, gpointer data)
{
  Fake *fake = data;
  const VfsCaller caller = { 0 };
  g_autoptr (VfsNode) dir = fake_node (fake, "dir");
  g_autoptr (VfsNode) node = NULL;
  VfsAttr attr;

  if (strcmp (name, ".") == 0)
    node = vfs_node_ref (dir);
  else if (strcmp (name, "..") == 0)
    node = vfs_node_ref (tree_root (fake->tree));
  else
    g_assert_cmpint (vfs_lookup (dir, name, &node), ==, 0);
  vfs_node_attr (node, &caller, &attr);
  g_assert_cmpuint (attr.ino, ==, ino);
  g_assert_cmpuint (attr.mode & S_IFMT, ==, mode);
  return TRUE;
}

static void
test_listed_inode_numbers (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "dir");
  VfsDir *dir = vfs_dir_open (node);

  fake_add_name (fake, "one");
  fake_add_name (fake, "t/wo");
  vfs_dir_read (dir, 0, check_ino, fake);
  vfs_dir_close (dir);
}

/* Names come and go between the pieces: nothing twice, nothing that stayed is missed. */
static void
test_listed_while_changing (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "dir");
  VfsDir *dir = vfs_dir_open (node);
  Listing listing = { .names = g_string_new (NULL) };
  g_auto (GStrv) names = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint stayed = 0;

  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s%d", i % 3 == 0 ? "stays" : "goes", i);

      fake_add_name (fake, name);
    }
  for (int i = 0; read_names (dir, &listing, 37) > 0; i++)
    {
      g_autofree char *name = g_strdup_printf ("new%d", i);

      for (guint n = 0, removed = 0; n < fake->names->len && removed < 30; n++)
        {
          FakeObject *object = fake->names->pdata[(n * 7919u) % fake->names->len];

          if (!g_str_has_prefix (object->name, "goes"))
            continue;
          fake_remove_name (fake, object->name);
          removed++;
        }
      if (i < 50)
        fake_add_name (fake, name);
    }
  names = g_strsplit_set (listing.names->str, " ", -1);
  for (guint i = 0; names[i] != NULL && names[i][0] != '\0'; i++)
    {
      g_assert_true (g_hash_table_add (seen, names[i]));
      stayed += g_str_has_prefix (names[i], "stays");
    }
  g_assert_cmpuint (stayed, ==, 334);
  g_assert_true (g_hash_table_contains (seen, "new0/"));
  g_string_free (listing.names, TRUE);
  vfs_dir_close (dir);
}

/* A directory that is listed at once keeps its list while it is read, and makes a new one when the
 * reader rewinds. */
static void
test_rewind (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "list");
  VfsDir *dir = vfs_dir_open (node);
  Listing listing = { .names = g_string_new (NULL) };

  fake_add_name (fake, "one");
  fake_add_name (fake, "two");
  read_names (dir, &listing, 3);
  fake_remove_name (fake, "one");
  read_names (dir, &listing, 100);
  g_assert_cmpstr (listing.names->str, ==, "one/ two/ ");
  listing.cookie = 0;
  g_string_truncate (listing.names, 0);
  read_names (dir, &listing, 100);
  g_assert_cmpstr (listing.names->str, ==, "two/ ");
  g_string_free (listing.names, TRUE);
  vfs_dir_close (dir);
}

static void
test_list_of_the_gone (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = NULL;
  Listing listing = { .names = g_string_new (NULL) };
  VfsDir *dir;

  fake_add_name (fake, "thing");
  node = fake_node (fake, "dir/thing");
  dir = vfs_dir_open (node);
  fake_remove_name (fake, "thing");
  g_assert_cmpuint (read_names (dir, &listing, 100), ==, 2);
  g_assert_cmpstr (listing.names->str, ==, "");
  g_string_free (listing.names, TRUE);
  vfs_dir_close (dir);
}

static void
test_prepare (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) dir = fake_node (fake, "prepared");
  g_autoptr (VfsNode) plain = fake_node (fake, "dir");
  g_autoptr (Ask) slow = ask_new (0);
  g_autoptr (Ask) failed = ask_new (0);
  g_autoptr (Ask) nothing = ask_new (0);

  g_assert_true (vfs_dir_needs_prepare (dir));
  g_assert_false (vfs_dir_needs_prepare (plain));
  fake->prepare_slow = TRUE;
  vfs_dir_prepare (dir, slow->request);
  g_assert_cmpuint (slow->answers, ==, 0);
  fake_answer (fake, "attribute", 0);
  g_assert_cmpint (slow->error, ==, 0);
  vfs_dir_prepare (dir, failed->request);
  fake_answer (fake, "attribute", ETIMEDOUT);
  g_assert_cmpint (failed->error, ==, ETIMEDOUT);
  vfs_dir_prepare (plain, nothing->request);
  g_assert_cmpint (nothing->error, ==, 0);
}

/* ---- attributes ---- */

static void
test_attributes (Fake *fake, gconstpointer data)
{
  const VfsCaller caller = { 0 };
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
  g_assert_cmpuint (attr.mode, ==, S_IFDIR | 0755);
}

static const VfsEntry mode_rows[] = { { .name = "view", .mode = VFS_VIEW, .help = "" },
                                      { .name = "stream", .mode = VFS_STREAM, .help = "" },
                                      { .name = "control", .mode = VFS_CONTROL, .help = "" },
                                      { NULL } };
static const VfsEntry mode_root = {
  .name = "", .mode = S_IFDIR | 0555, .help = "", .children = mode_rows
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
    { "view", -1, 0444 },    { "stream", -1, 0666 },   { "control", -1, 0600 },
    { "view", 0, 0444 },     { "stream", 0, 0666 },    { "control", 0, 0666 },
    { "view", 022, 0444 },   { "stream", 022, 0644 },  { "control", 022, 0644 },
    { "view", 0177, 0400 },  { "stream", 0177, 0600 }, { "control", 0177, 0600 },
    { "control", 07, 0660 },
  };
  const VfsCaller caller = { 0 };

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

/* ---- opens for reading ---- */

static void
test_snapshot (Fake *fake, gconstpointer data)
{
  const VfsCaller caller = { 0 };
  g_autoptr (VfsNode) node = fake_node (fake, "text");
  VfsFile *file = open_now (node, O_RDONLY);
  g_autoptr (GString) all = NULL;
  g_autoptr (Ask) beyond = NULL;
  VfsAttr attr;

  g_string_assign (fake->shown, "something else by now\n");
  all = read_all (file, 2);
  g_assert_cmpstr (all->str, ==, "shown\n");
  g_assert_cmpuint (vfs_file_size (file), ==, 6);
  beyond = ask_read (file, G_MAXINT64, 10);
  g_assert_cmpuint (beyond->count, ==, 0);
  g_assert_false (vfs_file_is_stream (file));
  g_assert_false (vfs_file_is_written (file));
  vfs_release (file);
  vfs_node_attr (node, &caller, &attr);
  g_assert_cmpuint (attr.size, ==, 22);
}

static void
test_fetch (Fake *fake, gconstpointer data)
{
  const VfsCaller caller = { 0 };
  g_autoptr (VfsNode) node = fake_node (fake, "asked");
  g_autoptr (Ask) slow = NULL;
  g_autoptr (Ask) failed = NULL;
  g_autofree char *text = NULL;
  VfsAttr attr;

  fake->fetch_slow = TRUE;
  slow = ask_open (node, O_RDONLY);
  g_assert_cmpuint (slow->answers, ==, 0);
  fake_answer (fake, "asked", 0);
  g_assert_cmpint (slow->error, ==, 0);
  text = read_now (slow->file, 0, 100);
  g_assert_cmpstr (text, ==, "+OK asked");
  vfs_node_attr (node, &caller, &attr);
  g_assert_cmpuint (attr.size, ==, 9);
  vfs_release (slow->file);

  failed = ask_open (node, O_RDONLY);
  fake_answer (fake, "asked", EREMOTEIO);
  g_assert_cmpint (failed->error, ==, EREMOTEIO);
  g_assert_null (failed->file);
  g_assert_cmpstr (fake->failures->pdata[0], ==, "asked Remote I/O error (read)|-ERR asked");
}

static void
test_fetch_cancelled (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "asked");
  g_autoptr (Ask) ask = NULL;

  fake->fetch_slow = TRUE;
  ask = ask_open (node, O_RDONLY);
  vfs_request_cancel (ask->request);
  g_assert_cmpint (ask->error, ==, EINTR);
  g_assert_null (ask->file);
  g_assert_cmpuint (fake->failures->len, ==, 0);
}

/* Opens that still wait when everything ends. */
static void
test_fetch_at_shutdown (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "asked");
  g_autoptr (Ask) one = NULL;
  g_autoptr (Ask) two = NULL;

  fake->fetch_slow = TRUE;
  one = ask_open (node, O_RDONLY);
  two = ask_open (node, O_RDONLY);
  vfs_tree_shutdown (fake->tree);
  g_assert_cmpint (one->error, ==, ENOTCONN);
  g_assert_cmpint (two->error, ==, ENOTCONN);
  g_assert_null (one->file);
}

static void
check_open (Fake *fake, const char *path, int flags, int error)
{
  g_autoptr (VfsNode) node = fake_node (fake, path);
  g_autoptr (Ask) ask = ask_open (node, flags);

  g_assert_cmpint (ask->error, ==, error);
  g_assert_true ((ask->file != NULL) == (error == 0));
  if (ask->file != NULL)
    vfs_release (ask->file);
}

static void
test_which_opens_are_possible (Fake *fake, gconstpointer data)
{
  check_open (fake, "dir", O_RDONLY, EISDIR);
  check_open (fake, "text", O_WRONLY, EACCES);
  check_open (fake, "text", O_RDWR, EACCES);
  check_open (fake, "stream", O_WRONLY, EACCES);
  check_open (fake, "stream", O_RDONLY, 0);
  check_open (fake, "stream", O_RDWR, 0);
  check_open (fake, "store", O_RDONLY, 0);
  check_open (fake, "store", O_WRONLY | O_TRUNC | O_APPEND, 0);
  check_open (fake, "either", O_RDWR, 0);
  check_open (fake, "value", O_RDWR, 0);
  g_assert_cmpuint (fake->streams, ==, 0);
}

/* A value file open for both is no conversation: its text, and writes that put. */
static void
test_read_and_written (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "either", O_RDWR);
  g_autofree char *text = read_now (file, 0, 100);

  g_assert_cmpstr (text, ==, "shown\n");
  g_assert_false (vfs_file_is_talk (file));
  g_assert_cmpint (write_now (file, "line\n"), ==, 0);
  assert_asked (fake, "store", "line");
  vfs_release (file);
}

static void
test_too_many_files (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "text");
  VfsFile *last = NULL;

  for (int i = 0; i < VFS_MAX_FILES; i++)
    last = open_now (node, O_RDONLY);
  check_open (fake, "text", O_RDONLY, ENFILE);
  vfs_release (last);
  check_open (fake, "text", O_RDONLY, 0);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/tree/" name, Fake, NULL, fake_set_up, func, fake_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vfs/tree/names", test_names);
  g_test_add_func ("/vfs/tree/names-have-one-spelling", test_names_have_one_spelling);
  g_test_add_func ("/vfs/tree/long-names", test_long_names);
  g_test_add_func ("/vfs/tree/random-names", test_random_names);
  g_test_add_func ("/vfs/tree/umask", test_umask);
  ADD ("lookup", test_lookup);
  ADD ("fresh-nodes", test_fresh_nodes);
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
  ADD ("list-rows", test_list_rows);
  ADD ("list-names", test_list_names);
  ADD ("listed-inode-numbers", test_listed_inode_numbers);
  ADD ("listed-while-changing", test_listed_while_changing);
  ADD ("rewind", test_rewind);
  ADD ("list-of-the-gone", test_list_of_the_gone);
  ADD ("prepare", test_prepare);
  ADD ("attributes", test_attributes);
  ADD ("snapshot", test_snapshot);
  ADD ("fetch", test_fetch);
  ADD ("fetch-cancelled", test_fetch_cancelled);
  ADD ("fetch-at-shutdown", test_fetch_at_shutdown);
  ADD ("which-opens-are-possible", test_which_opens_are_possible);
  ADD ("read-and-written", test_read_and_written);
  ADD ("too-many-files", test_too_many_files);
  return g_test_run ();
}
