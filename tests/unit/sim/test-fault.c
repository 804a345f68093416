/* SPDX-License-Identifier: MIT */
/* test-fault.c - each fault of the api command `sim` does what it says. */
#include <string.h>

#include "switch-client.h"

typedef struct
{
  SimSwitch *sim;
  guint16 port;
  TestClient *client;
  TestClient *other;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->sim = test_switch_new (&f->port);
  f->client = test_client_login (f->port);
  f->other = test_client_login (f->port);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  test_client_free (f->client);
  test_client_free (f->other);
  sim_switch_free (f->sim);
}

static const Frame *
last_frame (TestClient *client)
{
  return client->frames->len > 0 ? g_ptr_array_index (client->frames, client->frames->len - 1)
                                 : NULL;
}

static char *
core_uuid (guint16 port)
{
  g_autoptr (TestClient) client = test_client_login (port);
  return g_strdup (test_client_ask (client, "api global_getvar core_uuid"));
}

static gboolean
timer_ran (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_set (gpointer data)
{
  return *(gboolean *)data;
}

/* Turns the loop for some milliseconds. */
static void
turn_for (guint msec)
{
  gboolean over = FALSE;
  g_timeout_add (msec, timer_ran, &over);
  test_wait (is_set, &over);
}

static void
test_drop (Fixture *f, gconstpointer unused)
{
  g_assert_cmpstr (test_client_ask (f->client, "api sim drop"), ==, "+OK\n");
  g_assert_true (test_client_wait_eof (f->client));
  g_assert_true (test_client_wait_eof (f->other));
  g_assert_null (last_frame (f->other));
}

static void
test_drop_notice (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->client, "api sim drop-notice");
  g_assert_true (test_client_wait_eof (f->other));
  g_assert_cmpstr (last_frame (f->other)->body, ==, "The system is being shut down.\n");
}

static void
test_stall (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->client, "api sim stall 150");
  test_client_send (f->other, "api echo after\n\n", -1);
  turn_for (50);
  g_assert_cmpuint (f->other->frames->len, ==, 0);
  g_assert_true (test_client_wait_frames (f->other, 1));
  g_assert_cmpstr (last_frame (f->other)->body, ==, "after");
}

/* A new connection is accepted and never greeted; an old one gets no answer. After the given time
 * both are served. */
static void
test_blackhole (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->client, "api sim blackhole on 300");
  test_client_clear (f->client);
  g_autoptr (TestClient) late = test_client_new (f->port);
  test_client_send (f->client, "api echo x\n\n", -1);
  turn_for (100);
  g_assert_cmpuint (late->frames->len, ==, 0);
  g_assert_cmpuint (f->client->frames->len, ==, 0);
  g_assert_false (late->eof);
  g_assert_true (test_client_wait_frames (late, 1));
  g_assert_true (test_client_wait_frames (f->client, 1));
  g_assert_cmpstr (last_frame (late)->type, ==, "auth/request");
  g_assert_cmpstr (last_frame (f->client)->body, ==, "x");
}

static void
test_restart (Fixture *f, gconstpointer unused)
{
  g_autofree char *before = core_uuid (f->port);
  test_client_ask (f->client, "api originate null/a &park");
  test_client_ask (f->client, "api sim restart");
  g_assert_true (test_client_wait_eof (f->client));
  g_assert_true (test_client_wait_eof (f->other));
  g_autofree char *after = core_uuid (f->port);
  g_assert_cmpstr (before, !=, after);
  g_autoptr (TestClient) client = test_client_login (f->port);
  g_assert_cmpstr (test_client_ask (client, "api show channels count"), ==, "\n0 total.\n");
}

typedef struct
{
  guint16 port;
  GSocketConnection *stream;
} Dialling;

