/* SPDX-License-Identifier: MIT */
/* sim-event.h - an event on its way to listeners.
 *
 * Counted, since every listener's queue holds the same one. Its text is made at
 * most once per format, as the whole frame that goes on the wire, and shared.
 */
#pragma once

#include "sim-core.h"

G_BEGIN_DECLS

/* Where in FreeSWITCH's source an event comes from: three of its headers. */
typedef struct
{
  const char *file;
  const char *function;
  guint line;
} SimOrigin;

struct _SimEvent
{
  grefcount refs;
  EslEventType type;
  EslEvent *esl;
  GBytes *frames[3]; /* by EslFormat, NULL: not made yet */
};

/* A new event with the core's headers (Event-Name ... Event-Sequence), or NULL when no listener
 * wants that type: its sequence number is used up all the same. `origin` NULL: where events of that
 * type come from as a rule. */
SimEvent *sim_event_begin (SimSwitch *sim, EslEventType type, const SimOrigin *origin);
/* The same around headers that came from a client: they stay in front. Takes `message`. */
SimEvent *sim_event_wrap (SimSwitch *sim, EslEventType type, const SimOrigin *origin,
                          EslEvent *message);
/* Around headers that are all the event will ever have. Takes `message`. */
SimEvent *sim_event_bare (EslEventType type, EslEvent *message);
/* Queues the event for all who want it, and takes it. NULL does nothing. */
void sim_event_fire (SimSwitch *sim, SimEvent *event);

SimEvent *sim_event_ref (SimEvent *event);
void sim_event_unref (SimEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimEvent, sim_event_unref)

/* The event's frame in that format; belongs to the event. */
GBytes *sim_event_frame (SimEvent *event, EslFormat format);

/* The core's headers alone, for what is shown without being fired (uuid_dump, connect). */
void sim_event_stamp (SimSwitch *sim, EslEvent *esl, EslEventType type, const SimOrigin *origin);

/* "yyyy-mm-dd hh:mm:ss" of a wall clock time in microseconds, local time. */
void sim_stamp_local (gint64 usec, char *out, gsize size);

G_END_DECLS
