/* SPDX-License-Identifier: MIT */
/* esl-connection.c - the life of a connection: connect, log in, match replies, end.
 *
 * There is one way to the end, esl_connection_end(), which first makes the state
 * CLOSED and stops the socket: whatever the owner's functions do from then on finds
 * a connection that is closed. The switch answers each command once and in order, so
 * a reply belongs to the oldest command without one; a reply too many means that
 * this is no longer so, and ends the link before a wrong answer is given.
 */
#include <string.h>

#include "esl-connection-private.h"
#include "esl-text.h"

#define DEFAULT_PORT 8021
#define DEFAULT_CONNECT_TIMEOUT 10000
#define DEFAULT_USER_TIMEOUT 20000

G_DEFINE_QUARK (esl_connection_error, esl_connection_error)

EslConnection *
esl_connection_new (const EslConnectionFuncs *funcs, gpointer data)
{
  EslConnection *c = g_rc_box_new0 (EslConnection);

  c->funcs = funcs;
  c->data = data;
  c->context = g_main_context_ref_thread_default ();
  c->cancellable = g_cancellable_new ();
  c->user_timeout = DEFAULT_USER_TIMEOUT;
  c->fd = -1;
  c->output.bytes = g_byte_array_new ();
  c->parser = esl_parser_new (NULL);
  g_queue_init (&c->pending);
  return c;
}

static void
forget_password (EslConnection *c)
{
  if (c->password != NULL)
    explicit_bzero (c->password, strlen (c->password));
  g_clear_pointer (&c->password, g_free);
}

static void
dispose (gpointer data)
{
  EslConnection *c = data;

  forget_password (c);
  g_free (c->name);
  g_free (c->user);
  g_free (c->local);
  g_free (c->remote);
  g_byte_array_unref (c->output.bytes);
  esl_parser_free (c->parser);
  g_object_unref (c->cancellable);
  g_main_context_unref (c->context);
}

EslConnection *
esl_connection_hold (EslConnection *c)
{
  return g_rc_box_acquire (c);
}

void
esl_connection_drop (EslConnection *c)
{
  g_rc_box_release_full (c, dispose);
}

static void
stop_deadline (EslConnection *c)
{
  if (c->deadline != NULL)
    g_source_destroy (c->deadline);
  g_clear_pointer (&c->deadline, g_source_unref);
}

/* Takes one pending reply off the queue before its function runs, which may do anything. */
static void
answer (EslConnection *c, const EslReply *reply, const GError *error)
{
  g_autofree EslPending *pending = g_queue_pop_head (&c->pending);

  if (pending->func != NULL)
    pending->func (c, reply, error, pending->data);
}

static void
answer_all (EslConnection *c, const GError *error)
{
  while (!g_queue_is_empty (&c->pending))
    answer (c, NULL, error);
}

void
esl_connection_end (EslConnection *c, EslConnectionError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;
  va_list values;

  if (c->state == ESL_CONNECTION_CLOSED)
    return;
  va_start (values, format);
  message = g_strdup_vprintf (format, values);
  va_end (values);
  error = g_error_new_literal (ESL_CONNECTION_ERROR, (int)code, "");
  g_free (error->message);
  error->message = esl_text_of (message); /* it may quote the peer */
  esl_connection_hold (c);
  c->state = ESL_CONNECTION_CLOSED;
  stop_deadline (c);
  g_cancellable_cancel (c->cancellable);
  esl_connection_stop_io (c);
  forget_password (c);
  answer_all (c, error);
  if (c->funcs != NULL && c->funcs->closed != NULL)
    c->funcs->closed (c, error, c->data);
  esl_connection_drop (c);
}

void
esl_connection_free (EslConnection *c)
{
  g_autoptr (GError) error = NULL;

  if (c == NULL)
    return;
  c->funcs = NULL;
  esl_connection_end (c, ESL_CONNECTION_ERROR_CLOSED, "the connection was closed");
  /* when this is a function of the end under way, the rest of the answers is due now */
  error = g_error_new_literal (ESL_CONNECTION_ERROR, ESL_CONNECTION_ERROR_CLOSED,
                               "the connection was closed");
  answer_all (c, error);
  esl_connection_drop (c);
}

