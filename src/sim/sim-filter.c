/* SPDX-License-Identifier: MIT */
/* sim-filter.c - the words of `filter`, and what is said of them. */
#include "sim-filter.h"

#include <string.h>

/* Bound on what a client can pile up. */
#define FILTER_MAX 10000u

/* One whose regular expression can't be used is taken, and never matches. */
static void
filter_add (EslFilters *filters, const char *name, const char *value)
{
  g_autofree char *unusable = NULL;

  if (esl_filters_count (filters) < FILTER_MAX)
    esl_filters_add (filters, esl_filter_new (name, value, &unusable));
}

/* Cuts the first word off `text`; returns what follows its space, NULL when nothing does. */
static char *
cut_word (char *text)
{
  char *space = strchr (text, ' ');

  if (space == NULL)
    return NULL;
  *space = '\0';
  return space + 1;
}

static void
filter_command_delete (EslFilters *filters, char *name, GString *reply)
{
  const char *value = cut_word (name);

  esl_filters_delete (filters, name, value);
  g_string_append_printf (reply, "+OK filter deleted. [%s][%s]", name, value != NULL ? value : "");
}

static void
filter_command_add (EslFilters *filters, char *name, char *value, GString *reply)
{
  if (g_ascii_strcasecmp (name, "add") == 0)
    {
      name = value;
      value = cut_word (name);
    }
  if (value != NULL && *value != '\0')
    filter_add (filters, name, value);
  g_string_append_printf (reply, "+OK filter added. [%s]=[%s]", name,
                          value != NULL ? value : "(null)");
}

void
sim_filter_command (EslFilters *filters, const char *args, GString *reply)
{
  g_autofree char *copy = g_strdup (args);
  char *name = copy + strspn (copy, " ");
  char *value = cut_word (name);

  if (value == NULL)
    g_string_append (reply, "-ERR invalid syntax");
  else if (g_ascii_strcasecmp (name, "delete") == 0)
    filter_command_delete (filters, value, reply);
  else
    filter_command_add (filters, name, value, reply);
}

gboolean
sim_filter_passes (EslFilters *filters, const EslEvent *event)
{
  EslFilterVerdict verdict;
  EslFilterStop stop;

  do
    verdict = esl_filters_judge (filters, event, 0, G_MAXINT64);
  while (verdict == ESL_FILTER_LATER && esl_filters_take_stop (filters, &stop));
  return verdict == ESL_FILTER_PASSES;
}
