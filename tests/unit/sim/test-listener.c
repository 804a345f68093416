/* SPDX-License-Identifier: MIT */
/* test-listener.c - the rhythm of a connection: what waits for what, and what ends it. */
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
frame_at (TestClient *client, guint index)
{
  return g_ptr_array_index (client->frames, index);
}

/* A command that is half there stops events: the one that came meanwhile follows the reply. */
static void
test_half_a_command (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->client, "event plain CUSTOM t::t");
  test_client_clear (f->client);
  test_client_send (f->client, "api ec", -1);
  test_client_ask (f->other, "sendevent CUSTOM\nEvent-Subclass: t::t");
  test_client_ask (f->other, "api msleep 50");
  g_assert_cmpuint (f->client->frames->len, ==, 0);
  test_client_send (f->client, "ho x\n\n", -1);
  g_assert_true (test_client_wait_frames (f->client, 2));
  g_assert_cmpstr (frame_at (f->client, 0)->type, ==, "api/response");
  g_assert_cmpstr (frame_at (f->client, 1)->type, ==, "text/event-plain");
}

/* A lone newline has no reply, and lets what is queued out. */
static void
test_poke (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->client, "event plain CUSTOM t::t");
  test_client_clear (f->client);
  test_client_ask (f->other, "sendevent CUSTOM\nEvent-Subclass: t::t");
  test_client_send (f->client, "\n", -1);
  g_assert_nonnull (test_client_wait_event (f->client, "CUSTOM"));
  g_assert_cmpuint (f->client->frames->len, ==, 1);
}

/* A slow command holds up its own connection, and no other. */
static void
test_slow_command (Fixture *f, gconstpointer unused)
{
  test_client_send (f->client, "api msleep 100\n\napi echo late\n\n", -1);
  g_assert_cmpstr (test_client_ask (f->other, "api echo soon"), ==, "soon");
  g_assert_cmpuint (f->client->frames->len, ==, 0);
  g_assert_true (test_client_wait_frames (f->client, 2));
  g_assert_cmpstr (frame_at (f->client, 0)->body, ==, "+OK");
  g_assert_cmpstr (frame_at (f->client, 1)->body, ==, "late");
}

/* Subscriptions add up, and end one by one or all at once. */
static void
test_subscriptions (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->client, "event plain CUSTOM a::a b::b");
  test_client_ask (f->client, "event plain RELOADXML");
  test_client_ask (f->client, "nixevent CUSTOM a::a");
  test_client_clear (f->client);
  test_client_ask (f->other, "sendevent CUSTOM\nEvent-Subclass: a::a");
  test_client_ask (f->other, "sendevent CUSTOM\nEvent-Subclass: b::b");
  test_client_ask (f->other, "api reloadxml");
  g_assert_nonnull (test_client_wait_event (f->client, "RELOADXML"));
  g_assert_cmpuint (test_client_count_events (f->client, "CUSTOM"), ==, 1);
  test_client_ask (f->client, "noevents");
  test_client_clear (f->client);
  test_client_ask (f->other, "api reloadxml");
  g_assert_cmpstr (test_client_ask (f->client, "api msleep 50"), ==, "+OK");
  g_assert_cmpuint (test_client_count_events (f->client, "RELOADXML"), ==, 0);
}

/* `all` covers subclasses that are named later, even after something was taken away. */
static void
test_all (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->client, "event json all");
  test_client_ask (f->client, "nixevent API");
  test_client_clear (f->client);
  test_client_ask (f->other, "api echo x");
  test_client_ask (f->other, "sendevent CUSTOM\nEvent-Subclass: later::on");
  test_client_ask (f->other, "sendevent CUSTOM");
  g_assert_nonnull (test_client_wait_event (f->client, "CUSTOM"));
  g_assert_cmpuint (test_client_count_events (f->client, "API"), ==, 0);
  /* `all` stands for the subclasses that modules have registered once something is taken away. */
  g_assert_cmpuint (test_client_count_events (f->client, "CUSTOM"), ==, 1);
}

/* Each connection gets its own format of one event. */
static void
test_formats (Fixture *f, gconstpointer unused)
{
  g_autoptr (TestClient) third = test_client_login (f->port);
  test_client_ask (f->client, "event plain CUSTOM t::t");
  test_client_ask (third, "event xml CUSTOM t::t");
  test_client_ask (f->other, "event json CUSTOM t::t");
  test_client_ask (f->other, "sendevent CUSTOM\nEvent-Subclass: t::t\nX: a b");
  const Frame *plain = test_client_wait_event (f->client, "CUSTOM");
  const Frame *json = test_client_wait_event (f->other, "CUSTOM");
  const Frame *xml = test_client_wait_event (third, "CUSTOM");
  g_assert_nonnull (strstr (plain->body, "X: a%20b\n"));
  g_assert_nonnull (strstr (json->body, "\"X\":\"a b\""));
  g_assert_nonnull (strstr (xml->body, "<X>a%20b</X>"));
  g_assert_cmpstr (frame_event_get (plain, "Event-Sequence"), ==,
                   frame_event_get (xml, "Event-Sequence"));
}

