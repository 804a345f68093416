/* SPDX-License-Identifier: MIT */
/* test-commands.c - the client's commands: which connection, shared or not, answered once. */
#include "client-fixture.h"

#include <string.h>

static SwCommand *
api (ClientFixture *f, const char *line, Reply *reply)
{
  return sw_client_api (f->client, line, strlen (line), on_reply, reply);
}

static void
test_answers (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) query = { 0 }, written = { 0 }, sent = { 0 };

  client_start (f);
  fake_switch_answer (f->fake, "version", "FreeSWITCH\nyes\n");
  sw_client_query (f->client, "version", on_reply, &query);
  api (f, "uuid_kill u", &written);
  sw_client_send (f->client, "sendevent X\n\n", 13, on_reply, &sent);
  g_assert_cmpuint (query.n + written.n + sent.n, ==, 0);
  WAIT_UNTIL (query.n && written.n && sent.n);
  g_assert_no_error (written.error);
  g_assert_cmpstr (query.text, ==, "FreeSWITCH\nyes\n");
  g_assert_cmpstr (written.text, ==, "+OK\n");
  g_assert_cmpstr (sent.text, ==, "+OK");
}

/* Nothing that is refused here reaches the wire, and no answer comes before the call returned. */
static void
test_refused (ClientFixture *f, gconstpointer data)
{
  g_autofree char *huge = g_strnfill (ESL_COMMAND_MAX + 1, 'x');
  g_auto (Reply) down = { 0 }, line = { 0 }, reload = { 0 }, name = { 0 }, query = { 0 };
  g_auto (Reply) big = { 0 };

  api (f, "version", &down);
  g_assert_cmpuint (down.n, ==, 0);
  WAIT_UNTIL (down.n);
  g_assert_error (down.error, SW_ERROR, SW_ERROR_DOWN);
  client_start (f);
  fake_switch_forget (f->fake);
  api (f, "echo a\n\napi shutdown", &line);
  api (f, "echo reload mod_event_socket", &reload);
  sw_client_setvar (f->client, "u", "n", "a\0b", 3, on_reply, &name);
  sw_client_query (f->client, "echo a\rb", on_reply, &query);
  sw_client_query (f->client, huge, on_reply, &big);
  g_assert_cmpuint (line.n + reload.n + name.n + query.n + big.n, ==, 0);
  WAIT_UNTIL (line.n && reload.n && name.n && query.n && big.n);
  g_assert_error (line.error, SW_ERROR, SW_ERROR_INVALID);
  g_assert_error (reload.error, SW_ERROR, SW_ERROR_INVALID);
  g_assert_error (name.error, SW_ERROR, SW_ERROR_INVALID);
  g_assert_error (query.error, SW_ERROR, SW_ERROR_INVALID);
  g_assert_error (big.error, SW_ERROR, SW_ERROR_TOO_LONG);
  client_settle (f);
  g_assert_cmpuint (fake_switch_count (f->fake, ""), ==, 1);
}

static void
test_setvar (ClientFixture *f, gconstpointer data)
{
  static const char value[] = "a b\nreload mod_event_socket";
  g_auto (Reply) set = { 0 }, unset = { 0 };

  client_start (f);
  sw_client_setvar (f->client, "u", "x", value, strlen (value), on_reply, &set);
  sw_client_setvar (f->client, "u", "x", "", 0, on_reply, &unset);
  WAIT_UNTIL (set.n && unset.n);
  g_assert_cmpstr (set.text, ==, "+OK\n");
  g_assert_cmpuint (fake_switch_count (f->fake, "api uuid_setvar u x"), ==, 2);
}

