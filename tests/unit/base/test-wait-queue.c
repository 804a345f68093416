/* SPDX-License-Identifier: MIT */
/* Wait queues: one look for any number of wakes, whoever comes and goes meanwhile. */
#include "wait-queue.h"

static void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

typedef struct _Sleeper Sleeper;
struct _Sleeper
{
  Waiter waiter;
  guint wakes;
  void (*then) (Sleeper *sleeper);
  Sleeper *other;
  WaitQueue *queue;
};

static void
on_wake (Waiter *waiter)
{
  Sleeper *sleeper = (Sleeper *)waiter;

  sleeper->wakes++;
  if (sleeper->then != NULL)
    sleeper->then (sleeper);
}

static void
sleeper_init (Sleeper *sleeper, WaitQueue *queue)
{
  *sleeper = (Sleeper){ .queue = queue };
  waiter_init (&sleeper->waiter, on_wake);
  waiter_join (&sleeper->waiter, queue);
}

static void
test_wakes_are_one (void)
{
  g_autoptr (WaitQueue) queue = wait_queue_new ();
  Sleeper one, two;

  sleeper_init (&one, queue);
  sleeper_init (&two, queue);
  for (int i = 0; i < 100; i++)
    wait_queue_wake (queue);
  g_assert_cmpuint (one.wakes, ==, 0);
  turn ();
  g_assert_cmpuint (one.wakes, ==, 1);
  g_assert_cmpuint (two.wakes, ==, 1);
  waiter_leave (&one.waiter);
  waiter_leave (&one.waiter);
  wait_queue_wake (queue);
  turn ();
  g_assert_cmpuint (one.wakes, ==, 1);
  g_assert_cmpuint (two.wakes, ==, 2);
  waiter_leave (&two.waiter);
}

static void
test_nobody_waits (void)
{
  g_autoptr (WaitQueue) queue = wait_queue_new ();

  wait_queue_wake (queue);
  g_assert_false (g_main_context_pending (NULL));
}

static void
other_leaves (Sleeper *sleeper)
{
  waiter_leave (&sleeper->other->waiter);
}

/* The next to be woken leaves (its open file is released) just before its turn. */
static void
test_next_leaves (void)
{
  g_autoptr (WaitQueue) queue = wait_queue_new ();
  Sleeper one, two, three;

  sleeper_init (&one, queue);
  sleeper_init (&two, queue);
  sleeper_init (&three, queue);
  one.then = other_leaves;
  one.other = &two;
  wait_queue_wake (queue);
  turn ();
  g_assert_cmpuint (two.wakes, ==, 0);
  g_assert_cmpuint (three.wakes, ==, 1);
}

static void
leave_and_join (Sleeper *sleeper)
{
  waiter_leave (&sleeper->waiter);
  waiter_join (&sleeper->waiter, sleeper->queue);
}

static void
join_again (Sleeper *sleeper)
{
  waiter_join (&sleeper->waiter, sleeper->queue);
}

static void
wake_again (Sleeper *sleeper)
{
  if (sleeper->wakes < 3)
    wait_queue_wake (sleeper->queue);
}

static void
test_joining_when_woken (void)
{
  g_autoptr (WaitQueue) queue = wait_queue_new ();
  Sleeper one, two, three;

  sleeper_init (&one, queue);
  sleeper_init (&two, queue);
  sleeper_init (&three, queue);
  one.then = leave_and_join;
  two.then = join_again;
  three.then = wake_again;
  wait_queue_wake (queue);
  turn ();
  g_assert_cmpuint (one.wakes, ==, 3);
  g_assert_cmpuint (two.wakes, ==, 3);
  g_assert_cmpuint (three.wakes, ==, 3);
}

static guint
n_woken (const Sleeper *sleepers, guint n, guint wakes)
{
  guint woken = 0;

  for (guint i = 0; i < n; i++)
    woken += sleepers[i].wakes == wakes;
  return woken;
}

static gboolean
on_other_work (gpointer data)
{
  *(guint *)data += 1;
  return G_SOURCE_CONTINUE;
}

/* So many are woken in pieces, and others in the loop have their turns in between. */
static void
test_many (void)
{
  g_autoptr (WaitQueue) queue = wait_queue_new ();
  const guint n = 10000;
  g_autofree Sleeper *sleepers = g_new (Sleeper, n);
  guint other_turns = 0;
  guint other = g_idle_add_full (G_PRIORITY_DEFAULT, on_other_work, &other_turns, NULL);
  guint woken;

  for (guint i = 0; i < n; i++)
    sleeper_init (&sleepers[i], queue);
  wait_queue_wake (queue);
  g_main_context_iteration (NULL, FALSE);
  woken = n_woken (sleepers, n, 1);
  g_assert_cmpuint (woken, >, 0);
  g_assert_cmpuint (woken, <, n / 10);
  /* News meanwhile are for those who were woken already, too; and one that is next leaves. */
  wait_queue_wake (queue);
  waiter_leave (&sleepers[woken].waiter);
  while (n_woken (sleepers, n, 2) < n - 1)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (sleepers[woken].wakes, ==, 0);
  g_assert_cmpuint (other_turns, >, 20);
  g_source_remove (other);
  turn ();
  g_assert_cmpuint (n_woken (sleepers, n, 2), ==, n - 1);
  for (guint i = 0; i < n; i++)
    waiter_leave (&sleepers[i].waiter);
}

