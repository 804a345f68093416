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
#define SHOWN_MAX 128 /* bytes of a name that the peer chose */

/* What a peer may send at once before it is believed. A channel's data are some 10 KB. */
static const EslParserLimits narrow_limits = { .max_line = 64 * 1024,
                                               .max_headers = 64 * 1024,
                                               .max_body = 64 * 1024 };

SwOutboundCall *
sw_outbound_call_ref (SwOutboundCall *call)
{
  return registry_item_ref (call);
}

void
sw_outbound_call_unref (SwOutboundCall *call)
{
  registry_item_unref (call);
}

static void
call_free (gpointer data)
{
  SwOutboundCall *call = data;

  g_clear_pointer (&call->info, esl_event_free);
  g_clear_pointer (&call->channel, sw_channel_unref);
  esl_ends_clear (&call->ends);
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

void
sw_outbound_call_set_deadline (SwOutboundCall *call, guint seconds, GSourceFunc func)
{
  g_clear_handle_id (&call->timer, g_source_remove);
  call->timer = g_timeout_add_seconds (seconds, func, call);
}

char *
sw_outbound_call_shown_uuid (const SwOutboundCall *call)
{
  g_autofree char *cut = g_strndup (call->uuid != NULL ? call->uuid : "", SHOWN_MAX);

  return g_strescape (cut, NULL);
}

/* It was told `connect`, or to exit. */
static gboolean
on_silence (gpointer data)
{
  SwOutboundCall *call = data;

  call->timer = 0;
  sw_outbound_complain (call->outbound, SW_COMPLAINT_SILENT, "%s did not answer in %d s",
                        esl_connection_remote (call->connection), ANSWER_SECONDS);
  finish (call);
  return G_SOURCE_REMOVE;
}

/* "resume" is for async sockets: a call whose session itself waits in the socket application goes
 * on by itself, and is left in CS_RESET for ever when it was told to resume (FreeSWITCH 1.10.12).
 */
void
sw_outbound_call_let_go (SwOutboundCall *call)
{
  static const char resume[] = "resume\n\n", farewell[] = "exit\n\n";

  g_clear_pointer (&call->question, sw_command_cancel);
  sw_outbound_remove (call->outbound, call);
  sw_outbound_enlist_leaving (call->outbound, call);
  if (call->async)
    esl_connection_send (call->connection, resume, strlen (resume), NULL, NULL);
  esl_connection_send (call->connection, farewell, strlen (farewell), NULL, NULL);
  sw_outbound_call_set_deadline (call, ANSWER_SECONDS, on_silence);
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

/* TRUE when all headers of that name say so: readers differ in which of several counts. */
static gboolean
says_only (const EslEvent *event, const char *name, const char *value)
{
  return g_strcmp0 (esl_event_get (event, name), value) == 0
         && g_strcmp0 (esl_event_get_last (event, name), value) == 0;
}

static gboolean
is_own (const SwOutboundCall *call, const EslEvent *event)
{
  return says_only (event, "Unique-ID", sw_channel_uuid (call->channel))
         && says_only (event, "Event-Name", esl_event_name (event));
}

static void
on_frame (EslConnection *connection, const EslFrame *frame, gpointer data)
{
  SwOutboundCall *call = data;
  g_autoptr (EslEvent) event = NULL;

  if (!registry_item_is_alive (call) || strcmp (frame->content_type, "text/event-plain") != 0)
    return;
  event = esl_event_new ();
  if (!esl_event_parse (event, ESL_FORMAT_PLAIN, frame->body, frame->body_len, NULL)
      || !is_diverted (call, event))
    return;
  if (!is_own (call, event))
    {
      g_autofree char *uuid = sw_outbound_call_shown_uuid (call);

      sw_outbound_complain (call->outbound, SW_COMPLAINT_FORGED,
                            "the socket of %s sent an event of another channel: it was dropped",
                            uuid);
      return;
    }
  sw_model_apply (call->client->model, event, sw_now ());
  sw_client_emit (call->client, g_steal_pointer (&event));
}

static void
on_closed (EslConnection *connection, const GError *error, gpointer data)
{
  g_autofree char *said = g_strescape (error->message, NULL);

  g_debug ("outbound: %s", said);
  finish (data);
}

static guint16
port_of (GSocketConnection *stream)
{
  g_autoptr (GSocketAddress) address = g_socket_connection_get_local_address (stream, NULL);

  return address != NULL && G_IS_INET_SOCKET_ADDRESS (address)
             ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address))
             : 0;
}

void
sw_outbound_call_new (SwOutbound *outbound, GSocketConnection *stream, const EslEnds *ends)
{
  static const EslConnectionFuncs funcs = { .frame = on_frame, .closed = on_closed };
  static const char connect[] = "connect\n\n";
  SwOutboundCall *call = g_new0 (SwOutboundCall, 1);

  registry_item_init (call, call_free);
  call->outbound = outbound;
  call->client = sw_outbound_client (outbound);
  call->link.data = call;
  call->ends.here = g_object_ref (ends->here);
  call->ends.there = g_object_ref (ends->there);
  call->port = port_of (stream);
  call->connection = esl_connection_new (&funcs, call);
  sw_outbound_enlist_new (outbound, call);
  sw_outbound_call_set_deadline (call, ANSWER_SECONDS, on_silence);
  esl_connection_adopt (call->connection, stream, &narrow_limits);
  esl_connection_send (call->connection, connect, strlen (connect), sw_outbound_call_connected,
                       call);
}

/* ---- commands ---- */

/* One on its way. The reply function's own: the call may be gone when that runs. */
typedef struct
{
  SwCommand *command; /* NULL: its caller was told that the deadline passed */
  guint deadline;     /* the timer */
} Sent;

static void
on_reply (EslConnection *connection, const EslReply *reply, const GError *error, gpointer data)
{
  static const char ended[] = "-ERR call ended";
  g_autofree Sent *sent = data;
  g_autoptr (GError) lost = NULL;

  g_clear_handle_id (&sent->deadline, g_source_remove);
  if (sent->command == NULL)
    return;
  if (reply != NULL)
    sw_command_answer (sent->command, reply->text, reply->text_len, NULL);
  else if (g_error_matches (error, ESL_CONNECTION_ERROR, ESL_CONNECTION_ERROR_NOTICE))
    sw_command_answer (sent->command, ended, strlen (ended), NULL);
  else
    {
      lost =
          g_error_new (SW_ERROR, SW_ERROR_LOST, "the call's socket was lost: %s", error->message);
      sw_command_answer (sent->command, "", 0, lost);
    }
}

/* What was sent runs on, and its reply will still be the next one here. */
static gboolean
on_no_reply (gpointer data)
{
  Sent *sent = data;
  g_autoptr (GError) error =
      g_error_new_literal (SW_ERROR, SW_ERROR_TIMEOUT,
                           "the call's socket did not answer in time (without async it does so "
                           "when the application has ended)");

  sent->deadline = 0;
  /* It may end the call, and that this. */
  sw_command_answer (g_steal_pointer (&sent->command), "", 0, error);
  return G_SOURCE_REMOVE;
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
  Sent *sent;

  if (call->connection == NULL)
    {
      refuse (
          call, command,
          g_error_new (SW_ERROR, SW_ERROR_LOST, "the call's socket has ended; nothing was sent"));
      return;
    }
  sent = g_new0 (Sent, 1);
  sent->command = command;
  if (esl_connection_send (call->connection, bytes->str, bytes->len, on_reply, sent))
    {
      sent->deadline = g_timeout_add (call->client->options.command_deadline, on_no_reply, sent);
      return;
    }
  g_free (sent);
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
