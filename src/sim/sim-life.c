/* SPDX-License-Identifier: MIT */
/* sim-life.c - see the header. The end of a channel is in sim-report.c. */
#include "sim-life.h"

#include <string.h>

#include "esl-cause.h"
#include "sim-app.h"
#include "sim-bridge.h"
#include "sim-db.h"
#include "sim-dialplan.h"
#include "sim-listener.h"
#include "sim-log.h"
#include "sim-report.h"

#define FRAME_MSEC 25
#define NO_NUMBER "0000000000"

static void
life_count (SimSwitch *sim)
{
  gint64 second = g_get_monotonic_time () / G_USEC_PER_SEC;
  SimSessions *sessions = &sim->sessions;

  if (sessions->second != second)
    sessions->rate = 0;
  sessions->second = second;
  sessions->rate++;
  sessions->peak_rate = MAX (sessions->peak_rate, sessions->rate);
  sessions->peak = MAX (sessions->peak, sim->order.length);
}

/* ---- the beginning ---- */

static void
life_codec (SimChannel *channel)
{
  SimEvent *event;

  channel->codec_read = TRUE;
  sim_channel_fire_tail (channel, ESL_EVENT_CODEC, "channel-read-codec-name", "L16",
                         "channel-read-codec-rate", "8000", "channel-read-codec-bit-rate", "128000",
                         NULL);
  channel->codec_write = TRUE;
  event = sim_event_begin (
      channel->sim, ESL_EVENT_CODEC,
      &(SimOrigin){ "switch_core_codec.c", "switch_core_session_set_write_codec", 450 });
  if (event == NULL)
    return;
  sim_channel_describe (channel, event->esl, FALSE);
  esl_event_add (event->esl, "Channel-Write-Codec-Name", "L16");
  esl_event_add (event->esl, "Channel-Write-Codec-Rate", "8000");
  esl_event_add (event->esl, "Channel-Write-codec-bit-rate", "128000");
  sim_event_fire (channel->sim, event);
}

static void
life_first_vars (SimChannel *channel)
{
  static const char *const codec[][2] = {
    { "read_codec", "L16" },
    { "read_rate", "8000" },
    { "write_codec", "L16" },
    { "write_rate", "8000" },
  };

  sim_channel_set (channel, "direction", channel->inbound ? "inbound" : "outbound");
  if (!channel->inbound)
    sim_channel_set (channel, "is_outbound", "true");
  sim_channel_set (channel, "uuid", channel->uuid);
  sim_channel_set (channel, "call_uuid", channel->uuid);
  sim_vars_setf (channel->vars, "session_id", "%" G_GUINT64_FORMAT, channel->session_id);
  for (guint i = 0; i < G_N_ELEMENTS (codec); i++)
    sim_channel_set (channel, codec[i][0], codec[i][1]);
  sim_channel_set (channel, "channel_name", channel->name);
}

static SimChannel *
life_begin (SimSwitch *sim, const char *name, gboolean inbound)
{
  g_autofree char *uuid = sim_uuid_new ();
  SimProfile *profile = sim_profile_new (uuid, name, inbound);
  SimChannel *channel = sim_channel_new (sim, uuid, name, inbound, profile);

  life_count (sim);
  life_codec (channel);
  life_first_vars (channel);
  return channel;
}

static const char *
dial_var (const SimDial *dial, const char *name)
{
  return dial->vars != NULL ? sim_vars_get (dial->vars, name) : NULL;
}

static const char *
first_of (const char *a, const char *b)
{
  return a != NULL ? a : b;
}

/* Who is seen to call: what the dial string says, else the originator, else nobody. */
static void
life_set_caller (SimChannel *channel, const SimDial *dial)
{
  SimProfile *profile = channel->profile;
  const SimProfile *from = dial->originator != NULL ? dial->originator->profile : NULL;
  const char *name = first_of (dial_var (dial, "origination_caller_id_name"),
                               from != NULL ? from->cid_name : NULL);
  const char *number = first_of (dial_var (dial, "origination_caller_id_number"),
                                 from != NULL ? from->cid_num : NULL);
  const char *callee_name = dial_var (dial, "origination_callee_id_name");
  const char *callee_number = dial_var (dial, "origination_callee_id_number");

  profile->cid_name = g_strdup (name);
  profile->orig_cid_name = g_strdup (from != NULL ? from->orig_cid_name : name);
  profile->cid_num = g_strdup (first_of (number, NO_NUMBER));
  profile->orig_cid_num = g_strdup (from != NULL ? from->orig_cid_num : profile->cid_num);
  profile->ani = g_strdup (from != NULL ? from->ani : profile->cid_num);
  profile->callee_name = g_strdup (first_of (callee_name, "Outbound Call"));
  profile->destination = g_strdup (first_of (dial->number, dial->destination));
  profile->callee_num = g_strdup (first_of (callee_number, profile->destination));
}

