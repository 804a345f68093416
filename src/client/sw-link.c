/* SPDX-License-Identifier: MIT */
/* sw-link.c - the event connection and its life.
 *
 * Timers: the next attempt while waiting; one for the answer to the subscription; while up one for
 * the watchdog, which is set anew at most once in its period, and the poke while a live reader
 * waits. An idle link wakes for nothing else.
 */
#include "sw-link.h"
#include "sw-allowed.h"
#include "sw-dial.h"

#include <string.h>

#define BACKOFF_FIRST 100     /* ms */
#define BACKOFF_MAX 10000     /* ms */
#define BACKOFF_REFUSED 60000 /* ms: a password that was refused may be mended by hand */
/* A link that was up this long has earned a prompt attempt, µs. */
#define STEADY G_USEC_PER_SEC
#define SUBSCRIPTION 10000 /* ms for the answer to it, unless a connect_timeout is given */
/* Links that were subscribed and then lost before they were of use: so many, and a first attempt
 * that is not to be retried has failed. */
#define MAX_USELESS 3
#define PATIENCE 10000 /* ms for the answer to the watchdog's question */
#define SUSPICION 5000 /* ms for that answer when something else went unanswered */
#define POKE_AGAIN 1   /* ms */

struct _SwLink
{
  SwLinkFuncs funcs;
  gpointer data;
  const SwClientOptions *options; /* lent */

  SwLinkState state;
  SwDial dial;
  EslConnection *connection; /* from DIALLING on; NULL: IDLE, WAITING, FAILED */
  GError *why;               /* we dropped it for that */
  EslEvent *event;
  guint flows;         /* how often events have flowed */
  guint losses;        /* how often it was lost or not reached */
  gboolean was_of_use; /* once at least, a first look has ended */
  gint64 since;        /* events flow: real time, to be shown */
  gint64 flowing;      /* the same, monotonic */
  guint subscribing;   /* the deadline of the subscription's answer */

  SwAllowed allowed;
  char *refused;

  gint64 heard;  /* monotonic */
  gint64 probed; /* when it was last asked */
  guint watchdog;
  gboolean probing;
  int live_readers;
  guint poking, poke_again;
};

static void link_dial (gpointer link);

gboolean
sw_link_flows (const SwLink *link)
{
  return link->state == SW_LINK_FIRST_LOOK || link->state == SW_LINK_UP
         || link->state == SW_LINK_LOOKING_AGAIN;
}

SwLink *
sw_link_new (const SwClientOptions *options, const SwLinkFuncs *funcs, gpointer data)
{
  SwLink *link = g_new0 (SwLink, 1);

  link->funcs = *funcs;
  link->data = data;
  link->options = options;
  link->event = esl_event_new ();
  sw_dial_init (&link->dial, BACKOFF_FIRST, BACKOFF_MAX, link_dial, link);
  sw_allowed_clear (&link->allowed);
  return link;
}

static void
stop_timers (SwLink *link)
{
  sw_dial_stop (&link->dial);
  g_clear_handle_id (&link->subscribing, g_source_remove);
  g_clear_handle_id (&link->watchdog, g_source_remove);
  g_clear_handle_id (&link->poking, g_source_remove);
  g_clear_handle_id (&link->poke_again, g_source_remove);
}

void
sw_link_free (SwLink *link)
{
  stop_timers (link);
  g_clear_pointer (&link->connection, esl_connection_free);
  g_clear_error (&link->why);
  esl_event_free (link->event);
  sw_allowed_clear (&link->allowed);
  g_free (link->refused);
  g_free (link);
}

/* Pokes. */

