/* SPDX-License-Identifier: MIT */
/* test-subscription.c - which events pass, what a reader may pile up, and judging in pieces. */
#include "tree-subscription.h"

#include <errno.h>
#include <string.h>

#define FOR_EVER G_MAXINT64
#define BAD "/^(([a-z0-9 :-]+)+)+[!?]$/"
#define DATE "2026-07-31 10:25:19"

typedef struct
{
  Subscription *subscription;
  guint64 number;
} Reader;

static Reader
reader_new (void)
{
  return (Reader){ .subscription = subscription_new () };
}

static void
says (Reader *reader, const char *line, int error)
{
  g_assert_cmpint (subscription_command (reader->subscription, line), ==, error);
  if (error == 0)
    g_assert_null (subscription_why (reader->subscription));
}

/* `headers`: names and values in turn. */
static EslEvent *
event_of (const char *const *headers)
{
  EslEvent *event = esl_event_new ();

  for (; *headers != NULL; headers += 2)
    esl_event_add (event, headers[0], headers[1]);
  return event;
}

#define EVENT(...) event_of ((const char *const[]){ __VA_ARGS__, NULL })

/* Takes the event. */
static gboolean
passes (Reader *reader, EslEvent *event)
{
  EslFilterVerdict verdict =
      subscription_judge (reader->subscription, event, ++reader->number, FOR_EVER);

  g_assert_cmpint (verdict, !=, ESL_FILTER_LATER);
  esl_event_free (event);
  return verdict == ESL_FILTER_PASSES;
}

/* ---- what an event is ---- */

/* What the core adds stands behind what a user gave. */
static void
test_last_header_counts (void)
{
  Reader reader = reader_new ();

  says (&reader, "event plain CHANNEL_CREATE CUSTOM real::one", 0);
  g_assert_true (passes (&reader, EVENT ("Event-Name", "DTMF", "Event-Name", "CHANNEL_CREATE")));
  g_assert_false (passes (&reader, EVENT ("Event-Name", "CHANNEL_CREATE", "Event-Name", "DTMF")));
  g_assert_true (passes (&reader, EVENT ("Event-Subclass", "a::b", "Event-Subclass", "real::one",
                                         "Event-Name", "CUSTOM")));
  g_assert_false (passes (&reader, EVENT ("Event-Subclass", "real::one", "Event-Subclass", "a::b",
                                          "Event-Name", "CUSTOM")));
  says (&reader, "noevents", 0);
  says (&reader, "myevents one", 0);
  g_assert_true (passes (&reader, EVENT ("Unique-ID", "two", "Unique-ID", "one")));
  g_assert_false (passes (&reader, EVENT ("Unique-ID", "one", "Unique-ID", "two")));
  subscription_free (reader.subscription);
}

/* A filter looks at the first, as the switch's does. */
static void
test_filters_look_at_the_first (void)
{
  Reader reader = reader_new ();

  says (&reader, "filter Number 1", 0);
  g_assert_true (passes (&reader, EVENT ("Number", "1", "Number", "2")));
  g_assert_false (passes (&reader, EVENT ("Number", "2", "Number", "1")));
  subscription_free (reader.subscription);
}

/* The switch numbers what it sends; records of eslfs have no number. */
static void
test_records_are_not_forged (void)
{
  Reader reader = reader_new ();

  says (&reader, "event plain DTMF", 0);
  says (&reader, "filter Number 1", 0);
  g_assert_true (passes (&reader, EVENT ("Event-Name", "CUSTOM", "Event-Subclass", "eslfs::gap")));
  g_assert_false (passes (&reader, EVENT ("Event-Subclass", "eslfs::gap", "Event-Name", "CUSTOM",
                                          "Event-Sequence", "17")));
  says (&reader, "noevents", 0);
  says (&reader, "myevents one", 0);
  for (int forged = 0; forged < 2; forged++)
    {
      g_autoptr (EslEvent) lost =
          EVENT ("Event-Name", "CUSTOM", "Event-Subclass", "eslfs::lost", "Unique-ID", "one");

      if (forged)
        esl_event_add (lost, "Event-Sequence", "17");
      g_assert_cmpint (subscription_ends_with (reader.subscription, lost), ==, !forged);
    }
  subscription_free (reader.subscription);
}

