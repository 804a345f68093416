/* SPDX-License-Identifier: MIT */
/* sw-request.h - one command on its way to the switch, and those who wait for its answer: one
 * caller when it acts, all who asked the same when it reads.
 */
#pragma once

#include "sw-command.h"

G_BEGIN_DECLS

typedef struct
{
  GString *bytes;
  char *line;       /* a read's api line, by which it is shared; NULL: a written command */
  guint64 epoch;    /* of a read: see sw-readers.c */
  GQueue callers;   /* of SwCommand, owned */
  guint patience;   /* milliseconds from its making to the deadline */
  gint64 deadline;  /* monotonic, microseconds */
  GList pending;    /* its place in the pool's list of those whose deadline is ahead */
  gboolean sent;    /* the switch may have seen it */
  gboolean expired; /* its callers were told that the deadline passed */
  gboolean again;   /* a read that was moved to another connection once */
  gpointer slot;    /* the SwSlot that has it; NULL: none */
  guint32 uid;      /* of a read: who caused it, for sw-turns.c, whose are the next three */
  gpointer share;
  GList turn;
  gboolean waits; /* it has not been given to a slot yet */
} SwRequest;

/* Takes `bytes` and `command`; `line` NULL: a written command. `deadline`: milliseconds from now.
 */
SwRequest *sw_request_new (GString *bytes, const char *line, guint deadline, SwCommand *command);
void sw_request_free (SwRequest *request);
/* The highest stake of all callers. */
SwStake sw_request_stake (const SwRequest *request);
/* Answers all callers. They may make and cancel commands meanwhile. */
void sw_request_answer (SwRequest *request, const char *text, gsize len, const GError *error);
/* The command's first line, shortened, for messages. */
char *sw_request_title (const SwRequest *request);

G_END_DECLS
