/* SPDX-License-Identifier: MIT */
/* Written lines: one command each, its error the write's, never run by halves, never run twice. */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define OWNER 1
#define OTHER 2

/* A write whose answer is there at once. */
static void
check_write (VfsFile *file, guint64 offset, const char *text, int error, gsize count)
{
  g_autoptr (Ask) ask = ask_write (file, offset, text, -1, OWNER);

  g_assert_cmpint (ask->error, ==, error);
  g_assert_cmpuint (ask->count, ==, count);
}

static void
check_taken (VfsFile *file, const char *text)
{
  check_write (file, 0, text, 0, strlen (text));
}

static void
check_flush (VfsFile *file, guint64 owner, int error)
{
  g_autoptr (Ask) ask = ask_flush (file, owner);

  g_assert_cmpint (ask->error, ==, error);
}

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
          g_autoptr (Ask) ask = ask_write (file, at, text->str + at, (gssize)len, OWNER);

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
  g_autoptr (Ask) ask = ask_write (file, 0, "slow 1\nslow 2\nlast\n", -1, OWNER);

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
  check_flush (file, OWNER, 0);
  vfs_release (file);
  g_assert_cmpuint (fake->calls->len, ==, 0);
}

static void
test_nul (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) ask = ask_write (file, 0, "good\nb\0d\nnext\n", 14, OWNER);

  g_assert_cmpuint (ask->count, ==, 5);
  g_clear_pointer (&ask, ask_free);
  ask = ask_write (file, 5, "b\0d\nnext\n", 9, OWNER);
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
  check_flush (file, OWNER, 0);
  check_write (file, 7, "after the flush\n", 0, 16);
  assert_asked (fake, "store", "next; partly; after the flush");
  vfs_release (file);
}

/* ---- refusals ---- */

static void
test_refusal (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_write (file, 0, "bad\n", EREMOTEIO, 0);
  check_write (file, 0, "good\n", 0, 5);
  check_write (file, 5, "bad\n", EREMOTEIO, 0);
  assert_asked (fake, "store", "bad; good; bad");
  g_assert_cmpuint (fake->failures->len, ==, 2);
  g_assert_cmpstr (fake->failures->pdata[0], ==, "store Remote I/O error bad|-ERR bad");
  vfs_release (file);
}

/* Short count first, then the errno; the lines after it are not run. */
static void
test_refusal_amid_lines (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_write (file, 100, "one\nbad\nthree\n", 0, 4);
  check_write (file, 104, "bad\nthree\n", EREMOTEIO, 0);
  check_write (file, 104, "bad\nthree\n", EREMOTEIO, 0);
  assert_asked (fake, "store", "one; bad");
  vfs_release (file);
}

/* With O_APPEND the offset of the rest is anything. */
static void
test_refusal_amid_lines_appended (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY | O_APPEND);

  check_write (file, 0, "one\nlate\nthree\n", 0, 4);
  check_flush (file, OTHER, 0);
  check_write (file, 0, "late\nthree\n", ETIMEDOUT, 0);
  assert_asked (fake, "store", "one; late");
  vfs_release (file);
}

static void
test_refusal_after_a_wait (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) ask = ask_write (file, 0, "one\nslow\nthree\n", -1, OWNER);

  fake_answer (fake, "slow", EREMOTEIO);
  g_assert_cmpuint (ask->count, ==, 4);
  check_write (file, 4, "slow\nthree\n", EREMOTEIO, 0);
  assert_asked (fake, "store", "one; slow");
  vfs_release (file);
}

/* Python's close() writes the refused buffer once more. */
static void
test_refused_write_repeated (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_write (file, 0, "bad\n", EREMOTEIO, 0);
  check_write (file, 0, "bad\n", EREMOTEIO, 0);
  check_write (file, 0, "bad\n", EREMOTEIO, 0);
  assert_asked (fake, "store", "bad");
  /* A flush, another offset, another owner, or another write in between make it a new one. */
  check_flush (file, OWNER, 0);
  check_write (file, 0, "bad\n", EREMOTEIO, 0);
  assert_asked (fake, "store", "bad; bad");
  check_write (file, 4, "bad\n", EREMOTEIO, 0);
  assert_asked (fake, "store", "bad; bad; bad");
  check_write (file, 4, "good\n", 0, 5);
  check_write (file, 4, "bad\n", EREMOTEIO, 0);
  assert_asked (fake, "store", "bad; bad; bad; good; bad");
  vfs_release (file);
}

