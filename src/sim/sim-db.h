/* SPDX-License-Identifier: MIT */
/* sim-db.h - the core database behind `show`: rows that lag behind the truth.
 *
 * FreeSWITCH writes its tables from a queue, in batches. A row is seen some 100 to 300 ms after the
 * originate that made it was answered, and stays as long after its channel is gone (protocol:
 * channels through the api). Here each change is put off by the `db_lag` option.
 */
#pragma once

#include "sim-core.h"

G_BEGIN_DECLS

typedef enum /* the columns of `show channels`, in order */
{
  SIM_COL_UUID,
  SIM_COL_DIRECTION,
  SIM_COL_CREATED,
  SIM_COL_CREATED_EPOCH,
  SIM_COL_NAME,
  SIM_COL_STATE,
  SIM_COL_CID_NAME,
  SIM_COL_CID_NUM,
  SIM_COL_IP_ADDR,
  SIM_COL_DEST,
  SIM_COL_APPLICATION,
  SIM_COL_APPLICATION_DATA,
  SIM_COL_DIALPLAN,
  SIM_COL_CONTEXT,
  SIM_COL_READ_CODEC,
  SIM_COL_READ_RATE,
  SIM_COL_READ_BIT_RATE,
  SIM_COL_WRITE_CODEC,
  SIM_COL_WRITE_RATE,
  SIM_COL_WRITE_BIT_RATE,
  SIM_COL_SECURE,
  SIM_COL_HOSTNAME,
  SIM_COL_PRESENCE_ID,
  SIM_COL_PRESENCE_DATA,
  SIM_COL_ACCOUNTCODE,
  SIM_COL_CALLSTATE,
  SIM_COL_CALLEE_NAME,
  SIM_COL_CALLEE_NUM,
  SIM_COL_CALLEE_DIRECTION,
  SIM_COL_CALL_UUID,
  SIM_COL_SENT_CALLEE_NAME,
  SIM_COL_SENT_CALLEE_NUM,
  SIM_COL_INITIAL_CID_NAME,
  SIM_COL_INITIAL_CID_NUM,
  SIM_COL_INITIAL_IP_ADDR,
  SIM_COL_INITIAL_DEST,
  SIM_COL_INITIAL_DIALPLAN,
  SIM_COL_INITIAL_CONTEXT,
  SIM_COL_LAST,
} SimColumn;

/* NULL-terminated. */
extern const char *const sim_column_names[SIM_COL_LAST + 1];

typedef struct
{
  char *values[SIM_COL_LAST]; /* NULL: empty */
  char *callee;               /* uuid of the leg that this one called, NULL: none */
  gboolean is_callee;         /* shown in its caller's row of `show calls` */
  char *bridged_epoch;
} SimRow;

SimDb *sim_db_new (void);
void sim_db_free (SimDb *db);
void sim_db_clear (SimDb *db);

/* What happened to a channel. */
void sim_db_channel_new (SimChannel *channel);
void sim_db_channel_state (SimChannel *channel);
void sim_db_channel_caller (SimChannel *channel);
void sim_db_channel_application (SimChannel *channel, const char *app, const char *data);
void sim_db_channel_bridged (SimChannel *channel, SimChannel *callee);
void sim_db_channel_unbridged (SimChannel *channel);
void sim_db_channel_gone (SimChannel *channel);

/* Applies what is due; then the rows, oldest first (GList of SimRow), and one by its uuid. */
const GQueue *sim_db_rows (SimSwitch *sim);
const SimRow *sim_db_row (SimSwitch *sim, const char *uuid);

G_END_DECLS
