/* SPDX-License-Identifier: MIT */
/* test-model.c - events to the table of channels: recorded lives, and orders that a busy switch
 * can produce.
 */
#include "recorded.h"
#include "sw-model.h"

#include <string.h>

typedef struct
{
  GString *log; /* "+uuid" added, "-uuid" ended, "." changed */
  guint added, ended;
} Heard;

static void
on_added (SwModel *model, SwChannel *channel, gpointer data)
{
  Heard *heard = data;

  g_assert_true (sw_channel_alive (channel));
  g_assert_true (sw_model_channel (model, sw_channel_uuid (channel)) == channel);
  heard->added++;
  g_string_append_printf (heard->log, "+%s ", sw_channel_uuid (channel));
}

static void
on_changed (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  Heard *heard = data;

  g_assert_true (sw_model_channel (model, sw_channel_uuid (channel)) == channel);
  g_string_append (heard->log, ". ");
}

static void
on_ended (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  Heard *heard = data;

  g_assert_false (sw_channel_alive (channel));
  g_assert_null (sw_model_channel (model, sw_channel_uuid (channel)));
  heard->ended++;
  g_string_append_printf (heard->log, "-%s ", sw_channel_uuid (channel));
}

typedef struct
{
  SwModel *model;
  Heard heard;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  static const SwModelFuncs funcs = { on_added, on_changed, on_ended };

  f->heard.log = g_string_new (NULL);
  f->model = sw_model_new (&funcs, &f->heard);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sw_model_free (f->model);
  g_string_free (f->heard.log, TRUE);
}

/* Table and order agree. */
static void
assert_consistent (const SwModel *model)
{
  guint64 after = 0;
  guint n = 0;
  SwChannel *channel;

  while ((channel = sw_model_next (model, after)) != NULL)
    {
      g_assert_cmpuint (sw_channel_serial (channel), >, after);
      g_assert_true (sw_model_channel (model, sw_channel_uuid (channel)) == channel);
      after = sw_channel_serial (channel);
      n++;
    }
  g_assert_cmpuint (n, ==, sw_model_n_channels (model));
}

static const char *
column (const SwModel *model, const char *uuid, SwColumn which)
{
  SwChannel *channel = sw_model_channel (model, uuid);

  g_assert_nonnull (channel);
  return sw_channel_column (channel, which);
}

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
test_life (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) events = recorded_events ("life_json");
  guint applied = 0;

  for (guint i = 0; i < G_N_ELEMENTS (life); i++)
    {
      for (; applied < life[i].n_events; applied++)
        sw_model_apply (f->model, g_ptr_array_index (events, applied), 1000 + applied);
      assert_consistent (f->model);
      if (life[i].value == NULL)
        g_assert_null (sw_model_channel (f->model, life[i].uuid));
      else
        g_assert_cmpstr (column (f->model, life[i].uuid, life[i].column), ==, life[i].value);
    }
}

static void
test_life_rest (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) events = recorded_events ("life_json");
  SwChannel *alice;

  for (guint i = 0; i < 37; i++)
    sw_model_apply (f->model, g_ptr_array_index (events, i), 1000 + i);
  alice = sw_model_channel (f->model, ALICE);
  g_assert_cmpstr (sw_channel_dtmf (alice), ==, "3 2000\n4 2000\n# 2000\n");
  g_assert_cmpint (sw_channel_created (alice), ==, 1005);
  g_assert_cmpint (sw_channel_last_event (alice), ==, 1036);
  g_assert_null (sw_channel_peer (alice));
  for (guint i = 37; i < 56; i++)
    sw_model_apply (f->model, g_ptr_array_index (events, i), 1000 + i);
  g_assert_cmpstr (sw_channel_peer (alice), ==, BOB);
  g_assert_cmpstr (sw_channel_peer (sw_model_channel (f->model, BOB)), ==, ALICE);
  for (guint i = 56; i < 68; i++)
    sw_model_apply (f->model, g_ptr_array_index (events, i), 1000 + i);
  g_assert_null (sw_channel_peer (alice));
  g_assert_null (sw_channel_peer (sw_model_channel (f->model, BOB)));
}