static void
test_refused_write_of_another_process (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) ask = NULL;

  check_write (file, 0, "bad\n", EREMOTEIO, 0);
  ask = ask_write (file, 0, "bad\n", -1, OTHER);
  g_assert_cmpint (ask->error, ==, EREMOTEIO);
  assert_asked (fake, "store", "bad; bad");
  vfs_release (file);
}

static void
test_tried_again (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_write (file, 0, "late\n", ETIMEDOUT, 0);
  check_write (file, 0, "late\n", ETIMEDOUT, 0);
  check_write (file, 0, "down\n", EHOSTDOWN, 0);
  check_write (file, 0, "down\n", EHOSTDOWN, 0);
  assert_asked (fake, "store", "late; late; down; down");
  vfs_release (file);
}

/* A second attempt is at the whole line, though its start came in an earlier write. */
static void
test_tried_again_whole (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_write (file, 0, "late but", 0, 8);
  check_write (file, 8, " whole\n", ETIMEDOUT, 0);
  check_write (file, 8, " whole\n", ETIMEDOUT, 0);
  assert_asked (fake, "store", "late but whole; late but whole");
  check_flush (file, OWNER, 0);
  vfs_release (file);
  assert_asked (fake, "store", "late but whole; late but whole");
}

/* ---- interruption ---- */

static void
test_joined_after_eintr (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) first = ask_write (file, 0, "slow\nnext\n", -1, OWNER);
  g_autoptr (Ask) second = NULL;

  vfs_request_cancel (first->request);
  g_assert_cmpint (first->error, ==, EINTR);
  g_assert_false (fake_find (fake, "slow")->cancelled);
  second = ask_write (file, 0, "slow\nnext\n", -1, OWNER);
  g_assert_cmpuint (second->answers, ==, 0);
  fake_answer (fake, "slow", 0);
  g_assert_cmpint (second->error, ==, 0);
  g_assert_cmpuint (second->count, ==, 10);
  assert_asked (fake, "store", "slow; next");
  vfs_release (file);
}

/* The command ends while nobody waits: the next line is run once somebody does. */
static void
test_joined_when_done (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) first = ask_write (file, 0, "slow\nnext\n", -1, OWNER);

  vfs_request_cancel (first->request);
  fake_answer (fake, "slow", 0);
  assert_asked (fake, "store", "slow");
  check_write (file, 0, "slow\nnext\n", 0, 10);
  assert_asked (fake, "store", "slow; next");
  /* That is over: the same again is new. */
  check_flush (file, OWNER, 0);
  check_write (file, 10, "next\n", 0, 5);
  assert_asked (fake, "store", "slow; next; next");
  vfs_release (file);
}

static void
test_joined_when_refused (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) first = ask_write (file, 0, "slow\nnext\n", -1, OWNER);

  vfs_request_cancel (first->request);
  fake_answer (fake, "slow", ETIMEDOUT);
  check_write (file, 0, "slow\nnext\n", ETIMEDOUT, 0);
  assert_asked (fake, "store", "slow");
  /* Told now: a new attempt. */
  g_clear_pointer (&first, ask_free);
  first = ask_write (file, 0, "slow\nnext\n", -1, OWNER);
  assert_asked (fake, "store", "slow; slow");
  fake_answer (fake, "slow", 0);
  g_assert_cmpuint (first->count, ==, 10);
  vfs_release (file);
}

/* Interrupted again and again; each time it learns how far it came. */
static void
test_interrupted_amid_lines (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) first = ask_write (file, 0, "one\nslow 2\nslow 3\n", -1, OWNER);
  g_autoptr (Ask) second = NULL;
  g_autoptr (Ask) third = NULL;

  vfs_request_cancel (first->request);
  g_assert_cmpint (first->error, ==, 0);
  g_assert_cmpuint (first->count, ==, 4);
  second = ask_write (file, 4, "slow 2\nslow 3\n", -1, OWNER);
  vfs_request_cancel (second->request);
  g_assert_cmpint (second->error, ==, EINTR);
  third = ask_write (file, 4, "slow 2\nslow 3\n", -1, OWNER);
  fake_answer (fake, "slow 2", 0);
  fake_answer (fake, "slow 3", 0);
  g_assert_cmpuint (third->count, ==, 14);
  assert_asked (fake, "store", "one; slow 2; slow 3");
  vfs_release (file);
}

