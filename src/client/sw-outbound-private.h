/* SPDX-License-Identifier: MIT */
/* sw-outbound-private.h - the table of outbound calls (sw-outbound.c), one of them
 * (sw-outbound-call.c), and whether it is believed (sw-outbound-claim.c). */
#pragma once

#include "sw-admission.h"
#include "sw-invitation.h"
#include "sw-outbound.h"

G_BEGIN_DECLS

struct _SwOutboundCall
{
  RegistryItem item;         /* in the table by uuid, once it is believed */
  SwClient *client;          /* lent */
  SwOutbound *outbound;      /* NULL once it has ended */
  EslConnection *connection; /* likewise */
  EslEnds ends;              /* its addresses */
  guint16 port;              /* of ours that it came to; 0: not known */
  GList link;                /* in one of the table's lists */
  GQueue *list;              /* which; NULL: none */
  guint timer;         /* for the answer to `connect`, for proof, for being claimed, the end */
  SwCommand *question; /* what the switch knows of the channel */
  char *uuid;          /* NULL until `connect` is answered */
  EslEvent *info;
  SwChannel *channel;
  gboolean async, diverts, listens; /* to its own channel's events */
};

/* What strangers can make us say, as often as they like: each kind is said once a minute. */
typedef enum
{
  SW_COMPLAINT_ADDRESS, /* comes from elsewhere */
  SW_COMPLAINT_FULL,
  SW_COMPLAINT_CROWD,
  SW_COMPLAINT_SILENT,  /* does not answer `connect`, or names no channel */
  SW_COMPLAINT_UNKNOWN, /* names a channel that can't be its own */
  SW_COMPLAINT_SECOND,  /* names a channel that has a socket */
  SW_COMPLAINT_FORGED,  /* sends events of another channel */
  SW_N_COMPLAINTS
} SwComplaint;

/* In the list of new ones, with the lists' reference. The ends are copied. */
void sw_outbound_call_new (SwOutbound *outbound, GSocketConnection *stream, const EslEnds *ends);
/* Ends the socket without a word, and gives up the lists' reference. */
void sw_outbound_call_end (SwOutboundCall *call);
/* The call goes on in the dialplan. It leaves the table at once. */
void sw_outbound_call_let_go (SwOutboundCall *call);

/* Runs `func` in so many seconds unless another deadline takes its place. */
void sw_outbound_call_set_deadline (SwOutboundCall *call, guint seconds, GSourceFunc func);
/* What the peer calls its channel, fit to be shown; owned. */
char *sw_outbound_call_shown_uuid (const SwOutboundCall *call);

/* sw-outbound-claim.c: the answer to `connect` is there (an EslReplyFunc). */
void sw_outbound_call_connected (EslConnection *connection, const EslReply *reply,
                                 const GError *error, gpointer call);
/* Something has become known about the channel that it claims. It may have ended when this
 * returns. */
void sw_outbound_call_judge (SwOutboundCall *call);

/* sw-outbound.c, called by a call: */
SwClient *sw_outbound_client (SwOutbound *outbound);
void sw_outbound_enlist_new (SwOutbound *outbound, SwOutboundCall *call);
void sw_outbound_enlist_claiming (SwOutbound *outbound, SwOutboundCall *call);
void sw_outbound_enlist_leaving (SwOutbound *outbound, SwOutboundCall *call);
SwInvitations *sw_outbound_invitations (SwOutbound *outbound);
/* TRUE when something that changes addresses and ports may be between the switch and us. */
gboolean sw_outbound_may_differ (const SwOutbound *outbound);
void sw_outbound_complain (SwOutbound *outbound, SwComplaint kind, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* It is known now. FALSE: there is one for that channel already. */
gboolean sw_outbound_add (SwOutbound *outbound, SwOutboundCall *call);
void sw_outbound_remove (SwOutbound *outbound, SwOutboundCall *call);
void sw_outbound_call_enlist (SwOutboundCall *call, GQueue *list);

G_END_DECLS