/* Identical reads in flight are one; after a written command's answer they are not the same. */
static void
test_shared (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 }, written = { 0 };

  client_start (f);
  fake_switch_hold (f->fake, "api uuid_dump");
  sw_client_query (f->client, "uuid_dump u", on_reply, &a);
  sw_client_query (f->client, "uuid_dump u", on_reply, &b);
  sw_client_query (f->client, "uuid_dump v", on_reply, &c);
  api (f, "uuid_setvar u x y", &written);
  WAIT_UNTIL (written.n);
  g_assert_cmpuint (fake_switch_count (f->fake, "api uuid_dump u"), ==, 1);
  sw_client_query (f->client, "uuid_dump u", on_reply, &d);
  fake_switch_release (f->fake);
  WAIT_UNTIL (a.n && b.n && c.n && d.n);
  g_assert_cmpuint (fake_switch_count (f->fake, "api uuid_dump u"), ==, 2);
  g_assert_cmpuint (fake_switch_count (f->fake, "api uuid_dump v"), ==, 1);
}

/* Reads have two connections, on which no written line comes; a slow one leaves the other free. */
static void
test_readers (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) slow = { 0 }, written = { 0 };
  Reply quick[20] = { { 0 } };

  client_start (f);
  fake_switch_hold (f->fake, "api slow");
  fake_switch_forget (f->fake);
  sw_client_query (f->client, "slow", on_reply, &slow);
  for (guint i = 0; i < G_N_ELEMENTS (quick); i++)
    {
      g_autofree char *line = g_strdup_printf ("quick %u", i);

      sw_client_query (f->client, line, on_reply, &quick[i]);
      if (i == 0)
        api (f, "write", &written);
      WAIT_UNTIL (quick[i].n);
    }
  WAIT_UNTIL (written.n);
  g_assert_cmpuint (slow.n, ==, 0);
  g_assert_cmpuint (fake_switch_count_connections (f->fake, "api quick"), ==, 1);
  g_assert_cmpuint (fake_switch_count_connections (f->fake, "api write"), ==, 1);
  g_assert_cmpuint (fake_switch_n_connections (f->fake), ==, 4); /* events, 2 reads, 1 write */
  fake_switch_release (f->fake);
  WAIT_UNTIL (slow.n);
  for (guint i = 0; i < G_N_ELEMENTS (quick); i++)
    reply_clear (&quick[i]);
}

/* A cancelled command says nothing, its companions are answered; also when an answer cancels. */
static void
test_cancel (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) a = { 0 }, b = { 0 }, c = { 0 }, down = { 0 };

  sw_command_cancel (api (f, "version", &down));
  client_start (f);
  sw_command_cancel (sw_client_query (f->client, "x", on_reply, &a));
  a.cancel = NULL;
  sw_client_query (f->client, "x", on_reply, &b);
  b.cancel = sw_client_query (f->client, "x", on_reply, &c);
  WAIT_UNTIL (b.n);
  client_settle (f);
  g_assert_cmpuint (a.n + c.n + down.n, ==, 0);
  g_assert_cmpstr (b.text, ==, "+OK\n");
}

static void
test_eight (ClientFixture *f, gconstpointer data)
{
  Reply replies[10] = { { 0 } };
  SwCommand *commands[10];

  client_start (f);
  fake_switch_hold (f->fake, "api write");
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autofree char *line = g_strdup_printf ("write %u", i);

      commands[i] = api (f, line, &replies[i]);
    }
  WAIT_UNTIL (fake_switch_count (f->fake, "api write") == 8);
  client_settle (f);
  g_assert_cmpuint (fake_switch_count (f->fake, "api write"), ==, 8);
  /* One that nobody waits for makes room for another; it is still on its own connection. */
  sw_command_cancel (commands[3]);
  WAIT_UNTIL (fake_switch_count (f->fake, "api write") == 9);
  client_settle (f);
  g_assert_cmpuint (fake_switch_count (f->fake, "api write"), ==, 9);
  g_assert_cmpuint (fake_switch_count_connections (f->fake, "api write"), ==, 9);
  fake_switch_release (f->fake);
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      if (i != 3)
        WAIT_UNTIL (replies[i].n);
      g_assert_cmpuint (replies[i].n, ==, i != 3);
      reply_clear (&replies[i]);
    }
  g_assert_cmpuint (fake_switch_count (f->fake, "api write"), ==, 10);
  g_assert_cmpuint (fake_switch_count_connections (f->fake, "api write"), ==, 9);
}

