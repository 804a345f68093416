/* SPDX-License-Identifier: MIT */
/* test-history.c - the last channels that ended: in their order, bounded, once each. */
#include "sw-channel-private.h"
#include "sw-history.h"

static SwNow
at (gint64 clock)
{
  return (SwNow){ .clock = clock, .date = 5 };
}

static void
end_channel (SwHistory *history, const char *uuid, const char *cause, gint64 clock)
{
  g_autoptr (SwChannel) channel = sw_channel_new (uuid, at (0));
  EslEvent *last = cause != NULL ? esl_event_new () : NULL;

  if (cause != NULL)
    esl_event_add (last, "Hangup-Cause", cause);
  sw_history_add (history, channel, last, at (clock));
}

static const SwEnded *
ended (const SwHistory *history, const char *uuid)
{
  return registry_find (sw_history_registry (history), uuid);
}

static void
test_kept (void)
{
  g_autoptr (SwHistory) history = sw_history_new ();
  const SwEnded *first;

  end_channel (history, "a", "NORMAL_CLEARING", 10);
  end_channel (history, "b", NULL, 20);
  first = registry_next (sw_history_registry (history), 0);
  g_assert_true (first == ended (history, "a"));
  g_assert_cmpstr (sw_channel_uuid (first->channel), ==, "a");
  g_assert_cmpstr (esl_event_get (first->last, "Hangup-Cause"), ==, "NORMAL_CLEARING");
  g_assert_cmpint (first->end.clock, ==, 10);
  g_assert_cmpint (first->end.date, ==, 5);
  g_assert_null (ended (history, "b")->last);
}

/* A uuid that is used again: the newest stands for it, and last. */
static void
test_again (void)
{
  g_autoptr (SwHistory) history = sw_history_new ();
  SwEnded *before;

  end_channel (history, "a", "USER_BUSY", 10);
  end_channel (history, "b", NULL, 20);
  before = registry_item_ref (registry_find (sw_history_registry (history), "a"));
  end_channel (history, "a", "NO_ANSWER", 30);
  g_assert_false (registry_item_is_alive (before));
  g_assert_cmpstr (esl_event_get (before->last, "Hangup-Cause"), ==, "USER_BUSY");
  registry_item_unref (before);
  g_assert_cmpuint (registry_size (sw_history_registry (history)), ==, 2);
  g_assert_true (registry_next (sw_history_registry (history), 0) == ended (history, "b"));
  g_assert_cmpstr (esl_event_get (ended (history, "a")->last, "Hangup-Cause"), ==, "NO_ANSWER");
}

static void
test_bounded (void)
{
  g_autoptr (SwHistory) history = sw_history_new ();

  for (guint i = 0; i < SW_HISTORY_MAX + 10; i++)
    {
      g_autofree char *uuid = g_strdup_printf ("%u", i);

      end_channel (history, uuid, NULL, i);
    }
  g_assert_cmpuint (registry_size (sw_history_registry (history)), ==, SW_HISTORY_MAX);
  g_assert_null (ended (history, "9"));
  g_assert_nonnull (ended (history, "10"));
  sw_history_expire (history, at (SW_HISTORY_AGE + 100));
  g_assert_null (ended (history, "99"));
  g_assert_nonnull (ended (history, "100"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/kept", test_kept);
  g_test_add_func ("/history/again", test_again);
  g_test_add_func ("/history/bounded", test_bounded);
  return g_test_run ();
}
