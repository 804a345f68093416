/* SPDX-License-Identifier: MIT */
/* tree-filter.c - filters, with the switch's semantics (protocol: filter semantics).
 *
 * With any filter an event passes only if a positive one matches, over all headers, and none that
 * is negative ("-value") does; a value that begins with "/" is a regular expression; an array is
 * compared as "ARRAY::a|:b", and of headers that repeat the first. A regular expression that can't
 * be compiled would never match at the switch; here it is refused, and one that takes too much when
 * it is matched never matches again.
 */
#include "tree-filter.h"

#include <errno.h>
#include <string.h>

#include "tree-pattern.h"

typedef struct
{
  char *header;
  char *value; /* as written, for `filter delete` */
  const char *wanted;
  gboolean negative;
  gboolean whole;   /* compare whole values; else by `pattern` */
  Pattern *pattern; /* NULL: matches nothing */
  gsize size;       /* bytes of all this */
} Filter;

struct _FilterList
{
  GPtrArray *filters;
  GString *scratch;

  /* A judgement that was put off: so far by the first `judged` filters. */
  guint64 number; /* of the record; 0: none */
  guint judged;
  gboolean passes;
  FilterStop stopped; /* header NULL: none */
};

static void
filter_free (gpointer data)
{
  Filter *filter = data;

  g_free (filter->header);
  g_free (filter->value);
  g_clear_pointer (&filter->pattern, pattern_free);
  g_free (filter);
}

FilterList *
filter_list_new (void)
{
  FilterList *list = g_new0 (FilterList, 1);

  list->filters = g_ptr_array_new_with_free_func (filter_free);
  list->scratch = g_string_new (NULL);
  return list;
}

void
filter_list_free (FilterList *list)
{
  g_ptr_array_unref (list->filters);
  g_string_free (list->scratch, TRUE);
  g_free (list);
}

gboolean
filter_list_is_empty (const FilterList *list)
{
  return list->filters->len == 0;
}

/* ---- the lines ---- */

int
filter_refuse (char **ret_why, int error, const char *why, ...)
{
  g_autofree char *text = NULL;
  va_list values;

  va_start (values, why);
  text = g_strdup_vprintf (why, values);
  va_end (values);
  *ret_why = g_strdup_printf ("-ERR %s\n", text);
  return error;
}

/* "/pattern/flags", as the switch reads it: the last slash ends the pattern, `i` and `s` are its
 * flags, and without an end it never matches. */
static int
compile (Filter *filter, char **ret_why)
{
  const char *text = filter->value, *end = strrchr (text, '/');
  g_autofree char *why = NULL;
  guint flags = 0;

  if (end == text)
    return 0;
  if (strchr (end, 'i') != NULL)
    flags |= PATTERN_CASELESS;
  if (strchr (end, 's') != NULL)
    flags |= PATTERN_DOTALL;
  filter->pattern = pattern_new (text + 1, (gsize)(end - text - 1), flags, &why);
  if (filter->pattern == NULL)
    return filter_refuse (ret_why, EINVAL, "the regular expression can't be used: %s", why);
  filter->size += pattern_size (filter->pattern);
  return 0;
}

/* The sign of a value: the last one before its text. */
static const char *
skip_signs (const char *value, gboolean *ret_negative)
{
  *ret_negative = FALSE;
  for (; *value == '+' || *value == '-' || *value == ' '; value++)
    if (*value != ' ')
      *ret_negative = *value == '-';
  return value;
}

static int
check_filter (const FilterList *list, const char *header, const char *value, char **ret_why)
{
  if (header[0] == '\0' || value[0] == '\0')
    return EINVAL;
  if (list->filters->len >= FILTERS_MAX)
    return filter_refuse (ret_why, E2BIG, "a reader has %u filters at most", FILTERS_MAX);
  if (strlen (header) > FILTER_BYTES_MAX || strlen (value) > FILTER_BYTES_MAX)
    return filter_refuse (ret_why, E2BIG, "a filter's header and value have %u bytes at most",
                          FILTER_BYTES_MAX);
  return 0;
}

gsize
filter_list_size (const FilterList *list)
{
  gsize size = 0;

  for (guint i = 0; i < list->filters->len; i++)
    size += ((Filter *)list->filters->pdata[i])->size;
  return size;
}

