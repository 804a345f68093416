/* SPDX-License-Identifier: MIT */
/* sw-outbound.c - the listening sockets, the table of calls, and who waits to be claimed. */
#include <string.h>
#include <sys/resource.h>

#include "sw-client-private.h"
#include "sw-outbound-private.h"

#define CALLS_MAX 4000

struct _SwOutbound
{
  SwClient *client;
  SwOutboundFuncs funcs;
  gpointer data;
  GSocketService *service;
  GPtrArray *addresses; /* of char: those that are listened on */
  guint max;            /* connections */
  GQueue coming;        /* of SwOutboundCall: not in the table yet */
  GQueue unclaimed;     /* in the table, first come first */
  GQueue claimed;       /* in the table */
  GHashTable *calls;    /* by uuid: the table */
  GTree *by_serial;     /* the same, in order */
  guint64 next_serial;
};

static guint
n_connections (const SwOutbound *outbound)
{
  return outbound->coming.length + outbound->unclaimed.length + outbound->claimed.length;
}

/* One too many is closed at once: the dialplan goes on without us. */
static gboolean
on_incoming (GSocketService *service, GSocketConnection *stream, GObject *source, gpointer data)
{
  SwOutbound *outbound = data;

  if (n_connections (outbound) < outbound->max)
    sw_outbound_call_new (outbound, stream);
  else
    {
      g_warning ("an outbound call was turned away: there are %u already", outbound->max);
      g_io_stream_close (G_IO_STREAM (stream), NULL, NULL);
    }
  return TRUE;
}

static int
compare_serials (gconstpointer left, gconstpointer right, gpointer data)
{
  guint64 a = *(const guint64 *)left, b = *(const guint64 *)right;

  return (a > b) - (a < b);
}

/* Half of the descriptors are left for everything else. */
static guint
max_connections (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur / 2 >= CALLS_MAX)
    return CALLS_MAX;
  return (guint)(limit.rlim_cur / 2);
}

SwOutbound *
sw_outbound_new (SwClient *client, const SwOutboundFuncs *funcs, gpointer data)
{
  SwOutbound *outbound = g_new0 (SwOutbound, 1);

  outbound->client = client;
  outbound->funcs = *funcs;
  outbound->data = data;
  outbound->max = max_connections ();
  outbound->addresses = g_ptr_array_new_with_free_func (g_free);
  outbound->calls = g_hash_table_new (g_str_hash, g_str_equal);
  outbound->by_serial = g_tree_new_full (compare_serials, NULL, NULL, NULL);
  outbound->service = g_socket_service_new ();
  /* GLib's own is 10: of a burst the kernel would drop the rest, to be tried again seconds later.
   */
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (outbound->service), CALLS_MAX);
  g_signal_connect (outbound->service, "incoming", G_CALLBACK (on_incoming), outbound);
  return outbound;
}

void
sw_outbound_free (SwOutbound *outbound)
{
  memset (&outbound->funcs, 0, sizeof outbound->funcs);
  g_socket_service_stop (outbound->service);
  g_socket_listener_close (G_SOCKET_LISTENER (outbound->service));
  g_signal_handlers_disconnect_by_data (outbound->service, outbound);
  g_object_unref (outbound->service);
  sw_outbound_end_all (outbound);
  g_ptr_array_unref (outbound->addresses);
  g_hash_table_unref (outbound->calls);
  g_tree_unref (outbound->by_serial);
  g_free (outbound);
}

/* Takes the reference; NULL: not known. */
static void
note_address (SwOutbound *outbound, GSocketAddress *address)
{
  g_ptr_array_add (outbound->addresses,
                   address != NULL ? g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address))
                                   : g_strdup ("-"));
  g_clear_object (&address);
}

static gboolean
listen_on (SwOutbound *outbound, GInetAddress *address, guint16 port, GError **error)
{
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (address, port);
  GSocketAddress *bound;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (outbound->service), wanted,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound,
                                      error))
    return FALSE;
  note_address (outbound, bound);
  return TRUE;
}

gboolean
sw_outbound_listen (SwOutbound *outbound, const char *host, guint16 port, GError **error)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GList *addresses = g_resolver_lookup_by_name (resolver, host, NULL, error);
  gboolean good = addresses != NULL;

  for (GList *link = addresses; good && link != NULL; link = link->next)
    good = listen_on (outbound, link->data, port, error);
  g_resolver_free_addresses (addresses);
  if (!good)
    g_prefix_error (error, "can't listen for outbound calls on %s port %u: ", host, port);
  return good;
}