/* Whatever was recorded, from its beginning or from the midst of a call: each channel that lives is
 * added once and, if it was destroyed, ended once, and none comes back. */
static void
test_recorded (Fixture *f, gconstpointer data)
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
      sw_model_apply (f->model, event, 1000 + i);
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

/* Orders. */

static void
apply (SwModel *model, EslEvent *event)
{
  sw_model_apply (model, event, 1000);
  esl_event_free (event);
}

/* Applies events[order[..]] for every order; each ends with an empty table. */
static void
permute (guint *order, guint n, guint fixed, void (*check) (const guint *order, guint n))
{
  if (fixed == n)
    {
      check (order, n);
      return;
    }
  for (guint i = fixed; i < n; i++)
    {
      guint swap = order[fixed];

      order[fixed] = order[i];
      order[i] = swap;
      permute (order, n, fixed + 1, check);
      order[i] = order[fixed];
      order[fixed] = swap;
    }
}

static EslEvent *
nth_of_a_life (guint n)
{
  switch (n)
    {
    case 0:
      return event_of ("CHANNEL_CREATE", "Event-Sequence", "10", "Unique-ID", "u", "Channel-State",
                       "CS_INIT", NULL);
    case 1:
      return event_of ("CHANNEL_CALLSTATE", "Event-Sequence", "11", "Unique-ID", "u",
                       "Channel-State", "CS_EXECUTE", "Channel-Call-State", "ACTIVE", NULL);
    case 2:
      return event_of ("CHANNEL_BRIDGE", "Event-Sequence", "12", "Unique-ID", "u",
                       "Bridge-A-Unique-ID", "u", "Bridge-B-Unique-ID", "v", NULL);
    case 3:
      return event_of ("CHANNEL_HANGUP_COMPLETE", "Event-Sequence", "13", "Unique-ID", "u", NULL);
    case 4:
      return event_of ("CHANNEL_DESTROY", "Event-Sequence", "14", "Unique-ID", "u", NULL);
    default:
      return event_of ("CHANNEL_STATE", "Event-Sequence", "15", "Unique-ID", "u", "Channel-State",
                       "CS_DESTROY", NULL);
    }
}

/* Every event comes twice in a row, too. */
static void
check_order (const guint *order, guint n)
{
  static const SwModelFuncs funcs = { on_added, on_changed, on_ended };
  g_autoptr (GString) log = g_string_new (NULL);
  Heard heard = { log, 0, 0 };
  g_autoptr (SwModel) model = sw_model_new (&funcs, &heard);

  for (guint i = 0; i < 2 * n; i++)
    {
      apply (model, nth_of_a_life (order[i / 2]));
      assert_consistent (model);
    }
  g_assert_cmpuint (sw_model_n_channels (model), ==, 0);
  g_assert_cmpuint (heard.added, <=, 1);
  g_assert_cmpuint (heard.ended, ==, heard.added);
}

static void
test_orders (void)
{
  guint order[] = { 0, 1, 2, 3, 4, 5 };

  permute (order, G_N_ELEMENTS (order), 0, check_order);
}

/* A channel whose CHANNEL_CREATE was missed is taken from what it does. */
static void
test_adopted (Fixture *f, gconstpointer data)
{
  static const char *const passing[] = { "CS_NONE",   "CS_NEW",       "CS_INIT",
                                         "CS_HANGUP", "CS_REPORTING", "CS_DESTROY" };
  SwChannel *channel;

  for (guint i = 0; i < G_N_ELEMENTS (passing); i++)
    apply (f->model,
           event_of ("CHANNEL_STATE", "Unique-ID", "u", "Channel-State", passing[i], NULL));
  apply (f->model, event_of ("CHANNEL_ANSWER", "Unique-ID", "u", NULL));
  apply (f->model, event_of ("CUSTOM", "Unique-ID", "u", "Channel-State", "CS_EXECUTE", NULL));
  apply (f->model,
         event_of ("CHANNEL_STATE", "Unique-ID", "u", "Channel-State", "CS_EXECUTE", NULL));
  g_assert_cmpuint (f->heard.added, ==, 0); /* CS_DESTROY told its end */
  apply (f->model, event_of ("CHANNEL_EXECUTE", "Unique-ID", "v", "Channel-State", "CS_EXECUTE",
                             "Application", "echo", "Caller-Channel-Created-Time", "500", NULL));
  channel = sw_model_channel (f->model, "v");
  g_assert_cmpstr (sw_channel_column (channel, SW_COLUMN_APPLICATION), ==, "echo");
  g_assert_cmpint (sw_channel_created (channel), ==, 500);
  g_assert_cmpint (sw_channel_last_event (channel), ==, 1000);
  g_assert_cmpstr (f->heard.log->str, ==, "+v ");
}