/* ---- bounds ---- */

static void
test_filters_are_bounded (void)
{
  Reader reader = reader_new ();
  g_autofree char *longest = g_strnfill (FILTER_BYTES_MAX, 'x');
  g_autofree char *long_value = g_strdup_printf ("filter H %s", longest);
  g_autofree char *too_long_value = g_strdup_printf ("filter H %sx", longest);
  g_autofree char *too_long_header = g_strdup_printf ("filter %sx V", longest);
  guint n = 0;

  says (&reader, too_long_value, E2BIG);
  g_assert_nonnull (strstr (subscription_why (reader.subscription), "-ERR "));
  says (&reader, too_long_header, E2BIG);
  for (guint i = 0; i < FILTERS_MAX; i++)
    says (&reader, "filter H V", 0);
  says (&reader, "filter H V", E2BIG);
  says (&reader, "filter delete H", 0);
  while (n < FILTERS_MAX && subscription_command (reader.subscription, long_value) == 0)
    n++;
  g_assert_cmpuint (n, <, FILTERS_BYTES_MAX / FILTER_BYTES_MAX);
  g_assert_cmpuint (n, >, 0);
  subscription_free (reader.subscription);
}

/* Short to write, long when compiled. */
static void
test_compiled_filters_are_bounded (void)
{
  Reader reader = reader_new ();
  guint n = 0;

  while (n < FILTERS_MAX
         && subscription_command (reader.subscription, "filter H /(((a{1000}){900}))/") == 0)
    n++;
  g_assert_cmpuint (n, <, 10);
  says (&reader, "filter H /[/", EINVAL);
  g_assert_nonnull (subscription_why (reader.subscription));
  subscription_free (reader.subscription);
}

/* The line that would go beyond a bound is refused whole. */
static void
test_subclasses_are_bounded (void)
{
  Reader reader = reader_new ();
  g_autoptr (GString) line = g_string_new ("event plain CUSTOM");
  g_autofree char *longest = g_strnfill (SUBSCRIPTION_LINE_BYTES, 'x');

  for (guint i = 1; i <= SUBSCRIPTION_SUBCLASSES_MAX; i++)
    g_string_append_printf (line, " s::%u", i);
  says (&reader, line->str, 0);
  says (&reader, "event plain CUSTOM a::1", E2BIG);
  g_assert_nonnull (subscription_why (reader.subscription));
  g_assert_false (passes (&reader, EVENT ("Event-Name", "CUSTOM", "Event-Subclass", "a::1")));
  g_assert_true (passes (&reader, EVENT ("Event-Name", "CUSTOM", "Event-Subclass", "s::999")));
  says (&reader, "nixevent CUSTOM s::1 x::1 x::2", E2BIG);
  g_assert_true (passes (&reader, EVENT ("Event-Name", "CUSTOM", "Event-Subclass", "s::1")));
  says (&reader, longest, EINVAL);
  g_string_assign (line, longest);
  g_string_append_c (line, 'x');
  says (&reader, line->str, E2BIG);
  subscription_free (reader.subscription);
}

/* What is counted for the open: the user's words, while they are there. */
static void
test_size (void)
{
  Reader reader = reader_new ();
  gsize with_filter;

  g_assert_cmpuint (subscription_size (reader.subscription), ==, 0);
  says (&reader, "filter Number /^1[0-9]*$/", 0);
  with_filter = subscription_size (reader.subscription);
  g_assert_cmpuint (with_filter, >, strlen ("Number/^1[0-9]*$/"));
  says (&reader, "event plain CUSTOM a::1", 0);
  g_assert_cmpuint (subscription_size (reader.subscription), ==, with_filter + sizeof "a::1");
  says (&reader, "nixevent CUSTOM a::1", 0);
  g_assert_cmpuint (subscription_size (reader.subscription), ==, with_filter + sizeof "a::1");
  says (&reader, "filter delete all", 0);
  says (&reader, "noevents", 0);
  g_assert_cmpuint (subscription_size (reader.subscription), ==, 0);
  subscription_free (reader.subscription);
}

