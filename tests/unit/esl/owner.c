/* SPDX-License-Identifier: MIT */
/* owner.c - logs what a connection tells its owner. */
#include <string.h>

#include "owner.h"

static void
owner_ready (EslConnection *connection, const EslReply *auth, gpointer data)
{
  Owner *owner = data;

  g_string_append_printf (owner->log, "ready:%s ", auth->text);
  g_assert_cmpint (esl_connection_state (connection), ==, ESL_CONNECTION_READY);
  if (owner->on_ready != NULL)
    owner->on_ready (connection);
}

static void
owner_frame (EslConnection *connection, const EslFrame *frame, gpointer data)
{
  Owner *owner = data;

  g_string_append_printf (owner->log, "frame:%s ", frame->content_type);
  if (owner->on_frame != NULL)
    owner->on_frame (connection);
}

static void
log_error (Owner *owner, const GError *error)
{
  static const char *const names[] = { "unreachable", "acl",  "password", "timeout",
                                       "protocol",    "lost", "notice",   "closed" };

  g_assert_cmpuint (error->domain, ==, ESL_CONNECTION_ERROR);
  g_string_append_printf (owner->log, "%s ", names[error->code]);
}

static void
owner_closed (EslConnection *connection, const GError *error, gpointer data)
{
  Owner *owner = data;

  g_assert_false (owner->is_closed);
  g_assert_cmpint (esl_connection_state (connection), ==, ESL_CONNECTION_CLOSED);
  g_assert_cmpuint (esl_connection_outstanding (connection), ==, 0);
  g_assert_cmpint (esl_connection_fd (connection), ==, -1);
  g_assert_null (esl_connection_local (connection));
  g_string_append (owner->log, "closed:");
  log_error (owner, error);
  owner->is_closed = TRUE;
  owner->message = g_strdup (error->message);
}

static void
owner_drained (EslConnection *connection, gpointer data)
{
  Owner *owner = data;

  g_assert_cmpuint (esl_connection_unsent (connection), ==, 0);
  owner->drained++;
}

static const EslConnectionFuncs owner_funcs = {
  .ready = owner_ready, .frame = owner_frame, .closed = owner_closed, .drained = owner_drained
};

Owner *
owner_new (void)
{
  Owner *owner = g_new0 (Owner, 1);

  owner->log = g_string_new (NULL);
  owner->connection = esl_connection_new (&owner_funcs, owner);
  return owner;
}

void
owner_free (Owner *owner)
{
  esl_connection_free (owner->connection);
  g_string_free (owner->log, TRUE);
  g_free (owner->message);
  g_free (owner);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

Owner *
owner_open (const Peer *peer)
{
  Owner *owner = owner_new ();
  EslConnectionTarget target = { .host = "127.0.0.1", .password = "secret" };

  target.port = peer_port (peer);
  esl_connection_open (owner->connection, &target);
  g_assert_cmpint (esl_connection_state (owner->connection), ==, ESL_CONNECTION_CONNECTING);
  return owner;
}

void
owner_until (Owner *owner, const char *wanted)
{
  while (owner->log->len < strlen (wanted))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (owner->log->str, ==, wanted);
}

void
owner_until_ready (Owner *owner)
{
  owner_until (owner, "ready:+OK accepted ");
  g_string_truncate (owner->log, 0);
}

void
owner_until_closed (Owner *owner)
{
  while (!owner->is_closed)
    g_main_context_iteration (NULL, TRUE);
}

/* A reply function: logs the reply's text or the error. */
void
owner_log_reply (EslConnection *connection, const EslReply *reply, const GError *error,
                 gpointer data)
{
  Owner *owner = data;

  g_assert_true ((reply == NULL) != (error == NULL));
  if (reply != NULL)
    {
      g_assert_cmpuint (strlen (reply->text), ==, reply->text_len);
      g_string_append_printf (owner->log, "%s ", reply->text);
    }
  else
    {
      log_error (owner, error);
    }
}

void
owner_send (Owner *owner, const char *command)
{
  g_assert_true (
      esl_connection_send (owner->connection, command, strlen (command), owner_log_reply, owner));
}

void
owner_assert_message (const Owner *owner, const char *part)
{
  if (strstr (owner->message, part) == NULL)
    g_test_message ("message: %s", owner->message);
  g_assert_nonnull (strstr (owner->message, part));
}
