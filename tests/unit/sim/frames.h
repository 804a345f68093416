/* SPDX-License-Identifier: MIT */
/* frames.h - bytes from a switch as a list of frames, kept. */
#pragma once

#include "esl-parser.h"

G_BEGIN_DECLS

typedef struct
{
  char *type;        /* Content-Type */
  EslEvent *headers; /* the frame's own */
  char *body;        /* NUL-terminated; NULL when there is none */
  gsize body_len;
  EslEvent *event; /* of text/event-*, else NULL */
} Frame;

void frame_free (gpointer frame);
gboolean frame_is_event (const Frame *frame);
gboolean frame_is_log (const Frame *frame);
/* The last value of an event's header, "" when it is absent. */
const char *frame_event_get (const Frame *frame, const char *name);

/* Takes every whole frame out of `parser` and appends it to `frames` (Frame, owned by the array).
 */
void frames_take (EslParser *parser, GPtrArray *frames);

G_END_DECLS
