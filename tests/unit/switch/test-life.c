/* SPDX-License-Identifier: MIT */
/* test-life.c - recorded conversations to the table of channels. */
#include "model-fixture.h"

#include <string.h>

/* The first call of life_json, event by event. */

#define ALICE "aaaaaaaa-0000-4000-8000-795413861673"
#define BOB "20818fe5-d9f4-4108-b49a-063174831443"

typedef struct
{
  guint n_events; /* applied so far */
  const char *uuid;
  SwColumn column;
  const char *value; /* NULL: there is no such channel */
} Step;

static const Step life[] = {
  { 2, "53eb6313-f57a-4650-85f8-0bc58088d676", 0, NULL },
  { 5, ALICE, 0, NULL },
  { 6, ALICE, SW_COLUMN_STATE, "CS_INIT" },
  { 6, ALICE, SW_COLUMN_DIRECTION, "outbound" },
  { 6, ALICE, SW_COLUMN_NAME, "null/alice" },
  { 6, ALICE, SW_COLUMN_CREATED, "2026-11-23 06:04:21" },
  { 6, ALICE, SW_COLUMN_CREATED_EPOCH, "1795413861" },
  { 6, ALICE, SW_COLUMN_CALLSTATE, "DOWN" },
  { 6, ALICE, SW_COLUMN_INITIAL_CID_NUM, "0000000000" },
  { 6, ALICE, SW_COLUMN_INITIAL_DEST, "alice" },
  { 6, ALICE, SW_COLUMN_INITIAL_CONTEXT, "default" },
  { 6, ALICE, SW_COLUMN_HOSTNAME, "vm" },
  { 6, ALICE, SW_COLUMN_CALL_UUID, ALICE },
  { 6, ALICE, SW_COLUMN_READ_CODEC, "L16" },
  { 6, ALICE, SW_COLUMN_WRITE_RATE, "8000" },
  { 8, ALICE, SW_COLUMN_STATE, "CS_ROUTING" },
  { 10, ALICE, SW_COLUMN_CALLSTATE, "DOWN" },
  { 11, ALICE, SW_COLUMN_CALLSTATE, "ACTIVE" },
  { 11, ALICE, SW_COLUMN_CALLEE_DIRECTION, "" },
  { 12, ALICE, SW_COLUMN_CALLEE_DIRECTION, "RECV" },
  { 12, ALICE, SW_COLUMN_CALLEE_NAME, "" },
  { 12, ALICE, SW_COLUMN_CALLEE_NUM, "0000000000" },
  { 12, ALICE, SW_COLUMN_CID_NAME, "Outbound Call" },
  { 12, ALICE, SW_COLUMN_CID_NUM, "alice" },
  { 12, ALICE, SW_COLUMN_INITIAL_CID_NUM, "0000000000" },
  { 14, ALICE, SW_COLUMN_APPLICATION, "" },
  { 15, ALICE, SW_COLUMN_APPLICATION, "park" },
  { 20, BOB, 0, NULL },
  { 21, BOB, SW_COLUMN_NAME, "null/bob" },
  { 38, ALICE, SW_COLUMN_APPLICATION, "playback" },
  { 41, ALICE, SW_COLUMN_APPLICATION, "playback" },
  { 49, ALICE, SW_COLUMN_STATE, "CS_EXECUTE" },
  { 54, ALICE, SW_COLUMN_APPLICATION, "uuid_bridge" },
  { 54, ALICE, SW_COLUMN_APPLICATION_DATA, BOB },
  { 55, BOB, SW_COLUMN_CALL_UUID, BOB },
  { 56, BOB, SW_COLUMN_CALL_UUID, ALICE },
  { 57, BOB, SW_COLUMN_STATE, "CS_EXCHANGE_MEDIA" },
  { 65, BOB, SW_COLUMN_CALLSTATE, "HANGUP" },
  { 67, BOB, SW_COLUMN_CALL_UUID, ALICE },
  { 68, BOB, SW_COLUMN_CALL_UUID, BOB },
  { 70, ALICE, SW_COLUMN_CALLSTATE, "HANGUP" },
  { 71, BOB, SW_COLUMN_STATE, "CS_REPORTING" },
  { 72, BOB, 0, NULL },
  { 73, ALICE, SW_COLUMN_STATE, "CS_REPORTING" },
  { 74, ALICE, 0, NULL },
  { 76, ALICE, 0, NULL },
  { 76, BOB, 0, NULL },
};

