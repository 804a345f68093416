/* SPDX-License-Identifier: MIT */
/* test-connection.c - login, its failures, replies, and every way a link ends. */
#include <string.h>

#include "esl-connection.h"
#include "peer.h"

#define GREETING "Content-Type: auth/request\n\n"
#define ACCEPTED "Content-Type: command/reply\nReply-Text: +OK accepted\n\n"
#define NOTICE                                                                                     \
  "Content-Type: text/disconnect-notice\nContent-Length: 28\n\nDisconnected, goodbye.\nMore.\n"
#define LOGIN                                                                                      \
  { NULL, GREETING },                                                                              \
  {                                                                                                \
    "auth secret\n\n", ACCEPTED                                                                    \
  }

/* What the functions of a connection's owner saw, one word each. */
typedef struct
{
  EslConnection *connection;
  GString *log;
  gboolean is_closed;
  char *message; /* of the end */
  guint drained;
  void (*on_ready) (EslConnection *connection);
  void (*on_frame) (EslConnection *connection);
} Owner;

static void
owner_ready (EslConnection *connection, const EslReply *auth, gpointer data)
{
  Owner *owner = data;

  g_string_append_printf (owner->log, "ready:%s ", auth->text);
  g_assert_cmpint (esl_connection_state (connection), ==, ESL_CONNECTION_READY);
  if (owner->on_ready != NULL)
    owner->on_ready (connection);
}

static void
owner_frame (EslConnection *connection, const EslFrame *frame, gpointer data)
{
  Owner *owner = data;

  g_string_append_printf (owner->log, "frame:%s ", frame->content_type);
  if (owner->on_frame != NULL)
    owner->on_frame (connection);
}

static void
log_error (Owner *owner, const GError *error)
{
  static const char *const names[] = { "unreachable", "acl",  "password", "timeout",
                                       "protocol",    "lost", "notice",   "closed" };

  g_assert_cmpuint (error->domain, ==, ESL_CONNECTION_ERROR);
  g_string_append_printf (owner->log, "%s ", names[error->code]);
}

static void
owner_closed (EslConnection *connection, const GError *error, gpointer data)
{
  Owner *owner = data;

  g_assert_false (owner->is_closed);
  g_assert_cmpint (esl_connection_state (connection), ==, ESL_CONNECTION_CLOSED);
  g_assert_cmpuint (esl_connection_outstanding (connection), ==, 0);
  g_assert_cmpint (esl_connection_fd (connection), ==, -1);
  g_assert_null (esl_connection_local (connection));
  g_string_append (owner->log, "closed:");
  log_error (owner, error);
  owner->is_closed = TRUE;
  owner->message = g_strdup (error->message);
}

static void
owner_drained (EslConnection *connection, gpointer data)
{
  Owner *owner = data;

  g_assert_cmpuint (esl_connection_unsent (connection), ==, 0);
  owner->drained++;
}

static const EslConnectionFuncs owner_funcs = {
  .ready = owner_ready, .frame = owner_frame, .closed = owner_closed, .drained = owner_drained
};

static Owner *
owner_new (void)
{
  Owner *owner = g_new0 (Owner, 1);

  owner->log = g_string_new (NULL);
  owner->connection = esl_connection_new (&owner_funcs, owner);
  return owner;
}

static void
owner_free (Owner *owner)
{
  esl_connection_free (owner->connection);
  g_string_free (owner->log, TRUE);
  g_free (owner->message);
  g_free (owner);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Owner, owner_free)

static Owner *
owner_open (const Peer *peer)
{
  Owner *owner = owner_new ();
  EslConnectionTarget target = { .host = "127.0.0.1", .password = "secret" };

  target.port = peer_port (peer);
  esl_connection_open (owner->connection, &target);
  g_assert_cmpint (esl_connection_state (owner->connection), ==, ESL_CONNECTION_CONNECTING);
  return owner;
}

static void
until_log (Owner *owner, const char *wanted)
{
  while (owner->log->len < strlen (wanted))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (owner->log->str, ==, wanted);
}

static void
until_ready (Owner *owner)
{
  until_log (owner, "ready:+OK accepted ");
  g_string_truncate (owner->log, 0);
}

static void
until_closed (Owner *owner)
{
  while (!owner->is_closed)
    g_main_context_iteration (NULL, TRUE);
}

