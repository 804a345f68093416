/* SPDX-License-Identifier: MIT */
/* test-channel.c - columns, digits and watches of one channel. */
#include "sw-channel-private.h"

#include <string.h>

/* A moment whose date is in the milliseconds and whose clock is elsewhere. */
static SwNow
at (gint64 date)
{
  return (SwNow){ .clock = 1000000 + date, .date = date };
}

static void
test_columns (void)
{
  g_autoptr (SwChannel) channel = sw_channel_new ("u-1", at (1000));

  g_assert_cmpstr (sw_channel_uuid (channel), ==, "u-1");
  g_assert_false (sw_channel_alive (channel));
  g_assert_cmpstr (sw_channel_column (channel, SW_COLUMN_STATE), ==, "");
  g_assert_cmpuint (sw_channel_column_changes (channel, SW_COLUMN_STATE), ==, 0);
  g_assert_true (sw_channel_set (channel, SW_COLUMN_STATE, "CS_INIT"));
  g_assert_false (sw_channel_set (channel, SW_COLUMN_STATE, "CS_INIT"));
  g_assert_true (sw_channel_set (channel, SW_COLUMN_STATE, NULL));
  g_assert_false (sw_channel_set (channel, SW_COLUMN_STATE, ""));
  g_assert_cmpuint (sw_channel_column_changes (channel, SW_COLUMN_STATE), ==, 2);
  g_assert_cmpstr (sw_channel_column (channel, SW_COLUMN_STATE), ==, "");
  g_assert_cmpstr (sw_column_name (SW_COLUMN_UUID), ==, "uuid");
  g_assert_cmpstr (sw_column_name (SW_COLUMN_INITIAL_CONTEXT), ==, "initial_context");
  g_assert_cmpuint (SW_N_COLUMNS, ==, 38);
}

/* Equal values are one string, whichever channel and column they stand in. */
static void
test_shared (void)
{
  g_autoptr (SwChannel) a = sw_channel_new ("u-1", at (0));
  g_autoptr (SwChannel) b = sw_channel_new ("u-2", at (0));

  sw_channel_set (a, SW_COLUMN_CONTEXT, "default");
  sw_channel_set (b, SW_COLUMN_INITIAL_CONTEXT, "default");
  g_assert_true (sw_channel_column (a, SW_COLUMN_CONTEXT)
                 == sw_channel_column (b, SW_COLUMN_INITIAL_CONTEXT));
}

static void
test_dtmf (void)
{
  g_autoptr (SwChannel) channel = sw_channel_new ("u-1", at (0));
  guint lines = 0;

  g_assert_cmpstr (sw_channel_dtmf (channel), ==, "");
  sw_channel_add_dtmf (channel, "#", "2000");
  sw_channel_add_dtmf (channel, "1\n2", "x\ny");
  sw_channel_add_dtmf (channel, "\n", "1");
  g_assert_cmpstr (sw_channel_dtmf (channel), ==, "# 2000\n1 0\n");
  for (guint i = 0; i < SW_CHANNEL_MAX_DTMF + 10; i++)
    sw_channel_add_dtmf (channel, "5", "160");
  for (const char *p = sw_channel_dtmf (channel); *p != '\0'; p++)
    lines += *p == '\n';
  g_assert_cmpuint (lines, ==, SW_CHANNEL_MAX_DTMF);
  g_assert_true (g_str_has_prefix (sw_channel_dtmf (channel), "5 160\n"));
}

static void
count_free (gpointer data)
{
  ++*(guint *)data;
}

static void
test_watch (void)
{
  SwChannel *channel = sw_channel_new ("u-1", at (0));
  guint freed = 0, other = 0;

  g_assert_null (sw_channel_watch (channel));
  sw_channel_set_watch (channel, &freed, count_free);
  g_assert_true (sw_channel_watch (channel) == &freed);
  sw_channel_set_watch (channel, &other, count_free);
  g_assert_cmpuint (freed, ==, 1);
  sw_channel_ref (channel);
  sw_channel_unref (channel);
  g_assert_cmpuint (other, ==, 0);
  sw_channel_unref (channel);
  g_assert_cmpuint (other, ==, 1);
}

static void
test_times (void)
{
  g_autoptr (SwChannel) channel = sw_channel_new ("u-1", at (1000));

  g_assert_cmpint (sw_channel_created (channel), ==, 1000);
  sw_channel_set_created (channel, 500, at (1000));
  g_assert_cmpint (sw_channel_last_event (channel), ==, 500);
  sw_channel_touch (channel, at (2000));
  sw_channel_set_created (channel, 600, at (1000));
  g_assert_cmpint (sw_channel_created (channel), ==, 600);
  g_assert_cmpint (sw_channel_last_event (channel), ==, 2000);
  g_assert_cmpint (sw_channel_touched (channel), ==, 1002000);
  g_assert_cmpint (sw_channel_born (channel), ==, 1000600);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/channel/columns", test_columns);
  g_test_add_func ("/channel/shared", test_shared);
  g_test_add_func ("/channel/dtmf", test_dtmf);
  g_test_add_func ("/channel/watch", test_watch);
  g_test_add_func ("/channel/times", test_times);
  return g_test_run ();
}
