/* SPDX-License-Identifier: MIT */
/* sw-port.c - see the header. */
#include "sw-port.h"

/* GLib's own is 10: of a burst the kernel would drop the rest, to be tried again seconds later. */
#define BACKLOG 4000
#define ACCEPTS_A_TURN 16
#define PAUSE 500 /* ms */
#define WARNING_INTERVAL (60 * G_USEC_PER_SEC)

struct _SwPort
{
  SwPortFunc func;
  gpointer data;
  GPtrArray *sockets; /* of GSocket */
  GPtrArray *sources; /* of GSource, one a socket; empty during a pause */
  guint pause;        /* its timer */
  gint64 warned;      /* monotonic; 0: never */
};

static void start (SwPort *port);

static void
source_free (gpointer source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static gboolean
on_pause_over (gpointer data)
{
  SwPort *port = data;

  port->pause = 0;
  start (port);
  return G_SOURCE_REMOVE;
}

static void
pause_accepting (SwPort *port, const GError *error)
{
  gint64 now = g_get_monotonic_time ();

  g_ptr_array_set_size (port->sources, 0);
  port->pause = g_timeout_add (PAUSE, on_pause_over, port);
  if (port->warned != 0 && now - port->warned < WARNING_INTERVAL)
    return;
  port->warned = now;
  g_warning ("can't accept outbound calls: %s; tried again every %u ms", error->message, PAUSE);
}

/* The turn ends early when there is nobody left, or nothing to take him with. */
static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer data)
{
  SwPort *port = data;

  for (guint i = 0; i < ACCEPTS_A_TURN; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) accepted = g_socket_accept (socket, NULL, &error);
      g_autoptr (GSocketConnection) stream = NULL;

      if (accepted == NULL)
        {
          if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)
              && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
            pause_accepting (port, error);
          break;
        }
      stream = g_socket_connection_factory_create_connection (accepted);
      port->func (stream, port->data);
    }
  return G_SOURCE_CONTINUE;
}

static void
watch (SwPort *port, GSocket *socket)
{
  GSource *source = g_socket_create_source (socket, G_IO_IN, NULL);

  g_source_set_static_name (source, "outbound port");
  g_source_set_callback (source, G_SOURCE_FUNC (on_readable), port, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  g_ptr_array_add (port->sources, source);
}

static void
start (SwPort *port)
{
  for (guint i = 0; i < port->sockets->len; i++)
    watch (port, port->sockets->pdata[i]);
}

SwPort *
sw_port_new (SwPortFunc func, gpointer data)
{
  SwPort *port = g_new0 (SwPort, 1);

  port->func = func;
  port->data = data;
  port->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  port->sources = g_ptr_array_new_with_free_func (source_free);
  return port;
}

void
sw_port_free (SwPort *port)
{
  g_clear_handle_id (&port->pause, g_source_remove);
  g_ptr_array_unref (port->sources);
  for (guint i = 0; i < port->sockets->len; i++)
    g_socket_close (port->sockets->pdata[i], NULL);
  g_ptr_array_unref (port->sockets);
  g_free (port);
}

/* Takes the reference. */
static void
add (SwPort *port, GSocket *socket)
{
  g_socket_set_blocking (socket, FALSE);
  g_ptr_array_add (port->sockets, socket);
  if (port->pause == 0)
    watch (port, socket);
}

gboolean
sw_port_listen (SwPort *port, GInetAddress *address, guint16 number, GError **error)
{
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (address, number);
  g_autoptr (GSocket) socket = g_socket_new (g_inet_address_get_family (address),
                                             G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL || !g_socket_bind (socket, wanted, TRUE, error))
    return FALSE;
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_listen (socket, error))
    return FALSE;
  add (port, g_steal_pointer (&socket));
  return TRUE;
}

gboolean
sw_port_inherit (SwPort *port, int fd, GError **error)
{
  GSocket *socket = g_socket_new_from_fd (fd, error);

  if (socket == NULL)
    return FALSE;
  add (port, socket);
  return TRUE;
}

guint
sw_port_n_sockets (const SwPort *port)
{
  return port->sockets->len;
}

char *
sw_port_describe (const SwPort *port, guint i)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (port->sockets->pdata[i], NULL);

  return address != NULL ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address))
                         : g_strdup ("-");
}

gboolean
sw_port_is_paused (const SwPort *port)
{
  return port->pause != 0;
}
