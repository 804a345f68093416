/* SPDX-License-Identifier: MIT */
/* sw-link.h - the event connection: dialled for ever, subscribed, watched, poked; and in which
 * state all that is (docs/architecture.md, "Reconnecting", has a drawing).
 *
 * It is always drained: nothing that hears of an event may wait. A peer that says nothing for
 * three heartbeats is asked for a reply; without one the link counts as lost.
 */
#pragma once

#include "sw-client.h"

G_BEGIN_DECLS

typedef struct _SwLink SwLink;

/* The only state of being connected; SwClientState is what others see of it. */
typedef enum
{
  SW_LINK_IDLE,          /* not started */
  SW_LINK_DIALLING,      /* connecting, logging in: for connect_timeout */
  SW_LINK_SUBSCRIBING,   /* the answer to "event json ..." is awaited, for as long again */
  SW_LINK_FIRST_LOOK,    /* events flow; what they don't tell is being asked for */
  SW_LINK_UP,            /* that is known: the link is of use */
  SW_LINK_LOOKING_AGAIN, /* the same, and the switch's tables are being compared once more */
  SW_LINK_WAITING,       /* lost, or not reached: the next attempt is due later */
  SW_LINK_FAILED,        /* it won't be dialled again */
} SwLinkState;

typedef struct
{
  /* It has just got into that state, before anything else happens in it. `error`: why it was lost
   * or not reached, for SW_LINK_WAITING and SW_LINK_FAILED; else NULL. */
  void (*entered) (SwLinkState state, const GError *error, gpointer data);
  /* `json`: see SwClientFuncs. */
  void (*event) (const EslEvent *event, const char *json, gsize len, gpointer data);
  /* An event came that can't be read, and why. */
  void (*unreadable) (const GError *error, gpointer data);
  /* The event connection was poked: whoever keeps another one may do the same. */
  void (*poked) (gpointer data);
} SwLinkFuncs;

/* `options` are lent for the link's life. */
SwLink *sw_link_new (const SwClientOptions *options, const SwLinkFuncs *funcs, gpointer data);
void sw_link_free (SwLink *link);
void sw_link_start (SwLink *link);

/* For good, and without a word to its owner. */
void sw_link_stop (SwLink *link);
SwLinkState sw_link_state (const SwLink *link);
/* Subscribed: events flow. */
gboolean sw_link_flows (const SwLink *link);
/* Everything that was asked for could be had: a look ends, and a later loss is never final. */
void sw_link_looked (SwLink *link);
/* The tables are asked for once more. */
void sw_link_look_again (SwLink *link);

/* Gives the link up for `error` (copied), as if it had been lost; it is dialled again. */
void sw_link_drop (SwLink *link, const GError *error);

/* Something else went unanswered: is the peer still there? Asked at once, unless it has been heard
 * of lately; without an answer within five seconds the link is given up. */
void sw_link_suspect (SwLink *link);

/* The switch looks at its event queue now, and once more a little later: an event that a command's
 * answer announces may not be there yet at the first poke. */
void sw_link_poke (SwLink *link);
/* Those who read the events can't keep up: see esl_connection_ease(). */
void sw_link_ease (SwLink *link);
void sw_link_add_live_reader (SwLink *link, int delta);
guint sw_link_live_readers (const SwLink *link);

/* NULL when there is none; lent. */
EslConnection *sw_link_connection (const SwLink *link);
/* Attempts since events last flowed; 0 while they do. */
guint sw_link_attempts (const SwLink *link);
/* How often it was lost or not reached. */
guint sw_link_losses (const SwLink *link);
/* When events last began to flow; microseconds since the epoch, 0: never. */
gint64 sw_link_since (const SwLink *link);
/* What the login's answer restricts, as it says it; NULL: not restricted. */
const char *sw_link_allowed_events (const SwLink *link);
const char *sw_link_allowed_api (const SwLink *link);
gboolean sw_link_log_allowed (const SwLink *link);
/* FALSE when the login keeps events from us without which the table of channels can't be kept. */
gboolean sw_link_sees_channels (const SwLink *link);
/* What the switch said to the subscription when it refused; NULL: it did not. */
const char *sw_link_refused (const SwLink *link);

G_END_DECLS