/* A reader that doesn't read loses 501 events beyond the full queue, then its connection. The
 * notice stands inside the frame that was half out. */
static void
test_lost_events (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->client, "event plain CUSTOM t::t");
  f->client->raw = TRUE;
  test_client_stop_reading (f->client);
  g_autoptr (GString) burst = g_string_new (NULL);
  g_autofree char *padding = g_strnfill (65536, 'x');
  for (guint i = 0; i < 100; i++)
    g_string_append_printf (
        burst, "sendevent CUSTOM\nEvent-Subclass: t::t\nContent-Length: 65536\n\n%s", padding);
  for (guint round = 0; round < 20; round++)
    {
      test_client_clear (f->other);
      test_client_send (f->other, burst->str, (gssize)burst->len);
      g_assert_true (test_client_wait_frames (f->other, 100));
    }
  test_client_start_reading (f->client);
  g_assert_true (test_client_wait_eof (f->client));
  static const char notice[] = "killed listener because of lost events\n";
  gsize len = f->client->bytes->len;
  g_assert_cmpuint (len, >, strlen (notice));
  g_assert_cmpmem (f->client->bytes->data + len - strlen (notice), strlen (notice), notice,
                   strlen (notice));
  g_assert_cmpstr (test_client_ask (f->other, "api echo alive"), ==, "alive");
}

/* With both words somewhere in its header text, a command is the order to reload the module: every
 * connection ends, and the switch listens again. Bodies don't count. */
static void
test_reload_trap (Fixture *f, gconstpointer unused)
{
  g_assert_cmpstr (test_client_ask (f->other, "sendevent CUSTOM\nContent-Length: 23\n\n"
                                              "reload mod_event_socket"),
                   !=, NULL);
  const char *reply =
      test_client_ask (f->client, "api echo please RELOAD the Mod_Event_Socket now");
  g_assert_true (g_str_has_prefix (reply, "+OK Job-UUID: "));
  g_assert_true (test_client_wait_eof (f->client));
  g_assert_true (test_client_wait_eof (f->other));
  const Frame *last = frame_at (f->other, f->other->frames->len - 1);
  g_assert_cmpstr (last->type, ==, "text/disconnect-notice");
  g_assert_cmpstr (last->body, ==, "The system is being shut down.\n");
}

/* A user with lists of what it may do. */
static void
test_restricted_user (Fixture *f, gconstpointer unused)
{
  static const char *const dialogue[][2] = {
    { "userauth restricted@127.0.0.1:secret", "+OK accepted" },
    { "api status", NULL },
    { "api uuid_kill x", "-ERR permission denied" },
    { "api STATUS", "-ERR permission denied" },
    { "bgapi originate null/x &park", "-ERR permission denied" },
    { "event plain CHANNEL_CREATE DTMF", "-ERR permission denied" },
    { "event plain CHANNEL_CREATE", "+OK event listener enabled plain" },
    { "event plain CUSTOM a::b", "-ERR permission denied" },
    { "log 7", "-ERR permission denied" },
    { "filter A b", "+OK filter added. [A]=[b]" },
  };
  g_autoptr (TestClient) client = test_client_new (f->port);
  g_assert_true (test_client_wait_frames (client, 1));
  for (guint i = 0; i < G_N_ELEMENTS (dialogue); i++)
    {
      const char *reply = test_client_ask (client, dialogue[i][0]);
      if (dialogue[i][1])
        g_assert_cmpstr (reply, ==, dialogue[i][1]);
      else
        g_assert_true (g_str_has_prefix (reply, "UP "));
    }
}

/* The log: a level is a ceiling, and the core's own is one for everybody. */
static void
test_log (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->client, "log 4");
  test_client_clear (f->client);
  test_client_ask (f->other, "api log debug too fine");
  test_client_ask (f->other, "api log err wanted");
  g_assert_true (test_client_wait_frames (f->client, 1));
  g_assert_cmpstr (frame_at (f->client, 0)->type, ==, "log/data");
  g_assert_cmpstr (esl_event_get (frame_at (f->client, 0)->headers, "Log-Level"), ==, "3");
  g_assert_nonnull (strstr (frame_at (f->client, 0)->body, "[ERR] mod_commands.c:7200 wanted\n"));
  test_client_ask (f->other, "api fsctl loglevel 0");
  test_client_ask (f->other, "api log err unseen");
  test_client_clear (f->client);
  g_assert_cmpstr (test_client_ask (f->client, "api msleep 50"), ==, "+OK");
  g_assert_cmpuint (f->client->frames->len, ==, 1);
}