/* The queue ends between two pieces. */
static void
test_freed_between (void)
{
  WaitQueue *queue = wait_queue_new ();
  const guint n = 1000;
  g_autofree Sleeper *sleepers = g_new (Sleeper, n);

  for (guint i = 0; i < n; i++)
    sleeper_init (&sleepers[i], queue);
  wait_queue_wake (queue);
  g_main_context_iteration (NULL, FALSE);
  wait_queue_free (queue);
  turn ();
  g_assert_cmpuint (n_woken (sleepers, n, 0), ==, 0);
}

static void
test_one_queue_at_a_time (void)
{
  g_autoptr (WaitQueue) left = wait_queue_new ();
  g_autoptr (WaitQueue) right = wait_queue_new ();
  Sleeper sleeper;

  sleeper_init (&sleeper, left);
  waiter_join (&sleeper.waiter, right);
  wait_queue_wake (left);
  wait_queue_wake (right);
  turn ();
  g_assert_cmpuint (sleeper.wakes, ==, 1);
}

static void
test_subject_ends (void)
{
  WaitQueue *queue = wait_queue_new ();
  Sleeper one, two;

  sleeper_init (&one, queue);
  sleeper_init (&two, queue);
  one.then = other_leaves;
  one.other = &two;
  wait_queue_wake (queue);
  wait_queue_free (queue);
  g_assert_cmpuint (one.wakes, ==, 1);
  g_assert_cmpuint (two.wakes, ==, 0);
  g_assert_null (one.waiter.queue);
  turn ();
  g_assert_cmpuint (one.wakes, ==, 1);
}

static void
free_the_queue (Sleeper *sleeper)
{
  sleeper->then = NULL;
  wait_queue_free (sleeper->queue);
}

static void
test_subject_ends_within_a_wake (void)
{
  WaitQueue *queue = wait_queue_new ();
  Sleeper one, two;

  sleeper_init (&one, queue);
  sleeper_init (&two, queue);
  one.then = free_the_queue;
  wait_queue_wake (queue);
  turn ();
  /* Once for the wake, once because the subject ended; the other for the end only. */
  g_assert_cmpuint (one.wakes, ==, 2);
  g_assert_cmpuint (two.wakes, ==, 1);
}

/* Takes all that a turn has. */
static void
dawdle (Sleeper *sleeper)
{
  gint64 end = g_get_monotonic_time () + WAIT_QUEUE_TURN_MAX;

  while (g_get_monotonic_time () < end)
    ;
}

static void
note_turn (Sleeper *sleeper)
{
  wait_queue_wake (sleeper->queue);
  sleeper->then = NULL;
}

/* The others wait for a later turn, in which whatever else is ready has its own; and who is woken
 * while the wake has stopped is woken once more, whether or not he had been looked at. */
static void
test_turns_are_bounded (void)
{
  g_autoptr (WaitQueue) queue = wait_queue_new ();
  Sleeper slow[3], last;

  for (guint i = 0; i < G_N_ELEMENTS (slow); i++)
    {
      sleeper_init (&slow[i], queue);
      slow[i].then = dawdle;
    }
  sleeper_init (&last, queue);
  wait_queue_wake (queue);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (slow[0].wakes, ==, 1);
  g_assert_cmpuint (slow[1].wakes, ==, 0);
  wait_queue_wake (queue);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (slow[1].wakes, ==, 1);
  g_assert_cmpuint (slow[2].wakes, ==, 0);
  waiter_leave (&slow[2].waiter);
  last.then = note_turn;
  turn ();
  g_assert_cmpuint (slow[0].wakes, >=, 2);
  g_assert_cmpuint (slow[1].wakes, ==, slow[0].wakes);
  g_assert_cmpuint (last.wakes, ==, slow[0].wakes);
  g_assert_cmpuint (slow[2].wakes, ==, 0);
  g_assert_false (g_main_context_pending (NULL));
  waiter_leave (&slow[0].waiter);
  waiter_leave (&slow[1].waiter);
  waiter_leave (&last.waiter);
}

static void
test_freed_in_mid_wake (void)
{
  WaitQueue *queue = wait_queue_new ();
  Sleeper one, two;

  sleeper_init (&one, queue);
  sleeper_init (&two, queue);
  one.then = dawdle;
  wait_queue_wake (queue);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (two.wakes, ==, 0);
  wait_queue_free (queue);
  g_assert_cmpuint (two.wakes, ==, 1);
  g_assert_false (g_main_context_pending (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wait-queue/wakes-are-one", test_wakes_are_one);
  g_test_add_func ("/wait-queue/nobody-waits", test_nobody_waits);
  g_test_add_func ("/wait-queue/next-leaves", test_next_leaves);
  g_test_add_func ("/wait-queue/joining-when-woken", test_joining_when_woken);
  g_test_add_func ("/wait-queue/one-queue-at-a-time", test_one_queue_at_a_time);
  g_test_add_func ("/wait-queue/many", test_many);
  g_test_add_func ("/wait-queue/freed-between", test_freed_between);
  g_test_add_func ("/wait-queue/subject-ends", test_subject_ends);
  g_test_add_func ("/wait-queue/subject-ends-within-a-wake", test_subject_ends_within_a_wake);
  g_test_add_func ("/wait-queue/turns-are-bounded", test_turns_are_bounded);
  g_test_add_func ("/wait-queue/freed-in-mid-wake", test_freed_in_mid_wake);
  return g_test_run ();
}