/* A uuid may be used again (origination_uuid): a younger CHANNEL_CREATE is a new channel. */
static void
test_reused (Fixture *f, gconstpointer data)
{
  guint64 serial;

  apply (f->model, nth_of_a_life (0));
  serial = sw_channel_serial (sw_model_channel (f->model, "u"));
  apply (f->model, nth_of_a_life (4));
  apply (f->model, nth_of_a_life (0));
  g_assert_null (sw_model_channel (f->model, "u"));
  apply (f->model, event_of ("CHANNEL_CREATE", "Event-Sequence", "20", "Unique-ID", "u", NULL));
  g_assert_cmpuint (sw_channel_serial (sw_model_channel (f->model, "u")), >, serial);
  apply (f->model, nth_of_a_life (5));
  g_assert_null (sw_model_channel (f->model, "u"));
  apply (f->model, event_of ("CHANNEL_CREATE", "Unique-ID", "u", NULL));
  g_assert_nonnull (sw_model_channel (f->model, "u"));
}

static void
test_renamed (Fixture *f, gconstpointer data)
{
  apply (f->model, event_of ("CHANNEL_CREATE", "Unique-ID", "old", "Channel-Name", "n", NULL));
  apply (f->model, event_of ("CHANNEL_CREATE", "Unique-ID", "peer", NULL));
  apply (f->model, event_of ("CHANNEL_BRIDGE", "Unique-ID", "old", "Bridge-A-Unique-ID", "old",
                             "Bridge-B-Unique-ID", "peer", NULL));
  apply (f->model, event_of ("CHANNEL_UUID", "Unique-ID", "new", "Old-Unique-ID", "old",
                             "Channel-Call-UUID", "new", NULL));
  assert_consistent (f->model);
  g_assert_null (sw_model_channel (f->model, "old"));
  g_assert_cmpstr (column (f->model, "new", SW_COLUMN_NAME), ==, "n");
  g_assert_cmpstr (column (f->model, "new", SW_COLUMN_UUID), ==, "new");
  g_assert_cmpstr (column (f->model, "new", SW_COLUMN_CALL_UUID), ==, "new");
  g_assert_cmpstr (sw_channel_peer (sw_model_channel (f->model, "peer")), ==, "new");
  g_assert_cmpstr (sw_channel_peer (sw_model_channel (f->model, "new")), ==, "peer");
  apply (f->model, event_of ("CHANNEL_UUID", "Unique-ID", "x", "Old-Unique-ID", "nobody", NULL));
  g_assert_cmpuint (sw_model_n_channels (f->model), ==, 2);
  apply (f->model, event_of ("CHANNEL_UUID", "Unique-ID", "peer", "Old-Unique-ID", "new", NULL));
  assert_consistent (f->model);
  g_assert_cmpuint (sw_model_n_channels (f->model), ==, 1);
  g_assert_null (sw_channel_peer (sw_model_channel (f->model, "peer")));
}