static void
test_life (ModelFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) events = recorded_events ("life_json");
  guint applied = 0;

  for (guint i = 0; i < G_N_ELEMENTS (life); i++)
    {
      for (; applied < life[i].n_events; applied++)
        sw_model_apply (f->model, g_ptr_array_index (events, applied),
                        (SwNow){ 1000 + applied, 1000 + applied });
      assert_consistent (f->model);
      if (life[i].value == NULL)
        g_assert_null (sw_model_channel (f->model, life[i].uuid));
      else
        g_assert_cmpstr (column_of (f->model, life[i].uuid, life[i].column), ==, life[i].value);
    }
}

static void
test_life_rest (ModelFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) events = recorded_events ("life_json");
  SwChannel *alice;

  for (guint i = 0; i < 37; i++)
    sw_model_apply (f->model, g_ptr_array_index (events, i), (SwNow){ 1000 + i, 1000 + i });
  alice = sw_model_channel (f->model, ALICE);
  g_assert_cmpstr (sw_channel_dtmf (alice), ==, "3 2000\n4 2000\n# 2000\n");
  g_assert_cmpint (sw_channel_created (alice), ==, 1005);
  g_assert_cmpint (sw_channel_last_event (alice), ==, 1036);
  g_assert_null (sw_channel_peer (alice));
  for (guint i = 37; i < 56; i++)
    sw_model_apply (f->model, g_ptr_array_index (events, i), (SwNow){ 1000 + i, 1000 + i });
  g_assert_cmpstr (sw_channel_peer (alice), ==, BOB);
  g_assert_cmpstr (sw_channel_peer (sw_model_channel (f->model, BOB)), ==, ALICE);
  for (guint i = 56; i < 68; i++)
    sw_model_apply (f->model, g_ptr_array_index (events, i), (SwNow){ 1000 + i, 1000 + i });
  g_assert_null (sw_channel_peer (alice));
  g_assert_null (sw_channel_peer (sw_model_channel (f->model, BOB)));
}

/* Whatever was recorded, from its beginning or from the midst of a call: each channel that lives is
 * added once and, if it was destroyed, ended once, and none comes back. */
static void
test_recorded (ModelFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) events = recorded_events (data);
  g_autoptr (GHashTable) created = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) destroyed = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer uuid;

  for (guint i = 0; i < events->len; i++)
    {
      const EslEvent *event = g_ptr_array_index (events, i);

      uuid = (gpointer)esl_event_get (event, "Unique-ID");
      if (strcmp (esl_event_name (event), "CHANNEL_CREATE") == 0)
        g_hash_table_add (created, uuid);
      else if (strcmp (esl_event_name (event), "CHANNEL_DESTROY") == 0)
        g_hash_table_add (destroyed, uuid);
      sw_model_apply (f->model, event, (SwNow){ 1000 + i, 1000 + i });
      assert_consistent (f->model);
    }
  g_hash_table_iter_init (&iter, created);
  while (g_hash_table_iter_next (&iter, &uuid, NULL))
    {
      g_autofree char *added = g_strdup_printf ("+%s ", (const char *)uuid);
      const char *first = strstr (f->heard.log->str, added);

      g_assert_nonnull (first);
      g_assert_null (strstr (first + 1, added));
    }
  g_hash_table_iter_init (&iter, destroyed);
  while (g_hash_table_iter_next (&iter, &uuid, NULL))
    g_assert_null (sw_model_channel (f->model, uuid));
  g_assert_cmpuint (sw_model_n_channels (f->model), ==, f->heard.added - f->heard.ended);
}

int
main (int argc, char **argv)
{
  static const char *const recorded[] = { "life_json",        "life_plain",    "failed_call",
                                          "outbound_async",   "outbound_sync", "event_replies",
                                          "filters",          "myevents",      "myevents_linger",
                                          "hangup_no_linger", "sendmsg",       "multiline_sdp",
                                          "variables" };

  g_test_init (&argc, &argv, NULL);
  ADD_MODEL_TEST ("/life/columns", NULL, test_life);
  ADD_MODEL_TEST ("/life/rest", NULL, test_life_rest);
  for (guint i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      g_autofree char *path = g_strconcat ("/life/recorded/", recorded[i], NULL);

      ADD_MODEL_TEST (path, recorded[i], test_recorded);
    }
  return g_test_run ();
}
