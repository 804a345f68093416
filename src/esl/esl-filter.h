/* SPDX-License-Identifier: MIT */
/* esl-filter.h - the filters of one connection or reader, with the switch's own logic.
 *
 * A filter is a header's name and a value. With no filter every event passes. With any, an event
 * passes only if some positive filter matches, whatever the header: they are joined by OR. A value
 * that begins with "-" is a negative: its match drops the event at once. Values are compared whole
 * and without regard to case; one that begins with "/" is a regular expression (protocol:
 * filters).
 *
 * They may be asked one by one, so that a reader with many doesn't hold up anybody.
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

typedef struct _EslFilter EslFilter;
typedef struct _EslFilters EslFilters;

typedef enum
{
  ESL_FILTER_DROPS,
  ESL_FILTER_PASSES,
  ESL_FILTER_LATER, /* not all filters have been asked yet */
} EslFilterVerdict;

/* A filter whose regular expression took more than its share (esl-pattern.h): from then on it
 * matches nothing. Strings are lent until the next change; `why` is static. */
typedef struct
{
  const char *header;
  const char *value;
  const char *why;
} EslFilterStop;

/* Never NULL. *ret_why (NULL before): set to a line of text without a newline, owned, when its
 * regular expression can't be used; such a filter matches nothing. */
EslFilter *esl_filter_new (const char *header, const char *value, char **ret_why);
void esl_filter_free (EslFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EslFilter, esl_filter_free)
/* Bytes that it takes, the regular expression compiled. */
gsize esl_filter_size (const EslFilter *filter);

EslFilters *esl_filters_new (void);
void esl_filters_free (EslFilters *list);
guint esl_filters_count (const EslFilters *list);
/* Bytes that they all take. */
gsize esl_filters_size (const EslFilters *list);
/* The filter is the list's from then on. */
void esl_filters_add (EslFilters *list, EslFilter *filter);
/* Those of that header and, if it is not NULL, exactly that value; all of them when the header is
 * "all". */
void esl_filters_delete (EslFilters *list, const char *header, const char *value);

/* `number`: the event's, by which it is known again when ESL_FILTER_LATER was the answer; 0: none.
 * That is the answer when a filter has stopped (see there), or when `deadline`
 * (g_get_monotonic_time()) has passed with filters left. It goes on when asked again, without a
 * number from the beginning; at least one filter is asked each time. */
EslFilterVerdict esl_filters_judge (EslFilters *list, const EslEvent *event, guint64 number,
                                    gint64 deadline);
/* TRUE, once for each: the filter that has stopped in the last judgement. */
gboolean esl_filters_take_stop (EslFilters *list, EslFilterStop *ret_stop);

G_END_DECLS