static void
test_busy (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) ignored = { 0 }, busy = { 0 }, after = { 0 };

  client_start (f);
  fake_switch_hold (f->fake, "api write");
  for (guint i = 0; i < 32; i++)
    {
      sw_command_cancel (api (f, "write", &ignored));
      WAIT_UNTIL (fake_switch_count (f->fake, "api write") == i + 1);
    }
  g_assert_cmpuint (fake_switch_count_connections (f->fake, "api write"), ==, 32);
  api (f, "write", &busy);
  WAIT_UNTIL (busy.n);
  g_assert_error (busy.error, SW_ERROR, SW_ERROR_BUSY);
  fake_switch_release (f->fake);
  client_settle (f);
  api (f, "write", &after);
  WAIT_UNTIL (after.n);
  g_assert_no_error (after.error);
  g_assert_cmpuint (ignored.n, ==, 0);
}

/* What waits for a connection is bounded; all of it goes. */
static void
test_queue (ClientFixture *f, gconstpointer data)
{
  g_autofree Reply *replies = g_new0 (Reply, 1025);

  client_start (f);
  for (guint i = 0; i < 1025; i++)
    api (f, "write", &replies[i]);
  WAIT_UNTIL (replies[1024].n);
  g_assert_error (replies[1024].error, SW_ERROR, SW_ERROR_BUSY);
  for (guint i = 0; i < 1024; i++)
    {
      WAIT_UNTIL (replies[i].n);
      g_assert_no_error (replies[i].error);
    }
  g_assert_cmpuint (fake_switch_count (f->fake, "api write"), ==, 1024);
  g_assert_cmpuint (fake_switch_count_connections (f->fake, "api write"), <=, 8);
  for (guint i = 0; i < 1025; i++)
    reply_clear (&replies[i]);
}

/* The deadline of commands that were sent, but not answered. */
static void
test_write_deadline (ClientFixture *f, gconstpointer data)
{
  Reply warm[8] = { { 0 } }, replies[8] = { { 0 } };
  g_auto (Reply) late = { 0 };

  client_make (f, (SwClientOptions){ .command_deadline = 1000 });
  client_start (f);
  fake_switch_hold (f->fake, "api write");
  for (guint i = 0; i < G_N_ELEMENTS (warm); i++)
    api (f, "write", &warm[i]);
  WAIT_UNTIL (fake_switch_count (f->fake, "api write") == 8);
  fake_switch_release (f->fake);
  for (guint i = 0; i < G_N_ELEMENTS (warm); i++)
    WAIT_UNTIL (warm[i].n);
  /* The eight connections are there: these are sent before the calls return. */
  fake_switch_hold (f->fake, "api write");
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    api (f, "write", &replies[i]);
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      WAIT_UNTIL (replies[i].n);
      g_assert_error (replies[i].error, SW_ERROR, SW_ERROR_TIMEOUT);
      g_assert_null (strstr (replies[i].error->message, "never sent"));
    }
  /* They are kept, though nobody waits: a late answer belongs to nobody else. */
  api (f, "later", &late);
  WAIT_UNTIL (late.n);
  g_assert_no_error (late.error);
  g_assert_cmpuint (fake_switch_count_connections (f->fake, "api later"), ==, 1);
  g_assert_cmpuint (fake_switch_count (f->fake, "api write"), ==, 16);
  g_assert_cmpuint (fake_switch_count_connections (f->fake, "api write"), ==, 8);
  fake_switch_release (f->fake);
  client_settle (f);
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      reply_clear (&warm[i]);
      reply_clear (&replies[i]);
    }
}

