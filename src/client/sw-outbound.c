/* SPDX-License-Identifier: MIT */
/* sw-outbound.c - who may come in, the table of calls, and who waits to be claimed. */
#include <string.h>
#include <sys/resource.h>

#include "sw-client-private.h"
#include "sw-outbound-private.h"
#include "sw-port.h"

#define CALLS_MAX 4000
#define NEW_MAX 512      /* that have not answered `connect` */
#define CLAIMING_MAX 256 /* that have named a channel */
#define LEAVING_MAX 256  /* that were told to exit */
#define COMPLAINT_INTERVAL (60 * G_USEC_PER_SEC)

struct _SwOutbound
{
  SwClient *client;
  SwOutboundFuncs funcs;
  gpointer data;
  SwPort *port;
  SwAdmission *admission;
  SwInvitations *invitations;
  guint max;        /* calls in the table */
  GQueue new_ones;  /* of SwOutboundCall: silent so far */
  GQueue claiming;  /* that name a channel, which isn't certain yet */
  GQueue leaving;   /* that were told to go */
  GQueue unclaimed; /* in the table, first come first */
  GQueue claimed;   /* in the table */
  Registry *calls;  /* by uuid: the table */
  struct
  {
    gint64 time; /* monotonic; 0: never */
    guint unsaid;
  } complaints[SW_N_COMPLAINTS];
};

/* ---- what is said ---- */

void
sw_outbound_complain (SwOutbound *outbound, SwComplaint kind, const char *format, ...)
{
  gint64 now = g_get_monotonic_time (), last = outbound->complaints[kind].time;
  guint unsaid = outbound->complaints[kind].unsaid;
  g_autofree char *text = NULL;
  va_list values;

  if (last != 0 && now - last < COMPLAINT_INTERVAL)
    {
      outbound->complaints[kind].unsaid++;
      return;
    }
  outbound->complaints[kind].time = now;
  outbound->complaints[kind].unsaid = 0;
  va_start (values, format);
  text = g_strdup_vprintf (format, values);
  va_end (values);
  if (unsaid > 0)
    g_warning ("outbound: %s (and %u more like it before this)", text, unsaid);
  else
    g_warning ("outbound: %s", text);
}

/* ---- arriving ---- */

/* How many of the list come from that address. */
static guint
count_from (const GQueue *list, GInetAddress *address)
{
  guint n = 0;

  for (const GList *link = list->head; link != NULL; link = link->next)
    n += g_inet_address_equal (((const SwOutboundCall *)link->data)->ends.there, address);
  return n;
}

/* The oldest of the address that has the most of them: a stranger who comes in numbers drives out
 * his own. Looks at no more than SHARES addresses; a switch has few. */
#define SHARES 8
static SwOutboundCall *
choose_victim (const GQueue *list)
{
  SwOutboundCall *chosen = NULL, *seen[SHARES];
  guint most = 0, n_seen = 0;

  for (const GList *link = list->head; link != NULL && n_seen < SHARES; link = link->next)
    {
      SwOutboundCall *call = link->data;
      guint i = 0, n;

      while (i < n_seen && !g_inet_address_equal (seen[i]->ends.there, call->ends.there))
        i++;
      if (i < n_seen)
        continue;
      seen[n_seen++] = call;
      n = count_from (list, call->ends.there);
      if (n > most)
        {
          most = n;
          chosen = call;
        }
    }
  return chosen;
}

static void
make_room (SwOutbound *outbound, const GQueue *list, guint max)
{
  while (list->length >= MAX (MIN (max, outbound->max / 4), 1))
    {
      SwOutboundCall *victim = choose_victim (list);

      sw_outbound_complain (
          outbound, SW_COMPLAINT_CROWD,
          "a connection of %s was dropped: there are too many about which nothing "
          "is certain",
          esl_connection_remote (victim->connection));
      sw_outbound_call_end (victim);
    }
}

static void
refuse_address (SwOutbound *outbound, const EslEnds *ends)
{
  g_autofree char *there = g_inet_address_to_string (ends->there);
  g_autofree char *address = sw_client_address (outbound->client);

  sw_outbound_complain (
      outbound, SW_COMPLAINT_ADDRESS,
      "a connection from %s was refused: the switch is %s; if its calls come from "
      "there, mount with -o outbound_from=%s",
      there, address, there);
}

/* One too many is closed at once: the dialplan goes on without us. */
static void
on_incoming (GSocketConnection *stream, gpointer data)
{
  SwOutbound *outbound = data;
  g_auto (EslEnds) ends = { 0 };

  if (!esl_ends_of (stream, &ends))
    return;
  if (!sw_admission_admits (outbound->admission, &ends))
    refuse_address (outbound, &ends);
  else if (outbound->unclaimed.length + outbound->claimed.length >= outbound->max)
    sw_outbound_complain (outbound, SW_COMPLAINT_FULL,
                          "a call was turned away: there are %u already", outbound->max);
  else
    {
      make_room (outbound, &outbound->new_ones, NEW_MAX);
      sw_outbound_call_new (outbound, stream, &ends);
    }
}

void
sw_outbound_enlist_new (SwOutbound *outbound, SwOutboundCall *call)
{
  sw_outbound_call_enlist (call, &outbound->new_ones);
}

