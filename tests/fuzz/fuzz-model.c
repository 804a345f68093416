/* SPDX-License-Identifier: MIT */
/* fuzz-model.c - any sequence of events and resyncs leaves a model that agrees with itself.
 *
 * The input is a program of two bytes a step: what happens, and to whom. After each step the table,
 * the order and what was told of it agree, serials and the generation grow, who is bridged is so
 * from both ends; what ended does not come back by its own last events, nor by the rows of `show
 * channels`; and in the end rows without channels leave none. An input that begins with "{" is such
 * rows itself. */
#include <string.h>

#include "sw-model.h"

#define UUIDS 4u
/* More would find nothing that these do not, and slowly. */
#define STEPS_MAX 400u
/* For so long rows don't bring back what ended. */
#define END_REMEMBERED (30 * G_USEC_PER_SEC)

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

typedef struct
{
  SwModel *model;
  GHashTable *living; /* what was told as added, and not yet as ended */
  guint64 last_serial, generation;
  SwNow now;           /* the date jumps about: nothing may depend on it */
  gint64 ended[UUIDS]; /* when its end was told, 0: it wasn't, or it began anew */
  gboolean in_rows;    /* rows are being applied */
} World;

static const char *const uuids[UUIDS] = { "a", "b", "c", "d" };

static const char *const states[] = { "CS_INIT",   "CS_ROUTING",   "CS_EXECUTE",
                                      "CS_HANGUP", "CS_REPORTING", "CS_DESTROY" };

static guint
number_of (const char *uuid)
{
  for (guint i = 0; i < UUIDS; i++)
    if (strcmp (uuid, uuids[i]) == 0)
      return i;
  g_assert_not_reached ();
}

static void
on_added (SwModel *model, SwChannel *channel, gpointer data)
{
  World *world = data;
  guint number = number_of (sw_channel_uuid (channel));

  g_assert_true (g_hash_table_add (world->living, channel));
  g_assert_cmpuint (sw_channel_serial (channel), >, world->last_serial);
  world->last_serial = sw_channel_serial (channel);
  if (world->in_rows && world->ended[number] != 0)
    g_assert_cmpint (world->now.clock - world->ended[number], >=, END_REMEMBERED);
  world->ended[number] = 0;
}

static void
on_changed (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  World *world = data;

  g_assert_true (g_hash_table_contains (world->living, channel));
}

static void
on_ended (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  World *world = data;

  g_assert_true (g_hash_table_remove (world->living, channel));
  g_assert_false (sw_channel_alive (channel));
  if (event != NULL)
    world->ended[number_of (sw_channel_uuid (channel))] = world->now.clock;
}

static const SwModelFuncs world_funcs = { on_added, on_changed, on_ended };

static void
check_peer (const World *world, SwChannel *channel)
{
  const char *peer = sw_channel_peer (channel);
  SwChannel *other = peer != NULL ? sw_model_channel (world->model, peer) : NULL;

  if (other != NULL)
    g_assert_cmpstr (sw_channel_peer (other), ==, sw_channel_uuid (channel));
}

static void
check_world (World *world)
{
  SwChannel *channel;
  guint64 after = 0;
  guint n = 0;

  for (; (channel = sw_model_next (world->model, after)) != NULL; n++)
    {
      g_assert_cmpuint (sw_channel_serial (channel), >, after);
      after = sw_channel_serial (channel);
      g_assert_true (sw_channel_alive (channel) && g_hash_table_contains (world->living, channel));
      g_assert_true (sw_model_channel (world->model, sw_channel_uuid (channel)) == channel);
      check_peer (world, channel);
    }
  g_assert_cmpuint (n, ==, sw_model_n_channels (world->model));
  g_assert_cmpuint (n, ==, g_hash_table_size (world->living));
  g_assert_cmpuint (sw_model_generation (world->model), >=, world->generation);
  world->generation = sw_model_generation (world->model);
}

/* ---- what happens ---- */

static void tell (World *world, const char *name, const char *uuid, ...) G_GNUC_NULL_TERMINATED;

/* Names and values of further headers follow. */
static void
tell (World *world, const char *name, const char *uuid, ...)
{
  g_autoptr (EslEvent) event = esl_event_new ();
  const char *header;
  va_list rest;

  esl_event_add (event, "Event-Name", name);
  esl_event_add (event, "Unique-ID", uuid);
  va_start (rest, uuid);
  while ((header = va_arg (rest, const char *)) != NULL)
    esl_event_add (event, header, va_arg (rest, const char *));
  va_end (rest);
  sw_model_apply (world->model, event, world->now);
}

/* Its last events make no channel. */
static void
tell_state (World *world, const char *uuid, const char *state)
{
  gboolean was_there = sw_model_channel (world->model, uuid) != NULL;

  tell (world, "CHANNEL_STATE", uuid, "Channel-State", state, NULL);
  if (!was_there && (strcmp (state, "CS_HANGUP") >= 0 || strcmp (state, "CS_DESTROY") == 0)
      && strcmp (state, "CS_INIT") != 0 && strcmp (state, "CS_ROUTING") != 0)
    g_assert_null (sw_model_channel (world->model, uuid));
}

static gboolean
are_bridged (const World *world, const char *a, const char *b)
{
  SwChannel *channel = sw_model_channel (world->model, a);

  return channel != NULL && g_strcmp0 (sw_channel_peer (channel), b) == 0;
}

