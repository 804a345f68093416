/* SPDX-License-Identifier: MIT */
/* test-event.c - what an event holds, apart from its texts. */
#include "esl-event-private.h"

static void
assert_header (const EslEvent *event, guint index, const char *name, const char *value,
               EslHeaderKind kind)
{
  EslHeader header;

  esl_event_header (event, index, &header);
  g_assert_cmpstr (header.name, ==, name);
  g_assert_cmpstr (header.value, ==, value);
  g_assert_cmpuint (header.name_len, ==, strlen (name));
  g_assert_cmpuint (header.value_len, ==, strlen (value));
  g_assert_cmpint (header.kind, ==, kind);
}

static void
test_order_and_names (void)
{
  g_autoptr (EslEvent) event = esl_event_new ();

  esl_event_add (event, "Event-Name", "FAKE");
  esl_event_add (event, "Dup", "1");
  esl_event_add (event, "dup", "2");
  esl_event_add (event, "Event-Name", "CUSTOM");
  g_assert_cmpuint (esl_event_n_headers (event), ==, 4);
  assert_header (event, 1, "Dup", "1", ESL_HEADER_SINGLE);
  assert_header (event, 2, "dup", "2", ESL_HEADER_SINGLE);
  g_assert_cmpstr (esl_event_get (event, "DUP"), ==, "1");
  g_assert_cmpstr (esl_event_get_last (event, "DUP"), ==, "2");
  g_assert_cmpstr (esl_event_name (event), ==, "CUSTOM");
  g_assert_null (esl_event_get (event, "Du"));
  g_assert_null (esl_event_get (event, "Dup2"));
}

static void
test_length_ends_at_nul (void)
{
  g_autoptr (EslEvent) event = esl_event_new ();

  esl_event_add_len (event, "Name-Rest", 4, "value", 3);
  esl_event_add_len (event, "A", -1, "b\0c", 3);
  assert_header (event, 0, "Name", "val", ESL_HEADER_SINGLE);
  assert_header (event, 1, "A", "b", ESL_HEADER_SINGLE);
}

static void
test_remove (void)
{
  static const char *const cells[] = { "a", "", "c" };
  g_autoptr (EslEvent) event = esl_event_new ();

  esl_event_add (event, "First", "1");
  esl_event_add_array (event, "Array", cells, 3);
  esl_event_add (event, "Last", "2");
  assert_header (event, 1, "Array", "a", ESL_HEADER_ARRAY);
  assert_header (event, 2, "Array", "", ESL_HEADER_CELL);
  assert_header (event, 3, "Array", "c", ESL_HEADER_CELL);

  g_assert_cmpuint (esl_event_remove (event, "FIRST"), ==, 1);
  g_assert_cmpuint (esl_event_remove (event, "FIRST"), ==, 0);
  assert_header (event, 0, "Array", "a", ESL_HEADER_ARRAY);
  g_assert_cmpuint (esl_event_remove (event, "array"), ==, 3);
  assert_header (event, 0, "Last", "2", ESL_HEADER_SINGLE);
}

/* Strings of the event itself may be given back to it while its storage grows. */
static void
test_own_strings (void)
{
  g_autoptr (EslEvent) event = esl_event_new ();

  esl_event_add (event, "Name", "a value that is long enough to make the storage grow");
  for (guint i = 0; i < 200; i++)
    {
      EslHeader last;

      esl_event_header (event, i, &last);
      esl_event_add_len (event, last.name, (gssize)last.name_len, last.value,
                         (gssize)last.value_len);
    }
  assert_header (event, 200, "Name", "a value that is long enough to make the storage grow",
                 ESL_HEADER_SINGLE);
}

static void
test_body (void)
{
  g_autoptr (EslEvent) event = esl_event_new ();
  gsize len = 9;

  g_assert_null (esl_event_body (event, &len));
  g_assert_cmpuint (len, ==, 0);
  esl_event_set_body (event, "a\0b", 3);
  g_assert_cmpmem (esl_event_body (event, &len), len, "a\0b", 3);
  esl_event_set_body (event, "", 0);
  g_assert_nonnull (esl_event_body (event, &len));
  g_assert_cmpuint (len, ==, 0);
  esl_event_set_body (event, NULL, 0);
  g_assert_null (esl_event_body (event, NULL));
}

