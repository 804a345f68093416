/* SPDX-License-Identifier: MIT */
/* replay.c - see the header. */
#include "replay.h"

#include <string.h>

#define UUID_LEN 36
/* The recorder closed its connections in order, so far apart: that puts their clocks in relation.
 */
#define CLOSING_SECONDS 0.102
/* That relation isn't exact: what came this shortly before a write may have come after it. */
#define CLOCK_SKEW_SECONDS 0.03

typedef struct
{
  Replay *replay;
  SimSwitch *sim;
  guint16 port;
  TestClient *helper;
  GHashTable *ids;                      /* recorded uuid to ours */
  char *last;                           /* uuid of the helper's newest channel */
  guint mapped[REPLAY_CONNECTIONS_MAX]; /* replies looked at for uuids */
  GSocketListener *listener;            /* outbound */
} Stage;

/* ---- frames that count ---- */

static gboolean
frame_counts (const Frame *frame)
{
  if (frame_is_log (frame))
    return FALSE;
  if (!frame_is_event (frame))
    return TRUE;
  const char *name = frame_event_get (frame, "Event-Name");
  return strcmp (name, "HEARTBEAT") != 0 && strcmp (name, "RE_SCHEDULE") != 0;
}

GPtrArray *
replay_comparable (GPtrArray *frames)
{
  GPtrArray *result = g_ptr_array_new ();
  for (guint i = 0; i < frames->len; i++)
    if (frame_counts (g_ptr_array_index (frames, i)))
      g_ptr_array_add (result, g_ptr_array_index (frames, i));
  return result;
}

/* ---- uuids ---- */

static gboolean
is_uuid (const char *text, gsize len)
{
  if (len < UUID_LEN)
    return FALSE;
  for (guint i = 0; i < UUID_LEN; i++)
    if (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !g_ascii_isxdigit (text[i]))
      return FALSE;
  return TRUE;
}

static void
map_uuid (Stage *stage, const char *recorded, const char *ours)
{
  g_hash_table_insert (stage->ids, g_strndup (recorded, UUID_LEN), g_strndup (ours, UUID_LEN));
}

static char *
adapt (Stage *stage, const ClientWrite *write)
{
  char *bytes = g_malloc (write->len + 1);
  memcpy (bytes, write->bytes, write->len);
  bytes[write->len] = '\0';
  for (gsize i = 0; i + UUID_LEN <= write->len; i++)
    {
      if (!is_uuid (bytes + i, write->len - i))
        continue;
      g_autofree char *recorded = g_strndup (bytes + i, UUID_LEN);
      const char *ours = g_hash_table_lookup (stage->ids, recorded);
      if (ours)
        memcpy (bytes + i, ours, UUID_LEN);
    }
  return bytes;
}

/* "+OK UUID" here and there: two names of one channel. */
static void
map_replies (Stage *stage, guint index)
{
  g_autoptr (GPtrArray) theirs = replay_comparable (stage->replay->recordings[index]->frames);
  g_autoptr (GPtrArray) ours = replay_comparable (stage->replay->clients[index]->frames);
  guint n = MIN (theirs->len, ours->len);
  for (guint i = stage->mapped[index]; i < n; i++)
    {
      const Frame *a = g_ptr_array_index (theirs, i), *b = g_ptr_array_index (ours, i);
      if (a->body && b->body && g_str_has_prefix (a->body, "+OK ")
          && is_uuid (a->body + 4, strlen (a->body + 4))
          && is_uuid (b->body + 4, strlen (b->body + 4)))
        map_uuid (stage, a->body + 4, b->body + 4);
    }
  stage->mapped[index] = n;
}

/* The first uuid in the client's bytes that nothing stands for yet. */
static void
map_next_unknown (Stage *stage, const char *ours)
{
  const Recording *recording = stage->replay->recordings[0];
  for (gsize i = 0; i + UUID_LEN <= recording->client_len; i++)
    {
      const char *at = recording->client + i;
      g_autofree char *recorded = g_strndup (at, UUID_LEN);
      if (!is_uuid (at, recording->client_len - i) || g_hash_table_contains (stage->ids, recorded))
        continue;
      map_uuid (stage, recorded, ours);
      return;
    }
}

/* ---- the helper ---- */

static void
wait_gone (Stage *stage)
{
  while (strcmp (test_client_ask (stage->helper, "api show channels count"), "\n0 total.\n") != 0)
    ;
}

static void
run_step (Stage *stage, const ReplayStep *step)
{
  test_client_wait_frames (stage->replay->clients[0], step->frames);
  g_auto (GStrv) halves = g_strsplit (step->command, "%s", 2);
  g_autofree char *command =
      halves[1] ? g_strconcat (halves[0], stage->last, halves[1], NULL) : g_strdup (step->command);
  const char *reply = test_client_ask (stage->helper, command);
  if (step->makes)
    {
      g_free (stage->last);
      stage->last = g_strndup (reply + strlen ("+OK "), UUID_LEN);
      map_next_unknown (stage, stage->last);
    }
  if (step->kills)
    wait_gone (stage);
}

static void
run_steps (Stage *stage, guint before)
{
  const Scenario *scenario = stage->replay->scenario;
  for (guint i = 0; i < REPLAY_STEPS_MAX && scenario->steps[i].command; i++)
    if (scenario->steps[i].before == before)
      run_step (stage, &scenario->steps[i]);
}

/* ---- time ---- */

/* Seconds on a clock that all connections share. */
static double
common_time (const Replay *replay, guint index, double time)
{
  return time + replay->recordings[0]->end - replay->recordings[index]->end
         + CLOSING_SECONDS * index;
}

typedef struct
{
  guint connection;
  guint index; /* of the write */
  double time;
} Turn;

