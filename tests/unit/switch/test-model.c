/* SPDX-License-Identifier: MIT */
/* test-model.c - events to the table of channels, in the orders that a busy switch can produce. */
#include "model-fixture.h"

static void
apply (SwModel *model, EslEvent *event)
{
  sw_model_apply (model, event, (SwNow){ 1000, 1000 });
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
  g_autoptr (GString) log = g_string_new (NULL);
  Heard heard = { log, 0, 0 };
  g_autoptr (SwModel) model = sw_model_new (&heard_funcs, &heard);

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
test_adopted (ModelFixture *f, gconstpointer data)
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
test_reused (ModelFixture *f, gconstpointer data)
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
test_renamed (ModelFixture *f, gconstpointer data)
{
  apply (f->model, event_of ("CHANNEL_CREATE", "Unique-ID", "old", "Channel-Name", "n", NULL));
  apply (f->model, event_of ("CHANNEL_CREATE", "Unique-ID", "peer", NULL));
  apply (f->model, event_of ("CHANNEL_BRIDGE", "Unique-ID", "old", "Bridge-A-Unique-ID", "old",
                             "Bridge-B-Unique-ID", "peer", NULL));
  apply (f->model, event_of ("CHANNEL_UUID", "Unique-ID", "new", "Old-Unique-ID", "old",
                             "Channel-Call-UUID", "new", NULL));
  assert_consistent (f->model);
  g_assert_null (sw_model_channel (f->model, "old"));
  g_assert_cmpstr (column_of (f->model, "new", SW_COLUMN_NAME), ==, "n");
  g_assert_cmpstr (column_of (f->model, "new", SW_COLUMN_UUID), ==, "new");
  g_assert_cmpstr (column_of (f->model, "new", SW_COLUMN_CALL_UUID), ==, "new");
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
test_rebridged (ModelFixture *f, gconstpointer data)
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
  g_assert_cmpstr (column_of (f->model, "b", SW_COLUMN_CALL_UUID), ==, "b");
  g_assert_cmpstr (column_of (f->model, "c", SW_COLUMN_CALL_UUID), ==, "a");
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
test_kinds (ModelFixture *f, gconstpointer data)
{
  apply (f->model, event_of ("CHANNEL_CREATE", "Unique-ID", "u", "Caller-Direction", "inbound",
                             "Caller-Caller-ID-Number", "100", "Channel-State", "CS_INIT", NULL));
  apply (f->model,
         event_of ("CHANNEL_EXECUTE_COMPLETE", "Unique-ID", "u", "Application", "x", NULL));
  g_assert_cmpstr (column_of (f->model, "u", SW_COLUMN_APPLICATION), ==, "");
  apply (f->model, event_of ("CHANNEL_EXECUTE", "Unique-ID", "u", "Application", "echo",
                             "Application-Data", "1", NULL));
  apply (f->model, event_of ("CHANNEL_EXECUTE", "Unique-ID", "u", "Application", "park", NULL));
  g_assert_cmpstr (column_of (f->model, "u", SW_COLUMN_APPLICATION), ==, "park");
  g_assert_cmpstr (column_of (f->model, "u", SW_COLUMN_APPLICATION_DATA), ==, "");
  apply (f->model, event_of ("CUSTOM", "Unique-ID", "u", "Channel-State", "CS_X", NULL));
  g_assert_cmpstr (column_of (f->model, "u", SW_COLUMN_STATE), ==, "CS_INIT");
  /* Without the caller profile nothing is said of it; with it, what is left out is empty. */
  apply (f->model, event_of ("CODEC", "Unique-ID", "u", "Channel-Read-Codec-Name", "L16",
                             "channel-read-codec-name", "PCMU", NULL));
  g_assert_cmpstr (column_of (f->model, "u", SW_COLUMN_READ_CODEC), ==, "PCMU");
  g_assert_cmpstr (column_of (f->model, "u", SW_COLUMN_CID_NUM), ==, "100");
  apply (f->model, event_of ("CALL_UPDATE", "Unique-ID", "u", "Caller-Direction", "inbound",
                             "Direction", "SEND", "Sent-Callee-ID-Number", "7", NULL));
  g_assert_cmpstr (column_of (f->model, "u", SW_COLUMN_CID_NUM), ==, "");
  g_assert_cmpstr (column_of (f->model, "u", SW_COLUMN_INITIAL_CID_NUM), ==, "100");
  g_assert_cmpstr (column_of (f->model, "u", SW_COLUMN_SENT_CALLEE_NUM), ==, "7");
  apply (f->model,
         event_of ("CALL_SECURE", "Unique-ID", "u", "secure_type", "srtp:sdes:AES_CM", NULL));
  g_assert_cmpstr (column_of (f->model, "u", SW_COLUMN_SECURE), ==, "srtp:sdes:AES_CM");
  apply (f->model, event_of ("HEARTBEAT", "Event-Info", "up", NULL));
  apply (f->model, event_of ("CHANNEL_STATE", "Unique-ID", "", NULL));
  g_assert_cmpuint (sw_model_n_channels (f->model), ==, 1);
}

/* The generation stands still exactly while nothing changes. */
static void
test_generation (ModelFixture *f, gconstpointer data)
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
test_many (ModelFixture *f, gconstpointer data)
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/orders", test_orders);
  ADD_MODEL_TEST ("/model/adopted", NULL, test_adopted);
  ADD_MODEL_TEST ("/model/reused", NULL, test_reused);
  ADD_MODEL_TEST ("/model/renamed", NULL, test_renamed);
  ADD_MODEL_TEST ("/model/rebridged", NULL, test_rebridged);
  ADD_MODEL_TEST ("/model/kinds", NULL, test_kinds);
  ADD_MODEL_TEST ("/model/generation", NULL, test_generation);
  ADD_MODEL_TEST ("/model/many", NULL, test_many);
  return g_test_run ();
}
