/* SPDX-License-Identifier: MIT */
/* tree-filter.h - the filters of one live reader.
 *
 * What they are and what they take is bounded, and they may be asked one by one, so that a reader
 * with many doesn't hold up anybody.
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

/* What one reader may pile up: filters, bytes of a header and of a value, bytes of all, regular
 * expressions as they are compiled. */
#define FILTERS_MAX 100u
#define FILTER_BYTES_MAX (4u * 1024)
#define FILTERS_BYTES_MAX (64u * 1024)

typedef struct _FilterList FilterList;

typedef enum
{
  FILTER_DROPS,
  FILTER_PASSES,
  FILTER_LATER, /* not all filters have been asked yet */
} FilterVerdict;

/* A filter whose regular expression took more than its share (tree-pattern.h): from then on it
 * matches nothing. Strings are lent until the next command; `why` is static. */
typedef struct
{
  const char *header;
  const char *value;
  const char *why;
} FilterStop;

FilterList *filter_list_new (void);
void filter_list_free (FilterList *list);
gboolean filter_list_is_empty (const FilterList *list);

/* What follows the word "filter". Returns 0; EINVAL: it lacks its words, or has a regular
 * expression that can't be used; E2BIG: beyond a bound. *ret_why (NULL before): "-ERR ...\n",
 * owned, when there is more to say. */
int filter_list_command (FilterList *list, const char *line, char **ret_why);
/* Bytes of all of them, regular expressions as they are compiled. */
gsize filter_list_size (const FilterList *list);
/* `number` is the record's, for which FILTER_LATER may be the answer: when a filter has stopped
 * (see there), or when `deadline` (g_get_monotonic_time()) has passed with filters left. It goes on
 * when asked again; at least one filter is asked each time. */
FilterVerdict filter_list_judge (FilterList *list, const EslEvent *event, guint64 number,
                                 gint64 deadline);
/* TRUE, once for each: the filter that has stopped in the last judgement. */
gboolean filter_list_take_stop (FilterList *list, FilterStop *ret_stop);

/* Keeps "-ERR ...\n" in *ret_why and returns `error`. */
int filter_refuse (char **ret_why, int error, const char *why, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
