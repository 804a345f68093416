/* SPDX-License-Identifier: MIT */
/* Requests: answered once, however, whenever, and whoever gives up first. */
#include "request.h"

#include <errno.h>
#include <string.h>

/* Somebody who asks, and what came of it. */
typedef struct
{
  Request *request;
  guint answers;
  int error;
  gsize count;
  GString *text;
} Ask;

static void
on_answered (Request *request, gpointer data)
{
  Ask *ask = data;
  g_autoptr (GBytes) text = request_dup_text (request);

  ask->answers++;
  ask->error = request_error (request);
  ask->count = request_count (request);
  if (text != NULL)
    g_string_append_len (ask->text, g_bytes_get_data (text, NULL), (gssize)g_bytes_get_size (text));
}

static Ask *
ask_new (uid_t uid)
{
  Ask *ask = g_new0 (Ask, 1);
  Caller caller = { .uid = uid, .gid = uid, .pid = 1 };

  ask->text = g_string_new (NULL);
  ask->request = request_new (on_answered, ask, &caller);
  return ask;
}

static void
ask_free (Ask *ask)
{
  g_assert_cmpuint (ask->answers, ==, 1);
  request_unref (ask->request);
  g_string_free (ask->text, TRUE);
  g_free (ask);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ask, ask_free)

static void
assert_text (const Ask *ask, const char *text)
{
  g_assert_cmpstr (ask->text->str, ==, text);
}

static void
test_done (void)
{
  g_autoptr (Ask) ask = ask_new (7);

  g_assert_false (request_answered (ask->request));
  g_assert_cmpuint (request_caller (ask->request)->uid, ==, 7);
  request_done (ask->request, 42);
  g_assert_true (request_answered (ask->request));
  g_assert_cmpint (ask->error, ==, 0);
  g_assert_cmpuint (ask->count, ==, 42);
  assert_text (ask, "");
}

static void
test_data (void)
{
  g_autoptr (Ask) ask = ask_new (0);

  request_data (ask->request, g_bytes_new_static ("hello", 5));
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

  request_lend (ask->request, pieces, 2);
  g_assert_cmpuint (ask->count, ==, 7);
  assert_text (ask, "one two");
  g_assert_null (request_iov (ask->request, &n_pieces));
  g_assert_cmpint (n_pieces, ==, 0);
}

static void
test_refusal (void)
{
  g_autoptr (Ask) plain = ask_new (0);
  g_autoptr (Ask) told = ask_new (0);

  request_fail (plain->request, ENXIO);
  g_assert_cmpint (plain->error, ==, ENXIO);
  g_assert_null (request_bytes (plain->request));
  request_refuse (told->request, EREMOTEIO, g_bytes_new_static ("-ERR no", 7));
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
  request_done (ask->request, 1);
  request_data (ask->request, g_bytes_new ("late", 4));
  request_fail (ask->request, EIO);
  request_refuse (ask->request, EIO, g_bytes_new ("later", 5));
  g_assert_cmpuint (criticals, ==, 3);
  g_assert_cmpint (request_error (ask->request), ==, 0);
  g_assert_cmpuint (ask->count, ==, 1);
}

static void
count_and_answer (Request *request, gpointer data)
{
  ++*(guint *)data;
  request_done (request, 5);
}

static void
count_only (Request *request, gpointer data)
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

  request_cancel (hookless->request);
  g_assert_cmpint (hookless->error, ==, EINTR);

  request_on_cancel (silent->request, count_only, &hooks);
  request_cancel (silent->request);
  g_assert_cmpint (silent->error, ==, EINTR);
  g_assert_cmpuint (hooks, ==, 1);

  request_on_cancel (answering->request, count_and_answer, &hooks);
  request_cancel (answering->request);
  g_assert_cmpint (answering->error, ==, 0);
  g_assert_cmpuint (answering->count, ==, 5);
  g_assert_cmpuint (hooks, ==, 2);
}

static void
test_cancel_too_late (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  guint hooks = 0;

  request_on_cancel (ask->request, count_only, &hooks);
  request_done (ask->request, 0);
  request_cancel (ask->request);
  g_assert_cmpuint (hooks, ==, 0);
}

static void
cancel_again (Request *request, gpointer data)
{
  ++*(guint *)data;
  request_cancel (request);
}

