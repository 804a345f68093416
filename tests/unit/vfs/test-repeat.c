/* SPDX-License-Identifier: MIT */
/* Writes that come again: after EINTR, after a refusal, after a short count. No command runs twice.
 */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

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
  g_autoptr (Ask) ask = ask_write (file, 0, "one\nslow\nthree\n", -1, WRITER);

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
  check_flush (file, WRITER, 0);
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
  check_flush (file, WRITER, 0);
  vfs_release (file);
  assert_asked (fake, "store", "late but whole; late but whole");
}

/* ---- interruption ---- */

static void
test_joined_after_eintr (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) first = ask_write (file, 0, "slow\nnext\n", -1, WRITER);
  g_autoptr (Ask) second = NULL;

  request_cancel (first->request);
  g_assert_cmpint (first->error, ==, EINTR);
  g_assert_false (fake_find (fake, "slow")->cancelled);
  second = ask_write (file, 0, "slow\nnext\n", -1, WRITER);
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
  g_autoptr (Ask) first = ask_write (file, 0, "slow\nnext\n", -1, WRITER);

  request_cancel (first->request);
  fake_answer (fake, "slow", 0);
  assert_asked (fake, "store", "slow");
  check_write (file, 0, "slow\nnext\n", 0, 10);
  assert_asked (fake, "store", "slow; next");
  /* That is over: the same again is new. */
  check_flush (file, WRITER, 0);
  check_write (file, 10, "next\n", 0, 5);
  assert_asked (fake, "store", "slow; next; next");
  vfs_release (file);
}

static void
test_joined_when_refused (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);
  g_autoptr (Ask) first = ask_write (file, 0, "slow\nnext\n", -1, WRITER);

  request_cancel (first->request);
  fake_answer (fake, "slow", ETIMEDOUT);
  check_write (file, 0, "slow\nnext\n", ETIMEDOUT, 0);
  assert_asked (fake, "store", "slow");
  /* Told now: a new attempt. */
  g_clear_pointer (&first, ask_free);
  first = ask_write (file, 0, "slow\nnext\n", -1, WRITER);
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
  g_autoptr (Ask) first = ask_write (file, 0, "one\nslow 2\nslow 3\n", -1, WRITER);
  g_autoptr (Ask) second = NULL;
  g_autoptr (Ask) third = NULL;

  request_cancel (first->request);
  g_assert_cmpint (first->error, ==, 0);
  g_assert_cmpuint (first->count, ==, 4);
  second = ask_write (file, 4, "slow 2\nslow 3\n", -1, WRITER);
  request_cancel (second->request);
  g_assert_cmpint (second->error, ==, EINTR);
  third = ask_write (file, 4, "slow 2\nslow 3\n", -1, WRITER);
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
  g_autoptr (Ask) first = ask_write (file, 0, "slow\nnever\n", -1, WRITER);

  request_cancel (first->request);
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
  g_autoptr (Ask) first = ask_write (file, 0, "slow\n", -1, WRITER);
  g_autoptr (Ask) second = NULL;

  request_cancel (first->request);
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
  g_autoptr (Ask) first = ask_write (file, 0, "slow\n", -1, WRITER);

  check_write (file, 5, "next\n", EBUSY, 0);
  fake_answer (fake, "slow", 0);
  g_assert_cmpuint (first->count, ==, 5);
  assert_asked (fake, "store", "slow");
  vfs_release (file);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/repeat/" name, Fake, NULL, fake_set_up, func, fake_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
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
  return g_test_run ();
}
