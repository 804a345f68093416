/* SPDX-License-Identifier: MIT */
/* sw-model-rows.c - what the switch's tables say, merged into what its events said.
 *
 * The tables are written behind the events, by up to seconds. So events win: a row speaks only
 * for channels that no event has touched since the resync began, nor less than SW_MODEL_LAG ago.
 */
#include "sw-model-private.h"

#include <string.h>

typedef struct
{
  SwModel *model;
  SwNow now;
} Merge;

/* TRUE when the tables know at least as much of this channel as its events told. */
static gboolean
rows_may_speak (const SwModel *model, const SwChannel *channel, SwNow now)
{
  gint64 touched = sw_channel_touched (channel);

  return touched == 0 || (touched < model->begin && touched <= now.clock - SW_MODEL_LAG);
}

/* What the core database loses although the channel has it: it forgets the application at a hold,
 * and never notes a hangup. */
static gboolean
column_is_stale (const SwChannel *channel, SwColumn column, const char *value)
{
  if (column == SW_COLUMN_APPLICATION || column == SW_COLUMN_APPLICATION_DATA)
    return *value == '\0';
  if (column == SW_COLUMN_STATE || column == SW_COLUMN_CALLSTATE)
    return g_str_equal (sw_channel_column (channel, SW_COLUMN_CALLSTATE), "HANGUP");
  return column == SW_COLUMN_UUID;
}

/* The column of that name, SW_N_COLUMNS: none. Rows give the columns in their order: `guess` is
 * the one behind the last. */
static guint
column_of (const char *name, guint guess)
{
  if (guess < SW_N_COLUMNS && strcmp (sw_column_name (guess), name) == 0)
    return guess;
  for (guint column = 0; column < SW_N_COLUMNS; column++)
    if (strcmp (sw_column_name (column), name) == 0)
      return column;
  return SW_N_COLUMNS;
}

static guint
take_row (SwChannel *channel, const EslEvent *row)
{
  guint n = esl_event_n_headers (row), changes = 0, column = 0;

  for (guint i = 0; i < n; i++)
    {
      EslHeader header;

      esl_event_header (row, i, &header);
      column = column_of (header.name, column);
      if (column == SW_N_COLUMNS)
        continue;
      if (!column_is_stale (channel, column, header.value))
        changes += sw_channel_set (channel, column, header.value);
      column++;
    }
  return changes;
}

/* What doesn't change, or what events seldom carry: a row may tell it to a channel that events
 * have told of since, as long as they left it out. */
static guint
fill_from_row (SwChannel *channel, const EslEvent *row)
{
  static const SwColumn columns[] = {
    SW_COLUMN_CREATED,          SW_COLUMN_CREATED_EPOCH,   SW_COLUMN_APPLICATION,
    SW_COLUMN_APPLICATION_DATA, SW_COLUMN_SECURE,          SW_COLUMN_PRESENCE_ID,
    SW_COLUMN_PRESENCE_DATA,    SW_COLUMN_ACCOUNTCODE,     SW_COLUMN_INITIAL_CID_NAME,
    SW_COLUMN_INITIAL_CID_NUM,  SW_COLUMN_INITIAL_IP_ADDR, SW_COLUMN_INITIAL_DEST,
    SW_COLUMN_INITIAL_DIALPLAN, SW_COLUMN_INITIAL_CONTEXT,
  };
  guint changes = 0;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (sw_channel_column_changes (channel, columns[i]) == 0)
      changes +=
          sw_channel_set (channel, columns[i], esl_event_get (row, sw_column_name (columns[i])));
  return changes;
}

static void
add_from_row (const Merge *merge, const char *uuid, const EslEvent *row)
{
  SwModel *model = merge->model;
  SwChannel *channel = sw_model_add (model, uuid, merge->now);
  const char *epoch = esl_event_get (row, "created_epoch");
  gint64 created = epoch != NULL ? g_ascii_strtoll (epoch, NULL, 10) : 0;

  take_row (channel, row);
  model->counts.added++;
  sw_channel_set_mark (channel, model->mark);
  if (created > 0 && created < G_MAXINT64 / G_USEC_PER_SEC)
    sw_channel_set_created (channel, created * G_USEC_PER_SEC, merge->now);
  if (model->funcs.channel_added != NULL)
    model->funcs.channel_added (model, channel, model->data);
}

