/* SPDX-License-Identifier: MIT */
/* sim-command.c - the command table.
 *
 * A command word is matched as a prefix, without regard to case, in the order of
 * the table: "exitfoo" exits, "logx" is `log` with a bad level. A row may need
 * a session (a connection that controls a channel), and what stands below
 * `sendmsg` is closed to outbound connections without `full`. An empty reply becomes
 * "-ERR command not found" (protocol: commands and replies).
 */
#include "sim-command.h"

#include <stdlib.h>
#include <string.h>

#include "sim-api.h"
#include "sim-app.h"
#include "sim-channel.h"
#include "sim-job.h"
#include "sim-ledger.h"
#include "sim-log.h"
#include "sim-message.h"
#include "sim-outbound.h"

/* The switch formats a reply's text into 512 bytes. */
#define REPLY_MAX 511

typedef struct
{
  SimListener *listener;
  SimCommand *command;
  const char *args; /* behind the matched word, up to the line's end */
  GString *reply;
  gboolean no_reply; /* the handler writes, or wrote, its own */
} SimRequest;

typedef enum
{
  NEEDS_SESSION = 1 << 0,
  FULL_ONLY = 1 << 1, /* not for outbound connections without `full` */
} RowFlags;

typedef struct
{
  const char *word; /* with its space, where one must follow */
  void (*run) (SimRequest *request);
  guint flags;
} SimCommandRow;

/* ---- leaving ---- */

static void
command_exit (SimRequest *request)
{
  g_string_append (request->reply, "+OK bye");
  request->listener->refused = TRUE;
}

/* ---- subscriptions ---- */

static void
command_filter (SimRequest *request)
{
  sim_filter_command (request->listener->filters, request->args, request->reply);
}

static void
command_event (SimRequest *request)
{
  sim_subscribe_event (request->listener, request->args, request->reply);
  sim_switch_recount (request->listener->sim);
}

static void
command_nixevent (SimRequest *request)
{
  sim_subscribe_nixevent (request->listener, request->args, request->reply);
  sim_switch_recount (request->listener->sim);
}

static void
command_noevents (SimRequest *request)
{
  sim_subscribe_noevents (request->listener, request->reply);
  sim_switch_recount (request->listener->sim);
}

static void
command_myevents (SimRequest *request)
{
  sim_subscribe_myevents (request->listener, request->args + strspn (request->args, " "),
                          request->reply);
  sim_switch_recount (request->listener->sim);
}

static void
command_log (SimRequest *request)
{
  SimListener *listener = request->listener;
  g_autofree char *word = g_strdup (request->args + strspn (request->args, " "));
  int level;

  word[strcspn (word, " ")] = '\0';
  level = *word ? sim_log_level_parse (word) : SIM_LOG_DEBUG;
  if (!listener->may_log)
    g_string_append (request->reply, "-ERR permission denied");
  else if (level < 0)
    g_string_append (request->reply, "-ERR invalid log level");
  else
    {
      listener->log_on = TRUE;
      listener->log_level = level;
      sim_switch_recount (listener->sim);
      g_string_append_printf (request->reply, "+OK log level %s [%d]", word, level);
    }
}

static void
command_nolog (SimRequest *request)
{
  SimListener *listener = request->listener;

  g_queue_clear_full (&listener->logs, (GDestroyNotify)g_bytes_unref);
  g_string_append (request->reply, listener->log_on ? "+OK no longer logging" : "-ERR not loging");
  listener->log_on = FALSE;
  sim_switch_recount (listener->sim);
}

/* ---- the channel of this connection ---- */

static void
command_resume (SimRequest *request)
{
  request->listener->resume = TRUE;
  sim_channel_set (request->listener->session, "socket_resume", "true");
  g_string_append (request->reply, "+OK");
}

static void
command_connect (SimRequest *request)
{
  sim_outbound_connect (request->listener);
  request->no_reply = TRUE;
}

static void
command_getvar (SimRequest *request)
{
  const char *space = strchr (request->args, ' ');
  const char *value =
      space != NULL ? sim_channel_get (request->listener->session, space + 1) : NULL;

  g_string_append (request->reply, value != NULL ? value : "");
}

