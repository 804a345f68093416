/* SPDX-License-Identifier: MIT */
/* sim-fault.c - see the header.
 *
 * What ends connections runs in a later turn, so that the command that asked for it
 * still gets its reply out where the fault allows.
 */
#include "sim-fault.h"

#include <stdlib.h>
#include <string.h>

#include "sim-api.h"
#include "sim-demo.h"
#include "sim-listener.h"
#include "sim-timer.h"

/* Events that a flood makes before others get their turn. */
#define FLOOD_CHUNK 256u
/* A listener with more queued is waited for. */
#define FLOOD_QUEUE 4096u
#define FLOOD_SIZE_MAX (16u * 1024 * 1024)

struct _SimFault
{
  SimSwitch *sim;
  gboolean stalled;
  gboolean blackhole;
  gboolean events_off;
  guint64 flood_left;
  GBytes *flood_body; /* NULL: no flood under way */
};

SimFault *
sim_fault_new (SimSwitch *sim)
{
  SimFault *fault = g_new0 (SimFault, 1);

  fault->sim = sim;
  return fault;
}

void
sim_fault_free (SimFault *fault)
{
  g_clear_pointer (&fault->flood_body, g_bytes_unref);
  g_free (fault);
}

gboolean
sim_fault_is_silent (const SimFault *fault)
{
  return fault->stalled || fault->blackhole;
}

gboolean
sim_fault_holds_events (const SimFault *fault)
{
  return fault->events_off;
}

/* Everybody goes on, or falls silent. */
static void
fault_turn_all (SimFault *fault)
{
  GPtrArray *listeners = fault->sim->listeners;

  for (guint i = 0; i < listeners->len; i++)
    sim_listener_refresh (g_ptr_array_index (listeners, i));
}

/* ---- connections ---- */

static void
drop_now (gpointer data)
{
  sim_switch_drop (data, NULL);
}

static void
verb_drop (SimApiCall *call, GStrv words)
{
  sim_task_add (call->sim, drop_now, call->sim, NULL);
}

static void
drop_with_notice (gpointer data)
{
  sim_switch_drop (data, SIM_SHUT_DOWN);
}

static void
verb_drop_notice (SimApiCall *call, GStrv words)
{
  sim_task_add (call->sim, drop_with_notice, call->sim, NULL);
}

static void
stall_over (gpointer data)
{
  SimFault *fault = data;

  fault->stalled = FALSE;
  fault_turn_all (fault);
}

static void
blackhole_over (gpointer data)
{
  SimFault *fault = data;

  fault->blackhole = FALSE;
  fault_turn_all (fault);
}

static void
stall_now (gpointer data)
{
  SimFault *fault = data;

  fault->stalled = TRUE;
  fault_turn_all (fault);
}

static void
verb_stall (SimApiCall *call, GStrv words)
{
  SimFault *fault = call->sim->fault;

  sim_task_add (call->sim, stall_now, fault, NULL);
  sim_timer_add (call->sim, (guint)MAX (atoi (words[1] ? words[1] : "1000"), 1), stall_over, fault,
                 NULL);
}

static void
blackhole_now (gpointer data)
{
  SimFault *fault = data;

  fault->blackhole = TRUE;
  fault_turn_all (fault);
}

static void
verb_blackhole (SimApiCall *call, GStrv words)
{
  SimFault *fault = call->sim->fault;

  if (words[1] == NULL || strcmp (words[1], "off") != 0)
    {
      sim_task_add (call->sim, blackhole_now, fault, NULL);
      if (words[1] != NULL && words[2] != NULL)
        sim_timer_add (call->sim, (guint)MAX (atoi (words[2]), 1), blackhole_over, fault, NULL);
      return;
    }
  blackhole_over (fault);
}

static void
restart_now (gpointer data)
{
  sim_switch_restart (data);
}

static void
verb_restart (SimApiCall *call, GStrv words)
{
  sim_task_add (call->sim, restart_now, call->sim, NULL);
}

static void
up_again (gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!sim_switch_relisten (data, &error))
    g_warning ("%s", error->message);
}

static void
down_now (gpointer data)
{
  sim_switch_unlisten (data);
  sim_switch_drop (data, NULL);
}

static void
verb_down (SimApiCall *call, GStrv words)
{
  guint msec = (guint)MAX (atoi (words[1] ? words[1] : "1000"), 1);

  sim_task_add (call->sim, down_now, call->sim, NULL);
  sim_timer_add (call->sim, msec, up_again, call->sim, NULL);
}

/* ---- bytes ---- */

static void
garbage_now (gpointer data)
{
  static const char bytes[] = "\x16\x03\x01\x02 HTTP/1.1 400 this is not ESL\nno colon here\n\n";
  SimSwitch *sim = data;

  for (guint i = 0; i < sim->listeners->len; i++)
    {
      SimListener *listener = g_ptr_array_index (sim->listeners, i);

      sim_listener_write (listener, bytes, sizeof bytes - 1);
      sim_listener_refresh (listener);
    }
}

