/* SPDX-License-Identifier: MIT */
/* test-gap.c - what is said of a gap, and when its bound is known. */
#include "sw-gap.h"

#define SECOND G_USEC_PER_SEC

/* Events 1 to 10 came from core-1; then the link was lost for 3 s. */
static void
lose (SwGap *gap)
{
  sw_gap_regained (gap, 0);
  for (guint64 number = 1; number <= 10; number++)
    g_assert_false (sw_gap_note (gap, "HEARTBEAT", number, FALSE));
  sw_gap_open (gap, "it was cut", "core-1", 4 * SECOND);
  sw_gap_open (gap, "it was cut again", "core-1", 5 * SECOND);
  sw_gap_regained (gap, 7 * SECOND);
}

static void
test_bound (void)
{
  SwGap gap = { 0 };
  g_autoptr (EslEvent) record = NULL;
  guint64 missing;

  lose (&gap);
  /* Numbered when its command began, perhaps before the subscription. */
  g_assert_false (sw_gap_note (&gap, "API", 12, FALSE));
  g_assert_true (sw_gap_note (&gap, "API", 15, TRUE));
  record = sw_gap_take (&gap, "core-1", 99, &missing);
  g_assert_cmpuint (missing, ==, 4);
  g_assert_cmpstr (esl_event_get (record, "Gap-Reason"), ==, "it was cut");
  g_assert_cmpstr (esl_event_get (record, "Gap-Seconds"), ==, "3.000");
  g_assert_cmpstr (esl_event_get (record, "Gap-Missing-At-Most"), ==, "4");
  g_assert_cmpstr (esl_event_get (record, "Switch-Restarted"), ==, "false");
  g_assert_null (sw_gap_take (&gap, "core-1", 99, &missing));
  g_assert_false (sw_gap_note (&gap, "HEARTBEAT", 16, FALSE));
}

/* Another core numbers its events anew. */
static void
test_restarted (void)
{
  SwGap gap = { 0 };
  g_autoptr (EslEvent) record = NULL;
  guint64 missing;

  lose (&gap);
  g_assert_true (sw_gap_note (&gap, "HEARTBEAT", 20, FALSE));
  record = sw_gap_take (&gap, "core-2", 99, &missing);
  g_assert_cmpuint (missing, ==, 0);
  g_assert_null (esl_event_get (record, "Gap-Missing-At-Most"));
  g_assert_cmpstr (esl_event_get (record, "Switch-Restarted"), ==, "true");
}

static void
test_unreadable (void)
{
  g_autoptr (EslEvent) record = sw_gap_unreadable ("no object", NULL, 99);

  g_assert_cmpstr (esl_event_get (record, "Gap-Reason"), ==,
                   "an event of the switch can't be read: no object");
  g_assert_cmpstr (esl_event_get (record, "Gap-Missing-At-Most"), ==, "1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gap/bound", test_bound);
  g_test_add_func ("/gap/restarted", test_restarted);
  g_test_add_func ("/gap/unreadable", test_unreadable);
  return g_test_run ();
}