static gboolean
can_dial (gpointer data)
{
  Dialling *dialling = data;
  g_autoptr (GSocketClient) dialler = g_socket_client_new ();
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string ("127.0.0.1", dialling->port);
  dialling->stream = g_socket_client_connect (dialler, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  return dialling->stream != NULL;
}

/* The same core comes back, with its channels. */
static void
test_down (Fixture *f, gconstpointer unused)
{
  g_autofree char *before = core_uuid (f->port);
  test_client_ask (f->client, "api originate null/a &park");
  test_client_ask (f->client, "api sim down 100");
  g_assert_true (test_client_wait_eof (f->client));
  Dialling dialling = { .port = f->port };
  g_assert_false (can_dial (&dialling));
  turn_for (150);
  g_assert_true (can_dial (&dialling));
  g_object_unref (dialling.stream);
  g_autofree char *after = core_uuid (f->port);
  g_assert_cmpstr (before, ==, after);
  g_autoptr (TestClient) client = test_client_login (f->port);
  g_assert_cmpstr (test_client_ask (client, "api show channels count"), ==, "\n1 total.\n");
}

static gboolean
garbage_came (gpointer data)
{
  const TestClient *client = data;
  return client->bytes->len > 0 && client->bytes->data[0] == 0x16;
}

static void
test_garbage (Fixture *f, gconstpointer unused)
{
  f->other->raw = f->client->raw = TRUE;
  test_client_send (f->client, "api sim garbage\n\n", -1);
  g_assert_true (test_wait (garbage_came, f->other));
}

static void
test_kill_api (Fixture *f, gconstpointer unused)
{
  static const char half[] = "the second half of this reply never comes";
  f->client->raw = TRUE;
  test_client_send (f->client, "api sim kill-api\n\n", -1);
  g_assert_true (test_client_wait_eof (f->client));
  g_autofree char *got = g_strndup ((const char *)f->client->bytes->data, f->client->bytes->len);
  g_autofree char *wanted = g_strdup_printf ("Content-Type: api/response\nContent-Length: %u\n\n%s",
                                             (guint)strlen (half) * 2, half);
  g_assert_cmpstr (got, ==, wanted);
  g_assert_cmpstr (test_client_ask (f->other, "api echo alive"), ==, "alive");
}

static void
test_flood (Fixture *f, gconstpointer unused)
{
  g_autoptr (TestClient) stranger = test_client_login (f->port);
  test_client_ask (f->other, "event json CUSTOM sim::flood");
  test_client_clear (f->other);
  test_client_ask (f->client, "api sim flood 3000 2048");
  g_assert_true (test_client_wait_frames (f->other, 3000));
  const Frame *last = last_frame (f->other);
  g_assert_cmpstr (frame_event_get (last, "Event-Subclass"), ==, "sim::flood");
  g_assert_cmpstr (frame_event_get (last, "Content-Length"), ==, "2048");
  g_assert_cmpuint (stranger->frames->len, ==, 0);
}

static void
test_events_off (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->other, "event plain CUSTOM t::t");
  test_client_clear (f->other);
  test_client_ask (f->client, "api sim events-off");
  test_client_ask (f->client, "sendevent CUSTOM\nEvent-Subclass: t::t\nX: lost");
  test_client_ask (f->client, "api msleep 30");
  test_client_ask (f->client, "api sim events-on");
  test_client_ask (f->client, "sendevent CUSTOM\nEvent-Subclass: t::t\nX: seen");
  const Frame *event = test_client_wait_event (f->other, "CUSTOM");
  g_assert_cmpstr (frame_event_get (event, "X"), ==, "seen");
}

/* Without the option there is no such command. */
static void
test_no_controls (void)
{
  guint16 port;
  g_autoptr (GError) error = NULL;
  g_autoptr (SimSwitch) sim = sim_switch_new (&(SimOptions){ .hostname = "vm" });
  sim_switch_listen (sim, "127.0.0.1", 0, &port, &error);
  g_assert_no_error (error);
  g_autoptr (TestClient) client = test_client_login (port);
  g_assert_cmpstr (test_client_ask (client, "api sim drop"), ==, "-ERR sim Command not found!\n");
}

/* An address that can't be had is named. */
static void
test_no_address (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SimSwitch) sim = sim_switch_new (&(SimOptions){ .hostname = "vm" });
  g_assert_false (sim_switch_listen (sim, "nowhere", 1, NULL, &error));
  g_assert_nonnull (strstr (error->message, "nowhere"));
  g_clear_error (&error);
  g_assert_false (sim_switch_listen (sim, "192.0.2.77", 8021, NULL, &error));
  g_assert_nonnull (strstr (error->message, "192.0.2.77"));
  g_assert_nonnull (strstr (error->message, "8021"));
}

#define ADD(path, func) g_test_add ("/sim/fault/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("drop", test_drop);
  ADD ("drop-notice", test_drop_notice);
  ADD ("stall", test_stall);
  ADD ("blackhole", test_blackhole);
  ADD ("restart", test_restart);
  ADD ("down", test_down);
  ADD ("garbage", test_garbage);
  ADD ("kill-api", test_kill_api);
  ADD ("flood", test_flood);
  ADD ("events-off", test_events_off);
  g_test_add_func ("/sim/fault/no-controls", test_no_controls);
  g_test_add_func ("/sim/fault/no-address", test_no_address);
  return g_test_run ();
}
