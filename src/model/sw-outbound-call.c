/* SPDX-License-Identifier: MIT */
/* sw-outbound-call.c - one channel's own connection.
 *
 * The switch answers `connect` with the channel's data, percent-encoded, as one header block; every
 * other command as on any connection. With `async` in the dialplan a message is answered when it
 * is queued, else when its application is done, and nothing else is answered meanwhile. Without
 * `full` the switch knows but the commands about this channel.
 */
#include <string.h>

#include "sw-client-private.h"
#include "sw-command.h"
#include "sw-outbound-private.h"

#define ANSWER_SECONDS 10

SwOutboundCall *
sw_outbound_call_ref (SwOutboundCall *call)
{
  call->refs++;
  return call;
}

void
sw_outbound_call_unref (SwOutboundCall *call)
{
  if (--call->refs > 0)
    return;
  g_clear_pointer (&call->info, esl_event_free);
  g_clear_pointer (&call->channel, sw_channel_unref);
  g_free (call->uuid);
  g_free (call);
}

void
sw_outbound_call_enlist (SwOutboundCall *call, GQueue *list)
{
  if (call->list != NULL)
    g_queue_unlink (call->list, &call->link);
  call->list = list;
  if (list != NULL)
    g_queue_push_tail_link (list, &call->link);
}

/* The connection is gone, or is let go of here. */
static void
finish (SwOutboundCall *call)
{
  SwOutbound *outbound = g_steal_pointer (&call->outbound);
  EslConnection *connection = g_steal_pointer (&call->connection);

  if (outbound == NULL)
    return;
  g_clear_handle_id (&call->timer, g_source_remove);
  g_clear_pointer (&call->question, sw_command_cancel);
  sw_outbound_call_enlist (call, NULL);
  sw_outbound_remove (outbound, call);
  esl_connection_free (connection);
  sw_outbound_call_unref (call);
}

void
sw_outbound_call_end (SwOutboundCall *call)
{
  finish (call);
}

static gboolean
on_deadline (gpointer data)
{
  SwOutboundCall *call = data;

  call->timer = 0;
  g_warning ("an outbound call (%s) did not answer in %d s",
             call->uuid != NULL ? call->uuid : esl_connection_remote (call->connection),
             ANSWER_SECONDS);
  finish (call);
  return G_SOURCE_REMOVE;
}

static void
set_deadline (SwOutboundCall *call)
{
  g_clear_handle_id (&call->timer, g_source_remove);
  call->timer = g_timeout_add_seconds (ANSWER_SECONDS, on_deadline, call);
}

/* "resume" is for async sockets: a call whose session itself waits in the socket application goes
 * on by itself, and is left in CS_RESET for ever when it was told to resume (FreeSWITCH 1.10.12).
 */
void
sw_outbound_call_let_go (SwOutboundCall *call)
{
  static const char resume[] = "resume\n\n", farewell[] = "exit\n\n";

  sw_outbound_remove (call->outbound, call);
  sw_outbound_call_enlist (call, sw_outbound_new_ones (call->outbound));
  if (call->async)
    esl_connection_send (call->connection, resume, strlen (resume), NULL, NULL);
  esl_connection_send (call->connection, farewell, strlen (farewell), NULL, NULL);
  set_deadline (call);
}

/* ---- arriving ---- */

static void
turn_away (SwOutboundCall *call, const char *why)
{
  g_warning ("outbound call %s: %s; it goes on in the dialplan", call->uuid, why);
  sw_outbound_call_let_go (call);
}

static SwChannel *
find_channel (SwOutboundCall *call)
{
  return sw_model_channel (call->client->model, call->uuid);
}

/* The switch knows the channel, and so do we. */
static void
settle (SwOutboundCall *call, SwChannel *channel)
{
  g_clear_handle_id (&call->timer, g_source_remove);
  call->channel = sw_channel_ref (channel);
  if (sw_outbound_add (call->outbound, call))
    call->client->counts.outbound_calls++;
  else
    turn_away (call, "the channel has a socket already");
}

