/* SPDX-License-Identifier: MIT */
/* fuzz-subscription.c - which events a reader gets, held against the switch's own rules
 * (protocol: commands and replies, filters), written here a second time from these rules alone.
 *
 * The input: command lines, an empty line, then events: `Name: value` lines, an empty line after
 * each. */
#include <string.h>

#include "esl-event-types.h"
#include "tree-subscription.h"

/* Far below a reader's own bounds, which the rules don't know. */
#define INPUT_MAX 1500

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

typedef struct
{
  char *header, *value;
} Filter;

typedef struct
{
  gboolean is_first; /* no `event` yet: everything */
  gboolean unknown;  /* events of types that we have no name for pass */
  gboolean types[ESL_EVENT_LAST];
  gboolean other_subclasses; /* those in neither set */
  GHashTable *subclasses, *nixed;
  GPtrArray *filters;
} Rules;

static void
filter_free (gpointer data)
{
  Filter *filter = data;

  g_free (filter->header);
  g_free (filter->value);
  g_free (filter);
}

static void
rules_init (Rules *rules)
{
  rules->is_first = rules->unknown = rules->other_subclasses = TRUE;
  for (guint i = 0; i < ESL_EVENT_LAST; i++)
    rules->types[i] = TRUE;
  rules->subclasses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  rules->nixed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  rules->filters = g_ptr_array_new_with_free_func (filter_free);
}

static void
rules_clear (Rules *rules)
{
  g_hash_table_unref (rules->subclasses);
  g_hash_table_unref (rules->nixed);
  g_ptr_array_unref (rules->filters);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rules, rules_clear)

static void
nothing (Rules *rules)
{
  rules->is_first = rules->unknown = rules->other_subclasses = FALSE;
  memset (rules->types, 0, sizeof rules->types);
  g_hash_table_remove_all (rules->subclasses);
  g_hash_table_remove_all (rules->nixed);
}

static void
set_type (Rules *rules, EslEventType type, gboolean on)
{
  if (type == ESL_EVENT_ALL)
    {
      for (guint i = 0; i < ESL_EVENT_LAST; i++)
        rules->types[i] = on;
      rules->unknown = on;
      if (on)
        {
          rules->other_subclasses = TRUE;
          g_hash_table_remove_all (rules->nixed);
        }
    }
  else if (on)
    rules->types[type] = TRUE;
  else if (type != ESL_EVENT_CUSTOM) /* there it only leads to the subclasses */
    rules->types[type] = rules->unknown = FALSE;
}

static void
set_subclass (Rules *rules, const char *subclass, gboolean on)
{
  g_hash_table_remove (on ? rules->nixed : rules->subclasses, subclass);
  g_hash_table_add (on ? rules->subclasses : rules->nixed, g_strdup (subclass));
}

/* Words that are no type are skipped; behind CUSTOM every word is a subclass. */
static void
list (Rules *rules, char **words, gboolean on)
{
  gboolean behind_custom = FALSE;

  for (; *words != NULL; words++)
    {
      EslEventType type = behind_custom ? ESL_EVENT_LAST : esl_event_type_parse (*words, -1);

      if (behind_custom && **words != '\0')
        set_subclass (rules, *words, on);
      else if (type != ESL_EVENT_LAST)
        set_type (rules, type, on);
      behind_custom |= type == ESL_EVENT_CUSTOM;
    }
}

/* "H V", "add H V", "delete H [V]": V may have spaces in it. */
static void
filter (Rules *rules, const char *text)
{
  g_autofree char *line = g_strstrip (g_strdup (text));
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  gboolean delete = g_ascii_strcasecmp (words[0], "delete") == 0;
  const char *value;

  if (delete || g_ascii_strcasecmp (words[0], "add") == 0)
    {
      g_free (line);
      line = g_strchug (g_strdup (words[1] != NULL ? words[1] : ""));
      g_strfreev (words);
      words = g_strsplit (line, " ", 2);
    }
  value = words[0] != NULL && words[1] != NULL ? words[1] + strspn (words[1], " ") : NULL;
  if (!delete)
    {
      Filter *added = g_new (Filter, 1);

      *added = (Filter){ .header = g_strdup (words[0]), .value = g_strdup (value) };
      g_ptr_array_add (rules->filters, added);
      return;
    }
  for (guint i = rules->filters->len; i-- > 0;)
    {
      const Filter *old = g_ptr_array_index (rules->filters, i);

      if (g_ascii_strcasecmp (words[0], "all") == 0
          || (g_ascii_strcasecmp (old->header, words[0]) == 0
              && (value == NULL || *value == '\0' || strcmp (old->value, value) == 0)))
        g_ptr_array_remove_index (rules->filters, i);
    }
}