/* A leg that was bridged anew keeps the new peer when the old bridge's end comes late. */
static void
test_rebridged (Fixture *f, gconstpointer data)
{
  static const char *const uuids[] = { "a", "b", "c" };

  for (guint i = 0; i < G_N_ELEMENTS (uuids); i++)
    apply (f->model, event_of ("CHANNEL_CREATE", "Unique-ID", uuids[i], NULL));
  apply (f->model, event_of ("CHANNEL_BRIDGE", "Unique-ID", "a", "Bridge-A-Unique-ID", "a",
                             "Bridge-B-Unique-ID", "b", "Channel-Call-UUID", "a", NULL));
  apply (f->model, event_of ("CHANNEL_BRIDGE", "Unique-ID", "a", "Bridge-A-Unique-ID", "a",
                             "Bridge-B-Unique-ID", "c", "Channel-Call-UUID", "a", NULL));
  g_assert_null (sw_channel_peer (sw_model_channel (f->model, "b")));
  apply (f->model, event_of ("CHANNEL_UNBRIDGE", "Unique-ID", "a", "Bridge-A-Unique-ID", "a",
                             "Bridge-B-Unique-ID", "b", NULL));
  g_assert_cmpstr (sw_channel_peer (sw_model_channel (f->model, "a")), ==, "c");
  g_assert_cmpstr (column (f->model, "b", SW_COLUMN_CALL_UUID), ==, "b");
  g_assert_cmpstr (column (f->model, "c", SW_COLUMN_CALL_UUID), ==, "a");
  /* An event of an older making doesn't name the legs. */
  apply (f->model, event_of ("CHANNEL_UNBRIDGE", "Unique-ID", "a", "Caller-Unique-ID", "a", NULL));
  g_assert_null (sw_channel_peer (sw_model_channel (f->model, "a")));
  g_assert_null (sw_channel_peer (sw_model_channel (f->model, "c")));
  apply (f->model, event_of ("CHANNEL_BRIDGE", "Unique-ID", "a", "Caller-Unique-ID", "a",
                             "Other-Leg-Unique-ID", "b", NULL));
  g_assert_cmpstr (sw_channel_peer (sw_model_channel (f->model, "a")), ==, "b");
  apply (f->model, event_of ("CHANNEL_DESTROY", "Unique-ID", "a", NULL));
  g_assert_null (sw_channel_peer (sw_model_channel (f->model, "b")));
}

/* Only what the event's kind may change is taken from it. */
static void
test_kinds (Fixture *f, gconstpointer data)
{
  apply (f->model, event_of ("CHANNEL_CREATE", "Unique-ID", "u", "Caller-Direction", "inbound",
                             "Caller-Caller-ID-Number", "100", "Channel-State", "CS_INIT", NULL));
  apply (f->model,
         event_of ("CHANNEL_EXECUTE_COMPLETE", "Unique-ID", "u", "Application", "x", NULL));
  g_assert_cmpstr (column (f->model, "u", SW_COLUMN_APPLICATION), ==, "");
  apply (f->model, event_of ("CHANNEL_EXECUTE", "Unique-ID", "u", "Application", "echo",
                             "Application-Data", "1", NULL));
  apply (f->model, event_of ("CHANNEL_EXECUTE", "Unique-ID", "u", "Application", "park", NULL));
  g_assert_cmpstr (column (f->model, "u", SW_COLUMN_APPLICATION), ==, "park");
  g_assert_cmpstr (column (f->model, "u", SW_COLUMN_APPLICATION_DATA), ==, "");
  apply (f->model, event_of ("CUSTOM", "Unique-ID", "u", "Channel-State", "CS_X", NULL));
  g_assert_cmpstr (column (f->model, "u", SW_COLUMN_STATE), ==, "CS_INIT");
  /* Without the caller profile nothing is said of it; with it, what is left out is empty. */
  apply (f->model, event_of ("CODEC", "Unique-ID", "u", "Channel-Read-Codec-Name", "L16",
                             "channel-read-codec-name", "PCMU", NULL));
  g_assert_cmpstr (column (f->model, "u", SW_COLUMN_READ_CODEC), ==, "PCMU");
  g_assert_cmpstr (column (f->model, "u", SW_COLUMN_CID_NUM), ==, "100");
  apply (f->model, event_of ("CALL_UPDATE", "Unique-ID", "u", "Caller-Direction", "inbound",
                             "Direction", "SEND", "Sent-Callee-ID-Number", "7", NULL));
  g_assert_cmpstr (column (f->model, "u", SW_COLUMN_CID_NUM), ==, "");
  g_assert_cmpstr (column (f->model, "u", SW_COLUMN_INITIAL_CID_NUM), ==, "100");
  g_assert_cmpstr (column (f->model, "u", SW_COLUMN_SENT_CALLEE_NUM), ==, "7");
  apply (f->model,
         event_of ("CALL_SECURE", "Unique-ID", "u", "secure_type", "srtp:sdes:AES_CM", NULL));
  g_assert_cmpstr (column (f->model, "u", SW_COLUMN_SECURE), ==, "srtp:sdes:AES_CM");
  apply (f->model, event_of ("HEARTBEAT", "Event-Info", "up", NULL));
  apply (f->model, event_of ("CHANNEL_STATE", "Unique-ID", "", NULL));
  g_assert_cmpuint (sw_model_n_channels (f->model), ==, 1);
}

