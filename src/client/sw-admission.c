/* SPDX-License-Identifier: MIT */
/* sw-admission.c - see the header. */
#include "sw-admission.h"

#include "sw-client-private.h"

/* A name is looked up again when somebody comes from an address that it did not have, but not more
 * often than this. */
#define LOOKUP_INTERVAL (60 * G_USEC_PER_SEC)

struct _SwAdmission
{
  SwClient *client;
  GPtrArray *allowed; /* of GInetAddressMask */
  GList *addresses;   /* of GInetAddress: those of the switch's name */
  GCancellable *cancellable;
  gint64 asked; /* when the name was looked up; monotonic, 0: never */
};

static void
on_addresses (GObject *source, GAsyncResult *result, gpointer data)
{
  SwAdmission *admission = data;
  g_autoptr (GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);

  /* Cancelled: the admission is gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || addresses == NULL)
    return;
  g_resolver_free_addresses (admission->addresses);
  admission->addresses = addresses;
}

/* Addresses that are written as such have no others. */
static void
look_up (SwAdmission *admission)
{
  const char *host = admission->client->options.target.host;
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GResolver) resolver = NULL;

  if (host == NULL || g_hostname_is_ip_address (host)
      || (admission->asked != 0 && now - admission->asked < LOOKUP_INTERVAL))
    return;
  admission->asked = now;
  resolver = g_resolver_get_default ();
  g_resolver_lookup_by_name_async (resolver, host, admission->cancellable, on_addresses, admission);
}

SwAdmission *
sw_admission_new (SwClient *client)
{
  SwAdmission *admission = g_new0 (SwAdmission, 1);

  admission->client = client;
  admission->allowed = g_ptr_array_new_with_free_func (g_object_unref);
  admission->cancellable = g_cancellable_new ();
  return admission;
}

void
sw_admission_free (SwAdmission *admission)
{
  g_cancellable_cancel (admission->cancellable);
  g_object_unref (admission->cancellable);
  g_resolver_free_addresses (admission->addresses);
  g_ptr_array_unref (admission->allowed);
  g_free (admission);
}

gboolean
sw_admission_allow (SwAdmission *admission, const char *address, GError **error)
{
  GInetAddressMask *mask = g_inet_address_mask_new_from_string (address, error);

  if (mask == NULL)
    return FALSE;
  g_ptr_array_add (admission->allowed, mask);
  return TRUE;
}

gboolean
sw_admission_is_configured (const SwAdmission *admission)
{
  return admission->allowed->len > 0;
}

static gboolean
is_allowed (const SwAdmission *admission, GInetAddress *address)
{
  for (guint i = 0; i < admission->allowed->len; i++)
    if (g_inet_address_mask_matches (admission->allowed->pdata[i], address))
      return TRUE;
  return FALSE;
}

static gboolean
is_of_name (const SwAdmission *admission, GInetAddress *address)
{
  for (const GList *link = admission->addresses; link != NULL; link = link->next)
    if (g_inet_address_equal (link->data, address))
      return TRUE;
  return FALSE;
}

gboolean
sw_admission_admits (SwAdmission *admission, const EslEnds *ends)
{
  const EslConnection *link = sw_link_connection (admission->client->link);
  g_auto (EslEnds) ours = { 0 };

  if (sw_admission_is_configured (admission))
    return is_allowed (admission, ends->there);
  if (link == NULL || !esl_connection_ends (link, &ours)
      || esl_ends_are_of_one_machine (&ours, ends) || is_of_name (admission, ends->there))
    return TRUE;
  look_up (admission);
  return FALSE;
}
