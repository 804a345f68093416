/* SPDX-License-Identifier: MIT */
/* test-login.c - connecting and logging in, and every way that fails. */
#include <string.h>

#include "owner.h"

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
      g_assert_false (esl_connection_send (owner->connection, "x\n\n", 3, owner_log_reply, owner));
      esl_connection_open (owner->connection, &target);
      g_assert_false (esl_connection_send (owner->connection, "x\n\n", 3, owner_log_reply, owner));
      owner_until (owner, "ready:+OK accepted ");
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
    { { { NULL, "Content-Type: text/rude-rejection\nContent-Length: 11\n\n\033]0;x\007\nno\r\n" } },
      PEER_CLOSES,
      "closed:acl ",
      "it said: \\0033]0;x\\0007\\0012no" },
    { { { NULL, GREETING },
        { "auth secret\n\n", "Content-Type: command/reply\nReply-Text: -ERR \033[2J\n\n" } },
      PEER_CLOSES,
      "closed:password ",
      "it said: -ERR \\0033[2J" },
    { { { NULL, GREETING },
        { "auth secret\n\n", "Content-Type: command/reply\nReply-Text: -ERR no secret here\n\n" } },
      PEER_CLOSES,
      "closed:password ",
      "it said: -ERR no *** here" },
    { { { NULL, "Content-Type: text/rude-rejection\nContent-Length: 11\n\nsecret why?" } },
      PEER_CLOSES,
      "closed:acl ",
      "it said: *** why?" },
    { { { NULL, GREETING }, { "auth secret\n\n", "Content-Type: secret\n\n" } },
      PEER_CLOSES,
      "closed:protocol ",
      "sent \"***\"" },
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
      owner_until_closed (owner);
      g_assert_cmpstr (owner->log->str, ==, rows[i].log);
      owner_assert_message (owner, rows[i].message);
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
      owner_until_closed (owner);
      g_assert_cmpstr (owner->log->str, ==, "closed:unreachable ");
      owner_assert_message (owner, messages[i]);
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
  owner_until_closed (owner);
  g_assert_cmpstr (owner->log->str, ==, "closed:password ");
  owner_assert_message (owner, "the password is missing");
}

static void
test_freed_before_connected (void)
{
  static const PeerStep steps[] = { LOGIN, {} };
  g_autoptr (Peer) peer = peer_new ("127.0.0.1", steps, PEER_STAYS);

  owner_free (owner_open (peer));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esl/login/login", test_login);
  g_test_add_func ("/esl/login/login-failures", test_login_failures);
  g_test_add_func ("/esl/login/unreachable", test_unreachable);
  g_test_add_func ("/esl/login/no-password", test_no_password);
  g_test_add_func ("/esl/login/freed-before-connected", test_freed_before_connected);
  return g_test_run ();
}
