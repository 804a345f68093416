/* SPDX-License-Identifier: MIT */
/* sim-timer.h - what a switch will do later.
 *
 * Thousands of channels each wait for something. They share one sorted queue and
 * one GSource, since the main loop looks at every source each time it turns.
 */
#pragma once

#include "sim-core.h"

G_BEGIN_DECLS

typedef struct _SimTimer SimTimer;

/* Runs `func` once, `msec` milliseconds from now, then `destroy` (may be NULL) on `data`. The timer
 * is the switch's: it is gone when it has run. */
SimTimer *sim_timer_add (SimSwitch *sim, guint msec, SimTaskFunc func, gpointer data,
                         GDestroyNotify destroy);
/* Forgets a timer that has not run; runs its `destroy`. */
void sim_timer_cancel (SimSwitch *sim, SimTimer *timer);
/* Milliseconds until it runs, 0 when it is due. */
guint sim_timer_left (const SimTimer *timer);

/* For the switch's turn: runs what is due; the monotonic time of the next one, -1 for none. */
void sim_timers_run (SimSwitch *sim);
gint64 sim_timers_next (SimSwitch *sim);

G_END_DECLS
