/* SPDX-License-Identifier: MIT */
/* sim-db.c - see the header.
 *
 * A change waits in `queue` with the time it is due, and carries nothing but the
 * columns that it sets. Due ones are applied before each look and before each new
 * change: so the queue never holds more than the lag's worth.
 */
#include "sim-db.h"

#include "sim-channel.h"

const char *const sim_column_names[SIM_COL_LAST + 1] = {
  "uuid",
  "direction",
  "created",
  "created_epoch",
  "name",
  "state",
  "cid_name",
  "cid_num",
  "ip_addr",
  "dest",
  "application",
  "application_data",
  "dialplan",
  "context",
  "read_codec",
  "read_rate",
  "read_bit_rate",
  "write_codec",
  "write_rate",
  "write_bit_rate",
  "secure",
  "hostname",
  "presence_id",
  "presence_data",
  "accountcode",
  "callstate",
  "callee_name",
  "callee_num",
  "callee_direction",
  "call_uuid",
  "sent_callee_name",
  "sent_callee_num",
  "initial_cid_name",
  "initial_cid_num",
  "initial_ip_addr",
  "initial_dest",
  "initial_dialplan",
  "initial_context",
};

typedef enum
{
  CHANGE_INSERT,
  CHANGE_UPDATE,
  CHANGE_BRIDGE,
  CHANGE_UNBRIDGE,
  CHANGE_DELETE,
} ChangeKind;

#define CHANGE_COLUMNS_MAX 24

typedef struct
{
  gint64 due; /* monotonic */
  ChangeKind kind;
  char *uuid;
  char *callee; /* CHANGE_BRIDGE */
  guint n;
  SimColumn columns[CHANGE_COLUMNS_MAX];
  char *values[CHANGE_COLUMNS_MAX];
} Change;

struct _SimDb
{
  GQueue queue;      /* Change */
  GQueue rows;       /* SimRow, oldest first */
  GHashTable *index; /* uuid to GList of rows */
};

static void
row_free (gpointer data)
{
  SimRow *row = data;

  for (guint i = 0; i < SIM_COL_LAST; i++)
    g_free (row->values[i]);
  g_free (row->callee);
  g_free (row->bridged_epoch);
  g_free (row);
}

static void
change_free (gpointer data)
{
  Change *change = data;

  for (guint i = 0; i < change->n; i++)
    g_free (change->values[i]);
  g_free (change->uuid);
  g_free (change->callee);
  g_free (change);
}

SimDb *
sim_db_new (void)
{
  SimDb *db = g_new0 (SimDb, 1);

  db->index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return db;
}

void
sim_db_clear (SimDb *db)
{
  g_queue_clear_full (&db->queue, change_free);
  g_hash_table_remove_all (db->index);
  g_queue_clear_full (&db->rows, row_free);
}

void
sim_db_free (SimDb *db)
{
  sim_db_clear (db);
  g_hash_table_unref (db->index);
  g_free (db);
}

/* ---- applying ---- */

static SimRow *
db_find (const SimDb *db, const char *uuid)
{
  GList *link = uuid != NULL ? g_hash_table_lookup (db->index, uuid) : NULL;

  return link != NULL ? link->data : NULL;
}

static void
db_insert (SimDb *db, const char *uuid)
{
  if (db_find (db, uuid) != NULL)
    return;
  g_queue_push_tail (&db->rows, g_new0 (SimRow, 1));
  g_hash_table_replace (db->index, g_strdup (uuid), db->rows.tail);
}

static void
db_delete (SimDb *db, const char *uuid)
{
  GList *link = g_hash_table_lookup (db->index, uuid);

  if (link == NULL)
    return;
  row_free (link->data);
  g_queue_delete_link (&db->rows, link);
  g_hash_table_remove (db->index, uuid);
}

static void
db_bridge (SimDb *db, SimRow *row, const char *callee, gint64 now)
{
  SimRow *other = db_find (db, callee);

  g_free (row->callee);
  row->callee = g_strdup (callee);
  g_free (row->bridged_epoch);
  row->bridged_epoch = g_strdup_printf ("%" G_GINT64_FORMAT, now / G_USEC_PER_SEC);
  if (other != NULL)
    other->is_callee = TRUE;
}

static void
db_unbridge (SimDb *db, SimRow *row)
{
  SimRow *other = db_find (db, row->callee);

  if (other != NULL)
    other->is_callee = FALSE;
  g_clear_pointer (&row->callee, g_free);
  g_clear_pointer (&row->bridged_epoch, g_free);
}

static void
db_apply (SimDb *db, Change *change)
{
  SimRow *row;

  if (change->kind == CHANGE_INSERT)
    db_insert (db, change->uuid);
  row = db_find (db, change->uuid);
  if (row == NULL)
    return;
  for (guint i = 0; i < change->n; i++)
    {
      g_free (row->values[change->columns[i]]);
      row->values[change->columns[i]] = g_steal_pointer (&change->values[i]);
    }
  if (change->kind == CHANGE_BRIDGE)
    db_bridge (db, row, change->callee, g_get_real_time ());
  else if (change->kind == CHANGE_UNBRIDGE)
    db_unbridge (db, row);
  else if (change->kind == CHANGE_DELETE)
    db_delete (db, change->uuid);
}

static void
db_settle (SimDb *db)
{
  gint64 now = g_get_monotonic_time ();

  for (Change *change; (change = g_queue_peek_head (&db->queue)) != NULL && change->due <= now;)
    {
      g_queue_pop_head (&db->queue);
      db_apply (db, change);
      change_free (change);
    }
}