static gboolean
on_deadline (gpointer data)
{
  EslConnection *c = data;

  if (c->fd < 0)
    esl_connection_end (c, ESL_CONNECTION_ERROR_TIMEOUT,
                        "cannot connect to %s: no answer within %u ms", c->name,
                        c->connect_timeout);
  else if (c->state == ESL_CONNECTION_CONNECTING)
    esl_connection_end (c, ESL_CONNECTION_ERROR_TIMEOUT,
                        "%s accepted the connection, but did not greet within %u ms: is this "
                        "FreeSWITCH's event socket?",
                        c->name, c->connect_timeout);
  else
    esl_connection_end (c, ESL_CONNECTION_ERROR_TIMEOUT, "%s did not answer the login within %u ms",
                        c->name, c->connect_timeout);
  return G_SOURCE_REMOVE;
}

/* The reason alone: GIO's text has the address, or the name, in front of it. */
static const char *
reason_of (const GError *error)
{
  const char *last = g_strrstr (error->message, ": ");

  return last == NULL ? error->message : last + 2;
}

/* The reference that this takes over was taken by esl_connection_open(). */
static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  EslConnection *c = data;
  g_autoptr (GError) error = NULL;
  GSocketConnection *stream =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (c->state == ESL_CONNECTION_CLOSED)
    g_clear_object (&stream);
  else if (stream == NULL)
    esl_connection_end (c, ESL_CONNECTION_ERROR_UNREACHABLE, "cannot connect to %s: %s", c->name,
                        reason_of (error));
  else
    esl_connection_start_io (c, stream);
  esl_connection_drop (c);
}

void
esl_connection_open (EslConnection *c, const EslConnectionTarget *target)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  const char *host = target->host == NULL ? "127.0.0.1" : target->host;
  guint16 port = target->port == 0 ? DEFAULT_PORT : target->port;
  g_autoptr (GSocketConnectable) address = g_network_address_new (host, port);

  g_return_if_fail (c->state == ESL_CONNECTION_NEW);
  c->name = g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, port);
  c->user = g_strdup (target->user);
  c->password = g_strdup (target->password);
  c->connect_timeout =
      target->connect_timeout == 0 ? DEFAULT_CONNECT_TIMEOUT : target->connect_timeout;
  if (target->user_timeout != 0)
    c->user_timeout = target->user_timeout;
  c->state = ESL_CONNECTION_CONNECTING;

  c->deadline = g_timeout_source_new (c->connect_timeout);
  g_source_set_static_name (c->deadline, "esl connect and login");
  g_source_set_callback (c->deadline, on_deadline, c, NULL);
  g_source_attach (c->deadline, c->context);

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, address, c->cancellable, on_connected,
                                 esl_connection_hold (c));
}

void
esl_connection_adopt (EslConnection *c, GSocketConnection *stream, const EslParserLimits *limits)
{
  g_return_if_fail (c->state == ESL_CONNECTION_NEW);
  c->state = ESL_CONNECTION_READY;
  if (limits != NULL)
    esl_parser_set_limits (c->parser, limits);
  esl_connection_start_io (c, g_object_ref (stream));
}

void
esl_connection_set_bodies (EslConnection *c, EslBodies *bodies)
{
  g_return_if_fail (c->state == ESL_CONNECTION_NEW);
  esl_parser_set_bodies (c->parser, bodies);
}

void
esl_connection_set_limits (EslConnection *c, const EslParserLimits *limits)
{
  esl_parser_set_limits (c->parser, limits);
}

char *
esl_connection_quote (const EslConnection *c, const char *said)
{
  GString *text = g_string_new (said);

  if (c->password != NULL && *c->password != '\0')
    g_string_replace (text, c->password, "***", 0);
  return g_string_free (text, FALSE);
}

