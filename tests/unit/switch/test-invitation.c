/* SPDX-License-Identifier: MIT */
/* test-invitation.c - which channels are in the application `socket`, as events tell. */
#include <string.h>

#include "sw-invitation.h"

static gboolean
apply (SwInvitations *invitations, const char *json)
{
  g_autoptr (EslEvent) event = esl_event_new ();

  g_assert_true (esl_event_parse (event, ESL_FORMAT_JSON, json, strlen (json), NULL));
  return sw_invitations_apply (invitations, event);
}

#define EXECUTE(run)                                                                               \
  "{\"Event-Name\":\"CHANNEL_EXECUTE\",\"Unique-ID\":\"u\",\"Application\":\"socket\","            \
  "\"Application-Data\":\"127.0.0.1:9000 async full\",\"Application-UUID\":\"" run "\","           \
  "\"Caller-Channel-Created-Time\":\"17\"}"
#define COMPLETE(app, run)                                                                         \
  "{\"Event-Name\":\"CHANNEL_EXECUTE_COMPLETE\",\"Unique-ID\":\"u\",\"Application\":\"" app "\","  \
  "\"Application-UUID\":\"" run "\"}"

static void
test_life (void)
{
  g_autoptr (SwInvitations) invitations = sw_invitations_new ();
  SwInvitation *invitation;

  g_assert_false (apply (invitations, "{\"Event-Name\":\"CHANNEL_EXECUTE\",\"Unique-ID\":\"u\","
                                      "\"Application\":\"park\"}"));
  g_assert_null (sw_invitations_lookup (invitations, "u"));
  g_assert_true (apply (invitations, EXECUTE ("r1")));
  invitation = sw_invitations_lookup (invitations, "u");
  g_assert_cmpstr (invitation->created, ==, "17");
  g_assert_false (invitation->taken);
  invitation->taken = TRUE;

  /* What runs inside it ends nothing; a new run is a new invitation. */
  apply (invitations, COMPLETE ("playback", "r9"));
  g_assert_true (sw_invitations_lookup (invitations, "u")->taken);
  g_assert_true (apply (invitations, EXECUTE ("r2")));
  g_assert_false (sw_invitations_lookup (invitations, "u")->taken);
  apply (invitations, COMPLETE ("socket", "r1"));
  g_assert_nonnull (sw_invitations_lookup (invitations, "u"));
  apply (invitations, COMPLETE ("socket", "r2"));
  g_assert_null (sw_invitations_lookup (invitations, "u"));
}

static void
test_renamed_and_ended (void)
{
  g_autoptr (SwInvitations) invitations = sw_invitations_new ();

  apply (invitations, EXECUTE ("r1"));
  apply (invitations,
         "{\"Event-Name\":\"CHANNEL_UUID\",\"Unique-ID\":\"v\",\"Old-Unique-ID\":\"u\"}");
  g_assert_null (sw_invitations_lookup (invitations, "u"));
  g_assert_nonnull (sw_invitations_lookup (invitations, "v"));
  apply (invitations, "{\"Event-Name\":\"CHANNEL_DESTROY\",\"Unique-ID\":\"v\"}");
  g_assert_null (sw_invitations_lookup (invitations, "v"));
  apply (invitations, EXECUTE ("r1"));
  sw_invitations_clear (invitations);
  g_assert_null (sw_invitations_lookup (invitations, "u"));
}

/* A dump says what events did not, and nothing against them. */
static void
test_dump (void)
{
  static const char json[] = "{\"Event-Name\":\"CHANNEL_DATA\",\"Unique-ID\":\"u\","
                             "\"Caller-Channel-Created-Time\":\"17\","
                             "\"variable_current_application\":\"socket\","
                             "\"variable_current_application_data\":\"h:1\"}";
  g_autoptr (SwInvitations) invitations = sw_invitations_new ();
  g_autoptr (EslEvent) dump = esl_event_new ();

  g_assert_true (esl_event_parse (dump, ESL_FORMAT_JSON, json, sizeof json - 1, NULL));
  g_assert_true (sw_invitations_apply_dump (invitations, dump));
  g_assert_cmpstr (sw_invitations_lookup (invitations, "u")->data, ==, "h:1");
  sw_invitations_lookup (invitations, "u")->taken = TRUE;
  g_assert_false (sw_invitations_apply_dump (invitations, dump));
  g_assert_true (sw_invitations_lookup (invitations, "u")->taken);
}

static void
test_ports (void)
{
  static const struct
  {
    const char *data;
    guint16 port;
    gboolean named;
  } rows[] = {
    { "127.0.0.1:9000 async full", 9000, TRUE },
    { "127.0.0.1:9000 async full", 9001, FALSE },
    { "localhost", 8084, TRUE },
    { "a:1|b:2|c/path full", 2, TRUE },
    { "a:1|b:2/path full", 1, TRUE },
    { "a:1|b:2/path full", 8084, FALSE },
    { "", 8084, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      SwInvitation invitation = { .data = (char *)rows[i].data };

      g_assert_true (sw_invitation_names_port (&invitation, rows[i].port) == rows[i].named);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/invitation/life", test_life);
  g_test_add_func ("/model/invitation/renamed-and-ended", test_renamed_and_ended);
  g_test_add_func ("/model/invitation/dump", test_dump);
  g_test_add_func ("/model/invitation/ports", test_ports);
  return g_test_run ();
}
