/* SPDX-License-Identifier: MIT */
/* sim-bridge.c - see the header. */
#include "sim-bridge.h"

#include <string.h>

#include "sim-db.h"
#include "sim-dial.h"
#include "sim-life.h"

/* ---- what both ways share ---- */

static void
bridge_name_peer (SimChannel *channel, SimChannel *peer)
{
  sim_channel_set (channel, "bridge_channel", peer->name);
  sim_channel_set (channel, "bridge_uuid", peer->uuid);
  sim_channel_set (channel, "signal_bond", peer->uuid);
}

/* `name` and `number`: what the channel's telephone is told of its peer. */
static void
bridge_set_last (SimChannel *channel, SimChannel *peer, const char *name, const char *number)
{
  sim_channel_set (channel, "bridge_to", peer->uuid);
  sim_channel_set (channel, "last_bridge_to", peer->uuid);
  sim_channel_set (channel, "last_sent_callee_id_name", name != NULL ? name : number);
  sim_channel_set (channel, "last_sent_callee_id_number", number);
}

/* A leg that came into another bridge meanwhile leaves that one's peer alone. */
static void
bridge_abandon (SimChannel *channel)
{
  g_autoptr (SimChannel) peer = g_steal_pointer (&channel->partner);

  if (peer == NULL)
    return;
  g_clear_pointer (&peer->partner, sim_channel_unref);
  sim_life_hangup_self (peer, "NORMAL_CLEARING");
}

static void
bridge_connect (SimChannel *a, SimChannel *b)
{
  bridge_abandon (a);
  bridge_abandon (b);
  a->partner = sim_channel_ref (b);
  b->partner = sim_channel_ref (a);
  a->bridge_originator = TRUE;
  b->bridge_originator = FALSE;
  sim_channel_mark (a, SIM_TIME_BRIDGED);
  b->profile->times[SIM_TIME_BRIDGED] = a->profile->times[SIM_TIME_BRIDGED];
  sim_channel_fire_head (a, ESL_EVENT_CHANNEL_BRIDGE, "Bridge-A-Unique-ID", a->uuid,
                         "Bridge-B-Unique-ID", b->uuid, NULL);
  bridge_set_last (a, b, b->profile->callee_name, b->profile->callee_num);
  bridge_set_last (b, a, a->profile->cid_name, a->profile->cid_num);
  sim_channel_set (b, "call_uuid", a->uuid);
  sim_channel_enter (b, SIM_CS_EXCHANGE_MEDIA);
  sim_db_channel_bridged (a, b);
}

/* ---- uuid_bridge ---- */

static void
bridge_transfer_profile (SimChannel *channel, SimChannel *peer)
{
  SimProfile *profile = channel->profile;
  g_autofree char *where = g_strdup_printf ("uuid_br:%s", peer->uuid);

  sim_channel_set (channel, "original_destination_number", profile->destination);
  sim_channel_set (channel, "original_caller_id_name", profile->cid_name);
  sim_channel_set (channel, "original_caller_id_number", profile->cid_num);
  sim_channel_set_transfer_source (channel, where);
  profile->index++;
  profile->times[SIM_TIME_PROFILE_CREATED] = g_get_real_time ();
}

/* B's caller is A from now on. */
static void
bridge_show_caller (SimChannel *b, SimChannel *a)
{
  SimProfile *profile = b->profile;

  g_free (profile->cid_name);
  g_free (profile->cid_num);
  profile->cid_name = g_strdup (a->profile->cid_name);
  profile->cid_num = g_strdup (a->profile->cid_num);
}

static void
bridge_pull_out (SimChannel *channel)
{
  channel->state = SIM_CS_HIBERNATE;
  sim_app_unwind (channel);
  sim_channel_run_state (channel, SIM_CS_HIBERNATE);
  sim_channel_enter (channel, SIM_CS_RESET);
}

static void
bridge_say_execute (SimChannel *channel, const SimOrigin *origin, const char *peer)
{
  SimEvent *event = sim_event_begin (channel->sim, ESL_EVENT_CHANNEL_EXECUTE, origin);

  if (event == NULL)
    return;
  sim_channel_describe (channel, event->esl, TRUE);
  esl_event_add (event->esl, "Application", "uuid_bridge");
  esl_event_add (event->esl, "Application-Data", peer);
  sim_event_fire (channel->sim, event);
}

static void
bridge_join_now (SimChannel *a)
{
  static const SimOrigin of_a = { "switch_ivr_bridge.c", "uuid_bridge_on_soft_execute", 1236 };
  static const SimOrigin of_b = { "switch_ivr_bridge.c", "uuid_bridge_on_soft_execute", 1243 };
  g_autoptr (SimChannel) b = g_steal_pointer (&a->joining);

  if (a->cause != NULL || b == NULL || b->cause != NULL)
    return;
  b->hit_dialplan = b->inbound;
  bridge_pull_out (b);
  bridge_pull_out (a);
  a->transferring = b->transferring = FALSE;
  sim_channel_enter (a, SIM_CS_SOFT_EXECUTE);
  sim_channel_enter (b, SIM_CS_SOFT_EXECUTE);
  sim_channel_set (a, "uuid_bridge", NULL);
  bridge_say_execute (a, &of_a, b->uuid);
  bridge_say_execute (b, &of_b, a->uuid);
  bridge_connect (a, b);
}

