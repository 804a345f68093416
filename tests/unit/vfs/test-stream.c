/* SPDX-License-Identifier: MIT */
/* Streams: what comes next, the time to wait for it, and poll. */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

/* ---- timeout ---- */

static void
wait_for (Ask *ask)
{
  while (ask->answers == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_timeout_none (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "stream", O_RDWR);
  g_autoptr (Ask) ask = NULL;

  g_assert_cmpint (write_now (file, "timeout 0\n"), ==, 0);
  check_read (file, "");
  g_assert_cmpint (write_now (file, "timeout -1\n"), ==, 0);
  ask = ask_read (file, 0, 100);
  turn ();
  g_assert_cmpuint (ask->answers, ==, 0);
  fake_news (fake, "news\n");
  turn ();
  check_got (ask, "news\n");
  vfs_release (file);
}

/* "At once" is when all that is there has been looked at, in however many turns. */
static void
test_timeout_none_looks (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "stream", O_RDWR);
  g_autoptr (Ask) found = NULL;
  g_autoptr (Ask) none = NULL;

  g_assert_cmpint (write_now (file, "timeout 0\n"), ==, 0);
  fake->looks = 3;
  fake_news (fake, "news\n");
  found = ask_read (file, 0, 100);
  g_assert_cmpuint (found->answers, ==, 0);
  turn ();
  check_got (found, "news\n");
  fake->looks = 3;
  none = ask_read (file, 0, 100);
  turn ();
  check_got (none, "");
  vfs_release (file);
}

static void
test_timeout_passes (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "stream", O_RDWR);
  g_autoptr (Ask) one = NULL;
  g_autoptr (Ask) two = NULL;

  g_assert_cmpint (write_now (file, "timeout 20\n"), ==, 0);
  one = ask_read (file, 0, 100);
  two = ask_read (file, 0, 100);
  wait_for (one);
  wait_for (two);
  check_got (one, "");
  check_got (two, "");
  /* That was no end: the next read gets what came. */
  fake_news (fake, "news\n");
  check_read (file, "news\n");
  vfs_release (file);
}

static void
test_timeout_stopped (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "stream", O_RDWR);
  g_autoptr (Ask) served = NULL;
  g_autoptr (Ask) cancelled = NULL;
  g_autoptr (Ask) left = NULL;

  g_assert_cmpint (write_now (file, "timeout 60000\n"), ==, 0);
  served = ask_read (file, 0, 100);
  fake_news (fake, "news\n");
  turn ();
  check_got (served, "news\n");
  cancelled = ask_read (file, 0, 100);
  request_cancel (cancelled->request);
  left = ask_read (file, 0, 100);
  vfs_release (file);
  g_assert_cmpint (left->error, ==, ENOTCONN);
  /* No timer is left behind. */
  g_assert_false (g_main_context_pending (NULL));
}

static void
test_timeout_where (Fake *fake, gconstpointer data)
{
  VfsFile *timed = fake_open (fake, "timed", O_RDWR);
  VfsFile *call = fake_open (fake, "call", O_RDWR);

  g_assert_cmpint (write_now (timed, "timeout 0\nslow\n"), ==, 0);
  check_read (timed, "");
  fake_answer (fake, "slow", 0);
  check_read (timed, "+OK slow\n");
  g_assert_cmpint (write_now (timed, "timeout soon\n"), ==, EINVAL);
  g_assert_cmpint (write_now (timed, "timeout -2\n"), ==, EINVAL);
  g_assert_cmpint (write_now (timed, "timeout 99999999999\n"), ==, EINVAL);
  /* Elsewhere the word is a question like any other. */
  g_assert_cmpint (write_now (call, "timeout 0\n"), ==, 0);
  check_read (call, "+OK timeout 0\n");
  vfs_release (timed);
  vfs_release (call);
}

/* ---- streams ---- */

