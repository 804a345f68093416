/* SPDX-License-Identifier: MIT */
/* esl-address.c - see the header. */
#include "esl-address.h"

#include <string.h>

#define MAPPED_PREFIX 12 /* bytes of ::ffff:0:0/96 */

static GInetAddress *
unmap (GInetAddress *address)
{
  static const guint8 prefix[MAPPED_PREFIX] = { [10] = 0xff, [11] = 0xff };
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
      && memcmp (bytes, prefix, sizeof prefix) == 0)
    return g_inet_address_new_from_bytes (bytes + MAPPED_PREFIX, G_SOCKET_FAMILY_IPV4);
  return g_object_ref (address);
}

/* Takes the address over; NULL: none, or none of IP. */
static GInetAddress *
address_of (GSocketAddress *socket_address)
{
  g_autoptr (GSocketAddress) address = socket_address;

  if (address == NULL || !G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;
  return unmap (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

gboolean
esl_ends_of (GSocketConnection *stream, EslEnds *ret_ends)
{
  ret_ends->here = address_of (g_socket_connection_get_local_address (stream, NULL));
  ret_ends->there = address_of (g_socket_connection_get_remote_address (stream, NULL));
  if (ret_ends->here != NULL && ret_ends->there != NULL)
    return TRUE;
  esl_ends_clear (ret_ends);
  return FALSE;
}

void
esl_ends_clear (EslEnds *ends)
{
  g_clear_object (&ends->here);
  g_clear_object (&ends->there);
}

/* This machine speaks to itself. */
static gboolean
is_local (const EslEnds *ends)
{
  return g_inet_address_get_is_loopback (ends->there)
         || g_inet_address_equal (ends->here, ends->there);
}

gboolean
esl_ends_are_of_one_machine (const EslEnds *a, const EslEnds *b)
{
  return g_inet_address_equal (a->there, b->there) || (is_local (a) && is_local (b));
}
