/* SPDX-License-Identifier: MIT */
/* sw-client-private.h - the client's parts, shared by its own files. */
#pragma once

#include "sw-catalog.h"
#include "sw-echo.h"
#include "sw-link.h"
#include "sw-log.h"
#include "sw-outbound.h"
#include "sw-pool.h"
#include "sw-record.h"

G_BEGIN_DECLS

/* What was missed while the link was down, until it can be said. */
typedef struct
{
  gboolean pending; /* a gap record is owed */
  char *reason;     /* why the link was lost */
  char *core_uuid;  /* of the core before; NULL: not known */
  gint64 lost;      /* when, monotonic */
  gint64 regained;
  SwSequence before; /* what came over the link that was lost */
  guint64 first;     /* the highest number that came over the new one so far */
} SwGap;

/* The comparison of the model with the switch's tables. */
typedef struct
{
  guint n_asked;     /* answers to come */
  gboolean merging;  /* the model is told what the tables say */
  gboolean settling; /* the second look, when the client is up already */
  gboolean failed;   /* something could not be had */
  guint settle;      /* its timer */
  guint added, changed, ended;
  char *refused;     /* what the switch said instead of the table, or why that can't be read; NULL:
                        it gave it */
  GPtrArray *doubts; /* of Doubt: uuids that are being asked for */
} SwResync;

struct _SwClient
{
  SwClientOptions options; /* strings owned */
  SwModelFuncs model_funcs;
  SwClientFuncs funcs;
  gpointer data;

  SwModel *model;
  SwLink *link;
  SwPool *pool;
  SwCatalog *catalog;
  SwEcho *echo;
  SwLog *log;
  SwClientState state;
  GError *error; /* why it is not up; NULL: it is */
  char *core_uuid;
  SwSequence sequence; /* of the events over this link */
  SwGap gap;
  SwResync resync;
  GQueue executes; /* of commands that wait for the catalog */
  GString *json;   /* of a record */
  SwCounts counts;
};

/* "host:port" of the switch; owned by the caller. */
char *sw_client_address (const SwClient *client);
/* sw-client.c: gives a record (taken over) to the stream. */
void sw_client_emit (SwClient *client, EslEvent *record);
/* Sends a whole command, or refuses it while not up. `command` is taken over. */
void sw_client_write (SwClient *client, const GString *bytes, SwCommand *command);
/* The resync is done: up. */
void sw_client_set_up (SwClient *client);
/* The core behind the events or answers is that one; another one than before has none of the
 * channels that are known. */
void sw_client_note_core (SwClient *client, const char *core_uuid);

/* sw-describe.c: a line of the table of connections; `out` is a GString (an SwPoolVisit). */
void sw_describe_connection (EslConnection *connection, const char *role, gpointer out);

/* sw-resync.c */
void sw_resync_start (SwClient *client);
void sw_resync_stop (SwClient *client);

/* sw-gap.c */
/* `clock`: monotonic. */
void sw_gap_open (SwClient *client, const GError *error, gint64 clock);
void sw_gap_regained (SwClient *client, gint64 clock);
/* The core is about to be noted as another one; over a link that wasn't lost that is a gap too. */
void sw_gap_restarted (SwClient *client, gint64 clock);
/* An event came (`ours`: the echo of a read of this link): says the gap once its bound is known. */
void sw_gap_note (SwClient *client, const char *name, guint64 sequence, gboolean ours);
/* Says it now, with the bound that is known. */
void sw_gap_close (SwClient *client);
/* An event was left out because it can't be read. */
void sw_gap_tell_unreadable (SwClient *client, const GError *error);
void sw_gap_clear (SwGap *gap);

/* sw-outbound-call.c */
void sw_outbound_call_write (SwOutboundCall *call, const GString *bytes, SwCommand *command);

/* sw-execute.c. `via`: over that call's own socket; NULL: over the pool. */
SwCommand *sw_client_execute_via (SwClient *client, SwOutboundCall *via, const EslExecute *execute,
                                  SwReplyFunc func, gpointer data);
SwCommand *sw_client_sendmsg_via (SwClient *client, SwOutboundCall *via, const char *uuid,
                                  const EslEvent *message, SwReplyFunc func, gpointer data);
/* Gives those that wait for the catalog to the pool as they are: it refuses them while closed. */
void sw_executes_close (SwClient *client);

G_END_DECLS