static void
obey (Rules *rules, const char *line)
{
  g_autofree char *text = g_strstrip (g_strdup (line));
  g_auto (GStrv) words = g_strsplit_set (text, " \t", -1);
  char **rest = words + 1;

  if (g_ascii_strncasecmp (text, "filter ", 7) == 0)
    filter (rules, text + 7);
  else if (g_ascii_strcasecmp (words[0], "noevents") == 0)
    nothing (rules);
  else if (g_ascii_strcasecmp (words[0], "nixevent") == 0)
    list (rules, rest, FALSE);
  else
    {
      gboolean format =
          *rest != NULL
          && (g_ascii_strcasecmp (*rest, "plain") == 0 || g_ascii_strcasecmp (*rest, "json") == 0
              || g_ascii_strcasecmp (*rest, "xml") == 0);

      if (rules->is_first)
        nothing (rules);
      list (rules, rest + (format ? 1 : 0), TRUE);
    }
}

/* ---- who passes ---- */

static gboolean
matches (const Filter *filter, const EslEvent *event, gboolean *ret_negative)
{
  const char *value = NULL, *wanted = filter->value;

  *ret_negative = FALSE;
  for (; *wanted == '+' || *wanted == '-' || *wanted == ' '; wanted++)
    if (*wanted != ' ')
      *ret_negative = *wanted == '-';
  for (guint i = 0; value == NULL && i < esl_event_n_headers (event); i++)
    {
      EslHeader header;

      esl_event_header (event, i, &header);
      if (g_ascii_strcasecmp (header.name, filter->header) == 0)
        value = header.value;
    }
  return value != NULL && g_ascii_strcasecmp (value, wanted) == 0;
}

static gboolean
passes (const Rules *rules, const EslEvent *event)
{
  const char *name = esl_event_name (event),
             *subclass = esl_event_get_last (event, "Event-Subclass");
  EslEventType type = name != NULL ? esl_event_type_parse (name, -1) : ESL_EVENT_LAST;
  gboolean positive = rules->filters->len == 0;

  if (!rules->unknown
      && (type == ESL_EVENT_LAST || strcmp (name, esl_event_type_name (type)) != 0
          || !rules->types[type]))
    return FALSE;
  if (!rules->unknown && type == ESL_EVENT_CUSTOM && subclass != NULL
      && !g_hash_table_contains (rules->subclasses, subclass)
      && (!rules->other_subclasses || g_hash_table_contains (rules->nixed, subclass)))
    return FALSE;
  for (guint i = 0; i < rules->filters->len; i++)
    {
      gboolean negative;

      if (!matches (g_ptr_array_index (rules->filters, i), event, &negative))
        continue;
      if (negative)
        return FALSE;
      positive = TRUE;
    }
  return positive;
}

static gboolean
judge (Subscription *subscription, const EslEvent *event, guint64 number, gint64 deadline)
{
  EslFilterVerdict verdict;

  do
    verdict = subscription_judge (subscription, event, number, deadline);
  while (verdict == ESL_FILTER_LATER);
  return verdict == ESL_FILTER_PASSES;
}

/* ---- the input ---- */

/* Not judged here: one channel's own, and patterns. */
static gboolean
is_judged (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  return strstr (lower, "myevents") == NULL && strchr (text, '/') == NULL
         && strstr (lower, "eslfs::") == NULL;
}

static EslEvent *
read_event (const char *text)
{
  EslEvent *event = esl_event_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *colon = strstr (lines[i], ": ");

      if (colon == NULL || colon == lines[i])
        continue;
      *colon = '\0';
      if (!g_str_has_prefix (colon + 2, "ARRAY::"))
        esl_event_add (event, lines[i], colon + 2);
    }
  return event;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_auto (GStrv) parts = g_strsplit (text, "\n\n", -1);
  g_auto (GStrv) lines = parts[0] != NULL ? g_strsplit (parts[0], "\n", -1) : NULL;
  g_autoptr (Subscription) subscription = subscription_new ();
  g_auto (Rules) rules = { 0 };
  gboolean judged = size <= INPUT_MAX && is_judged (text);

  rules_init (&rules);
  for (guint i = 0; lines != NULL && lines[i] != NULL && size <= INPUT_MAX; i++)
    if (subscription_command (subscription, lines[i]) == 0 && judged)
      obey (&rules, lines[i]);
  for (guint i = 1; parts[0] != NULL && parts[i] != NULL && judged; i++)
    {
      g_autoptr (EslEvent) event = read_event (parts[i]);

      /* at one go, and filter by filter */
      g_assert_cmpint (judge (subscription, event, 2 * i, G_MAXINT64), ==, passes (&rules, event));
      g_assert_cmpint (judge (subscription, event, 2 * i + 1, 0), ==, passes (&rules, event));
      if (subscription_is_everything (subscription))
        g_assert_true (passes (&rules, event));
    }
  return 0;
}
