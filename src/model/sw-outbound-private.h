/* SPDX-License-Identifier: MIT */
/* sw-outbound-private.h - the table of outbound calls (sw-outbound.c) and one of them
 * (sw-outbound-call.c). */
#pragma once

#include "sw-outbound.h"

G_BEGIN_DECLS

struct _SwOutboundCall
{
  guint refs;
  SwClient *client;          /* lent */
  SwOutbound *outbound;      /* NULL once it has ended */
  EslConnection *connection; /* likewise */
  GList link;                /* in the table's list: of new ones, of those that can be claimed */
  GQueue *list;              /* which; NULL: none */
  guint timer;               /* for the answer to `connect`, for being claimed, for the end */
  SwCommand *question;       /* whether the switch knows the channel */
  char *uuid;                /* NULL until `connect` is answered */
  EslEvent *info;
  SwChannel *channel;
  guint64 serial;                   /* 0: not in the table */
  gboolean async, diverts, listens; /* to its own channel's events */
};

/* Takes the stream. In the list of new ones until it is known, and has the table's reference. */
void sw_outbound_call_new (SwOutbound *outbound, GSocketConnection *stream);
/* Ends the socket without a word, and gives up the table's reference. */
void sw_outbound_call_end (SwOutboundCall *call);
/* The call goes on in the dialplan. It leaves the table at once. */
void sw_outbound_call_let_go (SwOutboundCall *call);

/* sw-outbound.c, called by a call: */
SwClient *sw_outbound_client (SwOutbound *outbound);
GQueue *sw_outbound_new_ones (SwOutbound *outbound);
/* It is known now. FALSE: there is one for that channel already. */
gboolean sw_outbound_add (SwOutbound *outbound, SwOutboundCall *call);
void sw_outbound_remove (SwOutbound *outbound, SwOutboundCall *call);
void sw_outbound_call_enlist (SwOutboundCall *call, GQueue *list);

G_END_DECLS
