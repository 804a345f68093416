/* SPDX-License-Identifier: MIT */
/* sim-listener.c - see the header.
 *
 * One GSource a connection: its descriptor and its ready time (the next look at
 * the queues, the end of lingering, the end of patience with a login). While a
 * command is under way or the socket takes no more, the descriptor is watched
 * for nothing but what lifts that state, so that a closed peer can't spin us.
 */
#include "sim-listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim-channel.h"
#include "sim-command.h"
#include "sim-fault.h"
#include "sim-outbound.h"
#include "sim-session.h"

#define POLL_USEC 20000
#define LOGIN_USEC (25 * G_USEC_PER_SEC)
/* Reads in one turn before other connections get theirs. */
#define READS_PER_TURN 16
#define READ_SIZE 65536
/* Events between two looks at the socket. */
#define EVENTS_PER_FLUSH 64

typedef struct
{
  GSource source;
  SimListener *listener;
} ListenerSource;

static void listener_arm (SimListener *listener);

/* ---- output ---- */

static gboolean
listener_is_muted (const SimListener *listener)
{
  return sim_fault_is_silent (listener->sim->fault);
}

/* TRUE when everything went out. */
static gboolean
listener_flush (SimListener *listener)
{
  SimWriterResult result;

  if (listener->closed || sim_writer_is_empty (&listener->out))
    return TRUE;
  if (listener_is_muted (listener))
    return FALSE;
  result = sim_writer_flush (&listener->out);
  if (result == SIM_WRITER_BROKEN)
    sim_listener_drop (listener);
  return result == SIM_WRITER_EMPTY;
}

static void
listener_push (SimListener *listener, GBytes *frame)
{
  if (!listener->closed && !listener->sealed)
    sim_writer_push (&listener->out, frame);
}

void
sim_listener_write (SimListener *listener, const void *bytes, gsize len)
{
  g_autoptr (GBytes) frame = g_bytes_new (bytes, len);

  listener_push (listener, frame);
}

void
sim_listener_printf (SimListener *listener, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  sim_listener_write (listener, text, strlen (text));
}

/* ---- queues ---- */

gboolean
sim_listener_wants (const SimListener *listener, const SimEvent *event)
{
  const char *uuid;
  const char *owner;

  if (!listener->events_on || listener->closing)
    return FALSE;
  if (!listener->listens[ESL_EVENT_ALL])
    {
      const char *subclass;

      if (!listener->listens[event->type])
        return FALSE;
      subclass =
          event->type == ESL_EVENT_CUSTOM ? esl_event_get (event->esl, "Event-Subclass") : NULL;
      if (subclass != NULL && !listener->all_subclasses
          && !g_hash_table_contains (listener->subclasses, subclass))
        return FALSE;
    }
  if (!sim_filter_passes (listener->filters, event->esl))
    return FALSE;
  if (!listener->myevents)
    return TRUE;
  uuid = esl_event_get (event->esl, "Unique-ID");
  owner = esl_event_get (event->esl, "Job-Owner-UUID");
  if (listener->session == NULL)
    return uuid != NULL;
  return (uuid != NULL && strcmp (uuid, listener->session->uuid) == 0)
         || (owner != NULL && strcmp (owner, listener->session->uuid) == 0);
}

/* The end of a connection that lost too much: the notice goes out behind whatever is half
 * written, so that the frame before it is corrupt (protocol: slow listeners). */
static void
listener_kill (SimListener *listener, const char *text)
{
  sim_writer_clear (&listener->out);
  sim_listener_finish (listener, text);
}

void
sim_listener_offer (SimListener *listener, SimEvent *event)
{
  if (listener->events.length < listener->sim->options.queue)
    {
      g_queue_push_tail (&listener->events, sim_event_ref (event));
      listener->lost_events = 0;
      listener_arm (listener);
    }
  else if (++listener->lost_events > SIM_LOST_MAX)
    listener_kill (listener, "killed listener because of lost events\n");
}

void
sim_listener_offer_log (SimListener *listener, GBytes *frame)
{
  if (listener->logs.length < listener->sim->options.queue)
    {
      g_queue_push_tail (&listener->logs, g_bytes_ref (frame));
      listener->lost_logs = 0;
      listener_arm (listener);
    }
  else if (++listener->lost_logs > SIM_LOST_MAX)
    listener_kill (listener, "killed listener because of lost log lines\n");
}

/* One log line, then every event, and again: the real loop's order. Stops when the socket is
 * full. */
static void
listener_drain (SimListener *listener)
{
  while (!listener->closed && (listener->logs.length > 0 || listener->events.length > 0))
    {
      g_autoptr (GBytes) line = g_queue_pop_head (&listener->logs);
      guint n;

      if (line != NULL)
        listener_push (listener, line);
      n = 0;
      for (SimEvent *event;
           n < EVENTS_PER_FLUSH && (event = g_queue_pop_head (&listener->events)) != NULL; n++)
        {
          listener_push (listener, sim_event_frame (event, listener->format));
          sim_event_unref (event);
        }
      if (!listener_flush (listener))
        return;
    }
}

