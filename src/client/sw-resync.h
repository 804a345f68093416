/* SPDX-License-Identifier: MIT */
/* sw-resync.h - compares the model with the switch's tables, when events flow and once more when
 * the tables have had the time to catch up with it.
 *
 *   FIRST_LOOK: core_uuid -> channels -> bridges, existence of some -> UP
 *     -> 5 s -> LOOKING_AGAIN: channels -> bridges, existence of some -> UP
 *
 * These are states of the link, which is told when a look ends. A user from whom the switch keeps
 * the channels' events has the tables alone: they are looked at again and again.
 */
#pragma once

#include "sw-catalog.h"
#include "sw-link.h"
#include "sw-pool.h"

G_BEGIN_DECLS

typedef struct _SwResync SwResync;

/* What it finds, for its owner. */
typedef struct
{
  /* The core that answers is that one. */
  void (*core) (const char *core_uuid, gpointer data);
  /* A question was answered. */
  void (*answered) (gpointer data);
  /* The first look is done, the model is what the tables say; the link gets UP behind this. */
  void (*compared) (gpointer data);
  /* So is the second: nothing from before the link is to come any more. */
  void (*settled) (gpointer data);
} SwResyncFuncs;

/* All lent, and outlive it. `deadline`: of a query, ms. */
SwResync *sw_resync_new (SwLink *link, SwPool *pool, SwModel *model, SwCatalog *catalog,
                         guint deadline, const SwResyncFuncs *funcs, gpointer data);
/* After the pool has answered everything. */
void sw_resync_free (SwResync *resync);

/* Events flow: the first look. What can't be had makes it drop the link. */
void sw_resync_start (SwResync *resync);
/* The link is lost: whatever is answered now is no matter. */
void sw_resync_stop (SwResync *resync);
/* What the switch said instead of its table of channels ("-..."), or why that can't be read; NULL:
 * it gave it. */
const char *sw_resync_refused (const SwResync *resync);

G_END_DECLS