static void
command_divert_events (SimRequest *request)
{
  const char *word = request->args + strspn (request->args, " ");

  if (request->listener->session == NULL)
    g_string_append (request->reply, "-ERR not controlling a session.");
  else if (!*word)
    g_string_append (request->reply, "-ERR missing value.");
  else
    {
      gboolean on = g_ascii_strcasecmp (word, "on") == 0;

      request->listener->session->diverts = on ? request->listener : NULL;
      g_string_append (request->reply, on ? "+OK events diverted" : "+OK events not diverted");
    }
}

static void
command_linger (SimRequest *request)
{
  SimListener *listener = request->listener;
  gboolean timed;

  if (listener->session == NULL)
    {
      g_string_append (request->reply, "-ERR not controlling a session");
      return;
    }
  timed = request->args[0] == ' ' && request->args[1];
  listener->linger = TRUE;
  listener->linger_seconds = timed ? atoi (request->args + 1) : -1;
  if (timed)
    g_string_append_printf (request->reply, "+OK will linger %d seconds", listener->linger_seconds);
  else
    g_string_append (request->reply, "+OK will linger");
}

static void
command_nolinger (SimRequest *request)
{
  SimListener *listener = request->listener;

  listener->linger = FALSE;
  g_string_append (request->reply, listener->session != NULL ? "+OK will not linger"
                                                             : "-ERR not controlling a session");
}

/* ---- messages and events ---- */

static void
message_over (gpointer data)
{
  SimListener *listener = data;

  if (!listener->closed)
    sim_listener_printf (listener, "Content-Type: command/reply\nReply-Text: +OK\n\n");
  sim_listener_end_busy (listener);
  sim_listener_unref (listener);
}

/* On a connection that isn't async, a message to its own channel is carried out at once, before
 * those that are queued: these must wait until something looks at them. */
static void
send_message (SimRequest *request, SimChannel *channel, gboolean at_once)
{
  SimMessage message = { .event = g_steal_pointer (&request->command->message) };

  sim_ledger_message (channel->sim->ledger, message.event);
  if (!at_once)
    {
      g_string_append (request->reply, "+OK");
      sim_app_message (channel, &message);
      return;
    }
  message.done = message_over;
  message.data = sim_listener_ref (request->listener);
  request->no_reply = TRUE;
  sim_listener_begin_busy (request->listener);
  sim_message_run (channel, &message);
  g_clear_pointer (&message.event, esl_event_free);
  sim_channel_later (channel, sim_app_pump);
}

static void
command_sendmsg (SimRequest *request)
{
  SimListener *listener = request->listener;
  const char *uuid = request->args + strspn (request->args, " ");
  gboolean own;
  SimChannel *channel;
  gboolean async;

  if (!*uuid)
    uuid = esl_event_get (request->command->message, "session-id");
  own = listener->session != NULL && (uuid == NULL || strcmp (uuid, listener->session->uuid) == 0);
  channel = own ? listener->session : sim_channel_find (listener->sim, uuid);
  async = listener->async || sim_word_is_true (esl_event_get (request->command->message, "async"));
  if (channel != NULL)
    send_message (request, channel, own && !async && channel->cause == NULL);
  else
    g_string_append_printf (request->reply, "-ERR invalid session id [%s]",
                            uuid != NULL ? uuid : "");
}

/* An event with the Unique-ID of a living channel goes to that channel: its thread adds the
 * channel's headers and fires it, or, diverted, passes it on as it is. Neither way are the core's
 * headers added, not even Event-Name. */
static void
send_event_to_channel (SimChannel *channel, EslEventType type, EslEvent *message)
{
  SimListener *diverts = channel->diverts;
  g_autoptr (SimEvent) event = NULL;

  if (diverts == NULL)
    {
      sim_channel_describe (channel, message, sim_event_type_has_variables (type));
      sim_event_fire (channel->sim, sim_event_bare (type, message));
      return;
    }
  event = sim_event_bare (type, message);
  if (diverts->events_on)
    sim_listener_offer (diverts, event);
}

