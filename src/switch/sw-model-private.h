/* SPDX-License-Identifier: MIT */
/* sw-model-private.h - the table of channels, shared by the model's own files. */
#pragma once

#include "sw-channel-private.h"
#include "sw-model.h"

G_BEGIN_DECLS

/* Headers that matter, besides those of columns. */
enum
{
  SW_FIELD_EVENT_NAME = SW_N_COLUMNS,
  SW_FIELD_SEQUENCE,
  SW_FIELD_DATE_LOCAL,
  SW_FIELD_TIMESTAMP,
  SW_FIELD_OLD_UUID,
  SW_FIELD_CALLER_UUID,
  SW_FIELD_CALLER_DIRECTION,
  SW_FIELD_CREATED_TIME,
  SW_FIELD_OTHER_LEG_UUID,
  SW_FIELD_BRIDGE_A,
  SW_FIELD_BRIDGE_B,
  SW_FIELD_DTMF_DIGIT,
  SW_FIELD_DTMF_DURATION,
  SW_N_FIELDS
};

/* Where to look for a header's field: chains by a hash of the name's length and three letters. */
#define SW_FIELD_BUCKETS 256

struct _SwModel
{
  SwModelFuncs funcs;
  gpointer data;
  Registry *channels; /* of SwChannel, by uuid */
  guint64 generation;
  gint64 begin;                    /* of the resync, monotonic */
  SwResyncCounts counts;           /* since then */
  guint mark;                      /* of the sweep under way */
  GHashTable *ended;               /* uuid -> Ended, the newest of that uuid */
  GQueue ended_order;              /* of Ended, owned, oldest first */
  GHashTable *kinds;               /* event name -> const EventKind */
  gint8 buckets[SW_FIELD_BUCKETS]; /* first field of the chain, -1: none */
  gint8 chain[SW_N_FIELDS];
  guint8 lengths[SW_N_FIELDS]; /* of the fields' names */
};

/* The table: sw-model.c. Added and ended channels are told to the owner by the caller of `add`,
 * by `end` itself. */
SwChannel *sw_model_add (SwModel *model, const char *uuid, SwNow now);
void sw_model_rename (SwModel *model, SwChannel *channel, const char *uuid);
void sw_model_end (SwModel *model, SwChannel *channel, const EslEvent *event);
void sw_model_changed (SwModel *model, SwChannel *channel, const EslEvent *event, guint changes);
/* `sequence` 0: not known. */
void sw_model_remember_end (SwModel *model, const char *uuid, guint64 sequence, SwNow now);
/* FALSE when no end of that uuid is remembered. */
gboolean sw_model_ended (const SwModel *model, const char *uuid, guint64 *ret_sequence);

/* Takes both legs' peers as they now are; NULL for b: a is alone. Tells of the legs but `told`. */
void sw_model_set_peers (SwModel *model, SwChannel *a, SwChannel *b, const EslEvent *event,
                         const SwChannel *told);

/* sw-model-apply.c: the tables that find an event's kind and its headers' fields. */
void sw_model_init_fields (SwModel *model);

G_END_DECLS