/* ---- judging ---- */

/* The bad one ends, once and for ever; the others go on. */
static void
test_bad_filter_stops (void)
{
  Reader reader = reader_new ();
  g_autoptr (EslEvent) event = EVENT ("Date", DATE, "Number", "1");
  EslFilterStop stop;

  says (&reader, "filter Date " BAD, 0);
  says (&reader, "filter Number 1", 0);
  g_assert_false (subscription_take_stop (reader.subscription, &stop));
  g_assert_cmpint (subscription_judge (reader.subscription, event, 1, FOR_EVER), ==,
                   ESL_FILTER_LATER);
  g_assert_true (subscription_take_stop (reader.subscription, &stop));
  g_assert_cmpstr (stop.header, ==, "Date");
  g_assert_cmpstr (stop.value, ==, BAD);
  g_assert_nonnull (stop.why);
  g_assert_false (subscription_take_stop (reader.subscription, &stop));
  g_assert_cmpint (subscription_judge (reader.subscription, event, 1, FOR_EVER), ==,
                   ESL_FILTER_PASSES);
  g_assert_cmpint (subscription_judge (reader.subscription, event, 2, FOR_EVER), ==,
                   ESL_FILTER_PASSES);
  g_assert_false (subscription_take_stop (reader.subscription, &stop));
  subscription_free (reader.subscription);
}

/* One filter at a time, with the same result. */
static void
test_judged_in_pieces (void)
{
  Reader reader = reader_new ();
  g_autoptr (EslEvent) event = EVENT ("Number", "7");

  for (int i = 1; i <= 4; i++)
    {
      g_autofree char *line = g_strdup_printf ("filter Number %d", 5 + i);

      says (&reader, line, 0);
    }
  for (int i = 1; i <= 3; i++)
    g_assert_cmpint (subscription_judge (reader.subscription, event, 1, 0), ==, ESL_FILTER_LATER);
  g_assert_cmpint (subscription_judge (reader.subscription, event, 1, 0), ==, ESL_FILTER_PASSES);
  /* Another record, or another list of filters, is another judgement. */
  g_assert_cmpint (subscription_judge (reader.subscription, event, 2, 0), ==, ESL_FILTER_LATER);
  g_assert_cmpint (subscription_judge (reader.subscription, event, 2, 0), ==, ESL_FILTER_LATER);
  says (&reader, "filter delete Number 7", 0);
  g_assert_cmpint (subscription_judge (reader.subscription, event, 2, FOR_EVER), ==,
                   ESL_FILTER_DROPS);
  subscription_free (reader.subscription);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree/subscription/last-header-counts", test_last_header_counts);
  g_test_add_func ("/tree/subscription/filters-look-at-the-first", test_filters_look_at_the_first);
  g_test_add_func ("/tree/subscription/records-are-not-forged", test_records_are_not_forged);
  g_test_add_func ("/tree/subscription/filters-are-bounded", test_filters_are_bounded);
  g_test_add_func ("/tree/subscription/compiled-filters-are-bounded",
                   test_compiled_filters_are_bounded);
  g_test_add_func ("/tree/subscription/subclasses-are-bounded", test_subclasses_are_bounded);
  g_test_add_func ("/tree/subscription/size", test_size);
  g_test_add_func ("/tree/subscription/bad-filter-stops", test_bad_filter_stops);
  g_test_add_func ("/tree/subscription/judged-in-pieces", test_judged_in_pieces);
  return g_test_run ();
}