gboolean
sw_outbound_inherit (SwOutbound *outbound, int fd, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);

  if (socket == NULL
      || !g_socket_listener_add_socket (G_SOCKET_LISTENER (outbound->service), socket, NULL, error))
    {
      g_prefix_error (error, "descriptor %d is no socket for outbound calls: ", fd);
      return FALSE;
    }
  note_address (outbound, g_socket_get_local_address (socket, NULL));
  return TRUE;
}

gboolean
sw_outbound_is_listening (const SwOutbound *outbound)
{
  return outbound->addresses->len > 0;
}

void
sw_outbound_describe (const SwOutbound *outbound, GString *out)
{
  for (guint i = 0; i < outbound->addresses->len; i++)
    g_string_append_printf (out, "listen\t-\t%s\t-\tlistening\t0\n",
                            (const char *)outbound->addresses->pdata[i]);
  for (SwOutboundCall *call = sw_outbound_next (outbound, 0); call != NULL;
       call = sw_outbound_next (outbound, call->serial))
    sw_describe_connection (call->connection, "outbound", out);
}

static void
end_list (GQueue *list)
{
  SwOutboundCall *call;

  while ((call = g_queue_peek_head (list)) != NULL)
    sw_outbound_call_end (call);
}

void
sw_outbound_end_all (SwOutbound *outbound)
{
  end_list (&outbound->coming);
  end_list (&outbound->unclaimed);
  end_list (&outbound->claimed);
}

/* ---- the table ---- */

SwOutboundCall *
sw_outbound_lookup (const SwOutbound *outbound, const char *uuid)
{
  return g_hash_table_lookup (outbound->calls, uuid);
}

SwOutboundCall *
sw_outbound_next (const SwOutbound *outbound, guint64 after)
{
  GTreeNode *node = g_tree_upper_bound (outbound->by_serial, &after);

  return node != NULL ? g_tree_node_value (node) : NULL;
}

static gboolean
on_unclaimed (gpointer data)
{
  SwOutboundCall *call = data;

  call->timer = 0;
  g_message ("nobody read %s from outbound/accept: it goes on in the dialplan", call->uuid);
  sw_outbound_call_let_go (call);
  return G_SOURCE_REMOVE;
}

static void
wait_for_claim (SwOutboundCall *call)
{
  call->timer = g_timeout_add_seconds (SW_OUTBOUND_PATIENCE, on_unclaimed, call);
}

gboolean
sw_outbound_add (SwOutbound *outbound, SwOutboundCall *call)
{
  if (g_hash_table_contains (outbound->calls, call->uuid))
    return FALSE;
  call->serial = ++outbound->next_serial;
  g_hash_table_insert (outbound->calls, call->uuid, call);
  g_tree_insert (outbound->by_serial, &call->serial, call);
  sw_outbound_call_enlist (call, &outbound->unclaimed);
  wait_for_claim (call);
  if (outbound->funcs.arrived != NULL)
    outbound->funcs.arrived (call, outbound->data);
  return TRUE;
}

void
sw_outbound_remove (SwOutbound *outbound, SwOutboundCall *call)
{
  if (call->serial == 0)
    return;
  g_hash_table_remove (outbound->calls, call->uuid);
  g_tree_remove (outbound->by_serial, &call->serial);
  call->serial = 0;
  if (outbound->funcs.ended != NULL)
    outbound->funcs.ended (call, outbound->data);
}

SwOutboundCall *
sw_outbound_claim (SwOutbound *outbound)
{
  SwOutboundCall *call = g_queue_peek_head (&outbound->unclaimed);

  if (call == NULL)
    return NULL;
  g_clear_handle_id (&call->timer, g_source_remove);
  sw_outbound_call_enlist (call, &outbound->claimed);
  return sw_outbound_call_ref (call);
}

void
sw_outbound_unclaim (SwOutboundCall *call)
{
  SwOutbound *outbound = call->outbound;

  if (outbound == NULL || call->list != &outbound->claimed)
    return;
  sw_outbound_call_enlist (call, NULL);
  call->list = &outbound->unclaimed;
  g_queue_push_head_link (call->list, &call->link);
  wait_for_claim (call);
  if (outbound->funcs.arrived != NULL)
    outbound->funcs.arrived (call, outbound->data);
}

SwClient *
sw_outbound_client (SwOutbound *outbound)
{
  return outbound->client;
}

GQueue *
sw_outbound_new_ones (SwOutbound *outbound)
{
  return &outbound->coming;
}
