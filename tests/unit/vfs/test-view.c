/* SPDX-License-Identifier: MIT */
/* Views: the growing files, read as cat, dd, tac and tail read them. */
#include "growing.h"

#include <fcntl.h>
#include <string.h>

static void
test_cat (Growing *growing, gconstpointer data)
{
  const gsize pieces[] = { 1, 7, 100, 4096, 128 * 1024 };

  growing_append (growing, 3000);
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (VfsNode) node = growing_look_up (growing);
      VfsFile *file = open_now (node, O_RDONLY);
      g_autoptr (GString) all = read_all (file, pieces[i]);
      Seen seen = check_records (all->str);

      g_assert_cmpuint (all->len, ==, node_size (node));
      g_assert_cmpuint (all->len, ==, vfs_file_size (file));
      g_assert_cmpuint (seen.first, ==, vfs_ring_first (growing->ring));
      g_assert_cmpuint (seen.last, ==, 3000);
      g_assert_cmpuint (seen.gaps, ==, 0);
      vfs_release (file);
    }
}

/* dd, tac and split take a short read for the end, or an error. */
static void
test_only_the_last_read_is_short (Growing *growing, gconstpointer data)
{
  g_autoptr (VfsNode) node = NULL;
  VfsFile *file;
  guint64 size, at = 0;

  growing_append (growing, 500);
  node = growing_look_up (growing);
  file = open_now (node, O_RDONLY);
  size = node_size (node);
  while (at < size)
    {
      g_autoptr (Ask) ask = ask_read (file, at, 512);

      g_assert_cmpuint (ask->count, ==, MIN (512, size - at));
      at += ask->count;
    }
  vfs_release (file);
}

/* tac: from the end backwards; then anywhere. */
static void
test_any_offset (Growing *growing, gconstpointer data)
{
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (GString) all = NULL;
  VfsFile *file;
  guint64 at;

  growing_append (growing, 700);
  node = growing_look_up (growing);
  file = open_now (node, O_RDONLY);
  all = read_all (file, 8192);
  for (at = all->len; at > 0;)
    {
      gsize size = MIN (at, 1000);
      g_autofree char *piece = NULL;

      at -= size;
      piece = read_now (file, at, size);
      g_assert_cmpmem (piece, strlen (piece), all->str + at, size);
    }
  for (int i = 0; i < 500; i++)
    {
      g_autofree char *piece = NULL;
      gsize size = (gsize)g_test_rand_int_range (1, 3000);

      at = (guint64)g_test_rand_int_range (0, (gint)all->len);
      piece = read_now (file, at, size);
      g_assert_cmpmem (piece, strlen (piece), all->str + at, MIN (size, all->len - at));
    }
  vfs_release (file);
}

static void
test_end_of_file (Growing *growing, gconstpointer data)
{
  const guint64 beyond[] = { 0, 1, 1000000, G_MAXINT64 };
  g_autoptr (VfsNode) node = growing_look_up (growing);
  VfsFile *file = open_now (node, O_RDONLY);

  for (guint i = 0; i < G_N_ELEMENTS (beyond); i++)
    {
      g_autofree char *piece = read_now (file, beyond[i], 100);

      g_assert_cmpstr (piece, ==, "");
    }
  g_assert_cmpuint (node_size (node), ==, 0);
  vfs_release (file);
}

static void
test_tail_f (Growing *growing, gconstpointer data)
{
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  VfsFile *file;
  Seen seen;

  growing_append (growing, 50);
  node = growing_look_up (growing);
  file = open_now (node, O_RDONLY);
  for (int i = 0; i < 100; i++)
    {
      tail_follows (node, file, all);
      growing_append (growing, 20);
    }
  tail_follows (node, file, all);
  seen = check_records (all->str);
  g_assert_cmpuint (seen.gaps, ==, 0);
  g_assert_cmpuint (seen.first, ==, 1);
  g_assert_cmpuint (seen.last, ==, 2050);
  vfs_release (file);
}

/* Each look-up counts from the oldest record there is then; the inode number stays. */
static void
test_views (Growing *growing, gconstpointer data)
{
  const Caller caller = { 0 };
  g_autoptr (VfsNode) early = growing_look_up (growing);
  g_autoptr (VfsNode) late = NULL;
  VfsAttr early_attr, late_attr;

  growing_append (growing, 3000);
  late = growing_look_up (growing);
  g_assert_cmpuint (vfs_node_id (early), !=, vfs_node_id (late));
  vfs_node_attr (early, &caller, &early_attr);
  vfs_node_attr (late, &caller, &late_attr);
  g_assert_cmpuint (early_attr.ino, ==, late_attr.ino);
  g_assert_cmpuint (early_attr.size, ==, vfs_ring_end (growing->ring, 0));
  g_assert_cmpuint (late_attr.size, ==,
                    vfs_ring_end (growing->ring, 0) - vfs_ring_start (growing->ring, 0));
  g_assert_cmpint (late_attr.mtime, ==, 3000);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/view/" name, Growing, NULL, growing_set_up, func, growing_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("cat", test_cat);
  ADD ("only-the-last-read-is-short", test_only_the_last_read_is_short);
  ADD ("any-offset", test_any_offset);
  ADD ("end-of-file", test_end_of_file);
  ADD ("tail-f", test_tail_f);
  ADD ("views", test_views);
  return g_test_run ();
}
