/* SPDX-License-Identifier: MIT */
/* sim-switch.c - the switch as a whole: its turns, its listening socket, its beginning and end. */
#include "sim-switch.h"

#include <string.h>

#include "sim-channel.h"
#include "sim-core-info.h"
#include "sim-db.h"
#include "sim-demo.h"
#include "sim-fault.h"
#include "sim-ledger.h"
#include "sim-listener.h"

#define HEARTBEAT_SECONDS 20
#define QUEUE_EVENTS 100000
#define MAX_SESSIONS 20000
#define MAX_RATE 5000
/* Tasks in one turn before connections get theirs. */
#define TASKS_PER_TURN 1000

typedef struct
{
  SimTaskFunc func;
  gpointer data;
  GDestroyNotify destroy;
} SimTask;

typedef struct
{
  GSource source;
  SimSwitch *sim;
} TurnSource;

char *
sim_uuid_new (void)
{
  return g_uuid_string_random ();
}

/* ---- turns ---- */

void
sim_switch_wake (SimSwitch *sim)
{
  g_source_set_ready_time (sim->turn, 0);
}

void
sim_switch_wake_at (SimSwitch *sim, gint64 when)
{
  gint64 ready = g_source_get_ready_time (sim->turn);

  if (ready < 0 || when < ready)
    g_source_set_ready_time (sim->turn, when);
}

void
sim_task_add (SimSwitch *sim, SimTaskFunc func, gpointer data, GDestroyNotify destroy)
{
  SimTask *task = g_new (SimTask, 1);

  task->func = func;
  task->data = data;
  task->destroy = destroy;
  g_queue_push_tail (&sim->tasks, task);
  sim_switch_wake (sim);
}

static void
task_end (SimTask *task)
{
  if (task->destroy != NULL)
    task->destroy (task->data);
  g_free (task);
}

static void
run_tasks (SimSwitch *sim)
{
  for (guint i = 0; i < TASKS_PER_TURN; i++)
    {
      SimTask *task = g_queue_pop_head (&sim->tasks);

      if (task == NULL)
        break;
      task->func (task->data);
      task_end (task);
    }
}

void
sim_switch_deliver (SimSwitch *sim, SimEvent *event)
{
  if (sim_fault_holds_events (sim->fault))
    return;
  for (guint i = 0; i < sim->listeners->len; i++)
    {
      SimListener *listener = g_ptr_array_index (sim->listeners, i);

      if (!listener->closed && sim_listener_wants (listener, event))
        sim_listener_offer (listener, event);
    }
}

static void
run_dispatch (SimSwitch *sim)
{
  SimEvent *event;

  while ((event = g_queue_pop_head (&sim->dispatch)) != NULL)
    {
      sim_switch_deliver (sim, event);
      sim_event_unref (event);
    }
}

static gboolean
turn_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  SimSwitch *sim = ((TurnSource *)source)->sim;
  gint64 next;

  g_source_set_ready_time (source, -1);
  sim_timers_run (sim);
  run_tasks (sim);
  run_dispatch (sim);
  next = sim_timers_next (sim);
  if (sim->tasks.length > 0 || sim->dispatch.length > 0)
    sim_switch_wake (sim);
  else if (next >= 0)
    sim_switch_wake_at (sim, next);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs turn_funcs = { .dispatch = turn_dispatch };

/* ---- listeners ---- */

void
sim_switch_recount (SimSwitch *sim)
{
  memset (sim->wanted, 0, sizeof sim->wanted);
  sim->log_wanted = -1;
  for (guint i = 0; i < sim->listeners->len; i++)
    {
      const SimListener *listener = g_ptr_array_index (sim->listeners, i);

      if (listener->closed)
        continue;
      for (guint t = 0; listener->events_on && t < ESL_EVENT_LAST; t++)
        sim->wanted[t] += listener->listens[t] ? 1 : 0;
      if (listener->log_on)
        sim->log_wanted = MAX (sim->log_wanted, listener->log_level);
    }
}

static void
forget_closed (gpointer data)
{
  SimSwitch *sim = data;

  for (guint i = sim->listeners->len; i-- > 0;)
    {
      SimListener *listener = g_ptr_array_index (sim->listeners, i);

      if (listener->closed)
        g_ptr_array_remove_index (sim->listeners, i);
    }
  sim_switch_recount (sim);
}

void
sim_switch_forget (SimSwitch *sim, SimListener *listener)
{
  sim_task_add (sim, forget_closed, sim, NULL);
}

void
sim_switch_drop (SimSwitch *sim, const char *notice)
{
  for (guint i = 0; i < sim->listeners->len; i++)
    {
      SimListener *listener = g_ptr_array_index (sim->listeners, i);

      if (notice != NULL)
        sim_listener_finish (listener, notice);
      else
        sim_listener_drop (listener);
    }
}