static gboolean
on_timeout (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* The deadline of one that found no connection in time. */
static void
test_never_sent (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) reply = { 0 };

  client_make (f, (SwClientOptions){ .command_deadline = 100 });
  client_start (f);
  fake_switch_hold (f->fake, "auth");
  api (f, "write", &reply);
  WAIT_UNTIL (reply.n);
  g_assert_error (reply.error, SW_ERROR, SW_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (reply.error->message, "never sent"));
  fake_switch_release (f->fake);
  client_settle (f);
  g_assert_cmpuint (fake_switch_count (f->fake, "api write"), ==, 0);
}

/* A read that is never answered: its connection is replaced, those behind it are asked again. */
static void
test_read_deadline (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) behind = { 0 };
  Reply stuck[2] = { { 0 } };
  gboolean later = FALSE;

  client_make (f, (SwClientOptions){ .query_deadline = 1000 });
  client_start (f);
  fake_switch_hold (f->fake, "api stuck");
  sw_client_query (f->client, "stuck 0", on_reply, &stuck[0]);
  sw_client_query (f->client, "stuck 1", on_reply, &stuck[1]);
  WAIT_UNTIL (fake_switch_count (f->fake, "api stuck") == 2);
  g_timeout_add (500, on_timeout, &later);
  WAIT_UNTIL (later); /* the deadline of `behind` is to be another one */
  sw_client_query (f->client, "behind", on_reply, &behind);
  WAIT_UNTIL (stuck[0].n && stuck[1].n && behind.n);
  g_assert_error (stuck[0].error, SW_ERROR, SW_ERROR_TIMEOUT);
  g_assert_error (stuck[1].error, SW_ERROR, SW_ERROR_TIMEOUT);
  reply_clear (&stuck[0]);
  reply_clear (&stuck[1]);
  fake_switch_release (f->fake);
  client_settle (f);
}

/* The link goes with commands in every state: each is answered once, none is sent again. */
static void
test_lost (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) read = { 0 }, cancelled = { 0 }, after = { 0 };
  Reply writes[9] = { { 0 } };

  client_start (f);
  fake_switch_hold (f->fake, "api w");
  fake_switch_forget (f->fake);
  for (guint i = 0; i < G_N_ELEMENTS (writes); i++)
    api (f, "write", &writes[i]);
  WAIT_UNTIL (fake_switch_count (f->fake, "api write") == 8);
  sw_client_query (f->client, "wread", on_reply, &read);
  sw_command_cancel (sw_client_query (f->client, "wread2", on_reply, &cancelled));
  WAIT_UNTIL (fake_switch_count (f->fake, "api wread") == 2);
  fake_switch_set_listening (f->fake, FALSE);
  fake_switch_drop (f->fake, NULL);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_DOWN);
  for (guint i = 0; i < G_N_ELEMENTS (writes); i++)
    {
      WAIT_UNTIL (writes[i].n);
      g_assert_error (writes[i].error, SW_ERROR, (i < 8 ? SW_ERROR_LOST : SW_ERROR_DOWN));
      reply_clear (&writes[i]);
    }
  WAIT_UNTIL (read.n);
  g_assert_error (read.error, SW_ERROR, SW_ERROR_LOST);
  api (f, "write", &after);
  WAIT_UNTIL (after.n);
  g_assert_error (after.error, SW_ERROR, SW_ERROR_DOWN);
  fake_switch_release (f->fake);
  fake_switch_set_listening (f->fake, TRUE);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
  client_settle (f);
  g_assert_cmpuint (fake_switch_count (f->fake, "api w"), ==, 10);
  g_assert_cmpuint (cancelled.n, ==, 0);
}

