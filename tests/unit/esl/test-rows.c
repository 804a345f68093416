/* SPDX-License-Identifier: MIT */
/* test-rows.c - the answers of `show ... as json`. */
#include "esl-event.h"

#include <string.h>

static void
note_row (const EslEvent *row, gpointer data)
{
  const char *name = esl_event_get (row, "name");

  g_string_append_printf (data, "[%s]", name != NULL ? name : "-");
}

static void
assert_rows (const char *json, const char *expected)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (esl_event_parse_rows (json, strlen (json), note_row, seen, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (seen->str, ==, expected);
}

static void
test_rows (void)
{
  assert_rows ("{\"row_count\": 0}\n", "");
  assert_rows ("{\"row_count\":3,\"rows\":[]}\n", "");
  assert_rows ("{\"row_count\":1,\"rows\":[{\"name\":\"a\"}]}", "[a]");
  assert_rows ("{\"row_count\":2,\"rows\":[{\"x\":\"}\",\"name\":\"a\"},{\"name\":\"b]\"}]}\n",
               "[a][b]]");
  assert_rows (" { \"row_count\" : 2 , \"rows\" : [ {\"name\":\"q\\\"}\"} , {} ] } ", "[q\"}][-]");
}

/* Nothing is told of a list that breaks off, not even the rows before. */
static void
assert_refused (const char *json)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = g_memdup2 (json, strlen (json)); /* no NUL behind: for the sanitizer */

  g_assert_false (esl_event_parse_rows (copy, strlen (json), note_row, seen, &error));
  g_assert_error (error, ESL_EVENT_ERROR, ESL_EVENT_ERROR_SYNTAX);
  g_assert_cmpstr (seen->str, ==, "");
}

static void
test_refused (void)
{
  static const char whole[] = "{\"row_count\":2,\"rows\":[{\"name\":\"a\"},{\"name\":\"b\\\"\"}]}";

  for (gsize len = 1; len < strlen (whole); len++)
    {
      g_autofree char *cut = g_strndup (whole, len);

      assert_refused (cut);
    }
  assert_refused ("-ERR permission denied");
  assert_refused ("-USAGE: show ...\n");
  assert_refused ("{\"row_count\":1,\"rows\":[{\"name\" \"a\"}]}");
  assert_refused ("{\"row_count\":1,\"rows\":[7]}");
  assert_refused ("<html>");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esl/rows/rows", test_rows);
  g_test_add_func ("/esl/rows/refused", test_refused);
  return g_test_run ();
}