static void
end_with_refusal (EslConnection *c, const EslFrame *frame)
{
  g_autofree char *body = g_strndup ((const char *)frame->body, frame->body_len);
  g_autofree char *said = esl_connection_quote (c, body);

  esl_connection_end (c, ESL_CONNECTION_ERROR_ACL,
                      "%s refuses connections from this address (%s): see apply-inbound-acl in its "
                      "event_socket.conf.xml; it said: %s",
                      c->name, c->local, g_strstrip (said));
}

/* The first line of a disconnect notice. */
static void
end_with_notice (EslConnection *c, const EslFrame *frame)
{
  const char *text = frame->body == NULL ? "" : (const char *)frame->body;
  g_autofree char *first = g_strndup (text, strcspn (text, "\r\n"));
  g_autofree char *line = esl_connection_quote (c, first);

  esl_connection_end (c, ESL_CONNECTION_ERROR_NOTICE, "%s",
                      *line == '\0' ? "the switch closed the link" : line);
}

static gboolean
is_type (const EslFrame *frame, const char *type)
{
  return strcmp (frame->content_type, type) == 0;
}

/* A notice that the session is over but the link stays (linger) is no end. */
static gboolean
is_last_notice (const EslFrame *frame)
{
  const char *disposition;

  if (!is_type (frame, "text/disconnect-notice"))
    return FALSE;
  disposition = esl_event_get (frame->headers, "Content-Disposition");
  return disposition == NULL || g_ascii_strcasecmp (disposition, "linger") != 0;
}

static EslReply
reply_of (const EslFrame *frame)
{
  EslReply reply = { .frame = frame, .text = "" };

  if (is_type (frame, "api/response"))
    {
      reply.text = frame->body == NULL ? "" : (const char *)frame->body;
      reply.text_len = frame->body_len;
      return reply;
    }
  reply.text = esl_event_get (frame->headers, "Reply-Text");
  if (reply.text == NULL)
    reply.text = "";
  reply.text_len = strlen (reply.text);
  return reply;
}

static void
send_login (EslConnection *c)
{
  g_autoptr (GString) command = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (!esl_command_auth (command, c->user, c->password, &error))
    {
      esl_connection_end (c, ESL_CONNECTION_ERROR_PASSWORD, "cannot log in at %s: %s", c->name,
                          error->message);
      return;
    }
  c->state = ESL_CONNECTION_AUTH;
  esl_connection_write (c, command->str, command->len, FALSE);
  explicit_bzero (command->str, command->len);
}

static void
take_login_reply (EslConnection *c, const EslFrame *frame)
{
  EslReply reply = reply_of (frame);

  if (!g_str_has_prefix (reply.text, "+OK"))
    {
      g_autofree char *said = esl_connection_quote (c, reply.text);

      esl_connection_end (c, ESL_CONNECTION_ERROR_PASSWORD, "%s refuses the %s%s%s; it said: %s",
                          c->name, c->user == NULL ? "password" : "user ",
                          c->user == NULL ? "" : c->user, c->user == NULL ? "" : " or the password",
                          said);
      return;
    }
  stop_deadline (c);
  forget_password (c);
  c->state = ESL_CONNECTION_READY;
  if (c->funcs->ready != NULL)
    c->funcs->ready (c, &reply, c->data);
}

static void
end_out_of_order (EslConnection *c, const EslFrame *frame, const char *instead)
{
  g_autofree char *said = esl_connection_quote (c, frame->content_type);

  esl_connection_end (c, ESL_CONNECTION_ERROR_PROTOCOL, "%s sent \"%s\" instead of %s", c->name,
                      said, instead);
}

