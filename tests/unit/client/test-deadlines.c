/* SPDX-License-Identifier: MIT */
/* test-deadlines.c - every reply that is awaited has a deadline: a switch that logs in and then
 * answers nothing holds up neither the first attempt nor a later one for ever.
 */
#include "client-fixture.h"

#include <string.h>

#define TIMEOUT 1000 /* ms: enough for a login on a busy machine */

static void
test_never_subscribed (ClientFixture *f, gconstpointer data)
{
  client_make (f, (SwClientOptions){ .target.connect_timeout = TIMEOUT });
  fake_switch_hold (f->fake, "event json");
  sw_client_start (f->client);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_FAILED);
  g_assert_error (sw_client_error (f->client), ESL_CONNECTION_ERROR, ESL_CONNECTION_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (sw_client_error (f->client)->message, "subscription"));
}

/* The peer that never answers may be replaced by one that does: it is dialled again. */
static void
test_never_subscribed_again (ClientFixture *f, gconstpointer data)
{
  client_make (f, (SwClientOptions){ .target.connect_timeout = TIMEOUT });
  client_start (f);
  fake_switch_forget (f->fake);
  fake_switch_hold (f->fake, "event json");
  fake_switch_drop (f->fake, NULL);
  WAIT_UNTIL (fake_switch_count (f->fake, "event json") == 2);
  g_assert_cmpint (sw_client_state (f->client), ==, SW_CLIENT_DOWN);
  fake_switch_release (f->fake);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
}

/* Subscribed, but its tables can't be had: not asked for for ever by somebody who waits. */
static void
test_never_shown (ClientFixture *f, gconstpointer data)
{
  client_make (f, (SwClientOptions){ .query_deadline = 1 });
  fake_switch_hold (f->fake, "api show channels");
  sw_client_start (f->client);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_FAILED);
  g_assert_error (sw_client_error (f->client), SW_ERROR, SW_ERROR_TIMEOUT);
  g_assert_cmpuint (fake_switch_count (f->fake, "event json all\n"), ==, 3);
}

static void
test_log_level (ClientFixture *f, gconstpointer data)
{
  client_make (f, (SwClientOptions){ .target.connect_timeout = TIMEOUT });
  client_start (f);
  fake_switch_hold (f->fake, "log ");
  sw_client_set_log_level (f->client, 4);
  WAIT_UNTIL (fake_switch_count_connections (f->fake, "log 4\n") == 2);
  g_assert_cmpint (sw_client_state (f->client), ==, SW_CLIENT_UP);
}

/* What the table's answer can't be read from is no empty table: the link is made anew, at growing
 * distances, until it can. */
static void
test_unreadable (ClientFixture *f, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  client_make (f, (SwClientOptions){ .retry = TRUE });
  fake_switch_answer (f->fake, "show channels as json", "\033[31mno table");
  sw_client_start (f->client);
  WAIT_UNTIL (fake_switch_count (f->fake, "api show channels") == 4);
  g_assert_cmpint (sw_client_state (f->client), !=, SW_CLIENT_UP);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_DOWN);
  sw_client_describe (f->client, text);
  g_assert_nonnull (strstr (text->str, "connected no\n"));
  g_assert_nonnull (strstr (text->str, "unreadable show channels: "));
  g_assert_nonnull (strstr (sw_client_error (f->client)->message, "\\0033[31mno table"));
  g_assert_nonnull (
      strstr (text->str, "error the answer to \"show channels as json\" can't be read"));
  g_assert_null (strstr (f->names->str, "eslfs::resync"));
  fake_switch_answer (f->fake, "show channels as json", "{\"row_count\":0}\n");
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
}

static void
test_unreadable_at_first (ClientFixture *f, gconstpointer data)
{
  fake_switch_answer (f->fake, "show channels as json", "");
  sw_client_start (f->client);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_FAILED);
  g_assert_cmpuint (fake_switch_count (f->fake, "api show channels"), ==, 3);
}

/* A line that waits for the catalogue is not sent when its writer has gone. */
static void
test_abandoned_execute (ClientFixture *f, gconstpointer data)
{
  EslExecute unknown = { .uuid = "u", .app = "nosuch" };
  g_auto (Reply) gone = { 0 }, patient = { 0 };
  SwCommand *command;

  client_start (f);
  fake_switch_answer (
      f->fake, "show interfaces as json",
      "{\"row_count\":1,\"rows\":[{\"type\":\"application\",\"name\":\"nosuch\"}]}");
  fake_switch_hold (f->fake, "api show interfaces");
  command = sw_client_execute (f->client, &unknown, on_reply, &gone);
  sw_client_execute (f->client, &unknown, on_reply, &patient);
  sw_command_set_stake (command, SW_UNWATCHED);
  g_assert_cmpuint (gone.n, ==, 0);
  sw_command_set_stake (command, SW_ABANDONED);
  g_assert_cmpuint (gone.n, ==, 0);
  WAIT_UNTIL (gone.n);
  g_assert_error (gone.error, SW_ERROR, SW_ERROR_ABANDONED);
  fake_switch_release (f->fake);
  WAIT_UNTIL (patient.n);
  g_assert_no_error (patient.error);
  g_assert_cmpuint (fake_switch_count (f->fake, "sendmsg"), ==, 1);
}

/* The connection of a command whose answer never comes is not kept for ever, and the answer to
 * another command comes over its own. */
static void
test_never_answered (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) late = { 0 }, other = { 0 };

  client_make (f, (SwClientOptions){ .command_deadline = TIMEOUT });
  client_start (f);
  fake_switch_hold (f->fake, "api write");
  sw_client_api (f->client, "write", 5, on_reply, &late);
  WAIT_UNTIL (late.n);
  g_assert_error (late.error, SW_ERROR, SW_ERROR_TIMEOUT);
  sw_client_api (f->client, "other", 5, on_reply, &other);
  WAIT_UNTIL (other.n);
  g_assert_no_error (other.error);
  WAIT_UNTIL (!fake_switch_has_connection (f->fake, "api write"));
  g_assert_true (fake_switch_has_connection (f->fake, "api other"));
  g_assert_cmpint (sw_client_state (f->client), ==, SW_CLIENT_UP);
}

#define ADD(path, func)                                                                            \
  g_test_add (path, ClientFixture, NULL, client_set_up, func, client_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/deadlines/never-subscribed", test_never_subscribed);
  ADD ("/deadlines/never-subscribed-again", test_never_subscribed_again);
  ADD ("/deadlines/never-shown", test_never_shown);
  ADD ("/deadlines/log-level", test_log_level);
  ADD ("/deadlines/unreadable", test_unreadable);
  ADD ("/deadlines/unreadable-at-first", test_unreadable_at_first);
  ADD ("/deadlines/abandoned-execute", test_abandoned_execute);
  ADD ("/deadlines/never-answered", test_never_answered);
  return g_test_run ();
}