const GQueue *
sim_db_rows (SimSwitch *sim)
{
  db_settle (sim->db);
  return &sim->db->rows;
}

const SimRow *
sim_db_row (SimSwitch *sim, const char *uuid)
{
  return db_find (sim->db, uuid);
}

/* ---- changes ---- */

static Change *
change_new (SimChannel *channel, ChangeKind kind)
{
  SimDb *db = channel->sim->db;
  Change *change;

  db_settle (db);
  change = g_new0 (Change, 1);
  change->due = g_get_monotonic_time () + (gint64)channel->sim->options.db_lag * 1000;
  change->kind = kind;
  change->uuid = g_strdup (channel->uuid);
  g_queue_push_tail (&db->queue, change);
  return change;
}

static void
change_set (Change *change, SimColumn column, const char *value)
{
  change->columns[change->n] = column;
  change->values[change->n++] = g_strdup (value);
}

void
sim_db_channel_new (SimChannel *channel)
{
  const SimProfile *profile = channel->profile;
  Change *change = change_new (channel, CHANGE_INSERT);
  gint64 created = profile->times[SIM_TIME_CREATED];
  char stamp[32], epoch[24];

  sim_stamp_local (created, stamp, sizeof stamp);
  g_snprintf (epoch, sizeof epoch, "%" G_GINT64_FORMAT, created / G_USEC_PER_SEC);
  change_set (change, SIM_COL_UUID, channel->uuid);
  change_set (change, SIM_COL_DIRECTION, channel->inbound ? "inbound" : "outbound");
  change_set (change, SIM_COL_CREATED, stamp);
  change_set (change, SIM_COL_CREATED_EPOCH, epoch);
  change_set (change, SIM_COL_NAME, channel->name);
  change_set (change, SIM_COL_STATE, sim_state_name (channel->running));
  change_set (change, SIM_COL_CALLSTATE, sim_callstate_name (channel->callstate));
  change_set (change, SIM_COL_CID_NAME, profile->cid_name);
  change_set (change, SIM_COL_CID_NUM, profile->cid_num);
  change_set (change, SIM_COL_DEST, profile->destination);
  change_set (change, SIM_COL_DIALPLAN, profile->dialplan);
  change_set (change, SIM_COL_CONTEXT, profile->context);
  change_set (change, SIM_COL_HOSTNAME, channel->sim->hostname);
  change_set (change, SIM_COL_PRESENCE_ID, sim_vars_get (channel->vars, "presence_id"));
  change_set (change, SIM_COL_ACCOUNTCODE, sim_vars_get (channel->vars, "accountcode"));
  change_set (change, SIM_COL_CALL_UUID, channel->uuid);
  change_set (change, SIM_COL_INITIAL_CID_NAME, profile->cid_name);
  change_set (change, SIM_COL_INITIAL_CID_NUM, profile->cid_num);
  change_set (change, SIM_COL_INITIAL_DEST, profile->destination);
  change_set (change, SIM_COL_INITIAL_DIALPLAN, profile->dialplan);
  change_set (change, SIM_COL_INITIAL_CONTEXT, profile->context);
  change = change_new (channel, CHANGE_UPDATE);
  change_set (change, SIM_COL_READ_CODEC, "L16");
  change_set (change, SIM_COL_READ_RATE, "8000");
  change_set (change, SIM_COL_READ_BIT_RATE, "128000");
  change_set (change, SIM_COL_WRITE_CODEC, "L16");
  change_set (change, SIM_COL_WRITE_RATE, "8000");
  change_set (change, SIM_COL_WRITE_BIT_RATE, "128000");
}

void
sim_db_channel_state (SimChannel *channel)
{
  Change *change = change_new (channel, CHANGE_UPDATE);

  change_set (change, SIM_COL_STATE, sim_state_name (channel->running));
  change_set (change, SIM_COL_CALLSTATE, sim_callstate_name (channel->callstate));
}

void
sim_db_channel_caller (SimChannel *channel)
{
  const SimProfile *profile = channel->profile;
  Change *change = change_new (channel, CHANGE_UPDATE);

  change_set (change, SIM_COL_CID_NAME, profile->cid_name);
  change_set (change, SIM_COL_CID_NUM, profile->cid_num);
  change_set (change, SIM_COL_CALLEE_NAME, profile->callee_name);
  change_set (change, SIM_COL_CALLEE_NUM, profile->callee_num);
  change_set (change, SIM_COL_CALLEE_DIRECTION, channel->inbound ? "SEND" : "RECV");
}

void
sim_db_channel_application (SimChannel *channel, const char *app, const char *data)
{
  Change *change = change_new (channel, CHANGE_UPDATE);

  change_set (change, SIM_COL_APPLICATION, app);
  change_set (change, SIM_COL_APPLICATION_DATA, data);
}

void
sim_db_channel_bridged (SimChannel *channel, SimChannel *callee)
{
  Change *change = change_new (channel, CHANGE_BRIDGE);

  change->callee = g_strdup (callee->uuid);
  change = change_new (callee, CHANGE_UPDATE);
  change_set (change, SIM_COL_CALL_UUID, channel->uuid);
}

void
sim_db_channel_unbridged (SimChannel *channel)
{
  Change *change = change_new (channel, CHANGE_UNBRIDGE);

  change_set (change, SIM_COL_CALL_UUID, channel->uuid);
}

void
sim_db_channel_gone (SimChannel *channel)
{
  change_new (channel, CHANGE_DELETE);
}
