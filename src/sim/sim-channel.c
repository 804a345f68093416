/* SPDX-License-Identifier: MIT */
/* sim-channel.c - see the header. What happens to a channel is in sim-life.c. */
#include "sim-channel.h"

#include <stdarg.h>
#include <string.h>

#include "sim-app.h"
#include "sim-db.h"
#include "sim-life.h"
#include "sim-listener.h"
#include "sim-log.h"

static const char *const state_names[] = {
  "CS_NEW",       "CS_INIT",           "CS_ROUTING", "CS_SOFT_EXECUTE",
  "CS_EXECUTE",   "CS_EXCHANGE_MEDIA", "CS_PARK",    "CS_CONSUME_MEDIA",
  "CS_HIBERNATE", "CS_RESET",          "CS_HANGUP",  "CS_REPORTING",
  "CS_DESTROY",   "CS_NONE",
};

static const char *const callstate_names[] = {
  "DOWN", "DIALING", "RINGING", "EARLY", "ACTIVE", "HELD", "RING_WAIT", "HANGUP", "UNHELD",
};

const char *
sim_state_name (SimState state)
{
  return state_names[state];
}

const char *
sim_callstate_name (SimCallState state)
{
  return callstate_names[state];
}

const char *
sim_answer_state_name (const SimChannel *channel)
{
  if (channel->cause != NULL)
    return "hangup";
  return channel->answered ? "answered" : "ringing";
}

/* ---- life of the structure ---- */

SimChannel *
sim_channel_new (SimSwitch *sim, const char *uuid, const char *name, gboolean inbound,
                 SimProfile *profile)
{
  SimChannel *channel = g_new0 (SimChannel, 1);

  g_ref_count_init (&channel->refs);
  channel->sim = sim;
  channel->uuid = g_strdup (uuid);
  channel->name = g_strdup (name);
  channel->inbound = channel->hit_dialplan = inbound;
  channel->running = SIM_CS_NONE;
  channel->profile = profile;
  channel->vars = sim_vars_new ();
  channel->frames = g_ptr_array_new_with_free_func (sim_frame_free);
  channel->digits = g_string_new (NULL);
  channel->dialed = g_string_new (NULL);
  channel->heard = g_string_new (NULL);
  channel->session_id = ++sim->sessions.total;
  g_queue_push_tail (&sim->order, channel);
  channel->link = sim->order.tail;
  g_hash_table_replace (sim->channels, g_strdup (uuid), channel);
  sim_log (sim, SIM_LOG_NOTICE, channel->uuid, "switch_channel.c", "switch_channel_set_name", 1142,
           "New Channel %s [%s]", name, uuid);
  return channel;
}

SimChannel *
sim_channel_ref (SimChannel *channel)
{
  g_ref_count_inc (&channel->refs);
  return channel;
}

void
sim_channel_unref (SimChannel *channel)
{
  if (!g_ref_count_dec (&channel->refs))
    return;
  g_free (channel->uuid);
  g_free (channel->name);
  sim_profile_free (channel->profile);
  g_clear_pointer (&channel->other, sim_profile_free);
  sim_vars_free (channel->vars);
  sim_plan_clear (channel);
  g_ptr_array_unref (channel->frames);
  g_free (channel->last_app);
  g_free (channel->last_arg);
  g_string_free (channel->digits, TRUE);
  g_string_free (channel->dialed, TRUE);
  g_string_free (channel->heard, TRUE);
  g_free (channel);
}

void
sim_channel_remove (SimChannel *channel)
{
  SimSwitch *sim;

  if (channel->link == NULL)
    return;
  sim = channel->sim;
  if (channel->timer != NULL)
    sim_timer_cancel (sim, g_steal_pointer (&channel->timer));
  sim_frames_forget (channel);
  g_clear_pointer (&channel->partner, sim_channel_unref);
  g_clear_pointer (&channel->twin, sim_channel_unref);
  g_clear_pointer (&channel->joining, sim_channel_unref);
  g_queue_delete_link (&sim->order, g_steal_pointer (&channel->link));
  if (g_hash_table_lookup (sim->channels, channel->uuid) == channel)
    g_hash_table_remove (sim->channels, channel->uuid);
  sim_channel_unref (channel);
}

void
sim_channel_rename (SimChannel *channel, const char *name)
{
  g_free (channel->name);
  channel->name = g_strdup (name);
  g_free (channel->profile->channel_name);
  channel->profile->channel_name = g_strdup (name);
  sim_channel_set (channel, "channel_name", name);
}