/* A reply function: logs the reply's text or the error. */
static void
log_reply (EslConnection *connection, const EslReply *reply, const GError *error, gpointer data)
{
  Owner *owner = data;

  g_assert_true ((reply == NULL) != (error == NULL));
  if (reply != NULL)
    {
      g_assert_cmpuint (strlen (reply->text), ==, reply->text_len);
      g_string_append_printf (owner->log, "%s ", reply->text);
    }
  else
    {
      log_error (owner, error);
    }
}

static void
send_command (Owner *owner, const char *command)
{
  g_assert_true (
      esl_connection_send (owner->connection, command, strlen (command), log_reply, owner));
}

static void
assert_message (const Owner *owner, const char *part)
{
  if (strstr (owner->message, part) == NULL)
    g_test_message ("message: %s", owner->message);
  g_assert_nonnull (strstr (owner->message, part));
}

static void
test_login (void)
{
  static const PeerStep steps[] = { { NULL, GREETING },
                                    { "userauth u@d:secret\n\n",
                                      "Content-Type: command/reply\nReply-Text: +OK accepted\n"
                                      "Allowed-API: status\n\n" },
                                    {} };
  const char *addresses[] = { "127.0.0.1", "::1" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (Peer) peer = peer_new (addresses[i], steps, PEER_STAYS);
      g_autoptr (Owner) owner = owner_new ();
      EslConnectionTarget target = { .host = addresses[i], .user = "u@d", .password = "secret" };
      g_autofree char *remote = NULL;

      if (peer == NULL)
        {
          g_test_message ("no %s here", addresses[i]);
          continue;
        }
      target.port = peer_port (peer);
      remote = g_strdup_printf (i == 0 ? "%s:%u" : "[%s]:%u", addresses[i], target.port);
      g_assert_false (esl_connection_send (owner->connection, "x\n\n", 3, log_reply, owner));
      esl_connection_open (owner->connection, &target);
      g_assert_false (esl_connection_send (owner->connection, "x\n\n", 3, log_reply, owner));
      until_log (owner, "ready:+OK accepted ");
      g_assert_cmpint (esl_connection_fd (owner->connection), >=, 0);
      g_assert_cmpstr (esl_connection_remote (owner->connection), ==, remote);
      g_assert_nonnull (esl_connection_local (owner->connection));
    }
}

static void
test_login_failures (void)
{
  static const struct
  {
    PeerStep steps[4];
    PeerEnding ending;
    const char *log, *message;
  } rows[] = {
    { { { NULL, GREETING },
        { "auth secret\n\n", "Content-Type: command/reply\nReply-Text: -ERR invalid\n\n" NOTICE } },
      PEER_CLOSES,
      "closed:password ",
      "refuses the password; it said: -ERR invalid" },
    { { { NULL, "Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go "
                "away.\n" NOTICE } },
      PEER_CLOSES,
      "closed:acl ",
      "it said: Access Denied, go away." },
    { { { NULL, "SSH-2.0-OpenSSH_9.2\r\n" } }, PEER_STAYS, "closed:protocol ", "SSH-2.0-OpenSSH" },
    { { { NULL, ACCEPTED } }, PEER_STAYS, "closed:protocol ", "instead of a greeting" },
    { { { NULL, GREETING GREETING } }, PEER_STAYS, "closed:protocol ", "instead of a greeting" },
    { { { NULL, GREETING NOTICE } }, PEER_STAYS, "closed:notice ", "Disconnected, goodbye." },
    { { { NULL, GREETING } }, PEER_RESETS, "closed:lost ", "127.0.0.1:" },
    { { {} }, PEER_STAYS, "closed:timeout ", "did not greet within 60 ms" },
    { { { NULL, GREETING } }, PEER_STAYS, "closed:timeout ", "did not answer the login" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Peer) peer = peer_new ("127.0.0.1", rows[i].steps, rows[i].ending);
      g_autoptr (Owner) owner = owner_new ();
      EslConnectionTarget target = { .host = "127.0.0.1",
                                     .port = peer_port (peer),
                                     .password = "secret" };

      if (strstr (rows[i].log, "timeout") != NULL)
        target.connect_timeout = 60;
      esl_connection_open (owner->connection, &target);
      until_closed (owner);
      g_assert_cmpstr (owner->log->str, ==, rows[i].log);
      assert_message (owner, rows[i].message);
    }
}