static void
send_event (SimSwitch *sim, EslEventType type, EslEvent *message)
{
  static const SimOrigin origin = { "mod_event_socket.c", "parse_command", 2275 };
  SimChannel *channel = sim_channel_find (sim, esl_event_get (message, "unique-id"));

  if (channel != NULL)
    send_event_to_channel (channel, type, message);
  else
    sim_event_fire (sim, sim_event_wrap (sim, type, &origin, message));
}

static void
command_sendevent (SimRequest *request)
{
  SimListener *listener = request->listener;
  EslEvent *message = g_steal_pointer (&request->command->message);
  const char *name = request->args + strspn (request->args, " \t");
  EslEventType type = esl_event_type_parse (name, -1);
  g_autofree char *uuid = sim_uuid_new ();

  sim_ledger_message (listener->sim->ledger, message);
  esl_event_add (message, "Event-UUID", uuid);
  if (type == ESL_EVENT_CUSTOM)
    esl_event_move_first (message, "Event-Subclass");
  send_event (listener->sim, type < ESL_EVENT_ALL ? type : ESL_EVENT_CUSTOM, message);
  g_string_append_printf (request->reply, "+OK %s", uuid);
}

/* ---- api ---- */

/* A test's fault: the announced half of a reply, then nothing. */
static void
api_cut (SimListener *listener, const char *text)
{
  listener->sim->fault_cut = FALSE;
  sim_listener_printf (listener,
                       "Content-Type: api/response\nContent-Length: %" G_GSIZE_FORMAT "\n\n%s",
                       strlen (text) * 2, text);
  sim_listener_send_and_drop (listener);
}

static void
api_over (SimApiCall *call, gpointer data)
{
  SimListener *listener = data;
  const char *text = call->out->len > 0 ? call->out->str : "-ERR no reply\n";
  gsize len = strlen (text); /* a reply is a C string on the switch */

  if (listener->sim->fault_cut)
    api_cut (listener, text);
  sim_listener_printf (listener,
                       "Content-Type: api/response\nContent-Length: %" G_GSIZE_FORMAT "\n\n", len);
  sim_listener_write (listener, text, len);
  sim_listener_end_busy (listener);
  sim_listener_unref (listener);
}

static void
command_api (SimRequest *request)
{
  SimListener *listener = request->listener;
  const char *console = esl_event_get (request->command->message, "console_execute");
  g_auto (GStrv) halves = g_strsplit (request->args, " ", 2);
  const char *name = halves[0] != NULL ? halves[0] : "";
  const char *args = halves[0] != NULL ? halves[1] : NULL;

  if (!sim_login_allows_api (listener, name, args))
    {
      g_string_append (request->reply, "-ERR permission denied");
      return;
    }
  request->no_reply = TRUE;
  sim_listener_begin_busy (listener);
  if (sim_word_is_true (console))
    sim_api_run_console (listener->sim, request->args, api_over, sim_listener_ref (listener));
  else
    sim_api_run (listener->sim, name, args, api_over, sim_listener_ref (listener));
}

/* Longer job ids are cut. */
#define JOB_UUID_MAX 256

static void
command_bgapi (SimRequest *request)
{
  SimListener *listener = request->listener;
  const char *wanted = esl_event_get (request->command->message, "job-uuid");
  g_autofree char *uuid = wanted != NULL ? g_strndup (wanted, JOB_UUID_MAX) : sim_uuid_new ();
  g_auto (GStrv) halves = g_strsplit (request->args, " ", 2);
  const char *name = halves[0] != NULL ? halves[0] : "";
  const char *args = halves[0] != NULL ? halves[1] : NULL;

  if (!sim_login_allows_api (listener, name, args))
    {
      g_string_append (request->reply, "-ERR permission denied");
      return;
    }
  sim_job_start (listener->sim, name, args, uuid,
                 listener->session != NULL ? listener->session->uuid : NULL);
  g_string_append_printf (request->reply, "~Reply-Text: +OK Job-UUID: %s\nJob-UUID: %s\n\n", uuid,
                          uuid);
}

/* ---- login ---- */

static void
command_auth (SimRequest *request)
{
  sim_login_auth (request->listener, request->args, request->reply);
}

