/* SPDX-License-Identifier: MIT */
#include "sw-dial.h"

void
sw_dial_init (SwDial *dial, guint first, guint longest, void (*attempt) (gpointer data),
              gpointer data)
{
  *dial = (SwDial){ .first = first, .longest = longest, .attempt = attempt, .data = data };
}

void
sw_dial_stop (SwDial *dial)
{
  g_clear_handle_id (&dial->timer, g_source_remove);
}

void
sw_dial_now (SwDial *dial)
{
  sw_dial_stop (dial);
  dial->attempts++;
  dial->attempt (dial->data);
}

static gboolean
dial_on_due (gpointer data)
{
  SwDial *dial = data;

  dial->timer = 0;
  sw_dial_now (dial);
  return G_SOURCE_REMOVE;
}

void
sw_dial_after (SwDial *dial, guint delay)
{
  sw_dial_stop (dial);
  dial->timer = g_timeout_add (delay, dial_on_due, dial);
}

guint
sw_dial_with_jitter (guint delay)
{
  return delay - delay / 4 + (guint)g_random_int_range (0, (gint32)(delay / 2 + 1));
}

void
sw_dial_later (SwDial *dial)
{
  dial->delay = dial->delay == 0 ? dial->first : MIN (dial->delay * 2, dial->longest);
  sw_dial_after (dial, sw_dial_with_jitter (dial->delay));
}

void
sw_dial_succeeded (SwDial *dial)
{
  dial->attempts = 0;
}

void
sw_dial_lasted (SwDial *dial)
{
  dial->delay = 0;
}
