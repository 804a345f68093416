/* SPDX-License-Identifier: MIT */
#include "sw-gap.h"

#include <string.h>

void
sw_gap_clear (SwGap *gap)
{
  g_clear_pointer (&gap->reason, g_free);
  g_clear_pointer (&gap->core_uuid, g_free);
  gap->pending = FALSE;
}

void
sw_gap_open (SwGap *gap, const char *reason, const char *core_uuid, gint64 clock)
{
  if (gap->pending)
    return;
  sw_gap_clear (gap);
  gap->pending = TRUE;
  gap->reason = g_strdup (reason);
  gap->core_uuid = g_strdup (core_uuid);
  gap->lost = clock;
  gap->before = gap->flowing;
}

void
sw_gap_regained (SwGap *gap, gint64 clock)
{
  memset (&gap->flowing, 0, sizeof gap->flowing);
  gap->regained = clock;
  gap->first = 0;
}

gboolean
sw_gap_note (SwGap *gap, const char *name, guint64 sequence, gboolean ours)
{
  sw_sequence_note (&gap->flowing, sequence);
  if (!gap->pending)
    return FALSE;
  gap->first = MAX (gap->first, sequence);
  return ours || g_strcmp0 (name, "API") != 0;
}

EslEvent *
sw_gap_take (SwGap *gap, const char *core_uuid, gint64 date, guint64 *ret_missing)
{
  gboolean restarted =
      gap->core_uuid != NULL && core_uuid != NULL && strcmp (gap->core_uuid, core_uuid) != 0;
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];
  EslEvent *record;

  *ret_missing = 0;
  if (!gap->pending)
    return NULL;
  record = sw_record_new ("eslfs::gap", core_uuid, date);
  esl_event_add (record, "Gap-Reason", gap->reason);
  g_ascii_formatd (seconds, sizeof seconds, "%.3f",
                   (double)(gap->regained - gap->lost) / G_USEC_PER_SEC);
  esl_event_add (record, "Gap-Seconds", seconds);
  if (!restarted && gap->first > 0 && gap->before.highest > 0)
    {
      *ret_missing = sw_sequence_missing (&gap->before, gap->first);
      sw_record_add_number (record, "Gap-Missing-At-Most", *ret_missing);
    }
  esl_event_add (record, "Switch-Restarted", restarted ? "true" : "false");
  sw_gap_clear (gap);
  return record;
}

EslEvent *
sw_gap_unreadable (const char *reason, const char *core_uuid, gint64 date)
{
  EslEvent *record = sw_record_new ("eslfs::gap", core_uuid, date);
  g_autofree char *text = g_strconcat ("an event of the switch can't be read: ", reason, NULL);

  esl_event_add (record, "Gap-Reason", text);
  sw_record_add_number (record, "Gap-Missing-At-Most", 1);
  esl_event_add (record, "Switch-Restarted", "false");
  return record;
}
