/* SPDX-License-Identifier: MIT */
/* test-channel.c - channels through the api: what the recordings don't show. */
#include <string.h>

#include "switch-client.h"

typedef struct
{
  SimSwitch *sim;
  guint16 port;
  TestClient *client; /* gives the commands */
  TestClient *events; /* listens to all */
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->sim = test_switch_new (&f->port);
  f->client = test_client_login (f->port);
  f->events = test_client_login (f->port);
  test_client_ask (f->events, "event plain all");
  test_client_clear (f->events);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  test_client_free (f->client);
  test_client_free (f->events);
  sim_switch_free (f->sim);
}

static char *
originate (Fixture *f, const char *args)
{
  const char *reply = test_client_askf (f->client, "api originate %s", args);
  g_assert_true (g_str_has_prefix (reply, "+OK "));
  return g_strndup (reply + 4, strlen (reply) - 5);
}

/* Dial strings: what they give, or why they give nothing. */
static const struct
{
  const char *args;
  const char *reply; /* NULL: a uuid */
} dials[] = {
  { "null/x &park", NULL },
  { "error/USER_BUSY &park", "-ERR USER_BUSY\n" },
  { "error/17 &park", "-ERR USER_BUSY\n" },
  { "nosuch/x &park", "-ERR CHAN_NOT_IMPLEMENTED\n" },
  { "user/nosuch &park", "-ERR SUBSCRIBER_ABSENT\n" },
  { "error/NO_ANSWER|null/x &park", NULL },
  { "error/NO_ANSWER,error/CALL_REJECTED &park", "-ERR CALL_REJECTED\n" },
  { "loopback/000nosuch/default &park", "-ERR NO_ROUTE_DESTINATION\n" },
  { "loopback/9196/default &park", NULL },
  { "{sim_answer_after=10}user/1001 &park", NULL },
  { "{sim_answer_after=60000}user/1001 &park XML default name 1 1", "-ERR NO_ANSWER\n" },
  { "null/x", "-USAGE: <call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] "
              "[<cid_name>] [<cid_num>] [<timeout_sec>]\n" },
};

static void
test_dials (Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (dials); i++)
    {
      const char *reply = test_client_askf (f->client, "api originate %s", dials[i].args);
      if (dials[i].reply)
        g_assert_cmpstr (reply, ==, dials[i].reply);
      else
        g_assert_true (g_str_has_prefix (reply, "+OK "));
    }
}

/* Odd uuids of one's own, and a second channel of the same. */
static void
test_own_uuid (Fixture *f, gconstpointer unused)
{
  static const char *const uuids[] = { "a/b", ".hid", "x%2Fy", "plain" };
  for (guint i = 0; i < G_N_ELEMENTS (uuids); i++)
    {
      g_autofree char *args = g_strdup_printf ("{origination_uuid=%s}null/x &park", uuids[i]);
      g_autofree char *uuid = originate (f, args);
      g_assert_cmpstr (uuid, ==, uuids[i]);
      g_assert_cmpstr (test_client_askf (f->client, "api uuid_exists %s", uuid), ==, "true");
      g_assert_cmpstr (test_client_askf (f->client, "api originate %s", args), ==,
                       "-ERR DESTINATION_OUT_OF_ORDER\n");
    }
}

static void
test_limits (Fixture *f, gconstpointer unused)
{
  test_client_ask (f->client, "api fsctl max_sessions 2");
  g_autofree char *a = originate (f, "null/a &park");
  g_autofree char *b = originate (f, "null/b &park");
  g_assert_cmpstr (test_client_ask (f->client, "api originate null/c &park"), ==,
                   "-ERR SWITCH_CONGESTION\n");
  test_client_ask (f->client, "api fsctl max_sessions 9");
  test_client_ask (f->client, "api fsctl pause");
  g_assert_cmpstr (test_client_ask (f->client, "api originate null/c &park"), ==,
                   "-ERR SWITCH_CONGESTION\n");
  test_client_ask (f->client, "api fsctl resume");
  g_autofree char *c = originate (f, "null/c &park");
}