static void
test_unreachable (void)
{
  static const PeerStep nothing[] = { {} };
  Peer *peer = peer_new ("127.0.0.1", nothing, PEER_STAYS);
  const guint16 port = peer_port (peer);
  g_autofree char *refused =
      g_strdup_printf ("cannot connect to 127.0.0.1:%u: Connection refused", port);
  const char *hosts[] = { "127.0.0.1", "no..such..name" };
  const char *messages[] = { refused, "cannot connect to no..such..name:" };

  peer_free (peer);
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (Owner) owner = owner_new ();
      EslConnectionTarget target = { .host = hosts[i], .port = port, .password = "secret" };

      esl_connection_open (owner->connection, &target);
      until_closed (owner);
      g_assert_cmpstr (owner->log->str, ==, "closed:unreachable ");
      assert_message (owner, messages[i]);
    }
}

/* Without a password there is nothing to send. */
static void
test_no_password (void)
{
  static const PeerStep steps[] = { { NULL, GREETING }, {} };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);
  g_autoptr (Owner) owner = owner_new ();
  EslConnectionTarget target = { .host = "127.0.0.1", .port = peer_port (peer) };

  esl_connection_open (owner->connection, &target);
  until_closed (owner);
  g_assert_cmpstr (owner->log->str, ==, "closed:password ");
  assert_message (owner, "the password is missing");
}

static void
test_freed_before_connected (void)
{
  static const PeerStep steps[] = { LOGIN, {} };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);

  owner_free (owner_open (peer));
}

#define REPLY(text) "Content-Type: command/reply\nReply-Text: " text "\n\n"
#define EVENT "Content-Length: 2\nContent-Type: text/event-json\n\n{}"

static void
test_replies_in_order (void)
{
  static const PeerStep steps[] = {
    LOGIN,
    { "api a\n\n", NULL },
    { "log 7\n\napi none\n\nexit\n\n",
      EVENT "Content-Type: api/response\nContent-Length: 3\n\none" EVENT REPLY (
          "+OK two") "Content-Type: api/response\n\n" REPLY ("+OK bye") },
    {}
  };

  for (guint bytewise = 0; bytewise < 2; bytewise++)
    {
      g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_CLOSES);
      g_autoptr (Owner) owner = owner_open (peer);

      if (bytewise)
        peer_send_bytewise (peer);
      until_ready (owner);
      send_command (owner, "api a\n\n");
      send_command (owner, "log 7\n\n");
      send_command (owner, "api none\n\n");
      g_assert_true (esl_connection_send (owner->connection, "exit\n\n", 6, NULL, NULL));
      g_assert_cmpuint (esl_connection_outstanding (owner->connection), ==, 4);
      until_log (owner, "frame:text/event-json one frame:text/event-json +OK two  closed:lost ");
      assert_message (owner, "closed the link");
    }
}

/* The link ends with replies outstanding: each function runs once, in order, then `closed`. */
static void
test_link_death (void)
{
  static const struct
  {
    PeerStep steps[5];
    PeerEnding ending;
    const char *log, *message;
  } rows[] = {
    { { LOGIN, { "a\n\nb\n\nc\n\n", REPLY ("1") } },
      PEER_CLOSES,
      "1 lost lost closed:lost ",
      "closed the link" },
    { { LOGIN, { "a\n\nb\n\nc\n\n", NULL } },
      PEER_RESETS,
      "lost lost lost closed:lost ",
      "Connection reset by peer" },
    { { LOGIN, { "a\n\nb\n\nc\n\n", REPLY ("1") "Content-Length: 100\n\ncut" } },
      PEER_CLOSES,
      "1 lost lost closed:lost ",
      "after 24 bytes of a frame" },
    { { LOGIN, { "a\n\nb\n\nc\n\n", REPLY ("1") NOTICE } },
      PEER_STAYS,
      "1 frame:text/disconnect-notice notice notice closed:notice ",
      "Disconnected, goodbye." },
    { { LOGIN,
        { "a\n\nb\n\nc\n\n",
          "Content-Type: text/disconnect-notice\nContent-Disposition: linger\n"
          "Content-Length: 0\n\n" REPLY ("1") "Content-Type: text/disconnect-notice\n\n" } },
      PEER_STAYS,
      "frame:text/disconnect-notice 1 frame:text/disconnect-notice notice notice closed:notice ",
      "the switch closed the link" },
    { { LOGIN, { "a\n\nb\n\nc\n\n", REPLY ("1") "garbage\n" } },
      PEER_STAYS,
      "1 protocol protocol closed:protocol ",
      "\"garbage\"" },
    { { LOGIN, { "a\n\nb\n\nc\n\n", REPLY ("1") REPLY ("2") REPLY ("3") REPLY ("4") } },
      PEER_STAYS,
      "1 2 3 closed:protocol ",
      "no command is waiting for a reply" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Peer) peer = peer_new ("127.0.0.1", rows[i].steps, rows[i].ending);
      g_autoptr (Owner) owner = owner_open (peer);

      until_ready (owner);
      send_command (owner, "a\n\n");
      send_command (owner, "b\n\n");
      send_command (owner, "c\n\n");
      until_closed (owner);
      g_assert_cmpstr (owner->log->str, ==, rows[i].log);
      assert_message (owner, rows[i].message);
      g_assert_false (esl_connection_send (owner->connection, "x\n\n", 3, log_reply, owner));
      esl_connection_close (owner->connection);
    }
}

