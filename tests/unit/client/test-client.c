/* SPDX-License-Identifier: MIT */
/* test-client.c - the client's link: up, lost, found again, and what is said of it. */
#include "client-fixture.h"

#include <string.h>

static gboolean
told (const ClientFixture *f, const char *name)
{
  return strstr (f->names->str, name) != NULL;
}

/* The newest record of that subclass, parsed; owned by the caller. */
static EslEvent *
record (const ClientFixture *f, const char *subclass)
{
  for (guint i = f->events->len; i > 0; i--)
    {
      const char *json = g_ptr_array_index (f->events, i - 1);
      g_autoptr (EslEvent) event = esl_event_new ();
      g_autoptr (GError) error = NULL;

      esl_event_parse (event, ESL_FORMAT_JSON, json, strlen (json), &error);
      g_assert_no_error (error);
      if (g_strcmp0 (esl_event_get (event, "Event-Subclass"), subclass) == 0)
        return g_steal_pointer (&event);
    }
  g_assert_not_reached ();
}

static char *
describe (const ClientFixture *f)
{
  GString *text = g_string_new (NULL);

  sw_client_describe (f->client, text);
  return g_string_free (text, FALSE);
}

#define ROWS(rows) "{\"row_count\":1,\"rows\":[" rows "]}\n"

static void
test_up (ClientFixture *f, gconstpointer data)
{
  g_autofree char *before = describe (f), *after = NULL;
  g_autoptr (EslEvent) resync = NULL;

  g_assert_nonnull (strstr (before, "connected no\n"));
  g_assert_nonnull (sw_client_error (f->client));
  fake_switch_answer (f->fake, "show channels as json",
                      ROWS ("{\"uuid\":\"a\",\"state\":\"CS_EXECUTE\"},{\"uuid\":\"b\"}"));
  fake_switch_answer (f->fake, "show bridged_calls as json",
                      ROWS ("{\"uuid\":\"a\",\"b_uuid\":\"b\"}"));
  client_start (f);
  g_assert_null (sw_client_error (f->client));
  g_assert_cmpuint (f->n_states, >, 0);
  g_assert_cmpstr (sw_client_core_uuid (f->client), ==, "core-1");
  g_assert_cmpstr (f->names->str, ==, "eslfs::connected +a +b eslfs::resync ");
  g_assert_cmpstr (sw_channel_peer (sw_model_channel (sw_client_model (f->client), "a")), ==, "b");
  resync = record (f, "eslfs::resync");
  g_assert_cmpstr (esl_event_get (resync, "Resync-Added"), ==, "2");
  g_assert_cmpstr (esl_event_get (resync, "Core-UUID"), ==, "core-1");
  /* subscribed before anything was asked */
  g_assert_cmpuint (fake_switch_count (f->fake, "event json all\n"), ==, 1);
  after = describe (f);
  g_assert_nonnull (strstr (after, "connected yes\n"));
  g_assert_nonnull (strstr (after, "core-uuid core-1\n"));
  g_assert_nonnull (strstr (after, "\nevents\t"));
  g_assert_nonnull (strstr (after, "\tready\t0\n"));
}

static void
test_catalog (ClientFixture *f, gconstpointer data)
{
  const char *const *names;

  client_start (f);
  names = sw_client_api_names (f->client);
  g_assert_cmpstr (names[0], ==, "echo");
  g_assert_cmpstr (names[1], ==, "version");
  g_assert_null (names[2]);
  g_assert_cmpstr (sw_client_api_usage (f->client, "echo"), ==, "<text> - Echo");
  g_assert_null (sw_client_api_usage (f->client, "nosuch"));
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"MODULE_LOAD\",\"type\":\"api\",\"name\":"
                                   "\"db\",\"description\":\"DB\",\"syntax\":\"get\"}");
  fake_switch_send_event (
      f->fake, "{\"Event-Name\":\"MODULE_UNLOAD\",\"type\":\"api\",\"name\":\"version\"}");
  WAIT_UNTIL (told (f, "MODULE_UNLOAD"));
  names = sw_client_api_names (f->client);
  g_assert_cmpstr (names[0], ==, "db");
  g_assert_cmpstr (names[1], ==, "echo");
  g_assert_null (names[2]);
}

/* An event changes the model before the owner hears of it. What can't be read is left out,
 * and that is said. */
