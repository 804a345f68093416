/* SPDX-License-Identifier: MIT */
/* tree-filter.h - the lines `filter ...` of one live reader. What its filters are and what they
 * take is bounded.
 */
#pragma once

#include "esl-filter.h"

G_BEGIN_DECLS

/* What one reader may pile up: filters, bytes of a header and of a value, bytes of all, regular
 * expressions as they are compiled. */
#define FILTERS_MAX 100u
#define FILTER_BYTES_MAX (4u * 1024)
#define FILTERS_BYTES_MAX (64u * 1024)

/* What follows the word "filter". Returns 0; EINVAL: it lacks its words, or has a regular
 * expression that can't be used; E2BIG: beyond a bound. *ret_why (NULL before): "-ERR ...\n",
 * owned, when there is more to say. */
int filter_command (EslFilters *list, const char *line, char **ret_why);

/* Keeps "-ERR ...\n" in *ret_why and returns `error`. */
int filter_refuse (char **ret_why, int error, const char *why, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