/* One command connection breaks, the link itself lives: only what was on it is lost. */
static void
test_one_lost (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) lost = { 0 }, kept = { 0 }, read = { 0 }, again = { 0 };

  client_start (f);
  fake_switch_hold (f->fake, "api w");
  api (f, "w lost", &lost);
  api (f, "w kept", &kept);
  sw_client_query (f->client, "w read", on_reply, &read);
  WAIT_UNTIL (fake_switch_count (f->fake, "api w ") == 3);
  fake_switch_drop (f->fake, "api w lost");
  fake_switch_drop (f->fake, "api w read");
  WAIT_UNTIL (lost.n && read.n);
  g_assert_error (lost.error, SW_ERROR, SW_ERROR_LOST);
  g_assert_error (read.error, SW_ERROR, SW_ERROR_LOST);
  fake_switch_release (f->fake);
  sw_client_query (f->client, "w read", on_reply, &again);
  WAIT_UNTIL (kept.n && again.n);
  g_assert_no_error (kept.error);
  g_assert_no_error (again.error);
  g_assert_cmpint (sw_client_state (f->client), ==, SW_CLIENT_UP);
}

/* Command connections that can't be made fail commands, not the client. */
static void
test_no_connection (ClientFixture *f, gconstpointer data)
{
  g_auto (Reply) first = { 0 }, second = { 0 };

  client_start (f);
  fake_switch_set_listening (f->fake, FALSE);
  api (f, "one", &first);
  api (f, "two", &second);
  WAIT_UNTIL (first.n && second.n);
  g_assert_error (first.error, SW_ERROR, SW_ERROR_DOWN);
  g_assert_error (second.error, SW_ERROR, SW_ERROR_DOWN);
  g_assert_cmpint (sw_client_state (f->client), ==, SW_CLIENT_UP);
}

static void
test_execute (ClientFixture *f, gconstpointer data)
{
  EslExecute known = { .uuid = "u", .app = "playback", .arg = "x", .arg_len = -1 };
  EslExecute unknown = { .uuid = "u", .app = "nosuch" }, loaded = { .uuid = "u", .app = "page" };
  g_auto (Reply) a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 };

  client_start (f);
  fake_switch_forget (f->fake);
  sw_client_execute (f->client, &known, on_reply, &a);
  WAIT_UNTIL (a.n);
  g_assert_cmpstr (a.text, ==, "+OK");
  g_assert_cmpuint (fake_switch_count (f->fake, "api show"), ==, 0);
  sw_client_execute (f->client, &unknown, on_reply, &b);
  WAIT_UNTIL (b.n);
  g_assert_no_error (b.error);
  g_assert_cmpstr (b.text, ==, "-ERR unknown application nosuch");
  g_assert_cmpuint (fake_switch_count (f->fake, "sendmsg"), ==, 1);
  g_assert_cmpuint (fake_switch_count (f->fake, "api show interfaces as json"), ==, 1);
  /* A module's event brings an application, or the table does that is asked once more. */
  fake_switch_send_event (f->fake, "{\"Event-Name\":\"MODULE_LOAD\",\"type\":\"application\","
                                   "\"name\":\"page\"}");
  WAIT_UNTIL (strstr (f->names->str, "MODULE_LOAD") != NULL);
  sw_client_execute (f->client, &loaded, on_reply, &c);
  WAIT_UNTIL (c.n);
  g_assert_cmpuint (fake_switch_count (f->fake, "api show interfaces"), ==, 1);
  fake_switch_answer (
      f->fake, "show interfaces as json",
      "{\"row_count\":1,\"rows\":[{\"type\":\"application\",\"name\":\"nosuch\"}]}");
  sw_client_execute (f->client, &unknown, on_reply, &d);
  WAIT_UNTIL (d.n);
  g_assert_cmpstr (d.text, ==, "+OK");
}