static gboolean
on_poke (gpointer data)
{
  SwLink *link = data;

  esl_connection_poke (link->connection);
  link->funcs.poked (link->data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_poke_again (gpointer data)
{
  SwLink *link = data;

  link->poke_again = 0;
  esl_connection_poke (link->connection);
  return G_SOURCE_REMOVE;
}

static void
update_poking (SwLink *link)
{
  gboolean wanted =
      sw_link_flows (link) && link->live_readers > 0 && link->options->poke_interval > 0;

  if (wanted && link->poking == 0)
    link->poking = g_timeout_add (link->options->poke_interval, on_poke, link);
  else if (!wanted)
    g_clear_handle_id (&link->poking, g_source_remove);
}

static void
link_enter (SwLink *link, SwLinkState state, const GError *error)
{
  link->state = state;
  update_poking (link);
  link->funcs.entered (state, error, link->data);
}

void
sw_link_poke (SwLink *link)
{
  if (!sw_link_flows (link))
    return;
  esl_connection_poke (link->connection);
  if (link->poke_again == 0)
    link->poke_again = g_timeout_add (POKE_AGAIN, on_poke_again, link);
}

void
sw_link_ease (SwLink *link)
{
  if (sw_link_flows (link))
    esl_connection_ease (link->connection);
}

void
sw_link_add_live_reader (SwLink *link, int delta)
{
  link->live_readers += delta;
  update_poking (link);
}

guint
sw_link_live_readers (const SwLink *link)
{
  return (guint)link->live_readers;
}

/* The watchdog. */

static gboolean on_watchdog (gpointer data);

static void
watch (SwLink *link, guint delay)
{
  link->watchdog = g_timeout_add (delay, on_watchdog, link);
}

/* Any answer will do, also a refusal: the peer lives. */
static void
on_probed (EslConnection *connection, const EslReply *reply, const GError *error, gpointer data)
{
  SwLink *link = data;

  link->probing = FALSE;
  if (reply != NULL)
    link->heard = g_get_monotonic_time ();
}

static void
probe (SwLink *link, guint patience)
{
  static const char question[] = "event json HEARTBEAT\n\n";

  link->probed = g_get_monotonic_time ();
  link->probing =
      esl_connection_send (link->connection, question, sizeof question - 1, on_probed, link);
  watch (link, patience);
}

void
sw_link_suspect (SwLink *link)
{
  gint64 silent = (g_get_monotonic_time () - link->heard) / 1000;
  guint patience = MIN (SUSPICION, link->options->silence);

  if (!sw_link_flows (link) || link->probing || silent < patience)
    return;
  g_clear_handle_id (&link->watchdog, g_source_remove);
  probe (link, patience);
}

/* Set anew for the rest when something came meanwhile; so it fires once in its period at most. */
static gboolean
on_watchdog (gpointer data)
{
  SwLink *link = data;
  gint64 silent = (g_get_monotonic_time () - link->heard) / 1000;
  gint64 allowed = link->options->silence;
  gboolean gave_none = link->probing && link->heard <= link->probed;

  link->watchdog = 0;
  if (!gave_none && silent < allowed)
    watch (link, (guint)(allowed - silent));
  else if (!gave_none)
    probe (link, MIN (PATIENCE, link->options->silence));
  else
    {
      g_autoptr (GError) error = g_error_new (
          ESL_CONNECTION_ERROR, ESL_CONNECTION_ERROR_LOST,
          "the switch said nothing for %.1f seconds and did not answer when asked", silent / 1000.);

      sw_link_drop (link, error);
    }
  return G_SOURCE_REMOVE;
}

/* What comes. */

static void
on_frame (EslConnection *connection, const EslFrame *frame, gpointer data)
{
  SwLink *link = data;
  const char *json = (const char *)frame->body;
  gsize len = frame->body_len;
  g_autoptr (GError) error = NULL;

  link->heard = g_get_monotonic_time ();
  if (strcmp (frame->content_type, "text/event-json") != 0)
    return;
  while (len > 0 && json[len - 1] == '\n')
    len--;
  if (esl_event_parse (link->event, ESL_FORMAT_JSON, json, len, &error))
    link->funcs.event (link->event, json, len, link->data);
  else
    link->funcs.unreadable (error, link->data);
}

static void
link_begin_flow (SwLink *link)
{
  link->flows++;
  sw_dial_succeeded (&link->dial);
  link->since = g_get_real_time ();
  link->heard = link->flowing = g_get_monotonic_time ();
  link->probing = FALSE;
  watch (link, link->options->silence);
  link_enter (link, SW_LINK_FIRST_LOOK, NULL);
}

/* The first refusal leaves us without events, but not without the rest. */
static void
on_subscribed (EslConnection *connection, const EslReply *reply, const GError *error, gpointer data)
{
  SwLink *link = data;

  g_clear_handle_id (&link->subscribing, g_source_remove);
  if (reply == NULL)
    return;
  g_clear_pointer (&link->refused, g_free);
  if (!g_str_has_prefix (reply->text, "+OK"))
    link->refused = g_strdup (reply->text);
  link_begin_flow (link);
}

static guint
subscription_patience (const SwLink *link)
{
  guint timeout = link->options->target.connect_timeout;

  return timeout != 0 ? timeout : SUBSCRIPTION;
}

/* The login's deadline ended with the login, the watchdog begins with the answer: a peer that never
 * gives it would be waited for for ever. */
static gboolean
on_not_subscribed (gpointer data)
{
  SwLink *link = data;
  g_autoptr (GError) error =
      g_error_new (ESL_CONNECTION_ERROR, ESL_CONNECTION_ERROR_TIMEOUT,
                   "the switch took the login, but did not answer the subscription to its events "
                   "within %u ms",
                   subscription_patience (link));

  link->subscribing = 0;
  sw_link_drop (link, error);
  return G_SOURCE_REMOVE;
}

static void
subscribe (SwLink *link)
{
  g_autoptr (GString) line = g_string_new ("event json");
  g_autoptr (GString) command = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  sw_allowed_append_events (&link->allowed, line);
  if (!esl_command_line (command, line->str, (gssize)line->len, &error))
    {
      sw_link_drop (link, error);
      return;
    }
  link->subscribing = g_timeout_add (subscription_patience (link), on_not_subscribed, link);
  esl_connection_send (link->connection, command->str, command->len, on_subscribed, link);
}

static void
on_ready (EslConnection *connection, const EslReply *auth, gpointer data)
{
  SwLink *link = data;

  sw_allowed_take (&link->allowed, auth);
  link_enter (link, SW_LINK_SUBSCRIBING, NULL);
  subscribe (link);
}

/* Down, and up again. */

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, ESL_CONNECTION_ERROR, ESL_CONNECTION_ERROR_PASSWORD)
         || g_error_matches (error, ESL_CONNECTION_ERROR, ESL_CONNECTION_ERROR_ACL);
}

