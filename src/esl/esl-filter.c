/* SPDX-License-Identifier: MIT */
/* esl-filter.c - filters, as the switch judges them (protocol: filters).
 *
 * With any filter an event passes only if a positive one matches, over all headers, and none that
 * is negative ("-value") does; a value that begins with "/" is a regular expression; an array is
 * compared as "ARRAY::a|:b", and of headers that repeat the first. A regular expression that can't
 * be compiled never matches, and one that takes too much when it is matched never matches again.
 */
#include "esl-filter.h"

#include <string.h>

#include "esl-pattern.h"

struct _EslFilter
{
  char *header;
  char *value; /* as written, for `filter delete` */
  const char *wanted;
  gboolean negative;
  gboolean whole;      /* compare whole values; else by `pattern` */
  EslPattern *pattern; /* NULL: matches nothing */
  gsize size;          /* bytes of all this */
};

struct _EslFilters
{
  GPtrArray *filters; /* in the order of their adding: the first negative match ends the walk */
  gsize size;
  GString *scratch;

  /* A judgement that was put off: so far by the first `judged` filters. */
  guint64 number; /* of the record; 0: none */
  guint judged;
  gboolean passes;
  EslFilterStop stopped; /* header NULL: none */
};

/* ---- one filter ---- */

/* The sign of a value: the last one before its text. */
static const char *
filter_skip_signs (const char *value, gboolean *ret_negative)
{
  *ret_negative = FALSE;
  for (; *value == '+' || *value == '-' || *value == ' '; value++)
    if (*value != ' ')
      *ret_negative = *value == '-';
  return value;
}

/* "/pattern/flags", as the switch reads it: the last slash ends the pattern, `i` and `s` are its
 * flags, and without an end it never matches. */
static void
filter_compile (EslFilter *filter, char **ret_why)
{
  const char *text = filter->value, *end = strrchr (text, '/');
  guint flags = 0;

  if (end == text)
    return;
  if (strchr (end, 'i') != NULL)
    flags |= ESL_PATTERN_CASELESS;
  if (strchr (end, 's') != NULL)
    flags |= ESL_PATTERN_DOTALL;
  filter->pattern = esl_pattern_new (text + 1, (gsize)(end - text - 1), flags, ret_why);
  if (filter->pattern != NULL)
    filter->size += esl_pattern_size (filter->pattern);
}

EslFilter *
esl_filter_new (const char *header, const char *value, char **ret_why)
{
  EslFilter *filter = g_new0 (EslFilter, 1);

  filter->header = g_strdup (header);
  filter->value = g_strdup (value);
  filter->wanted = filter_skip_signs (filter->value, &filter->negative);
  filter->whole = value[0] != '/';
  filter->size = sizeof *filter + strlen (header) + strlen (value) + 2;
  if (!filter->whole)
    filter_compile (filter, ret_why);
  return filter;
}

void
esl_filter_free (EslFilter *filter)
{
  g_free (filter->header);
  g_free (filter->value);
  g_clear_pointer (&filter->pattern, esl_pattern_free);
  g_free (filter);
}

gsize
esl_filter_size (const EslFilter *filter)
{
  return filter->size;
}

/* ---- all of them ---- */

EslFilters *
esl_filters_new (void)
{
  EslFilters *list = g_new0 (EslFilters, 1);

  list->filters = g_ptr_array_new_with_free_func ((GDestroyNotify)esl_filter_free);
  list->scratch = g_string_new (NULL);
  return list;
}

void
esl_filters_free (EslFilters *list)
{
  g_ptr_array_unref (list->filters);
  g_string_free (list->scratch, TRUE);
  g_free (list);
}

guint
esl_filters_count (const EslFilters *list)
{
  return list->filters->len;
}

gsize
esl_filters_size (const EslFilters *list)
{
  return list->size;
}

void
esl_filters_add (EslFilters *list, EslFilter *filter)
{
  list->number = 0;
  list->size += filter->size;
  g_ptr_array_add (list->filters, filter);
}

void
esl_filters_delete (EslFilters *list, const char *header, const char *value)
{
  list->number = 0;
  for (guint i = list->filters->len; i-- > 0;)
    {
      EslFilter *filter = list->filters->pdata[i];

      if (g_ascii_strcasecmp (header, "all") != 0
          && (g_ascii_strcasecmp (filter->header, header) != 0
              || (value != NULL && strcmp (filter->value, value) != 0)))
        continue;
      list->size -= filter->size;
      g_ptr_array_remove_index (list->filters, i);
    }
}

/* ---- judging ---- */

static gboolean
filter_matches (EslFilters *list, EslFilter *filter, const EslEvent *event)
{
  const char *value = esl_event_get_whole (event, filter->header, list->scratch);
  EslPatternResult result;

  if (value == NULL)
    return FALSE;
  if (filter->whole)
    return g_ascii_strcasecmp (value, filter->wanted) == 0;
  if (filter->pattern == NULL)
    return FALSE;
  result = esl_pattern_match (filter->pattern, value, strlen (value), &list->stopped.why);
  if (result != ESL_PATTERN_EXCEEDS)
    return result == ESL_PATTERN_MATCHES;
  g_clear_pointer (&filter->pattern, esl_pattern_free);
  list->stopped.header = filter->header;
  list->stopped.value = filter->value;
  return FALSE;
}

static EslFilterVerdict
filter_verdict (gboolean passes)
{
  return passes ? ESL_FILTER_PASSES : ESL_FILTER_DROPS;
}

/* Goes on where it was put off. */
EslFilterVerdict
esl_filters_judge (EslFilters *list, const EslEvent *event, guint64 number, gint64 deadline)
{
  GPtrArray *filters = list->filters;

  if (list->number != number || number == 0)
    {
      list->passes = filters->len == 0;
      list->judged = 0;
    }
  list->number = number;
  while (list->judged < filters->len)
    {
      EslFilter *filter = filters->pdata[list->judged++];

      if (filter_matches (list, filter, event))
        {
          if (filter->negative)
            return ESL_FILTER_DROPS;
          list->passes = TRUE;
        }
      if (list->stopped.header != NULL
          || (list->judged < filters->len && g_get_monotonic_time () >= deadline))
        return ESL_FILTER_LATER;
    }
  return filter_verdict (list->passes);
}

gboolean
esl_filters_take_stop (EslFilters *list, EslFilterStop *ret_stop)
{
  *ret_stop = list->stopped;
  list->stopped = (EslFilterStop){ 0 };
  return ret_stop->header != NULL;
}
