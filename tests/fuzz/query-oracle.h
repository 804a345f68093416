/* SPDX-License-Identifier: MIT */
/* query-oracle.h - does an api line act? Judged as FreeSWITCH reads it, knowing nothing of the list
 * of lines that eslfs lets through. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the switch would do on "api LINE" beside telling; NULL: nothing, it only tells. Static. */
const char *query_oracle_deed (const char *line);

G_END_DECLS
