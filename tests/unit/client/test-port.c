/* SPDX-License-Identifier: MIT */
/* test-port.c - a listening socket while no descriptor is left. */
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "sw-port.h"

typedef struct
{
  guint n_accepted;
  guint n_warnings;
} Seen;

static void
on_accepted (GSocketConnection *stream, gpointer data)
{
  ((Seen *)data)->n_accepted++;
}

static GLogWriterOutput
count_warning (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  ((Seen *)data)->n_warnings += (level & G_LOG_LEVEL_WARNING) != 0;
  return G_LOG_WRITER_HANDLED;
}

/* Until nothing above what is open now can be opened. */
static void
limit_descriptors (rlim_t limit)
{
  struct rlimit now;

  getrlimit (RLIMIT_NOFILE, &now);
  now.rlim_cur = limit;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &now), ==, 0);
}

static void
test_no_descriptor (void)
{
  Seen seen = { 0 };
  SwPort *port = sw_port_new (on_accepted, &seen);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) stream = NULL;
  g_autofree char *address = NULL;
  struct rlimit before;
  int lowest;

  g_log_set_writer_func (count_warning, &seen, NULL);
  getrlimit (RLIMIT_NOFILE, &before);
  g_assert_true (sw_port_listen (port, loopback, 0, NULL));
  address = sw_port_describe (port, 0);
  stream = g_socket_client_connect_to_host (client, address, 0, NULL, NULL);
  g_assert_nonnull (stream);
  lowest = open ("/dev/null", O_RDONLY);
  close (lowest);
  limit_descriptors ((rlim_t)lowest);

  while (!sw_port_is_paused (port))
    g_main_context_iteration (NULL, TRUE);
  for (guint pauses = 0; pauses < 2; pauses += !sw_port_is_paused (port))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (seen.n_accepted, ==, 0);
  g_assert_cmpuint (seen.n_warnings, ==, 1);
  limit_descriptors (before.rlim_cur);
  while (seen.n_accepted == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (seen.n_warnings, ==, 1);
  sw_port_free (port);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/port/no-descriptor", test_no_descriptor);
  return g_test_run ();
}
