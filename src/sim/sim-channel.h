/* SPDX-License-Identifier: MIT */
/* sim-channel.h - a channel: what it is, and how events show it.
 *
 * `state` is where the channel was sent, `running` is where its thread has got
 * to: events carry both (Channel-State-Number and Channel-State), and they
 * differ for moments, as on the real switch.
 *
 * Counted: the switch's table holds a channel until it is destroyed; timers,
 * tasks, legs and connections hold it while they need it. A lock (by a
 * connection that controls the channel) keeps a dead channel from being destroyed.
 */
#pragma once

#include "sim-event.h"
#include "sim-timer.h"
#include "sim-vars.h"

G_BEGIN_DECLS

typedef enum /* in FreeSWITCH's order: the number is shown */
{
  SIM_CS_NEW,
  SIM_CS_INIT,
  SIM_CS_ROUTING,
  SIM_CS_SOFT_EXECUTE,
  SIM_CS_EXECUTE,
  SIM_CS_EXCHANGE_MEDIA,
  SIM_CS_PARK,
  SIM_CS_CONSUME_MEDIA,
  SIM_CS_HIBERNATE,
  SIM_CS_RESET,
  SIM_CS_HANGUP,
  SIM_CS_REPORTING,
  SIM_CS_DESTROY,
  SIM_CS_NONE,
} SimState;

typedef enum
{
  SIM_CCS_DOWN,
  SIM_CCS_DIALING,
  SIM_CCS_RINGING,
  SIM_CCS_EARLY,
  SIM_CCS_ACTIVE,
  SIM_CCS_HELD,
  SIM_CCS_RING_WAIT,
  SIM_CCS_HANGUP,
  SIM_CCS_UNHELD,
} SimCallState;

/* Who calls whom: the Caller-... headers. NULL strings are left out. */
typedef struct
{
  gboolean inbound;
  gboolean logical_inbound;
  char *dialplan;
  char *cid_name;
  char *cid_num;
  char *orig_cid_name;
  char *orig_cid_num;
  char *callee_name;
  char *callee_num;
  char *ani;
  char *destination;
  char *uuid;
  char *source;
  char *transfer_source;
  char *context;
  char *rdnis;
  char *channel_name;
  guint index;
  gint64 times[11]; /* SimTime */
} SimProfile;

typedef enum
{
  SIM_TIME_PROFILE_CREATED,
  SIM_TIME_CREATED,
  SIM_TIME_ANSWERED,
  SIM_TIME_PROGRESS,
  SIM_TIME_PROGRESS_MEDIA,
  SIM_TIME_HANGUP,
  SIM_TIME_TRANSFER,
  SIM_TIME_RESURRECT,
  SIM_TIME_BRIDGED,
  SIM_TIME_LAST_HOLD,
  SIM_TIME_HOLD_ACCUM,
} SimTime;

typedef enum
{
  SIM_OTHER_NONE,
  SIM_OTHER_ORIGINATOR,
  SIM_OTHER_ORIGINATEE,
} SimOther;

/* Told when a leg that someone waits for answers, is asked to ring, or goes down. */
typedef void (*SimChannelFunc) (SimChannel *channel, gpointer data);

typedef struct
{
  char *app;
  char *data; /* NULL: none */
} SimStep;

struct _SimChannel
{
  grefcount refs;
  SimSwitch *sim;
  GList *link; /* in the switch's order, NULL once it is gone */
  char *uuid;
  char *name;
  gboolean inbound;
  gboolean hit_dialplan;
  gboolean codec_read;
  gboolean codec_write;
  SimState state;
  SimState running;
  SimCallState callstate;
  gboolean answered;
  const char *cause; /* NULL: alive; static */
  guint64 session_id;
  SimProfile *profile;
  SimProfile *other; /* NULL: no other leg */
  SimOther other_type;
  SimVars *vars;

  GQueue plan;       /* SimStep: what the dialplan still has in store */
  GPtrArray *frames; /* SimFrame: applications under way, the innermost last */
  GQueue messages;   /* SimMessage: sendmsg not yet looked at */
  char *last_app;    /* what ran last, for the report at the end */
  char *last_arg;
  GString *digits;       /* received and not yet consumed */
  GString *dialed;       /* all that were received */
  GString *heard;        /* on their way to the channel's thread */
  guint heard_samples;   /* how long each of those lasts */
  gboolean transferring; /* the frames end because the channel goes elsewhere */
  guint go;              /* where: SimGo */

