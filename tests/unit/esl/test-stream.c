/* SPDX-License-Identifier: MIT */
/* test-stream.c - what flows: much output, floods, the raw mode, recorded traffic. */
#include <string.h>

#include "owner.h"

/* More than the kernel takes at once, as one command and as many. */
static void
test_large_output (void)
{
  g_autofree char *line = g_strnfill (6 << 20, 'x');
  g_autofree char *command = g_strconcat (line, "\n\n", NULL);
  g_autofree char *twice = g_strconcat (command, command, NULL);
  const PeerStep steps[] = { LOGIN, { twice, REPLY ("1") REPLY ("2") }, {} };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);
  g_autoptr (Owner) owner = owner_open (peer);

  owner_until_ready (owner);
  owner_send (owner, command);
  g_assert_cmpuint (esl_connection_unsent (owner->connection), >, 0);
  owner_send (owner, command);
  g_assert_cmpuint (owner->drained, ==, 0);
  owner_until (owner, "1 2 ");
  g_assert_cmpuint (esl_connection_unsent (owner->connection), ==, 0);
  g_assert_cmpuint (owner->drained, ==, 1);
}

static void
test_output_is_bounded (void)
{
  static const PeerStep steps[] = { LOGIN, {} };
  g_autofree char *line = g_strnfill (8 << 20, 'x');
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);
  g_autoptr (Owner) owner = owner_open (peer);
  guint sent = 0;

  owner_until_ready (owner);
  while (esl_connection_send (owner->connection, line, 8 << 20, NULL, NULL))
    sent++;
  g_assert_cmpuint (sent, >=, 8);
  g_assert_cmpuint (esl_connection_unsent (owner->connection), <=, ESL_CONNECTION_MAX_UNSENT);
}

typedef struct
{
  const GString *log;
  gsize seen;
  guint turns;
} Neighbour;

/* Runs between two turns of the connection: at most one turn's frames may have come. */
static gboolean
on_neighbour (gpointer data)
{
  Neighbour *neighbour = data;
  const gsize one = strlen ("frame:text/event-json ");

  g_assert_cmpuint (neighbour->log->len - neighbour->seen, <=, 64 * one);
  neighbour->turns += neighbour->log->len > neighbour->seen;
  neighbour->seen = neighbour->log->len;
  return G_SOURCE_CONTINUE;
}

static void
test_flood_starves_nobody (void)
{
  g_autoptr (GString) flood = g_string_new (NULL);
  g_autoptr (GString) wanted = g_string_new (NULL);
  PeerStep steps[] = { LOGIN, { "go\n\n", NULL }, {} };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);
  g_autoptr (Owner) owner = NULL;
  Neighbour neighbour = {};
  guint id;

  for (guint i = 0; i < 1000; i++)
    {
      g_string_append (flood, EVENT);
      g_string_append (wanted, "frame:text/event-json ");
    }
  steps[2].send = flood->str;
  owner = owner_open (peer);
  owner_until_ready (owner);
  neighbour.log = owner->log;
  id = g_idle_add_full (G_PRIORITY_DEFAULT, on_neighbour, &neighbour, NULL);
  g_assert_true (esl_connection_send (owner->connection, "go\n\n", 4, NULL, NULL));
  owner_until (owner, wanted->str);
  g_assert_cmpuint (neighbour.turns, >=, 1000 / 64);
  g_source_remove (id);
}

static void
on_raw (EslConnection *connection, const guint8 *bytes, gsize len, gpointer data)
{
  Owner *owner = data;

  if (len == 0)
    g_string_append (owner->log, "EOF ");
  g_string_append_len (owner->log, (const char *)bytes, (gssize)len);
}

static void
go_raw (EslConnection *connection)
{
  esl_connection_set_raw (connection, on_raw);
  g_assert_false (esl_connection_send (connection, "x\n\n", 3, NULL, NULL));
}

/* What is behind the frame in whose function the mode changes comes raw, part of a frame or not. */
static void
test_raw (void)
{
  static const PeerStep steps[] = { { NULL, GREETING },
                                    { "auth secret\n\n", ACCEPTED "Content-Type: x\nany thing " },
                                    { "no command", "!" },
                                    {} };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_CLOSES);
  g_autoptr (Owner) owner = owner_open (peer);

  owner->on_ready = go_raw;
  owner_until (owner, "ready:+OK accepted Content-Type: x\nany thing ");
  esl_connection_send_raw (owner->connection, "no command", 10);
  owner_until (owner, "ready:+OK accepted Content-Type: x\nany thing !EOF closed:lost ");
}

