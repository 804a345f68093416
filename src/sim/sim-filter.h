/* SPDX-License-Identifier: MIT */
/* sim-filter.h - the event filters of one connection, with the switch's own logic.
 *
 * A filter is a header name and a value. With no filter every event passes. With any, an event
 * passes only if some positive filter matches, whatever the header: they are joined by OR. A value
 * that begins with "-" is a negative: its match drops the event at once. Values are compared whole
 * and without regard to case; one that begins with "/" is a regular expression (protocol: filter
 * semantics).
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

typedef struct _SimFilter SimFilter;

SimFilter *sim_filter_new (void);
void sim_filter_free (SimFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimFilter, sim_filter_free)

/* The whole `filter ARGS` command: changes the filters and writes the reply's text to `reply`
 * (nothing when the command is not understood). */
void sim_filter_command (SimFilter *filter, const char *args, GString *reply);
gboolean sim_filter_passes (const SimFilter *filter, const EslEvent *event);

G_END_DECLS
