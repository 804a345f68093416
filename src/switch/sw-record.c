/* SPDX-License-Identifier: MIT */
/* sw-record.c - makes records as FreeSWITCH makes events. */
#include "sw-record.h"

#define WINDOW 64

EslEvent *
sw_record_new (const char *subclass, const char *core_uuid, gint64 now)
{
  EslEvent *record = esl_event_new ();
  g_autoptr (GDateTime) local = g_date_time_new_from_unix_local (now / G_USEC_PER_SEC);
  g_autoptr (GDateTime) gmt = g_date_time_new_from_unix_utc (now / G_USEC_PER_SEC);
  g_autofree char *local_text = g_date_time_format (local, "%Y-%m-%d %H:%M:%S");
  char gmt_text[40];

  /* RFC 1123, in English whatever the locale. */
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  g_snprintf (gmt_text, sizeof gmt_text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
              days[g_date_time_get_day_of_week (gmt) - 1], g_date_time_get_day_of_month (gmt),
              months[g_date_time_get_month (gmt) - 1], g_date_time_get_year (gmt),
              g_date_time_get_hour (gmt), g_date_time_get_minute (gmt),
              g_date_time_get_second (gmt));

  esl_event_add (record, "Event-Name", "CUSTOM");
  if (core_uuid != NULL)
    esl_event_add (record, "Core-UUID", core_uuid);
  esl_event_add (record, "Event-Date-Local", local_text);
  esl_event_add (record, "Event-Date-GMT", gmt_text);
  sw_record_add_number (record, "Event-Date-Timestamp", (guint64)now);
  esl_event_add (record, "Event-Subclass", subclass);
  return record;
}

void
sw_record_add_number (EslEvent *record, const char *header, guint64 value)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, value);
  esl_event_add (record, header, text);
}

/* The first number that comes says nothing of those before it: they count as come. */
void
sw_sequence_note (SwSequence *sequence, guint64 number)
{
  if (number == 0)
    return;
  if (sequence->highest == 0)
    {
      sequence->highest = number;
      sequence->window = G_MAXUINT64;
    }
  else if (number > sequence->highest)
    {
      guint64 ahead = number - sequence->highest;

      sequence->window = ahead < WINDOW ? sequence->window << ahead : 0;
      sequence->window |= 1;
      sequence->highest = number;
    }
  else if (sequence->highest - number < WINDOW)
    sequence->window |= G_GUINT64_CONSTANT (1) << (sequence->highest - number);
}

guint64
sw_sequence_missing (const SwSequence *sequence, guint64 next)
{
  guint64 holes = (guint64)__builtin_popcountll (~sequence->window);

  return next > sequence->highest + 1 ? next - sequence->highest - 1 + holes : holes;
}