static int
check_size (const FilterList *list, const Filter *another, char **ret_why)
{
  if (filter_list_size (list) + another->size > FILTERS_BYTES_MAX)
    return filter_refuse (
        ret_why, E2BIG,
        "the filters of a reader take %u bytes at most, regular expressions compiled",
        FILTERS_BYTES_MAX);
  return 0;
}

static int
add_filter (FilterList *list, const char *header, const char *value, char **ret_why)
{
  int error = check_filter (list, header, value, ret_why);
  Filter *filter;

  if (error != 0)
    return error;
  filter = g_new0 (Filter, 1);
  filter->header = g_strdup (header);
  filter->value = g_strdup (value);
  filter->wanted = skip_signs (filter->value, &filter->negative);
  filter->whole = value[0] != '/';
  filter->size = sizeof *filter + strlen (header) + strlen (value) + 2;
  if (!filter->whole)
    error = compile (filter, ret_why);
  if (error == 0)
    error = check_size (list, filter, ret_why);
  if (error == 0)
    g_ptr_array_add (list->filters, filter);
  else
    filter_free (filter);
  return error;
}

static int
delete_filter (FilterList *list, const char *header, const char *value)
{
  if (header[0] == '\0')
    return EINVAL;
  for (guint i = list->filters->len; i-- > 0;)
    {
      Filter *filter = list->filters->pdata[i];

      if (g_ascii_strcasecmp (header, "all") == 0
          || (g_ascii_strcasecmp (filter->header, header) == 0
              && (value == NULL || strcmp (filter->value, value) == 0)))
        g_ptr_array_remove_index (list->filters, i);
    }
  return 0;
}

/* Cuts the next word off *rest; spaces around it don't count. */
static char *
take_word (const char **rest)
{
  const char *start = *rest + strspn (*rest, " ");
  gsize len = strcspn (start, " ");

  *rest = start + len + strspn (start + len, " ");
  return g_strndup (start, len);
}

/* "filter H V", "filter add H V", "filter delete H [V]": V is the rest of the line, with the spaces
 * in it. */
int
filter_list_command (FilterList *list, const char *line, char **ret_why)
{
  g_autofree char *header = take_word (&line);
  gboolean is_delete = g_ascii_strcasecmp (header, "delete") == 0;

  list->number = 0;
  if (is_delete || g_ascii_strcasecmp (header, "add") == 0)
    {
      g_free (header);
      header = take_word (&line);
    }
  return is_delete ? delete_filter (list, header, line[0] != '\0' ? line : NULL)
                   : add_filter (list, header, line, ret_why);
}

/* ---- judging ---- */

static gboolean
filter_matches (FilterList *list, Filter *filter, const EslEvent *event)
{
  const char *value = esl_event_get_whole (event, filter->header, list->scratch);
  PatternResult result;

  if (value == NULL)
    return FALSE;
  if (filter->whole)
    return g_ascii_strcasecmp (value, filter->wanted) == 0;
  if (filter->pattern == NULL)
    return FALSE;
  result = pattern_match (filter->pattern, value, strlen (value), &list->stopped.why);
  if (result != PATTERN_EXCEEDS)
    return result == PATTERN_MATCHES;
  g_clear_pointer (&filter->pattern, pattern_free);
  list->stopped.header = filter->header;
  list->stopped.value = filter->value;
  return FALSE;
}

static FilterVerdict
verdict (gboolean passes)
{
  return passes ? FILTER_PASSES : FILTER_DROPS;
}

/* Goes on where it was put off. */
FilterVerdict
filter_list_judge (FilterList *list, const EslEvent *event, guint64 number, gint64 deadline)
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
      Filter *filter = filters->pdata[list->judged++];

      if (filter_matches (list, filter, event))
        {
          if (filter->negative)
            return FILTER_DROPS;
          list->passes = TRUE;
        }
      if (list->stopped.header != NULL
          || (list->judged < filters->len && g_get_monotonic_time () >= deadline))
        return FILTER_LATER;
    }
  return verdict (list->passes);
}

gboolean
filter_list_take_stop (FilterList *list, FilterStop *ret_stop)
{
  *ret_stop = list->stopped;
  list->stopped = (FilterStop){ 0 };
  return ret_stop->header != NULL;
}
