/* SPDX-License-Identifier: MIT */
/* Conversations of questions and answers: in order, an end of file after each. */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static void
check_read (VfsFile *file, const char *expected)
{
  g_autofree char *text = read_now (file, 0, 1000);

  g_assert_cmpstr (text, ==, expected);
}

static void
check_nothing_yet (VfsFile *file)
{
  g_autoptr (Ask) ask = ask_read_nonblock (file, 100);

  g_assert_cmpint (ask->error, ==, EAGAIN);
}

/* What a read that had to wait was given in the end. */
static void
check_got (Ask *ask, const char *expected)
{
  g_assert_cmpuint (ask->answers, ==, 1);
  g_assert_cmpint (ask->error, ==, 0);
  assert_text (ask, expected);
}

/* ---- questions and answers ---- */

static void
test_question (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);

  g_assert_true (vfs_file_is_stream (file));
  check_read (file, "");
  check_read (file, "");
  g_assert_cmpint (write_now (file, "status\n"), ==, 0);
  check_read (file, "+OK status\n");
  check_read (file, "");
  check_read (file, "");
  g_assert_cmpint (write_now (file, "\n"), ==, 0);
  check_read (file, "+OK \n");
  check_read (file, "");
  assert_asked (fake, "call", "status; ");
  vfs_release (file);
}

/* In the order of the asking, whatever the order of the answering; an end of file after each. */
static void
test_answers_in_order (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);
  g_autoptr (Ask) first = NULL;

  g_assert_cmpint (write_now (file, "slow 1\nslow 2\nquick\n"), ==, 0);
  first = ask_read (file, 0, 1000);
  fake_answer (fake, "slow 2", EREMOTEIO);
  g_assert_cmpuint (first->answers, ==, 0);
  fake_answer (fake, "slow 1", 0);
  check_got (first, "+OK slow 1\n");
  check_read (file, "");
  check_read (file, "-ERR slow 2\n");
  check_read (file, "");
  check_read (file, "+OK quick\n");
  check_read (file, "");
  check_read (file, "");
  vfs_release (file);
}

static void
test_answer_in_pieces (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);
  g_autoptr (GString) all = g_string_new (NULL);

  g_assert_cmpint (write_now (file, "something longer\n"), ==, 0);
  while (TRUE)
    {
      g_autofree char *piece = read_now (file, 0, 3);

      if (piece[0] == '\0')
        break;
      g_string_append (all, piece);
    }
  g_assert_cmpstr (all->str, ==, "+OK something longer\n");
  vfs_release (file);
}

/* The switch's refusal is read; a refusal on this side is the write's errno. */
static void
test_refusals (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);
  g_autoptr (Ask) waits = NULL;

  g_assert_cmpint (write_now (file, "slow\n"), ==, 0);
  fake_answer (fake, "slow", EREMOTEIO);
  check_read (file, "-ERR slow\n");
  check_read (file, "");
  g_assert_cmpint (write_now (file, "bad\n"), ==, EREMOTEIO);
  g_assert_cmpint (write_now (file, "down\n"), ==, EHOSTDOWN);
  g_assert_cmpint (write_now (file, "down\n"), ==, EHOSTDOWN);
  g_assert_cmpint (write_now (file, "local\n"), ==, EINVAL);
  check_read (file, "");
  /* Without a text, what errno says is read. */
  g_assert_cmpint (write_now (file, "slow\n"), ==, 0);
  fake_answer (fake, "slow", ETIMEDOUT);
  check_read (file, "-ERR Connection timed out\n");
  check_read (file, "");
  g_assert_cmpuint (fake->failures->len, ==, 6);
  g_assert_cmpstr (fake->failures->pdata[0], ==, "call Remote I/O error slow|-ERR slow");
  vfs_release (file);
}

static void
test_refused_amid_lines (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);
  g_autoptr (Ask) ask = ask_write (file, 0, "one\nlocal\nthree\n", -1, 1);

  g_assert_cmpuint (ask->count, ==, 4);
  g_assert_cmpint (write_now (file, "local\nthree\n"), ==, EINVAL);
  g_assert_cmpint (write_now (file, "three\n"), ==, 0);
  check_read (file, "+OK one\n");
  check_read (file, "");
  check_read (file, "+OK three\n");
  vfs_release (file);
}

/* Attribute lines put nothing in the stream. */
static void
test_attribute (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);

  g_assert_cmpint (write_now (file, "attribute\n"), ==, 0);
  check_read (file, "");
  g_assert_cmpint (write_now (file, "attribute\nstatus\n"), ==, 0);
  check_read (file, "+OK status\n");
  vfs_release (file);
}

