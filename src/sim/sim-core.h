/* SPDX-License-Identifier: MIT */
/* sim-core.h - the switch as its own parts see it. Not for use outside this folder.
 *
 * The real switch has a thread for each channel, connection and job. Here a
 * channel's next step is a task: it runs in a turn of its own, never inside the
 * function that caused it. Events that are fired wait for the end of the turn,
 * as on the real switch they pass through a dispatcher's queue: so an api
 * command's reply is written before the events that it caused.
 */
#pragma once

#include "esl-event-types.h"
#include "esl-event.h"
#include "sim-switch.h"

G_BEGIN_DECLS

typedef struct _SimChannel SimChannel;
typedef struct _SimListener SimListener;
typedef struct _SimDb SimDb;
typedef struct _SimVars SimVars;
typedef struct _SimDemo SimDemo;
typedef struct _SimFault SimFault;
typedef struct _SimLedger SimLedger;
typedef struct _SimEvent SimEvent;

/* Figures that `status` and HEARTBEAT show. */
typedef struct
{
  guint64 total;   /* sessions since the start */
  guint peak;      /* most at a time */
  guint peak_rate; /* most in a second */
  guint rate;      /* in the second under way */
  gint64 second;   /* which one that is */
} SimSessions;

struct _SimSwitch
{
  SimOptions options; /* its strings are the switch's */
  GMainContext *context;
  GSource *turn; /* runs tasks, then hands out events */

  char *core_uuid;
  char *hostname;
  gint64 started;      /* microseconds, wall clock */
  guint64 sequence;    /* of the last event */
  gint64 stamp_second; /* the second that the two stamps are of */
  char stamp_local[32];
  char stamp_gmt[40];

  GQueue tasks;      /* SimTask, owned */
  GSequence *timers; /* SimTimer, by time */
  guint64 timer_serial;
  GQueue dispatch;              /* SimEvent, owned */
  GPtrArray *listeners;         /* SimListener, owned */
  guint wanted[ESL_EVENT_LAST]; /* listeners that subscribed to each type */
  int log_wanted;               /* highest level that any listener wants, -1: none */
  int log_level;                /* `fsctl loglevel`: nothing graver passes */

  GHashTable *channels; /* uuid to SimChannel, both owned */
  GQueue order;         /* the same channels, oldest first */
  SimSessions sessions;
  guint max_sessions;
  guint max_rate;
  gboolean paused; /* no new calls */
  SimVars *globals;
  SimDb *db;

  GSocketService *service;
  guint16 port;
  char *host;

  GRand *random;
  SimDemo *demo;
  SimFault *fault;
  SimLedger *ledger;  /* NULL: none is kept */
  gboolean fault_cut; /* the reply under way is cut in half, its connection dropped */
};

typedef void (*SimTaskFunc) (gpointer data);

/* Runs `func` in a later turn, in the order of adding; then `destroy` (may be NULL) on `data`. */
void sim_task_add (SimSwitch *sim, SimTaskFunc func, gpointer data, GDestroyNotify destroy);
/* Hands an event to all who want it, now. It stays the caller's. */
void sim_switch_deliver (SimSwitch *sim, SimEvent *event);
/* Sees to it that the next turn comes soon, or at that monotonic time at the latest. */
void sim_switch_wake (SimSwitch *sim);
void sim_switch_wake_at (SimSwitch *sim, gint64 when);
/* Counts anew what the listeners subscribed to. */
void sim_switch_recount (SimSwitch *sim);
/* A connection closed itself: lets go of it in a later turn. */
void sim_switch_forget (SimSwitch *sim, SimListener *listener);
/* Another core: new Core-UUID, no channels, no links. */
void sim_switch_restart (SimSwitch *sim);
/* Stops listening; sim_switch_relisten() takes the same address again. */
void sim_switch_unlisten (SimSwitch *sim);
gboolean sim_switch_relisten (SimSwitch *sim, GError **error);
/* Ends every connection. `notice` NULL: without a word. */
void sim_switch_drop (SimSwitch *sim, const char *notice);
/* A fresh uuid in text; the caller owns it. */
char *sim_uuid_new (void);

G_END_DECLS