/* While the login is not done, only what belongs to it may come. */
static void
take_login_frame (EslConnection *c, const EslFrame *frame)
{
  if (is_type (frame, "text/rude-rejection"))
    end_with_refusal (c, frame);
  else if (is_type (frame, "text/disconnect-notice"))
    end_with_notice (c, frame);
  else if (c->state == ESL_CONNECTION_CONNECTING && is_type (frame, "auth/request"))
    send_login (c);
  else if (c->state == ESL_CONNECTION_AUTH && is_type (frame, "command/reply"))
    take_login_reply (c, frame);
  else
    end_out_of_order (c, frame, "a greeting and an answer to the login");
}

void
esl_connection_take_frame (EslConnection *c, const EslFrame *frame)
{
  gboolean is_last = is_last_notice (frame);

  if (c->state != ESL_CONNECTION_READY)
    {
      take_login_frame (c, frame);
      return;
    }
  if (is_type (frame, "command/reply") || is_type (frame, "api/response"))
    {
      EslReply reply = reply_of (frame);

      if (g_queue_is_empty (&c->pending))
        end_out_of_order (c, frame, "an event: no command is waiting for a reply");
      else
        answer (c, &reply, NULL);
      return;
    }
  if (c->funcs->frame != NULL)
    c->funcs->frame (c, frame, c->data);
  if (is_last && c->state != ESL_CONNECTION_CLOSED)
    end_with_notice (c, frame);
}

EslConnectionState
esl_connection_state (const EslConnection *c)
{
  return c->state;
}

int
esl_connection_fd (const EslConnection *c)
{
  return c->fd;
}

const char *
esl_connection_local (const EslConnection *c)
{
  return c->fd < 0 ? NULL : c->local;
}

const char *
esl_connection_remote (const EslConnection *c)
{
  return c->fd < 0 ? NULL : c->remote;
}

gboolean
esl_connection_ends (const EslConnection *c, EslEnds *ret_ends)
{
  return c->stream != NULL && esl_ends_of (c->stream, ret_ends);
}

gboolean
esl_connection_send (EslConnection *c, const void *command, gsize len, EslReplyFunc func,
                     gpointer data)
{
  gboolean later = !g_queue_is_empty (&c->pending);
  EslPending *pending;

  if (c->state != ESL_CONNECTION_READY || c->raw != NULL || len > ESL_CONNECTION_MAX_UNSENT
      || esl_connection_unsent (c) > ESL_CONNECTION_MAX_UNSENT - len)
    return FALSE;
  pending = g_new (EslPending, 1);
  *pending = (EslPending){ .func = func, .data = data };
  g_queue_push_tail (&c->pending, pending);
  esl_connection_write (c, command, len, later);
  return TRUE;
}

guint
esl_connection_outstanding (const EslConnection *c)
{
  return g_queue_get_length ((GQueue *)&c->pending);
}

/* A command that is still to go out wakes the switch as well. */
void
esl_connection_poke (EslConnection *c)
{
  if (c->state == ESL_CONNECTION_READY && c->raw == NULL && esl_connection_unsent (c) == 0)
    esl_connection_write (c, "\n", 1, FALSE);
}

void
esl_connection_close (EslConnection *c)
{
  static const char farewell[] = "exit\n\n";

  if (c->state == ESL_CONNECTION_READY && c->raw == NULL && esl_connection_unsent (c) == 0)
    esl_connection_write (c, farewell, strlen (farewell), FALSE);
  esl_connection_end (c, ESL_CONNECTION_ERROR_CLOSED, "the connection was closed");
}

void
esl_connection_set_raw (EslConnection *c, EslRawFunc func)
{
  g_return_if_fail (func != NULL);
  if (c->state != ESL_CONNECTION_READY)
    return;
  c->raw = func;
  esl_connection_continue (c);
}

void
esl_connection_send_raw (EslConnection *c, const void *bytes, gsize len)
{
  esl_connection_write (c, bytes, len, FALSE);
}

void
esl_connection_set_reading (EslConnection *c, gboolean reading)
{
  c->reading = reading;
  esl_connection_update_poll (c);
  if (reading)
    esl_connection_continue (c);
}