/* ---- loopback: two channels face to face ---- */

static void
life_come_in (SimChannel *b)
{
  sim_channel_enter (b, SIM_CS_INIT);
  b->state = SIM_CS_ROUTING;
  sim_channel_fire (b, ESL_EVENT_CHANNEL_CREATE);
  sim_db_channel_new (b);
  b->running = SIM_CS_ROUTING;
  sim_channel_set_callstate (b, SIM_CCS_RINGING);
  sim_channel_fire (b, ESL_EVENT_CHANNEL_STATE);
  sim_db_channel_state (b);
  if (b->plan.length == 0 && !sim_dialplan_route (b))
    {
      sim_life_hangup_self (b, "NO_ROUTE_DESTINATION");
      return;
    }
  sim_channel_enter (b, SIM_CS_EXECUTE);
  sim_app_pump (b);
}

static void
life_add_twin (SimChannel *a, const SimDial *dial)
{
  g_autofree char *a_name = g_strdup_printf ("loopback/%s-a", dial->destination);
  g_autofree char *b_name = g_strdup_printf ("loopback/%s-b", dial->destination);
  SimChannel *b = life_begin (a->sim, b_name, TRUE);
  const SimProfile *from = a->profile;

  b->profile->dialplan = g_strdup ("xml");
  b->profile->cid_name = g_strdup (from->cid_name);
  b->profile->cid_num = g_strdup (from->cid_num);
  b->profile->orig_cid_name = g_strdup (from->orig_cid_name);
  b->profile->orig_cid_num = g_strdup (from->orig_cid_num);
  b->profile->callee_name = g_strdup (from->callee_name);
  b->profile->callee_num = g_strdup (from->callee_num);
  b->profile->ani = g_strdup (from->ani);
  b->profile->destination = g_strdup (dial->destination);
  g_free (b->profile->context);
  b->profile->context = g_strdup (from->context);
  a->twin = sim_channel_ref (b);
  b->twin = sim_channel_ref (a);
  sim_channel_set (a, "other_loopback_leg_uuid", b->uuid);
  sim_channel_set (a, "loopback_leg", "A");
  sim_channel_set (b, "other_loopback_leg_uuid", a->uuid);
  sim_channel_set (b, "loopback_leg", "B");
  sim_channel_set (b, "origination_uuid", dial_var (dial, "origination_uuid"));
  sim_channel_later (b, life_come_in);
}

static void
life_name_loopback (SimChannel *a, const SimDial *dial)
{
  g_autofree char *name = g_strdup_printf ("loopback/%s-a", dial->destination);

  a->profile->dialplan = g_strdup ("xml");
  sim_channel_rename (a, name);
  g_free (a->profile->callee_num);
  a->profile->callee_num = g_strdup (dial->context != NULL ? dial->context : dial->destination);
}

/* ---- outgoing ---- */

static void
life_set_originator (SimChannel *channel, SimChannel *originator)
{
  sim_channel_set_other (channel, originator, SIM_OTHER_ORIGINATOR);
  sim_channel_set (channel, "max_forwards", "70");
  sim_channel_set (channel, "originator_codec", "L16@8000h@20i");
  sim_channel_set (channel, "originator", originator->uuid);
  sim_channel_set (channel, "signal_bond", originator->uuid);
  sim_channel_set (channel, "call_uuid", originator->uuid);
}

static void
life_set_dial_vars (SimChannel *channel, const SimDial *dial)
{
  for (guint i = 0; dial->vars != NULL && i < sim_vars_count (dial->vars); i++)
    {
      const char *value, *name = sim_vars_nth (dial->vars, i, &value);

      sim_channel_set (channel, name, value);
    }
  sim_channel_set (channel, "originate_early_media", "true");
  if (dial->originator != NULL)
    sim_channel_set (channel, "originating_leg_uuid", dial->originator->uuid);
  sim_channel_set (channel, "originate_endpoint", dial->endpoint);
}

