/* SPDX-License-Identifier: MIT */
/* sw-pool.h - the command connections: which one a command takes, and what it waits for.
 *
 * Reads go over two connections that never run a written line, to the one with less to do, of each
 * user in turn; identical ones in flight share one request. A written command takes an idle one of
 * up to 8 others, or waits for one. A cancelled one, or one whose deadline has passed, keeps its
 * connection until the answer has come: that makes at most 32.
 *
 * No function of a command runs before the call that made it has returned.
 */
#pragma once

#include "sw-slot.h"

G_BEGIN_DECLS

#define SW_POOL_READERS 2
#define SW_POOL_MAX_ACTIVE 8
#define SW_POOL_MAX_WRITERS 32
#define SW_POOL_MAX_QUEUED 1024
#define SW_POOL_MAX_READS 10000

typedef struct _SwPool SwPool;

typedef struct
{
  /* A written command was answered by the switch. */
  void (*written) (gpointer data);
  /* A read of that line is being sent. */
  void (*reading) (const char *line, gpointer data);
  /* A connection came or went. */
  void (*changed) (gpointer data);
  /* A read was not answered in time. */
  void (*unanswered) (gpointer data);
} SwPoolFuncs;

/* `owner`, `read_rate`: see sw-turns.h. `max_answers`: bytes that all answers to written commands
 * may take while they come; a connection whose answer would make it more is lost. (The two readers
 * have the parser's own limit each: what a group member writes must not keep anybody from looking.)
 */
SwPool *sw_pool_new (const EslConnectionTarget *target, guint32 owner, guint read_rate,
                     gsize max_answers, const SwPoolFuncs *funcs, gpointer data);
/* Closes it first, if it is open. */
void sw_pool_free (SwPool *pool);

/* While closed, commands are refused with SW_ERROR_DOWN and `error`'s message. Closing answers all
 * that are pending: with SW_ERROR_LOST what was sent, with SW_ERROR_DOWN what was not. */
void sw_pool_open (SwPool *pool);
void sw_pool_close (SwPool *pool, const GError *error);
gboolean sw_pool_is_open (const SwPool *pool);

/* `command` is taken over. `deadline`: milliseconds from now. `uid`: whose read it is. */
void sw_pool_query_for (SwPool *pool, guint32 uid, const char *line, guint deadline,
                        SwCommand *command);
/* The same of the client's own. */
void sw_pool_query (SwPool *pool, const char *line, guint deadline, SwCommand *command);
void sw_pool_write (SwPool *pool, const char *bytes, gsize len, guint deadline, SwCommand *command);
/* What esl-command.h refused, turned into SW_ERROR (taken over and returned). */
GError *sw_pool_own_error (GError *error);
/* Answers the command with `error` (taken over), after the caller has returned. */
void sw_pool_refuse (SwPool *pool, SwCommand *command, GError *error);
/* Answers those that were refused now, without waiting for the loop. */
void sw_pool_flush (SwPool *pool);

/* Runs `func` for each connection: its role is "read" or "write". */
typedef void (*SwPoolVisit) (EslConnection *connection, const char *role, gpointer data);
void sw_pool_visit (const SwPool *pool, SwPoolVisit visit, gpointer data);
/* Written commands that wait for a connection. */
guint sw_pool_queued (const SwPool *pool);

G_END_DECLS
