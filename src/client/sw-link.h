/* SPDX-License-Identifier: MIT */
/* sw-link.h - the event connection: dialled for ever, subscribed, watched, poked.
 *
 *   IDLE -> dial -> login -> "event json ..." -> up -> lost -> backoff -> dial ...
 *
 * It is always drained: nothing that hears of an event may wait. A peer that says nothing for
 * three heartbeats is asked for a reply; without one the link counts as lost.
 */
#pragma once

#include "sw-client.h"

G_BEGIN_DECLS

typedef struct _SwLink SwLink;

typedef struct
{
  /* Logged in and subscribed: events flow from now on. */
  void (*up) (gpointer data);
  /* An attempt failed, or the link was lost. `final`: it won't be dialled again. The login is
   * awaited for connect_timeout, the answer to the subscription for as long again. */
  void (*down) (const GError *error, gboolean final, gpointer data);
  /* `json`: see SwClientFuncs. */
  void (*event) (const EslEvent *event, const char *json, gsize len, gpointer data);
  /* An event came that can't be read, and why. */
  void (*unreadable) (const GError *error, gpointer data);
  void (*changed) (gpointer data);
  /* The event connection was poked: whoever keeps another one may do the same. */
  void (*poked) (gpointer data);
} SwLinkFuncs;

/* `options` are lent for the link's life. */
SwLink *sw_link_new (const SwClientOptions *options, const SwLinkFuncs *funcs, gpointer data);
void sw_link_free (SwLink *link);
void sw_link_start (SwLink *link);

/* Says that over this link everything could be had that is needed: a later loss is never final. */
void sw_link_is_of_use (SwLink *link);

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
/* Attempts since the link was last up; 0 while it is. */
guint sw_link_attempts (const SwLink *link);
/* When it was last up, or became so; microseconds since the epoch, 0: never. */
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