static void
test_too_many_questions (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);

  for (int i = 0; i < VFS_ANSWERS_MAX; i++)
    g_assert_cmpint (write_now (file, "slow\n"), ==, 0);
  g_assert_cmpint (write_now (file, "one more\n"), ==, EBUSY);
  fake_answer (fake, "slow", 0);
  check_read (file, "+OK slow\n");
  g_assert_cmpint (write_now (file, "one more\n"), ==, EBUSY);
  check_read (file, "");
  g_assert_cmpint (write_now (file, "one more\n"), ==, 0);
  vfs_release (file);
}

static void
test_too_much_unread (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);
  g_autofree char *text = g_strnfill (VFS_LINE_MAX, 'x');
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  int error = 0;
  guint n = 0;

  for (; error == 0; n++)
    error = write_now (file, line);
  g_assert_cmpint (error, ==, EBUSY);
  g_assert_cmpuint (n, ==, VFS_UNREAD_MAX / VFS_LINE_MAX + 1);
  /* What has been read makes room. */
  for (gsize len = 1; len > 0;)
    {
      g_autoptr (Ask) ask = ask_read (file, 0, VFS_LINE_MAX);

      len = ask->count;
    }
  g_assert_cmpint (write_now (file, line), ==, 0);
  vfs_release (file);
}

/* ---- waiting ---- */

static void
test_parked_readers (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);
  g_autoptr (Ask) one = NULL;
  g_autoptr (Ask) two = NULL;
  g_autoptr (Ask) three = NULL;

  g_assert_cmpint (write_now (file, "slow\n"), ==, 0);
  check_nothing_yet (file);
  one = ask_read (file, 0, 4);
  two = ask_read (file, 0, 1000);
  three = ask_read (file, 0, 1000);
  check_nothing_yet (file);
  fake_answer (fake, "slow", 0);
  check_got (one, "+OK ");
  check_got (two, "slow\n");
  check_got (three, "");
  check_read (file, "");
  vfs_release (file);
}

static void
test_cancelled_readers (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);
  g_autoptr (Ask) one = NULL;
  g_autoptr (Ask) two = NULL;
  g_autoptr (Ask) three = NULL;

  g_assert_cmpint (write_now (file, "slow\n"), ==, 0);
  one = ask_read (file, 0, 1000);
  two = ask_read (file, 0, 1000);
  three = ask_read (file, 0, 1000);
  request_cancel (two->request);
  g_assert_cmpint (two->error, ==, EINTR);
  request_cancel (one->request);
  fake_answer (fake, "slow", 0);
  check_got (three, "+OK slow\n");
  vfs_release (file);
}

static void
test_released_while_asked (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);

  g_assert_cmpint (write_now (file, "slow 1\nquick\nslow 2\n"), ==, 0);
  vfs_release (file);
  g_assert_null (fake_find (fake, "slow 1"));
  g_assert_null (fake_find (fake, "slow 2"));
}

static void
test_shutdown (Fake *fake, gconstpointer data)
{
  VfsFile *call = fake_open (fake, "call", O_RDWR);
  VfsFile *stream = fake_open (fake, "stream", O_RDWR);
  g_autoptr (Ask) one = NULL;
  g_autoptr (Ask) two = ask_read (stream, 0, 100);

  g_assert_cmpint (write_now (call, "slow\n"), ==, 0);
  one = ask_read (call, 0, 100);
  vfs_tree_shutdown (fake->tree);
  g_assert_cmpint (one->error, ==, ENOTCONN);
  g_assert_cmpint (two->error, ==, ENOTCONN);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/talk/" name, Fake, NULL, fake_set_up, func, fake_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("question", test_question);
  ADD ("answers-in-order", test_answers_in_order);
  ADD ("answer-in-pieces", test_answer_in_pieces);
  ADD ("refusals", test_refusals);
  ADD ("refused-amid-lines", test_refused_amid_lines);
  ADD ("attribute", test_attribute);
  ADD ("too-many-questions", test_too_many_questions);
  ADD ("too-much-unread", test_too_much_unread);
  ADD ("parked-readers", test_parked_readers);
  ADD ("cancelled-readers", test_cancelled_readers);
  ADD ("released-while-asked", test_released_while_asked);
  ADD ("shutdown", test_shutdown);
  return g_test_run ();
}