static void
verb_garbage (SimApiCall *call, GStrv words)
{
  sim_task_add (call->sim, garbage_now, call->sim, NULL);
}

static void
verb_kill_api (SimApiCall *call, GStrv words)
{
  call->sim->fault_cut = TRUE;
  g_string_append (call->out, "the second half of this reply never comes");
}

/* ---- events ---- */

static void
verb_events_off (SimApiCall *call, GStrv words)
{
  call->sim->fault->events_off = TRUE;
}

static void
verb_events_on (SimApiCall *call, GStrv words)
{
  call->sim->fault->events_off = FALSE;
}

/* TRUE while somebody who subscribed to floods has no room for another chunk. */
static gboolean
flood_must_wait (SimSwitch *sim)
{
  guint flood_room = MIN (FLOOD_QUEUE, sim->options.queue);

  for (guint i = 0; i < sim->listeners->len; i++)
    {
      const SimListener *listener = g_ptr_array_index (sim->listeners, i);

      if (listener->events_on && listener->events.length + FLOOD_CHUNK > flood_room)
        return TRUE;
    }
  return FALSE;
}

static void
flood_one (SimFault *fault)
{
  static const SimOrigin origin = { "sim-fault.c", "flood", 1 };
  SimEvent *event = sim_event_begin (fault->sim, ESL_EVENT_CUSTOM, &origin);
  gsize len;
  const void *body = g_bytes_get_data (fault->flood_body, &len);

  if (event == NULL)
    return;
  esl_event_add (event->esl, "Event-Subclass", "sim::flood");
  esl_event_set_body (event->esl, body, (gssize)len);
  sim_switch_deliver (fault->sim, event);
  sim_event_unref (event);
}

/* A chunk, then everybody's turn; a reader that is behind is waited for. */
static void
flood_run (gpointer data)
{
  SimFault *fault = data;
  GPtrArray *listeners = fault->sim->listeners;
  gboolean wait = flood_must_wait (fault->sim);

  for (guint i = 0; !wait && i < FLOOD_CHUNK && fault->flood_left > 0; i++, fault->flood_left--)
    flood_one (fault);
  for (guint i = 0; i < listeners->len; i++)
    sim_listener_poke (g_ptr_array_index (listeners, i));
  if (fault->flood_left == 0)
    g_clear_pointer (&fault->flood_body, g_bytes_unref);
  else if (wait)
    sim_timer_add (fault->sim, 1, flood_run, fault, NULL);
  else
    sim_task_add (fault->sim, flood_run, fault, NULL);
}

static void
verb_flood (SimApiCall *call, GStrv words)
{
  SimFault *fault = call->sim->fault;
  guint64 n = words[1] != NULL ? g_ascii_strtoull (words[1], NULL, 10) : 1000;
  gsize wanted =
      words[1] != NULL && words[2] != NULL ? g_ascii_strtoull (words[2], NULL, 10) : 2048;
  gsize size = MIN (wanted, FLOOD_SIZE_MAX);
  char *body;

  if (fault->flood_body != NULL || n == 0)
    {
      g_string_append (call->out,
                       fault->flood_body != NULL ? "-ERR a flood is under way\n" : "+OK\n");
      return;
    }
  body = g_malloc (size + 1);
  memset (body, 'x', size);
  fault->flood_body = g_bytes_new_take (body, size);
  fault->flood_left = n;
  sim_task_add (call->sim, flood_run, fault, NULL);
}

static void
verb_calls (SimApiCall *call, GStrv words)
{
  sim_demo_set_calls (call->sim->demo, (guint)MAX (atoi (words[1] ? words[1] : "0"), 0));
}

/* ---- the command ---- */

static const struct
{
  const char *verb;
  void (*run) (SimApiCall *call, GStrv words);
} verbs[] = {
  { "drop", verb_drop },           { "drop-notice", verb_drop_notice },
  { "stall", verb_stall },         { "blackhole", verb_blackhole },
  { "restart", verb_restart },     { "down", verb_down },
  { "garbage", verb_garbage },     { "kill-api", verb_kill_api },
  { "flood", verb_flood },         { "events-off", verb_events_off },
  { "events-on", verb_events_on }, { "calls", verb_calls },
};

static void
run_sim (SimApiCall *call)
{
  g_auto (GStrv) words = sim_words_split (call->args, 4);

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (words[0], verbs[i].verb) == 0)
      {
        verbs[i].run (call, words);
        if (call->out->len == 0)
          g_string_append (call->out, "+OK\n");
        return;
      }
  if (strcmp (words[0], "help") == 0)
    g_string_append_printf (call->out, "%s\n", sim_api_fault[0].syntax);
  else
    sim_api_usage (call);
}

const SimApi sim_api_fault[] = {
  { "sim", "Makes the simulated switch fail",
    "drop|drop-notice|stall <ms>|blackhole on [<ms>]|blackhole off|restart|down <ms>|garbage|"
    "flood <n> <size>|events-off|events-on|kill-api|calls <n>",
    "mod_sim", run_sim },
  { NULL },
};