static void
test_events (ClientFixture *f, gconstpointer data)
{
  client_start (f);
  g_string_truncate (f->names, 0);
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"CHANNEL_CREATE\",\"Unique-ID\":\"u\"}");
  fake_switch_send_event (f->fake, "{broken");
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"CHANNEL_DESTROY\",\"Unique-ID\":\"u\"}");
  WAIT_UNTIL (told (f, "DESTROY"));
  g_assert_cmpstr (f->names->str, ==, "+u CHANNEL_CREATE eslfs::gap -u CHANNEL_DESTROY ");
  g_assert_cmpstr (g_ptr_array_index (f->events, f->events->len - 1), ==,
                   "{\"Event-Name\":\"CHANNEL_DESTROY\",\"Unique-ID\":\"u\"}");
}

/* The API events of our own reads are left out, once each; others' stay. */
static void
test_echoes (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) reply = { 0 };

  client_start (f);
  g_string_truncate (f->names, 0);
  sw_client_query (f->client, "uuid_dump u json", on_reply, &reply);
  WAIT_UNTIL (reply.n);
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"API\",\"API-Command\":\"uuid_dump\","
                                   "\"API-Command-Argument\":\"u json\"}");
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"HEARTBEAT\"}");
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"API\",\"API-Command\":\"uuid_dump\","
                                   "\"API-Command-Argument\":\"u json\"}");
  WAIT_UNTIL (told (f, "API"));
  g_assert_cmpstr (f->names->str, ==, "HEARTBEAT API ");
}

static void
lose (ClientFixture *f)
{
  fake_switch_set_listening (f->fake, FALSE);
  fake_switch_drop (f->fake, NULL);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_DOWN);
}

static void
find_again (ClientFixture *f)
{
  fake_switch_set_listening (f->fake, TRUE);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
}

#define EVENT(sequence, rest)                                                                      \
  "{\"Event-Name\":\"X" sequence "\",\"Core-UUID\":\"core-1\",\"Event-Sequence\":\"" sequence      \
  "\"" rest "}"

/* Lost and found: said at once, the gap's bound with the first event, each ghost closed. */
static void
test_gap (ClientFixture *f, gconstpointer data)
{
  g_autoptr (EslEvent) gap = NULL, lost = NULL, disconnected = NULL;
  g_autofree char *down = NULL;

  fake_switch_answer (f->fake, "show channels as json",
                      ROWS ("{\"uuid\":\"stays\"},{\"uuid\":\"ghost\"}"));
  client_start (f);
  fake_switch_send_event (f->fake, EVENT ("100", ""));
  fake_switch_send_event (f->fake, EVENT ("102", ""));
  fake_switch_send_event (f->fake, EVENT ("101", ""));
  WAIT_UNTIL (told (f, "X101"));
  g_string_truncate (f->names, 0);
  lose (f);
  g_assert_cmpstr (f->names->str, ==, "eslfs::disconnected ");
  disconnected = record (f, "eslfs::disconnected");
  g_assert_nonnull (esl_event_get (disconnected, "Disconnect-Reason"));
  g_assert_cmpuint (sw_model_n_channels (sw_client_model (f->client)), ==, 2);
  down = describe (f);
  g_assert_nonnull (strstr (down, "connected no\n"));
  g_assert_nonnull (strstr (down, "\nerror "));
  fake_switch_answer (f->fake, "show channels as json", ROWS ("{\"uuid\":\"stays\"}"));
  find_again (f);
  g_assert_cmpuint (fake_switch_count (f->fake, "event json"), ==, 2);
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"API\",\"Event-Sequence\":\"103\"}");
  fake_switch_send_event (f->fake, EVENT ("110", ""));
  WAIT_UNTIL (told (f, "X110"));
  g_assert_cmpstr (f->names->str, ==,
                   "eslfs::disconnected eslfs::connected -ghost eslfs::lost eslfs::resync API "
                   "eslfs::gap X110 ");
  gap = record (f, "eslfs::gap");
  g_assert_cmpstr (esl_event_get (gap, "Gap-Missing-At-Most"), ==, "7");
  g_assert_cmpstr (esl_event_get (gap, "Switch-Restarted"), ==, "false");
  g_assert_nonnull (esl_event_get (gap, "Gap-Seconds"));
  g_assert_cmpstr (esl_event_get (gap, "Gap-Reason"), ==,
                   esl_event_get (disconnected, "Disconnect-Reason"));
  lost = record (f, "eslfs::lost");
  g_assert_cmpstr (esl_event_get (lost, "Unique-ID"), ==, "ghost");
}