static char *
dial_channel_name (const SimDial *dial, gboolean loopback)
{
  if (loopback && dial->context != NULL)
    return g_strdup_printf ("loopback/%s/%s-a", dial->destination, dial->context);
  return g_strdup_printf ("%s/%s%s", dial->endpoint, dial->destination, loopback ? "-a" : "");
}

static const char *
dial_refusal (SimSwitch *sim, const char *uuid)
{
  if (sim->paused || sim->order.length >= sim->max_sessions)
    return "SWITCH_CONGESTION";
  return uuid != NULL && g_hash_table_contains (sim->channels, uuid) ? "DESTINATION_OUT_OF_ORDER"
                                                                     : NULL;
}

SimChannel *
sim_life_dial (SimSwitch *sim, const SimDial *dial, const char **ret_cause)
{
  gboolean loopback = strcmp (dial->endpoint, "loopback") == 0;
  const char *uuid = dial_var (dial, "origination_uuid");
  g_autofree char *name = NULL;
  SimChannel *channel;

  if ((*ret_cause = dial_refusal (sim, uuid)) != NULL)
    return NULL;
  name = dial_channel_name (dial, loopback);
  channel = life_begin (sim, name, FALSE);
  life_set_caller (channel, dial);
  if (dial->context != NULL)
    {
      g_free (channel->profile->context);
      channel->profile->context = g_strdup (dial->context);
    }
  if (loopback)
    life_name_loopback (channel, dial);
  channel->state = SIM_CS_INIT;
  if (uuid != NULL)
    sim_channel_set_uuid (channel, uuid);
  if (dial->originator != NULL)
    life_set_originator (channel, dial->originator);
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_OUTGOING);
  sim_channel_run_state (channel, SIM_CS_INIT);
  life_set_dial_vars (channel, dial);
  if (loopback)
    life_add_twin (channel, dial);
  channel->state = SIM_CS_ROUTING;
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_CREATE);
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_ORIGINATE);
  sim_db_channel_new (channel);
  sim_channel_run_state (channel, SIM_CS_ROUTING);
  sim_channel_enter (channel, SIM_CS_CONSUME_MEDIA);
  return channel;
}

/* ---- incoming ---- */

SimChannel *
sim_life_incoming (SimSwitch *sim, const char *name, const char *cid_name, const char *cid_num,
                   const char *destination, const char *context)
{
  SimChannel *channel = life_begin (sim, name, TRUE);
  SimProfile *profile = channel->profile;

  profile->dialplan = g_strdup ("XML");
  profile->cid_name = g_strdup (cid_name);
  profile->cid_num = g_strdup (cid_num);
  profile->orig_cid_name = g_strdup (cid_name);
  profile->orig_cid_num = g_strdup (cid_num);
  profile->ani = g_strdup (cid_num);
  profile->destination = g_strdup (destination);
  g_free (profile->source);
  profile->source = g_strdup ("mod_sofia");
  g_free (profile->context);
  profile->context = g_strdup (context);
  channel->state = SIM_CS_INIT;
  sim_channel_later (channel, life_come_in);
  return channel;
}

/* ---- the middle ---- */

static void
life_tell (SimChannel *channel)
{
  if (channel->changed != NULL)
    channel->changed (channel, channel->changed_data);
}

void
sim_life_ring (SimChannel *channel)
{
  if (channel->cause != NULL || channel->answered || channel->callstate == SIM_CCS_RINGING)
    return;
  sim_channel_mark (channel, SIM_TIME_PROGRESS);
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_PROGRESS);
  sim_channel_set_callstate (channel, SIM_CCS_RINGING);
}

void
sim_life_answer (SimChannel *channel)
{
  if (channel->cause != NULL || channel->answered)
    return;
  if (channel->twin != NULL && channel->inbound)
    sim_life_answer (channel->twin);
  channel->answered = TRUE;
  sim_channel_mark (channel, SIM_TIME_ANSWERED);
  sim_log (channel->sim, SIM_LOG_NOTICE, channel->uuid, "switch_channel.c",
           "switch_channel_perform_mark_answered", 3846, "Channel [%s] has been answered",
           channel->name);
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_ANSWER);
  sim_channel_set_callstate (channel, SIM_CCS_ACTIVE);
  sim_channel_set (channel, "endpoint_disposition", "ANSWER");
  life_tell (channel);
}