/* A switch that doesn't tell its applications is not second-guessed. */
static void
test_execute_untold (ClientFixture *f, gconstpointer data)
{
  EslExecute execute = { .uuid = "u", .app = "any" };
  g_auto (Reply) reply = { 0 };

  fake_switch_answer (f->fake, "show interfaces as json", NULL);
  client_start (f);
  sw_client_execute (f->client, &execute, on_reply, &reply);
  WAIT_UNTIL (reply.n);
  g_assert_cmpstr (reply.text, ==, "+OK");
}

/* Whatever is pending is answered when the client is freed, once, by what became of it; what was
 * cancelled stays silent. */
static void
test_freed (ClientFixture *f, gconstpointer data)
{
  EslExecute unknown = { .uuid = "u", .app = "nosuch" };
  Reply replies[14] = { { 0 } };

  client_start (f);
  fake_switch_hold (f->fake, "api");
  for (guint i = 0; i < 9; i++)
    api (f, "write", &replies[i]);
  sw_client_query (f->client, "read", on_reply, &replies[9]);
  sw_client_execute (f->client, &unknown, on_reply, &replies[10]);
  WAIT_UNTIL (fake_switch_count (f->fake, "api write") == 8);
  api (f, "bad\n", &replies[11]);
  sw_client_query (f->client, "read", on_reply, &replies[12]);
  sw_command_cancel (sw_client_query (f->client, "other", on_reply, &replies[13]));
  sw_client_free (g_steal_pointer (&f->client));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < 13; i++)
    g_assert_cmpuint (replies[i].n, ==, 1);
  g_assert_cmpuint (replies[13].n, ==, 0);
  for (guint i = 0; i < 8; i++)
    g_assert_error (replies[i].error, SW_ERROR, SW_ERROR_LOST);
  g_assert_error (replies[8].error, SW_ERROR, SW_ERROR_DOWN);
  g_assert_error (replies[9].error, SW_ERROR, SW_ERROR_LOST);
  g_assert_error (replies[10].error, SW_ERROR, SW_ERROR_DOWN);
  g_assert_error (replies[11].error, SW_ERROR, SW_ERROR_INVALID);
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    reply_clear (&replies[i]);
}

/* What all answers may take together is not for one either; what is read has its own. */
static void
test_max_answers (ClientFixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (100000, 'x');
  g_auto (Reply) large = { 0 }, small = { 0 }, read = { 0 };

  client_make (f, (SwClientOptions){ .max_answers = 99999 });
  client_start (f);
  fake_switch_answer (f->fake, "large", text);
  api (f, "large", &large);
  WAIT_UNTIL (large.n);
  g_assert_error (large.error, SW_ERROR, SW_ERROR_LOST);
  api (f, "small", &small);
  sw_client_query (f->client, "large", on_reply, &read);
  WAIT_UNTIL (small.n && read.n);
  g_assert_no_error (small.error);
  g_assert_cmpstr (read.text, ==, text);
}

#define ADD(path, func)                                                                            \
  g_test_add (path, ClientFixture, NULL, client_set_up, func, client_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/commands/answers", test_answers);
  ADD ("/commands/refused", test_refused);
  ADD ("/commands/setvar", test_setvar);
  ADD ("/commands/shared", test_shared);
  ADD ("/commands/readers", test_readers);
  ADD ("/commands/cancel", test_cancel);
  ADD ("/commands/eight", test_eight);
  ADD ("/commands/busy", test_busy);
  ADD ("/commands/queue", test_queue);
  ADD ("/commands/write-deadline", test_write_deadline);
  ADD ("/commands/never-sent", test_never_sent);
  ADD ("/commands/read-deadline", test_read_deadline);
  ADD ("/commands/lost", test_lost);
  ADD ("/commands/one-lost", test_one_lost);
  ADD ("/commands/no-connection", test_no_connection);
  ADD ("/commands/execute", test_execute);
  ADD ("/commands/execute-untold", test_execute_untold);
  ADD ("/commands/freed", test_freed);
  ADD ("/commands/max-answers", test_max_answers);
  return g_test_run ();
}