void
sim_channel_set_uuid (SimChannel *channel, const char *uuid)
{
  g_autofree char *old = channel->uuid;

  channel->uuid = g_strdup (uuid);
  g_hash_table_remove (channel->sim->channels, old);
  g_hash_table_replace (channel->sim->channels, g_strdup (uuid), channel);
  g_free (channel->profile->uuid);
  channel->profile->uuid = g_strdup (uuid);
  sim_channel_set (channel, "uuid", uuid);
  sim_channel_set (channel, "call_uuid", uuid);
  sim_channel_fire_head (channel, ESL_EVENT_CHANNEL_UUID, "Old-Unique-ID", old, NULL);
}

SimChannel *
sim_channel_find (SimSwitch *sim, const char *uuid)
{
  SimChannel *channel = uuid != NULL ? g_hash_table_lookup (sim->channels, uuid) : NULL;

  return channel != NULL && channel->cause == NULL ? channel : NULL;
}

gboolean
sim_channel_is_down (const SimChannel *channel)
{
  return channel->cause != NULL;
}

void
sim_channel_lock (SimChannel *channel)
{
  channel->locks++;
}

void
sim_channel_unlock (SimChannel *channel)
{
  channel->locks--;
  if (channel->locks == 0 && channel->reported)
    sim_life_destroy (channel);
}

/* ---- variables ---- */

const char *
sim_channel_get (SimChannel *channel, const char *name)
{
  const char *value = sim_vars_get (channel->vars, name);

  if (value == NULL)
    value = sim_profile_get (channel->profile, name);
  if (value == NULL)
    value = sim_vars_get (channel->sim->globals, name);
  return value;
}

void
sim_channel_set (SimChannel *channel, const char *name, const char *value)
{
  sim_vars_set (channel->vars, name, value);
}

