/* SPDX-License-Identifier: MIT */
/* sim-filter.h - the command `filter` of one connection; esl-filter.h has what filters are. */
#pragma once

#include "esl-filter.h"

G_BEGIN_DECLS

/* The whole `filter ARGS` command: changes the filters and writes the reply's text to `reply`. */
void sim_filter_command (EslFilters *filters, const char *args, GString *reply);
gboolean sim_filter_passes (EslFilters *filters, const EslEvent *event);

G_END_DECLS