static void
test_copy_is_its_own (void)
{
  g_autoptr (EslEvent) event = esl_event_new ();
  g_autoptr (EslEvent) copy = NULL;
  g_autoptr (EslEvent) empty = NULL;
  gsize len;

  empty = esl_event_copy (event);
  g_assert_cmpuint (esl_event_n_headers (empty), ==, 0);
  esl_event_add (event, "A", "1");
  esl_event_set_body (event, "body", 4);
  copy = esl_event_copy (event);
  esl_event_clear (event);
  g_assert_cmpuint (esl_event_n_headers (event), ==, 0);
  g_assert_null (esl_event_body (event, NULL));
  esl_event_add (event, "B", "2");
  assert_header (copy, 0, "A", "1", ESL_HEADER_SINGLE);
  g_assert_cmpmem (esl_event_body (copy, &len), len, "body", 4);
  esl_event_add (copy, "C", "3");
  assert_header (copy, 1, "C", "3", ESL_HEADER_SINGLE);
}

static void
test_whole_values (void)
{
  static const char *const three[] = { "a", "", "c" }, *const one[] = { "single" };
  g_autoptr (EslEvent) event = esl_event_new ();
  g_autoptr (GString) scratch = g_string_new (NULL);
  guint index = 1;

  esl_event_add (event, "Plain", "x");
  esl_event_add_array (event, "List", three, 3);
  esl_event_add_array (event, "One", one, 1);
  esl_event_add_array (event, "Last", three, 2);
  g_assert_cmpstr (esl_event_get_whole (event, "plain", scratch), ==, "x");
  g_assert_cmpstr (esl_event_get_whole (event, "LIST", scratch), ==, "ARRAY::a|:|:c");
  g_assert_cmpstr (esl_event_get_whole (event, "One", scratch), ==, "single");
  g_assert_cmpstr (esl_event_get_whole (event, "Last", scratch), ==, "ARRAY::a|:");
  g_assert_null (esl_event_get_whole (event, "None", scratch));
  g_assert_cmpstr (esl_event_whole (event, &index, scratch), ==, "ARRAY::a|:|:c");
  g_assert_cmpuint (index, ==, 3);
}

static void
test_move_first (void)
{
  g_autoptr (EslEvent) event = esl_event_new ();

  esl_event_add (event, "A", "1");
  esl_event_move_first (event, "None");
  esl_event_add (event, "B", "2");
  esl_event_add (event, "C", "3");
  esl_event_add (event, "b", "4");
  esl_event_move_first (event, "B");
  g_assert_cmpuint (esl_event_n_headers (event), ==, 3);
  assert_header (event, 0, "B", "2", ESL_HEADER_SINGLE);
  assert_header (event, 1, "A", "1", ESL_HEADER_SINGLE);
  assert_header (event, 2, "C", "3", ESL_HEADER_SINGLE);
}

/* A warm event keeps its storage; an exceptional one's goes back. */
static void
test_storage_is_reused (void)
{
  static const char text[] =
      "{\"A\":\"1\",\"B\":[\"2\",\"3\"],\"Content-Length\":\"1\",\"_body\":\"b\"}";
  g_autoptr (EslEvent) event = esl_event_new ();
  g_autofree char *large = g_malloc (4 << 20);
  struct _EslEvent warm;

  g_assert_true (esl_event_parse (event, ESL_FORMAT_JSON, text, strlen (text), NULL));
  warm = *event;
  for (guint i = 0; i < 100; i++)
    g_assert_true (esl_event_parse (event, ESL_FORMAT_JSON, text, strlen (text), NULL));
  g_assert_true (warm.arena.bytes == event->arena.bytes && warm.arena.size == event->arena.size);
  g_assert_true (warm.body.bytes == event->body.bytes && warm.body.size == event->body.size);
  g_assert_true (warm.entries == event->entries && warm.entries_size == event->entries_size);

  esl_event_set_body (event, large, 4 << 20);
  esl_event_clear (event);
  g_assert_cmpuint (event->body.size, ==, 0);
  g_assert_cmpuint (event->arena.size, ==, warm.arena.size);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esl/event/order-and-names", test_order_and_names);
  g_test_add_func ("/esl/event/length-ends-at-nul", test_length_ends_at_nul);
  g_test_add_func ("/esl/event/remove", test_remove);
  g_test_add_func ("/esl/event/own-strings", test_own_strings);
  g_test_add_func ("/esl/event/body", test_body);
  g_test_add_func ("/esl/event/copy-is-its-own", test_copy_is_its_own);
  g_test_add_func ("/esl/event/whole-values", test_whole_values);
  g_test_add_func ("/esl/event/move-first", test_move_first);
  g_test_add_func ("/esl/event/storage-is-reused", test_storage_is_reused);
  return g_test_run ();
}
