/* SPDX-License-Identifier: MIT */
#include "growing.h"

#include <string.h>

static void
gap (guint64 records, guint64 bytes, GString *out, gpointer data)
{
  g_string_append_printf (out, "gap:%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT "\n", records, bytes);
}

static VfsRing *
ring_of (VfsNode *node)
{
  return ((Growing *)vfs_node_context (node))->ring;
}

static const VfsEntry rows[] = {
  { .name = "log", .mode = VFS_PUBLIC, .help = "a growing file", .ring = ring_of }, { NULL }
};
static const VfsEntry root = {
  .name = "", .mode = VFS_DIR_PUBLIC, .help = "root", .children = rows
};

void
growing_set_up (Growing *growing, gconstpointer data)
{
  const VfsRingFormat format = { .gap = gap };
  const VfsOwnership ownership = { .umask = -1 };

  growing->ring = vfs_ring_new (CAPACITY, &format, 1, NULL);
  growing->tree = vfs_tree_new (&root, &ownership, growing, NULL);
}

void
growing_tear_down (Growing *growing, gconstpointer data)
{
  vfs_tree_free (growing->tree);
  vfs_ring_free (growing->ring);
}

/* One record, of any length from `least` on. */
void
growing_append_one (Growing *growing, gsize least, gsize most)
{
  g_autoptr (GString) line = g_string_new (NULL);
  gsize want = least + (gsize)g_test_rand_int_range (0, (gint)(most - least + 1));

  g_string_printf (line, "%u:", ++growing->appended);
  while (line->len + 1 < want)
    g_string_append_c (line, 'x');
  g_string_append_c (line, '\n');
  vfs_ring_append (growing->ring, line->str, line->len, 0, growing->appended, &line->len);
}

void
growing_append (Growing *growing, guint n)
{
  for (guint i = 0; i < n; i++)
    growing_append_one (growing, 3, 300);
}

VfsNode *
growing_look_up (Growing *growing)
{
  VfsNode *node = walk (growing->tree, "log");

  g_assert_nonnull (node);
  return node;
}

guint64
node_size (VfsNode *node)
{
  const Caller caller = { 0 };
  VfsAttr attr;

  vfs_node_attr (node, &caller, &attr);
  return attr.size;
}

/* Every line is whole, numbers go up, and where they jump a gap record tells by how much. (A reader
 * that is overtaken again just after a gap record gets another.) */
Seen
check_records (const char *text)
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

/* tail -f: stat, read as much as the size has grown by, at ever the next offset. */
void
tail_follows (VfsNode *node, VfsFile *file, GString *all)
{
  guint64 size = node_size (node);

  g_assert_cmpuint (size, >=, all->len); /* else: "file truncated" */
  while (all->len < size)
    {
      g_autoptr (Ask) ask = ask_read (file, all->len, MIN (size - all->len, 8192));

      g_string_append_len (all, ask->text->str, (gssize)ask->text->len);
      if (ask->text->len == 0)
        break;
    }
}