/* ---- the rhythm ---- */

static gboolean
listener_is_held (const SimListener *listener)
{
  return listener->busy || listener->closing || listener->closed
         || !sim_writer_is_empty (&listener->out);
}

static void
listener_run_commands (SimListener *listener)
{
  while (!listener_is_held (listener))
    {
      g_autoptr (SimCommand) command = sim_input_next (listener->input);

      if (command == NULL)
        break;
      listener->login_until = 0;
      listener->running = TRUE;
      sim_command_run (listener, command);
      listener->running = FALSE;
      listener_flush (listener);
    }
  if (sim_input_is_overrun (listener->input))
    sim_listener_drop (listener);
}

/* TRUE when something came. */
static gboolean
listener_read (SimListener *listener)
{
  guint8 bytes[READ_SIZE];
  ssize_t n = recv (listener->fd, bytes, sizeof bytes, MSG_DONTWAIT);

  if (n > 0)
    sim_input_feed (listener->input, bytes, (gsize)n);
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    sim_listener_finish (listener, SIM_GOODBYE);
  return n > 0;
}

static void
listener_rest (SimListener *listener)
{
  if (!sim_input_is_partial (listener->input))
    listener_drain (listener);
  if (listener->closed || !sim_writer_is_empty (&listener->out))
    return;
  sim_session_check (listener);
  if (listener->login_until > 0 && g_get_monotonic_time () >= listener->login_until)
    sim_listener_finish (listener, SIM_GOODBYE);
  listener_flush (listener);
}

static void
listener_greet (SimListener *listener)
{
  listener->greeted = TRUE;
  sim_listener_printf (listener, "Content-Type: auth/request\n\n");
}

static void
listener_close_if_done (SimListener *listener)
{
  if (listener->closing && sim_writer_is_empty (&listener->out))
    sim_listener_drop (listener);
}

void
sim_listener_turn (SimListener *listener)
{
  gboolean more;

  if (listener->closed || listener_is_muted (listener))
    return;
  sim_listener_ref (listener);
  if (!listener->greeted)
    listener_greet (listener);
  listener_flush (listener);
  listener_run_commands (listener);
  more = TRUE;
  for (guint i = 0; more && i < READS_PER_TURN && !listener_is_held (listener); i++)
    {
      more = listener_read (listener);
      listener_run_commands (listener);
    }
  if (!more && !listener_is_held (listener))
    listener_rest (listener);
  listener->waiting_since = g_get_monotonic_time ();
  listener_flush (listener);
  listener_close_if_done (listener);
  listener_arm (listener);
  sim_listener_unref (listener);
}

void
sim_listener_poke (SimListener *listener)
{
  if (!listener_is_held (listener))
    sim_listener_turn (listener);
}

static void
listener_watch (SimListener *listener, GIOCondition condition)
{
  if (listener->watched == condition)
    return;
  if (listener->fd_tag != NULL)
    g_source_remove_unix_fd (listener->source, listener->fd_tag);
  listener->fd_tag =
      condition ? g_source_add_unix_fd (listener->source, listener->fd, condition) : NULL;
  listener->watched = condition;
}

static gint64
listener_next_look (const SimListener *listener)
{
  gint64 next = -1;
  gboolean down =
      listener->session != NULL && !listener->lingering && sim_channel_is_down (listener->session);

  if (listener->events.length > 0 || listener->logs.length > 0 || down)
    {
      gint64 waited = g_get_monotonic_time () - listener->waiting_since;

      next = listener->waiting_since + (waited / POLL_USEC + 1) * POLL_USEC;
    }
  if (listener->lingering && listener->linger_until > 0
      && (next < 0 || listener->linger_until < next))
    next = listener->linger_until + 1;
  if (listener->login_until > 0 && (next < 0 || listener->login_until < next))
    next = listener->login_until;
  return next;
}

static void
listener_arm (SimListener *listener)
{
  gboolean muted;
  GIOCondition condition;
  gint64 look;

  if (listener->closed)
    return;
  muted = listener_is_muted (listener);
  condition = 0;
  if (!muted && !sim_writer_is_empty (&listener->out))
    condition = G_IO_OUT;
  else if (!muted && !listener_is_held (listener))
    condition = G_IO_IN;
  listener_watch (listener, condition);
  look = condition == G_IO_IN ? listener_next_look (listener) : -1;
  if (g_source_get_ready_time (listener->source) != look)
    g_source_set_ready_time (listener->source, look);
}