static void
test_another_write_after_eintr (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) first = ask_write (file, 0, "slow\nnever\n", -1, OWNER);

  vfs_request_cancel (first->request);
  check_write (file, 0, "other\n", 0, 6);
  fake_answer (fake, "slow", EREMOTEIO);
  assert_asked (fake, "store", "slow; other");
  /* Nobody is there for its errno, but it is on the list; and it is no longer joined. */
  g_assert_cmpuint (fake->failures->len, ==, 1);
  check_write (file, 0, "bad\n", EREMOTEIO, 0);
  vfs_release (file);
}

static void
test_same_write_by_another_process_after_eintr (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) first = ask_write (file, 0, "slow\n", -1, OWNER);
  g_autoptr (Ask) second = NULL;

  vfs_request_cancel (first->request);
  second = ask_write (file, 0, "slow\n", -1, OTHER);
  assert_asked (fake, "store", "slow; slow");
  fake_answer (fake, "slow", 0);
  fake_answer (fake, "slow", 0);
  g_assert_cmpuint (second->count, ==, 5);
  vfs_release (file);
}

static void
test_two_writes_at_once (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) first = ask_write (file, 0, "slow\n", -1, OWNER);

  check_write (file, 5, "next\n", EBUSY, 0);
  fake_answer (fake, "slow", 0);
  g_assert_cmpuint (first->count, ==, 5);
  assert_asked (fake, "store", "slow");
  vfs_release (file);
}

/* ---- unterminated lines ---- */

static void
test_flush_of_the_writer (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_flush (file, OWNER, 0);
  check_write (file, 0, "foo ", 0, 4);
  check_flush (file, OTHER, 0);
  check_write (file, 4, "bar", 0, 3);
  assert_asked (fake, "store", "");
  check_flush (file, OWNER, 0);
  assert_asked (fake, "store", "foo bar");
  check_flush (file, OWNER, 0);
  check_write (file, 7, "bad", 0, 3);
  check_flush (file, OWNER, EREMOTEIO);
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
  flush = ask_flush (file, OWNER);
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
  flush = ask_flush (file, OWNER);
  vfs_request_cancel (flush->request);
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

  check_write (file, 0, "slow but sure", 0, 13);
  vfs_release (file);
  assert_asked (fake, "store", "slow but sure");
  fake_answer (fake, "slow but sure", EREMOTEIO);
  g_assert_cmpuint (fake->failures->len, ==, 1);

  file = fake_open (fake, "store", O_WRONLY);
  check_write (file, 0, "quick", 0, 5);
  vfs_release (file);
  assert_asked (fake, "store", "slow but sure; quick");
}

static void
test_released_meanwhile (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) ask = ask_write (file, 0, "slow\nnever\n", -1, OWNER);

  vfs_request_cancel (ask->request);
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
  g_autoptr (Ask) waits = ask_write (one, 0, "slow 1\n", -1, OWNER);
  g_autoptr (Ask) gone = ask_write (two, 0, "slow 2\n", -1, OWNER);
  g_autoptr (Ask) flush = NULL;

  vfs_request_cancel (gone->request);
  vfs_release (two);
  check_write (three, 0, "half a com", 0, 10);
  check_write (four, 0, "slow 4", 0, 6);
  flush = ask_flush (four, OWNER);
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

/* ---- last replies ---- */

static void
check_last_reply (Fake *fake, const char *expected)
{
  VfsFile *file = fake_open (fake, "call", O_RDONLY);
  g_autoptr (GString) text = read_all (file, 100);

  g_assert_cmpstr (text->str, ==, expected);
  vfs_release (file);
}

static void
test_last_reply (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_WRONLY);

  check_last_reply (fake, "usage: a question\n");
  check_taken (file, "status\n");
  check_last_reply (fake, "+OK status\n");
  check_write (file, 7, "bad\n", EREMOTEIO, 0);
  check_last_reply (fake, "-ERR bad\n");
  /* A refusal of our own says nothing. */
  check_write (file, 7, "down\n", EHOSTDOWN, 0);
  check_last_reply (fake, "-ERR bad\n");
  vfs_release (file);
}

