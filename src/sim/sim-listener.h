/* SPDX-License-Identifier: MIT */
/* sim-listener.h - one connection of mod_event_socket: its queues and its rhythm.
 *
 * The rhythm is the real one (protocol: order and delay). Commands
 * run one after the other; one that takes time holds up everything else on its
 * connection. Events are written only when no input waits and no command is half
 * there. An idle connection looks at its event queue each 20 ms; any input, even
 * a lone newline, makes it look at once. A client that doesn't read stops its
 * own connection only; its queue holds 100,000 events, and the 501st loss in a
 * row ends it.
 */
#pragma once

#include "sim-event.h"
#include "sim-filter.h"
#include "sim-input.h"
#include "sim-writer.h"

G_BEGIN_DECLS

#define SIM_LOST_MAX 500u
#define SIM_GOODBYE "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
#define SIM_SHUT_DOWN "The system is being shut down.\n"

struct _SimListener
{
  grefcount refs;
  SimSwitch *sim;
  GSocketConnection *stream;
  int fd;
  GSource *source; /* fd and ready time */
  gpointer fd_tag; /* NULL: not watched */
  GIOCondition watched;

  SimInput *input;
  SimWriter out;     /* what the socket didn't take yet */
  GQueue events;     /* SimEvent */
  GQueue logs;       /* GBytes, whole frames */
  guint lost_events; /* in a row */
  guint lost_logs;
  gint64 waiting_since; /* monotonic: when the switch last began to wait for input */
  gint64 login_until;   /* monotonic, 0: the first command has come */

  gboolean greeted;
  gboolean authed;
  gboolean refused; /* a wrong password: the goodbye follows the reply */
  gboolean running; /* inside a command's function */
  gboolean busy;    /* a command takes time */
  gboolean closing; /* the last words are in `out` */
  gboolean sealed;  /* nothing more goes into `out` */
  gboolean closed;

  /* Subscriptions. */
  gboolean events_on;
  gboolean log_on;
  int log_level;
  EslFormat format;
  gboolean listens[ESL_EVENT_LAST];
  GHashTable *subclasses;  /* of CUSTOM; a set */
  gboolean all_subclasses; /* `all` was asked for */
  EslFilters *filters;

  /* What a userauth user may do; the sets NULL: everything. */
  gboolean may_log;
  gboolean *may_listen;       /* by type, NULL: everything */
  GHashTable *may_subclasses; /* set */
  GHashTable *may_api;        /* set */

  /* A connection that controls a channel. */
  SimChannel *session; /* held and locked */
  gboolean outbound;
  gboolean heard; /* outbound: the first command came */
  gboolean full;
  gboolean async;
  gboolean connected; /* outbound: `connect` was said */
  gboolean myevents;
  gboolean resume;
  gboolean linger;
  int linger_seconds;  /* -1: for ever */
  gboolean lingering;  /* the channel is down */
  gint64 linger_until; /* monotonic */
};

/* A client that dialled in; it is greeted. The switch owns it. */
SimListener *sim_listener_new (SimSwitch *sim, GSocketConnection *stream);
/* A connection that the switch dialled for `channel`. Nothing is read before the next turn of the
 * loop. */
SimListener *sim_listener_new_outbound (SimSwitch *sim, GSocketConnection *stream,
                                        SimChannel *channel, gboolean async, gboolean full);
SimListener *sim_listener_ref (SimListener *listener);
void sim_listener_unref (SimListener *listener);

/* Puts bytes on the wire, after all that waits. */
void sim_listener_write (SimListener *listener, const void *bytes, gsize len);
void sim_listener_printf (SimListener *listener, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Queues an event or log frame that the connection subscribed to. */
void sim_listener_offer (SimListener *listener, SimEvent *event);
void sim_listener_offer_log (SimListener *listener, GBytes *frame);
gboolean sim_listener_wants (const SimListener *listener, const SimEvent *event);
/* Writes what is queued now, as if input had come. */
void sim_listener_poke (SimListener *listener);

/* A command that takes time: nothing else happens until it is over. */
void sim_listener_begin_busy (SimListener *listener);
void sim_listener_end_busy (SimListener *listener);

/* The channel that it is tied to went down. */
void sim_listener_session_down (SimListener *listener);

/* Says the disconnect notice with `text` and closes once it is out. */
void sim_listener_finish (SimListener *listener, const char *text);
/* Closes without a notice, once what waits is out; nothing is added to that any more. */
void sim_listener_send_and_drop (SimListener *listener);
/* Closes at once: what waits is lost. */
void sim_listener_drop (SimListener *listener);
/* Falls silent or goes on, as the switch's faults have it now. */
void sim_listener_refresh (SimListener *listener);
/* One round: input, commands, queues. */
void sim_listener_turn (SimListener *listener);

G_END_DECLS