static void
test_cancel_within_cancel (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  guint hooks = 0;

  request_on_cancel (ask->request, cancel_again, &hooks);
  request_cancel (ask->request);
  g_assert_cmpuint (hooks, ==, 1);
  g_assert_cmpint (ask->error, ==, EINTR);
}

static void
drop_reference (Request *request, gpointer data)
{
  *(int *)data = request_error (request);
  request_unref (request);
}

/* The asker's function may give up the only reference. */
static void
test_asker_lets_go (void)
{
  const Caller caller = { 0 };
  int error = 0;

  request_fail (request_new (drop_reference, &error, &caller), EBUSY);
  g_assert_cmpint (error, ==, EBUSY);
  request_cancel (request_new (drop_reference, &error, &caller));
  g_assert_cmpint (error, ==, EINTR);
}

static void
test_nobody_listens (void)
{
  const Caller caller = { 0 };
  g_autoptr (Request) request = request_new (NULL, NULL, &caller);
  char text[] = "gone soon";
  const struct iovec piece = { text, sizeof text };
  int n_pieces;

  request_lend (request, &piece, 1);
  g_assert_null (request_iov (request, &n_pieces));
  g_assert_null (request_dup_text (request));
}

/* ---- children ---- */

static void
pass (Request *child, gpointer data)
{
  if (data != NULL)
    ++*(guint *)data;
  request_pass (child);
}

static void
test_child_passes (void)
{
  g_autoptr (Ask) done = ask_new (7), data = ask_new (7), lent = ask_new (7), refused = ask_new (7);
  char text[] = "lent";
  const struct iovec piece = { text, 4 };
  Request *child = request_new_child (done->request, pass, NULL);

  g_assert_cmpuint (request_caller (child)->uid, ==, 7);
  request_done (child, 3);
  g_assert_cmpuint (done->count, ==, 3);
  request_data (request_new_child (data->request, pass, NULL), g_bytes_new ("data", 4));
  assert_text (data, "data");
  request_lend (request_new_child (lent->request, pass, NULL), &piece, 1);
  assert_text (lent, "lent");
  request_refuse (request_new_child (refused->request, pass, NULL), ENXIO, g_bytes_new ("no", 2));
  g_assert_cmpint (refused->error, ==, ENXIO);
  assert_text (refused, "no");
}

static void
judge (Request *child, gpointer data)
{
  gsize len;
  const char *text = request_text (child, &len);

  g_assert_cmpuint (len, ==, strlen (text));
  if (text[0] == '-')
    request_refuse (request_parent (child), EREMOTEIO, g_bytes_new (text, len));
  else
    request_pass (child);
}

static void
test_child_judges (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  char text[] = "-ERR no";
  const struct iovec piece = { text, strlen (text) };

  request_lend (request_new_child (ask->request, judge, NULL), &piece, 1);
  g_assert_cmpint (ask->error, ==, EREMOTEIO);
  assert_text (ask, "-ERR no");
}

/* The one who is asked hears of it, the child's function runs, and the parent is answered, all
 * before cancelling returns; what comes later is wanted by nobody. */
static void
test_child_cancelled (void)
{
  g_autoptr (Ask) ask = ask_new (0), deaf = ask_new (0);
  guint hooks = 0, judged = 0;
  g_autoptr (Request) child = request_ref (request_new_child (ask->request, pass, &judged));

  request_on_cancel (child, count_only, &hooks);
  request_cancel (ask->request);
  g_assert_cmpuint (hooks, ==, 1);
  g_assert_cmpuint (judged, ==, 1);
  g_assert_cmpint (ask->error, ==, EINTR);
  g_assert_true (request_answered (child));
  g_assert_cmpint (request_interest (child), ==, REQUEST_DETACHED);
  /* A judge who says nothing doesn't keep the parent waiting. */
  request_new_child (deaf->request, count_only, &judged);
  request_cancel (deaf->request);
  g_assert_cmpint (deaf->error, ==, EINTR);
}

/* The child alone: its parent goes on, and may ask again. */
static void
ask_again (Request *child, gpointer data)
{
  Request **again = data;

  *again = request_new_child (request_parent (child), pass, NULL);
}

