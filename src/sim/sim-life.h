/* SPDX-License-Identifier: MIT */
/* sim-life.h - what happens to channels: the sequences of states and events.
 *
 *   outgoing (null, loopback A): CODEC x2, [CHANNEL_UUID], OUTGOING, STATE INIT, CREATE, ORIGINATE,
 *     STATE ROUTING, STATE CONSUME_MEDIA, ... ANSWER, CALLSTATE ACTIVE, CALL_UPDATE,
 *     STATE EXECUTE, then its applications;
 *   incoming (loopback B, a caller): CODEC x2, STATE INIT, CREATE, CALLSTATE RINGING,
 *     STATE ROUTING, STATE EXECUTE, then the dialplan's applications;
 *   end: HANGUP, [what the applications say], STATE HANGUP, CALLSTATE HANGUP, STATE REPORTING,
 *     HANGUP_COMPLETE, DESTROY, STATE DESTROY.
 *
 * (Protocol: life of a channel; transcripts life_*.)
 */
#pragma once

#include "sim-channel.h"

G_BEGIN_DECLS

/* What an outgoing leg is made of. */
typedef struct
{
  const char *endpoint;    /* "null", "loopback", or a demo's "sofia/internal" */
  const char *destination; /* "alice"; for loopback the extension */
  const char *number;      /* of the callee, where `destination` is more than that; or NULL */
  const char *context;     /* NULL: "default" */
  const SimVars *vars;     /* of the dial string; NULL: none */
  SimChannel *originator;  /* the leg that calls, NULL: none */
} SimDial;

/* A leg in CS_CONSUME_MEDIA, not answered. NULL with `*ret_cause` when it can't be made. */
SimChannel *sim_life_dial (SimSwitch *sim, const SimDial *dial, const char **ret_cause);
/* An incoming call of `destination` in `context`. It goes to the dialplan by itself, unless it is
 * given a plan before its first turn. */
SimChannel *sim_life_incoming (SimSwitch *sim, const char *name, const char *cid_name,
                               const char *cid_num, const char *destination, const char *context);
void sim_life_ring (SimChannel *channel);
void sim_life_answer (SimChannel *channel);
/* An answered outgoing leg leaves its originator: caller id turned round, CALL_UPDATE. */
void sim_life_flip_caller (SimChannel *channel);
/* Sends the channel to CS_EXECUTE and its plan, in a later turn. */
void sim_life_execute (SimChannel *channel);
/* Where a channel goes that is called away from what it does. */
typedef enum
{
  SIM_GO_ROUTE, /* to the dialplan, with its present destination */
  SIM_GO_PLAN,  /* to the plan that it has been given */
  SIM_GO_PARK,  /* to wait */
} SimGo;
/* In a later turn; its applications are stopped first, and it leaves its bridge. */
void sim_life_redirect (SimChannel *channel, SimGo go);
/* The plan ended by itself. */
void sim_life_plan_over (SimChannel *channel);

/* Hangs up, from outside or from the channel's own thread: the former notices when its next audio
 * frame is due: a little later than any connection looks at its queue. */
void sim_life_hangup (SimChannel *channel, const char *cause);
void sim_life_hangup_self (SimChannel *channel, const char *cause);
/* DESTROY and the end of the structure: called when the last lock goes. */
void sim_life_destroy (SimChannel *channel);

G_END_DECLS
