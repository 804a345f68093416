/* SPDX-License-Identifier: MIT */
/* Views of readers that the ring overtakes: one gap record, nothing torn, offsets that go on. */
#include "growing.h"

#include <fcntl.h>
#include <string.h>

/* One that stopped at a record's end, and one that stopped in the midst of it. */
static void
test_lapped_once (Growing *growing, gconstpointer data)
{
  const gsize first_reads[] = { 300, 299, 301, 150, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (first_reads); i++)
    {
      g_autoptr (VfsNode) node = NULL;
      g_autoptr (GString) all = g_string_new (NULL);
      g_autofree char *expected = NULL;
      g_autofree char *begun = NULL;
      guint64 before = growing->appended, base;
      VfsFile *file;
      Seen seen;

      for (int n = 0; n < 400; n++)
        growing_append_one (growing, 300, 300);
      base = vfs_ring_start (growing->ring, 0);
      before = vfs_ring_first (growing->ring);
      node = growing_look_up (growing);
      file = open_now (node, O_RDONLY);
      begun = read_now (file, 0, first_reads[i]);
      g_string_append (all, begun);
      for (int n = 0; n < 1000; n++)
        growing_append_one (growing, 300, 300);
      tail_follows (node, file, all);
      seen = check_records (all->str);
      g_assert_cmpuint (seen.first, ==, before);
      g_assert_cmpuint (seen.gaps, ==, 1);
      g_assert_cmpuint (seen.last, ==, growing->appended);
      g_assert_cmpuint (seen.records, ==, growing->appended + 1 - before - seen.lost);
      /* The gap tells exactly what is missing. */
      expected = g_strdup_printf ("gap:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT "\n", seen.lost,
                                  seen.lost * 300);
      g_assert_nonnull (strstr (all->str, expected));
      g_assert_cmpuint (node_size (node), ==, all->len);
      g_assert_cmpuint (vfs_ring_start (growing->ring, 0), >, base);
      vfs_release (file);
    }
}

static void
test_lapped_before_the_first_read (Growing *growing, gconstpointer data)
{
  g_autoptr (VfsNode) node = growing_look_up (growing);
  VfsFile *file = open_now (node, O_RDONLY);
  g_autoptr (GString) all = NULL;
  g_autofree char *expected = NULL;
  Seen seen;

  growing_append (growing, 5000);
  expected =
      g_strdup_printf ("gap:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT "\n",
                       vfs_ring_first (growing->ring) - 1, vfs_ring_start (growing->ring, 0));
  all = read_all (file, 4096);
  g_assert_true (g_str_has_prefix (all->str, expected));
  seen = check_records (all->str);
  g_assert_cmpuint (seen.gaps, ==, 1);
  g_assert_cmpuint (seen.last, ==, 5000);
  g_assert_cmpuint (node_size (node), ==, all->len);
  vfs_release (file);
}

/* Any reader, any sizes, appends in between: lapped many times in all ways. */
static void
lap_at_random (Growing *growing, gboolean as_tail)
{
  g_autoptr (VfsNode) node = growing_look_up (growing);
  VfsFile *file = open_now (node, O_RDONLY);
  g_autoptr (GString) all = g_string_new (NULL);
  Seen seen;

  for (int i = 0; i < 300; i++)
    {
      growing_append (growing, (guint)g_test_rand_int_range (0, g_test_rand_bit () ? 800 : 20));
      for (int n = g_test_rand_int_range (0, 20); n > 0 && !as_tail; n--)
        {
          gsize size = (gsize)g_test_rand_int_range (1, 2000);
          g_autofree char *piece = read_now (file, all->len, size);

          g_string_append (all, piece);
        }
      if (as_tail)
        tail_follows (node, file, all);
      g_assert_cmpuint (node_size (node), >=, all->len);
      g_assert_cmpuint (node_size (node), ==, vfs_file_size (file));
    }
  while (TRUE)
    {
      g_autofree char *piece = read_now (file, all->len, 512);

      if (piece[0] == '\0')
        break;
      g_string_append (all, piece);
    }
  seen = check_records (all->str);
  g_assert_cmpuint (seen.last, ==, growing->appended);
  g_assert_cmpuint (seen.gaps, >, 0);
  g_assert_cmpuint (node_size (node), ==, all->len);
  vfs_release (file);
}

static void
test_lapped_at_random (Growing *growing, gconstpointer data)
{
  lap_at_random (growing, FALSE);
}

static void
test_lapped_tail (Growing *growing, gconstpointer data)
{
  lap_at_random (growing, TRUE);
}

/* bash's `while read`: reads ahead, takes one line, seeks back to its end. */
static void
test_lapped_bash (Growing *growing, gconstpointer data)
{
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  VfsFile *file;
  Seen seen;

  growing_append (growing, 100);
  node = growing_look_up (growing);
  file = open_now (node, O_RDONLY);
  while (TRUE)
    {
      g_autofree char *ahead = read_now (file, all->len, 4096);
      const char *newline = strchr (ahead, '\n');

      if (newline == NULL)
        break;
      g_string_append_len (all, ahead, newline + 1 - ahead);
      if (growing->appended < 40000)
        growing_append (growing, (guint)g_test_rand_int_range (0, 200));
    }
  seen = check_records (all->str);
  g_assert_cmpuint (seen.last, ==, growing->appended);
  g_assert_cmpuint (seen.gaps, >, 0);
  vfs_release (file);
}