static void
test_child_alone_cancelled (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  Request *again = NULL;

  request_cancel (request_new_child (ask->request, ask_again, &again));
  g_assert_cmpuint (ask->answers, ==, 0);
  request_set_interest (ask->request, REQUEST_DETACHED);
  g_assert_cmpint (request_interest (again), ==, REQUEST_DETACHED);
  request_done (again, 9);
  g_assert_cmpuint (ask->count, ==, 9);
}

static void
test_interest (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  guint changes = 0;
  Request *child;

  request_set_interest (ask->request, REQUEST_DETACHED);
  child = request_new_child (ask->request, pass, NULL);
  g_assert_cmpint (request_interest (child), ==, REQUEST_DETACHED);
  request_on_interest (child, count_only, &changes);
  request_set_interest (ask->request, REQUEST_WATCHED);
  request_set_interest (ask->request, REQUEST_WATCHED);
  g_assert_cmpuint (changes, ==, 1);
  request_set_interest (ask->request, REQUEST_GONE);
  g_assert_cmpint (request_interest (child), ==, REQUEST_GONE);
  request_set_interest (ask->request, REQUEST_WATCHED);
  g_assert_cmpint (request_interest (child), ==, REQUEST_GONE);
  g_assert_cmpuint (changes, ==, 2);
  request_done (child, 0);
  g_assert_cmpint (request_interest (ask->request), ==, REQUEST_GONE);
}

static void
let_go_and_pass (Request *child, gpointer data)
{
  g_assert_true (request_answered (request_parent (child)));
  request_pass (child);
  ++*(guint *)data;
}

/* Somebody else answered the parent, and its asker let go of it: the child keeps it that long. */
static void
test_parent_first (void)
{
  const Caller caller = { 0 };
  int error = 0;
  guint judged = 0;
  Request *parent = request_new (drop_reference, &error, &caller);
  Request *child = request_new_child (parent, let_go_and_pass, &judged);

  request_fail (parent, ECANCELED);
  g_assert_cmpint (error, ==, ECANCELED);
  request_done (child, 1);
  g_assert_cmpuint (judged, ==, 1);
  g_assert_cmpint (error, ==, ECANCELED);
}

static void
test_grandchild (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  guint judged = 0;
  Request *child = request_new_child (ask->request, pass, &judged);
  g_autoptr (Request) grandchild = request_ref (request_new_child (child, pass, &judged));

  request_set_interest (ask->request, REQUEST_GONE);
  g_assert_cmpint (request_interest (grandchild), ==, REQUEST_GONE);
  request_cancel (ask->request);
  g_assert_cmpuint (judged, ==, 2);
  g_assert_cmpint (ask->error, ==, EINTR);
}

static void
test_sent (void)
{
  g_autoptr (Ask) ask = ask_new (0);
  g_autoptr (GBytes) bytes = g_bytes_new ("api x\n\n", 7);

  g_assert_null (request_sent (ask->request));
  request_set_sent (ask->request, bytes);
  request_set_sent (ask->request, bytes);
  g_assert_true (request_sent (ask->request) == bytes);
  request_done (ask->request, 0);
  g_assert_true (request_sent (ask->request) == bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request/done", test_done);
  g_test_add_func ("/request/data", test_data);
  g_test_add_func ("/request/lent-pieces", test_lent_pieces);
  g_test_add_func ("/request/refusal", test_refusal);
  g_test_add_func ("/request/second-answer", test_second_answer);
  g_test_add_func ("/request/cancel", test_cancel);
  g_test_add_func ("/request/cancel-too-late", test_cancel_too_late);
  g_test_add_func ("/request/cancel-within-cancel", test_cancel_within_cancel);
  g_test_add_func ("/request/asker-lets-go", test_asker_lets_go);
  g_test_add_func ("/request/nobody-listens", test_nobody_listens);
  g_test_add_func ("/request/child-passes", test_child_passes);
  g_test_add_func ("/request/child-judges", test_child_judges);
  g_test_add_func ("/request/child-cancelled", test_child_cancelled);
  g_test_add_func ("/request/child-alone-cancelled", test_child_alone_cancelled);
  g_test_add_func ("/request/interest", test_interest);
  g_test_add_func ("/request/parent-first", test_parent_first);
  g_test_add_func ("/request/grandchild", test_grandchild);
  g_test_add_func ("/request/sent", test_sent);
  return g_test_run ();
}