void
sim_life_flip_caller (SimChannel *channel)
{
  SimProfile *profile = channel->profile;
  char *name = profile->cid_name, *number = profile->cid_num;

  profile->cid_name = profile->callee_name;
  profile->cid_num = profile->callee_num;
  profile->callee_name = name;
  profile->callee_num = number;
  channel->hit_dialplan = TRUE;
  sim_channel_set (channel, "pre_transfer_caller_id_name", name);
  sim_channel_set (channel, "pre_transfer_caller_id_number", number);
  sim_channel_set (channel, "channel_cid_flipped", "yes");
  sim_channel_fire_head (channel, ESL_EVENT_CALL_UPDATE, "Direction", "RECV", NULL);
  sim_db_channel_caller (channel);
}

static void
life_enter_execute (SimChannel *channel)
{
  if (channel->cause != NULL)
    return;
  sim_app_unwind (channel);
  channel->transferring = FALSE;
  sim_channel_enter (channel, SIM_CS_EXECUTE);
  sim_channel_set (channel, "call_uuid", channel->uuid);
  sim_app_pump (channel);
}

void
sim_life_execute (SimChannel *channel)
{
  sim_channel_later (channel, life_enter_execute);
}

static void
life_enter_elsewhere (SimChannel *channel)
{
  if (channel->cause != NULL)
    return;
  sim_app_unwind (channel);
  sim_bridge_leave (channel);
  channel->transferring = FALSE;
  if (channel->go == SIM_GO_PARK)
    {
      sim_channel_enter (channel, SIM_CS_PARK);
      sim_app_park (channel);
      return;
    }
  sim_channel_enter (channel, SIM_CS_ROUTING);
  if (channel->go == SIM_GO_ROUTE && !sim_dialplan_route (channel))
    sim_life_hangup_self (channel, "NO_ROUTE_DESTINATION");
  life_enter_execute (channel);
}

void
sim_life_redirect (SimChannel *channel, SimGo go)
{
  channel->transferring = TRUE;
  channel->go = go;
  sim_channel_later (channel, life_enter_elsewhere);
}

void
sim_life_plan_over (SimChannel *channel)
{
  sim_log (channel->sim, SIM_LOG_NOTICE, channel->uuid, "switch_core_state_machine.c",
           "switch_core_standard_on_execute", 323,
           "%s has executed the last dialplan instruction, hanging up.", channel->name);
  sim_life_hangup_self (channel, "NORMAL_CLEARING");
}

/* ---- the end ---- */

static void
life_tell_listeners (SimChannel *channel)
{
  for (guint i = 0; i < channel->sim->listeners->len; i++)
    {
      SimListener *listener = g_ptr_array_index (channel->sim->listeners, i);

      if (listener->session == channel)
        sim_listener_session_down (listener);
    }
}

static gboolean
life_end_begin (SimChannel *channel, const char *cause)
{
  if (channel->cause != NULL)
    return FALSE;
  channel->cause = esl_cause_name (cause);
  channel->state = SIM_CS_HANGUP;
  sim_log (channel->sim, SIM_LOG_NOTICE, channel->uuid, "switch_channel.c",
           "switch_channel_perform_hangup", 3445, "Hangup %s [%s] [%s]", channel->name,
           sim_state_name (channel->running), channel->cause);
  sim_bridge_ending (channel);
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_HANGUP);
  if (channel->locks > 0)
    life_tell_listeners (channel);
  return TRUE;
}

void
sim_life_hangup (SimChannel *channel, const char *cause)
{
  if (life_end_begin (channel, cause))
    sim_channel_after (channel, FRAME_MSEC, sim_report_end);
}

void
sim_life_hangup_self (SimChannel *channel, const char *cause)
{
  if (life_end_begin (channel, cause))
    sim_channel_later (channel, sim_report_end);
}

void
sim_life_destroy (SimChannel *channel)
{
  channel->reported = FALSE;
  channel->state = SIM_CS_DESTROY;
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_DESTROY);
  sim_db_channel_gone (channel);
  sim_channel_run_state (channel, SIM_CS_DESTROY);
  sim_channel_remove (channel);
}
