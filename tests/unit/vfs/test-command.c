/* SPDX-License-Identifier: MIT */
/* Commands that are no lines: values and blocks; and last replies. */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

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
  check_flush (file, WRITER, 0);
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
  nul = ask_write (file, 2, "\0", 1, WRITER);
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
  g_autoptr (Ask) first = ask_write (file, 0, "slow", -1, WRITER);
  g_autoptr (Ask) second = NULL;
  g_autoptr (Ask) third = NULL;

  request_cancel (first->request);
  second = ask_write (file, 0, "slow", -1, WRITER);
  fake_answer (fake, "slow", 0);
  g_assert_cmpuint (second->count, ==, 4);
  g_clear_pointer (&first, ask_free);
  g_clear_pointer (&second, ask_free);

  /* Superseded, then refused: what was put after it stays. */
  first = ask_write (file, 4, "er", -1, WRITER);
  request_cancel (first->request);
  second = ask_write (file, 4, "est", -1, WRITER);
  fake_answer (fake, "slower", EREMOTEIO);
  fake_answer (fake, "slowerest", 0);
  g_assert_cmpuint (second->count, ==, 3);
  third = ask_write (file, 7, "!", -1, WRITER);
  fake_answer (fake, "slowerest!", 0);
  assert_asked (fake, "put", "slow; slower; slowerest; slowerest!");
  vfs_release (file);
}

/* ---- blocks ---- */

static void
test_block_ends_with_the_file (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "block", O_WRONLY);

  /* bash's echo >&3: a flush after each line. */
  check_taken (file, "NAME\n");
  check_flush (file, WRITER, 0);
  check_taken (file, "Header: value\n");
  check_flush (file, WRITER, 0);
  g_assert_cmpuint (fake->calls->len, ==, 0);
  check_taken (file, "\nbody\n\nmore");
  g_assert_cmpuint (fake->calls->len, ==, 0);
  check_flush (file, WRITER, 0);
  assert_asked (fake, "call", "NAME\nHeader: value\n\nbody\n\nmore");
  vfs_release (file);
  g_assert_cmpuint (fake->calls->len, ==, 1);
}

static void
test_block_without_an_end (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "block", O_WRONLY);

  check_taken (file, "NAME\n");
  check_flush (file, WRITER, 0);
  g_assert_cmpuint (fake->calls->len, ==, 0);
  vfs_release (file);
  assert_asked (fake, "call", "");
  g_assert_cmpuint (fake->failures->len, ==, 1);
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
          g_autoptr (Ask) ask = ask_write (file, at, text + at, (gssize)len, WRITER);

          g_assert_cmpuint (ask->count, ==, len);
        }
      assert_asked (fake, "call", "\nA\ncontent-length: 4\n\n1\n\n4; \nB\nContent-Length:0\n\n");
      vfs_release (file);
      g_assert_cmpuint (fake->calls->len, ==, 2);
    }
}

/* A body that is shorter than was said is not sent, and who closes it so is told. */
static void
test_block_cut_short (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "block", O_WRONLY);

  check_taken (file, "A\nContent-Length: 10\n\n12345");
  check_flush (file, OTHER, 0);
  check_flush (file, WRITER, EINVAL);
  vfs_release (file);
  g_assert_cmpuint (fake->calls->len, ==, 0);
  g_assert_cmpuint (fake->failures->len, ==, 1);
}

/* The rest may come from another process. */
static void
test_block_by_two_processes (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "block", O_WRONLY);
  g_autoptr (Ask) rest = NULL;

  check_taken (file, "A\nContent-Length: 10\n\n12345");
  check_flush (file, WRITER, EINVAL);
  rest = ask_write (file, 0, "67890", -1, OTHER);
  g_assert_cmpint (rest->error, ==, 0);
  check_flush (file, OTHER, 0);
  assert_asked (fake, "call", "A\nContent-Length: 10\n\n1234567890");
  vfs_release (file);
  g_assert_cmpuint (fake->failures->len, ==, 0);
}

static void
test_block_in_conversation (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "block", O_RDWR);
  g_autofree char *answer = NULL;

  check_taken (file, "A\n");
  check_flush (file, WRITER, 0);
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
  check_flush (file, WRITER, 0);
  vfs_release (file);
  g_assert_cmpuint (fake->calls->len, ==, 0);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/command/" name, Fake, NULL, fake_set_up, func, fake_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
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
  ADD ("block-by-two-processes", test_block_by_two_processes);
  ADD ("block-in-conversation", test_block_in_conversation);
  ADD ("block-too-long", test_block_too_long);
  return g_test_run ();
}
