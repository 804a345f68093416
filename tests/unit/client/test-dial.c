/* SPDX-License-Identifier: MIT */
/* test-dial.c - attempts again and again, with waits that grow; one at a time. */
#include "sw-dial.h"

typedef struct
{
  SwDial dial;
  guint n;
  guint until; /* so many attempts fail */
} Caller;

static void
attempt (gpointer data)
{
  Caller *caller = data;

  if (++caller->n < caller->until)
    sw_dial_later (&caller->dial);
}

static void
test_again (void)
{
  Caller caller = { .until = 5 };

  sw_dial_init (&caller.dial, 1, 4, attempt, &caller);
  sw_dial_now (&caller.dial);
  g_assert_cmpuint (caller.n, ==, 1);
  while (caller.n < 5)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (caller.dial.attempts, ==, 5);
  g_assert_cmpuint (caller.dial.timer, ==, 0);
  sw_dial_succeeded (&caller.dial);
  g_assert_cmpuint (caller.dial.attempts, ==, 0);
}

static void
test_waits (void)
{
  static const guint waits[] = { 100, 200, 400, 500, 500 };
  Caller caller = { .until = 1 };

  sw_dial_init (&caller.dial, 100, 500, attempt, &caller);
  for (guint i = 0; i < G_N_ELEMENTS (waits); i++)
    {
      sw_dial_later (&caller.dial);
      g_assert_cmpuint (caller.dial.delay, ==, waits[i]);
    }
  sw_dial_succeeded (&caller.dial);
  sw_dial_later (&caller.dial);
  g_assert_cmpuint (caller.dial.delay, ==, 500);
  sw_dial_lasted (&caller.dial);
  sw_dial_later (&caller.dial);
  g_assert_cmpuint (caller.dial.delay, ==, 100);
  sw_dial_stop (&caller.dial);
  g_assert_cmpuint (caller.dial.timer, ==, 0);
}

/* An attempt that is made at once takes the place of the one that was due. */
static void
test_one_at_a_time (void)
{
  Caller caller = { .until = 1 };

  sw_dial_init (&caller.dial, 1, 1, attempt, &caller);
  sw_dial_later (&caller.dial);
  sw_dial_now (&caller.dial);
  g_assert_cmpuint (caller.dial.timer, ==, 0);
  g_assert_cmpuint (caller.n, ==, 1);
}

static void
test_jitter (void)
{
  guint least = G_MAXUINT, most = 0;

  for (guint i = 0; i < 1000; i++)
    {
      guint wait = sw_dial_with_jitter (400);

      least = MIN (least, wait);
      most = MAX (most, wait);
    }
  g_assert_cmpuint (least, >=, 300);
  g_assert_cmpuint (most, <=, 500);
  g_assert_cmpuint (least, <, most);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dial/again", test_again);
  g_test_add_func ("/dial/waits", test_waits);
  g_test_add_func ("/dial/one-at-a-time", test_one_at_a_time);
  g_test_add_func ("/dial/jitter", test_jitter);
  return g_test_run ();
}
