/* SPDX-License-Identifier: MIT */
/* sim-app.c - see the header. The applications themselves are in sim-app-table.c.
 *
 * Nothing here calls itself: the end of an application leads to a later turn, so
 * that a plan of a thousand steps uses no more stack than one.
 */
#include "sim-app.h"

#include <stdlib.h>
#include <string.h>

#include "esl-cause.h"
#include "sim-db.h"
#include "sim-life.h"
#include "sim-log.h"
#include "sim-message.h"

/* Bound on what clients can queue for one channel. */
#define MESSAGES_MAX 10000u
#define DIGITS_MAX 1000u
#define DTMF_DIGITS "0123456789*#ABCDabcdFf"
/* A repeated application that was over sooner than this isn't repeated (protocol: sendmsg). */
#define LOOP_MIN_USEC 500000

static void frame_begin (SimFrame *frame);

const SimApp *
sim_app_find (const char *name)
{
  for (guint i = 0; i < sim_n_apps; i++)
    if (g_ascii_strcasecmp (sim_apps[i].name, name) == 0)
      return &sim_apps[i];
  return NULL;
}

/* ---- frames ---- */

void
sim_frame_free (gpointer data)
{
  SimFrame *frame = data;

  if (frame->timer != NULL)
    sim_timer_cancel (frame->channel->sim, frame->timer);
  if (frame->state_free != NULL && frame->state != NULL)
    frame->state_free (frame->state);
  g_clear_pointer (&frame->message.event, esl_event_free);
  g_free (frame->data);
  g_free (frame->uuid);
  g_free (frame);
}

SimFrame *
sim_app_innermost (SimChannel *channel)
{
  guint n = channel->frames->len;

  return n > 0 ? g_ptr_array_index (channel->frames, n - 1) : NULL;
}

static void
frame_expired (gpointer data)
{
  SimFrame *frame = data;

  frame->timer = NULL;
  if (frame->app->expired != NULL)
    frame->app->expired (frame->channel, frame);
  else
    sim_app_done (frame, NULL);
}

void
sim_app_wait (SimFrame *frame, guint msec)
{
  SimSwitch *sim = frame->channel->sim;

  if (frame->timer != NULL)
    sim_timer_cancel (sim, g_steal_pointer (&frame->timer));
  frame->timer = sim_timer_add (sim, msec, frame_expired, frame, NULL);
}

/* An application inside another one stops the outer one's time. */
static void
frame_hold (SimFrame *frame)
{
  if (frame == NULL || frame->timer == NULL)
    return;
  frame->left = sim_timer_left (frame->timer);
  sim_timer_cancel (frame->channel->sim, g_steal_pointer (&frame->timer));
}

static void
frame_resume (SimFrame *frame)
{
  if (frame != NULL && frame->left > 0)
    sim_app_wait (frame, frame->left);
  if (frame != NULL)
    frame->left = 0;
}

static SimFrame *
frame_push (SimChannel *channel, const SimApp *app, const char *data)
{
  SimFrame *frame = g_new0 (SimFrame, 1);
  const char *uuid = sim_vars_get (channel->vars, "app_uuid");

  frame->channel = channel;
  frame->app = app;
  frame->data = data != NULL ? sim_channel_expand (channel, data) : NULL;
  frame->uuid = uuid != NULL ? g_strdup (uuid) : sim_uuid_new ();
  frame->loop = frame->loops = 1;
  frame_hold (sim_app_innermost (channel));
  g_ptr_array_add (channel->frames, frame);
  sim_channel_set (channel, "app_uuid", NULL);
  return frame;
}

static void
channel_remember_app (SimChannel *channel, const SimFrame *frame)
{
  g_free (channel->last_app);
  g_free (channel->last_arg);
  channel->last_app = g_strdup (frame->app->name);
  channel->last_arg = g_strdup (frame->data);
}