char *
sim_channel_expand (SimChannel *channel, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  while (*text)
    {
      const char *end = text[0] == '$' && text[1] == '{' ? strchr (text, '}') : NULL;
      g_autofree char *name = NULL;
      const char *value;

      if (end == NULL)
        {
          g_string_append_c (out, *text++);
          continue;
        }
      name = g_strndup (text + 2, (gsize)(end - text - 2));
      value = sim_channel_get (channel, name);
      g_string_append (out, value != NULL ? value : "");
      text = end + 1;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* ---- events ---- */

static const EslEventType bare_types[] = {
  ESL_EVENT_CHANNEL_STATE, ESL_EVENT_CHANNEL_CALLSTATE, ESL_EVENT_CHANNEL_OUTGOING, ESL_EVENT_CODEC,
  ESL_EVENT_DTMF,          ESL_EVENT_PRIVATE_COMMAND,
};

gboolean
sim_event_type_has_variables (EslEventType type)
{
  for (guint i = 0; i < G_N_ELEMENTS (bare_types); i++)
    if (bare_types[i] == type)
      return FALSE;
  return TRUE;
}

static void
add_pairs (EslEvent *esl, va_list args)
{
  const char *name;

  while ((name = va_arg (args, const char *)) != NULL)
    {
      const char *value = va_arg (args, const char *);

      if (value != NULL && *value)
        esl_event_add (esl, name, value);
    }
}

void
sim_channel_fire (SimChannel *channel, EslEventType type)
{
  sim_channel_fire_head (channel, type, NULL);
}

void
sim_channel_fire_head (SimChannel *channel, EslEventType type, ...)
{
  SimEvent *event = sim_event_begin (channel->sim, type, NULL);
  va_list args;

  if (event == NULL)
    return;
  va_start (args, type);
  add_pairs (event->esl, args);
  va_end (args);
  sim_channel_describe (channel, event->esl, sim_event_type_has_variables (type));
  sim_event_fire (channel->sim, event);
}

/* Digits go to the connection that diverts them, and to nobody else, whatever it subscribed to. */
static gboolean
is_diverted (const SimChannel *channel, EslEventType type)
{
  return channel->diverts != NULL && type == ESL_EVENT_DTMF;
}

static void
fire_or_divert (SimChannel *channel, SimEvent *event)
{
  if (!is_diverted (channel, event->type))
    {
      sim_event_fire (channel->sim, event);
      return;
    }
  if (channel->diverts->events_on)
    sim_listener_offer (channel->diverts, event);
  sim_event_unref (event);
}

void
sim_channel_fire_tail (SimChannel *channel, EslEventType type, ...)
{
  SimEvent *event = is_diverted (channel, type)
                        ? sim_event_wrap (channel->sim, type, NULL, esl_event_new ())
                        : sim_event_begin (channel->sim, type, NULL);
  va_list args;

  if (event == NULL)
    return;
  sim_channel_describe (channel, event->esl, sim_event_type_has_variables (type));
  va_start (args, type);
  add_pairs (event->esl, args);
  va_end (args);
  fire_or_divert (channel, event);
}

/* ---- states ---- */

void
sim_channel_set_transfer_source (SimChannel *channel, const char *where)
{
  SimProfile *profile = channel->profile;
  g_autofree char *id = sim_uuid_new ();

  g_free (profile->transfer_source);
  profile->transfer_source = g_strdup_printf ("%" G_GINT64_FORMAT ":%s:%s",
                                              g_get_real_time () / G_USEC_PER_SEC, id, where);
  sim_channel_set (channel, "transfer_history", profile->transfer_source);
  sim_channel_set (channel, "transfer_source", profile->transfer_source);
}

/* What the switch shows of an originator is a copy without its times. */
void
sim_channel_set_other (SimChannel *channel, SimChannel *leg, SimOther type)
{
  g_clear_pointer (&channel->other, sim_profile_free);
  channel->other = sim_profile_copy (leg->profile);
  channel->other->index = 0;
  channel->other->logical_inbound = TRUE;
  channel->other_type = type;
  if (type == SIM_OTHER_ORIGINATOR)
    memset (channel->other->times, 0, sizeof channel->other->times);
}

void
sim_channel_mark (SimChannel *channel, SimTime time)
{
  channel->profile->times[time] = g_get_real_time ();
}

void
sim_channel_run_state (SimChannel *channel, SimState running)
{
  SimState before = channel->running;

  channel->running = running;
  sim_log (channel->sim, SIM_LOG_DEBUG, channel->uuid, "switch_core_state_machine.c",
           "switch_core_session_run", 581, "(%s) Running State Change %s (Cur %u Tot %u)",
           channel->name, sim_state_name (running), channel->sim->order.length,
           (guint)channel->sim->sessions.total);
  if (before != running)
    sim_channel_fire (channel, ESL_EVENT_CHANNEL_STATE);
  sim_db_channel_state (channel);
}

void
sim_channel_enter (SimChannel *channel, SimState state)
{
  channel->state = state;
  sim_channel_run_state (channel, state);
}

void
sim_channel_set_callstate (SimChannel *channel, SimCallState state)
{
  SimCallState before = channel->callstate;
  char number[16];

  if (before == state)
    return;
  channel->callstate = state;
  g_snprintf (number, sizeof number, "%d", state);
  sim_log (channel->sim, SIM_LOG_DEBUG, channel->uuid, "switch_channel.c",
           "switch_channel_perform_set_callstate", 301, "(%s) Callstate Change %s -> %s",
           channel->name, sim_callstate_name (before), sim_callstate_name (state));
  sim_channel_fire_head (channel, ESL_EVENT_CHANNEL_CALLSTATE, "Original-Channel-Call-State",
                         sim_callstate_name (before), "Channel-Call-State-Number", number, NULL);
  sim_db_channel_state (channel);
}

void
sim_channel_forget_other (SimChannel *channel)
{
  g_clear_pointer (&channel->other, sim_profile_free);
  channel->other_type = SIM_OTHER_NONE;
  sim_channel_set (channel, "signal_bond", NULL);
  if (channel->partner != NULL)
    sim_channel_set (channel->partner, "signal_bond", NULL);
}

/* ---- steps ---- */

typedef struct
{
  SimChannel *channel; /* held */
  void (*func) (SimChannel *channel);
} ChannelTask;

static void
channel_task_free (gpointer data)
{
  ChannelTask *task = data;

  sim_channel_unref (task->channel);
  g_free (task);
}

static ChannelTask *
channel_task_new (SimChannel *channel, void (*func) (SimChannel *channel))
{
  ChannelTask *task = g_new (ChannelTask, 1);

  task->channel = sim_channel_ref (channel);
  task->func = func;
  return task;
}

static void
channel_task_run (gpointer data)
{
  ChannelTask *task = data;

  if (task->channel->link != NULL)
    task->func (task->channel);
}

static void
channel_timer_run (gpointer data)
{
  ChannelTask *task = data;

  task->channel->timer = NULL;
  channel_task_run (task);
}

void
sim_channel_later (SimChannel *channel, void (*func) (SimChannel *channel))
{
  sim_task_add (channel->sim, channel_task_run, channel_task_new (channel, func),
                channel_task_free);
}

void
sim_channel_after (SimChannel *channel, guint msec, void (*func) (SimChannel *channel))
{
  if (channel->timer != NULL)
    sim_timer_cancel (channel->sim, g_steal_pointer (&channel->timer));
  channel->timer = sim_timer_add (channel->sim, msec, channel_timer_run,
                                  channel_task_new (channel, func), channel_task_free);
}
