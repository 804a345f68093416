/* SPDX-License-Identifier: MIT */
/* peer.c - the scripted switch. */
#include <string.h>
#include <sys/socket.h>

#include "peer.h"

struct _Peer
{
  GSocketListener *listener;
  GCancellable *cancellable;
  guint16 port;
  const PeerStep *step;
  PeerEnding ending;
  gboolean bytewise;

  GSocketConnection *link;
  GSource *source;
  GString *input;
  const char *output;
  gsize output_len;
  gboolean saw_end;
};

static void
end_link (Peer *peer)
{
  GSocket *socket = g_socket_connection_get_socket (peer->link);
  struct linger reset = { .l_onoff = 1 };

  if (peer->ending == PEER_STAYS)
    return;
  if (peer->ending == PEER_RESETS)
    setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  g_source_destroy (peer->source);
  g_socket_close (socket, NULL);
}

static void
send_some (Peer *peer)
{
  GSocket *socket = g_socket_connection_get_socket (peer->link);
  gssize n =
      g_socket_send (socket, peer->output, peer->bytewise ? 1 : peer->output_len, NULL, NULL);

  if (n > 0)
    {
      peer->output += n;
      peer->output_len -= (gsize)n;
    }
}

/* Goes on in the script as far as it can. Returns FALSE when it has ended the link. */
static gboolean
play (Peer *peer)
{
  while (peer->output_len == 0 && (peer->step->expect != NULL || peer->step->send != NULL))
    {
      const PeerStep *step = peer->step;
      gsize wanted = step->expect == NULL ? 0 : strlen (step->expect);

      if (peer->input->len < wanted)
        return TRUE;
      g_assert_cmpmem (peer->input->str, wanted, step->expect, wanted);
      g_string_erase (peer->input, 0, (gssize)wanted);
      peer->step++;
      peer->output = step->send;
      peer->output_len = step->send == NULL   ? 0
                         : step->send_len > 0 ? (gsize)step->send_len
                                              : strlen (step->send);
    }
  if (peer->output_len > 0 || peer->ending == PEER_STAYS)
    return TRUE;
  end_link (peer);
  return FALSE;
}

static gboolean
on_socket (GSocket *socket, GIOCondition condition, gpointer data)
{
  Peer *peer = data;
  char buffer[65536];
  gssize n;

  if (condition & G_IO_IN)
    {
      n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
      if (n > 0)
        g_string_append_len (peer->input, buffer, n);
      peer->saw_end |= n == 0;
    }
  peer->saw_end |= (condition & (G_IO_HUP | G_IO_ERR)) != 0;
  if (peer->saw_end)
    return G_SOURCE_REMOVE;
  if (peer->output_len > 0 && (condition & G_IO_OUT))
    send_some (peer);
  return play (peer);
}

/* Awaits both ways all the time: a test's peer may spin. */
static void
on_accepted (GObject *source, GAsyncResult *result, gpointer data)
{
  GSocketConnection *link =
      g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);
  Peer *peer = data;
  GSocket *socket;

  if (link == NULL)
    return;
  peer->link = link;
  socket = g_socket_connection_get_socket (link);
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, 6, 1, 1, NULL); /* TCP_NODELAY */
  peer->source = g_socket_create_source (socket, G_IO_IN | G_IO_OUT, NULL);
  g_source_set_callback (peer->source, G_SOURCE_FUNC (on_socket), peer, NULL);
  g_source_attach (peer->source, NULL);
}

Peer *
peer_new (const char *address, const PeerStep *steps, PeerEnding ending)
{
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string (address, 0);
  g_autoptr (GSocketAddress) got = NULL;
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  Peer *peer;

  if (!g_socket_listener_add_address (listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                      NULL, &got, NULL))
    return NULL;
  peer = g_new0 (Peer, 1);
  peer->listener = g_steal_pointer (&listener);
  peer->cancellable = g_cancellable_new ();
  peer->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  peer->step = steps;
  peer->ending = ending;
  peer->input = g_string_new (NULL);
  g_socket_listener_accept_async (peer->listener, peer->cancellable, on_accepted, peer);
  return peer;
}

/* A cancelled accept still reports, without a link: that must be over before the peer is gone. */
void
peer_free (Peer *peer)
{
  g_cancellable_cancel (peer->cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (peer->source != NULL)
    {
      g_source_destroy (peer->source);
      g_source_unref (peer->source);
    }
  g_clear_object (&peer->link);
  g_socket_listener_close (peer->listener);
  g_object_unref (peer->listener);
  g_object_unref (peer->cancellable);
  g_string_free (peer->input, TRUE);
  g_free (peer);
}

guint16
peer_port (const Peer *peer)
{
  return peer->port;
}

void
peer_send_bytewise (Peer *peer)
{
  peer->bytewise = TRUE;
}

const GString *
peer_rest (const Peer *peer)
{
  return peer->input;
}

gboolean
peer_saw_end (const Peer *peer)
{
  return peer->saw_end;
}
