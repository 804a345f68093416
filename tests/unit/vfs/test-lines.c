/* SPDX-License-Identifier: MIT */
/* Written lines: one command each, its error the write's, never run by halves. */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* ---- lines ---- */

static void
test_lines_in_one_write (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_taken (file, "one\ntwo words\nthree\n");
  assert_asked (fake, "store", "one; two words; three");
  vfs_release (file);
  g_assert_cmpuint (fake->releases, ==, 1);
}

static void
test_line_over_writes (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_write (file, 0, "hupall ", 0, 7);
  check_write (file, 7, "NORMAL", 0, 6);
  assert_asked (fake, "store", "");
  check_write (file, 13, "\nnext\nla", 0, 8);
  assert_asked (fake, "store", "hupall NORMAL; next");
  check_write (file, 21, "st\n", 0, 3);
  assert_asked (fake, "store", "hupall NORMAL; next; last");
  vfs_release (file);
}

/* dd, Python and C libraries cut where their buffers end. */
static void
test_cuts (Fake *fake, gconstpointer data)
{
  const gsize cuts[] = { 1, 100, 4096, 8192 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);

  for (int i = 0; i < 2000; i++)
    {
      g_string_append_printf (text, "command %d with %*d\n", i, 1 + i % 30, i);
      g_string_append_printf (expected, "%scommand %d with %*d", i > 0 ? "; " : "", i, 1 + i % 30,
                              i);
    }
  for (guint n = 0; n < G_N_ELEMENTS (cuts); n++)
    {
      VfsFile *file = fake_open (fake, "store", O_WRONLY);

      g_ptr_array_set_size (fake->calls, 0);
      for (gsize at = 0; at < text->len; at += cuts[n])
        {
          gsize len = MIN (cuts[n], text->len - at);
          g_autoptr (Ask) ask = ask_write (file, at, text->str + at, (gssize)len, WRITER);

          g_assert_cmpuint (ask->count, ==, len);
        }
      vfs_release (file);
      assert_asked (fake, "store", expected->str);
    }
}

static void
test_lines_wait_for_each_other (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) ask = ask_write (file, 0, "slow 1\nslow 2\nlast\n", -1, WRITER);

  assert_asked (fake, "store", "slow 1");
  fake_answer (fake, "slow 1", 0);
  assert_asked (fake, "store", "slow 1; slow 2");
  g_assert_cmpuint (ask->answers, ==, 0);
  fake_answer (fake, "slow 2", 0);
  assert_asked (fake, "store", "slow 1; slow 2; last");
  g_assert_cmpint (ask->error, ==, 0);
  g_assert_cmpuint (ask->count, ==, 19);
  vfs_release (file);
}

static void
test_blank_lines (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_taken (file, "\n");
  check_taken (file, "\n\n");
  assert_asked (fake, "store", "; ; ");
  check_taken (file, "status\n\n");
  check_taken (file, "\n");
  check_taken (file, "more\n\n\n");
  assert_asked (fake, "store", "; ; ; status; more");
  vfs_release (file);
}

static void
test_nothing_written (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY | O_TRUNC);

  check_write (file, 0, "", 0, 0);
  check_flush (file, WRITER, 0);
  vfs_release (file);
  g_assert_cmpuint (fake->calls->len, ==, 0);
}

static void
test_nul (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) ask = ask_write (file, 0, "good\nb\0d\nnext\n", 14, WRITER);

  g_assert_cmpuint (ask->count, ==, 5);
  g_clear_pointer (&ask, ask_free);
  ask = ask_write (file, 5, "b\0d\nnext\n", 9, WRITER);
  g_assert_cmpint (ask->error, ==, EINVAL);
  assert_asked (fake, "store", "good");
  vfs_release (file);
}

static void
test_too_long (Fake *fake, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (VFS_LINE_MAX, 'x');
  g_autofree char *line = g_strconcat (longest, "\n", NULL);
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  FakeCall *asked;

  check_taken (file, line);
  asked = fake->calls->pdata[0];
  g_assert_cmpuint (asked->text->len, ==, VFS_LINE_MAX);
  g_ptr_array_set_size (fake->calls, 0);

  check_write (file, 0, longest, 0, VFS_LINE_MAX);
  check_write (file, VFS_LINE_MAX, "y\n", E2BIG, 0);
  check_taken (file, "next\n");
  assert_asked (fake, "store", "next");
  vfs_release (file);
}

