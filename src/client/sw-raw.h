/* SPDX-License-Identifier: MIT */
/* sw-raw.h - an authenticated connection to the switch, for somebody who speaks ESL himself.
 *
 * It is logged in as the client is; from then on bytes pass both ways as they are. What is written
 * before that waits. Whoever doesn't read stops the switch's side of the stream (which the switch
 * takes for a slow listener), never this process's memory.
 */
#pragma once

#include "sw-client.h"

G_BEGIN_DECLS

#define SW_RAW_MAX_UNREAD (256u * 1024)
#define SW_RAW_MAX_UNSENT (256u * 1024)
#define SW_RAW_MAX_KEPT (2u * 1024 * 1024)

typedef struct _SwRaw SwRaw;

/* `changed` runs when there are bytes to take, when the connection has ended, and when it is no
 * longer busy; never before sw_raw_new() has returned. */
SwRaw *sw_raw_new (SwClient *client, void (*changed) (gpointer data), gpointer data);
void sw_raw_free (SwRaw *raw);

/* Moves up to `max` of the bytes that have come to `out`; returns how many. */
gsize sw_raw_take (SwRaw *raw, GString *out, gsize max);
/* Bytes that it keeps, in both directions. */
gsize sw_raw_kept (const SwRaw *raw);
/* Sends, or keeps until the login. The caller is to stop while it is busy: FALSE when it has not
 * for SW_RAW_MAX_KEPT bytes, or the connection has ended; nothing was taken then. */
gboolean sw_raw_write (SwRaw *raw, const void *bytes, gsize len);
/* Not logged in yet, or more than SW_RAW_MAX_UNSENT bytes wait for the socket. */
gboolean sw_raw_is_busy (const SwRaw *raw);
/* Closes the connection; what has come can still be taken. */
void sw_raw_close (SwRaw *raw);
/* Appends a line for the table that sw_client_describe() ends with. */
void sw_raw_describe (const SwRaw *raw, GString *out);
/* Why it has ended; NULL while it lives. */
const GError *sw_raw_error (const SwRaw *raw);

G_END_DECLS
