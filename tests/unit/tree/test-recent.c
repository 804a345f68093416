/* SPDX-License-Identifier: MIT */
/* test-recent.c - the newest records' text: whole ones only, and never of another number. */
#include "tree-recent.h"

#include <string.h>

static void
put (TreeRecent *recent, guint64 number, const char *text)
{
  g_string_append (tree_recent_begin (recent, number), text);
  g_assert_cmpuint (tree_recent_end (recent), ==, strlen (text));
}

static void
check (TreeRecent *recent, guint64 number, gsize want, const char *text, guint64 next)
{
  const char *got = "";
  gsize len;

  g_assert_cmpuint (tree_recent_lend (recent, number, want, &got, &len), ==, next);
  g_assert_cmpmem (got, len, text, strlen (text));
}

static void
test_lend (void)
{
  TreeRecent *recent = tree_recent_new ();

  check (recent, 1, 100, "", 1);
  put (recent, 7, "seven\n");
  put (recent, 8, "eight\n");
  put (recent, 9, "nine\n");
  check (recent, 7, 100, "seven\neight\nnine\n", 10);
  check (recent, 7, 13, "seven\neight\n", 9);
  check (recent, 8, 6, "eight\n", 9);
  check (recent, 8, 5, "", 8);
  check (recent, 10, 100, "", 10);
  check (recent, 6, 100, "", 6);
  tree_recent_free (recent);
}

/* A number that doesn't follow, and a clearing, leave nothing of what was before. */
static void
test_begins_anew (void)
{
  TreeRecent *recent = tree_recent_new ();

  put (recent, 3, "three");
  put (recent, 5, "five");
  check (recent, 3, 100, "", 3);
  check (recent, 5, 100, "five", 6);
  tree_recent_clear (recent);
  check (recent, 5, 100, "", 5);
  put (recent, 6, "six");
  check (recent, 6, 100, "six", 7);
  tree_recent_free (recent);
}

static void
test_is_bounded (void)
{
  TreeRecent *recent = tree_recent_new ();
  g_autofree char *text = g_strnfill (100000, 'x');
  const char *got;
  gsize len;

  for (guint64 i = 1; i <= 1000; i++)
    {
      put (recent, i, text);
      g_assert_cmpuint (tree_recent_lend (recent, i, 100000, &got, &len), ==, i + 1);
      g_assert_cmpuint (len, ==, 100000);
    }
  g_assert_cmpuint (tree_recent_lend (recent, 1, 100000, &got, &len), ==, 1);
  g_assert_cmpuint (tree_recent_begin (recent, 1001)->len, <=, 5 * 1024 * 1024);
  tree_recent_free (recent);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree/recent/lend", test_lend);
  g_test_add_func ("/tree/recent/begins-anew", test_begins_anew);
  g_test_add_func ("/tree/recent/is-bounded", test_is_bounded);
  return g_test_run ();
}