/* The rest of a line that was too long is no command, in whichever write it comes. */
static void
test_rest_of_too_long (Fake *fake, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (VFS_LINE_MAX, 'x');
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_write (file, 0, longest, 0, VFS_LINE_MAX);
  check_write (file, 1, "yyy", E2BIG, 0);
  check_write (file, 2, "hupall", E2BIG, 0);
  check_write (file, 3, "hupall\nnext\npart", 0, 16);
  check_write (file, 4, "ly\n", 0, 3);
  assert_asked (fake, "store", "next; partly");

  check_write (file, 5, longest, 0, VFS_LINE_MAX);
  check_write (file, 6, "yyy", E2BIG, 0);
  check_flush (file, WRITER, 0);
  check_write (file, 7, "after the flush\n", 0, 16);
  assert_asked (fake, "store", "next; partly; after the flush");
  vfs_release (file);
}

/* ---- unterminated lines ---- */

#define assert_failure(fake, n, pattern)                                                           \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_cmpuint ((fake)->failures->len, ==, (n) + 1);                                         \
    g_assert_true (g_pattern_match_simple (pattern, (fake)->failures->pdata[n]));                  \
  }                                                                                                \
  G_STMT_END

static void
test_flush_of_the_writer (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_flush (file, WRITER, 0);
  check_write (file, 0, "foo ", 0, 4);
  check_flush (file, OTHER, 0);
  check_write (file, 4, "bar", 0, 3);
  assert_asked (fake, "store", "");
  check_flush (file, WRITER, 0);
  assert_asked (fake, "store", "foo bar");
  check_flush (file, WRITER, 0);
  check_write (file, 7, "bad", 0, 3);
  check_flush (file, WRITER, EREMOTEIO);
  assert_asked (fake, "store", "foo bar; bad");
  vfs_release (file);
  assert_asked (fake, "store", "foo bar; bad");
}

static void
test_flush_waits (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) flush = NULL;

  check_write (file, 0, "slow", 0, 4);
  flush = ask_flush (file, WRITER);
  g_assert_cmpuint (flush->answers, ==, 0);
  /* A write meanwhile, by another process, does not wait for it. */
  check_write (file, 4, "other\n", 0, 6);
  fake_answer (fake, "slow", EREMOTEIO);
  g_assert_cmpint (flush->error, ==, EREMOTEIO);
  vfs_release (file);
}

static void
test_flush_interrupted (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) flush = NULL;

  check_write (file, 0, "slow", 0, 4);
  flush = ask_flush (file, WRITER);
  request_cancel (flush->request);
  g_assert_cmpint (flush->error, ==, EINTR);
  check_write (file, 4, "\n", 0, 1);
  vfs_release (file);
  assert_asked (fake, "store", "slow");
  fake_answer (fake, "slow", 0);
}

static void
test_released_with_a_pending_line (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_write (file, 0, "half", 0, 4);
  vfs_release (file);
  assert_asked (fake, "store", "");
  assert_failure (fake, 0, "store * half|*no newline*not run*");
}

/* What a pipe was cut off at: nobody can tell it from half a line. */
static void
test_rest_behind_lines (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_write (file, 0, "one\ntw", 0, 6);
  check_flush (file, OTHER, 0);
  check_flush (file, WRITER, EINVAL);
  check_write (file, 6, "o\nthre", 0, 6);
  assert_asked (fake, "store", "one; two");
  check_flush (file, WRITER, EINVAL);
  g_assert_cmpuint (fake->failures->len, ==, 0);
  vfs_release (file);
  assert_asked (fake, "store", "one; two");
  assert_failure (fake, 0, "store * thre|*no newline*not run*");

  /* Behind one that was refused, or too long, too. */
  file = fake_open (fake, "store", O_WRONLY);
  check_write (file, 0, "bad\n", EREMOTEIO, 0);
  check_write (file, 4, "ha", 0, 2);
  check_flush (file, WRITER, EINVAL);
  vfs_release (file);
  assert_asked (fake, "store", "one; two; bad");
}

static void
test_flush_of_the_dying (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_write (file, 0, "null/49", 0, 7);
  flush_dying (file, OTHER);
  g_assert_cmpuint (fake->failures->len, ==, 0);
  flush_dying (file, WRITER);
  assert_failure (fake, 0, "store * null/49|*writer ended*not run*");
  /* Another who has the same open begins anew. */
  check_write (file, 7, "next\n", 0, 5);
  flush_dying (file, WRITER);
  vfs_release (file);
  assert_asked (fake, "store", "next");
  g_assert_cmpuint (fake->failures->len, ==, 1);
}