static void
test_stream (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "stream", O_RDWR);
  g_autoptr (Ask) one = NULL;
  g_autoptr (Ask) two = NULL;

  check_nothing_yet (file);
  fake_news (fake, "first\n");
  check_read (file, "first\n");
  one = ask_read (file, 0, 3);
  two = ask_read (file, 0, 100);
  turn ();
  g_assert_cmpuint (one->answers, ==, 0);
  fake_news (fake, "second\n");
  g_assert_cmpuint (one->answers, ==, 0);
  turn ();
  check_got (one, "sec");
  check_got (two, "ond\n");
  fake_news (fake, "last\n");
  fake->ended = TRUE;
  check_read (file, "last\n");
  check_read (file, "");
  check_read (file, "");
  vfs_release (file);
}

/* Who waits already comes first, though the wake has not run yet. */
static void
test_stream_in_turn (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "stream", O_RDWR);
  g_autoptr (Ask) first = ask_read (file, 0, 100);
  g_autoptr (Ask) second = NULL;

  fake_news (fake, "news\n");
  second = ask_read (file, 0, 100);
  check_nothing_yet (file);
  turn ();
  check_got (first, "news\n");
  g_assert_cmpuint (second->answers, ==, 0);
  request_cancel (second->request);
  vfs_release (file);
}

static void
test_stream_ends_while_read (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "stream", O_RDWR);
  g_autoptr (Ask) one = ask_read (file, 0, 100);
  g_autoptr (Ask) two = ask_read (file, 0, 100);

  fake->ended = TRUE;
  wait_queue_wake (fake->queue);
  turn ();
  check_got (one, "");
  check_got (two, "");
  vfs_release (file);
}

/* Nothing outstanding: an end of file that is not the last. */
static void
test_stream_pauses (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "stream", O_RDWR);

  fake->eof = TRUE;
  check_read (file, "");
  check_read (file, "");
  fake_news (fake, "news\n");
  check_read (file, "news\n");
  fake->eof = FALSE;
  check_nothing_yet (file);
  vfs_release (file);
}

static void
test_stream_lines (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "stream", O_RDWR);
  VfsFile *silent = fake_open (fake, "silent", O_RDWR);
  g_autoptr (Ask) ask = ask_read (file, 0, 100);

  g_assert_cmpint (write_now (file, "filter me\n"), ==, 0);
  turn ();
  check_got (ask, "filter me");
  g_assert_cmpint (write_now (file, "bad\n"), ==, EINVAL);
  g_assert_cmpint (write_now (silent, "anything\n"), ==, EINVAL);
  g_assert_cmpint (write_now (silent, "timeout 0\n"), ==, 0);
  vfs_release (file);
  vfs_release (silent);
}

static void
test_stream_of_bytes (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "raw", O_RDWR);
  g_autoptr (Ask) waits = ask_write (file, 0, "slow \0\n", 7, 1);
  g_autoptr (Ask) gone = NULL;
  FakeCall *call = fake->calls->pdata[0];

  g_assert_cmpuint (call->text->len, ==, 7);
  g_assert_cmpuint (waits->answers, ==, 0);
  fake_answer (fake, "slow ", 0);
  g_assert_cmpuint (waits->answers, ==, 1);
  gone = ask_write (file, 0, "slow", 4, 1);
  request_cancel (gone->request);
  g_assert_cmpint (gone->error, ==, EINTR);
  vfs_release (file);
}

static void
test_stream_open_fails (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "stream");
  g_autoptr (Ask) ask = NULL;

  fake->stream_error = EHOSTDOWN;
  ask = ask_open (node, O_RDWR);
  g_assert_cmpint (ask->error, ==, EHOSTDOWN);
  g_assert_null (ask->file);
}

/* A line without its newline is asked at the writer's flush; at the release nobody would read. */
static void
test_unterminated (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);
  g_autoptr (Ask) other = NULL;
  g_autoptr (Ask) own = NULL;

  g_assert_cmpint (write_now (file, "half"), ==, 0);
  other = ask_flush (file, 2);
  assert_asked (fake, "call", "");
  own = ask_flush (file, 1);
  assert_asked (fake, "call", "half");
  check_read (file, "+OK half\n");
  g_assert_cmpint (write_now (file, "never"), ==, 0);
  vfs_release (file);
  assert_asked (fake, "call", "half");
}

