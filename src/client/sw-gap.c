/* SPDX-License-Identifier: MIT */
/* sw-gap.c - says what was missed while the link was down.
 *
 * The bound comes from the numbers of the last events before and the first one after. That first
 * number must have been given after the subscription, or events between would not be counted: an
 * API event is numbered when its command begins and delivered when it ends, so it doesn't serve,
 * unless it is the echo of a read that we sent over the new link.
 */
#include "sw-client-private.h"

#include <string.h>

void
sw_gap_clear (SwGap *gap)
{
  g_clear_pointer (&gap->reason, g_free);
  g_clear_pointer (&gap->core_uuid, g_free);
  gap->pending = FALSE;
}

/* A link that is lost again before the gap was said makes that one longer. */
void
sw_gap_open (SwClient *client, const GError *error, gint64 clock)
{
  SwGap *gap = &client->gap;

  if (gap->pending)
    return;
  sw_gap_clear (gap);
  gap->pending = TRUE;
  gap->reason = g_strdup (error->message);
  gap->core_uuid = g_strdup (client->core_uuid);
  gap->lost = clock;
  gap->before = client->sequence;
}

void
sw_gap_regained (SwClient *client, gint64 clock)
{
  memset (&client->sequence, 0, sizeof client->sequence);
  client->gap.regained = clock;
  client->gap.first = 0;
}

/* The new core numbers its events anew. */
void
sw_gap_restarted (SwClient *client, gint64 clock)
{
  g_autoptr (GError) error = NULL;

  if (client->gap.pending)
    return;
  error = g_error_new_literal (SW_ERROR, SW_ERROR_LOST, "the switch was restarted");
  sw_gap_open (client, error, clock);
  sw_gap_regained (client, clock);
}

void
sw_gap_note (SwClient *client, const char *name, guint64 sequence, gboolean ours)
{
  SwGap *gap = &client->gap;

  if (!gap->pending)
    return;
  gap->first = MAX (gap->first, sequence);
  if (ours || g_strcmp0 (name, "API") != 0)
    sw_gap_close (client);
}

void
sw_gap_close (SwClient *client)
{
  SwGap *gap = &client->gap;
  gboolean restarted = g_strcmp0 (gap->core_uuid, client->core_uuid) != 0 && gap->core_uuid != NULL
                       && client->core_uuid != NULL;
  EslEvent *record;
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];

  if (!gap->pending)
    return;
  record = sw_record_new ("eslfs::gap", client->core_uuid, g_get_real_time ());
  esl_event_add (record, "Gap-Reason", gap->reason);
  g_ascii_formatd (seconds, sizeof seconds, "%.3f",
                   (double)(gap->regained - gap->lost) / G_USEC_PER_SEC);
  esl_event_add (record, "Gap-Seconds", seconds);
  if (!restarted && gap->first > 0 && gap->before.highest > 0)
    {
      guint64 missing = sw_sequence_missing (&gap->before, gap->first);

      client->counts.missing += missing;
      sw_record_add_number (record, "Gap-Missing-At-Most", missing);
    }
  esl_event_add (record, "Switch-Restarted", restarted ? "true" : "false");
  sw_gap_clear (gap);
  sw_client_emit (client, record);
}

void
sw_gap_tell_unreadable (SwClient *client, const GError *error)
{
  EslEvent *record = sw_record_new ("eslfs::gap", client->core_uuid, g_get_real_time ());
  g_autofree char *reason =
      g_strconcat ("an event of the switch can't be read: ", error->message, NULL);

  esl_event_add (record, "Gap-Reason", reason);
  client->counts.missing++;
  sw_record_add_number (record, "Gap-Missing-At-Most", 1);
  esl_event_add (record, "Switch-Restarted", "false");
  sw_client_emit (client, record);
}
