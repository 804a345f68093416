/* SPDX-License-Identifier: MIT */
/* sw-record.h - records of eslfs itself in the stream of events, and what they say of a gap.
 *
 *   eslfs::connected     the link is up; nothing before it came over it
 *   eslfs::disconnected  the link was lost, and why
 *   eslfs::gap           after a loss: how long, how many events were missed at most, whether the
 *                        switch was restarted
 *   eslfs::resync        the table of channels was compared with the switch's
 *   eslfs::lost          a channel was gone by then: it stands for the CHANNEL_DESTROY that was
 * missed
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

/* A CUSTOM event of that subclass with the headers that every event of the core begins with; owned
 * by the caller. `core_uuid` NULL: not known. `now`: microseconds since the epoch. */
EslEvent *sw_record_new (const char *subclass, const char *core_uuid, gint64 now);
void sw_record_add_number (EslEvent *record, const char *header, guint64 value);

/* Which Event-Sequences came. The core numbers events where they are made, and some are delivered
 * behind younger ones (protocol: order and delay), so the last 64 numbers are remembered one by
 * one. All zero: none came. */
typedef struct
{
  guint64 highest;
  guint64 window; /* bit n: highest - n came */
} SwSequence;

void sw_sequence_note (SwSequence *sequence, guint64 number);
/* How many events with numbers below `next` did not come, at most. */
guint64 sw_sequence_missing (const SwSequence *sequence, guint64 next);

G_END_DECLS