void
sim_listener_refresh (SimListener *listener)
{
  if (listener->closed)
    return;
  if (listener_is_muted (listener))
    listener_arm (listener);
  else
    sim_listener_turn (listener);
}

void
sim_listener_begin_busy (SimListener *listener)
{
  listener->busy = TRUE;
}

void
sim_listener_end_busy (SimListener *listener)
{
  listener->busy = FALSE;
  if (!listener->running)
    sim_listener_turn (listener);
}

static gboolean
listener_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  SimListener *listener = ((ListenerSource *)source)->listener;

  g_source_set_ready_time (source, -1);
  sim_listener_turn (listener);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs listener_source_funcs = { .dispatch = listener_dispatch };

/* ---- life ---- */

static SimListener *
listener_new (SimSwitch *sim, GSocketConnection *stream)
{
  SimListener *listener = g_new0 (SimListener, 1);
  GSocket *socket = g_socket_connection_get_socket (stream);

  g_ref_count_init (&listener->refs);
  listener->sim = sim;
  listener->stream = g_object_ref (stream);
  listener->fd = listener->out.fd = g_socket_get_fd (socket);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  listener->input = sim_input_new ();
  listener->filters = esl_filters_new ();
  listener->subclasses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  listener->format = ESL_FORMAT_PLAIN;
  listener->may_log = TRUE;
  listener->waiting_since = g_get_monotonic_time ();
  listener->login_until = listener->waiting_since + LOGIN_USEC;
  listener->source = g_source_new (&listener_source_funcs, sizeof (ListenerSource));
  ((ListenerSource *)listener->source)->listener = listener;
  g_source_attach (listener->source, sim->context);
  g_ptr_array_add (sim->listeners, listener);
  return listener;
}

SimListener *
sim_listener_new (SimSwitch *sim, GSocketConnection *stream)
{
  SimListener *listener = listener_new (sim, stream);

  sim_listener_turn (listener);
  listener_arm (listener);
  return listener;
}

SimListener *
sim_listener_new_outbound (SimSwitch *sim, GSocketConnection *stream, SimChannel *channel,
                           gboolean async, gboolean full)
{
  SimListener *listener = listener_new (sim, stream);

  listener->outbound = TRUE;
  listener->authed = TRUE;
  listener->async = async;
  listener->full = full;
  listener->greeted = TRUE;
  sim_session_bind (listener, channel);
  listener_arm (listener);
  return listener;
}

SimListener *
sim_listener_ref (SimListener *listener)
{
  g_ref_count_inc (&listener->refs);
  return listener;
}

void
sim_listener_unref (SimListener *listener)
{
  if (!g_ref_count_dec (&listener->refs))
    return;
  g_object_unref (listener->stream);
  sim_input_free (listener->input);
  esl_filters_free (listener->filters);
  g_hash_table_unref (listener->subclasses);
  g_clear_pointer (&listener->may_subclasses, g_hash_table_unref);
  g_clear_pointer (&listener->may_api, g_hash_table_unref);
  g_free (listener->may_listen);
  g_free (listener);
}

void
sim_listener_finish (SimListener *listener, const char *text)
{
  const char *uuid;
  g_autofree char *controlled = NULL;

  if (listener->closing || listener->closed)
    return;
  listener->closing = TRUE;
  uuid = listener->session != NULL ? listener->session->uuid : NULL;
  controlled =
      uuid != NULL
          ? g_strdup_printf ("Controlled-Session-UUID: %s\nContent-Disposition: disconnect\n", uuid)
          : g_strdup ("");
  sim_listener_printf (listener, "Content-Type: text/disconnect-notice\n%sContent-Length: %u\n\n%s",
                       controlled, (guint)strlen (text), text);
  listener_flush (listener);
  if (!listener->running)
    listener_close_if_done (listener);
  listener_arm (listener);
}

void
sim_listener_session_down (SimListener *listener)
{
  listener_arm (listener);
}

void
sim_listener_send_and_drop (SimListener *listener)
{
  listener->closing = listener->sealed = TRUE;
  listener_flush (listener);
  listener_arm (listener);
}

void
sim_listener_drop (SimListener *listener)
{
  if (listener->closed)
    return;
  listener->closing = listener->closed = TRUE;
  listener_watch (listener, 0);
  g_source_destroy (listener->source);
  g_clear_pointer (&listener->source, g_source_unref);
  sim_writer_clear (&listener->out);
  g_queue_clear_full (&listener->events, (GDestroyNotify)sim_event_unref);
  g_queue_clear_full (&listener->logs, (GDestroyNotify)g_bytes_unref);
  shutdown (listener->fd, SHUT_RDWR);
  g_io_stream_close (G_IO_STREAM (listener->stream), NULL, NULL);
  sim_outbound_ended (listener);
  sim_session_unbind (listener);
  sim_switch_forget (listener->sim, listener);
}