/* A block ends at a close by a living writer only, and only behind its blank line. */
static void
test_rest_of_a_block (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "block", O_WRONLY);

  check_taken (file, "NAME\na: b\n\nbody");
  flush_dying (file, WRITER);
  vfs_release (file);
  assert_failure (fake, 0, "block * NAME*|*writer ended*");

  file = fake_open (fake, "block", O_WRONLY);
  check_taken (file, "NAME\na: b\n");
  check_flush (file, WRITER, 0);
  vfs_release (file);
  assert_failure (fake, 1, "block * NAME*|*no blank line*not sent*");
  assert_asked (fake, "call", "");

  file = fake_open (fake, "block", O_WRONLY);
  check_taken (file, "NAME\nContent-Length: 1\n\nxNEXT\n\nbody");
  check_flush (file, WRITER, 0);
  vfs_release (file);
  assert_asked (fake, "call", "NAME\nContent-Length: 1\n\nx; NEXT\n\nbody");
  g_assert_cmpuint (fake->failures->len, ==, 2);
}

static void
test_released_meanwhile (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) ask = ask_write (file, 0, "slow\nnever\n", -1, WRITER);

  request_cancel (ask->request);
  vfs_release (file);
  g_assert_cmpuint (fake->releases, ==, 1);
  fake_answer (fake, "slow", EREMOTEIO);
  assert_asked (fake, "store", "slow");
  g_assert_cmpuint (fake->failures->len, ==, 1);
}

/* ---- the end of everything ---- */

static void
test_shutdown (Fake *fake, gconstpointer data)
{
  VfsFile *one = fake_open (fake, "store", O_WRONLY);
  VfsFile *two = fake_open (fake, "store", O_WRONLY);
  VfsFile *three = fake_open (fake, "store", O_WRONLY);
  VfsFile *four = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) waits = ask_write (one, 0, "slow 1\n", -1, WRITER);
  g_autoptr (Ask) gone = ask_write (two, 0, "slow 2\n", -1, WRITER);
  g_autoptr (Ask) flush = NULL;

  request_cancel (gone->request);
  vfs_release (two);
  check_write (three, 0, "half a com", 0, 10);
  check_write (four, 0, "slow 4", 0, 6);
  flush = ask_flush (four, WRITER);
  vfs_tree_shutdown (fake->tree);
  g_assert_cmpint (waits->error, ==, ENOTCONN);
  g_assert_cmpint (flush->error, ==, ENOTCONN);
  assert_asked (fake, "store", "slow 1; slow 2; slow 4");
  for (guint i = 0; i < fake->calls->len; i++)
    g_assert_true (((FakeCall *)fake->calls->pdata[i])->cancelled);
  g_assert_cmpuint (fake->releases, ==, 4);
}

static void
test_subject_gone (Fake *fake, gconstpointer data)
{
  VfsFile *file;

  fake_add_name (fake, "thing");
  file = fake_open (fake, "dir/thing/value", O_WRONLY);
  check_taken (file, "1\n");
  fake_remove_name (fake, "thing");
  check_write (file, 2, "2\n", ENXIO, 0);
  assert_asked (fake, "put", "1");
  vfs_release (file);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/lines/" name, Fake, NULL, fake_set_up, func, fake_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("lines-in-one-write", test_lines_in_one_write);
  ADD ("line-over-writes", test_line_over_writes);
  ADD ("cuts", test_cuts);
  ADD ("lines-wait-for-each-other", test_lines_wait_for_each_other);
  ADD ("blank-lines", test_blank_lines);
  ADD ("nothing-written", test_nothing_written);
  ADD ("nul", test_nul);
  ADD ("too-long", test_too_long);
  ADD ("rest-of-too-long", test_rest_of_too_long);
  ADD ("flush-of-the-writer", test_flush_of_the_writer);
  ADD ("flush-waits", test_flush_waits);
  ADD ("flush-interrupted", test_flush_interrupted);
  ADD ("released-with-a-pending-line", test_released_with_a_pending_line);
  ADD ("rest-behind-lines", test_rest_behind_lines);
  ADD ("flush-of-the-dying", test_flush_of_the_dying);
  ADD ("rest-of-a-block", test_rest_of_a_block);
  ADD ("released-meanwhile", test_released_meanwhile);
  ADD ("shutdown", test_shutdown);
  ADD ("subject-gone", test_subject_gone);
  return g_test_run ();
}