/* The generation stands still exactly while nothing changes. */
static void
test_generation (Fixture *f, gconstpointer data)
{
  guint64 generation;

  apply (f->model, nth_of_a_life (0));
  apply (f->model, nth_of_a_life (1));
  generation = sw_model_generation (f->model);
  apply (f->model, nth_of_a_life (1));
  apply (f->model, event_of ("API", "API-Command", "version", NULL));
  g_assert_cmpuint (sw_model_generation (f->model), ==, generation);
  apply (f->model,
         event_of ("DTMF", "Unique-ID", "u", "DTMF-Digit", "1", "DTMF-Duration", "100", NULL));
  g_assert_cmpuint (sw_model_generation (f->model), >, generation);
  generation = sw_model_generation (f->model);
  apply (f->model, nth_of_a_life (4));
  g_assert_cmpuint (sw_model_generation (f->model), >, generation);
}

/* Many channels come and go; readers go on from any serial. */
static void
test_many (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *uuid = g_strdup_printf ("u%u", i);

      apply (f->model, event_of ("CHANNEL_CREATE", "Unique-ID", uuid, NULL));
      if (i % 3 != 0)
        apply (f->model, event_of ("CHANNEL_DESTROY", "Unique-ID", uuid, NULL));
    }
  assert_consistent (f->model);
  g_assert_cmpuint (sw_model_n_channels (f->model), ==, 1667);
  g_assert_cmpstr (sw_channel_uuid (sw_model_next (f->model, 3000)), ==, "u3000");
  g_assert_cmpstr (sw_channel_uuid (sw_model_next (f->model, 3001)), ==, "u3003");
  g_assert_null (sw_model_next (f->model, 5000));
  sw_model_reset (f->model);
  assert_consistent (f->model);
  g_assert_cmpuint (f->heard.ended, ==, 5000);
}

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  static const char *const recorded[] = { "life_json",       "life_plain",       "life_xml",
                                          "failed_call",     "outbound_async",   "outbound_sync",
                                          "event_replies",   "filters",          "myevents",
                                          "myevents_linger", "hangup_no_linger", "sendmsg",
                                          "multiline_sdp",   "variables" };

  g_test_init (&argc, &argv, NULL);
  ADD ("/model/life", NULL, test_life);
  ADD ("/model/life-rest", NULL, test_life_rest);
  for (guint i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      g_autofree char *path = g_strconcat ("/model/recorded/", recorded[i], NULL);

      ADD (path, recorded[i], test_recorded);
    }
  g_test_add_func ("/model/orders", test_orders);
  ADD ("/model/adopted", NULL, test_adopted);
  ADD ("/model/reused", NULL, test_reused);
  ADD ("/model/renamed", NULL, test_renamed);
  ADD ("/model/rebridged", NULL, test_rebridged);
  ADD ("/model/kinds", NULL, test_kinds);
  ADD ("/model/generation", NULL, test_generation);
  ADD ("/model/many", NULL, test_many);
  return g_test_run ();
}
