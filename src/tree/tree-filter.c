/* SPDX-License-Identifier: MIT */
/* tree-filter.c - the lines `filter ...` of a live reader, and what they may take. */
#include "tree-filter.h"

#include <errno.h>
#include <string.h>

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

static int
check_words (const EslFilters *list, const char *header, const char *value, char **ret_why)
{
  if (header[0] == '\0' || value[0] == '\0')
    return EINVAL;
  if (esl_filters_count (list) >= FILTERS_MAX)
    return filter_refuse (ret_why, E2BIG, "a reader has %u filters at most", FILTERS_MAX);
  if (strlen (header) > FILTER_BYTES_MAX || strlen (value) > FILTER_BYTES_MAX)
    return filter_refuse (ret_why, E2BIG, "a filter's header and value have %u bytes at most",
                          FILTER_BYTES_MAX);
  return 0;
}

static int
add_filter (EslFilters *list, const char *header, const char *value, char **ret_why)
{
  g_autoptr (EslFilter) filter = NULL;
  g_autofree char *unusable = NULL;
  int error = check_words (list, header, value, ret_why);

  if (error != 0)
    return error;
  filter = esl_filter_new (header, value, &unusable);
  if (unusable != NULL)
    return filter_refuse (ret_why, EINVAL, "the regular expression can't be used: %s", unusable);
  if (esl_filters_size (list) + esl_filter_size (filter) > FILTERS_BYTES_MAX)
    return filter_refuse (
        ret_why, E2BIG,
        "the filters of a reader take %u bytes at most, regular expressions compiled",
        FILTERS_BYTES_MAX);
  esl_filters_add (list, g_steal_pointer (&filter));
  return 0;
}

static int
delete_filters (EslFilters *list, const char *header, const char *value)
{
  if (header[0] == '\0')
    return EINVAL;
  esl_filters_delete (list, header, value);
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
filter_command (EslFilters *list, const char *line, char **ret_why)
{
  g_autofree char *header = take_word (&line);
  gboolean is_delete = g_ascii_strcasecmp (header, "delete") == 0;

  if (is_delete || g_ascii_strcasecmp (header, "add") == 0)
    {
      g_free (header);
      header = take_word (&line);
    }
  return is_delete ? delete_filters (list, header, line[0] != '\0' ? line : NULL)
                   : add_filter (list, header, line, ret_why);
}