/* The echo of our own read was numbered after the subscription: it says the gap too. */
static void
test_gap_by_echo (ClientFixture *f, gconstpointer data)
{
  g_autoptr (EslEvent) gap = NULL;

  client_start (f);
  fake_switch_send_event (f->fake, EVENT ("100", ""));
  WAIT_UNTIL (told (f, "X100"));
  lose (f);
  find_again (f);
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"API\",\"Event-Sequence\":\"105\","
                                   "\"API-Command\":\"show\",\"API-Command-Argument\":"
                                   "\"channels as json\"}");
  WAIT_UNTIL (told (f, "eslfs::gap"));
  gap = record (f, "eslfs::gap");
  g_assert_cmpstr (esl_event_get (gap, "Gap-Missing-At-Most"), ==, "4");
}

/* A channel that had an event just before the loss is asked for: the table may lag. */
static void
test_doubts (ClientFixture *f, gconstpointer data)
{
  client_start (f);
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"CHANNEL_CREATE\",\"Unique-ID\":\"alive\"}");
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"CHANNEL_CREATE\",\"Unique-ID\":\"dead\"}");
  WAIT_UNTIL (told (f, "+dead"));
  lose (f);
  fake_switch_answer (f->fake, "show channels as json", ROWS ("{\"uuid\":\"dead\"}"));
  fake_switch_answer (f->fake, "uuid_exists alive", "true");
  fake_switch_answer (f->fake, "uuid_exists dead", "false");
  find_again (f);
  g_assert_nonnull (sw_model_channel (sw_client_model (f->client), "alive"));
  g_assert_null (sw_model_channel (sw_client_model (f->client), "dead"));
}

/* Another core: nothing of what was known is left, whichever tells it first. */
static void
test_restarted (ClientFixture *f, gconstpointer data)
{
  g_autoptr (EslEvent) gap = NULL;

  client_start (f);
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"CHANNEL_CREATE\",\"Unique-ID\":\"old\","
                                   "\"Core-UUID\":\"core-1\",\"Event-Sequence\":\"100\"}");
  WAIT_UNTIL (told (f, "+old"));
  lose (f);
  g_string_truncate (f->names, 0);
  fake_switch_answer (f->fake, "global_getvar core_uuid", "core-2");
  fake_switch_answer (f->fake, "show channels as json", ROWS ("{\"uuid\":\"new\"}"));
  find_again (f);
  g_assert_cmpstr (f->names->str, ==,
                   "eslfs::connected eslfs::gap -old eslfs::lost +new eslfs::resync ");
  gap = record (f, "eslfs::gap");
  g_assert_cmpstr (esl_event_get (gap, "Switch-Restarted"), ==, "true");
  g_assert_null (esl_event_get (gap, "Gap-Missing-At-Most"));
  g_assert_cmpstr (sw_client_core_uuid (f->client), ==, "core-2");
  g_string_truncate (f->names, 0);
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"CHANNEL_CREATE\",\"Unique-ID\":\"u\","
                                   "\"Core-UUID\":\"core-3\"}");
  WAIT_UNTIL (told (f, "CHANNEL_CREATE"));
  g_assert_cmpstr (f->names->str, ==, "eslfs::gap -new eslfs::lost +u CHANNEL_CREATE ");
}

/* Only the event connection is lost: everything is done anew. */
static void
test_events_lost (ClientFixture *f, gconstpointer data)
{
  client_start (f);
  fake_switch_drop (f->fake, "event json");
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_DOWN);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
  g_assert_cmpuint (fake_switch_count (f->fake, "api show channels as json"), ==, 2);
}

/* The link goes while the tables are being asked for. */
static void
test_lost_in_resync (ClientFixture *f, gconstpointer data)
{
  fake_switch_hold (f->fake, "api show channels");
  sw_client_start (f->client);
  WAIT_UNTIL (fake_switch_count (f->fake, "api show channels") == 1);
  fake_switch_drop (f->fake, NULL);
  WAIT_UNTIL (told (f, "eslfs::disconnected"));
  g_assert_false (told (f, "eslfs::resync"));
  fake_switch_release (f->fake);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
  g_assert_true (told (f, "eslfs::resync"));
}

/* When the tables have caught up they are looked at once more: what they held for too long goes,
 * what they did not have yet comes. Takes as long as they may lag. */
static void
test_second_look (ClientFixture *f, gconstpointer data)
{
  fake_switch_answer (f->fake, "show channels as json", ROWS ("{\"uuid\":\"ghost\"}"));
  client_start (f);
  g_assert_cmpstr (f->names->str, ==, "eslfs::connected +ghost eslfs::resync ");
  fake_switch_answer (f->fake, "show channels as json", ROWS ("{\"uuid\":\"late\"}"));
  WAIT_UNTIL (told (f, "-ghost"));
  g_assert_cmpstr (f->names->str, ==,
                   "eslfs::connected +ghost eslfs::resync +late -ghost eslfs::lost ");
}