void
sim_bridge_join (SimChannel *a, SimChannel *b)
{
  sim_bridge_leave (a);
  sim_bridge_leave (b);
  sim_channel_set (a, "uuid_bridge", b->uuid);
  sim_channel_set_other (a, b, SIM_OTHER_ORIGINATEE);
  sim_channel_set_other (b, a, SIM_OTHER_ORIGINATOR);
  bridge_name_peer (a, b);
  bridge_name_peer (b, a);
  bridge_transfer_profile (b, a);
  bridge_transfer_profile (a, b);
  bridge_show_caller (b, a);
  a->profile->logical_inbound = TRUE;
  a->transferring = b->transferring = TRUE;
  g_clear_pointer (&a->joining, sim_channel_unref);
  a->joining = sim_channel_ref (b);
  sim_channel_later (a, bridge_join_now);
}

/* ---- the `bridge` application ---- */

typedef struct
{
  SimFrame *frame;
  SimDialList *list;
  SimChannel *b;       /* held; NULL: between attempts */
  const char *cause;   /* why the last attempt failed; static */
  SimCallState before; /* the caller's, to go back to */
} Bridging;

static void
bridging_free (gpointer data)
{
  Bridging *bridging = data;

  sim_dial_list_free (bridging->list);
  if (bridging->b != NULL)
    {
      bridging->b->changed = NULL;
      sim_channel_unref (bridging->b);
    }
  g_free (bridging);
}

static void bridging_next (Bridging *bridging);

static void
bridging_note_success (SimChannel *a, SimChannel *b)
{
  const SimProfile *profile = b->profile;

  sim_vars_setf (a->vars, "originated_legs", "%s;%s;%s", b->uuid,
                 profile->callee_name != NULL ? profile->callee_name : "", profile->callee_num);
  sim_vars_setf (a->vars, "originate_causes", "%s;NONE", b->uuid);
  sim_channel_set (a, "originate_disposition", "SUCCESS");
  sim_channel_set (a, "DIALSTATUS", "SUCCESS");
  sim_channel_set (a, "signal_bond", b->uuid);
}

/* A's callee is B from now on. */
static void
bridge_show_callee (SimChannel *a, SimChannel *b)
{
  SimProfile *profile = a->profile;

  g_free (profile->callee_name);
  g_free (profile->callee_num);
  profile->callee_name = g_strdup (b->profile->callee_name);
  profile->callee_num = g_strdup (b->profile->callee_num);
}

static void
bridging_changed (SimChannel *b, gpointer data)
{
  Bridging *bridging = data;
  SimChannel *a = bridging->frame->channel;

  b->changed = NULL;
  if (b->cause != NULL)
    {
      bridging->cause = b->cause;
      g_clear_pointer (&bridging->b, sim_channel_unref);
      bridging_next (bridging);
      return;
    }
  bridging_note_success (a, b);
  sim_life_answer (a);
  sim_channel_set_other (a, b, SIM_OTHER_ORIGINATEE);
  bridge_show_callee (a, b);
  sim_channel_set_callstate (a, SIM_CCS_ACTIVE);
  bridge_connect (a, b);
  bridge_name_peer (a, b);
  bridge_name_peer (b, a);
}

static void
bridging_note_failure (SimChannel *a, const char *cause)
{
  static const char *const words[][2] = {
    { "USER_BUSY", "BUSY" },
    { "NO_ANSWER", "NOANSWER" },
    { "ORIGINATOR_CANCEL", "CANCEL" },
  };
  const char *status = cause;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (cause, words[i][0]) == 0)
      status = words[i][1];
  sim_channel_set (a, "originate_disposition", cause);
  sim_channel_set (a, "DIALSTATUS", status);
  sim_channel_set (a, "originate_failed_cause", cause);
}

static void
bridging_fail (Bridging *bridging, const char *cause)
{
  SimFrame *frame = bridging->frame;
  SimChannel *a = frame->channel;
  gboolean go_on = sim_word_is_true (sim_channel_get (a, "continue_on_fail"));

  sim_channel_set_callstate (a, bridging->before);
  bridging_note_failure (a, cause);
  if (!go_on)
    sim_life_hangup_self (a, cause);
  else
    sim_app_done (frame, NULL);
}

static void
bridging_next (Bridging *bridging)
{
  SimChannel *a = bridging->frame->channel;

  while (bridging->b == NULL && sim_dial_list_more (bridging->list))
    bridging->b = sim_dial_list_next (bridging->list, a, &bridging->cause);
  if (bridging->b == NULL)
    {
      bridging_fail (bridging, bridging->cause);
      return;
    }
  sim_channel_ref (bridging->b);
  bridging->b->changed = bridging_changed;
  bridging->b->changed_data = bridging;
  sim_dial_begin (bridging->b);
}

