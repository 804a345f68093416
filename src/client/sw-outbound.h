/* SPDX-License-Identifier: MIT */
/* sw-outbound.h - calls that come to us: the dialplan's `socket` application dials, and its channel
 * is controlled over that connection.
 *
 *   accepted -> "connect" -> CHANNEL_DATA -> invited by the switch? -> in the table, unclaimed
 *     -> claimed by somebody -> ... -> the socket ends -> gone
 *     -> unclaimed for SW_OUTBOUND_PATIENCE: "exit": it goes on in the dialplan
 *
 * Anybody may connect to a port. So what a connection says is believed only if
 *
 *   - it comes from where the switch is (sw-admission.h),
 *   - the switch says, over the connection that we have logged in to, that this channel is in the
 *     `socket` application now, with our port (sw-invitation.h),
 *   - it knows of the channel what only the switch and its users can know, and
 *   - no other socket of that channel was believed before.
 *
 * Until then little is kept of it, and few of its like; afterwards its events count for its own
 * channel alone. One that is not believed is told to go on in the dialplan: it may be a switch's,
 * after all, but of another one. One that contradicts what is known is closed without a word.
 */
#pragma once

#include "sw-client.h"

G_BEGIN_DECLS

#define SW_OUTBOUND_PATIENCE 20 /* seconds */

typedef struct _SwOutbound SwOutbound;
/* One such connection, an item of a registry: alive from when it is believed until its socket ends.
 */
typedef struct _SwOutboundCall SwOutboundCall;

typedef struct
{
  /* It is in the table now, and can be claimed. */
  void (*arrived) (SwOutboundCall *call, gpointer data);
  /* Its socket has ended; it is not in the table any more. */
  void (*ended) (SwOutboundCall *call, gpointer data);
} SwOutboundFuncs;

/* The client is lent, and outlives it. Nothing is listened on yet. */
SwOutbound *sw_outbound_new (SwClient *client, const SwOutboundFuncs *funcs, gpointer data);
/* Closes every socket; `ended` doesn't run. */
void sw_outbound_free (SwOutbound *outbound);

/* Listens on each address that `host` (a name, or an address without brackets) has. */
gboolean sw_outbound_listen (SwOutbound *outbound, const char *host, guint16 port, GError **error);
/* Takes over a socket that listens already. */
gboolean sw_outbound_inherit (SwOutbound *outbound, int fd, GError **error);
/* Only calls that come from there are taken from now on, an address or ADDRESS/BITS; may be said
 * several times. Without: from where the switch is. */
gboolean sw_outbound_allow (SwOutbound *outbound, const char *address, GError **error);
/* Any event of the switch, after the client's model has applied it. */
void sw_outbound_apply (SwOutbound *outbound, const EslEvent *event);
gboolean sw_outbound_is_listening (const SwOutbound *outbound);
/* Appends lines for the table that sw_client_describe() ends with: each address that is listened
 * on, each call's socket. */
void sw_outbound_describe (const SwOutbound *outbound, GString *out);
/* Ends every socket, without a word to the switch: the link to it is lost. */
void sw_outbound_end_all (SwOutbound *outbound);

/* The table, of SwOutboundCall by Unique-ID; lent. */
const Registry *sw_outbound_registry (const SwOutbound *outbound);
/* NULL when there is none; lent. */
SwOutboundCall *sw_outbound_lookup (const SwOutbound *outbound, const char *uuid);

/* The call that has waited longest for somebody, NULL when none does: the caller's to handle now.
 * A reference for the caller. */
SwOutboundCall *sw_outbound_claim (SwOutbound *outbound);
/* It was not handled after all: waits again, before all others. Nothing if it has ended. */
void sw_outbound_unclaim (SwOutboundCall *call);

SwOutboundCall *sw_outbound_call_ref (SwOutboundCall *call);
void sw_outbound_call_unref (SwOutboundCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwOutboundCall, sw_outbound_call_unref)

const char *sw_outbound_call_uuid (const SwOutboundCall *call);
SwChannel *sw_outbound_call_channel (const SwOutboundCall *call); /* lent */
/* What `connect` was answered with: CHANNEL_DATA, Socket-Mode and Control. */
const EslEvent *sw_outbound_call_info (const SwOutboundCall *call);
/* By the dialplan's choice: messages are answered when queued, else when their application is done.
 */
gboolean sw_outbound_call_is_async (const SwOutboundCall *call);

/* Over the call's own socket. As sw_client_send() and sw_client_execute(), with their deadline,
 * which counts the application too: without `async` the switch answers a message when that is done.
 * `message`'s uuid is not used. When the socket ends first the answer is "-ERR call ended", or
 * SW_ERROR_LOST if it broke. */
SwCommand *sw_outbound_call_send (SwOutboundCall *call, const char *command, gsize len,
                                  SwReplyFunc func, gpointer data);
SwCommand *sw_outbound_call_execute (SwOutboundCall *call, const EslExecute *message,
                                     SwReplyFunc func, gpointer data);
SwCommand *sw_outbound_call_sendmsg (SwOutboundCall *call, const EslEvent *message,
                                     SwReplyFunc func, gpointer data);
/* "myevents", which the switch takes once. */
gboolean sw_outbound_call_listens (const SwOutboundCall *call);
SwCommand *sw_outbound_call_listen (SwOutboundCall *call, SwReplyFunc func, gpointer data);
/* "divert_events on|off". The switch diverts events only to a socket that listens to some: so it is
 * told "myevents" first. They go into the stream of the client's events. */
SwCommand *sw_outbound_call_divert (SwOutboundCall *call, gboolean on, SwReplyFunc func,
                                    gpointer data);

G_END_DECLS