static void
frame_begin (SimFrame *frame)
{
  SimChannel *channel = frame->channel;

  sim_log (channel->sim, SIM_LOG_INFO, channel->uuid, "switch_core_session.c",
           "switch_core_session_exec", 2900, "EXECUTE [depth=%u] %s %s(%s)",
           channel->frames->len - 1, channel->name, frame->app->name,
           frame->data != NULL ? frame->data : "");
  channel_remember_app (channel, frame);
  frame->started = g_get_monotonic_time ();
  sim_channel_set (channel, "current_application", frame->app->name);
  sim_channel_set (channel, "current_application_data", frame->data);
  sim_channel_set (channel, "current_application_response", NULL);
  sim_channel_fire_tail (channel, ESL_EVENT_CHANNEL_EXECUTE, "Application", frame->app->name,
                         "Application-Data", frame->data, "Application-UUID", frame->uuid, NULL);
  sim_db_channel_application (channel, frame->app->name, frame->data);
  sim_channel_later (channel, sim_app_pump);
  frame->app->start (channel, frame);
}

void
sim_app_park (SimChannel *channel)
{
  SimFrame *frame = frame_push (channel, sim_app_find ("park"), NULL);

  frame->silent = TRUE;
  frame->app->start (channel, frame);
  sim_channel_later (channel, sim_app_pump);
}

void
sim_app_begin (SimChannel *channel, const SimApp *app, const char *data, SimMessage *message,
               guint loops)
{
  SimFrame *frame = frame_push (channel, app, data);

  frame->loops = loops;
  frame->locks = sim_word_is_true (esl_event_get (message->event, "event-lock"))
                 || sim_word_is_true (esl_event_get (message->event, "event-lock-pri"));
  frame->message = *message;
  message->event = NULL;
  frame_begin (frame);
}

static void
frame_complete (SimFrame *frame)
{
  SimChannel *channel = frame->channel;
  const char *response = sim_vars_get (channel->vars, "current_application_response");

  if (frame->silent)
    return;
  sim_channel_fire_tail (channel, ESL_EVENT_CHANNEL_EXECUTE_COMPLETE, "Application",
                         frame->app->name, "Application-Data", frame->data, "Application-Response",
                         response != NULL ? response : "_none_", "Application-UUID", frame->uuid,
                         NULL);
}

static void
message_set_loop (SimChannel *channel, const SimFrame *frame)
{
  sim_vars_setf (channel->vars, "current_loop", "%u", frame->loop);
  sim_vars_setf (channel->vars, "total_loops", "%u", frame->loops);
}

static gboolean
frame_repeats (const SimFrame *frame)
{
  return frame->loop < frame->loops && frame->channel->cause == NULL
         && !frame->channel->transferring
         && g_get_monotonic_time () - frame->started >= LOOP_MIN_USEC;
}

static void
frame_repeat (SimChannel *channel)
{
  SimFrame *frame = sim_app_innermost (channel);

  if (frame == NULL || !frame->ending || channel->cause != NULL)
    return;
  frame->ending = FALSE;
  frame->loop++;
  message_set_loop (channel, frame);
  frame_begin (frame);
}

/* ---- the channel's thread ---- */

static gboolean
channel_reads_messages (SimChannel *channel)
{
  const SimFrame *frame;

  for (guint i = 0; i < channel->frames->len; i++)
    if (((SimFrame *)g_ptr_array_index (channel->frames, i))->locks)
      return FALSE;
  frame = sim_app_innermost (channel);
  return frame == NULL || (!frame->ending && !frame->deaf && (frame->app->flags & SIM_APP_READS));
}

void
sim_app_message (SimChannel *channel, const SimMessage *message)
{
  if (channel->messages.length >= MESSAGES_MAX || channel->cause != NULL)
    {
      if (message->done != NULL)
        message->done (message->data);
      esl_event_free (message->event);
      return;
    }
  g_queue_push_tail (&channel->messages, g_memdup2 (message, sizeof *message));
  sim_channel_later (channel, sim_app_pump);
}

static void
plan_next (SimChannel *channel)
{
  SimStep *step = g_queue_pop_head (&channel->plan);
  const SimApp *app;

  if (step == NULL)
    {
      sim_life_plan_over (channel);
      return;
    }
  app = sim_app_find (step->app);
  if (app != NULL)
    frame_begin (frame_push (channel, app, step->data));
  else
    sim_life_hangup_self (channel, "DESTINATION_OUT_OF_ORDER");
  sim_step_free (step);
}

void
sim_app_pump (SimChannel *channel)
{
  if (channel->cause != NULL || channel->transferring)
    return;
  if (channel->messages.length > 0 && channel_reads_messages (channel))
    {
      g_autofree SimMessage *message = g_queue_pop_head (&channel->messages);

      sim_message_run (channel, message);
      g_clear_pointer (&message->event, esl_event_free);
      sim_channel_later (channel, sim_app_pump);
    }
  else if (sim_app_innermost (channel) == NULL && channel->running == SIM_CS_EXECUTE)
    plan_next (channel);
}

