/* SPDX-License-Identifier: MIT */
/* test-ledger.c - the ledger has each command that ran, once, and no other. */
#include <glib/gstdio.h>
#include <string.h>

#include "switch-client.h"

typedef struct
{
  char *path;
  SimSwitch *sim;
  guint16 port;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  close (g_file_open_tmp ("eslfs-ledger.XXXXXX", &f->path, &error));
  g_assert_no_error (error);
  f->sim = sim_switch_new (&(SimOptions){
      .controls = TRUE, .hostname = "vm", .heartbeat = 86400, .seed = 1, .ledger = f->path });
  sim_switch_listen (f->sim, "127.0.0.1", 0, &f->port, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  sim_switch_free (f->sim);
  g_unlink (f->path);
  g_free (f->path);
}

/* How many lines begin with `start`. */
static guint
lines (Fixture *f, const char *start)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) all = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  all = g_strsplit (text, "\n", -1);
  for (guint i = 0; all[i] != NULL; i++)
    n += g_str_has_prefix (all[i], start) ? 1 : 0;
  return n;
}

static void
test_commands (Fixture *f, gconstpointer unused)
{
  g_autoptr (TestClient) client = test_client_login (f->port);

  test_client_ask (client, "event plain BACKGROUND_JOB");
  test_client_ask (client, "api echo one two");
  test_client_ask (client, "api no_such_command three");
  test_client_ask (client, "bgapi echo four");
  g_assert_nonnull (test_client_wait_event (client, "BACKGROUND_JOB"));
  test_client_ask (client, "api originate {origination_uuid=U}null/x &park");
  test_client_ask (client, "sendmsg U\ncall-command: execute\nexecute-app-name: set");
  test_client_ask (client, "sendmsg other\ncall-command: execute\nexecute-app-name: set");
  test_client_ask (client, "sendevent CUSTOM\nToken: a\\b");
  g_assert_cmpuint (lines (f, "api\techo one two"), ==, 1);
  g_assert_cmpuint (lines (f, "api\tno_such_command three"), ==, 1);
  g_assert_cmpuint (lines (f, "api\techo four"), ==, 1);
  g_assert_cmpuint (
      lines (f, "message\tCommand: sendmsg U\tcall-command: execute\texecute-app-name: set"), ==,
      1);
  test_client_ask (client, "sendmsg U\nContent-Length: 8\n\nset to=U");
  g_assert_cmpuint (lines (f, "message\tCommand: sendmsg U\tContent-Length: 8\t\tset to=U"), ==, 1);
  g_assert_cmpuint (lines (f, "message\tCommand: sendmsg other"), ==, 0);
  g_assert_cmpuint (lines (f, "message\tCommand: sendevent CUSTOM\tToken: a\\\\b"), ==, 1);
}

static void
test_restart (Fixture *f, gconstpointer unused)
{
  g_autoptr (TestClient) client = test_client_login (f->port);
  g_autoptr (TestClient) later = NULL;

  test_client_ask (client, "api echo before");
  test_client_send (client, "api sim restart\n\n", -1);
  g_assert_true (test_client_wait_eof (client));
  later = test_client_login (f->port);
  test_client_ask (later, "api echo after");
  g_assert_cmpuint (lines (f, "api\techo before"), ==, 1);
  g_assert_cmpuint (lines (f, "api\techo after"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sim/ledger/commands", Fixture, NULL, set_up, test_commands, tear_down);
  g_test_add ("/sim/ledger/restart", Fixture, NULL, set_up, test_restart, tear_down);
  return g_test_run ();
}