/* ---- listening ---- */

static gboolean
incoming (GSocketService *service, GSocketConnection *stream, GObject *source, gpointer data)
{
  sim_listener_new (data, stream);
  return TRUE;
}

static gboolean
service_listen (SimSwitch *sim, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (sim->host, sim->port);
  g_autoptr (GSocketAddress) taken = NULL;

  if (address == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "can't listen on %s: not an IPv4 or IPv6 address", sim->host);
      return FALSE;
    }
  sim->service = g_socket_service_new ();
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (sim->service), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &taken,
                                      error))
    {
      g_prefix_error (error, "can't listen on %s port %u: ", sim->host, sim->port);
      g_clear_object (&sim->service);
      return FALSE;
    }
  sim->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (taken));
  g_signal_connect (sim->service, "incoming", G_CALLBACK (incoming), sim);
  g_socket_service_start (sim->service);
  return TRUE;
}

gboolean
sim_switch_listen (SimSwitch *sim, const char *host, guint16 port, guint16 *ret_port,
                   GError **error)
{
  sim_switch_unlisten (sim);
  g_free (sim->host);
  sim->host = g_strdup (host);
  sim->port = port;
  if (!service_listen (sim, error))
    return FALSE;
  if (ret_port != NULL)
    *ret_port = sim->port;
  return TRUE;
}

void
sim_switch_unlisten (SimSwitch *sim)
{
  if (sim->service == NULL)
    return;
  g_signal_handlers_disconnect_by_data (sim->service, sim);
  g_socket_service_stop (sim->service);
  g_socket_listener_close (G_SOCKET_LISTENER (sim->service));
  g_clear_object (&sim->service);
}

gboolean
sim_switch_relisten (SimSwitch *sim, GError **error)
{
  return sim->service != NULL || service_listen (sim, error);
}

/* ---- heartbeat ---- */

static void
heartbeat_figures (SimSwitch *sim, EslEvent *esl)
{
  const SimSessions *sessions = &sim->sessions;
  const struct
  {
    const char *name;
    guint64 value;
  } figures[] = {
    { "Uptime-msec", (guint64)(g_get_real_time () - sim->started) / 1000 },
    { "Session-Count", sim->order.length },
    { "Max-Sessions", sim->max_sessions },
    { "Session-Per-Sec", sim->max_rate },
    { "Session-Per-Sec-Last", sessions->rate },
    { "Session-Per-Sec-Max", sessions->peak_rate },
    { "Session-Per-Sec-FiveMin", sessions->peak_rate },
    { "Session-Since-Startup", sessions->total },
    { "Session-Peak-Max", sessions->peak },
    { "Session-Peak-FiveMin", sessions->peak },
  };

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      char text[24];

      g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, figures[i].value);
      esl_event_add (esl, figures[i].name, text);
    }
}

static void
heartbeat_fire (SimSwitch *sim)
{
  SimEvent *event = sim_event_begin (sim, ESL_EVENT_HEARTBEAT, NULL);
  g_autoptr (GString) uptime = NULL;

  if (event == NULL)
    return;
  uptime = g_string_new (NULL);
  sim_core_append_uptime (sim, uptime);
  esl_event_add (event->esl, "Event-Info", "System Ready");
  esl_event_add (event->esl, "Up-Time", uptime->str);
  esl_event_add (event->esl, "FreeSWITCH-Version", SIM_VERSION);
  heartbeat_figures (sim, event->esl);
  esl_event_add (event->esl, "Idle-CPU", "99.000000");
  sim_event_fire (sim, event);
}

static void
heartbeat_reschedule (SimSwitch *sim)
{
  SimEvent *event = sim_event_begin (sim, ESL_EVENT_RE_SCHEDULE, NULL);
  g_autofree char *next = NULL;

  if (event == NULL)
    return;
  next = g_strdup_printf ("%" G_GINT64_FORMAT,
                          g_get_real_time () / G_USEC_PER_SEC + sim->options.heartbeat);
  esl_event_add (event->esl, "Task-ID", "1");
  esl_event_add (event->esl, "Task-Desc", "heartbeat");
  esl_event_add (event->esl, "Task-Group", "core");
  esl_event_add (event->esl, "Task-Runtime", next);
  sim_event_fire (sim, event);
}

static void
heartbeat (gpointer data)
{
  SimSwitch *sim = data;

  heartbeat_fire (sim);
  heartbeat_reschedule (sim);
  sim_timer_add (sim, sim->options.heartbeat * 1000, heartbeat, sim, NULL);
}

/* ---- life ---- */