/* ---- poll ---- */

typedef struct
{
  guint news;
  guint dropped;
} Poller;

static void
on_notify (gpointer handle, gboolean news)
{
  Poller *poller = handle;

  if (news)
    poller->news++;
  else
    poller->dropped++;
}

static void
check_poller (const Poller *poller, guint news, guint dropped)
{
  g_assert_cmpuint (poller->news, ==, news);
  g_assert_cmpuint (poller->dropped, ==, dropped);
}

static void
test_poll_stream (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "stream", O_RDWR);
  Poller one = { 0 }, two = { 0 }, three = { 0 };

  g_assert_cmpuint (vfs_poll (file, NULL, NULL), ==, POLLOUT);
  g_assert_cmpuint (vfs_poll (file, on_notify, &one), ==, POLLOUT);
  g_assert_cmpuint (vfs_poll (file, on_notify, &two), ==, POLLOUT);
  check_poller (&one, 0, 1);
  /* A wake without news is none. */
  wait_queue_wake (fake->queue);
  turn ();
  check_poller (&two, 0, 0);
  fake_news (fake, "a\n");
  turn ();
  check_poller (&two, 1, 0);
  fake_news (fake, "b\n");
  turn ();
  check_poller (&two, 1, 0);
  g_assert_cmpuint (vfs_poll (file, on_notify, &three), ==, POLLIN | POLLOUT);
  check_read (file, "a\n");
  check_read (file, "b\n");
  g_assert_cmpuint (vfs_poll (file, NULL, NULL), ==, POLLOUT);
  vfs_release (file);
  check_poller (&one, 0, 1);
  check_poller (&two, 1, 0);
  check_poller (&three, 0, 1);
}

static void
test_poll_answers (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);
  Poller poller = { 0 };

  /* Nothing asked: a read would not wait. */
  g_assert_cmpuint (vfs_poll (file, NULL, NULL), ==, POLLIN | POLLOUT);
  g_assert_cmpint (write_now (file, "slow\n"), ==, 0);
  g_assert_cmpuint (vfs_poll (file, on_notify, &poller), ==, POLLOUT);
  fake_answer (fake, "slow", 0);
  check_poller (&poller, 1, 0);
  g_assert_cmpuint (vfs_poll (file, NULL, NULL), ==, POLLIN | POLLOUT);
  vfs_release (file);
  check_poller (&poller, 1, 0);
}

static void
test_poll_elsewhere (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "text", O_RDONLY);
  Poller poller = { 0 };

  g_assert_cmpuint (vfs_poll (file, on_notify, &poller), ==, POLLIN | POLLOUT);
  check_poller (&poller, 0, 1);
  vfs_release (file);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/stream/" name, Fake, NULL, fake_set_up, func, fake_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("timeout-none", test_timeout_none);
  ADD ("timeout-none-looks", test_timeout_none_looks);
  ADD ("timeout-passes", test_timeout_passes);
  ADD ("timeout-stopped", test_timeout_stopped);
  ADD ("timeout-where", test_timeout_where);
  ADD ("stream", test_stream);
  ADD ("stream-in-turn", test_stream_in_turn);
  ADD ("stream-ends-while-read", test_stream_ends_while_read);
  ADD ("stream-pauses", test_stream_pauses);
  ADD ("stream-lines", test_stream_lines);
  ADD ("stream-of-bytes", test_stream_of_bytes);
  ADD ("stream-open-fails", test_stream_open_fails);
  ADD ("unterminated", test_unterminated);
  ADD ("poll-stream", test_poll_stream);
  ADD ("poll-answers", test_poll_answers);
  ADD ("poll-elsewhere", test_poll_elsewhere);
  return g_test_run ();
}