static void
frame_end_message (SimChannel *channel, SimFrame *frame)
{
  SimMessage message;

  sim_channel_set (channel, "current_loop", NULL);
  sim_channel_set (channel, "total_loops", NULL);
  message = frame->message;
  frame->message.event = NULL;
  sim_message_finish (channel, &message);
}

void
sim_app_done (SimFrame *frame, const char *response)
{
  SimChannel *channel = frame->channel;

  if (response != NULL)
    sim_channel_set (channel, "current_application_response", response);
  if (frame->timer != NULL)
    sim_timer_cancel (channel->sim, g_steal_pointer (&frame->timer));
  frame->ending = TRUE;
  frame_complete (frame);
  if (frame->message.event != NULL && frame_repeats (frame))
    {
      sim_channel_later (channel, frame_repeat);
      return;
    }
  if (frame->message.event != NULL)
    frame_end_message (channel, frame);
  g_ptr_array_remove (channel->frames, frame);
  frame_resume (sim_app_innermost (channel));
  sim_channel_later (channel, sim_app_pump);
}

void
sim_app_break (SimChannel *channel, gboolean all)
{
  SimFrame *frame;

  if (all)
    for (SimMessage *message; (message = g_queue_pop_head (&channel->messages)) != NULL;)
      {
        sim_message_finish (channel, message);
        g_free (message);
      }
  do
    {
      frame = sim_app_innermost (channel);
      if (frame == NULL || frame->ending || !(frame->app->flags & SIM_APP_BREAKABLE))
        return;
      frame->loops = 0;
      if (frame->app->expired != NULL)
        frame->app->expired (channel, frame);
      else
        sim_app_done (frame, NULL);
    }
  while (all);
}

static void
frame_unwind (SimChannel *channel, SimFrame *frame)
{
  if (!frame->ending && frame->app->stop != NULL)
    frame->app->stop (channel, frame);
  if (!frame->ending)
    frame_complete (frame);
  if (frame->message.event != NULL)
    frame_end_message (channel, frame);
  g_ptr_array_remove (channel->frames, frame);
}

void
sim_app_unwind_messages (SimChannel *channel)
{
  SimFrame *frame;

  while ((frame = sim_app_innermost (channel)) != NULL && frame->message.event != NULL)
    frame_unwind (channel, frame);
}

void
sim_app_unwind (SimChannel *channel)
{
  SimFrame *frame;

  sim_app_unwind_messages (channel);
  if (channel->cause != NULL)
    sim_messages_end (channel);
  while ((frame = sim_app_innermost (channel)) != NULL)
    frame_unwind (channel, frame);
}

void
sim_app_digits (SimChannel *channel, const char *digits, guint duration)
{
  char digit[2] = "", length[16];

  g_snprintf (length, sizeof length, "%u", duration);
  for (; *digits && channel->cause == NULL; digits++)
    {
      SimFrame *frame;

      if (strchr (DTMF_DIGITS, *digits) == NULL)
        continue;
      digit[0] = *digits;
      sim_channel_fire_tail (channel, ESL_EVENT_DTMF, "DTMF-Digit", digit, "DTMF-Duration", length,
                             "DTMF-Source", "APP", NULL);
      if (channel->dialed->len < DIGITS_MAX)
        g_string_append_c (channel->dialed, *digits);
      if (channel->digits->len < DIGITS_MAX)
        g_string_append_c (channel->digits, *digits);
      frame = sim_app_innermost (channel);
      if (frame != NULL && !frame->ending && frame->app->digits != NULL)
        frame->app->digits (channel, frame);
    }
}

void
sim_frames_forget (SimChannel *channel)
{
  for (guint i = 0; i < channel->frames->len; i++)
    {
      SimFrame *frame = g_ptr_array_index (channel->frames, i);

      frame->message.done = NULL;
    }
  g_ptr_array_set_size (channel->frames, 0);
  for (SimMessage *message; (message = g_queue_pop_head (&channel->messages)) != NULL;)
    {
      esl_event_free (message->event);
      g_free (message);
    }
}