/* The same with records of many lines each, which must stay whole. */
static void
test_lapped_bash_within_records (Growing *growing, gconstpointer data)
{
  const char record[] = "a\nb\nc\nd\n\n";
  const gsize len = strlen (record);
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  VfsFile *file;
  guint gaps = 0;

  for (int i = 0; i < 100; i++)
    vfs_ring_append (growing->ring, record, len, 0, 0, &len);
  node = growing_look_up (growing);
  file = open_now (node, O_RDONLY);
  for (int lines = 0; lines < 3000; lines++)
    {
      g_autofree char *ahead = read_now (file, all->len, 4096);
      const char *newline = strchr (ahead, '\n');

      g_assert_nonnull (newline);
      g_string_append_len (all, ahead, newline + 1 - ahead);
      for (int i = g_test_rand_int_range (0, 1000); i > 0; i--)
        vfs_ring_append (growing->ring, record, len, 0, 0, &len);
    }
  for (const char *p = all->str; (gsize)(all->str + all->len - p) >= len;)
    {
      if (g_str_has_prefix (p, "gap:"))
        {
          gaps++;
          p = strchr (p, '\n') + 1;
          continue;
        }
      g_assert_true (g_str_has_prefix (p, record));
      p += len;
    }
  g_assert_cmpuint (gaps, >, 0);
  vfs_release (file);
}

/* Stops in a record, is lapped, reads on beyond the gap, and goes back into that record. */
static void
test_lapped_goes_back (Growing *growing, gconstpointer data)
{
  g_autoptr (VfsNode) node = growing_look_up (growing);
  VfsFile *file = open_now (node, O_RDONLY);
  g_autofree char *begun = NULL;
  g_autofree char *on = NULL;
  g_autofree char *again = NULL;
  g_autofree char *gap = NULL;

  for (int n = 0; n < 10; n++)
    growing_append_one (growing, 100, 100);
  begun = read_now (file, 0, 250);
  for (int n = 0; n < 3000; n++)
    growing_append_one (growing, 100, 100);
  on = read_now (file, 250, 500);
  g_assert_cmpuint (strlen (on), ==, 500);
  g_assert_true (g_str_has_prefix (on + 50, "gap:"));
  again = read_now (file, 260, 490);
  g_assert_cmpstr (again, ==, on + 10);
  for (int n = 0; n < 3000; n++)
    growing_append_one (growing, 100, 100);
  gap = read_now (file, 299, 5);
  g_assert_cmpstr (gap, ==, "\ngap:");
  vfs_release (file);
}

/* What was kept lies elsewhere, once a gap has been put before it: it is not given for what is
 * there now. */
static void
test_lapped_from_the_start (Growing *growing, gconstpointer data)
{
  g_autoptr (VfsNode) node = growing_look_up (growing);
  VfsFile *file = open_now (node, O_RDONLY);
  g_autofree char *begun = NULL;
  g_autofree char *rewound = NULL;
  g_autofree char *there = NULL;

  for (int n = 0; n < 10; n++)
    growing_append_one (growing, 100, 100);
  begun = read_now (file, 500, 50);
  for (int n = 0; n < 3000; n++)
    growing_append_one (growing, 100, 100);
  rewound = read_now (file, 0, 1);
  g_assert_cmpstr (rewound, ==, "g");
  for (int n = 0; n < 3000; n++)
    growing_append_one (growing, 100, 100);
  there = read_now (file, 500, 4);
  g_assert_cmpstr (there, ==, "gap:");
  vfs_release (file);
}

/* Two opens of one view (/dev/stdin opened again): each is consistent in itself. */
static void
test_two_opens_of_a_view (Growing *growing, gconstpointer data)
{
  g_autoptr (VfsNode) node = growing_look_up (growing);
  VfsFile *one = open_now (node, O_RDONLY);
  VfsFile *two = open_now (node, O_RDONLY);
  g_autoptr (GString) first = NULL;
  g_autoptr (GString) second = NULL;

  growing_append (growing, 4000);
  first = read_all (one, 1000);
  growing_append (growing, 1000);
  second = read_all (two, 77);
  g_assert_cmpuint (check_records (first->str).last, ==, 4000);
  g_assert_cmpuint (check_records (second->str).last, ==, 5000);
  g_assert_cmpuint (check_records (second->str).gaps, ==, 1);
  vfs_release (one);
  vfs_release (two);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/lapped/" name, Growing, NULL, growing_set_up, func, growing_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("once", test_lapped_once);
  ADD ("before-the-first-read", test_lapped_before_the_first_read);
  ADD ("at-random", test_lapped_at_random);
  ADD ("tail", test_lapped_tail);
  ADD ("bash", test_lapped_bash);
  ADD ("bash-within-records", test_lapped_bash_within_records);
  ADD ("goes-back", test_lapped_goes_back);
  ADD ("from-the-start", test_lapped_from_the_start);
  ADD ("two-opens-of-a-view", test_two_opens_of_a_view);
  return g_test_run ();
}
