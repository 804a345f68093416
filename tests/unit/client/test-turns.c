/* SPDX-License-Identifier: MIT */
/* test-turns.c - whose read is sent next. */
#include "sw-turns.h"

#define OWNER 1000
#define SECOND ((gint64)G_USEC_PER_SEC)

static SwRequest *
push (SwTurns *turns, guint32 uid)
{
  SwRequest *request = sw_request_new (g_string_new (NULL), "x", 1000, sw_command_new (NULL, NULL));

  request->uid = uid;
  sw_turns_push (turns, request);
  return request;
}

static void
end (SwTurns *turns, SwRequest *request)
{
  if (request->waits)
    sw_turns_drop (turns, request);
  else
    sw_turns_done (turns, request);
  sw_request_free (request);
}

/* How many of the first `n` are sent, each answered at once. */
static guint
count_sent (SwTurns *turns, gint64 now)
{
  SwRequest *request;
  gint64 wait;
  guint n = 0;

  for (; (request = sw_turns_next (turns, now, &wait)) != NULL; n++)
    end (turns, request);
  return n;
}

static void
drop_all (SwTurns *turns)
{
  SwRequest *request;

  while ((request = sw_turns_peek (turns)) != NULL)
    end (turns, request);
  sw_turns_free (turns);
}

/* One who asks much doesn't come before one who asks once. */
static void
test_in_turn (void)
{
  SwTurns *turns = sw_turns_new (OWNER, 0);
  static const guint32 expected[] = { 7, 8, OWNER, 7, 7 };
  gint64 wait;

  for (guint i = 0; i < 3; i++)
    push (turns, 7);
  push (turns, 8);
  push (turns, OWNER);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      SwRequest *request = sw_turns_next (turns, 0, &wait);

      g_assert_nonnull (request);
      g_assert_cmpuint (request->uid, ==, expected[i]);
      end (turns, request);
    }
  g_assert_null (sw_turns_next (turns, 0, &wait));
  g_assert_cmpint (wait, ==, G_MAXINT64);
  drop_all (turns);
}

static void
test_wire (void)
{
  SwTurns *turns = sw_turns_new (OWNER, 0);
  SwRequest *sent[SW_TURNS_WIRE];
  guint n = 0;
  gint64 wait;

  for (guint i = 0; i < 20; i++)
    push (turns, 7);
  while ((sent[n] = sw_turns_next (turns, 0, &wait)) != NULL)
    n++;
  g_assert_cmpuint (n, ==, SW_TURNS_STRANGER_WIRE);
  g_assert_cmpint (wait, ==, G_MAXINT64);
  /* The owner takes all that is left, and no more. */
  for (guint i = 0; i < SW_TURNS_WIRE; i++)
    push (turns, OWNER);
  for (; n < SW_TURNS_WIRE; n++)
    sent[n] = sw_turns_next (turns, 0, &wait);
  g_assert_null (sw_turns_next (turns, 0, &wait));
  end (turns, sent[0]);
  sent[0] = sw_turns_next (turns, 0, &wait);
  g_assert_nonnull (sent[0]);
  for (guint i = 0; i < n; i++)
    end (turns, sent[i]);
  drop_all (turns);
}

static void
test_rate (void)
{
  SwTurns *turns = sw_turns_new (OWNER, 10);
  gint64 now = 1000 * SECOND, wait;

  for (guint i = 0; i < 100; i++)
    push (turns, 7);
  for (guint i = 0; i < 50; i++)
    push (turns, OWNER);
  for (guint i = 0; i < 5; i++)
    push (turns, 0);
  for (guint i = 0; i < 5; i++)
    push (turns, SW_NOBODY);
  g_assert_cmpuint (count_sent (turns, now), ==, 10 * SW_TURNS_BURST + 50 + 5 + 5);
  g_assert_null (sw_turns_next (turns, now, &wait));
  g_assert_cmpint (wait, >, 0);
  g_assert_cmpint (wait, <=, SECOND / 10);
  g_assert_cmpuint (count_sent (turns, now + wait), ==, 1);
  g_assert_cmpuint (count_sent (turns, now + SECOND), ==, 9);
  g_assert_cmpuint (count_sent (turns, now + 100 * SECOND), ==, 10 * SW_TURNS_BURST);
  drop_all (turns);
}

static void
test_room (void)
{
  SwTurns *turns = sw_turns_new (OWNER, 1);

  for (guint i = 0; i < SW_TURNS_STRANGER_WAITING; i++)
    {
      g_assert_true (sw_turns_has_room (turns, 7));
      push (turns, 7);
      push (turns, OWNER);
    }
  g_assert_false (sw_turns_has_room (turns, 7));
  g_assert_true (sw_turns_has_room (turns, 8));
  g_assert_true (sw_turns_has_room (turns, OWNER));
  drop_all (turns);
}

/* Users who are gone are forgotten, those who wait are not. */
static void
test_many_users (void)
{
  SwTurns *turns = sw_turns_new (OWNER, 0);

  push (turns, 7);
  for (guint32 uid = 2000; uid < 2000 + 10 * SW_TURNS_USERS; uid++)
    g_assert_true (sw_turns_has_room (turns, uid));
  g_assert_cmpuint (count_sent (turns, 0), ==, 1);
  drop_all (turns);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turns/in-turn", test_in_turn);
  g_test_add_func ("/turns/wire", test_wire);
  g_test_add_func ("/turns/rate", test_rate);
  g_test_add_func ("/turns/room", test_room);
  g_test_add_func ("/turns/many-users", test_many_users);
  return g_test_run ();
}
