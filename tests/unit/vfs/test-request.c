/* SPDX-License-Identifier: MIT */
/* Requests: answered once, however, whenever, and whoever gives up first. */
#include "front.h"

#include <errno.h>
#include <string.h>

static void
test_done (void)
{
  g_autoptr (Ask) ask = ask_new (7);

  g_assert_false (vfs_request_answered (ask->request));
  g_assert_cmpuint (vfs_request_caller (ask->request)->uid, ==, 7);
  vfs_request_done (ask->request, 42);
  g_assert_true (vfs_request_answered (ask->request));
  g_assert_cmpint (ask->error, ==, 0);
  g_assert_cmpuint (ask->count, ==, 42);
  assert_text (ask, "");
}

static void
test_data (void)
{
  g_autoptr (Ask) ask = ask_new (0);

  vfs_request_data (ask->request, g_bytes_new_static ("hello", 5));
  g_assert_cmpuint (ask->count, ==, 5);
  assert_text (ask, "hello");
}

static void
test_lent_pieces (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  char one[] = "one ", two[] = "two";
  const struct iovec pieces[] = { { one, 4 }, { two, 3 } };
  int n_pieces;

  vfs_request_lend (ask->request, pieces, 2);
  g_assert_cmpuint (ask->count, ==, 7);
  assert_text (ask, "one two");
  g_assert_null (vfs_request_iov (ask->request, &n_pieces));
  g_assert_cmpint (n_pieces, ==, 0);
}

static void
test_refusal (void)
{
  g_autoptr (Ask) plain = ask_new (0);
  g_autoptr (Ask) told = ask_new (0);

  vfs_request_fail (plain->request, ENXIO);
  g_assert_cmpint (plain->error, ==, ENXIO);
  g_assert_null (vfs_request_bytes (plain->request));
  vfs_request_refuse (told->request, EREMOTEIO, g_bytes_new_static ("-ERR no", 7));
  g_assert_cmpint (told->error, ==, EREMOTEIO);
  assert_text (told, "-ERR no");
}

/* Counts what is said at the level critical, which is not fatal then. */
static GLogWriterOutput
count_criticals (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if ((level & G_LOG_LEVEL_CRITICAL) == 0)
    return g_log_writer_default (level, fields, n_fields, NULL);
  ++*(guint *)data;
  return G_LOG_WRITER_HANDLED;
}

static void
test_second_answer (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  static guint criticals;

  g_log_set_writer_func (count_criticals, &criticals, NULL);
  vfs_request_done (ask->request, 1);
  vfs_request_data (ask->request, g_bytes_new ("late", 4));
  vfs_request_fail (ask->request, EIO);
  vfs_request_refuse (ask->request, EIO, g_bytes_new ("later", 5));
  g_assert_cmpuint (criticals, ==, 3);
  g_assert_cmpint (vfs_request_error (ask->request), ==, 0);
  g_assert_cmpuint (ask->count, ==, 1);
}

static void
count_and_answer (VfsRequest *request, gpointer data)
{
  ++*(guint *)data;
  vfs_request_done (request, 5);
}

static void
count_only (VfsRequest *request, gpointer data)
{
  ++*(guint *)data;
}

static void
test_cancel (void)
{
  g_autoptr (Ask) hookless = ask_new (0);
  g_autoptr (Ask) silent = ask_new (0);
  g_autoptr (Ask) answering = ask_new (0);
  guint hooks = 0;

  vfs_request_cancel (hookless->request);
  g_assert_cmpint (hookless->error, ==, EINTR);

  vfs_request_on_cancel (silent->request, count_only, &hooks);
  vfs_request_cancel (silent->request);
  g_assert_cmpint (silent->error, ==, EINTR);
  g_assert_cmpuint (hooks, ==, 1);

  vfs_request_on_cancel (answering->request, count_and_answer, &hooks);
  vfs_request_cancel (answering->request);
  g_assert_cmpint (answering->error, ==, 0);
  g_assert_cmpuint (answering->count, ==, 5);
  g_assert_cmpuint (hooks, ==, 2);
}

static void
test_cancel_too_late (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  guint hooks = 0;

  vfs_request_on_cancel (ask->request, count_only, &hooks);
  vfs_request_done (ask->request, 0);
  vfs_request_cancel (ask->request);
  g_assert_cmpuint (hooks, ==, 0);
}

static void
cancel_again (VfsRequest *request, gpointer data)
{
  ++*(guint *)data;
  vfs_request_cancel (request);
}

static void
test_cancel_within_cancel (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  guint hooks = 0;

  vfs_request_on_cancel (ask->request, cancel_again, &hooks);
  vfs_request_cancel (ask->request);
  g_assert_cmpuint (hooks, ==, 1);
  g_assert_cmpint (ask->error, ==, EINTR);
}

static void
drop_reference (VfsRequest *request, gpointer data)
{
  *(int *)data = vfs_request_error (request);
  vfs_request_unref (request);
}

/* The asker's function may give up the only reference. */
static void
test_asker_lets_go (void)
{
  const VfsCaller caller = { 0 };
  int error = 0;

  vfs_request_fail (vfs_request_new (drop_reference, &error, &caller), EBUSY);
  g_assert_cmpint (error, ==, EBUSY);
  vfs_request_cancel (vfs_request_new (drop_reference, &error, &caller));
  g_assert_cmpint (error, ==, EINTR);
}

static void
test_nobody_listens (void)
{
  const VfsCaller caller = { 0 };
  g_autoptr (VfsRequest) request = vfs_request_new (NULL, NULL, &caller);
  char text[] = "gone soon";
  const struct iovec piece = { text, sizeof text };
  int n_pieces;

  vfs_request_lend (request, &piece, 1);
  g_assert_null (vfs_request_iov (request, &n_pieces));
  g_assert_null (vfs_request_dup_text (request));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vfs/request/done", test_done);
  g_test_add_func ("/vfs/request/data", test_data);
  g_test_add_func ("/vfs/request/lent-pieces", test_lent_pieces);
  g_test_add_func ("/vfs/request/refusal", test_refusal);
  g_test_add_func ("/vfs/request/second-answer", test_second_answer);
  g_test_add_func ("/vfs/request/cancel", test_cancel);
  g_test_add_func ("/vfs/request/cancel-too-late", test_cancel_too_late);
  g_test_add_func ("/vfs/request/cancel-within-cancel", test_cancel_within_cancel);
  g_test_add_func ("/vfs/request/asker-lets-go", test_asker_lets_go);
  g_test_add_func ("/vfs/request/nobody-listens", test_nobody_listens);
  return g_test_run ();
}
