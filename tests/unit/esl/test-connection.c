/* SPDX-License-Identifier: MIT */
/* test-connection.c - replies, and every way a link ends. */
#include <string.h>

#include "owner.h"

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
      owner_until_ready (owner);
      owner_send (owner, "api a\n\n");
      owner_send (owner, "log 7\n\n");
      owner_send (owner, "api none\n\n");
      g_assert_true (esl_connection_send (owner->connection, "exit\n\n", 6, NULL, NULL));
      g_assert_cmpuint (esl_connection_outstanding (owner->connection), ==, 4);
      owner_until (owner, "frame:text/event-json one frame:text/event-json +OK two  closed:lost ");
      owner_assert_message (owner, "closed the link");
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

      owner_until_ready (owner);
      owner_send (owner, "a\n\n");
      owner_send (owner, "b\n\n");
      owner_send (owner, "c\n\n");
      owner_until_closed (owner);
      g_assert_cmpstr (owner->log->str, ==, rows[i].log);
      owner_assert_message (owner, rows[i].message);
      g_assert_false (esl_connection_send (owner->connection, "x\n\n", 3, owner_log_reply, owner));
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
  owner_log_reply (connection, reply, error, data);
  esl_connection_close (connection);
}

static void
reply_and_free (EslConnection *connection, const EslReply *reply, const GError *error,
                gpointer data)
{
  Owner *owner = data;

  owner_log_reply (connection, reply, error, data);
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

      owner_until_ready (owner);
      g_assert_true (esl_connection_send (owner->connection, "a\n\n", 3, funcs[i], owner));
      owner_send (owner, "b\n\n");
      owner_send (owner, "c\n\n");
      owner_until (owner, logs[i]);
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

      owner_until_ready (owner);
      owner_send (owner, "a\n\n");
      g_assert_true (esl_connection_send (owner->connection, "b\n\n", 3, funcs[i], owner));
      owner_send (owner, "c\n\n");
      owner_until (owner, logs[i]);
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
      owner_until (owner, wanted->str);
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

  owner_log_reply (connection, reply, error, data);
  if (reply != NULL)
    g_assert_true (esl_connection_send (connection, "b\n\n", 3, owner_log_reply, owner));
  else
    g_assert_false (esl_connection_send (connection, "b\n\n", 3, owner_log_reply, owner));
}

static void
test_send_inside_a_reply (void)
{
  static const PeerStep steps[] = {
    LOGIN, { "a\n\n", REPLY ("1") }, { "b\n\n", REPLY ("2") }, { "a\n\n", NULL }, {}
  };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_CLOSES);
  g_autoptr (Owner) owner = owner_open (peer);

  owner_until_ready (owner);
  g_assert_true (esl_connection_send (owner->connection, "a\n\n", 3, send_again, owner));
  owner_until (owner, "1 2 ");
  g_assert_true (esl_connection_send (owner->connection, "a\n\n", 3, send_again, owner));
  owner_until (owner, "1 2 lost closed:lost ");
}

static void
test_close_says_exit (void)
{
  static const PeerStep steps[] = { LOGIN, {} };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);
  g_autoptr (Owner) owner = owner_open (peer);

  owner_until_ready (owner);
  esl_connection_poke (owner->connection);
  owner_send (owner, "a\n\n");
  esl_connection_close (owner->connection);
  g_assert_cmpstr (owner->log->str, ==, "closed closed:closed ");
  while (!peer_saw_end (peer))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (peer_rest (peer)->str, ==, "\na\n\nexit\n\n");
  esl_connection_poke (owner->connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esl/connection/replies-in-order", test_replies_in_order);
  g_test_add_func ("/esl/connection/link-death", test_link_death);
  g_test_add_func ("/esl/connection/end-inside-a-reply", test_end_inside_a_reply);
  g_test_add_func ("/esl/connection/end-inside-the-end", test_end_inside_the_end);
  g_test_add_func ("/esl/connection/end-inside-others", test_end_inside_others);
  g_test_add_func ("/esl/connection/send-inside-a-reply", test_send_inside_a_reply);
  g_test_add_func ("/esl/connection/close-says-exit", test_close_says_exit);
  return g_test_run ();
}