/* The table can't be had, the link itself lives: it is made anew rather than trusted. */
static void
test_resync_fails (ClientFixture *f, gconstpointer data)
{
  fake_switch_hold (f->fake, "api show channels");
  sw_client_start (f->client);
  WAIT_UNTIL (fake_switch_count (f->fake, "api show channels") == 1);
  fake_switch_drop (f->fake, "api show channels");
  WAIT_UNTIL (told (f, "eslfs::disconnected"));
  g_assert_cmpint (sw_client_state (f->client), ==, SW_CLIENT_DOWN);
  fake_switch_release (f->fake);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
}

static void
test_resync_hangs (ClientFixture *f, gconstpointer data)
{
  client_make (f, (SwClientOptions){ .query_deadline = 20 });
  fake_switch_hold (f->fake, "api show channels");
  sw_client_start (f->client);
  WAIT_UNTIL (told (f, "eslfs::disconnected"));
  g_assert_error (sw_client_error (f->client), SW_ERROR, SW_ERROR_TIMEOUT);
  fake_switch_release (f->fake);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
}

static void
test_password (ClientFixture *f, gconstpointer data)
{
  client_make (f, (SwClientOptions){ .retry = TRUE });
  fake_switch_set_password (f->fake, "another");
  sw_client_start (f->client);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_FAILED);
  g_assert_error (sw_client_error (f->client), ESL_CONNECTION_ERROR, ESL_CONNECTION_ERROR_PASSWORD);
  g_assert_cmpstr (f->names->str, ==, "");
}

/* Changed while the link was down: not for good, the user may put it right. */
static void
test_password_later (ClientFixture *f, gconstpointer data)
{
  client_start (f);
  fake_switch_set_password (f->fake, "another");
  fake_switch_drop (f->fake, NULL);
  WAIT_UNTIL (g_error_matches (sw_client_error (f->client), ESL_CONNECTION_ERROR,
                               ESL_CONNECTION_ERROR_PASSWORD));
  g_assert_cmpint (sw_client_state (f->client), ==, SW_CLIENT_DOWN);
}

static void
test_unreachable (ClientFixture *f, gconstpointer data)
{
  fake_switch_set_listening (f->fake, FALSE);
  sw_client_start (f->client);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_FAILED);
  g_assert_error (sw_client_error (f->client), ESL_CONNECTION_ERROR,
                  ESL_CONNECTION_ERROR_UNREACHABLE);
}

static void
test_retry (ClientFixture *f, gconstpointer data)
{
  client_make (f, (SwClientOptions){ .retry = TRUE });
  fake_switch_set_listening (f->fake, FALSE);
  sw_client_start (f->client);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_DOWN);
  find_again (f);
  g_assert_false (told (f, "eslfs::gap"));
}

/* A user who may do little: what is allowed is subscribed, the rest is said. */
static void
test_restricted (ClientFixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (EslEvent) resync = NULL;

  fake_switch_set_login_headers (f->fake, "Allowed-Events: CHANNEL_CREATE,HEARTBEAT,CUSTOM,a::b\n"
                                          "Allowed-API: version\nAllowed-LOG: false\n");
  fake_switch_answer (f->fake, "show channels as json", NULL);
  fake_switch_answer (f->fake, "show bridged_calls as json", NULL);
  fake_switch_answer (f->fake, "show api as json", NULL);
  fake_switch_answer (f->fake, "show interfaces as json", NULL);
  fake_switch_answer (f->fake, "global_getvar core_uuid", NULL);
  client_start (f);
  g_assert_cmpuint (
      fake_switch_count (f->fake, "event json CHANNEL_CREATE HEARTBEAT CUSTOM a::b\n"), ==, 1);
  g_assert_null (sw_client_core_uuid (f->client));
  g_assert_null (sw_client_api_names (f->client)[0]);
  resync = record (f, "eslfs::resync");
  g_assert_nonnull (esl_event_get (resync, "Resync-Refused"));
  text = describe (f);
  g_assert_nonnull (
      strstr (text, "restricted events: only CHANNEL_CREATE,HEARTBEAT,CUSTOM,a::b\n"));
  g_assert_nonnull (strstr (text, "restricted api: only version\n"));
  g_assert_nonnull (strstr (text, "denied log\n"));
  g_assert_nonnull (strstr (text, "denied show channels: -ERR permission denied\n"));
}

