/* SPDX-License-Identifier: MIT */
/* test-outbound.c - which connections to the outbound port become calls. */
#include <string.h>
#include <sys/resource.h>

#include "client-fixture.h"
#include "sw-outbound.h"

#define CROWD 40        /* more than may be silent with so few descriptors: */
#define DESCRIPTORS 256 /* half of them for calls, a quarter of these for new ones */

typedef struct
{
  ClientFixture base;
  SwOutbound *outbound;
  GString *arrived; /* "uuid " of each call */
  guint16 port;
} Fixture;

static void
on_arrived (SwOutboundCall *call, gpointer data)
{
  g_string_append_printf (((Fixture *)data)->arrived, "%s ", sw_outbound_call_uuid (call));
}

static void
set_up (Fixture *f, gconstpointer options)
{
  static const SwOutboundFuncs funcs = { .arrived = on_arrived };
  g_autoptr (GString) table = g_string_new (NULL);

  client_set_up (&f->base, NULL);
  if (options != NULL)
    client_make (&f->base, *(const SwClientOptions *)options);
  client_start (&f->base);
  f->arrived = g_string_new (NULL);
  f->outbound = sw_outbound_new (f->base.client, &funcs, f);
  g_assert_true (sw_outbound_listen (f->outbound, "127.0.0.1", 0, NULL));
  sw_outbound_describe (f->outbound, table);
  f->port = (guint16)g_ascii_strtoull (strchr (table->str, ':') + 1, NULL, 10);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sw_outbound_free (f->outbound);
  g_string_free (f->arrived, TRUE);
  client_tear_down (&f->base, NULL);
}

static void
event (Fixture *f, const char *json)
{
  g_autoptr (EslEvent) event = esl_event_new ();

  g_assert_true (esl_event_parse (event, ESL_FORMAT_JSON, json, strlen (json), NULL));
  sw_model_apply (sw_client_model (f->base.client), event, sw_now ());
  sw_outbound_apply (f->outbound, event);
}

static void
create (Fixture *f)
{
  event (f, "{\"Event-Name\":\"CHANNEL_CREATE\",\"Unique-ID\":\"u\"}");
}

static void
invite (Fixture *f)
{
  g_autofree char *json = g_strdup_printf (
      "{\"Event-Name\":\"CHANNEL_EXECUTE\",\"Unique-ID\":\"u\",\"Application\":\"socket\","
      "\"Application-Data\":\"127.0.0.1:%u\",\"Application-UUID\":\"r\","
      "\"Caller-Channel-Created-Time\":\"17\"}",
      f->port);

  event (f, json);
}

/* A connection from that address, which is one of this machine's own. */
static GSocket *
dial_from (const Fixture *f, const char *from)
{
  g_autoptr (GSocketAddress) here = g_inet_socket_address_new_from_string (from, 0);
  g_autoptr (GSocketAddress) there = g_inet_socket_address_new_from_string ("127.0.0.1", f->port);
  GSocket *peer =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  g_assert_true (g_socket_bind (peer, here, FALSE, NULL));
  g_assert_true (g_socket_connect (peer, there, NULL, NULL));
  g_socket_set_blocking (peer, FALSE);
  return peer;
}

/* What the port says next; "": it has closed. Owned. */
static char *
next_said (GSocket *peer)
{
  char bytes[100] = "";

  WAIT_UNTIL (g_socket_condition_check (peer, G_IO_IN) != 0);
  g_socket_receive (peer, bytes, sizeof bytes - 1, NULL, NULL);
  return g_strdup (bytes);
}

static GSocket *
dial (const Fixture *f)
{
  GSocket *peer = dial_from (f, "127.0.0.1");
  g_autofree char *said = next_said (peer);

  g_assert_cmpstr (said, ==, "connect\n\n");
  return peer;
}

static void
claim (GSocket *peer, const char *created)
{
  g_autofree char *answer = g_strdup_printf ("Unique-ID: u\nCaller-Channel-Created-Time: %s\n"
                                             "Content-Type: command/reply\nReply-Text: %%2BOK\n\n",
                                             created);

  g_assert_cmpint (g_socket_send (peer, answer, strlen (answer), NULL, NULL), ==, strlen (answer));
}

static void
assert_closed (GSocket *peer)
{
  g_autofree char *said = next_said (peer);

  g_assert_cmpstr (said, ==, "");
}

/* The switch's word may come first, or the socket. */
static void
test_word_first (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocket) peer = NULL;
  g_autoptr (GSocket) second = NULL;

  create (f);
  invite (f);
  peer = dial (f);
  claim (peer, "17");
  WAIT_UNTIL (f->arrived->len > 0);
  second = dial (f);
  claim (second, "17");
  assert_closed (second);
  g_assert_cmpstr (f->arrived->str, ==, "u ");
  g_assert_nonnull (sw_outbound_lookup (f->outbound, "u"));
}

static void
test_socket_first (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocket) liar = dial (f);
  g_autoptr (GSocket) peer = dial (f);

  create (f);
  claim (liar, "16");
  claim (peer, "17");
  client_settle (&f->base);
  client_settle (&f->base);
  g_assert_cmpstr (f->arrived->str, ==, "");
  invite (f);
  WAIT_UNTIL (f->arrived->len > 0);
  assert_closed (liar);
  g_assert_cmpstr (f->arrived->str, ==, "u ");
}

