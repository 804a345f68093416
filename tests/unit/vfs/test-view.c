/* SPDX-License-Identifier: MIT */
/* Views: the growing files, read as cat, tail, tac and bash read them, and by readers that the ring
 * overtakes. The records are lines "<number>:xxx...", so that a torn or missing one shows. */
#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define CAPACITY ((gsize)64 * 1024)

typedef struct
{
  VfsRing *ring;
  VfsTree *tree;
  guint appended;
} Fixture;

static void
gap (guint64 records, guint64 bytes, GString *out, gpointer data)
{
  g_string_append_printf (out, "gap:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT "\n", records, bytes);
}

static VfsRing *
ring_of (VfsNode *node)
{
  return ((Fixture *)vfs_node_context (node))->ring;
}

static const VfsEntry rows[] = {
  { .name = "log", .mode = VFS_VIEW, .help = "a growing file", .ring = ring_of }, { NULL }
};
static const VfsEntry root = {
  .name = "", .mode = S_IFDIR | 0755, .help = "root", .children = rows
};

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const VfsRingFormat format = { .gap = gap };
  const VfsOwnership ownership = { .umask = -1 };

  fixture->ring = vfs_ring_new (CAPACITY, &format, 1, NULL);
  fixture->tree = vfs_tree_new (&root, &ownership, fixture, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  vfs_tree_free (fixture->tree);
  vfs_ring_free (fixture->ring);
}

/* One record, of any length from `least` on. */
static void
append_one (Fixture *fixture, gsize least, gsize most)
{
  g_autoptr (GString) line = g_string_new (NULL);
  gsize want = least + (gsize)g_test_rand_int_range (0, (gint)(most - least + 1));

  g_string_printf (line, "%u:", ++fixture->appended);
  while (line->len + 1 < want)
    g_string_append_c (line, 'x');
  g_string_append_c (line, '\n');
  vfs_ring_append (fixture->ring, line->str, line->len, 0, fixture->appended, &line->len);
}

static void
append (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    append_one (fixture, 3, 300);
}

static VfsNode *
look_up (Fixture *fixture)
{
  VfsNode *node = walk (fixture->tree, "log");

  g_assert_nonnull (node);
  return node;
}

static guint64
stat_size (VfsNode *node)
{
  const VfsCaller caller = { 0 };
  VfsAttr attr;

  vfs_node_attr (node, &caller, &attr);
  return attr.size;
}

typedef struct
{
  guint first; /* numbers of the first and last record seen */
  guint last;
  guint records;
  guint gaps;
  guint64 lost; /* records, by the numbers missing */
} Seen;

/* Every line is whole, numbers go up, and where they jump a gap record tells by how much. (A reader
 * that is overtaken again just after a gap record gets another.) */
static Seen
check_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit_set (text, "\n", -1);
  Seen seen = { 0 };
  gboolean after_gap = FALSE;
  guint64 told = 0;

  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      char *end;
      guint number;

      if (g_str_has_prefix (lines[i], "gap:"))
        {
          after_gap = TRUE;
          seen.gaps++;
          told += g_ascii_strtoull (lines[i] + strlen ("gap:"), NULL, 10);
          continue;
        }
      number = (guint)g_ascii_strtoull (lines[i], &end, 10);
      g_assert_cmpint (*end, ==, ':');
      g_assert_cmpuint (strspn (end + 1, "x"), ==, strlen (end + 1));
      if (seen.last == 0)
        seen.first = number;
      else if (after_gap)
        {
          g_assert_cmpuint (number - seen.last - 1, ==, told);
          seen.lost += told;
        }
      else
        g_assert_cmpuint (number, ==, seen.last + 1);
      seen.last = number;
      seen.records++;
      after_gap = FALSE;
      told = 0;
    }
  g_assert_true (text[0] == '\0' || text[strlen (text) - 1] == '\n');
  return seen;
}

/* ---- tools, not lapped ---- */

