/* SPDX-License-Identifier: MIT */
/* test-gap.c - what is said of a switch that was restarted behind a link that lived on. */
#include "client-fixture.h"

#include <string.h>

#define EVENT(core, sequence)                                                                      \
  "{\"Event-Name\":\"X" sequence "\",\"Core-UUID\":\"" core "\",\"Event-Sequence\":\"" sequence    \
  "\"}"

static gboolean
told (const ClientFixture *f, const char *name)
{
  return strstr (f->names->str, name) != NULL;
}

/* The newest gap record has this header with that value. */
static void
assert_gap (const ClientFixture *f, const char *header, const char *value)
{
  g_autoptr (EslEvent) event = esl_event_new ();

  for (guint i = f->events->len; i > 0; i--)
    {
      const char *json = g_ptr_array_index (f->events, i - 1);

      g_assert_true (esl_event_parse (event, ESL_FORMAT_JSON, json, strlen (json), NULL));
      if (g_strcmp0 (esl_event_get (event, "Event-Subclass"), "eslfs::gap") != 0)
        continue;
      g_assert_cmpstr (esl_event_get (event, header), ==, value);
      return;
    }
  g_assert_not_reached ();
}

/* It is said at once, and what is missed later is counted in the new core's numbers. */
static void
test_restarted (ClientFixture *f, gconstpointer data)
{
  client_start (f);
  fake_switch_send_event (f->fake, EVENT ("core-1", "1000000"));
  fake_switch_send_event (f->fake, EVENT ("core-2", "5"));
  WAIT_UNTIL (told (f, "X5 "));
  g_assert_nonnull (strstr (f->names->str, "X1000000 eslfs::gap X5 "));
  assert_gap (f, "Switch-Restarted", "true");
  assert_gap (f, "Gap-Missing-At-Most", NULL);

  fake_switch_answer (f->fake, "global_getvar core_uuid", "core-2");
  g_string_truncate (f->names, 0);
  fake_switch_drop (f->fake, NULL);
  WAIT_UNTIL (told (f, "eslfs::disconnected"));
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
  fake_switch_send_event (f->fake, EVENT ("core-2", "15"));
  WAIT_UNTIL (told (f, "X15 "));
  assert_gap (f, "Switch-Restarted", "false");
  assert_gap (f, "Gap-Missing-At-Most", "9");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/gap/restarted", ClientFixture, NULL, client_set_up, test_restarted,
              client_tear_down);
  return g_test_run ();
}
