/* SPDX-License-Identifier: MIT */
/* sim-filter.c - see the header.
 *
 * The rules are kept in the order they were added, since the first negative match
 * ends the walk. A regular expression is compiled once, when it is added; one
 * that doesn't compile never matches.
 */
#include "sim-filter.h"

#include <string.h>

/* Bound on what a client can pile up. */
#define FILTER_MAX 10000u

typedef struct
{
  char *name;
  char *value;        /* as given */
  const char *wanted; /* `value` after its signs and spaces */
  gboolean positive;
  GRegex *regex; /* NULL: compare whole */
} FilterRule;

struct _SimFilter
{
  GPtrArray *rules; /* FilterRule, owned */
  GString *scratch;
};

static void
filter_rule_free (gpointer data)
{
  FilterRule *rule = data;
  g_free (rule->name);
  g_free (rule->value);
  g_clear_pointer (&rule->regex, g_regex_unref);
  g_free (rule);
}

SimFilter *
sim_filter_new (void)
{
  SimFilter *filter = g_new0 (SimFilter, 1);
  filter->rules = g_ptr_array_new_with_free_func (filter_rule_free);
  filter->scratch = g_string_new (NULL);
  return filter;
}

void
sim_filter_free (SimFilter *filter)
{
  g_ptr_array_unref (filter->rules);
  g_string_free (filter->scratch, TRUE);
  g_free (filter);
}

/* "/pattern/flags"; without the second slash it never matches. */
static GRegex *
filter_regex (const char *text)
{
  const char *end = strrchr (text, '/');
  if (end == text)
    return NULL;
  g_autofree char *pattern = g_strndup (text + 1, (gsize)(end - text - 1));
  int flags = G_REGEX_RAW | G_REGEX_OPTIMIZE;
  if (strchr (end, 'i'))
    flags |= G_REGEX_CASELESS;
  if (strchr (end, 's'))
    flags |= G_REGEX_DOTALL;
  return g_regex_new (pattern, flags, 0, NULL);
}

static void
filter_add (SimFilter *filter, const char *name, const char *value)
{
  if (filter->rules->len >= FILTER_MAX)
    return;
  FilterRule *rule = g_new0 (FilterRule, 1);
  rule->name = g_strdup (name);
  rule->value = g_strdup (value);
  rule->positive = TRUE;
  for (rule->wanted = rule->value; *rule->wanted && strchr ("+- ", *rule->wanted); rule->wanted++)
    if (*rule->wanted != ' ')
      rule->positive = *rule->wanted == '+';
  if (rule->value[0] == '/')
    rule->regex = filter_regex (rule->wanted);
  g_ptr_array_add (filter->rules, rule);
}

/* `value` NULL: every rule of that name. The value's case counts here. */
static void
filter_delete (SimFilter *filter, const char *name, const char *value)
{
  for (guint i = filter->rules->len; i-- > 0;)
    {
      const FilterRule *rule = g_ptr_array_index (filter->rules, i);
      if (g_ascii_strcasecmp (rule->name, name) == 0
          && (!value || strcmp (rule->value, value) == 0))
        g_ptr_array_remove_index (filter->rules, i);
    }
}

/* Cuts the first word off `text`; returns what follows its space, NULL when nothing does. */
static char *
cut_word (char *text)
{
  char *space = strchr (text, ' ');
  if (!space)
    return NULL;
  *space = '\0';
  return space + 1;
}

static void
filter_command_delete (SimFilter *filter, char *name, GString *reply)
{
  const char *value = cut_word (name);
  if (g_ascii_strcasecmp (name, "all") == 0)
    g_ptr_array_set_size (filter->rules, 0);
  else
    filter_delete (filter, name, value);
  g_string_append_printf (reply, "+OK filter deleted. [%s][%s]", name, value ? value : "");
}

static void
filter_command_add (SimFilter *filter, char *name, char *value, GString *reply)
{
  if (g_ascii_strcasecmp (name, "add") == 0)
    {
      name = value;
      value = cut_word (name);
    }
  if (value && *value)
    filter_add (filter, name, value);
  g_string_append_printf (reply, "+OK filter added. [%s]=[%s]", name, value ? value : "(null)");
}

void
sim_filter_command (SimFilter *filter, const char *args, GString *reply)
{
  g_autofree char *copy = g_strdup (args);
  char *name = copy + strspn (copy, " ");
  char *value = cut_word (name);
  if (!value)
    g_string_append (reply, "-ERR invalid syntax");
  else if (g_ascii_strcasecmp (name, "delete") == 0)
    filter_command_delete (filter, value, reply);
  else
    filter_command_add (filter, name, value, reply);
}

static gboolean
filter_rule_matches (const FilterRule *rule, const char *value)
{
  if (rule->value[0] == '/')
    return rule->regex && g_regex_match (rule->regex, value, 0, NULL);
  return g_ascii_strcasecmp (value, rule->wanted) == 0;
}

gboolean
sim_filter_passes (const SimFilter *filter, const EslEvent *event)
{
  gboolean pass = filter->rules->len == 0;
  for (guint i = 0; i < filter->rules->len; i++)
    {
      const FilterRule *rule = g_ptr_array_index (filter->rules, i);
      const char *value = (pass && rule->positive)
                              ? NULL
                              : esl_event_get_whole (event, rule->name, filter->scratch);
      if (!value || !filter_rule_matches (rule, value))
        continue;
      if (!rule->positive)
        return FALSE;
      pass = TRUE;
    }
  return pass;
}
