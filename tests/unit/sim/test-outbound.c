/* SPDX-License-Identifier: MIT */
/* test-outbound.c - the switch dials a program: sync, async, with and without `full`. */
#include <string.h>

#include "switch-client.h"

typedef struct
{
  SimSwitch *sim;
  guint16 port;
  TestClient *helper;
  GSocketListener *listener;
  guint16 outbound_port;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  f->sim = test_switch_new (&f->port);
  f->helper = test_client_login (f->port);
  f->listener = g_socket_listener_new ();
  f->outbound_port = g_socket_listener_add_any_inet_port (f->listener, NULL, &error);
  g_assert_no_error (error);
  test_client_askf (f->helper, "api global_setvar outbound_socket=127.0.0.1:%u", f->outbound_port);
  test_client_ask (f->helper, "event plain CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP "
                              "CHANNEL_HANGUP_COMPLETE");
  test_client_clear (f->helper);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  test_client_free (f->helper);
  sim_switch_free (f->sim);
  g_object_unref (f->listener);
}

static void
accepted (GObject *source, GAsyncResult *result, gpointer data)
{
  GSocketConnection **stream = data;
  *stream = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);
}

static gboolean
stream_came (gpointer data)
{
  return *(GSocketConnection **)data != NULL;
}

static TestClient *
dialled (Fixture *f, const char *extension)
{
  g_autoptr (GSocketConnection) stream = NULL;
  g_socket_listener_accept_async (f->listener, NULL, accepted, &stream);
  test_client_askf (f->helper, "bgapi originate loopback/%s/default &park", extension);
  g_assert_true (test_wait (stream_came, &stream));
  return test_client_adopt (stream);
}

/* `connect` is answered by the channel's data, without a Content-Length. */
static const Frame *
say_connect (TestClient *client)
{
  test_client_send (client, "connect\n\n", -1);
  g_assert_true (test_client_wait_frames (client, 1));
  return g_ptr_array_index (client->frames, 0);
}

static void
test_connect (Fixture *f, gconstpointer unused)
{
  static const struct
  {
    const char *extension, *mode, *control;
  } sockets[] = {
    { "8084", "async", "full" },
    { "8085", "static", "full" },
    { "8086", "static", "single-channel" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (sockets); i++)
    {
      g_autoptr (TestClient) client = dialled (f, sockets[i].extension);
      const EslEvent *data = say_connect (client)->headers;
      g_assert_cmpstr (esl_event_get (data, "Event-Name"), ==, "CHANNEL_DATA");
      g_assert_cmpstr (esl_event_get (data, "Content-Type"), ==, "command/reply");
      g_assert_cmpstr (esl_event_get (data, "Reply-Text"), ==, "%2BOK%0A");
      g_assert_cmpstr (esl_event_get (data, "Socket-Mode"), ==, sockets[i].mode);
      g_assert_cmpstr (esl_event_get (data, "Control"), ==, sockets[i].control);
    }
}

/* The first reply is dropped, unless it is that of `connect`. */
static void
test_first_reply (Fixture *f, gconstpointer unused)
{
  g_autoptr (TestClient) client = dialled (f, "8084");
  test_client_send (client, "api echo first\n\nlinger 3\n\nresume\n\n", -1);
  g_assert_true (test_client_wait_frames (client, 3));
  const Frame *second = g_ptr_array_index (client->frames, 1);
  g_assert_cmpstr (esl_event_get (second->headers, "Reply-Text"), ==, "+OK will linger 3 seconds");
}

/* Without `full` a program has its own channel and nothing else. */
static void
test_single_channel (Fixture *f, gconstpointer unused)
{
  static const char *const refused[] = { "api status", "bgapi status", "event plain all",
                                         "log 7",      "sendevent X",  "linger 1" };
  g_autoptr (TestClient) client = dialled (f, "8086");
  say_connect (client);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_cmpstr (test_client_ask (client, refused[i]), ==, "-ERR command not found");
  g_assert_cmpstr (test_client_ask (client, "filter A b"), ==, "+OK filter added. [A]=[b]");
  g_assert_cmpstr (test_client_ask (client, "getvar channel_name"), ==, "loopback/8086-b");
  g_assert_cmpstr (test_client_ask (client, "sendmsg\ncall-command: execute\n"
                                            "execute-app-name: set\nexecute-app-arg: a=b"),
                   ==, "+OK");
  g_assert_cmpstr (test_client_ask (client, "getvar a"), ==, "b");
}

/* sync: the reply to a message comes when its application is over. */
static void
test_sync_waits (Fixture *f, gconstpointer unused)
{
  g_autoptr (TestClient) client = dialled (f, "8085");
  say_connect (client);
  test_client_ask (client, "sendmsg\ncall-command: execute\nexecute-app-name: playback\n"
                           "execute-app-arg: tone_stream://%(100,0,440)");
  g_assert_cmpstr (test_client_ask (client, "getvar current_application_response"), ==,
                   "FILE PLAYED");
}

/* async: the reply means queued. */
static void
test_async_queues (Fixture *f, gconstpointer unused)
{
  g_autoptr (TestClient) client = dialled (f, "8084");
  say_connect (client);
  test_client_ask (client, "sendmsg\ncall-command: execute\nexecute-app-name: playback\n"
                           "execute-app-arg: tone_stream://%(100,0,440)");
  g_assert_cmpstr (test_client_ask (client, "getvar current_application_response"), ==,
                   "-ERR command not found");
}

/* The program leaves. sync: the plan goes on, and at its end the channel is hung up. async: so it
 * does after `resume`; otherwise the channel stays. */
static void
test_program_leaves (Fixture *f, gconstpointer unused)
{
  static const char *const ways[][2] = { { "8084", "resume" }, { "8085", "linger 1" } };
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      test_client_clear (f->helper);
      g_autoptr (TestClient) client = dialled (f, ways[i][0]);
      say_connect (client);
      test_client_ask (client, ways[i][1]);
      g_assert_cmpstr (test_client_ask (client, "exit"), ==, "+OK bye");
      g_assert_true (test_client_wait_eof (client));
      const Frame *complete = test_client_wait_event (f->helper, "CHANNEL_EXECUTE_COMPLETE");
      g_assert_cmpstr (frame_event_get (complete, "Application"), ==, "socket");
      g_assert_true (test_client_wait_events (f->helper, "CHANNEL_HANGUP_COMPLETE", 2));
    }
}