static void
test_cat (Fixture *fixture, gconstpointer data)
{
  const gsize pieces[] = { 1, 7, 100, 4096, 128 * 1024 };

  append (fixture, 3000);
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (VfsNode) node = look_up (fixture);
      VfsFile *file = open_now (node, O_RDONLY);
      g_autoptr (GString) all = read_all (file, pieces[i]);
      Seen seen = check_lines (all->str);

      g_assert_cmpuint (all->len, ==, stat_size (node));
      g_assert_cmpuint (all->len, ==, vfs_file_size (file));
      g_assert_cmpuint (seen.first, ==, vfs_ring_first (fixture->ring));
      g_assert_cmpuint (seen.last, ==, 3000);
      g_assert_cmpuint (seen.gaps, ==, 0);
      vfs_release (file);
    }
}

/* dd, tac and split take a short read for the end, or an error. */
static void
test_only_the_last_read_is_short (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VfsNode) node = NULL;
  VfsFile *file;
  guint64 size, at = 0;

  append (fixture, 500);
  node = look_up (fixture);
  file = open_now (node, O_RDONLY);
  size = stat_size (node);
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
test_any_offset (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (GString) all = NULL;
  VfsFile *file;
  guint64 at;

  append (fixture, 700);
  node = look_up (fixture);
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
test_end_of_file (Fixture *fixture, gconstpointer data)
{
  const guint64 beyond[] = { 0, 1, 1000000, G_MAXINT64 };
  g_autoptr (VfsNode) node = look_up (fixture);
  VfsFile *file = open_now (node, O_RDONLY);

  for (guint i = 0; i < G_N_ELEMENTS (beyond); i++)
    {
      g_autofree char *piece = read_now (file, beyond[i], 100);

      g_assert_cmpstr (piece, ==, "");
    }
  g_assert_cmpuint (stat_size (node), ==, 0);
  vfs_release (file);
}

/* tail -f: stat, read as much as the size has grown by, at ever the next offset. */
static void
tail_follows (Fixture *fixture, VfsNode *node, VfsFile *file, GString *all)
{
  guint64 size = stat_size (node);

  g_assert_cmpuint (size, >=, all->len); /* else: "file truncated" */
  while (all->len < size)
    {
      g_autoptr (Ask) ask = ask_read (file, all->len, MIN (size - all->len, 8192));

      g_string_append_len (all, ask->text->str, (gssize)ask->text->len);
      if (ask->text->len == 0)
        break;
    }
}

static void
test_tail_f (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  VfsFile *file;
  Seen seen;

  append (fixture, 50);
  node = look_up (fixture);
  file = open_now (node, O_RDONLY);
  for (int i = 0; i < 100; i++)
    {
      tail_follows (fixture, node, file, all);
      append (fixture, 20);
    }
  tail_follows (fixture, node, file, all);
  seen = check_lines (all->str);
  g_assert_cmpuint (seen.gaps, ==, 0);
  g_assert_cmpuint (seen.first, ==, 1);
  g_assert_cmpuint (seen.last, ==, 2050);
  vfs_release (file);
}

/* Each look-up counts from the oldest record there is then; the inode number stays. */
static void
test_views (Fixture *fixture, gconstpointer data)
{
  const VfsCaller caller = { 0 };
  g_autoptr (VfsNode) early = look_up (fixture);
  g_autoptr (VfsNode) late = NULL;
  VfsAttr early_attr, late_attr;

  append (fixture, 3000);
  late = look_up (fixture);
  g_assert_cmpuint (vfs_node_id (early), !=, vfs_node_id (late));
  vfs_node_attr (early, &caller, &early_attr);
  vfs_node_attr (late, &caller, &late_attr);
  g_assert_cmpuint (early_attr.ino, ==, late_attr.ino);
  g_assert_cmpuint (early_attr.size, ==, vfs_ring_end (fixture->ring, 0));
  g_assert_cmpuint (late_attr.size, ==,
                    vfs_ring_end (fixture->ring, 0) - vfs_ring_start (fixture->ring, 0));
  g_assert_cmpint (late_attr.mtime, ==, 3000);
}

/* ---- lapped ---- */

/* One that stopped at a record's end, and one that stopped in the midst of it. */
static void
test_lapped_once (Fixture *fixture, gconstpointer data)
{
  const gsize first_reads[] = { 300, 299, 301, 150, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (first_reads); i++)
    {
      g_autoptr (VfsNode) node = NULL;
      g_autoptr (GString) all = g_string_new (NULL);
      g_autofree char *expected = NULL;
      g_autofree char *begun = NULL;
      guint64 before = fixture->appended, base;
      VfsFile *file;
      Seen seen;

      for (int n = 0; n < 400; n++)
        append_one (fixture, 300, 300);
      base = vfs_ring_start (fixture->ring, 0);
      before = vfs_ring_first (fixture->ring);
      node = look_up (fixture);
      file = open_now (node, O_RDONLY);
      begun = read_now (file, 0, first_reads[i]);
      g_string_append (all, begun);
      for (int n = 0; n < 1000; n++)
        append_one (fixture, 300, 300);
      tail_follows (fixture, node, file, all);
      seen = check_lines (all->str);
      g_assert_cmpuint (seen.first, ==, before);
      g_assert_cmpuint (seen.gaps, ==, 1);
      g_assert_cmpuint (seen.last, ==, fixture->appended);
      g_assert_cmpuint (seen.records, ==, fixture->appended + 1 - before - seen.lost);
      /* The gap tells exactly what is missing. */
      expected = g_strdup_printf ("gap:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT "\n", seen.lost,
                                  seen.lost * 300);
      g_assert_nonnull (strstr (all->str, expected));
      g_assert_cmpuint (stat_size (node), ==, all->len);
      g_assert_cmpuint (vfs_ring_start (fixture->ring, 0), >, base);
      vfs_release (file);
    }
}

static void
test_lapped_before_the_first_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VfsNode) node = look_up (fixture);
  VfsFile *file = open_now (node, O_RDONLY);
  g_autoptr (GString) all = NULL;
  g_autofree char *expected = NULL;
  Seen seen;

  append (fixture, 5000);
  expected =
      g_strdup_printf ("gap:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT "\n",
                       vfs_ring_first (fixture->ring) - 1, vfs_ring_start (fixture->ring, 0));
  all = read_all (file, 4096);
  g_assert_true (g_str_has_prefix (all->str, expected));
  seen = check_lines (all->str);
  g_assert_cmpuint (seen.gaps, ==, 1);
  g_assert_cmpuint (seen.last, ==, 5000);
  g_assert_cmpuint (stat_size (node), ==, all->len);
  vfs_release (file);
}