static void
on_dump (const char *text, gsize len, const GError *error, gpointer data)
{
  SwOutboundCall *call = data;
  g_autoptr (EslEvent) dump = esl_event_new ();

  call->question = NULL;
  if (error == NULL && esl_event_parse (dump, ESL_FORMAT_JSON, text, len, NULL)
      && find_channel (call) == NULL)
    sw_model_apply (call->client->model, dump, sw_now ());
  if (find_channel (call) != NULL)
    settle (call, find_channel (call));
  else
    turn_away (call, "the switch that is mounted doesn't know this channel");
}

/* The answer's headers are those of a plain event. */
static EslEvent *
parse_info (const EslFrame *frame)
{
  g_autoptr (GString) text = g_string_new (NULL);
  EslEvent *info = esl_event_new ();

  for (guint i = 0; i < esl_event_n_headers (frame->headers); i++)
    {
      EslHeader header;

      esl_event_header (frame->headers, i, &header);
      g_string_append_printf (text, "%s: %s\n", header.name, header.value);
    }
  g_string_append_c (text, '\n');
  if (!esl_event_parse (info, ESL_FORMAT_PLAIN, text->str, text->len, NULL))
    esl_event_clear (info);
  esl_event_remove (info, "Content-Type");
  esl_event_remove (info, "Reply-Text");
  return info;
}

static void
on_connected (EslConnection *connection, const EslReply *reply, const GError *error, gpointer data)
{
  SwOutboundCall *call = data;
  g_autofree char *line = NULL;

  if (reply == NULL)
    return;
  call->info = parse_info (reply->frame);
  call->uuid = g_strdup (esl_event_get (call->info, "Unique-ID"));
  call->async = g_strcmp0 (esl_event_get_last (call->info, "Socket-Mode"), "async") == 0;
  if (call->uuid == NULL)
    {
      g_warning ("%s connected for an outbound call, but named no channel",
                 esl_connection_remote (connection));
      finish (call);
    }
  else if (call->client->state != SW_CLIENT_UP)
    turn_away (call, "the switch is not connected");
  else if (find_channel (call) != NULL)
    settle (call, find_channel (call));
  else
    {
      line = g_strdup_printf ("uuid_dump %s json", call->uuid);
      call->question = sw_client_query (call->client, line, on_dump, call);
    }
}

/* ---- what comes ---- */

/* Events that the switch gives to the diverting socket instead of firing them. */
static gboolean
is_diverted (const SwOutboundCall *call, const EslEvent *event)
{
  static const char *const names[] = { "DTMF", "DETECTED_SPEECH", NULL };
  const char *name = esl_event_name (event);

  return call->diverts && name != NULL && g_strv_contains (names, name);
}

static void
on_frame (EslConnection *connection, const EslFrame *frame, gpointer data)
{
  SwOutboundCall *call = data;
  g_autoptr (EslEvent) event = NULL;

  if (strcmp (frame->content_type, "text/event-plain") != 0)
    return;
  event = esl_event_new ();
  if (!esl_event_parse (event, ESL_FORMAT_PLAIN, frame->body, frame->body_len, NULL)
      || !is_diverted (call, event))
    return;
  sw_model_apply (call->client->model, event, sw_now ());
  sw_client_emit (call->client, g_steal_pointer (&event));
}

static void
on_closed (EslConnection *connection, const GError *error, gpointer data)
{
  g_debug ("outbound: %s", error->message);
  finish (data);
}

void
sw_outbound_call_new (SwOutbound *outbound, GSocketConnection *stream)
{
  static const EslConnectionFuncs funcs = { .frame = on_frame, .closed = on_closed };
  static const char connect[] = "connect\n\n";
  SwOutboundCall *call = g_new0 (SwOutboundCall, 1);

  call->refs = 1;
  call->outbound = outbound;
  call->client = sw_outbound_client (outbound);
  call->link.data = call;
  call->connection = esl_connection_new (&funcs, call);
  sw_outbound_call_enlist (call, sw_outbound_new_ones (outbound));
  set_deadline (call);
  esl_connection_adopt (call->connection, stream, NULL);
  esl_connection_send (call->connection, connect, strlen (connect), on_connected, call);
}