static int
turn_compare (gconstpointer a, gconstpointer b)
{
  double x = ((const Turn *)a)->time, y = ((const Turn *)b)->time;
  return x < y ? -1 : x > y;
}

static GArray *
turns_of (const Replay *replay)
{
  GArray *turns = g_array_new (FALSE, FALSE, sizeof (Turn));
  for (guint c = 0; c < replay->scenario->connections; c++)
    for (guint i = 0; i < replay->recordings[c]->writes->len; i++)
      {
        const ClientWrite *write = &g_array_index (replay->recordings[c]->writes, ClientWrite, i);
        Turn turn = { c, i, common_time (replay, c, write->time) };
        g_array_append_val (turns, turn);
      }
  g_array_sort (turns, turn_compare);
  return turns;
}

/* ---- waiting ---- */

typedef struct
{
  const Replay *replay;
  guint expected[REPLAY_CONNECTIONS_MAX];
} Expectation;

static gboolean
all_came (gpointer data)
{
  const Expectation *expectation = data;
  for (guint c = 0; c < expectation->replay->scenario->connections; c++)
    {
      const TestClient *client = expectation->replay->clients[c];
      g_autoptr (GPtrArray) frames = replay_comparable (client->frames);
      if (frames->len < expectation->expected[c] && !client->eof)
        return FALSE;
    }
  return TRUE;
}

static void
wait_for_all_before (Stage *stage, double time)
{
  const Replay *replay = stage->replay;
  Expectation expectation = { .replay = replay };
  for (guint c = 0; c < replay->scenario->connections; c++)
    {
      const Recording *recording = replay->recordings[c];
      for (guint i = 0; i < recording->frames->len; i++)
        if (common_time (replay, c, g_array_index (recording->times, double, i))
                < time - CLOCK_SKEW_SECONDS
            && frame_counts (g_ptr_array_index (recording->frames, i)))
          expectation.expected[c]++;
    }
  if (!test_wait (all_came, &expectation))
    for (guint c = 0; c < replay->scenario->connections; c++)
      {
        g_autoptr (GPtrArray) frames = replay_comparable (replay->clients[c]->frames);
        g_test_message ("%s: %u of %u frames came before %.3f s", replay->recordings[c]->name,
                        frames->len, expectation.expected[c], time);
      }
  for (guint c = 0; c < replay->scenario->connections; c++)
    map_replies (stage, c);
}

/* ---- the whole ---- */

static void
outbound_listen (Stage *stage)
{
  g_autoptr (GError) error = NULL;
  stage->listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (stage->listener, NULL, &error);
  g_assert_no_error (error);
  test_client_askf (stage->helper, "api global_setvar outbound_socket=127.0.0.1:%u", port);
}

static void
accepted (GObject *source, GAsyncResult *result, gpointer data)
{
  GSocketConnection **stream = data;
  *stream = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);
}

static gboolean
stream_came (gpointer data)
{
  return *(GSocketConnection **)data != NULL;
}

/* The switch dials us from an extension of its dialplan. */
static TestClient *
outbound_accept (Stage *stage)
{
  g_autoptr (GSocketConnection) stream = NULL;
  outbound_listen (stage);
  g_socket_listener_accept_async (stage->listener, NULL, accepted, &stream);
  test_client_askf (stage->helper, "bgapi originate loopback/%s/default &park",
                    stage->replay->scenario->extension);
  g_assert_true (test_wait (stream_came, &stream));
  return test_client_adopt (stream);
}

static void
stage_open (Stage *stage)
{
  Replay *replay = stage->replay;
  stage->sim = test_switch_new (&stage->port);
  stage->helper = test_client_login (stage->port);
  stage->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint c = 0; c < replay->scenario->connections; c++)
    replay->clients[c] =
        replay->scenario->extension ? outbound_accept (stage) : test_client_new (stage->port);
}

static void
stage_close (Stage *stage)
{
  test_client_free (stage->helper);
  sim_switch_free (stage->sim);
  g_clear_object (&stage->listener);
  g_hash_table_unref (stage->ids);
  g_free (stage->last);
}

static void
play (Stage *stage)
{
  Replay *replay = stage->replay;
  g_autoptr (GArray) turns = turns_of (replay);
  for (guint t = 0; t < turns->len; t++)
    {
      const Turn *turn = &g_array_index (turns, Turn, t);
      const ClientWrite *write =
          &g_array_index (replay->recordings[turn->connection]->writes, ClientWrite, turn->index);
      if (turn->connection == 0)
        run_steps (stage, turn->index);
      wait_for_all_before (stage, turn->time);
      g_autofree char *bytes = adapt (stage, write);
      test_client_send (replay->clients[turn->connection], bytes, (gssize)write->len);
    }
  run_steps (stage, REPLAY_AT_END);
  wait_for_all_before (stage, G_MAXDOUBLE);
  if (replay->recordings[0]->closed_by_switch)
    g_assert_true (test_client_wait_eof (replay->clients[0]));
}

Replay *
replay_run (const Scenario *scenario)
{
  Replay *replay = g_new0 (Replay, 1);
  Stage stage = { .replay = replay };
  replay->scenario = scenario;
  for (guint c = 0; c < scenario->connections; c++)
    {
      g_autofree char *name =
          c == 0 ? g_strdup (scenario->name) : g_strdup_printf ("%s.%u", scenario->name, c + 1);
      replay->recordings[c] = recording_load (name);
      g_assert_nonnull (replay->recordings[c]);
    }
  stage_open (&stage);
  play (&stage);
  stage_close (&stage);
  return replay;
}

void
replay_free (Replay *replay)
{
  for (guint c = 0; c < replay->scenario->connections; c++)
    {
      recording_free (replay->recordings[c]);
      test_client_free (replay->clients[c]);
    }
  g_free (replay);
}
