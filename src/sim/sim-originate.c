/* SPDX-License-Identifier: MIT */
/* sim-originate.c - the api command `originate`.
 *
 *   originate DIALSTRING EXTENSION|&APPLICATION(ARGUMENT) [DIALPLAN] [CONTEXT] [NAME] [NUMBER]
 * [TIMEOUT]
 *
 * The call is pending until a leg answers, the last one fails, or the time-out ends it.
 */
#include <stdlib.h>
#include <string.h>

#include "sim-app.h"
#include "sim-dial.h"
#include "sim-dialplan.h"
#include "sim-life.h"

#define TIMEOUT_SECONDS 60

typedef struct
{
  SimApiCall *call;
  SimDialList *list;
  SimChannel *leg; /* held; NULL: between attempts */
  GStrv words;     /* behind the dial string */
  const char *cause;
  SimTimer *timeout;
} Originate;

static void originate_next (Originate *originate);

static void
originate_end (Originate *originate, const char *result)
{
  SimApiCall *call = originate->call;

  g_string_append (call->out, result);
  if (originate->timeout != NULL)
    sim_timer_cancel (call->sim, originate->timeout);
  if (originate->leg != NULL)
    {
      originate->leg->changed = NULL;
      sim_channel_unref (originate->leg);
    }
  sim_dial_list_free (originate->list);
  g_strfreev (originate->words);
  g_free (originate);
  sim_api_finish (call);
}

static void
originate_fail (Originate *originate, const char *cause)
{
  g_autofree char *text = g_strdup_printf ("-ERR %s\n", cause);

  originate_end (originate, text);
}

/* "&playback(foo.wav)". */
static void
originate_give_app (SimChannel *leg, const char *where)
{
  const char *open = strchr (where, '('), *close = strrchr (where, ')');
  g_autofree char *app =
      g_strndup (where + 1, open != NULL ? (gsize)(open - where - 1) : strlen (where + 1));
  g_autofree char *arg =
      open != NULL && close > open ? g_strndup (open + 1, (gsize)(close - open - 1)) : NULL;

  sim_life_flip_caller (leg);
  sim_plan_add (leg, app, arg);
  sim_life_execute (leg);
}

static void
originate_give_extension (SimChannel *leg, const char *extension, const char *dialplan,
                          const char *context)
{
  if (dialplan != NULL)
    {
      g_free (leg->profile->dialplan);
      leg->profile->dialplan = g_strdup (dialplan);
    }
  sim_dialplan_send (leg, extension, context);
  sim_channel_enter (leg, SIM_CS_ROUTING);
  if (!sim_dialplan_route (leg))
    {
      sim_life_hangup_self (leg, "NO_ROUTE_DESTINATION");
      return;
    }
  sim_life_flip_caller (leg);
  sim_life_execute (leg);
}

static void
originate_answered (gpointer data)
{
  Originate *originate = data;
  SimChannel *leg = originate->leg;
  const GStrv words = originate->words;
  g_autofree char *text = NULL;

  if (leg->cause != NULL)
    {
      originate_fail (originate, leg->cause);
      return;
    }
  if (words[0][0] == '&')
    originate_give_app (leg, words[0]);
  else
    originate_give_extension (leg, words[0], words[1], words[1] != NULL ? words[2] : NULL);
  text = g_strdup_printf ("+OK %s\n", leg->uuid);
  originate_end (originate, text);
}

static void
originate_changed (SimChannel *leg, gpointer data)
{
  Originate *originate = data;

  leg->changed = NULL;
  if (leg->cause != NULL)
    {
      originate->cause = leg->cause;
      g_clear_pointer (&originate->leg, sim_channel_unref);
      originate_next (originate);
      return;
    }
  if (originate->timeout != NULL)
    sim_timer_cancel (leg->sim, g_steal_pointer (&originate->timeout));
  sim_task_add (leg->sim, originate_answered, originate, NULL);
}

static void
originate_next (Originate *originate)
{
  while (originate->leg == NULL && sim_dial_list_more (originate->list))
    originate->leg = sim_dial_list_next (originate->list, NULL, &originate->cause);
  if (originate->leg == NULL)
    {
      originate_fail (originate, originate->cause);
      return;
    }
  sim_channel_ref (originate->leg);
  originate->leg->changed = originate_changed;
  originate->leg->changed_data = originate;
  sim_dial_begin (originate->leg);
}

static void
originate_timed_out (gpointer data)
{
  Originate *originate = data;

  originate->timeout = NULL;
  if (originate->leg != NULL)
    {
      originate->leg->changed = NULL;
      sim_life_hangup_self (originate->leg, "NO_ANSWER");
    }
  originate_fail (originate, "NO_ANSWER");
}

static guint
originate_timeout_msec (const Originate *originate)
{
  guint n = g_strv_length (originate->words);
  int seconds = n > 5 ? atoi (originate->words[5]) : 0;

  return (guint)(seconds > 0 ? seconds : TIMEOUT_SECONDS) * 1000;
}

/* Quotes are gone once the line has been cut into words: so a comma that one protected in the
 * braces separates variables. That is FreeSWITCH's way, too. */
void
sim_originate_run (SimApiCall *call)
{
  g_auto (GStrv) words = sim_words_split (call->args, 8);
  Originate *originate;

  if (g_strv_length (words) < 2)
    {
      sim_api_usage (call);
      return;
    }
  originate = g_new0 (Originate, 1);
  originate->call = call;
  originate->list = sim_dial_list_new (call->sim, words[0]);
  originate->words = g_strdupv (words + 1);
  originate->cause = "DESTINATION_OUT_OF_ORDER";
  originate->timeout = sim_timer_add (call->sim, originate_timeout_msec (originate),
                                      originate_timed_out, originate, NULL);
  call->pending = TRUE;
  originate_next (originate);
}
