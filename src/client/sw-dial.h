/* SPDX-License-Identifier: MIT */
/* sw-dial.h - when a connection that was lost is dialled again: one loop, for whoever has one.
 *
 *   now -> attempt -> lost, or it failed -> later: a wait, doubled each time -> attempt -> ...
 *
 * The waits have a quarter of jitter either way, so that many clients of a switch that restarts
 * don't come back in step. The fields are to be read only.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint first, longest; /* ms */
  void (*attempt) (gpointer data);
  gpointer data;
  guint attempts; /* since the last that succeeded */
  guint delay;    /* of the last wait, without its jitter, ms; 0: the next is the first */
  guint timer;    /* 0: no attempt is due */
} SwDial;

/* `attempt` dials; it may also find that nothing is to be dialled now. The first wait and the
 * longest are in milliseconds. */
void sw_dial_init (SwDial *dial, guint first, guint longest, void (*attempt) (gpointer data),
                   gpointer data);
/* Runs the attempt at once; one that was due later isn't any more. */
void sw_dial_now (SwDial *dial);
/* The attempt failed, or what it gave was lost: the next one is due after a wait. */
void sw_dial_later (SwDial *dial);
/* The same, after so many milliseconds. */
void sw_dial_after (SwDial *dial, guint delay);
/* The attempt succeeded: they are counted anew. */
void sw_dial_succeeded (SwDial *dial);
/* What it gave has lasted: the next wait is a short one. */
void sw_dial_lasted (SwDial *dial);
/* No attempt is due any more. */
void sw_dial_stop (SwDial *dial);
/* So many milliseconds, plus or minus a quarter. */
guint sw_dial_with_jitter (guint delay);

G_END_DECLS
