/* SPDX-License-Identifier: MIT */
/* Listing directories, while names come and go. */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

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
  VfsDir *dir = open_dir (node);

  while (read_names (dir, &listing, room) > 0)
    ;
  vfs_dir_close (dir);
  return g_string_free (listing.names, FALSE);
}

static void
test_list_rows (Fake *fake, gconstpointer data)
{
  const char *expected =
      "text asked either value store call timed block stream silent counted raw log "
      "dir/ list/ prepared/ volatile/ also/ ";

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
test_list_two_tables (Fake *fake, gconstpointer data)
{
  for (guint room = 1; room < 6; room++)
    {
      g_autofree char *names = list (fake, "also", room);

      g_assert_cmpstr (names, ==, "own text value ");
    }
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
  const Caller caller = { 0 };
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
  VfsDir *dir = open_dir (node);

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
  VfsDir *dir = open_dir (node);
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
  VfsDir *dir = open_dir (node);
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
  dir = open_dir (node);
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

#define ADD(name, func) g_test_add ("/vfs/dir/" name, Fake, NULL, fake_set_up, func, fake_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("list-rows", test_list_rows);
  ADD ("list-two-tables", test_list_two_tables);
  ADD ("list-names", test_list_names);
  ADD ("listed-inode-numbers", test_listed_inode_numbers);
  ADD ("listed-while-changing", test_listed_while_changing);
  ADD ("rewind", test_rewind);
  ADD ("list-of-the-gone", test_list_of_the_gone);
  ADD ("prepare", test_prepare);
  return g_test_run ();
}
