/* SPDX-License-Identifier: MIT */
/* Opens for reading, and which opens are possible at all. */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* ---- opens for reading ---- */

static void
test_snapshot (Fake *fake, gconstpointer data)
{
  const Caller caller = { 0 };
  g_autoptr (VfsNode) node = fake_node (fake, "text");
  VfsFile *file = open_now (node, O_RDONLY);
  g_autoptr (GString) all = NULL;
  g_autoptr (Ask) beyond = NULL;
  VfsAttr attr;

  g_string_assign (fake->shown, "something else by now\n");
  all = read_all (file, 2);
  g_assert_cmpstr (all->str, ==, "shown\n");
  g_assert_cmpuint (vfs_file_size (file), ==, 6);
  beyond = ask_read (file, G_MAXINT64, 10);
  g_assert_cmpuint (beyond->count, ==, 0);
  g_assert_false (vfs_file_is_stream (file));
  g_assert_false (vfs_file_is_written (file));
  vfs_release (file);
  vfs_node_attr (node, &caller, &attr);
  g_assert_cmpuint (attr.size, ==, 22);
}

static void
test_fetch (Fake *fake, gconstpointer data)
{
  const Caller caller = { 0 };
  g_autoptr (VfsNode) node = fake_node (fake, "asked");
  g_autoptr (Ask) slow = NULL;
  g_autoptr (Ask) failed = NULL;
  g_autofree char *text = NULL;
  VfsAttr attr;

  fake->fetch_slow = TRUE;
  slow = ask_open (node, O_RDONLY);
  g_assert_cmpuint (slow->answers, ==, 0);
  fake_answer (fake, "asked", 0);
  g_assert_cmpint (slow->error, ==, 0);
  text = read_now (slow->file, 0, 100);
  g_assert_cmpstr (text, ==, "+OK asked");
  vfs_node_attr (node, &caller, &attr);
  g_assert_cmpuint (attr.size, ==, 9);
  vfs_release (slow->file);

  failed = ask_open (node, O_RDONLY);
  fake_answer (fake, "asked", EREMOTEIO);
  g_assert_cmpint (failed->error, ==, EREMOTEIO);
  g_assert_null (failed->file);
  g_assert_cmpstr (fake->failures->pdata[0], ==, "asked Remote I/O error (read)|-ERR asked");
}

static void
test_fetch_cancelled (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "asked");
  g_autoptr (Ask) ask = NULL;

  fake->fetch_slow = TRUE;
  ask = ask_open (node, O_RDONLY);
  request_cancel (ask->request);
  g_assert_cmpint (ask->error, ==, EINTR);
  g_assert_null (ask->file);
  g_assert_cmpuint (fake->failures->len, ==, 0);
}

/* Opens that still wait when everything ends. */
static void
test_fetch_at_shutdown (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "asked");
  g_autoptr (Ask) one = NULL;
  g_autoptr (Ask) two = NULL;

  fake->fetch_slow = TRUE;
  one = ask_open (node, O_RDONLY);
  two = ask_open (node, O_RDONLY);
  vfs_tree_shutdown (fake->tree);
  g_assert_cmpint (one->error, ==, ENOTCONN);
  g_assert_cmpint (two->error, ==, ENOTCONN);
  g_assert_null (one->file);
}

static void
check_open (Fake *fake, const char *path, int flags, int error)
{
  g_autoptr (VfsNode) node = fake_node (fake, path);
  g_autoptr (Ask) ask = ask_open (node, flags);

  g_assert_cmpint (ask->error, ==, error);
  g_assert_true ((ask->file != NULL) == (error == 0));
  if (ask->file != NULL)
    vfs_release (ask->file);
}

static void
test_which_opens_are_possible (Fake *fake, gconstpointer data)
{
  check_open (fake, "dir", O_RDONLY, EISDIR);
  check_open (fake, "text", O_WRONLY, EACCES);
  check_open (fake, "text", O_RDWR, EACCES);
  check_open (fake, "stream", O_WRONLY, 0);
  check_open (fake, "stream", O_RDONLY, 0);
  check_open (fake, "stream", O_RDWR, 0);
  check_open (fake, "store", O_RDONLY, 0);
  check_open (fake, "store", O_WRONLY | O_TRUNC | O_APPEND, 0);
  check_open (fake, "either", O_RDWR, 0);
  check_open (fake, "value", O_RDWR, 0);
  g_assert_cmpuint (fake->streams, ==, 0);
}

static void
test_not_ready (Fake *fake, gconstpointer data)
{
  fake->ready_error = EHOSTDOWN;
  check_open (fake, "also/own", O_RDONLY, EHOSTDOWN);
  fake->ready_error = 0;
  check_open (fake, "also/own", O_RDONLY, 0);
}

/* What `open` counts, `release` counts back, whatever the open was for and whatever it came to. */
static void
test_open_and_release (Fake *fake, gconstpointer data)
{
  const int ways[] = { O_RDONLY, O_WRONLY, O_RDWR };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      check_open (fake, "counted", ways[i], 0);
      g_assert_cmpuint (fake->opens, ==, i + 1);
      g_assert_cmpuint (fake->releases, ==, i + 1);
      fake->open_error = EACCES;
      check_open (fake, "counted", ways[i], EACCES);
      fake->open_error = 0;
      g_assert_cmpuint (fake->releases, ==, i + 1);
    }
  fake->ready_error = EHOSTDOWN;
  check_open (fake, "counted", O_RDONLY, EHOSTDOWN);
  check_open (fake, "counted", O_WRONLY, 0);
  fake->stream_error = EBUSY;
  check_open (fake, "counted", O_RDWR, EBUSY);
  g_assert_cmpuint (fake->opens, ==, 6);
  g_assert_cmpuint (fake->releases, ==, 6);
}

/* A value file open for both is no conversation: its text, and writes that put. */
static void
test_read_and_written (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "either", O_RDWR);
  g_autofree char *text = read_now (file, 0, 100);

  g_assert_cmpstr (text, ==, "shown\n");
  g_assert_false (vfs_file_is_talk (file));
  g_assert_cmpint (write_now (file, "line\n"), ==, 0);
  assert_asked (fake, "store", "line");
  vfs_release (file);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/open/" name, Fake, NULL, fake_set_up, func, fake_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("snapshot", test_snapshot);
  ADD ("fetch", test_fetch);
  ADD ("fetch-cancelled", test_fetch_cancelled);
  ADD ("fetch-at-shutdown", test_fetch_at_shutdown);
  ADD ("which-opens-are-possible", test_which_opens_are_possible);
  ADD ("not-ready", test_not_ready);
  ADD ("open-and-release", test_open_and_release);
  ADD ("read-and-written", test_read_and_written);
  return g_test_run ();
}
