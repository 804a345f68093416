/* SPDX-License-Identifier: MIT */
/* test-resync.c - what the switch's tables say, merged into what its events said. */
#include "recorded.h"
#include "sw-model.h"

#include <string.h>

#define SECOND G_USEC_PER_SEC

static const SwModelFuncs no_funcs = { NULL, NULL, NULL };

/* The wall clock runs backwards here: what is compared is the other one. */
static SwNow
at (gint64 clock)
{
  return (SwNow){ .clock = clock, .date = (gint64)1000000 * SECOND - clock };
}

static void
apply_at (SwModel *model, gint64 clock, EslEvent *event)
{
  sw_model_apply (model, event, at (clock));
  esl_event_free (event);
}

static void
rows_at (SwModel *model, gint64 clock, const char *rows)
{
  g_autofree char *json = g_strdup_printf ("{\"row_count\":9,\"rows\":[%s]}\n", rows);
  g_autoptr (GError) error = NULL;

  g_assert_true (sw_model_resync_rows (model, json, strlen (json), at (clock), &error));
  g_assert_no_error (error);
}

static void
test_first (void)
{
  g_autoptr (SwModel) model = sw_model_new (&no_funcs, NULL);
  SwChannel *channel;

  sw_model_resync_begin (model, at (100 * SECOND));
  rows_at (model, 100 * SECOND,
           "{\"uuid\":\"u1\",\"name\":\"null/a\",\"created_epoch\":\"50\",\"state\":\"CS_EXECUTE\","
           "\"nonsense\":\"x\"},{\"uuid\":\"u2\",\"created_epoch\":\"60\"},{\"uuid\":\"\"}");
  g_assert_cmpuint (sw_model_n_channels (model), ==, 2);
  channel = sw_model_next (model, 0);
  g_assert_cmpstr (sw_channel_uuid (channel), ==, "u1");
  g_assert_cmpstr (sw_channel_column (channel, SW_COLUMN_STATE), ==, "CS_EXECUTE");
  g_assert_cmpint (sw_channel_created (channel), ==, 50 * SECOND);
  rows_at (model, 101 * SECOND, "");
  g_assert_cmpuint (sw_model_n_channels (model), ==, 0);
}

static void
test_no_rows (void)
{
  static const char none[] = "{\"row_count\": 0}\n", refusal[] = "-ERR permission denied";
  g_autoptr (SwModel) model = sw_model_new (&no_funcs, NULL);
  g_autoptr (GError) error = NULL;

  sw_model_resync_begin (model, at (SECOND));
  rows_at (model, SECOND, "{\"uuid\":\"u1\"}");
  g_assert_false (sw_model_resync_rows (model, refusal, strlen (refusal), at (SECOND), &error));
  g_assert_error (error, ESL_EVENT_ERROR, ESL_EVENT_ERROR_SYNTAX);
  g_assert_cmpuint (sw_model_n_channels (model), ==, 1);
  g_assert_true (sw_model_resync_rows (model, none, strlen (none), at (SECOND), NULL));
  g_assert_cmpuint (sw_model_n_channels (model), ==, 0);
}