/* Any reader, any sizes, appends in between: lapped many times in all ways. */
static void
lap_at_random (Fixture *fixture, gboolean as_tail)
{
  g_autoptr (VfsNode) node = look_up (fixture);
  VfsFile *file = open_now (node, O_RDONLY);
  g_autoptr (GString) all = g_string_new (NULL);
  Seen seen;

  for (int i = 0; i < 300; i++)
    {
      append (fixture, (guint)g_test_rand_int_range (0, g_test_rand_bit () ? 800 : 20));
      for (int n = g_test_rand_int_range (0, 20); n > 0 && !as_tail; n--)
        {
          gsize size = (gsize)g_test_rand_int_range (1, 2000);
          g_autofree char *piece = read_now (file, all->len, size);

          g_string_append (all, piece);
        }
      if (as_tail)
        tail_follows (fixture, node, file, all);
      g_assert_cmpuint (stat_size (node), >=, all->len);
      g_assert_cmpuint (stat_size (node), ==, vfs_file_size (file));
    }
  while (TRUE)
    {
      g_autofree char *piece = read_now (file, all->len, 512);

      if (piece[0] == '\0')
        break;
      g_string_append (all, piece);
    }
  seen = check_lines (all->str);
  g_assert_cmpuint (seen.last, ==, fixture->appended);
  g_assert_cmpuint (seen.gaps, >, 0);
  g_assert_cmpuint (stat_size (node), ==, all->len);
  vfs_release (file);
}

