/* SPDX-License-Identifier: MIT */
/* sw-client-private.h - the client's parts, shared by its own files. */
#pragma once

#include "sw-catalog.h"
#include "sw-echo.h"
#include "sw-gap.h"
#include "sw-link.h"
#include "sw-log.h"
#include "sw-outbound.h"
#include "sw-pool.h"
#include "sw-resync.h"

G_BEGIN_DECLS

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
  SwResync *resync;
  GError *error; /* why it is not up; NULL: it is */
  char *core_uuid;
  SwGap gap;
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

/* sw-describe.c: a line of the table of connections; `out` is a GString (an SwPoolVisit). */
void sw_describe_connection (EslConnection *connection, const char *role, gpointer out);

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
