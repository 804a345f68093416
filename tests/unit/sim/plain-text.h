/* SPDX-License-Identifier: MIT */
/* plain-text.h - what two recordings of the same thing have in common: uuids, times and counters
 * replaced by words. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Uuids become <uuid>, dates <date>, epochs <epoch>; the caller owns the result. */
char *plain_text (const char *text);
/* For texts full of counters: every number too becomes <n>, and a plural's `s` goes. */
char *plain_figures (const char *text);

G_END_DECLS
