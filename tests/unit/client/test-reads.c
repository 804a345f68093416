/* SPDX-License-Identifier: MIT */
/* test-reads.c - the reads of several users. */
#include "client-fixture.h"

#include <string.h>

#include "sw-turns.h"

#define OWNER 1000
#define STRANGER 7

/* A user who reads much waits for his time, and nobody else does; what waits can be given up. */
static void
test_stranger (ClientFixture *f, gconstpointer data)
{
  Reply burst[SW_TURNS_BURST] = { { 0 } };
  g_auto (Reply) cancelled = { 0 }, own = { 0 }, same = { 0 }, busy = { 0 };
  Reply much[SW_TURNS_STRANGER_WAITING - 1] = { { 0 } };
  SwCommand *command;

  client_make (f, (SwClientOptions){ .owner = OWNER, .read_rate = 1, .query_deadline = 500 });
  client_start (f);
  sw_client_query_for (f->client, STRANGER, "burst 0", on_reply, &burst[0]);
  sw_client_query_for (f->client, STRANGER, "burst 1", on_reply, &burst[1]);
  command = sw_client_query_for (f->client, STRANGER, "given up", on_reply, &cancelled);
  for (guint i = 0; i < G_N_ELEMENTS (much); i++)
    {
      g_autofree char *line = g_strdup_printf ("much %u", i);

      sw_client_query_for (f->client, STRANGER, line, on_reply, &much[i]);
    }
  sw_client_query_for (f->client, STRANGER, "too much", on_reply, &busy);
  sw_command_cancel (command);
  sw_client_query_for (f->client, OWNER, "own", on_reply, &own);
  sw_client_query_for (f->client, OWNER, "much 200", on_reply, &same);
  WAIT_UNTIL (own.n && same.n && busy.n && burst[0].n && burst[1].n);
  g_assert_error (busy.error, SW_ERROR, SW_ERROR_BUSY);
  g_assert_cmpstr (burst[1].text, ==, "+OK\n");
  g_assert_cmpstr (same.text, ==, "+OK\n");
  /* The deadline passes: the switch is not to blame, no connection is replaced. */
  WAIT_UNTIL (much[G_N_ELEMENTS (much) - 1].n);
  g_assert_error (much[G_N_ELEMENTS (much) - 1].error, SW_ERROR, SW_ERROR_TIMEOUT);
  g_assert_cmpuint (fake_switch_count (f->fake, "api given up"), ==, 0);
  g_assert_cmpuint (cancelled.n, ==, 0);
  g_assert_cmpuint (fake_switch_n_connections (f->fake), <=, 3); /* events, 2 reads */
  for (guint i = 0; i < G_N_ELEMENTS (much); i++)
    reply_clear (&much[i]);
  for (guint i = 0; i < G_N_ELEMENTS (burst); i++)
    reply_clear (&burst[i]);
}

/* What waits when the link ends was never sent. */
static void
test_link_lost (ClientFixture *f, gconstpointer data)
{
  Reply replies[2 * SW_TURNS_STRANGER_WIRE] = { { 0 } };
  const guint last = G_N_ELEMENTS (replies) - 1;

  client_make (f, (SwClientOptions){ .owner = OWNER });
  client_start (f);
  fake_switch_hold (f->fake, "api slow");
  for (guint i = 0; i <= last; i++)
    {
      g_autofree char *line = g_strdup_printf ("slow %u", i);

      sw_client_query_for (f->client, STRANGER, line, on_reply, &replies[i]);
    }
  WAIT_UNTIL (fake_switch_count (f->fake, "api slow") == SW_TURNS_STRANGER_WIRE);
  fake_switch_drop (f->fake, "event");
  WAIT_UNTIL (replies[0].n && replies[last].n);
  g_assert_error (replies[0].error, SW_ERROR, SW_ERROR_LOST);
  g_assert_error (replies[last].error, SW_ERROR, SW_ERROR_DOWN);
  for (guint i = 0; i <= last; i++)
    {
      g_assert_cmpuint (replies[i].n, ==, 1);
      reply_clear (&replies[i]);
    }
}

/* Those behind the window are sent as answers come. */
static void
test_window (ClientFixture *f, gconstpointer data)
{
  Reply replies[3 * SW_TURNS_WIRE] = { { 0 } };
  const guint last = G_N_ELEMENTS (replies) - 1;

  client_start (f);
  for (guint i = 0; i <= last; i++)
    {
      g_autofree char *line = g_strdup_printf ("line %u", i);

      sw_client_query (f->client, line, on_reply, &replies[i]);
    }
  WAIT_UNTIL (replies[last].n);
  for (guint i = 0; i <= last; i++)
    {
      g_assert_cmpuint (replies[i].n, ==, 1);
      g_assert_no_error (replies[i].error);
      reply_clear (&replies[i]);
    }
  g_assert_cmpuint (fake_switch_count (f->fake, "api line"), ==, last + 1);
}

#define ADD(path, func)                                                                            \
  g_test_add (path, ClientFixture, NULL, client_set_up, func, client_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/reads/stranger", test_stranger);
  ADD ("/reads/link-lost", test_link_lost);
  ADD ("/reads/window", test_window);
  return g_test_run ();
}