/* Being in `park` is no invitation. */
static void
test_uninvited (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocket) peer = dial (f);
  g_autofree char *said = NULL;

  create (f);
  event (f, "{\"Event-Name\":\"CHANNEL_EXECUTE\",\"Unique-ID\":\"u\",\"Application\":\"park\","
            "\"Caller-Channel-Created-Time\":\"17\"}");
  fake_switch_answer (f->base.fake, "uuid_dump u json", "-ERR No such channel!\n");
  claim (peer, "17");
  event (f, "{\"Event-Name\":\"CHANNEL_DESTROY\",\"Unique-ID\":\"u\"}");
  said = next_said (peer);
  g_assert_cmpstr (said, ==, "exit\n\n");
  g_assert_cmpstr (f->arrived->str, ==, "");
}

/* Who comes in numbers drives out his own. */
static void
test_crowd (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocket) peer = NULL;
  GSocket *crowd[CROWD];

  create (f);
  invite (f);
  peer = dial (f);
  for (guint i = 0; i < CROWD; i++)
    {
      g_autofree char *said = NULL;

      crowd[i] = dial_from (f, "127.0.0.2");
      said = next_said (crowd[i]);
      g_assert_cmpstr (said, ==, "connect\n\n");
    }
  assert_closed (crowd[0]);
  claim (peer, "17");
  WAIT_UNTIL (f->arrived->len > 0);
  for (guint i = 0; i < CROWD; i++)
    g_object_unref (crowd[i]);
}

/* The call "u", as it came to the port. */
static SwOutboundCall *
arrive (Fixture *f, GSocket **ret_peer)
{
  create (f);
  invite (f);
  *ret_peer = dial (f);
  claim (*ret_peer, "17");
  WAIT_UNTIL (f->arrived->len > 0);
  return sw_outbound_lookup (f->outbound, "u");
}

static void
answer (GSocket *peer, const char *text)
{
  g_autofree char *reply =
      g_strdup_printf ("Content-Type: command/reply\nReply-Text: %s\n\n", text);

  g_assert_cmpint (g_socket_send (peer, reply, strlen (reply), NULL, NULL), ==, strlen (reply));
}

/* Whoever waits for the answer is not kept for ever, and a late one is nobody else's. */
static void
test_no_reply (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocket) peer = NULL;
  SwOutboundCall *call = arrive (f, &peer);
  g_auto (Reply) late = { 0 }, prompt = { 0 };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  sw_outbound_call_send (call, "linger\n\n", 8, on_reply, &late);
  first = next_said (peer);
  g_assert_cmpstr (first, ==, "linger\n\n");
  WAIT_UNTIL (late.n > 0);
  g_assert_error (late.error, SW_ERROR, SW_ERROR_TIMEOUT);
  sw_outbound_call_send (call, "nolinger\n\n", 10, on_reply, &prompt);
  second = next_said (peer);
  answer (peer, "+OK late");
  answer (peer, "+OK prompt");
  WAIT_UNTIL (prompt.n > 0);
  g_assert_no_error (prompt.error);
  g_assert_cmpstr (prompt.text, ==, "+OK prompt");
}

/* The one who waits ends the call when he is told so. */
static void
on_reply_end (const char *text, gsize len, const GError *error, gpointer data)
{
  Fixture *f = data;

  g_assert_error (error, SW_ERROR, SW_ERROR_TIMEOUT);
  sw_outbound_end_all (f->outbound);
}

static void
test_no_reply_ends (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocket) peer = NULL;
  SwOutboundCall *call = arrive (f, &peer);

  sw_outbound_call_send (call, "linger\n\n", 8, on_reply_end, f);
  WAIT_UNTIL (sw_outbound_lookup (f->outbound, "u") == NULL);
}

static GLogWriterOutput
say_nothing (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return (level & G_LOG_LEVEL_WARNING) != 0 ? G_LOG_WRITER_HANDLED
                                            : g_log_writer_default (level, fields, n_fields, data);
}

int
main (int argc, char **argv)
{
  static const SwClientOptions impatient = { .command_deadline = 1000 };
  struct rlimit limit;

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  g_log_set_writer_func (say_nothing, NULL, NULL);
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = DESCRIPTORS;
  setrlimit (RLIMIT_NOFILE, &limit);
  g_test_add ("/model/outbound/word-first", Fixture, NULL, set_up, test_word_first, tear_down);
  g_test_add ("/model/outbound/socket-first", Fixture, NULL, set_up, test_socket_first, tear_down);
  g_test_add ("/model/outbound/uninvited", Fixture, NULL, set_up, test_uninvited, tear_down);
  g_test_add ("/model/outbound/crowd", Fixture, NULL, set_up, test_crowd, tear_down);
  g_test_add ("/model/outbound/no-reply", Fixture, &impatient, set_up, test_no_reply, tear_down);
  g_test_add ("/model/outbound/no-reply-ends", Fixture, &impatient, set_up, test_no_reply_ends,
              tear_down);
  return g_test_run ();
}