/* `linger` without a time keeps the dead channel, until the connection lets go. */
static void
test_linger_for_ever (Fixture *f, gconstpointer unused)
{
  g_autofree char *uuid =
      g_strndup (test_client_ask (f->other, "api originate null/a &park") + 4, 36);
  test_client_askf (f->client, "myevents %s", uuid);
  g_assert_cmpstr (test_client_ask (f->client, "linger"), ==, "+OK will linger");
  test_client_askf (f->other, "api uuid_kill %s", uuid);
  g_assert_nonnull (test_client_wait_event (f->client, "CHANNEL_HANGUP_COMPLETE"));
  g_assert_cmpstr (test_client_ask (f->other, "api show channels count"), ==, "\n1 total.\n");
  g_assert_cmpuint (test_client_count_events (f->client, "CHANNEL_DESTROY"), ==, 0);
  g_assert_cmpstr (test_client_ask (f->client, "exit"), ==, "+OK bye");
  g_assert_true (test_client_wait_eof (f->client));
  g_assert_cmpstr (test_client_ask (f->other, "api show channels count"), ==, "\n0 total.\n");
}

/* An unknown uuid isn't noticed, and the events of every channel come. */
static void
test_myevents_of_nobody (Fixture *f, gconstpointer unused)
{
  g_assert_cmpstr (test_client_ask (f->client, "myevents nosuch"), ==, "+OK Events Enabled");
  test_client_ask (f->other, "api originate null/a &park");
  g_assert_nonnull (test_client_wait_event (f->client, "CHANNEL_CREATE"));
}

/* Diverted digits come to the connection that diverts them, and to no other. */
static void
test_divert_digits (Fixture *f, gconstpointer unused)
{
  g_autofree char *uuid =
      g_strndup (test_client_ask (f->other, "api originate null/a &park") + 4, 36);
  test_client_askf (f->client, "myevents %s", uuid);
  test_client_ask (f->client, "divert_events on");
  test_client_ask (f->other, "event plain DTMF MESSAGE");
  test_client_askf (f->other, "api uuid_recv_dtmf %s 42", uuid);
  test_client_ask (f->other, "sendevent MESSAGE");
  g_assert_nonnull (test_client_wait_event (f->other, "MESSAGE"));
  g_assert_true (test_client_wait_events (f->client, "DTMF", 2));
  g_assert_cmpuint (test_client_count_events (f->other, "DTMF"), ==, 0);
  test_client_ask (f->client, "divert_events off");
  test_client_askf (f->other, "api uuid_recv_dtmf %s 1", uuid);
  g_assert_true (test_client_wait_events (f->other, "DTMF", 1));
  g_assert_true (test_client_wait_events (f->client, "DTMF", 3));
}

/* An event with a channel's Unique-ID takes on the channel's headers; diverted, it goes to the
 * connection that controls the channel, bare. */
static void
test_divert (Fixture *f, gconstpointer unused)
{
  g_autofree char *uuid =
      g_strndup (test_client_ask (f->other, "api originate null/a &park") + 4, 36);
  g_assert_cmpstr (test_client_ask (f->client, "divert_events on"), ==,
                   "-ERR not controlling a session.");
  test_client_askf (f->client, "myevents %s", uuid);
  g_assert_cmpstr (test_client_ask (f->client, "divert_events"), ==, "-ERR missing value.");
  test_client_ask (f->client, "event plain CUSTOM t::t");
  test_client_clear (f->client);
  test_client_askf (f->other, "sendevent CUSTOM\nEvent-Subclass: t::t\nUnique-ID: %s", uuid);
  g_assert_true (test_client_wait_frames (f->client, 1));
  g_assert_cmpstr (frame_event_get (frame_at (f->client, 0), "Channel-Name"), ==, "null/a");
  g_assert_cmpstr (frame_event_get (frame_at (f->client, 0), "Event-Name"), ==, "");
  g_assert_cmpstr (test_client_ask (f->client, "divert_events on"), ==, "+OK events diverted");
  test_client_clear (f->client);
  test_client_askf (f->other, "sendevent DTMF\nX: y\nUnique-ID: %s", uuid);
  g_assert_true (test_client_wait_frames (f->client, 1));
  g_assert_cmpstr (frame_event_get (frame_at (f->client, 0), "X"), ==, "y");
  g_assert_cmpstr (frame_event_get (frame_at (f->client, 0), "Event-Name"), ==, "");
  g_assert_cmpstr (test_client_ask (f->client, "divert_events off"), ==, "+OK events not diverted");
}

#define ADD(path, func) g_test_add ("/sim/listener/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("half-a-command", test_half_a_command);
  ADD ("poke", test_poke);
  ADD ("slow-command", test_slow_command);
  ADD ("subscriptions", test_subscriptions);
  ADD ("all", test_all);
  ADD ("formats", test_formats);
  ADD ("lost-events", test_lost_events);
  ADD ("reload-trap", test_reload_trap);
  ADD ("restricted-user", test_restricted_user);
  ADD ("log", test_log);
  ADD ("linger-for-ever", test_linger_for_ever);
  ADD ("divert", test_divert);
  ADD ("divert-digits", test_divert_digits);
  ADD ("myevents-of-nobody", test_myevents_of_nobody);
  return g_test_run ();
}