/* While reading is stopped, nothing comes, the end neither, and nothing spins. */
static void
test_reading_stopped (void)
{
  static const PeerStep steps[] = { LOGIN, { "go", EVENT }, {} };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, i == 0 ? PEER_CLOSES : PEER_RESETS);
      g_autoptr (Owner) owner = owner_open (peer);

      owner_until_ready (owner);
      esl_connection_set_reading (owner->connection, FALSE);
      esl_connection_send_raw (owner->connection, "go", 2);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpstr (owner->log->str, ==, "");
      esl_connection_set_reading (owner->connection, TRUE);
      owner_until_closed (owner);
      g_assert_true (g_str_has_suffix (owner->log->str, "closed:lost "));
    }
}

static void
on_adoptable (GObject *source, GAsyncResult *result, gpointer data)
{
  GSocketConnection **stream = data;

  *stream = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, NULL);
}

/* An outbound connection: no login; the answer to connect is a block of encoded headers. */
static void
test_adopt (void)
{
  static const PeerStep steps[] = { { "connect\n\n",
                                      "Event-Name: CHANNEL_DATA\nContent-Type: command/reply\n"
                                      "Reply-Text: %2BOK%0A\nControl: full\n\n" EVENT },
                                    {} };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) stream = NULL;
  g_autoptr (Owner) owner = owner_new ();

  g_socket_client_connect_to_host_async (client, "127.0.0.1", peer_port (peer), NULL, on_adoptable,
                                         &stream);
  while (stream == NULL)
    g_main_context_iteration (NULL, TRUE);
  esl_connection_adopt (owner->connection, stream, NULL);
  g_assert_cmpint (esl_connection_state (owner->connection), ==, ESL_CONNECTION_READY);
  owner_send (owner, "connect\n\n");
  owner_until (owner, "%2BOK%0A frame:text/event-json ");
}

/* What a parser makes of the recorded traffic after the login, as the owner's log would show it. */
static char *
expected_log (const char *bytes, gsize len, guint *ret_replies)
{
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  g_autoptr (GString) log = g_string_new (NULL);
  EslFrame frame;

  *ret_replies = 0;
  esl_parser_feed (parser, bytes, len);
  while (esl_parser_next (parser, &frame, NULL) == ESL_PARSER_FRAME)
    {
      if (strcmp (frame.content_type, "api/response") == 0)
        g_string_append_printf (log, "%s ", (const char *)frame.body);
      else if (strcmp (frame.content_type, "command/reply") == 0)
        g_string_append_printf (log, "%s ", esl_event_get (frame.headers, "Reply-Text"));
      else
        g_string_append_printf (log, "frame:%s ", frame.content_type);
      if (g_str_has_suffix (frame.content_type, "reply")
          || g_str_has_suffix (frame.content_type, "response"))
        (*ret_replies)++;
    }
  g_string_append (log, g_str_has_suffix (log->str, "notice ") ? "closed:notice " : "closed:lost ");
  return g_strdup (log->str);
}

static void
replay (const char *name, gboolean bytewise)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, name, NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *wanted = NULL;
  g_autoptr (GString) commands = g_string_new (NULL);
  PeerStep steps[4] = { LOGIN };
  g_autoptr (Peer) peer = NULL;
  g_autoptr (Owner) owner = NULL;
  const gsize login = strlen (GREETING ACCEPTED);
  guint replies;
  gsize len;

  g_assert_true (g_file_get_contents (path, &bytes, &len, NULL));
  g_assert_true (g_str_has_prefix (bytes, GREETING ACCEPTED));
  wanted = expected_log (bytes + login, len - login, &replies);
  for (guint i = 0; i < replies; i++)
    g_string_append (commands, "x\n\n");
  steps[2] = (PeerStep){ commands->str, bytes + login, (gssize)(len - login) };
  peer = peer_new ("127.0.0.1", steps, PEER_CLOSES);
  if (bytewise)
    peer_send_bytewise (peer);
  owner = owner_open (peer);
  owner_until_ready (owner);
  for (guint i = 0; i < replies; i++)
    owner_send (owner, "x\n\n");
  owner_until (owner, wanted);
}

static void
test_transcripts (void)
{
  replay ("life_json.server", FALSE);
  replay ("burst50.server", TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esl/stream/large-output", test_large_output);
  g_test_add_func ("/esl/stream/output-is-bounded", test_output_is_bounded);
  g_test_add_func ("/esl/stream/flood-starves-nobody", test_flood_starves_nobody);
  g_test_add_func ("/esl/stream/raw", test_raw);
  g_test_add_func ("/esl/stream/reading-stopped", test_reading_stopped);
  g_test_add_func ("/esl/stream/adopt", test_adopt);
  g_test_add_func ("/esl/stream/transcripts", test_transcripts);
  return g_test_run ();
}
