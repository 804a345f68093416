/* SPDX-License-Identifier: MIT */
/* recorded.h - events for tests: from the recorded conversations, and made by hand. */
#pragma once

#include "esl-event.h"
#include "sw-now.h"

/* All events of tests/transcripts/NAME.server in their order, of EslEvent, owned by the caller. */
GPtrArray *recorded_events (const char *name);

/* An event of headers "Name", "value", ... up to a NULL name; owned by the caller. */
EslEvent *event_of (const char *name, ...) G_GNUC_NULL_TERMINATED;