static void
merge_row (const EslEvent *row, gpointer data)
{
  const Merge *merge = data;
  const char *uuid = esl_event_get (row, "uuid");
  SwChannel *channel = uuid != NULL ? sw_model_channel (merge->model, uuid) : NULL;
  guint changes;

  if (uuid == NULL || *uuid == '\0')
    return;
  if (channel == NULL)
    {
      if (!sw_model_ended (merge->model, uuid, NULL))
        add_from_row (merge, uuid, row);
      return;
    }
  sw_channel_set_mark (channel, merge->model->mark);
  if (rows_may_speak (merge->model, channel, merge->now))
    changes = take_row (channel, row);
  else
    changes = fill_from_row (channel, row);
  if (changes == 0)
    return;
  merge->model->counts.changed++;
  sw_model_changed (merge->model, channel, NULL, changes);
}

void
sw_model_resync_begin (SwModel *model, SwNow now)
{
  model->begin = now.clock;
  model->counts = (SwResyncCounts){ 0 };
}

const SwResyncCounts *
sw_model_resync_counts (const SwModel *model)
{
  return &model->counts;
}

gboolean
sw_model_resync_rows (SwModel *model, const char *json, gsize len, SwNow now, GError **error)
{
  Merge merge = { model, now };
  SwChannel *channel;
  guint64 after = 0;

  model->mark++;
  if (!esl_event_parse_rows (json, len, merge_row, &merge, error))
    return FALSE;
  while ((channel = sw_model_next (model, after)) != NULL)
    {
      after = sw_channel_serial (channel);
      if (sw_channel_mark (channel) == model->mark || !rows_may_speak (model, channel, now))
        continue;
      model->counts.ended++;
      sw_model_end (model, channel, NULL);
    }
  return TRUE;
}

static void
merge_bridge (const EslEvent *row, gpointer data)
{
  const Merge *merge = data;
  const char *first = esl_event_get (row, "uuid"), *second = esl_event_get (row, "b_uuid");
  SwChannel *a = first != NULL ? sw_model_channel (merge->model, first) : NULL;
  SwChannel *b = second != NULL ? sw_model_channel (merge->model, second) : NULL;

  if (a == NULL || b == NULL || a == b)
    return;
  if (sw_channel_peer (a) != NULL || sw_channel_peer (b) != NULL)
    return;
  if (sw_channel_touched (a) >= merge->model->begin
      || sw_channel_touched (b) >= merge->model->begin)
    return;
  sw_model_set_peers (merge->model, a, b, NULL, NULL);
}

gboolean
sw_model_resync_bridges (SwModel *model, const char *json, gsize len, SwNow now, GError **error)
{
  Merge merge = { model, now };

  return esl_event_parse_rows (json, len, merge_bridge, &merge, error);
}

char **
sw_model_too_fresh (const SwModel *model, guint max, SwNow now)
{
  g_autoptr (GPtrArray) uuids = g_ptr_array_new ();
  SwChannel *channel;
  guint64 after = 0;

  while (uuids->len < max && (channel = sw_model_next (model, after)) != NULL)
    {
      gint64 touched = sw_channel_touched (channel);

      after = sw_channel_serial (channel);
      if (touched != 0 && touched < model->begin && touched > now.clock - SW_MODEL_LAG)
        g_ptr_array_add (uuids, g_strdup (sw_channel_uuid (channel)));
    }
  g_ptr_array_add (uuids, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&uuids), FALSE);
}

void
sw_model_gone (SwModel *model, const char *uuid, SwNow now)
{
  SwChannel *channel = sw_model_channel (model, uuid);

  if (channel == NULL || sw_channel_touched (channel) >= model->begin)
    return;
  sw_model_remember_end (model, uuid, 0, now);
  model->counts.ended++;
  sw_model_end (model, channel, NULL);
}