void
sw_outbound_enlist_claiming (SwOutbound *outbound, SwOutboundCall *call)
{
  make_room (outbound, &outbound->claiming, CLAIMING_MAX);
  sw_outbound_call_enlist (call, &outbound->claiming);
}

void
sw_outbound_enlist_leaving (SwOutbound *outbound, SwOutboundCall *call)
{
  sw_outbound_call_enlist (call, NULL);
  make_room (outbound, &outbound->leaving, LEAVING_MAX);
  sw_outbound_call_enlist (call, &outbound->leaving);
}

void
sw_outbound_apply (SwOutbound *outbound, const EslEvent *event)
{
  GList *link, *next;
  const char *uuid;

  if (!sw_outbound_is_listening (outbound) || !sw_invitations_apply (outbound->invitations, event))
    return;
  uuid = esl_event_get_last (event, "Unique-ID");
  for (link = outbound->claiming.head; link != NULL; link = next)
    {
      SwOutboundCall *call = link->data;

      next = link->next;
      if (strcmp (call->uuid, uuid) == 0)
        sw_outbound_call_judge (call);
    }
}

SwInvitations *
sw_outbound_invitations (SwOutbound *outbound)
{
  return outbound->invitations;
}

gboolean
sw_outbound_may_differ (const SwOutbound *outbound)
{
  return sw_admission_is_configured (outbound->admission);
}

/* ---- life ---- */

/* Half of the descriptors are left for everything else. */
static guint
max_calls (void)
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
  outbound->max = max_calls ();
  outbound->calls = registry_new ();
  outbound->port = sw_port_new (on_incoming, outbound);
  outbound->admission = sw_admission_new (client);
  outbound->invitations = sw_invitations_new ();
  return outbound;
}

void
sw_outbound_free (SwOutbound *outbound)
{
  memset (&outbound->funcs, 0, sizeof outbound->funcs);
  sw_port_free (outbound->port);
  sw_outbound_end_all (outbound);
  sw_admission_free (outbound->admission);
  sw_invitations_free (outbound->invitations);
  registry_free (outbound->calls);
  g_free (outbound);
}

gboolean
sw_outbound_listen (SwOutbound *outbound, const char *host, guint16 port, GError **error)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  GList *addresses = g_resolver_lookup_by_name (resolver, host, NULL, error);
  gboolean good = addresses != NULL;

  for (GList *link = addresses; good && link != NULL; link = link->next)
    good = sw_port_listen (outbound->port, link->data, port, error);
  g_resolver_free_addresses (addresses);
  if (!good)
    g_prefix_error (error, "can't listen for outbound calls on %s port %u: ", host, port);
  return good;
}

gboolean
sw_outbound_inherit (SwOutbound *outbound, int fd, GError **error)
{
  if (sw_port_inherit (outbound->port, fd, error))
    return TRUE;
  g_prefix_error (error, "descriptor %d is no socket for outbound calls: ", fd);
  return FALSE;
}

gboolean
sw_outbound_allow (SwOutbound *outbound, const char *address, GError **error)
{
  if (sw_admission_allow (outbound->admission, address, error))
    return TRUE;
  g_prefix_error (error, "-o outbound_from=%s: ", address);
  return FALSE;
}

gboolean
sw_outbound_is_listening (const SwOutbound *outbound)
{
  return sw_port_n_sockets (outbound->port) > 0;
}

void
sw_outbound_describe (const SwOutbound *outbound, GString *out)
{
  for (guint i = 0; i < sw_port_n_sockets (outbound->port); i++)
    {
      g_autofree char *address = sw_port_describe (outbound->port, i);

      g_string_append_printf (out, "listen\t-\t%s\t-\t%s\t0\n", address,
                              sw_port_is_paused (outbound->port) ? "paused" : "listening");
    }
  for (SwOutboundCall *call = registry_next (outbound->calls, 0); call != NULL;
       call = registry_next (outbound->calls, registry_item_serial (call)))
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
  end_list (&outbound->new_ones);
  end_list (&outbound->claiming);
  end_list (&outbound->leaving);
  end_list (&outbound->unclaimed);
  end_list (&outbound->claimed);
  sw_invitations_clear (outbound->invitations);
}

/* ---- the table ---- */

SwOutboundCall *
sw_outbound_lookup (const SwOutbound *outbound, const char *uuid)
{
  return registry_find (outbound->calls, uuid);
}

const Registry *
sw_outbound_registry (const SwOutbound *outbound)
{
  return outbound->calls;
}

static gboolean
on_unclaimed (gpointer data)
{
  SwOutboundCall *call = data;

  g_autofree char *uuid = sw_outbound_call_shown_uuid (call);

  call->timer = 0;
  g_message ("nobody read %s from outbound/accept: it goes on in the dialplan", uuid);
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
  if (!registry_add (outbound->calls, call, call->uuid))
    return FALSE;
  sw_outbound_call_ref (call);
  sw_outbound_call_enlist (call, &outbound->unclaimed);
  wait_for_claim (call);
  if (outbound->funcs.arrived != NULL)
    outbound->funcs.arrived (call, outbound->data);
  return TRUE;
}

void
sw_outbound_remove (SwOutbound *outbound, SwOutboundCall *call)
{
  if (!registry_item_is_alive (call))
    return;
  registry_remove (outbound->calls, call);
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