/* Pokes: after the answer to a written command, and all the time while a live reader waits. */
static void
test_pokes (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) read = { 0 }, written = { 0 };
  guint pokes;

  client_make (f, (SwClientOptions){ .poke_interval = 1 });
  client_start (f);
  fake_switch_forget (f->fake);
  sw_client_query (f->client, "x", on_reply, &read);
  WAIT_UNTIL (read.n);
  client_settle (f);
  g_assert_cmpuint (fake_switch_n_pokes (f->fake), ==, 0);
  sw_client_api (f->client, "y", 1, on_reply, &written);
  WAIT_UNTIL (fake_switch_n_pokes (f->fake) == 2);
  client_settle (f);
  g_assert_cmpuint (fake_switch_n_pokes (f->fake), ==, 2);
  sw_client_add_live_reader (f->client, 1);
  WAIT_UNTIL (fake_switch_n_pokes (f->fake) > 5);
  lose (f);
  find_again (f);
  fake_switch_forget (f->fake);
  WAIT_UNTIL (fake_switch_n_pokes (f->fake) > 5);
  sw_client_add_live_reader (f->client, -1);
  client_settle (f);
  pokes = fake_switch_n_pokes (f->fake);
  client_settle (f);
  g_assert_cmpuint (fake_switch_n_pokes (f->fake), ==, pokes);
}

/* A switch that is there but says nothing: asked, and given up when it doesn't answer. */
static void
test_silent (ClientFixture *f, gconstpointer data)
{
  client_make (f, (SwClientOptions){ .silence = 50 });
  client_start (f);
  WAIT_UNTIL (fake_switch_count (f->fake, "event json HEARTBEAT\n") == 3);
  g_assert_false (told (f, "eslfs::disconnected"));
  fake_switch_hold (f->fake, "event json HEARTBEAT\n");
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_DOWN);
  g_assert_nonnull (strstr (sw_client_error (f->client)->message, "said nothing for 0."));
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
}

static void
test_log (ClientFixture *f, gconstpointer data)
{
  client_start (f);
  g_assert_cmpuint (fake_switch_count (f->fake, "log "), ==, 0);
  sw_client_set_log_level (f->client, 4);
  WAIT_UNTIL (fake_switch_count (f->fake, "log 4\n") == 1);
  client_settle (f);
  fake_switch_send_log (f->fake, "one\n");
  WAIT_UNTIL (strcmp (f->log->str, "one\n") == 0);
  sw_client_set_log_level (f->client, 7);
  WAIT_UNTIL (fake_switch_count (f->fake, "log 7\n") == 1);
  g_assert_cmpuint (fake_switch_count_connections (f->fake, "log"), ==, 1);
  client_settle (f);
  fake_switch_drop (f->fake, "log");
  WAIT_UNTIL (strstr (f->log->str, "the log stops here") != NULL);
  g_assert_cmpint (sw_client_state (f->client), ==, SW_CLIENT_UP);
  WAIT_UNTIL (strstr (f->log->str, "the log goes on") != NULL);
  g_assert_cmpuint (fake_switch_count (f->fake, "log 7\n"), ==, 2);
  sw_client_set_log_level (f->client, -1);
  client_settle (f);
  g_string_truncate (f->log, 0);
  fake_switch_send_log (f->fake, "two\n");
  client_settle (f);
  g_assert_cmpstr (f->log->str, ==, "");
}

#define ADD(path, func)                                                                            \
  g_test_add (path, ClientFixture, NULL, client_set_up, func, client_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/client/up", test_up);
  ADD ("/client/catalog", test_catalog);
  ADD ("/client/events", test_events);
  ADD ("/client/echoes", test_echoes);
  ADD ("/client/gap", test_gap);
  ADD ("/client/gap-by-echo", test_gap_by_echo);
  ADD ("/client/doubts", test_doubts);
  ADD ("/client/restarted", test_restarted);
  ADD ("/client/events-lost", test_events_lost);
  ADD ("/client/lost-in-resync", test_lost_in_resync);
  ADD ("/client/second-look", test_second_look);
  ADD ("/client/resync-fails", test_resync_fails);
  ADD ("/client/resync-hangs", test_resync_hangs);
  ADD ("/client/password", test_password);
  ADD ("/client/password-later", test_password_later);
  ADD ("/client/unreachable", test_unreachable);
  ADD ("/client/retry", test_retry);
  ADD ("/client/restricted", test_restricted);
  ADD ("/client/pokes", test_pokes);
  ADD ("/client/silent", test_silent);
  ADD ("/client/log", test_log);
  return g_test_run ();
}
