/* SPDX-License-Identifier: MIT */
/* sw-history.c - the oldest stands first in the registry, so what has to go is found at once. */
#include "sw-history.h"

struct _SwHistory
{
  Registry *ended;
};

static void
ended_free (gpointer data)
{
  SwEnded *ended = data;

  g_clear_pointer (&ended->last, esl_event_free);
  sw_channel_unref (ended->channel);
  g_free (ended);
}

SwHistory *
sw_history_new (void)
{
  SwHistory *history = g_new0 (SwHistory, 1);

  history->ended = registry_new ();
  return history;
}

void
sw_history_free (SwHistory *history)
{
  registry_free (history->ended);
  g_free (history);
}

void
sw_history_expire (SwHistory *history, SwNow now)
{
  SwEnded *oldest;

  while ((oldest = registry_next (history->ended, 0)) != NULL
         && (oldest->end.clock < now.clock - SW_HISTORY_AGE
             || registry_size (history->ended) > SW_HISTORY_MAX))
    registry_remove (history->ended, oldest);
}

void
sw_history_add (SwHistory *history, SwChannel *channel, EslEvent *last, SwNow now)
{
  SwEnded *same = registry_find (history->ended, sw_channel_uuid (channel));
  SwEnded *ended = g_new0 (SwEnded, 1);

  if (same != NULL)
    registry_remove (history->ended, same);
  registry_item_init (ended, ended_free);
  ended->channel = sw_channel_ref (channel);
  ended->last = last;
  ended->end = now;
  registry_add (history->ended, ended, sw_channel_uuid (channel));
  sw_history_expire (history, now);
}

const Registry *
sw_history_registry (const SwHistory *history)
{
  return history->ended;
}
