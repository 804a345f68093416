/* SPDX-License-Identifier: MIT */
/* sim-timer.c - see the header. Timers due at the same time run in the order they were added. */
#include "sim-timer.h"

struct _SimTimer
{
  gint64 due;     /* monotonic, microseconds */
  guint64 serial; /* order among equals */
  SimTaskFunc func;
  gpointer data;
  GDestroyNotify destroy;
  GSequenceIter *at;
};

static int
timer_compare (gconstpointer a, gconstpointer b, gpointer unused)
{
  const SimTimer *x = a, *y = b;

  if (x->due != y->due)
    return x->due < y->due ? -1 : 1;
  return x->serial < y->serial ? -1 : x->serial > y->serial;
}

SimTimer *
sim_timer_add (SimSwitch *sim, guint msec, SimTaskFunc func, gpointer data, GDestroyNotify destroy)
{
  SimTimer *timer = g_new0 (SimTimer, 1);

  timer->due = g_get_monotonic_time () + (gint64)msec * 1000;
  timer->serial = sim->timer_serial++;
  timer->func = func;
  timer->data = data;
  timer->destroy = destroy;
  timer->at = g_sequence_insert_sorted (sim->timers, timer, timer_compare, NULL);
  if (g_sequence_iter_is_begin (timer->at))
    sim_switch_wake_at (sim, timer->due);
  return timer;
}

static void
timer_end (SimTimer *timer)
{
  if (timer->destroy != NULL)
    timer->destroy (timer->data);
  g_free (timer);
}

void
sim_timer_cancel (SimSwitch *sim, SimTimer *timer)
{
  g_sequence_remove (timer->at);
  timer_end (timer);
}

guint
sim_timer_left (const SimTimer *timer)
{
  gint64 left = timer->due - g_get_monotonic_time ();

  return left > 0 ? (guint)((left + 999) / 1000) : 0;
}

static SimTimer *
timers_first (SimSwitch *sim)
{
  return g_sequence_is_empty (sim->timers)
             ? NULL
             : g_sequence_get (g_sequence_get_begin_iter (sim->timers));
}

void
sim_timers_run (SimSwitch *sim)
{
  gint64 now = g_get_monotonic_time ();
  SimTimer *timer;

  while ((timer = timers_first (sim)) != NULL && timer->due <= now)
    {
      g_sequence_remove (timer->at);
      timer->func (timer->data);
      timer_end (timer);
    }
}

gint64
sim_timers_next (SimSwitch *sim)
{
  const SimTimer *timer = timers_first (sim);

  return timer != NULL ? timer->due : -1;
}
