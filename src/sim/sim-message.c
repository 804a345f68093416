/* SPDX-License-Identifier: MIT */
/* sim-message.c - what a sendmsg has a channel do: its call-command. An unknown or missing one does
 * nothing, and is over at once. */
#include "sim-message.h"

#include <stdlib.h>
#include <string.h>

#include "esl-cause.h"
#include "sim-life.h"

void
sim_message_finish (SimChannel *channel, SimMessage *message)
{
  if (message->done != NULL)
    message->done (message->data);
  else if (channel->sim->wanted[ESL_EVENT_PRIVATE_COMMAND])
    {
      SimEvent *event = sim_event_wrap (channel->sim, ESL_EVENT_PRIVATE_COMMAND, NULL,
                                        g_steal_pointer (&message->event));

      sim_channel_describe (channel, event->esl, FALSE);
      sim_event_fire (channel->sim, event);
    }
  else
    channel->sim->sequence++;
  message->done = NULL;
  g_clear_pointer (&message->event, esl_event_free);
}

static const char *
message_argument (const EslEvent *event)
{
  const char *arg = esl_event_get (event, "execute-app-arg");
  const char *type = esl_event_get (event, "content-type");
  gsize len;

  if (arg != NULL || type == NULL || g_ascii_strcasecmp (type, "text/plain") != 0)
    return arg;
  return (const char *)esl_event_body (event, &len);
}

static guint
message_loops (const EslEvent *event)
{
  const char *loops = esl_event_get (event, "loops");
  int n = loops != NULL ? atoi (loops) : 1;

  return n < 0 ? G_MAXUINT : (guint)n;
}

static void
message_unknown_app (SimChannel *channel, SimMessage *message)
{
  sim_life_hangup_self (channel, "DESTINATION_OUT_OF_ORDER");
  sim_channel_set (channel, "current_loop", NULL);
  sim_channel_set (channel, "total_loops", NULL);
  sim_message_finish (channel, message);
}

static void
message_execute (SimChannel *channel, SimMessage *message)
{
  const char *name = esl_event_get (message->event, "execute-app-name");
  guint loops = message_loops (message->event);
  const char *uuid;
  const SimApp *app;
  const char *arg;

  if (name == NULL || loops == 0)
    {
      sim_message_finish (channel, message);
      return;
    }
  uuid = esl_event_get (message->event, "event-uuid");
  app = sim_app_find (name);
  if (uuid != NULL)
    sim_channel_set (channel, "app_uuid", uuid);
  sim_vars_setf (channel->vars, "current_loop", "1");
  sim_vars_setf (channel->vars, "total_loops", "%d", (int)loops);
  if (app == NULL)
    {
      message_unknown_app (channel, message);
      return;
    }
  arg = message_argument (message->event);
  sim_app_begin (channel, app, arg != NULL && *arg ? arg : NULL, message, loops);
}

static void
message_hangup (SimChannel *channel, SimMessage *message)
{
  const char *cause = esl_event_get (message->event, "hangup-cause");

  sim_life_hangup_self (channel, cause != NULL ? esl_cause_name (cause) : "NORMAL_CLEARING");
  sim_message_finish (channel, message);
}

/* A new plan out of `application: app data` headers. */
static void
message_xferext (SimChannel *channel, SimMessage *message)
{
  sim_plan_clear (channel);
  for (guint i = 0; i < esl_event_n_headers (message->event); i++)
    {
      EslHeader header;
      g_auto (GStrv) words = NULL;

      esl_event_header (message->event, i, &header);
      if (g_ascii_strcasecmp (header.name, "application") != 0)
        continue;
      words = g_strsplit (header.value, " ", 2);
      if (words[0] != NULL)
        sim_plan_add (channel, words[0], words[1]);
    }
  sim_message_finish (channel, message);
  sim_life_redirect (channel, SIM_GO_PLAN);
}

static const struct
{
  const char *command;
  void (*run) (SimChannel *channel, SimMessage *message);
} call_commands[] = {
  { "execute", message_execute },
  { "hangup", message_hangup },
  { "xferext", message_xferext },
};

void
sim_message_run (SimChannel *channel, SimMessage *message)
{
  const char *command = esl_event_get (message->event, "call-command");

  for (guint i = 0; command != NULL && i < G_N_ELEMENTS (call_commands); i++)
    if (strcmp (call_commands[i].command, command) == 0)
      {
        call_commands[i].run (channel, message);
        return;
      }
  sim_message_finish (channel, message);
}

/* Would it be executed on a channel that has been hung up? */
static gboolean
message_outlives_call (const SimMessage *message)
{
  const char *command = esl_event_get (message->event, "call-command");
  const char *name = esl_event_get (message->event, "execute-app-name");
  const SimApp *app = name != NULL ? sim_app_find (name) : NULL;

  return message->done == NULL && g_strcmp0 (command, "execute") == 0 && app != NULL
         && app->flags & SIM_APP_ZOMBIE;
}

void
sim_messages_end (SimChannel *channel)
{
  for (SimMessage *message; (message = g_queue_pop_head (&channel->messages)) != NULL;)
    {
      if (message_outlives_call (message))
        message_execute (channel, message);
      else
        sim_message_finish (channel, message);
      g_clear_pointer (&message->event, esl_event_free);
      g_free (message);
    }
}