static void
close_it (EslConnection *connection)
{
  esl_connection_close (connection);
}

static void
free_it (EslConnection *connection)
{
  esl_connection_free (connection);
}

/* Reply functions that end the connection they are run by. */
static void
reply_and_close (EslConnection *connection, const EslReply *reply, const GError *error,
                 gpointer data)
{
  log_reply (connection, reply, error, data);
  esl_connection_close (connection);
}

static void
reply_and_free (EslConnection *connection, const EslReply *reply, const GError *error,
                gpointer data)
{
  Owner *owner = data;

  log_reply (connection, reply, error, data);
  if (g_steal_pointer (&owner->connection) != NULL)
    esl_connection_free (connection);
}

static void
test_end_inside_a_reply (void)
{
  static const PeerStep steps[] = { LOGIN,
                                    { "a\n\nb\n\nc\n\n", REPLY ("1") REPLY ("2") EVENT },
                                    {} };
  const EslReplyFunc funcs[] = { reply_and_close, reply_and_free };
  const char *logs[] = { "1 closed closed closed:closed ", "1 closed closed " };

  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    {
      g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);
      g_autoptr (Owner) owner = owner_open (peer);

      until_ready (owner);
      g_assert_true (esl_connection_send (owner->connection, "a\n\n", 3, funcs[i], owner));
      send_command (owner, "b\n\n");
      send_command (owner, "c\n\n");
      until_log (owner, logs[i]);
    }
}

/* The same when the link has just ended: freeing it then answers the others, and `closed` is not
 * run for an owner who is gone. */
static void
test_end_inside_the_end (void)
{
  static const PeerStep steps[] = { LOGIN, { "a\n\nb\n\nc\n\n", REPLY ("1") }, {} };
  const EslReplyFunc funcs[] = { reply_and_close, reply_and_free };
  const char *logs[] = { "1 lost lost closed:lost ", "1 lost closed " };

  for (guint i = 0; i < G_N_ELEMENTS (funcs); i++)
    {
      g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_CLOSES);
      g_autoptr (Owner) owner = owner_open (peer);

      until_ready (owner);
      send_command (owner, "a\n\n");
      g_assert_true (esl_connection_send (owner->connection, "b\n\n", 3, funcs[i], owner));
      send_command (owner, "c\n\n");
      until_log (owner, logs[i]);
    }
}

static void
test_end_inside_others (void)
{
  static const PeerStep steps[] = { LOGIN, { NULL, EVENT EVENT }, {} };

  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);
      g_autoptr (Owner) owner = owner_open (peer);
      const gboolean frees = i % 2 == 1;
      GString *wanted = g_string_new ("ready:+OK accepted ");

      if (i < 2)
        owner->on_ready = frees ? free_it : close_it;
      else
        owner->on_frame = frees ? free_it : close_it;
      if (i >= 2)
        g_string_append (wanted, "frame:text/event-json ");
      if (!frees)
        g_string_append (wanted, "closed:closed ");
      until_log (owner, wanted->str);
      if (frees)
        owner->connection = NULL;
      while (!peer_saw_end (peer))
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpstr (owner->log->str, ==, wanted->str);
      g_string_free (wanted, TRUE);
    }
}

static void
send_again (EslConnection *connection, const EslReply *reply, const GError *error, gpointer data)
{
  Owner *owner = data;

  log_reply (connection, reply, error, data);
  if (reply != NULL)
    g_assert_true (esl_connection_send (connection, "b\n\n", 3, log_reply, owner));
  else
    g_assert_false (esl_connection_send (connection, "b\n\n", 3, log_reply, owner));
}

