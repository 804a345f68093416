/* SPDX-License-Identifier: MIT */
/* sw-gap.h - what was missed while the link was down, until it can be said. Pure: the time is
 * passed in.
 *
 * The bound comes from the numbers of the last events before and the first one after. That first
 * number must have been given after the subscription, or events between would not be counted: an
 * API event is numbered when its command begins and delivered when it ends, so it doesn't serve,
 * unless it is the echo of a read that we sent over the new link.
 */
#pragma once

#include "sw-record.h"

G_BEGIN_DECLS

/* All zero: nothing is owed. */
typedef struct
{
  gboolean pending; /* a record is owed */
  char *reason;     /* why the link was lost */
  char *core_uuid;  /* of the core before; NULL: not known */
  gint64 lost;      /* when, monotonic */
  gint64 regained;
  SwSequence before;  /* what came over the link that was lost */
  guint64 first;      /* the highest number that came over the new one so far */
  SwSequence flowing; /* what came over the link that is there */
} SwGap;

void sw_gap_clear (SwGap *gap);
/* The link is lost. `core_uuid`: of the core that it led to, NULL: not known. One that is lost
 * again before the gap was said makes that one longer. */
void sw_gap_open (SwGap *gap, const char *reason, const char *core_uuid, gint64 clock);
/* Events flow again. */
void sw_gap_regained (SwGap *gap, gint64 clock);
/* An event came, of that number (0: it has none); `ours`: the echo of a read over this link. TRUE:
 * a gap that is owed has its bound now, and is to be said before the event. */
gboolean sw_gap_note (SwGap *gap, const char *name, guint64 sequence, gboolean ours);
/* The record that is owed, with the bound that is known; NULL: none is. `core_uuid`: of the core
 * that answers now; `date`: microseconds since the epoch. Owned by the caller. */
EslEvent *sw_gap_take (SwGap *gap, const char *core_uuid, gint64 date, guint64 *ret_missing);
/* The record of an event that could not be read, and why; owned by the caller. */
EslEvent *sw_gap_unreadable (const char *reason, const char *core_uuid, gint64 date);

G_END_DECLS