void
sim_bridge_dial (SimChannel *a, SimFrame *frame)
{
  Bridging *bridging = g_new0 (Bridging, 1);

  bridging->frame = frame;
  bridging->list = sim_dial_list_new (a->sim, frame->data);
  bridging->before = a->callstate;
  bridging->cause = "DESTINATION_OUT_OF_ORDER";
  frame->state = bridging;
  frame->state_free = bridging_free;
  sim_channel_set_callstate (a, SIM_CCS_RING_WAIT);
  bridging_next (bridging);
}

void
sim_bridge_give_up (SimChannel *a, SimFrame *frame)
{
  Bridging *bridging = frame->state;

  sim_bridge_leave (a);
  if (bridging->b == NULL || bridging->b->answered)
    return;
  bridging->b->changed = NULL;
  sim_life_hangup_self (bridging->b, "ORIGINATOR_CANCEL");
}

/* ---- the end ---- */

static SimFrame *
bridge_frame (SimChannel *a)
{
  for (guint i = 0; i < a->frames->len; i++)
    {
      SimFrame *frame = g_ptr_array_index (a->frames, i);

      if (frame->state_free == bridging_free)
        return frame;
    }
  return NULL;
}

/* Before CHANNEL_HANGUP of a leg that is in a bridge. */
void
sim_bridge_ending (SimChannel *channel)
{
  if (channel->partner != NULL)
    sim_channel_set (channel, "last_bridge_role",
                     channel->bridge_originator ? "originator" : "originatee");
}

/* B has gone: A's plan goes on behind `bridge`; otherwise A ends as well. */
static void
bridge_release_a (SimChannel *a, const char *cause)
{
  SimFrame *frame = bridge_frame (a);

  if (a->cause != NULL || a->transferring)
    return;
  if (frame == NULL)
    {
      sim_channel_enter (a, SIM_CS_EXECUTE);
      sim_life_hangup_self (a, "NORMAL_CLEARING");
    }
  else if (sim_word_is_true (sim_channel_get (a, "hangup_after_bridge")))
    sim_life_hangup_self (a, cause);
  else
    sim_app_done (frame, NULL);
}

void
sim_bridge_leave (SimChannel *channel)
{
  g_autoptr (SimChannel) peer = g_steal_pointer (&channel->partner);
  const char *cause;
  SimChannel *a;
  SimChannel *b;

  if (peer == NULL)
    return;
  g_clear_pointer (&peer->partner, sim_channel_unref);
  cause = channel->cause != NULL ? channel->cause : "NORMAL_CLEARING";
  a = channel->bridge_originator ? channel : peer;
  b = a == channel ? peer : channel;
  b->held = a->held = FALSE;
  sim_channel_set (b, "bridge_to", NULL);
  if (a == channel && a->cause != NULL)
    sim_channel_set (b, "last_bridge_hangup_cause", cause);
  if (b == peer && !b->transferring)
    sim_life_hangup_self (b, cause);
  if (a->cause != NULL)
    sim_channel_set (b, "bridge_hangup_cause", cause);
  sim_channel_set (b, "call_uuid", b->uuid);
  sim_channel_set (a, "bridge_to", NULL);
  if (b == channel && b->cause != NULL)
    sim_channel_set (a, "last_bridge_hangup_cause", cause);
  sim_channel_set (a, "bridge_hangup_cause", cause);
  sim_channel_fire_head (a, ESL_EVENT_CHANNEL_UNBRIDGE, "Bridge-A-Unique-ID", a->uuid,
                         "Bridge-B-Unique-ID", b->uuid, NULL);
  sim_db_channel_unbridged (a);
  if (a == peer)
    bridge_release_a (a, cause);
}

/* ---- during the call ---- */

/* A null channel keeps its digits to itself; a loopback passes them to who asked for some. */
void
sim_bridge_send_digits (SimChannel *channel, const char *digits, guint duration)
{
  SimChannel *peer = channel->partner != NULL ? channel->partner : channel->twin;
  const SimFrame *frame = peer != NULL ? sim_app_innermost (peer) : NULL;
  gboolean heard = channel->signalled || (frame != NULL && frame->app->digits != NULL);

  if (heard && peer != NULL && peer->cause == NULL)
    sim_app_digits (peer, digits, duration);
}

/* Endpoints without signalling (null, loopback) send the event but are never held: taking such a
 * call back fails. */
gboolean
sim_bridge_hold (SimChannel *channel, gboolean on)
{
  gint64 *times = channel->profile->times;

  if (on && !channel->held)
    {
      channel->held = channel->signalled;
      if (channel->held)
        sim_channel_mark (channel, SIM_TIME_LAST_HOLD);
      sim_channel_fire (channel, ESL_EVENT_CHANNEL_HOLD);
      if (channel->held)
        sim_channel_set_callstate (channel, SIM_CCS_HELD);
      return TRUE;
    }
  if (on || !channel->held)
    return FALSE;
  channel->held = FALSE;
  times[SIM_TIME_HOLD_ACCUM] += g_get_real_time () - times[SIM_TIME_LAST_HOLD];
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_UNHOLD);
  sim_channel_set_callstate (channel, SIM_CCS_ACTIVE);
  return TRUE;
}