static void
test_last_reply_is_of_a_user (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "call");
  VfsFile *file = fake_open (fake, "call", O_WRONLY);
  g_autoptr (Ask) other = ask_new (1001);
  g_autofree char *text = NULL;

  check_taken (file, "secret\n");
  vfs_open (node, O_RDONLY, other->request, &other->file);
  text = read_now (other->file, 0, 100);
  g_assert_cmpstr (text, ==, "usage: a question\n");
  vfs_release (other->file);
  vfs_release (file);
}

/* ---- values ---- */

static void
test_value (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "value", O_WRONLY);

  check_write (file, 0, "a\nb", 0, 3);
  check_write (file, 3, "c\n", 0, 2);
  check_write (file, 5, "\n", 0, 1);
  assert_asked (fake, "put", "a\nb; a\nbc; a\nbc\n");
  check_flush (file, OWNER, 0);
  vfs_release (file);
  g_assert_cmpuint (fake->calls->len, ==, 3);
}

static void
test_value_empty (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "value", O_WRONLY);
  FakeCall *asked;

  check_write (file, 0, "\n", 0, 1);
  g_assert_cmpuint (fake->calls->len, ==, 1);
  asked = fake->calls->pdata[0];
  g_assert_cmpuint (asked->text->len, ==, 0);
  vfs_release (file);
}

static void
test_value_refused (Fake *fake, gconstpointer data)
{
  g_autofree char *long_value = g_strnfill (VFS_LINE_MAX, 'x');
  VfsFile *file = fake_open (fake, "value", O_WRONLY);
  g_autoptr (Ask) nul = NULL;

  check_write (file, 0, "bad", EREMOTEIO, 0);
  check_write (file, 0, "bad", EREMOTEIO, 0);
  assert_asked (fake, "put", "bad");
  /* What was refused is no part of the value; an empty one still unsets. */
  check_write (file, 0, "\n", 0, 1);
  check_write (file, 1, "x", 0, 1);
  assert_asked (fake, "put", "bad; ; \nx");
  nul = ask_write (file, 2, "\0", 1, OWNER);
  g_assert_cmpint (nul->error, ==, EINVAL);
  check_write (file, 2, long_value, E2BIG, 0);
  check_write (file, 2, "y", 0, 1);
  assert_asked (fake, "put", "bad; ; \nx; \nxy");
  vfs_release (file);
}

static void
test_value_interrupted (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "value", O_WRONLY);
  g_autoptr (Ask) first = ask_write (file, 0, "slow", -1, OWNER);
  g_autoptr (Ask) second = NULL;

  vfs_request_cancel (first->request);
  second = ask_write (file, 0, "slow", -1, OWNER);
  fake_answer (fake, "slow", 0);
  g_assert_cmpuint (second->count, ==, 4);
  g_clear_pointer (&first, ask_free);
  g_clear_pointer (&second, ask_free);

  /* Superseded, then refused: what was put after it stays. */
  first = ask_write (file, 4, "er", -1, OWNER);
  vfs_request_cancel (first->request);
  second = ask_write (file, 4, "est", -1, OWNER);
  fake_answer (fake, "slower", EREMOTEIO);
  fake_answer (fake, "slowerest", 0);
  g_assert_cmpuint (second->count, ==, 3);
  assert_asked (fake, "put", "slow; slower; slowerest");
  vfs_release (file);
}

/* ---- blocks ---- */

static void
test_block_ends_with_the_file (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "block", O_WRONLY);

  /* bash's echo >&3: a flush after each line. */
  check_taken (file, "NAME\n");
  check_flush (file, OWNER, 0);
  check_taken (file, "Header: value\n");
  check_flush (file, OWNER, 0);
  g_assert_cmpuint (fake->calls->len, ==, 0);
  check_taken (file, "\nbody\n\nmore");
  g_assert_cmpuint (fake->calls->len, ==, 0);
  check_flush (file, OWNER, 0);
  assert_asked (fake, "call", "NAME\nHeader: value\n\nbody\n\nmore");
  vfs_release (file);
  g_assert_cmpuint (fake->calls->len, ==, 1);
}

static void
test_block_without_an_end (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "block", O_WRONLY);

  check_taken (file, "NAME\n");
  check_flush (file, OWNER, 0);
  g_assert_cmpuint (fake->calls->len, ==, 0);
  vfs_release (file);
  assert_asked (fake, "call", "NAME\n");
}