  SimChannel *partner; /* bridged to; held */
  gboolean bridge_originator;
  SimChannel *twin;   /* the other end of a loopback pair; held */
  gboolean signalled; /* a telephone at the other end: rings, can be held */
  gboolean held;
  SimChannel *joining; /* to be bridged to in a later turn; held */

  SimChannelFunc changed; /* who waits for an answer or an end */
  gpointer changed_data;

  SimListener *keeper;  /* a sync outbound connection: the channel's thread is busy in it; compared
                           only */
  SimListener *diverts; /* connection that gets what is sent to the channel; tied to it */
  guint locks;
  gboolean reported; /* HANGUP_COMPLETE is out, DESTROY waits for the locks */
  SimTimer *timer;   /* the channel's own next step */
};

/* A channel in CS_NEW, entered in the switch's table. Takes `profile`. */
SimChannel *sim_channel_new (SimSwitch *sim, const char *uuid, const char *name, gboolean inbound,
                             SimProfile *profile);
SimChannel *sim_channel_ref (SimChannel *channel);
void sim_channel_unref (SimChannel *channel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimChannel, sim_channel_unref)
/* Takes the channel out of the switch's table: nothing finds it any more. */
void sim_channel_remove (SimChannel *channel);
void sim_channel_rename (SimChannel *channel, const char *name);
/* Gives a channel the uuid that its originator asked for. */
void sim_channel_set_uuid (SimChannel *channel, const char *uuid);

/* The living channel of that uuid; NULL when there is none or it is hung up. */
SimChannel *sim_channel_find (SimSwitch *sim, const char *uuid);
gboolean sim_channel_is_down (const SimChannel *channel);
void sim_channel_lock (SimChannel *channel);
void sim_channel_unlock (SimChannel *channel);

SimProfile *sim_profile_new (const char *uuid, const char *name, gboolean inbound);
SimProfile *sim_profile_copy (const SimProfile *profile);
void sim_profile_free (SimProfile *profile);
/* A field by the name that `uuid_getvar` knows it by; NULL for none. */
const char *sim_profile_get (SimProfile *profile, const char *name);

/* A variable as `uuid_getvar` sees it: the channel's own, a profile field, a global one. */
const char *sim_channel_get (SimChannel *channel, const char *name);
void sim_channel_set (SimChannel *channel, const char *name, const char *value);
/* `${name}` replaced by variables; the caller owns the result. */
char *sim_channel_expand (SimChannel *channel, const char *text);

const char *sim_state_name (SimState state);
const char *sim_callstate_name (SimCallState state);
const char *sim_answer_state_name (const SimChannel *channel);

/* All of the channel's headers, with the variables or without. */
void sim_channel_describe (SimChannel *channel, EslEvent *esl, gboolean with_variables);
/* The caller profile alone, each name behind `prefix`. */
void sim_channel_describe_profile (SimChannel *channel, const char *prefix, EslEvent *esl);
/* TRUE for the types whose events carry variables. */
gboolean sim_event_type_has_variables (EslEventType type);

/* Event of the channel with its headers. The pairs of name and value, ended by NULL, stand before
 * (head) or after (tail) those of the channel. sim_channel_fire() has neither. */
void sim_channel_fire (SimChannel *channel, EslEventType type);
void sim_channel_fire_head (SimChannel *channel, EslEventType type, ...) G_GNUC_NULL_TERMINATED;
void sim_channel_fire_tail (SimChannel *channel, EslEventType type, ...) G_GNUC_NULL_TERMINATED;

/* Sends the channel to a state and lets its thread arrive there: a CHANNEL_STATE event. */
void sim_channel_enter (SimChannel *channel, SimState state);
/* The thread arrives at `running`; where it was sent stays. */
void sim_channel_run_state (SimChannel *channel, SimState running);
void sim_channel_set_callstate (SimChannel *channel, SimCallState state);
void sim_channel_mark (SimChannel *channel, SimTime time);

/* Notes who sent the channel where: "EPOCH:UUID:<where>" in its profile and variables. */
void sim_channel_set_transfer_source (SimChannel *channel, const char *where);
/* Remembers the other leg as it is now. */
void sim_channel_set_other (SimChannel *channel, SimChannel *leg, SimOther type);
/* A channel that is transferred has no other leg any more. */
void sim_channel_forget_other (SimChannel *channel);
/* The channel's next step: `func` in a later turn, or after some milliseconds. One at a time for
 * the latter. */
void sim_channel_later (SimChannel *channel, void (*func) (SimChannel *channel));
void sim_channel_after (SimChannel *channel, guint msec, void (*func) (SimChannel *channel));

G_END_DECLS