/* An attempt that was never of use ends the attempts, unless they are to be retried: at once when
 * the switch could not be reached or refused us, after a few tries when it was only its tables that
 * could not be had. */
static gboolean
is_final (const SwLink *link, const GError *why)
{
  if (link->was_of_use || (link->flows > 0 && is_refusal (why)))
    return FALSE;
  if (is_refusal (why))
    return TRUE;
  return !link->options->retry && (link->flows == 0 || link->flows >= MAX_USELESS);
}

static void
on_closed (EslConnection *connection, const GError *error, gpointer data)
{
  SwLink *link = data;
  g_autoptr (GError) why = link->why != NULL ? g_steal_pointer (&link->why) : g_error_copy (error);
  gboolean final = is_final (link, why);

  stop_timers (link);
  link->losses++;
  if (sw_link_flows (link) && g_get_monotonic_time () - link->flowing >= STEADY)
    sw_dial_lasted (&link->dial);
  g_clear_pointer (&link->connection, esl_connection_free);
  if (!final && is_refusal (why)) /* somebody has to mend something */
    sw_dial_after (&link->dial, BACKOFF_REFUSED);
  else if (!final)
    sw_dial_later (&link->dial);
  link_enter (link, final ? SW_LINK_FAILED : SW_LINK_WAITING, why);
}

static void
link_dial (gpointer data)
{
  static const EslConnectionFuncs funcs = { on_ready, on_frame, on_closed };
  SwLink *link = data;

  link->connection = esl_connection_new (&funcs, link);
  esl_connection_open (link->connection, &link->options->target);
  link_enter (link, SW_LINK_DIALLING, NULL);
}

void
sw_link_start (SwLink *link)
{
  if (link->state == SW_LINK_IDLE)
    sw_dial_now (&link->dial);
}

void
sw_link_stop (SwLink *link)
{
  stop_timers (link);
  link->state = SW_LINK_FAILED;
}

void
sw_link_drop (SwLink *link, const GError *error)
{
  if (link->connection == NULL)
    return;
  g_clear_error (&link->why);
  link->why = g_error_copy (error);
  esl_connection_close (link->connection);
}

SwLinkState
sw_link_state (const SwLink *link)
{
  return link->state;
}

void
sw_link_looked (SwLink *link)
{
  g_return_if_fail (sw_link_flows (link));
  link->was_of_use = TRUE;
  link_enter (link, SW_LINK_UP, NULL);
}

void
sw_link_look_again (SwLink *link)
{
  g_return_if_fail (link->state == SW_LINK_UP);
  link_enter (link, SW_LINK_LOOKING_AGAIN, NULL);
}

EslConnection *
sw_link_connection (const SwLink *link)
{
  return link->connection;
}

guint
sw_link_attempts (const SwLink *link)
{
  return link->dial.attempts;
}

guint
sw_link_losses (const SwLink *link)
{
  return link->losses;
}

gint64
sw_link_since (const SwLink *link)
{
  return link->since;
}

const char *
sw_link_allowed_events (const SwLink *link)
{
  return link->allowed.events;
}

const char *
sw_link_allowed_api (const SwLink *link)
{
  return link->allowed.api;
}

gboolean
sw_link_log_allowed (const SwLink *link)
{
  return link->allowed.log;
}

gboolean
sw_link_sees_channels (const SwLink *link)
{
  return link->refused == NULL && sw_allowed_sees_channels (&link->allowed);
}

const char *
sw_link_refused (const SwLink *link)
{
  return link->refused;
}