static void
test_block_with_a_length (Fake *fake, gconstpointer data)
{
  const char text[] = "\nA\ncontent-length: 4\n\n1\n\n4\nB\nContent-Length:0\n\nC\n";

  for (gsize piece = 1; piece < sizeof text; piece++)
    {
      VfsFile *file = fake_open (fake, "block", O_WRONLY);

      g_ptr_array_set_size (fake->calls, 0);
      for (gsize at = 0; at < sizeof text - 1; at += piece)
        {
          gsize len = MIN (piece, sizeof text - 1 - at);
          g_autoptr (Ask) ask = ask_write (file, at, text + at, (gssize)len, OWNER);

          g_assert_cmpuint (ask->count, ==, len);
        }
      assert_asked (fake, "call", "\nA\ncontent-length: 4\n\n1\n\n4; \nB\nContent-Length:0\n\n");
      vfs_release (file);
      g_assert_cmpuint (fake->calls->len, ==, 3);
    }
}

/* A body that is shorter than was said is not sent. */
static void
test_block_cut_short (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "block", O_WRONLY);

  check_taken (file, "A\nContent-Length: 10\n\n12345");
  check_flush (file, OWNER, 0);
  vfs_release (file);
  g_assert_cmpuint (fake->calls->len, ==, 0);
}

static void
test_block_in_conversation (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "block", O_RDWR);
  g_autofree char *answer = NULL;

  check_taken (file, "A\n");
  check_flush (file, OWNER, 0);
  g_assert_cmpuint (fake->calls->len, ==, 0);
  check_taken (file, "\nB\n\n");
  assert_asked (fake, "call", "A\n\n; B\n\n");
  answer = read_now (file, 0, 100);
  g_assert_cmpstr (answer, ==, "+OK A\n\n");
  vfs_release (file);
}

static void
test_block_too_long (Fake *fake, gconstpointer data)
{
  g_autofree char *text = g_strnfill (VFS_LINE_MAX - 3, 'x');
  VfsFile *file = fake_open (fake, "block", O_WRONLY);

  check_taken (file, "A\n\n");
  check_taken (file, text);
  check_write (file, 0, "y", E2BIG, 0);
  check_write (file, 1, "B\n\nthe rest is no block", E2BIG, 0);
  check_flush (file, OWNER, 0);
  vfs_release (file);
  g_assert_cmpuint (fake->calls->len, ==, 0);
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
  ADD ("refusal", test_refusal);
  ADD ("refusal-amid-lines", test_refusal_amid_lines);
  ADD ("refusal-amid-lines-appended", test_refusal_amid_lines_appended);
  ADD ("refusal-after-a-wait", test_refusal_after_a_wait);
  ADD ("refused-write-repeated", test_refused_write_repeated);
  ADD ("refused-write-of-another-process", test_refused_write_of_another_process);
  ADD ("tried-again", test_tried_again);
  ADD ("tried-again-whole", test_tried_again_whole);
  ADD ("joined-after-eintr", test_joined_after_eintr);
  ADD ("joined-when-done", test_joined_when_done);
  ADD ("joined-when-refused", test_joined_when_refused);
  ADD ("interrupted-amid-lines", test_interrupted_amid_lines);
  ADD ("another-write-after-eintr", test_another_write_after_eintr);
  ADD ("same-write-by-another-process-after-eintr", test_same_write_by_another_process_after_eintr);
  ADD ("two-writes-at-once", test_two_writes_at_once);
  ADD ("flush-of-the-writer", test_flush_of_the_writer);
  ADD ("flush-waits", test_flush_waits);
  ADD ("flush-interrupted", test_flush_interrupted);
  ADD ("released-with-a-pending-line", test_released_with_a_pending_line);
  ADD ("released-meanwhile", test_released_meanwhile);
  ADD ("shutdown", test_shutdown);
  ADD ("subject-gone", test_subject_gone);
  ADD ("last-reply", test_last_reply);
  ADD ("last-reply-is-of-a-user", test_last_reply_is_of_a_user);
  ADD ("value", test_value);
  ADD ("value-empty", test_value_empty);
  ADD ("value-refused", test_value_refused);
  ADD ("value-interrupted", test_value_interrupted);
  ADD ("block-ends-with-the-file", test_block_ends_with_the_file);
  ADD ("block-without-an-end", test_block_without_an_end);
  ADD ("block-with-a-length", test_block_with_a_length);
  ADD ("block-cut-short", test_block_cut_short);
  ADD ("block-in-conversation", test_block_in_conversation);
  ADD ("block-too-long", test_block_too_long);
  return g_test_run ();
}
