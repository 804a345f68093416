/* SPDX-License-Identifier: MIT */
/* sw-send.c - the client's commands: made, checked, given to the pool. */
#include "sw-client-private.h"
#include "sw-uuid.h"

static GError *
down_error (SwClient *client)
{
  return g_error_new (SW_ERROR, SW_ERROR_DOWN, "the switch is not connected (%s); nothing was sent",
                      client->error->message);
}

/* TRUE when it was refused: commands are taken only while up. */
static gboolean
refused (SwClient *client, SwCommand *command)
{
  if (sw_client_state (client) == SW_CLIENT_UP)
    return FALSE;
  sw_pool_refuse (client->pool, command, down_error (client));
  return TRUE;
}

void
sw_client_write (SwClient *client, const GString *bytes, SwCommand *command)
{
  client->counts.commands++;
  if (!refused (client, command))
    sw_pool_write (client->pool, bytes->str, bytes->len, client->options.command_deadline, command);
}

SwCommand *
sw_client_query (SwClient *client, const char *line, SwReplyFunc func, gpointer data)
{
  return sw_client_query_for (client, SW_NOBODY, line, func, data);
}

SwCommand *
sw_client_query_for (SwClient *client, guint32 uid, const char *line, SwReplyFunc func,
                     gpointer data)
{
  SwCommand *command = sw_command_new (func, data);

  client->counts.queries++;
  if (!refused (client, command))
    sw_pool_query_for (client->pool, uid, line, client->options.query_deadline, command);
  return command;
}

/* Sends what was made, or answers with what was wrong with it. */
static SwCommand *
send_made (SwClient *client, gboolean made, const GString *bytes, GError *error, SwReplyFunc func,
           gpointer data)
{
  SwCommand *command = sw_command_new (func, data);

  if (made)
    sw_client_write (client, bytes, command);
  else
    sw_pool_refuse (client->pool, command, error);
  return command;
}

SwCommand *
sw_client_api (SwClient *client, const char *line, gsize len, SwReplyFunc func, gpointer data)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  GError *error = NULL;
  gboolean made = esl_command_api (bytes, line, (gssize)len, &error);

  return send_made (client, made, bytes, error, func, data);
}

SwCommand *
sw_client_setvar (SwClient *client, const char *uuid, const char *name, const char *value,
                  gsize len, SwReplyFunc func, gpointer data)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  GError *error = NULL;
  gboolean made =
      sw_uuid_is_plain (uuid, &error) && esl_command_setvar (bytes, uuid, name, value, len, &error);

  return send_made (client, made, bytes, error, func, data);
}

SwCommand *
sw_client_global_setvar (SwClient *client, const char *name, const char *value, gsize len,
                         SwReplyFunc func, gpointer data)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  GError *error = NULL;
  gboolean made = esl_command_global_setvar (bytes, name, value, len, &error);

  return send_made (client, made, bytes, error, func, data);
}

SwCommand *
sw_client_sendevent (SwClient *client, const char *name, const EslEvent *event, SwReplyFunc func,
                     gpointer data)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  GError *error = NULL;
  gboolean made = esl_command_sendevent (bytes, name, event, &error);

  return send_made (client, made, bytes, error, func, data);
}

SwCommand *
sw_client_send (SwClient *client, const char *command, gsize len, SwReplyFunc func, gpointer data)
{
  g_autoptr (GString) bytes = g_string_new_len (command, (gssize)len);

  return send_made (client, TRUE, bytes, NULL, func, data);
}

gboolean
sw_client_accepts (SwClient *client, const char *line, gsize len, GError **error)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  GError *refusal = NULL;

  if (sw_client_state (client) != SW_CLIENT_UP)
    {
      g_propagate_error (error, down_error (client));
      return FALSE;
    }
  if (esl_command_api (bytes, line, (gssize)len, &refusal))
    return TRUE;
  g_propagate_error (error, sw_pool_own_error (refusal));
  return FALSE;
}
