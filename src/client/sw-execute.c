/* SPDX-License-Identifier: MIT */
/* sw-execute.c - dialplan applications, which must exist before they are sent: the switch answers
 * "+OK" to an unknown one and then hangs the channel up.
 *
 * The catalog may lag behind (a user whose events are restricted hears of no module), so a name
 * that it doesn't list is asked for once more before it is refused. That takes no longer than a
 * query may; whoever gives up meanwhile has sent nothing.
 */
#include "sw-client-private.h"

#include <string.h>

typedef struct
{
  SwClient *client;
  SwCommand *command;
  SwOutboundCall *via; /* NULL: the pool */
  char *application;
  GString *bytes;
} Waiting;

static void
waiting_free (Waiting *waiting)
{
  g_clear_pointer (&waiting->via, sw_outbound_call_unref);
  g_free (waiting->application);
  g_string_free (waiting->bytes, TRUE);
  g_free (waiting);
}

static void
write_it (Waiting *waiting)
{
  sw_command_on_stake (waiting->command, NULL, NULL);
  if (waiting->via != NULL)
    sw_outbound_call_write (waiting->via, waiting->bytes, waiting->command);
  else
    sw_client_write (waiting->client, waiting->bytes, waiting->command);
  waiting_free (waiting);
}

static void
refuse_it (Waiting *waiting)
{
  g_autofree char *text = g_strconcat ("-ERR unknown application ", waiting->application, NULL);

  sw_command_answer (waiting->command, text, strlen (text), NULL);
  waiting_free (waiting);
}

/* Answered at the loop's next turn: not from within the caller's call. */
static void
on_stake (gpointer data)
{
  Waiting *waiting = data;
  SwClient *client = waiting->client;

  if (sw_command_stake (waiting->command) != SW_ABANDONED)
    return;
  g_queue_remove (&client->executes, waiting);
  sw_pool_refuse (client->pool, waiting->command,
                  g_error_new (SW_ERROR, SW_ERROR_ABANDONED,
                               "\"%s\" was not sent: whoever wrote it had gone",
                               waiting->application));
  waiting_free (waiting);
}

/* What the callers do meanwhile may add to those who wait, or take from them. */
static void
on_catalog (gpointer data)
{
  SwClient *client = data;
  Waiting *next;

  while ((next = g_queue_pop_head (&client->executes)) != NULL)
    if (!sw_pool_is_open (client->pool)
        || sw_catalog_application (client->catalog, next->application) != SW_CATALOG_UNLISTED)
      write_it (next);
    else
      refuse_it (next);
}

static void
write_application (SwClient *client, SwOutboundCall *via, const char *application, GString *bytes,
                   SwCommand *command)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->client = client;
  waiting->command = command;
  waiting->via = via != NULL ? sw_outbound_call_ref (via) : NULL;
  waiting->application = g_strdup (application);
  waiting->bytes = bytes;
  if (sw_client_state (client) != SW_CLIENT_UP || application == NULL
      || sw_catalog_application (client->catalog, application) != SW_CATALOG_UNLISTED)
    {
      write_it (waiting);
      return;
    }
  sw_command_on_stake (command, on_stake, waiting);
  g_queue_push_tail (&client->executes, waiting);
  if (client->executes.length == 1)
    sw_catalog_refresh (client->catalog, on_catalog, client);
}

SwCommand *
sw_client_execute_via (SwClient *client, SwOutboundCall *via, const EslExecute *execute,
                       SwReplyFunc func, gpointer data)
{
  SwCommand *command = sw_command_new (func, data);
  GString *bytes = g_string_new (NULL);
  GError *error = NULL;

  if (esl_command_execute (bytes, execute, &error))
    {
      write_application (client, via, execute->app, bytes, command);
      return command;
    }
  g_string_free (bytes, TRUE);
  sw_pool_refuse (client->pool, command, error);
  return command;
}

/* What a message would have the channel run; NULL: nothing. */
static const char *
application_of (const EslEvent *message)
{
  const char *command = esl_event_get (message, "call-command");

  return command != NULL && strcmp (command, "execute") == 0
             ? esl_event_get (message, "execute-app-name")
             : NULL;
}

SwCommand *
sw_client_sendmsg_via (SwClient *client, SwOutboundCall *via, const char *uuid,
                       const EslEvent *message, SwReplyFunc func, gpointer data)
{
  SwCommand *command = sw_command_new (func, data);
  GString *bytes = g_string_new (NULL);
  GError *error = NULL;

  if (esl_command_sendmsg (bytes, uuid, message, &error))
    {
      write_application (client, via, application_of (message), bytes, command);
      return command;
    }
  g_string_free (bytes, TRUE);
  sw_pool_refuse (client->pool, command, error);
  return command;
}

SwCommand *
sw_client_sendmsg (SwClient *client, const char *uuid, const EslEvent *message, SwReplyFunc func,
                   gpointer data)
{
  return sw_client_sendmsg_via (client, NULL, uuid, message, func, data);
}

SwCommand *
sw_client_execute (SwClient *client, const EslExecute *execute, SwReplyFunc func, gpointer data)
{
  return sw_client_execute_via (client, NULL, execute, func, data);
}

void
sw_executes_close (SwClient *client)
{
  Waiting *waiting;

  while ((waiting = g_queue_pop_head (&client->executes)) != NULL)
    write_it (waiting);
}
