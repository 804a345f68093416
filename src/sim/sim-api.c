/* SPDX-License-Identifier: MIT */
/* sim-api.c - see the header. */
#include "sim-api.h"

#include <string.h>

#include "sim-ledger.h"

static const SimApi *const tables[] = { sim_api_core, sim_api_channel, sim_api_show };

const SimApi *
sim_api_nth (SimSwitch *sim, guint index)
{
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++)
    for (const SimApi *api = tables[t]; api->name != NULL; api++)
      if (index-- == 0)
        return api;
  if (sim->options.controls && index == 0)
    return sim_api_fault;
  return NULL;
}

const SimApi *
sim_api_find (SimSwitch *sim, const char *name)
{
  const SimApi *api;

  for (guint i = 0; (api = sim_api_nth (sim, i)) != NULL; i++)
    if (g_ascii_strcasecmp (api->name, name) == 0)
      return api;
  return NULL;
}

void
sim_api_usage (SimApiCall *call)
{
  const SimApi *api = sim_api_find (call->sim, call->name);

  g_string_append_printf (call->out, "-USAGE: %s\n", api->syntax);
}

static SimEvent *
api_event (SimApiCall *call)
{
  SimEvent *event = *call->name ? sim_event_begin (call->sim, ESL_EVENT_API, NULL) : NULL;

  if (event == NULL)
    return NULL;
  esl_event_add (event->esl, "API-Command", call->name);
  if (*call->args)
    esl_event_add (event->esl, "API-Command-Argument", call->args);
  return event;
}

static void
api_call_free (SimApiCall *call)
{
  g_free (call->name);
  g_free (call->args);
  g_string_free (call->out, TRUE);
  g_free (call);
}

void
sim_api_finish (SimApiCall *call)
{
  call->pending = FALSE;
  if (call->running)
    return;
  sim_event_fire (call->sim, g_steal_pointer (&call->event));
  if (call->unknown)
    g_string_printf (call->out, "-ERR %s Command not found!\n", call->name);
  call->done (call, call->data);
  api_call_free (call);
}

/* What the switch takes for outer white space: a form feed is none. */
static char *
without_outer_space (const char *args)
{
  static const char space[] = "\r\n\t \v";
  const char *start = args + strspn (args, space);
  gsize len = strlen (start);

  while (len > 0 && strchr (space, start[len - 1]) != NULL)
    len--;
  return g_strndup (start, len);
}

void
sim_api_run (SimSwitch *sim, const char *name, const char *args, SimApiDoneFunc done, gpointer data)
{
  SimApiCall *call = g_new0 (SimApiCall, 1);
  const SimApi *api;

  call->sim = sim;
  call->name = g_strdup (name);
  call->args = without_outer_space (args != NULL ? args : "");
  call->out = g_string_new (NULL);
  call->done = done;
  call->data = data;
  call->event = api_event (call);
  sim_ledger_api (sim->ledger, call->name, call->args);
  api = sim_api_find (sim, name);
  call->running = TRUE;
  if (api != NULL)
    api->run (call);
  else
    call->unknown = TRUE;
  call->running = FALSE;
  if (!call->pending)
    sim_api_finish (call);
}

/* ---- console lines ---- */

typedef struct
{
  SimSwitch *sim;
  GStrv lines;
  guint next;
  GString *out;
  SimApiDoneFunc done;
  gpointer data;
} ConsoleRun;

static void console_next (ConsoleRun *run);

static void
console_one_done (SimApiCall *call, gpointer data)
{
  ConsoleRun *run = data;

  g_string_append_len (run->out, call->out->str, (gssize)call->out->len);
  console_next (run);
}

static void
console_end (ConsoleRun *run)
{
  SimApiCall whole = { .sim = run->sim,
                       .name = run->lines[0] != NULL ? run->lines[0] : (char *)"",
                       .args = (char *)"",
                       .out = run->out };

  run->done (&whole, run->data);
  g_string_free (run->out, TRUE);
  g_strfreev (run->lines);
  g_free (run);
}

static void
console_next (ConsoleRun *run)
{
  g_auto (GStrv) halves = NULL;

  if (run->lines[run->next] == NULL)
    {
      console_end (run);
      return;
    }
  halves = g_strsplit (g_strstrip (run->lines[run->next++]), " ", 2);
  sim_api_run (run->sim, halves[0] != NULL ? halves[0] : "", halves[0] != NULL ? halves[1] : NULL,
               console_one_done, run);
}

void
sim_api_run_console (SimSwitch *sim, const char *line, SimApiDoneFunc done, gpointer data)
{
  ConsoleRun *run = g_new0 (ConsoleRun, 1);

  run->sim = sim;
  run->lines = g_strsplit (line, ";;", 100);
  run->out = g_string_new (NULL);
  run->done = done;
  run->data = data;
  console_next (run);
}