/* Names of the events of one channel, in order, from `first` on. */
static char *
events_of (TestClient *events, const char *uuid, const char *first)
{
  g_autoptr (GString) names = g_string_new (NULL);
  gboolean begun = FALSE;
  for (guint i = 0; i < events->frames->len; i++)
    {
      const Frame *frame = g_ptr_array_index (events->frames, i);
      if (!frame_is_event (frame) || strcmp (frame_event_get (frame, "Unique-ID"), uuid) != 0)
        continue;
      const char *name = frame_event_get (frame, "Event-Name");
      begun = begun || strcmp (name, first) == 0;
      if (begun)
        g_string_append_printf (names, "%s ", name + (strncmp (name, "CHANNEL_", 8) ? 0 : 8));
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/* The dump is gone at once; the end of the life follows, and one CHANNEL_STATE after DESTROY. */
static void
test_end (Fixture *f, gconstpointer unused)
{
  g_autofree char *uuid = originate (f, "null/a &park");
  g_assert_nonnull (test_client_wait_event (f->events, "CHANNEL_PARK"));
  test_client_askf (f->client, "api uuid_kill %s CALL_REJECTED", uuid);
  g_assert_cmpstr (test_client_askf (f->client, "api uuid_dump %s", uuid), ==,
                   "-ERR No such channel!\n");
  g_assert_nonnull (test_client_wait_event (f->events, "CHANNEL_DESTROY"));
  test_client_ask (f->client, "sendevent CUSTOM");
  g_assert_nonnull (test_client_wait_event (f->events, "CUSTOM"));
  g_autofree char *names = events_of (f->events, uuid, "CHANNEL_HANGUP");
  g_assert_cmpstr (names, ==,
                   "HANGUP UNPARK EXECUTE_COMPLETE STATE CALLSTATE STATE HANGUP_COMPLETE DESTROY "
                   "STATE ");
  const Frame *complete = test_client_wait_event (f->events, "CHANNEL_HANGUP_COMPLETE");
  g_assert_cmpstr (frame_event_get (complete, "variable_hangup_cause"), ==, "CALL_REJECTED");
  g_assert_cmpstr (frame_event_get (complete, "variable_hangup_cause_q850"), ==, "21");
}

/* An application inside another stops its time; both end, the inner one first. */
static void
test_nested (Fixture *f, gconstpointer unused)
{
  g_autofree char *uuid = originate (f, "null/a &park");
  for (guint i = 0; i < 2; i++)
    test_client_askf (f->client,
                      "sendmsg %s\ncall-command: execute\nexecute-app-name: sleep\n"
                      "execute-app-arg: 50\nEvent-UUID: job-%u",
                      uuid, i);
  g_assert_true (test_client_wait_events (f->events, "PRIVATE_COMMAND", 2));
  GPtrArray *frames = f->events->frames;
  g_autoptr (GString) order = g_string_new (NULL);
  for (guint i = 0; i < frames->len; i++)
    {
      const Frame *frame = g_ptr_array_index (frames, i);
      if (frame_is_event (frame) && *frame_event_get (frame, "Application-UUID") == 'j')
        g_string_append_printf (order, "%s %s;", frame_event_get (frame, "Event-Name") + 8,
                                frame_event_get (frame, "Application-UUID"));
    }
  g_assert_cmpstr (order->str, ==,
                   "EXECUTE job-0;EXECUTE job-1;EXECUTE_COMPLETE job-1;EXECUTE_COMPLETE job-0;");
}

/* event-lock: one after the other instead. */
static void
test_event_lock (Fixture *f, gconstpointer unused)
{
  g_autofree char *uuid = originate (f, "null/a &park");
  for (guint i = 0; i < 2; i++)
    test_client_askf (f->client,
                      "sendmsg %s\ncall-command: execute\nexecute-app-name: sleep\n"
                      "execute-app-arg: 30\nevent-lock: true",
                      uuid);
  g_assert_true (test_client_wait_events (f->events, "PRIVATE_COMMAND", 2));
  g_autofree char *names = events_of (f->events, uuid, "CHANNEL_PARK");
  g_assert_cmpstr (names, ==,
                   "PARK EXECUTE EXECUTE_COMPLETE PRIVATE_COMMAND EXECUTE EXECUTE_COMPLETE "
                   "PRIVATE_COMMAND ");
}

static void
test_digits (Fixture *f, gconstpointer unused)
{
  g_autofree char *uuid = originate (f, "null/a &park");
  test_client_askf (f->client,
                    "sendmsg %s\ncall-command: execute\nexecute-app-name: read\n"
                    "execute-app-arg: 2 4 silence_stream://10 pin 9000 #",
                    uuid);
  g_assert_nonnull (test_client_wait_event (f->events, "PLAYBACK_STOP"));
  test_client_askf (f->client, "api uuid_recv_dtmf %s 12#", uuid);
  g_assert_nonnull (test_client_wait_event (f->events, "PRIVATE_COMMAND"));
  g_assert_cmpuint (test_client_count_events (f->events, "DTMF"), ==, 3);
  g_assert_cmpstr (test_client_askf (f->client, "api uuid_getvar %s pin", uuid), ==, "12");
}

/* Two telephones: hold and back, and the columns of both legs in `show calls`. */
static void
test_call (Fixture *f, gconstpointer unused)
{
  g_autofree char *a = originate (
      f, "{sim_answer_after=1}user/1001 &bridge({sim_answer_after=1,origination_uuid=b}user/1002)");
  g_assert_nonnull (test_client_wait_event (f->events, "CHANNEL_BRIDGE"));
  const char *calls = test_client_ask (f->client, "api show calls");
  g_autofree char *both = g_strdup_printf ("%s,outbound,", a);
  g_assert_nonnull (strstr (calls, both));
  g_assert_nonnull (strstr (calls, ",b,outbound,"));
  g_assert_nonnull (strstr (calls, "\n1 total.\n"));
  g_assert_cmpstr (test_client_askf (f->client, "api uuid_hold %s", a), ==, "+OK Success\n");
  g_assert_nonnull (test_client_wait_event (f->events, "CHANNEL_HOLD"));
  g_assert_cmpstr (test_client_askf (f->client, "api uuid_hold toggle %s", a), ==, "+OK Success\n");
  g_assert_nonnull (test_client_wait_event (f->events, "CHANNEL_UNHOLD"));
  test_client_ask (f->client, "api uuid_kill b");
  g_assert_nonnull (test_client_wait_event (f->events, "CHANNEL_UNBRIDGE"));
  g_assert_true (test_client_wait_events (f->events, "CHANNEL_DESTROY", 2));
}

static void
ask_until (TestClient *client, const char *command, const char *reply)
{
  while (strcmp (test_client_ask (client, command), reply) != 0)
    ;
}

/* A leg that is killed before it rings ends all the same. */
static void
test_killed_early (Fixture *f, gconstpointer unused)
{
  test_client_send (f->events, "api originate {origination_uuid=u}user/1001 &park\n\n", -1);
  ask_until (f->client, "api uuid_kill u", "+OK\n");
  g_assert_nonnull (test_client_wait_event (f->events, "CHANNEL_DESTROY"));
}

/* A leg that is bridged anew leaves its old peer to itself: that one ends. */
static void
test_bridged_anew (Fixture *f, gconstpointer unused)
{
  static const char *const names[] = { "a", "b", "c" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *args = g_strdup_printf ("{origination_uuid=%s}null/x &park", names[i]);
      g_autofree char *uuid = originate (f, args);
    }
  test_client_send (f->client, "api uuid_bridge a b\n\napi uuid_bridge a c\n\n", -1);
  g_assert_true (test_client_wait_events (f->events, "CHANNEL_BRIDGE", 1));
  test_client_ask (f->client, "api hupall");
  g_assert_true (test_client_wait_events (f->events, "CHANNEL_DESTROY", 3));
}

/* The rows of `show` come and go a second later than the channels. */
static void
test_db_lag (void)
{
  guint16 port;
  g_autoptr (GError) error = NULL;
  g_autoptr (SimSwitch) sim = sim_switch_new (&(SimOptions){ .hostname = "vm", .db_lag = 1000 });
  sim_switch_listen (sim, "127.0.0.1", 0, &port, &error);
  g_assert_no_error (error);
  g_autoptr (TestClient) client = test_client_login (port);
  test_client_ask (client, "api originate {origination_uuid=u}null/a &park");
  g_assert_cmpstr (test_client_ask (client, "api show channels as json"), ==,
                   "{\"row_count\": 0}\n");
  ask_until (client, "api show channels count", "\n1 total.\n");
  test_client_ask (client, "api uuid_kill u");
  g_assert_cmpstr (test_client_ask (client, "api uuid_exists u"), ==, "false");
  g_assert_cmpstr (test_client_ask (client, "api show channels count"), ==, "\n1 total.\n");
  ask_until (client, "api show channels count", "\n0 total.\n");
}

/* Ten thousand channels come, are counted, and go. */
static void
test_many (void)
{
  guint16 port;
  g_autoptr (SimSwitch) sim = test_switch_new (&port);
  g_autoptr (TestClient) client = test_client_login (port);
  g_autoptr (GString) burst = g_string_new (NULL);
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (burst, "api originate null/%u &park\n\n", i);
  test_client_send (client, burst->str, (gssize)burst->len);
  g_assert_true (test_client_wait_frames (client, 10000));
  g_assert_cmpstr (test_client_ask (client, "api show channels count"), ==, "\n10000 total.\n");
  test_client_ask (client, "api hupall");
  ask_until (client, "api show channels count", "\n0 total.\n");
}

/* Demo calls are kept up, and the same seed gives the same calls. */
static char *
first_caller (guint32 seed)
{
  guint16 port;
  g_autoptr (GError) error = NULL;
  g_autoptr (SimSwitch) sim =
      sim_switch_new (&(SimOptions){ .hostname = "vm", .calls = 8, .seed = seed });
  sim_switch_listen (sim, "127.0.0.1", 0, &port, &error);
  g_assert_no_error (error);
  g_autoptr (TestClient) client = test_client_login (port);
  test_client_ask (client, "event plain CHANNEL_CREATE");
  test_client_clear (client);
  g_assert_true (test_client_wait_events (client, "CHANNEL_CREATE", 1));
  const char *rows = test_client_ask (client, "api show channels");
  g_auto (GStrv) lines = g_strsplit (rows, "\n", 3);
  g_auto (GStrv) cells = g_strsplit (lines[1], ",", 10);
  return g_strdup (cells[7]);
}

static void
test_demo (void)
{
  g_autofree char *a = first_caller (5);
  g_autofree char *b = first_caller (5);
  g_assert_cmpstr (a, ==, b);
}

#define ADD(path, func) g_test_add ("/sim/channel/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("dials", test_dials);
  ADD ("own-uuid", test_own_uuid);
  ADD ("limits", test_limits);
  ADD ("end", test_end);
  ADD ("nested", test_nested);
  ADD ("event-lock", test_event_lock);
  ADD ("digits", test_digits);
  ADD ("call", test_call);
  ADD ("killed-early", test_killed_early);
  ADD ("bridged-anew", test_bridged_anew);
  g_test_add_func ("/sim/channel/db-lag", test_db_lag);
  g_test_add_func ("/sim/channel/many", test_many);
  g_test_add_func ("/sim/channel/demo", test_demo);
  return g_test_run ();
}
