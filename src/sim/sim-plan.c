/* SPDX-License-Identifier: MIT */
/* sim-plan.c - what the dialplan has in store for a channel: applications in a row. */
#include "sim-app.h"

void
sim_step_free (gpointer data)
{
  SimStep *step = data;

  g_free (step->app);
  g_free (step->data);
  g_free (step);
}

void
sim_plan_add (SimChannel *channel, const char *app, const char *data)
{
  SimStep *step = g_new (SimStep, 1);

  step->app = g_strdup (app);
  step->data = data != NULL && *data ? g_strdup (data) : NULL;
  g_queue_push_tail (&channel->plan, step);
}

void
sim_plan_clear (SimChannel *channel)
{
  g_queue_clear_full (&channel->plan, sim_step_free);
}
