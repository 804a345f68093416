/* SPDX-License-Identifier: MIT */
/* sw-turns.h - whose read is sent next: each user in turn, and nobody without measure.
 *
 * Reads wait here, by the uid that caused them, until they are sent. Users other than the owner and
 * root are bounded: in what waits, in what is on the wire at once, and in how many are sent in a
 * second (a token bucket of SW_TURNS_BURST seconds). Time is passed in: monotonic microseconds.
 */
#pragma once

#include "sw-request.h"

G_BEGIN_DECLS

#define SW_TURNS_WIRE 128         /* reads on the wire, of all */
#define SW_TURNS_STRANGER_WIRE 16 /* of one bounded user */
#define SW_TURNS_STRANGER_WAITING 256
#define SW_TURNS_BURST 2  /* seconds that may be saved up */
#define SW_TURNS_USERS 64 /* of whom nothing is under way, before the idle ones are forgotten */

typedef struct _SwTurns SwTurns;

/* `rate`: reads a second of each bounded user; 0: no bound on that. */
SwTurns *sw_turns_new (guint32 owner, guint rate);
/* Nothing may wait any more. */
void sw_turns_free (SwTurns *turns);

/* FALSE: that user has enough waiting. */
gboolean sw_turns_has_room (SwTurns *turns, guint32 uid);
/* The request is lent, until it is taken by next() or drop(). */
void sw_turns_push (SwTurns *turns, SwRequest *request);
/* The next to be sent, which counts as on the wire until sw_turns_done(). NULL: none now;
 * *ret_wait: in how many microseconds there may be one, G_MAXINT64: when something is done. */
SwRequest *sw_turns_next (SwTurns *turns, gint64 now, gint64 *ret_wait);
void sw_turns_done (SwTurns *turns, SwRequest *request);
/* It waits no longer. */
void sw_turns_drop (SwTurns *turns, SwRequest *request);
/* Any that waits, NULL: none. */
SwRequest *sw_turns_peek (const SwTurns *turns);

G_END_DECLS