static void
core_begin (SimSwitch *sim)
{
  g_free (sim->core_uuid);
  sim->core_uuid = sim_uuid_new ();
  sim->started = g_get_real_time ();
  sim->sequence = 0;
  sim->log_level = 7;
  sim->max_sessions = MAX_SESSIONS;
  sim->max_rate = MAX_RATE;
  sim->paused = FALSE;
  memset (&sim->sessions, 0, sizeof sim->sessions);
  g_clear_pointer (&sim->globals, sim_vars_free);
  sim->globals = sim_vars_new ();
  sim_vars_set (sim->globals, "hostname", sim->hostname);
  sim_vars_set (sim->globals, "core_uuid", sim->core_uuid);
  sim_vars_set (sim->globals, "domain", "127.0.0.1");
  sim_vars_set (sim->globals, "default_password", "1234");
  sim_vars_set (sim->globals, "outbound_socket", "127.0.0.1:8084");
  sim_vars_set (sim->globals, "user_rings", "1500");
}

SimSwitch *
sim_switch_new (const SimOptions *options)
{
  SimSwitch *sim = g_new0 (SimSwitch, 1);

  sim->options = *options;
  sim->options.password = g_strdup (options->password != NULL ? options->password : "ClueCon");
  if (sim->options.heartbeat == 0)
    sim->options.heartbeat = HEARTBEAT_SECONDS;
  if (sim->options.queue == 0)
    sim->options.queue = QUEUE_EVENTS;
  sim->context = g_main_context_ref_thread_default ();
  sim->hostname = g_strdup (options->hostname != NULL ? options->hostname : g_get_host_name ());
  sim->listeners = g_ptr_array_new_with_free_func ((GDestroyNotify)sim_listener_unref);
  sim->channels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  sim->timers = g_sequence_new (NULL);
  sim->db = sim_db_new ();
  sim->random = g_rand_new_with_seed (options->seed);
  sim->log_wanted = -1;
  sim->turn = g_source_new (&turn_funcs, sizeof (TurnSource));
  ((TurnSource *)sim->turn)->sim = sim;
  g_source_attach (sim->turn, sim->context);
  sim->fault = sim_fault_new (sim);
  sim->ledger = sim_ledger_new (options->ledger);
  core_begin (sim);
  sim->demo = sim_demo_new (sim);
  sim_demo_set_calls (sim->demo, options->calls);
  sim_timer_add (sim, sim->options.heartbeat * 1000, heartbeat, sim, NULL);
  return sim;
}

/* Channels end without events; whoever waits for one is told. */
static void
channels_vanish (SimSwitch *sim)
{
  SimChannel *channel;

  while ((channel = g_queue_peek_head (&sim->order)) != NULL)
    {
      g_autoptr (SimChannel) held = sim_channel_ref (channel);
      SimChannelFunc changed = held->changed;

      held->changed = NULL;
      if (held->cause == NULL)
        held->cause = "SYSTEM_SHUTDOWN";
      sim_channel_remove (held);
      if (changed != NULL)
        changed (held, held->changed_data);
    }
}

static void
events_vanish (SimSwitch *sim)
{
  g_queue_clear_full (&sim->dispatch, (GDestroyNotify)sim_event_unref);
}

void
sim_switch_restart (SimSwitch *sim)
{
  guint calls = sim->options.calls;

  sim_switch_drop (sim, NULL);
  sim_demo_free (sim->demo);
  channels_vanish (sim);
  events_vanish (sim);
  sim_db_clear (sim->db);
  core_begin (sim);
  sim->demo = sim_demo_new (sim);
  sim_demo_set_calls (sim->demo, calls);
}

/* Commands under way end when their timers and tasks are dropped; so those go before what they
 * refer to. */
static void
work_vanish (SimSwitch *sim)
{
  SimTask *task;

  while (!g_sequence_is_empty (sim->timers))
    sim_timer_cancel (sim, g_sequence_get (g_sequence_get_begin_iter (sim->timers)));
  while ((task = g_queue_pop_head (&sim->tasks)) != NULL)
    task_end (task);
}

void
sim_switch_free (SimSwitch *sim)
{
  sim_switch_unlisten (sim);
  sim_switch_drop (sim, NULL);
  sim_demo_free (sim->demo);
  channels_vanish (sim);
  work_vanish (sim);
  events_vanish (sim);
  g_ptr_array_unref (sim->listeners);
  g_source_destroy (sim->turn);
  g_source_unref (sim->turn);
  sim_fault_free (sim->fault);
  sim_ledger_free (sim->ledger);
  sim_db_free (sim->db);
  sim_vars_free (sim->globals);
  g_sequence_free (sim->timers);
  g_hash_table_unref (sim->channels);
  g_rand_free (sim->random);
  g_main_context_unref (sim->context);
  g_free ((char *)sim->options.password);
  g_free (sim->core_uuid);
  g_free (sim->hostname);
  g_free (sim->host);
  g_free (sim);
}