static void
test_async_stays (Fixture *f, gconstpointer unused)
{
  g_autoptr (TestClient) client = dialled (f, "8084");
  g_autofree char *uuid = g_strdup (esl_event_get (say_connect (client)->headers, "Unique-ID"));
  test_client_ask (client, "exit");
  g_assert_true (test_client_wait_eof (client));
  test_client_ask (f->helper, "api msleep 50");
  g_assert_cmpstr (test_client_askf (f->helper, "api uuid_exists %s", uuid), ==, "true");
  test_client_askf (f->helper, "api uuid_kill %s", uuid);
  const Frame *complete = test_client_wait_event (f->helper, "CHANNEL_EXECUTE_COMPLETE");
  g_assert_cmpstr (frame_event_get (complete, "Application"), ==, "socket");
}

/* sync with `resume`: the channel is left in CS_RESET. */
static void
test_sync_resume (Fixture *f, gconstpointer unused)
{
  g_autoptr (TestClient) client = dialled (f, "8085");
  g_autofree char *uuid = g_strdup (esl_event_get (say_connect (client)->headers, "Unique-ID"));
  test_client_ask (client, "resume");
  test_client_ask (client, "exit");
  g_assert_true (test_client_wait_eof (client));
  g_assert_nonnull (test_client_wait_event (f->helper, "CHANNEL_EXECUTE_COMPLETE"));
  const char *dump = test_client_askf (f->helper, "api uuid_dump %s", uuid);
  g_assert_nonnull (strstr (dump, "Channel-State: CS_RESET\n"));
}

/* Nobody listens there: the application is over at once. */
static void
test_nobody_listens (Fixture *f, gconstpointer unused)
{
  g_socket_listener_close (f->listener);
  test_client_ask (f->helper, "bgapi originate loopback/8084/default &park");
  const Frame *complete = test_client_wait_event (f->helper, "CHANNEL_EXECUTE_COMPLETE");
  g_assert_cmpstr (frame_event_get (complete, "Application"), ==, "socket");
  g_assert_true (test_client_wait_events (f->helper, "CHANNEL_HANGUP_COMPLETE", 2));
}

/* sync: a dead channel isn't reported before its program has gone. */
static void
test_sync_keeps_the_dead (Fixture *f, gconstpointer unused)
{
  g_autoptr (TestClient) client = dialled (f, "8085");
  say_connect (client);
  test_client_ask (client, "linger");
  test_client_ask (client, "sendmsg\ncall-command: hangup");
  g_assert_true (test_client_wait_events (f->helper, "CHANNEL_HANGUP", 1));
  test_client_ask (f->helper, "api msleep 80");
  g_assert_cmpuint (test_client_count_events (f->helper, "CHANNEL_HANGUP_COMPLETE"), ==, 0);
  test_client_ask (client, "exit");
  g_assert_true (test_client_wait_events (f->helper, "CHANNEL_HANGUP_COMPLETE", 2));
}

#define ADD(path, func) g_test_add ("/sim/outbound/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("connect", test_connect);
  ADD ("first-reply", test_first_reply);
  ADD ("single-channel", test_single_channel);
  ADD ("sync-waits", test_sync_waits);
  ADD ("async-queues", test_async_queues);
  ADD ("program-leaves", test_program_leaves);
  ADD ("async-stays", test_async_stays);
  ADD ("sync-resume", test_sync_resume);
  ADD ("nobody-listens", test_nobody_listens);
  ADD ("sync-keeps-the-dead", test_sync_keeps_the_dead);
  return g_test_run ();
}