static void
bridge (World *world, const char *a, const char *b)
{
  tell (world, "CHANNEL_BRIDGE", a, "Bridge-A-Unique-ID", a, "Bridge-B-Unique-ID", b, NULL);
  if (a != b && sw_model_channel (world->model, a) != NULL
      && sw_model_channel (world->model, b) != NULL)
    g_assert_true (are_bridged (world, a, b) && are_bridged (world, b, a));
}

static void
unbridge (World *world, const char *a, const char *b)
{
  tell (world, "CHANNEL_UNBRIDGE", a, "Bridge-A-Unique-ID", a, "Bridge-B-Unique-ID", b, NULL);
  g_assert_false (are_bridged (world, a, b) || are_bridged (world, b, a));
}

/* The bits of `who` say which channels there are. */
static void
show (World *world, guint who)
{
  g_autoptr (GString) json = g_string_new ("{\"row_count\":9,\"rows\":[");

  for (guint i = 0; i < UUIDS; i++)
    if ((who >> i & 1) != 0)
      g_string_append_printf (json, "%s{\"uuid\":\"%s\",\"state\":\"CS_EXECUTE\"}",
                              json->str[json->len - 1] == '[' ? "" : ",", uuids[i]);
  g_string_append (json, "]}");
  world->in_rows = TRUE;
  g_assert_true (sw_model_resync_rows (world->model, json->str, json->len, world->now, NULL));
  world->in_rows = FALSE;
}

static void
show_bridge (World *world, const char *a, const char *b)
{
  g_autofree char *json = g_strdup_printf (
      "{\"row_count\":1,\"rows\":[{\"uuid\":\"%s\",\"b_uuid\":\"%s\",\"call_uuid\":\"%s\"}]}", a, b,
      a);

  g_assert_true (sw_model_resync_bridges (world->model, json, strlen (json), world->now, NULL));
}

static void
doubt (World *world)
{
  g_auto (GStrv) fresh = sw_model_too_fresh (world->model, 3, world->now);

  g_assert_cmpuint (g_strv_length (fresh), <=, 3);
  for (guint i = 0; fresh[i] != NULL; i++)
    {
      g_assert_nonnull (sw_model_channel (world->model, fresh[i]));
      sw_model_gone (world->model, fresh[i], world->now);
    }
}

static void
step (World *world, guint what, guint who)
{
  const char *uuid = uuids[who % UUIDS], *other = uuids[who / UUIDS % UUIDS];

  switch (what % 14)
    {
    case 0:
      tell (world, "CHANNEL_CREATE", uuid, "Channel-State", "CS_INIT", NULL);
      break;
    case 1:
      tell_state (world, uuid, states[who / UUIDS % G_N_ELEMENTS (states)]);
      break;
    case 2:
      tell (world, "CHANNEL_UUID", uuid, "Old-Unique-ID", other, NULL);
      break;
    case 3:
      bridge (world, uuid, other);
      break;
    case 4:
      unbridge (world, uuid, other);
      break;
    case 5:
      tell (world, "CHANNEL_DESTROY", uuid, NULL);
      g_assert_null (sw_model_channel (world->model, uuid));
      break;
    case 6:
      tell (world, "CHANNEL_HANGUP_COMPLETE", uuid, "Channel-State", "CS_REPORTING", NULL);
      break;
    case 7:
      tell (world, "DTMF", uuid, "DTMF-Digit", "5", "DTMF-Duration", "2000", NULL);
      break;
    case 8:
      sw_model_resync_begin (world->model, world->now);
      break;
    case 9:
      show (world, who);
      break;
    case 10:
      show_bridge (world, uuid, other);
      break;
    case 11:
      doubt (world);
      break;
    case 12:
      world->now.clock += (gint64)who * G_USEC_PER_SEC / 4;
      world->now.date += ((gint64)who - 128) * 3600 * G_USEC_PER_SEC;
      break;
    default:
      tell (world, "CHANNEL_EXECUTE", uuid, "Channel-State", "CS_EXECUTE", "Application", "park",
            NULL);
    }
}

/* The rows have the last word when the events have been still for long enough. */
static void
settle (World *world)
{
  world->now.clock += SW_MODEL_LAG + 1;
  sw_model_resync_begin (world->model, world->now);
  world->now.clock += SW_MODEL_LAG + 1;
  show (world, 0);
  check_world (world);
  g_assert_cmpuint (sw_model_n_channels (world->model), ==, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  World world = { .now = { .clock = 1000 * G_USEC_PER_SEC },
                  .living = g_hash_table_new (NULL, NULL) };

  if (size > 0 && data[0] == '{')
    {
      g_autoptr (SwModel) model = sw_model_new (&(SwModelFuncs){ 0 }, NULL);
      g_autoptr (GError) error = NULL;

      if (!sw_model_resync_rows (model, (const char *)data, size, world.now, &error))
        g_assert_true (error != NULL && sw_model_n_channels (model) == 0);
      g_hash_table_unref (world.living);
      return 0;
    }
  world.model = sw_model_new (&world_funcs, &world);
  for (gsize i = 0; i + 1 < size && i < 2 * STEPS_MAX; i += 2)
    {
      step (&world, data[i], data[i + 1]);
      check_world (&world);
    }
  settle (&world);
  sw_model_free (world.model);
  g_hash_table_unref (world.living);
  return 0;
}