static void
test_lapped_at_random (Fixture *fixture, gconstpointer data)
{
  lap_at_random (fixture, FALSE);
}

static void
test_lapped_tail (Fixture *fixture, gconstpointer data)
{
  lap_at_random (fixture, TRUE);
}

/* bash's `while read`: reads ahead, takes one line, seeks back to its end. */
static void
test_lapped_bash (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  VfsFile *file;
  Seen seen;

  append (fixture, 100);
  node = look_up (fixture);
  file = open_now (node, O_RDONLY);
  while (TRUE)
    {
      g_autofree char *ahead = read_now (file, all->len, 4096);
      const char *newline = strchr (ahead, '\n');

      if (newline == NULL)
        break;
      g_string_append_len (all, ahead, newline + 1 - ahead);
      if (fixture->appended < 40000)
        append (fixture, (guint)g_test_rand_int_range (0, 200));
    }
  seen = check_lines (all->str);
  g_assert_cmpuint (seen.last, ==, fixture->appended);
  g_assert_cmpuint (seen.gaps, >, 0);
  vfs_release (file);
}

/* The same with records of many lines each, which must stay whole. */
static void
test_lapped_bash_within_records (Fixture *fixture, gconstpointer data)
{
  const char record[] = "a\nb\nc\nd\n\n";
  const gsize len = strlen (record);
  g_autoptr (VfsNode) node = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  VfsFile *file;
  guint gaps = 0;

  for (int i = 0; i < 100; i++)
    vfs_ring_append (fixture->ring, record, len, 0, 0, &len);
  node = look_up (fixture);
  file = open_now (node, O_RDONLY);
  for (int lines = 0; lines < 3000; lines++)
    {
      g_autofree char *ahead = read_now (file, all->len, 4096);
      const char *newline = strchr (ahead, '\n');

      g_assert_nonnull (newline);
      g_string_append_len (all, ahead, newline + 1 - ahead);
      for (int i = g_test_rand_int_range (0, 1000); i > 0; i--)
        vfs_ring_append (fixture->ring, record, len, 0, 0, &len);
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

/* Two opens of one view (/dev/stdin opened again): each is consistent in itself. */
static void
test_two_opens_of_a_view (Fixture *fixture, gconstpointer data)
{
  g_autoptr (VfsNode) node = look_up (fixture);
  VfsFile *one = open_now (node, O_RDONLY);
  VfsFile *two = open_now (node, O_RDONLY);
  g_autoptr (GString) first = NULL;
  g_autoptr (GString) second = NULL;

  append (fixture, 4000);
  first = read_all (one, 1000);
  append (fixture, 1000);
  second = read_all (two, 77);
  g_assert_cmpuint (check_lines (first->str).last, ==, 4000);
  g_assert_cmpuint (check_lines (second->str).last, ==, 5000);
  g_assert_cmpuint (check_lines (second->str).gaps, ==, 1);
  vfs_release (one);
  vfs_release (two);
}

#define ADD(name, func) g_test_add ("/vfs/view/" name, Fixture, NULL, set_up, func, tear_down)

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
  ADD ("lapped-once", test_lapped_once);
  ADD ("lapped-before-the-first-read", test_lapped_before_the_first_read);
  ADD ("lapped-at-random", test_lapped_at_random);
  ADD ("lapped-tail", test_lapped_tail);
  ADD ("lapped-bash", test_lapped_bash);
  ADD ("lapped-bash-within-records", test_lapped_bash_within_records);
  ADD ("two-opens-of-a-view", test_two_opens_of_a_view);
  return g_test_run ();
}
