/* SPDX-License-Identifier: MIT */
/* sw-log.c - dials when the log is wanted and the switch there, again a little later when only
 * this connection was lost.
 */
#include "sw-log.h"
#include "esl-text.h"
#include "sw-dial.h"

#include <string.h>

#define RETRY_FIRST 500 /* ms */
#define RETRY_MAX 30000 /* ms */
#define PATIENCE 10000  /* ms for the answer to `log N`, unless a connect_timeout is given */

struct _SwLog
{
  SwLogFuncs funcs;
  gpointer data;
  const EslConnectionTarget *target; /* lent */
  EslConnection *connection;
  int level;
  gboolean reachable;
  gboolean flowing; /* the switch sends lines */
  gint64 stopped;   /* when they stopped, monotonic; 0: they never flowed, or do */
  SwDial dial;
  guint asking; /* the deadline of the answer to `log N`; 0: none is awaited */
  char *refused;
};

static void log_update (SwLog *log);
static void log_dial (gpointer log);

SwLog *
sw_log_new (const EslConnectionTarget *target, const SwLogFuncs *funcs, gpointer data)
{
  SwLog *log = g_new0 (SwLog, 1);

  log->funcs = *funcs;
  log->data = data;
  log->target = target;
  log->level = -1;
  sw_dial_init (&log->dial, RETRY_FIRST, RETRY_MAX, log_dial, log);
  return log;
}

void
sw_log_free (SwLog *log)
{
  sw_dial_stop (&log->dial);
  g_clear_handle_id (&log->asking, g_source_remove);
  g_clear_pointer (&log->connection, esl_connection_free);
  g_free (log->refused);
  g_free (log);
}

/* A line of our own, as a warning of the switch would come. */
static void say (SwLog *log, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
say (SwLog *log, const char *format, ...)
{
  g_autoptr (EslEvent) headers = esl_event_new ();
  g_autoptr (GString) text = g_string_new ("eslfs: ");
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
  g_string_append_c (text, '\n');
  esl_event_add (headers, "Log-Level", "4");
  esl_event_add (headers, "Text-Channel", "0");
  esl_event_add (headers, "Log-File", "eslfs");
  esl_event_add (headers, "Log-Func", "eslfs");
  esl_event_add (headers, "Log-Line", "0");
  esl_event_add (headers, "User-Data", "");
  log->funcs.line (headers, text->str, text->len, log->data);
}

static void
on_frame (EslConnection *connection, const EslFrame *frame, gpointer data)
{
  SwLog *log = data;

  if (strcmp (frame->content_type, "log/data") == 0)
    log->funcs.line (frame->headers, frame->body != NULL ? (const char *)frame->body : "",
                     frame->body_len, log->data);
}

/* A refusal is not asked again until the level is set anew: permissions come with the login. */
static void
on_level (EslConnection *connection, const EslReply *reply, const GError *error, gpointer data)
{
  SwLog *log = data;

  if (reply == NULL)
    return;
  if (esl_connection_outstanding (connection) == 0)
    g_clear_handle_id (&log->asking, g_source_remove);
  g_clear_pointer (&log->refused, g_free);
  if (!g_str_has_prefix (reply->text, "+OK"))
    {
      log->refused = esl_text_of (reply->text);
      say (log, "the switch refuses its log: %s", log->refused);
      log_update (log);
      return;
    }
  if (!log->flowing && log->stopped != 0)
    say (log, "the log goes on; the lines of the last %.3f s are missing",
         (double)(g_get_monotonic_time () - log->stopped) / G_USEC_PER_SEC);
  log->flowing = TRUE;
  log->stopped = 0;
  sw_dial_succeeded (&log->dial);
  sw_dial_lasted (&log->dial);
}

/* As if the connection had been lost: it is dialled again later. */
static gboolean
on_not_answered (gpointer data)
{
  SwLog *log = data;

  log->asking = 0;
  esl_connection_close (log->connection);
  return G_SOURCE_REMOVE;
}

static void
send_level (SwLog *log)
{
  guint timeout = log->target->connect_timeout;
  g_autoptr (GString) command = g_string_new (NULL);

  if (log->asking == 0)
    log->asking = g_timeout_add (timeout != 0 ? timeout : PATIENCE, on_not_answered, log);

  g_string_append_printf (command, "log %d\n\n", log->level);
  esl_connection_send (log->connection, command->str, command->len, on_level, log);
}

static void
on_ready (EslConnection *connection, const EslReply *auth, gpointer data)
{
  SwLog *log = data;

  send_level (log);
  log->funcs.changed (log->data);
}

static void
on_closed (EslConnection *connection, const GError *error, gpointer data)
{
  SwLog *log = data;
  gboolean flowed = log->flowing;

  g_clear_handle_id (&log->asking, g_source_remove);
  g_clear_pointer (&log->connection, esl_connection_free);
  log->flowing = FALSE;
  if (flowed)
    {
      log->stopped = g_get_monotonic_time ();
      say (log, "the log stops here: %s", error->message);
    }
  if (log->reachable)
    sw_dial_later (&log->dial);
  log->funcs.changed (log->data);
}

/* Ours to end: without a word, since nobody wants it. */
static void
hang_up (SwLog *log)
{
  g_clear_pointer (&log->connection, esl_connection_free);
  g_clear_handle_id (&log->asking, g_source_remove);
  sw_dial_stop (&log->dial);
  sw_dial_lasted (&log->dial);
  log->flowing = FALSE;
  log->stopped = 0;
}

static void
log_dial (gpointer data)
{
  static const EslConnectionFuncs funcs = { on_ready, on_frame, on_closed };
  SwLog *log = data;

  log->connection = esl_connection_new (&funcs, log);
  esl_connection_open (log->connection, log->target);
}

static void
log_update (SwLog *log)
{
  if (log->level < 0 || log->refused != NULL)
    hang_up (log);
  else if (log->connection == NULL && log->dial.timer == 0 && log->reachable)
    sw_dial_now (&log->dial);
}

void
sw_log_set_level (SwLog *log, int level)
{
  gboolean differs = level != log->level;

  log->level = level;
  if (differs)
    g_clear_pointer (&log->refused, g_free);
  if (differs && level >= 0 && log->connection != NULL
      && esl_connection_state (log->connection) == ESL_CONNECTION_READY)
    send_level (log);
  log_update (log);
}

/* While the switch can't be reached nothing is due; when it comes back, an attempt is. */
void
sw_log_set_reachable (SwLog *log, gboolean reachable)
{
  log->reachable = reachable;
  sw_dial_stop (&log->dial);
  if (!reachable)
    return;
  g_clear_pointer (&log->refused, g_free);
  log_update (log);
}

void
sw_log_poke (SwLog *log)
{
  if (log->connection != NULL)
    esl_connection_poke (log->connection);
}

EslConnection *
sw_log_connection (const SwLog *log)
{
  return log->connection;
}

const char *
sw_log_refused (const SwLog *log)
{
  return log->refused;
}