static void
test_send_inside_a_reply (void)
{
  static const PeerStep steps[] = {
    LOGIN, { "a\n\n", REPLY ("1") }, { "b\n\n", REPLY ("2") }, { "a\n\n", NULL }, {}
  };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_CLOSES);
  g_autoptr (Owner) owner = owner_open (peer);

  until_ready (owner);
  g_assert_true (esl_connection_send (owner->connection, "a\n\n", 3, send_again, owner));
  until_log (owner, "1 2 ");
  g_assert_true (esl_connection_send (owner->connection, "a\n\n", 3, send_again, owner));
  until_log (owner, "1 2 lost closed:lost ");
}

static void
test_close_says_exit (void)
{
  static const PeerStep steps[] = { LOGIN, {} };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);
  g_autoptr (Owner) owner = owner_open (peer);

  until_ready (owner);
  esl_connection_poke (owner->connection);
  send_command (owner, "a\n\n");
  esl_connection_close (owner->connection);
  g_assert_cmpstr (owner->log->str, ==, "closed closed:closed ");
  while (!peer_saw_end (peer))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (peer_rest (peer)->str, ==, "\na\n\nexit\n\n");
  esl_connection_poke (owner->connection);
}

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

  until_ready (owner);
  send_command (owner, command);
  g_assert_cmpuint (esl_connection_unsent (owner->connection), >, 0);
  send_command (owner, command);
  g_assert_cmpuint (owner->drained, ==, 0);
  until_log (owner, "1 2 ");
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

  until_ready (owner);
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
  until_ready (owner);
  neighbour.log = owner->log;
  id = g_idle_add_full (G_PRIORITY_DEFAULT, on_neighbour, &neighbour, NULL);
  g_assert_true (esl_connection_send (owner->connection, "go\n\n", 4, NULL, NULL));
  until_log (owner, wanted->str);
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
  until_log (owner, "ready:+OK accepted Content-Type: x\nany thing ");
  esl_connection_send_raw (owner->connection, "no command", 10);
  until_log (owner, "ready:+OK accepted Content-Type: x\nany thing !EOF closed:lost ");
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

      until_ready (owner);
      esl_connection_set_reading (owner->connection, FALSE);
      esl_connection_send_raw (owner->connection, "go", 2);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpstr (owner->log->str, ==, "");
      esl_connection_set_reading (owner->connection, TRUE);
      until_closed (owner);
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
  esl_connection_adopt (owner->connection, stream);
  g_assert_cmpint (esl_connection_state (owner->connection), ==, ESL_CONNECTION_READY);
  send_command (owner, "connect\n\n");
  until_log (owner, "%2BOK%0A frame:text/event-json ");
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
  until_ready (owner);
  for (guint i = 0; i < replies; i++)
    send_command (owner, "x\n\n");
  until_log (owner, wanted);
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
  g_test_add_func ("/esl/connection/login", test_login);
  g_test_add_func ("/esl/connection/login-failures", test_login_failures);
  g_test_add_func ("/esl/connection/unreachable", test_unreachable);
  g_test_add_func ("/esl/connection/no-password", test_no_password);
  g_test_add_func ("/esl/connection/freed-before-connected", test_freed_before_connected);
  g_test_add_func ("/esl/connection/replies-in-order", test_replies_in_order);
  g_test_add_func ("/esl/connection/link-death", test_link_death);
  g_test_add_func ("/esl/connection/end-inside-a-reply", test_end_inside_a_reply);
  g_test_add_func ("/esl/connection/end-inside-the-end", test_end_inside_the_end);
  g_test_add_func ("/esl/connection/end-inside-others", test_end_inside_others);
  g_test_add_func ("/esl/connection/send-inside-a-reply", test_send_inside_a_reply);
  g_test_add_func ("/esl/connection/close-says-exit", test_close_says_exit);
  g_test_add_func ("/esl/connection/large-output", test_large_output);
  g_test_add_func ("/esl/connection/output-is-bounded", test_output_is_bounded);
  g_test_add_func ("/esl/connection/flood-starves-nobody", test_flood_starves_nobody);
  g_test_add_func ("/esl/connection/raw", test_raw);
  g_test_add_func ("/esl/connection/reading-stopped", test_reading_stopped);
  g_test_add_func ("/esl/connection/adopt", test_adopt);
  g_test_add_func ("/esl/connection/transcripts", test_transcripts);
  return g_test_run ();
}