/* Each of the ways in which a late row could undo what an event said. */
static void
test_late_rows (void)
{
  g_autoptr (SwModel) model = sw_model_new (&no_funcs, NULL);

  apply_at (model, 90 * SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", "quiet", NULL));
  apply_at (model, 90 * SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", "ghost", NULL));
  apply_at (model, 99 * SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", "young", NULL));
  apply_at (model, 99 * SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", "gone", NULL));
  sw_model_resync_begin (model, at (100 * SECOND));
  apply_at (model, 101 * SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", "born", NULL));
  apply_at (model, 101 * SECOND, event_of ("CHANNEL_DESTROY", "Unique-ID", "gone", NULL));
  apply_at (model, 101 * SECOND, event_of ("CHANNEL_DESTROY", "Unique-ID", "unknown", NULL));
  rows_at (model, 102 * SECOND,
           "{\"uuid\":\"quiet\",\"state\":\"CS_ROW\"},{\"uuid\":\"gone\"},{\"uuid\":\"unknown\"}");
  g_assert_cmpuint (sw_model_n_channels (model), ==, 3);
  g_assert_cmpstr (sw_channel_column (sw_model_channel (model, "quiet"), SW_COLUMN_STATE), ==,
                   "CS_ROW");
  g_assert_null (sw_model_channel (model, "ghost"));
  g_assert_nonnull (sw_model_channel (model, "young"));
  g_assert_nonnull (sw_model_channel (model, "born"));
  /* The second look: the tables have caught up with what was young. */
  rows_at (model, 106 * SECOND, "{\"uuid\":\"quiet\"},{\"uuid\":\"gone\"}");
  g_assert_null (sw_model_channel (model, "young"));
  g_assert_null (sw_model_channel (model, "gone"));
  g_assert_nonnull (sw_model_channel (model, "born"));
}

static void
test_doubtful (void)
{
  g_autoptr (SwModel) model = sw_model_new (&no_funcs, NULL);
  g_auto (GStrv) fresh = NULL, one = NULL;

  apply_at (model, 90 * SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", "old", NULL));
  apply_at (model, 98 * SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", "young", NULL));
  apply_at (model, 99 * SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", "busy", NULL));
  apply_at (model, 99 * SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", "young2", NULL));
  sw_model_resync_begin (model, at (100 * SECOND));
  apply_at (model, 100 * SECOND, event_of ("CHANNEL_STATE", "Unique-ID", "busy", NULL));
  fresh = sw_model_too_fresh (model, 10, at (101 * SECOND));
  g_assert_cmpuint (g_strv_length (fresh), ==, 2);
  g_assert_cmpstr (fresh[0], ==, "young");
  g_assert_cmpstr (fresh[1], ==, "young2");
  one = sw_model_too_fresh (model, 1, at (101 * SECOND));
  g_assert_cmpuint (g_strv_length (one), ==, 1);
  sw_model_gone (model, "young", at (101 * SECOND));
  sw_model_gone (model, "busy", at (101 * SECOND));
  sw_model_gone (model, "nobody", at (101 * SECOND));
  g_assert_null (sw_model_channel (model, "young"));
  g_assert_nonnull (sw_model_channel (model, "busy"));
  rows_at (model, 102 * SECOND, "{\"uuid\":\"young\"},{\"uuid\":\"old\"}");
  g_assert_null (sw_model_channel (model, "young"));
}

/* What the core database forgets although the channel has it. */
static void
test_stale_columns (void)
{
  g_autoptr (SwModel) model = sw_model_new (&no_funcs, NULL);
  SwChannel *channel;

  apply_at (model, SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", "u", NULL));
  apply_at (model, SECOND,
            event_of ("CHANNEL_EXECUTE", "Unique-ID", "u", "Application", "park", "Channel-State",
                      "CS_HANGUP", "Channel-Call-State", "HANGUP", NULL));
  sw_model_resync_begin (model, at (100 * SECOND));
  rows_at (model, 100 * SECOND,
           "{\"uuid\":\"u\",\"application\":\"\",\"state\":\"CS_EXECUTE\","
           "\"callstate\":\"ACTIVE\",\"accountcode\":\"7\"}");
  channel = sw_model_channel (model, "u");
  g_assert_cmpstr (sw_channel_column (channel, SW_COLUMN_APPLICATION), ==, "park");
  g_assert_cmpstr (sw_channel_column (channel, SW_COLUMN_STATE), ==, "CS_HANGUP");
  g_assert_cmpstr (sw_channel_column (channel, SW_COLUMN_CALLSTATE), ==, "HANGUP");
  g_assert_cmpstr (sw_channel_column (channel, SW_COLUMN_ACCOUNTCODE), ==, "7");
}

static void
test_bridges (void)
{
  static const char bridges[] =
      "{\"row_count\":2,\"rows\":[{\"uuid\":\"a\",\"b_uuid\":\"b\"},"
      "{\"uuid\":\"c\",\"b_uuid\":\"d\"},{\"uuid\":\"a\",\"b_uuid\":\"nobody\"}]}";
  static const char *const uuids[] = { "a", "b", "c", "d" };
  g_autoptr (SwModel) model = sw_model_new (&no_funcs, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (uuids); i++)
    apply_at (model, SECOND, event_of ("CHANNEL_CREATE", "Unique-ID", uuids[i], NULL));
  sw_model_resync_begin (model, at (100 * SECOND));
  apply_at (model, 101 * SECOND, event_of ("CHANNEL_UNBRIDGE", "Unique-ID", "c", NULL));
  g_assert_true (
      sw_model_resync_bridges (model, bridges, strlen (bridges), at (101 * SECOND), NULL));
  g_assert_cmpstr (sw_channel_peer (sw_model_channel (model, "a")), ==, "b");
  g_assert_cmpstr (sw_channel_peer (sw_model_channel (model, "b")), ==, "a");
  g_assert_null (sw_channel_peer (sw_model_channel (model, "c")));
}

/* Property: a switch lives, the link is lost for a while anywhere, the tables lag behind; once
 * they have caught up, the model knows exactly what the switch does. */

#define N_CALLERS 12
#define N_MOMENTS 200

/* Each caller has one channel after another, every one with a uuid of its own. */
typedef struct
{
  gboolean alive[N_CALLERS];
  guint call[N_CALLERS];
  guint state[N_CALLERS];
} Truth;

static char *
uuid_of (const Truth *truth, guint caller)
{
  return g_strdup_printf ("u%u-%u", caller, truth->call[caller]);
}

/* One random thing happens. */
static EslEvent *
happen (Truth *truth, guint sequence)
{
  guint n = (guint)g_test_rand_int_range (0, N_CALLERS);
  g_autofree char *uuid = NULL;
  g_autofree char *number = g_strdup_printf ("%u", sequence);
  g_autofree char *state = NULL;
  const char *name = "CHANNEL_STATE";

  if (!truth->alive[n])
    {
      truth->alive[n] = TRUE;
      truth->call[n]++;
      name = "CHANNEL_CREATE";
    }
  else if (g_test_rand_int_range (0, 4) == 0)
    {
      truth->alive[n] = FALSE;
      name = "CHANNEL_DESTROY";
    }
  truth->state[n] = (guint)g_test_rand_int_range (0, 100);
  state = g_strdup_printf ("CS_%u", truth->state[n]);
  uuid = uuid_of (truth, n);
  return event_of (name, "Event-Sequence", number, "Unique-ID", uuid, "Channel-State", state, NULL);
}

static void
rows_of (SwModel *model, const Truth *truth, gint64 now)
{
  g_autoptr (GString) rows = g_string_new (NULL);

  for (guint i = 0; i < N_CALLERS; i++)
    if (truth->alive[i])
      g_string_append_printf (rows, "%s{\"uuid\":\"u%u-%u\",\"state\":\"CS_%u\"}",
                              rows->len > 0 ? "," : "", i, truth->call[i], truth->state[i]);
  rows_at (model, now, rows->str);
}

static gboolean
exists (const Truth *truth, const char *uuid)
{
  for (guint i = 0; i < N_CALLERS; i++)
    {
      g_autofree char *alive = uuid_of (truth, i);

      if (truth->alive[i] && strcmp (alive, uuid) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
ask_doubts (SwModel *model, const Truth *truth, gint64 clock)
{
  g_auto (GStrv) fresh = sw_model_too_fresh (model, 100, at (clock));

  for (char **uuid = fresh; *uuid != NULL; uuid++)
    if (!exists (truth, *uuid))
      sw_model_gone (model, *uuid, at (clock));
}

static void
assert_same (SwModel *model, const Truth *truth)
{
  guint n = 0;

  for (guint i = 0; i < N_CALLERS; i++)
    {
      g_autofree char *uuid = uuid_of (truth, i);
      g_autofree char *state = g_strdup_printf ("CS_%u", truth->state[i]);
      SwChannel *channel = sw_model_channel (model, uuid);

      g_assert_cmpint (channel != NULL, ==, truth->alive[i]);
      if (channel != NULL)
        g_assert_cmpstr (sw_channel_column (channel, SW_COLUMN_STATE), ==, state);
      n += truth->alive[i];
    }
  g_assert_cmpuint (sw_model_n_channels (model), ==, n);
}

/* Moments are half a second apart; the tables lag by up to 4 seconds. */
static void
live (void)
{
  g_autoptr (SwModel) model = sw_model_new (&no_funcs, NULL);
  Truth truths[N_MOMENTS + 1] = { 0 };
  guint lost = (guint)g_test_rand_int_range (1, N_MOMENTS - 60);
  guint regained = lost + (guint)g_test_rand_int_range (0, 20);
  guint asked = regained + (guint)g_test_rand_int_range (0, 4);
  guint lag = (guint)g_test_rand_int_range (0, 8);
  guint settled = asked + 12;

  for (guint i = 1; i <= N_MOMENTS; i++)
    {
      gint64 clock = (gint64)(1000 + i) * SECOND / 2;
      g_autoptr (EslEvent) event = NULL;

      truths[i] = truths[i - 1];
      event = happen (&truths[i], i);
      if (i < lost || i >= regained)
        {
          if (i == regained)
            sw_model_resync_begin (model, at (clock));
          sw_model_apply (model, event, at (clock));
        }
      if (i == asked)
        {
          rows_of (model, &truths[i > lag ? i - lag : 0], clock);
          ask_doubts (model, &truths[i], clock);
        }
      if (i == settled)
        rows_of (model, &truths[i - lag], clock);
      if (i > settled + 8)
        assert_same (model, &truths[i]);
    }
}

static void
test_property (void)
{
  for (guint i = 0; i < 500; i++)
    live ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resync/first", test_first);
  g_test_add_func ("/resync/no-rows", test_no_rows);
  g_test_add_func ("/resync/late-rows", test_late_rows);
  g_test_add_func ("/resync/fresh", test_doubtful);
  g_test_add_func ("/resync/stale-columns", test_stale_columns);
  g_test_add_func ("/resync/bridges", test_bridges);
  g_test_add_func ("/resync/property", test_property);
  return g_test_run ();
}
