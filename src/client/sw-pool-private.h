/* SPDX-License-Identifier: MIT */
/* sw-pool-private.h - what the two halves of the pool, readers and writers, share. */
#pragma once

#include "sw-pool.h"
#include "sw-slot.h"
#include "sw-turns.h"

G_BEGIN_DECLS

typedef struct
{
  SwSlot *slot;
  SwRequest *request; /* NULL: idle, or being dialled */
  gboolean ready;     /* it was connected */
} SwWriter;

struct _SwPool
{
  SwPoolFuncs funcs;
  gpointer data;
  const EslConnectionTarget *target; /* lent */
  gboolean open;
  GError *closed_error;
  guint calling; /* inside a public call that makes a command: nothing may be answered yet */

  GQueue pending; /* links of SwRequest whose deadline is ahead */
  gint64 alarm;   /* when `timer` fires, monotonic microseconds; 0: not set */
  guint timer;
  GQueue refused; /* of commands to be answered once the caller has returned */
  guint refusing; /* the source that does it */

  SwSlot *readers[SW_POOL_READERS]; /* NULL: not dialled */
  guint n_reads;
  SwTurns *turns;     /* those that wait */
  guint serving;      /* the source that gives them slots, when a user's time has come */
  GHashTable *shared; /* line -> SwRequest: the newest read of it in flight */
  guint64 epoch;      /* grows with each written command's answer */
  SwSlot *replaced;   /* the reader that is being freed although reads stand on it */
  GQueue moved;       /* of SwRequest: those reads */

  GPtrArray *writers; /* of SwWriter */
  EslBodies *bodies;  /* what their answers may make us hold */
  GQueue queue;       /* of SwRequest that wait for a writer */
  guint dispatching;  /* the source that gives them writers, when a caller has gone */
};

/* sw-pool.c */
void sw_pool_watch (SwPool *pool, SwRequest *request);
/* Answers and frees the request; within a call that makes a command, a little later. `reply` NULL:
 * with `error`, an SW_ERROR. */
void sw_pool_finish (SwPool *pool, SwRequest *request, const EslReply *reply, const GError *error);
/* What the callers of a request are told when its connection ended: LOST or DOWN. */
GError *sw_pool_link_error (const SwPool *pool, const SwRequest *request, const GError *error);

/* sw-readers.c */
void sw_readers_query (SwPool *pool, guint32 uid, const char *line, guint deadline,
                       SwCommand *command);
void sw_readers_expire (SwPool *pool, SwRequest *request);
/* Frees one that waits, and that nobody is told of any more. */
void sw_readers_give_up (SwPool *pool, SwRequest *request);
void sw_readers_close (SwPool *pool, const GError *error);

/* sw-writers.c */
void sw_writers_write (SwPool *pool, GString *bytes, guint deadline, SwCommand *command);
void sw_writers_expire (SwPool *pool, SwRequest *request);
void sw_writers_close (SwPool *pool, const GError *error);

G_END_DECLS