static void
command_userauth (SimRequest *request)
{
  sim_login_userauth (request->listener, request->args, request->reply);
}

/* ---- the table ---- */

static const SimCommandRow leave_rows[] = {
  { "exit", command_exit },
  { "...", command_exit },
};

static const SimCommandRow login_rows[] = {
  { "auth ", command_auth },
  { "userauth ", command_userauth },
};

static const SimCommandRow rows[] = {
  { "filter ", command_filter },
  { "resume", command_resume, NEEDS_SESSION },
  { "connect", command_connect, NEEDS_SESSION },
  { "getvar", command_getvar, NEEDS_SESSION },
  { "myevents", command_myevents, NEEDS_SESSION },
  { "myevents ", command_myevents },
  { "divert_events", command_divert_events },
  { "sendmsg", command_sendmsg },
  { "sendevent", command_sendevent, FULL_ONLY },
  { "api ", command_api, FULL_ONLY },
  { "bgapi ", command_bgapi, FULL_ONLY },
  { "log", command_log, FULL_ONLY },
  { "linger", command_linger, FULL_ONLY },
  { "nolinger", command_nolinger, FULL_ONLY },
  { "nolog", command_nolog, FULL_ONLY },
  { "event", command_event, FULL_ONLY },
  { "nixevent", command_nixevent, FULL_ONLY },
  { "noevents", command_noevents, FULL_ONLY },
};

static gboolean
row_is_open (const SimCommandRow *row, const SimListener *listener)
{
  if ((row->flags & NEEDS_SESSION) && listener->session == NULL)
    return FALSE;
  return !(row->flags & FULL_ONLY) || !listener->outbound || listener->full;
}

static gboolean
rows_run (const SimCommandRow *table, guint n, SimRequest *request, const char *line)
{
  for (guint i = 0; i < n; i++)
    {
      gsize len = strlen (table[i].word);

      if (g_ascii_strncasecmp (line, table[i].word, len) != 0
          || !row_is_open (&table[i], request->listener))
        continue;
      request->args = line + len;
      table[i].run (request);
      return TRUE;
    }
  return FALSE;
}

static gboolean
text_has (const char *text, const char *word)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  return strstr (lower, word) != NULL;
}

/* Header text with both words in it, wherever, is taken for the order to restart the event socket
 * (protocol: reload trap). */
static const char *
command_line (const SimCommand *command)
{
  if (!text_has (command->text, "mod_event_socket"))
    return command->line;
  if (text_has (command->text, "unload"))
    return "api bgapi unload mod_event_socket";
  if (text_has (command->text, "reload"))
    return "api bgapi reload mod_event_socket";
  return command->line;
}

static void
command_reply (SimRequest *request)
{
  GString *reply = request->reply;

  if (reply->len == 0)
    g_string_append (reply, "-ERR command not found");
  g_string_truncate (reply, MIN (reply->len, REPLY_MAX));
  if (reply->str[0] == '~')
    sim_listener_printf (request->listener, "Content-Type: command/reply\n%s", reply->str + 1);
  else
    sim_listener_printf (request->listener, "Content-Type: command/reply\nReply-Text: %s\n\n",
                         reply->str);
}

void
sim_command_run (SimListener *listener, SimCommand *command)
{
  g_autoptr (GString) reply = g_string_new (NULL);
  SimRequest request = { .listener = listener, .command = command, .reply = reply };
  const char *line = command_line (command);
  gboolean first = listener->outbound && !listener->heard;

  listener->heard = TRUE;
  if (!rows_run (leave_rows, G_N_ELEMENTS (leave_rows), &request, line))
    {
      if (listener->authed)
        rows_run (rows, G_N_ELEMENTS (rows), &request, line);
      else
        rows_run (login_rows, G_N_ELEMENTS (login_rows), &request, line);
    }
  if (listener->closed)
    return;
  /* The first reply on an outbound connection is dropped, unless it is that of `connect`. */
  if (!request.no_reply && !first)
    command_reply (&request);
  if (listener->refused)
    sim_listener_finish (listener, SIM_GOODBYE);
}
