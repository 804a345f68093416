/* SPDX-License-Identifier: MIT */
/* sw-log.h - the switch's console log, over a connection of its own while somebody wants it.
 *
 * Of its own, because a flood of log lines must not delay events: the switch kills a listener that
 * can't keep up with either. Where lines are missing, a line of ours says so.
 */
#pragma once

#include "sw-client.h"

G_BEGIN_DECLS

typedef struct _SwLog SwLog;

typedef struct
{
  /* `headers`: Log-Level, Text-Channel, Log-File, Log-Func, Log-Line, User-Data. */
  void (*line) (const EslEvent *headers, const char *text, gsize len, gpointer data);
  void (*changed) (gpointer data);
} SwLogFuncs;

/* `target` is lent for the log's life. */
SwLog *sw_log_new (const EslConnectionTarget *target, const SwLogFuncs *funcs, gpointer data);
void sw_log_free (SwLog *log);

/* -1: not wanted; 0 to 7: lines of that level and graver ones. */
void sw_log_set_level (SwLog *log, int level);
/* Whether the switch can be reached: while it can't, nothing is dialled. */
void sw_log_set_reachable (SwLog *log, gboolean reachable);
void sw_log_poke (SwLog *log);
/* NULL when there is none; lent. */
EslConnection *sw_log_connection (const SwLog *log);
/* What the switch said when it refused the log; NULL: it did not. */
const char *sw_log_refused (const SwLog *log);

G_END_DECLS
