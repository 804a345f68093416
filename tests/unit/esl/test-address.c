/* SPDX-License-Identifier: MIT */
/* test-address.c - which connections come from the same machine. */
#include "esl-address.h"

static EslEnds
ends (const char *here, const char *there)
{
  return (EslEnds){ .here = g_inet_address_new_from_string (here),
                    .there = g_inet_address_new_from_string (there) };
}

static void
test_one_machine (void)
{
  static const struct
  {
    const char *here, *there, *other_here, *other_there;
    gboolean same;
  } rows[] = {
    { "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2", TRUE },
    { "10.0.0.1", "10.0.0.2", "192.168.0.1", "10.0.0.2", TRUE },
    { "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.3", FALSE },
    { "127.0.0.1", "127.0.0.1", "::1", "::1", TRUE },
    { "127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.2", TRUE },
    { "127.0.0.1", "127.0.0.1", "10.0.0.1", "10.0.0.1", TRUE },
    { "10.0.0.1", "10.0.0.1", "127.0.0.1", "127.0.0.1", TRUE },
    { "127.0.0.1", "127.0.0.1", "10.0.0.1", "10.0.0.2", FALSE },
    { "10.0.0.1", "10.0.0.2", "127.0.0.1", "127.0.0.1", FALSE },
    { "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.1", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (EslEnds) a = ends (rows[i].here, rows[i].there);
      g_auto (EslEnds) b = ends (rows[i].other_here, rows[i].other_there);

      g_assert_true (esl_ends_are_of_one_machine (&a, &b) == rows[i].same);
    }
}

/* An IPv4 peer at a socket of IPv6 is that IPv4 address. */
static void
test_mapped (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) out = NULL;
  g_autoptr (GSocketConnection) in = NULL;
  g_autofree char *there = NULL;
  g_auto (EslEnds) ends = { 0 };
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_assert_cmpuint (port, >, 0);
  out = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);
  in = g_socket_listener_accept (listener, NULL, NULL, NULL);
  g_assert_true (esl_ends_of (in, &ends));
  there = g_inet_address_to_string (ends.there);
  g_assert_cmpstr (there, ==, "127.0.0.1");
  g_io_stream_close (G_IO_STREAM (out), NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esl/address/one-machine", test_one_machine);
  g_test_add_func ("/esl/address/mapped", test_mapped);
  return g_test_run ();
}