/* ---- commands ---- */

/* The command is the reply function's own: the call may be gone when it runs. */
static void
on_reply (EslConnection *connection, const EslReply *reply, const GError *error, gpointer data)
{
  static const char ended[] = "-ERR call ended";
  g_autoptr (GError) lost = NULL;

  if (reply != NULL)
    sw_command_answer (data, reply->text, reply->text_len, NULL);
  else if (g_error_matches (error, ESL_CONNECTION_ERROR, ESL_CONNECTION_ERROR_NOTICE))
    sw_command_answer (data, ended, strlen (ended), NULL);
  else
    {
      lost =
          g_error_new (SW_ERROR, SW_ERROR_LOST, "the call's socket was lost: %s", error->message);
      sw_command_answer (data, "", 0, lost);
    }
}

/* Runs once the caller has returned. */
static void
refuse (SwOutboundCall *call, SwCommand *command, GError *error)
{
  sw_pool_refuse (call->client->pool, command, error);
}

void
sw_outbound_call_write (SwOutboundCall *call, const GString *bytes, SwCommand *command)
{
  if (call->connection == NULL)
    refuse (call, command,
            g_error_new (SW_ERROR, SW_ERROR_LOST, "the call's socket has ended; nothing was sent"));
  else if (!esl_connection_send (call->connection, bytes->str, bytes->len, on_reply, command))
    refuse (call, command,
            g_error_new (SW_ERROR, SW_ERROR_BUSY, "too much waits for the call's socket already"));
}

SwCommand *
sw_outbound_call_send (SwOutboundCall *call, const char *command, gsize len, SwReplyFunc func,
                       gpointer data)
{
  g_autoptr (GString) bytes = g_string_new_len (command, (gssize)len);
  SwCommand *sent = sw_command_new (func, data);

  sw_outbound_call_write (call, bytes, sent);
  return sent;
}

SwCommand *
sw_outbound_call_execute (SwOutboundCall *call, const EslExecute *message, SwReplyFunc func,
                          gpointer data)
{
  EslExecute own = *message;

  own.uuid = NULL;
  return sw_client_execute_via (call->client, call, &own, func, data);
}

SwCommand *
sw_outbound_call_sendmsg (SwOutboundCall *call, const EslEvent *message, SwReplyFunc func,
                          gpointer data)
{
  return sw_client_sendmsg_via (call->client, call, call->uuid, message, func, data);
}

static const char myevents[] = "myevents\n\n";

gboolean
sw_outbound_call_listens (const SwOutboundCall *call)
{
  return call->listens;
}

SwCommand *
sw_outbound_call_listen (SwOutboundCall *call, SwReplyFunc func, gpointer data)
{
  call->listens = TRUE;
  return sw_outbound_call_send (call, myevents, strlen (myevents), func, data);
}

SwCommand *
sw_outbound_call_divert (SwOutboundCall *call, gboolean on, SwReplyFunc func, gpointer data)
{
  static const char divert[] = "divert_events on\n\n", stop[] = "divert_events off\n\n";

  if (on && call->connection != NULL && !call->listens)
    esl_connection_send (call->connection, myevents, strlen (myevents), NULL, NULL);
  call->listens |= on;
  call->diverts = on;
  return on ? sw_outbound_call_send (call, divert, strlen (divert), func, data)
            : sw_outbound_call_send (call, stop, strlen (stop), func, data);
}

/* ---- what it is ---- */

const char *
sw_outbound_call_uuid (const SwOutboundCall *call)
{
  return call->uuid;
}

SwChannel *
sw_outbound_call_channel (const SwOutboundCall *call)
{
  return call->channel;
}

const EslEvent *
sw_outbound_call_info (const SwOutboundCall *call)
{
  return call->info;
}

gboolean
sw_outbound_call_is_async (const SwOutboundCall *call)
{
  return call->async;
}

gboolean
sw_outbound_call_alive (const SwOutboundCall *call)
{
  return call->serial != 0;
}

guint64
sw_outbound_call_serial (const SwOutboundCall *call)
{
  return call->serial;
}
