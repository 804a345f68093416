/* SPDX-License-Identifier: MIT */
/* test-record.c - eslfs's own records, the numbers of events, the echoes of reads. */
#include "recorded.h"
#include "sw-echo.h"
#include "sw-record.h"

static void
test_record (void)
{
  g_autoptr (EslEvent) record = sw_record_new ("eslfs::gap", "core-1", 1795413861664247);

  sw_record_add_number (record, "Gap-Missing-At-Most", 12);
  g_assert_cmpstr (esl_event_name (record), ==, "CUSTOM");
  g_assert_cmpstr (esl_event_get (record, "Event-Subclass"), ==, "eslfs::gap");
  g_assert_cmpstr (esl_event_get (record, "Core-UUID"), ==, "core-1");
  g_assert_cmpstr (esl_event_get (record, "Event-Date-GMT"), ==, "Mon, 23 Nov 2026 06:04:21 GMT");
  g_assert_cmpstr (esl_event_get (record, "Event-Date-Timestamp"), ==, "1795413861664247");
  g_assert_cmpstr (esl_event_get (record, "Gap-Missing-At-Most"), ==, "12");
}

static void
test_sequence (void)
{
  SwSequence sequence = { 0 };

  sw_sequence_note (&sequence, 0);
  g_assert_cmpuint (sequence.highest, ==, 0);
  sw_sequence_note (&sequence, 100);
  g_assert_cmpuint (sw_sequence_missing (&sequence, 101), ==, 0);
  g_assert_cmpuint (sw_sequence_missing (&sequence, 111), ==, 10);
  sw_sequence_note (&sequence, 103); /* 101 and 102 are still to come */
  g_assert_cmpuint (sw_sequence_missing (&sequence, 104), ==, 2);
  sw_sequence_note (&sequence, 101);
  g_assert_cmpuint (sw_sequence_missing (&sequence, 104), ==, 1);
  sw_sequence_note (&sequence, 101);
  g_assert_cmpuint (sw_sequence_missing (&sequence, 90), ==, 1);
  sw_sequence_note (&sequence, 102);
  g_assert_cmpuint (sw_sequence_missing (&sequence, 104), ==, 0);
  sw_sequence_note (&sequence, 1000);
  g_assert_cmpuint (sw_sequence_missing (&sequence, 1001), ==, 63);
}

static void
test_echo (void)
{
  SwEcho *echo = sw_echo_new ();
  g_autoptr (EslEvent) dump =
      event_of ("API", "API-Command", "uuid_dump", "API-Command-Argument", "U json", NULL);
  g_autoptr (EslEvent) version = event_of ("API", "API-Command", "version", NULL);

  g_assert_false (sw_echo_take (echo, dump, 0));
  sw_echo_expect (echo, "uuid_dump U json", 0);
  sw_echo_expect (echo, "uuid_dump U json ", 0);
  sw_echo_expect (echo, "version", 0);
  g_assert_true (sw_echo_take (echo, dump, 1));
  g_assert_true (sw_echo_take (echo, dump, 1));
  g_assert_false (sw_echo_take (echo, dump, 1));
  g_assert_false (sw_echo_take (echo, version, 60 * G_USEC_PER_SEC)); /* too late to be ours */
  sw_echo_expect (echo, "version", 0);
  sw_echo_clear (echo);
  g_assert_false (sw_echo_take (echo, version, 0));
  sw_echo_free (echo);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/record", test_record);
  g_test_add_func ("/record/sequence", test_sequence);
  g_test_add_func ("/record/echo", test_echo);
  return g_test_run ();
}
