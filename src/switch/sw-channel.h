/* SPDX-License-Identifier: MIT */
/* sw-channel.h - one channel of the switch, as its events tell of it.
 *
 * A channel is what has a Unique-ID. It is known by the columns of `show channels`,
 * which is also what the first snapshot gives; later events change the columns
 * they carry. Variables are not kept (they change without events: ask the switch).
 *
 * A channel is an item of the model's registry (registry.h): the model holds a reference while it
 * lives, an open file may hold others; one that has ended stays readable through them.
 */
#pragma once

#include "esl-event.h"
#include "registry.h"
#include "sw-now.h"

G_BEGIN_DECLS

/* The columns of `show channels`, in its order: one list, from which names, headers and files
 * are made. X(symbol, "column", "header that carries it in events" or NULL). */
#define SW_COLUMNS(X)                                                                              \
  X (UUID, "uuid", "Unique-ID")                                                                    \
  X (DIRECTION, "direction", "Call-Direction")                                                     \
  X (CREATED, "created", NULL)                                                                     \
  X (CREATED_EPOCH, "created_epoch", NULL)                                                         \
  X (NAME, "name", "Channel-Name")                                                                 \
  X (STATE, "state", "Channel-State")                                                              \
  X (CID_NAME, "cid_name", "Caller-Caller-ID-Name")                                                \
  X (CID_NUM, "cid_num", "Caller-Caller-ID-Number")                                                \
  X (IP_ADDR, "ip_addr", "Caller-Network-Addr")                                                    \
  X (DEST, "dest", "Caller-Destination-Number")                                                    \
  X (APPLICATION, "application", "Application")                                                    \
  X (APPLICATION_DATA, "application_data", "Application-Data")                                     \
  X (DIALPLAN, "dialplan", "Caller-Dialplan")                                                      \
  X (CONTEXT, "context", "Caller-Context")                                                         \
  X (READ_CODEC, "read_codec", "Channel-Read-Codec-Name")                                          \
  X (READ_RATE, "read_rate", "Channel-Read-Codec-Rate")                                            \
  X (READ_BIT_RATE, "read_bit_rate", "Channel-Read-Codec-Bit-Rate")                                \
  X (WRITE_CODEC, "write_codec", "Channel-Write-Codec-Name")                                       \
  X (WRITE_RATE, "write_rate", "Channel-Write-Codec-Rate")                                         \
  X (WRITE_BIT_RATE, "write_bit_rate", "Channel-Write-Codec-Bit-Rate")                             \
  X (SECURE, "secure", "secure_type")                                                              \
  X (HOSTNAME, "hostname", "FreeSWITCH-Switchname")                                                \
  X (PRESENCE_ID, "presence_id", "Channel-Presence-ID")                                            \
  X (PRESENCE_DATA, "presence_data", "Channel-Presence-Data")                                      \
  X (ACCOUNTCODE, "accountcode", "variable_accountcode")                                           \
  X (CALLSTATE, "callstate", "Channel-Call-State")                                                 \
  X (CALLEE_NAME, "callee_name", "Caller-Callee-ID-Name")                                          \
  X (CALLEE_NUM, "callee_num", "Caller-Callee-ID-Number")                                          \
  X (CALLEE_DIRECTION, "callee_direction", "Direction")                                            \
  X (CALL_UUID, "call_uuid", "Channel-Call-UUID")                                                  \
  X (SENT_CALLEE_NAME, "sent_callee_name", "Sent-Callee-ID-Name")                                  \
  X (SENT_CALLEE_NUM, "sent_callee_num", "Sent-Callee-ID-Number")                                  \
  X (INITIAL_CID_NAME, "initial_cid_name", NULL)                                                   \
  X (INITIAL_CID_NUM, "initial_cid_num", NULL)                                                     \
  X (INITIAL_IP_ADDR, "initial_ip_addr", NULL)                                                     \
  X (INITIAL_DEST, "initial_dest", NULL)                                                           \
  X (INITIAL_DIALPLAN, "initial_dialplan", NULL)                                                   \
  X (INITIAL_CONTEXT, "initial_context", NULL)

typedef enum
{
#define SW_COLUMN_ENUM(symbol, name, header) SW_COLUMN_##symbol,
  SW_COLUMNS (SW_COLUMN_ENUM)
#undef SW_COLUMN_ENUM
      SW_N_COLUMNS
} SwColumn;

/* "uuid", "direction", ...: the column's name in `show channels`. */
const char *sw_column_name (SwColumn column);

typedef struct _SwChannel SwChannel;

SwChannel *sw_channel_ref (SwChannel *channel);
void sw_channel_unref (SwChannel *channel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwChannel, sw_channel_unref)

const char *sw_channel_uuid (const SwChannel *channel);
/* Never NULL: "" when unknown. Good until the channel next changes. */
const char *sw_channel_column (const SwChannel *channel, SwColumn column);
/* How often this column has changed; starts at 0. */
guint sw_channel_column_changes (const SwChannel *channel, SwColumn column);
/* FALSE once the switch said that it ended, or a resync found it gone. */
gboolean sw_channel_alive (const SwChannel *channel);
/* The bridged leg's Unique-ID; NULL when not bridged. */
const char *sw_channel_peer (const SwChannel *channel);
/* The DTMF digits heard so far, one "digit duration\n" each; at most the last 1,000. Never NULL. */
const char *sw_channel_dtmf (const SwChannel *channel);
/* A number that never repeats and grows with each channel that appears: directory order. */
guint64 sw_channel_serial (const SwChannel *channel);
/* Microseconds since the epoch, local clock. */
gint64 sw_channel_created (const SwChannel *channel);
/* The same moment on the monotonic clock: how old it is can be told from this alone. */
gint64 sw_channel_born (const SwChannel *channel);
/* Microseconds since the epoch, local clock. */
gint64 sw_channel_last_event (const SwChannel *channel);

/* A place for the tree to keep what it has to say to those who watch this channel (wait queues).
 * One user; freed with the channel. NULL until set. */
void sw_channel_set_watch (SwChannel *channel, gpointer watch, GDestroyNotify free_watch);
gpointer sw_channel_watch (const SwChannel *channel);

G_END_DECLS
