/* SPDX-License-Identifier: MIT */
/* tree-subscription.c - ESL subscription commands, as data.
 *
 * Semantics as the switch has them (protocol: commands and replies, filter semantics): names
 * without regard to case; after CUSTOM every word is a subclass; subscriptions add up; with any
 * filter an event passes only if a positive one matches, over all headers, and none that is
 * negative ("-value") does; a value that begins with "/" is a regular expression; an array is
 * compared as "ARRAY::a|:b". A regular expression that can't be compiled would never match at the
 * switch; here it is refused.
 */
#include "tree-subscription.h"

#include <errno.h>
#include <string.h>

#define WORDS_MAX 1000 /* names, subclasses and filters of one reader */
#define NEVER "(?!)"   /* matches nothing */

typedef struct
{
  char *header;
  char *value; /* as written, for `filter delete` */
  const char *wanted;
  gboolean negative;
  GRegex *regex; /* NULL: compare whole values */
} Filter;

struct _Subscription
{
  gboolean everything;    /* as it was at the open */
  gboolean all;           /* `event all` */
  gboolean custom_all;    /* CUSTOM without a subclass: those that have none */
  GHashTable *names;      /* upper case */
  GHashTable *subclasses; /* as given, compared without case */
  GPtrArray *filters;
  char *channel; /* myevents */
  GString *scratch;
};

static void
filter_free (gpointer data)
{
  Filter *filter = data;

  g_free (filter->header);
  g_free (filter->value);
  g_clear_pointer (&filter->regex, g_regex_unref);
  g_free (filter);
}

Subscription *
subscription_new (void)
{
  Subscription *subscription = g_new0 (Subscription, 1);

  subscription->everything = TRUE;
  subscription->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  subscription->subclasses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  subscription->filters = g_ptr_array_new_with_free_func (filter_free);
  subscription->scratch = g_string_new (NULL);
  return subscription;
}

void
subscription_free (Subscription *subscription)
{
  g_hash_table_unref (subscription->names);
  g_hash_table_unref (subscription->subclasses);
  g_ptr_array_unref (subscription->filters);
  g_string_free (subscription->scratch, TRUE);
  g_free (subscription->channel);
  g_free (subscription);
}

/* ---- event, nixevent, noevents, myevents ---- */

static gboolean
is_format (const char *word)
{
  return g_ascii_strcasecmp (word, "plain") == 0 || g_ascii_strcasecmp (word, "json") == 0
         || g_ascii_strcasecmp (word, "xml") == 0;
}

static void
put_word (Subscription *subscription, GHashTable *set, const char *word, gboolean add)
{
  g_autofree char *key = g_ascii_strup (word, -1);

  if (!add)
    g_hash_table_remove (set, key);
  else if (g_hash_table_size (set) < WORDS_MAX)
    g_hash_table_add (set, g_steal_pointer (&key));
}

static void
put_name (Subscription *subscription, const char *word, gboolean add)
{
  if (g_ascii_strcasecmp (word, "all") != 0)
    {
      put_word (subscription, subscription->names, word, add);
      return;
    }
  subscription->all = add;
  if (!add)
    g_hash_table_remove_all (subscription->names);
}

static int
event_command (Subscription *subscription, char **words, gboolean add)
{
  gboolean custom = FALSE;
  guint used = 0;

  if (words[0] != NULL && add && is_format (words[0]))
    words++;
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (words[i][0] == '\0')
        continue;
      if (add && used++ == 0)
        subscription->everything = FALSE;
      if (custom)
        put_word (subscription, subscription->subclasses, words[i], add);
      else if (g_ascii_strcasecmp (words[i], "CUSTOM") == 0)
        custom = TRUE;
      else
        put_name (subscription, words[i], add);
      used += !add;
    }
  if (custom
      && (words[0] == NULL || g_ascii_strcasecmp (words[g_strv_length (words) - 1], "CUSTOM") == 0))
    subscription->custom_all = add;
  return used > 0 ? 0 : EINVAL;
}

static int
on_event (Subscription *subscription, char **words)
{
  return event_command (subscription, words, TRUE);
}

static int
on_nixevent (Subscription *subscription, char **words)
{
  return event_command (subscription, words, FALSE);
}

static int
on_noevents (Subscription *subscription, char **words)
{
  subscription->everything = subscription->all = subscription->custom_all = FALSE;
  g_hash_table_remove_all (subscription->names);
  g_hash_table_remove_all (subscription->subclasses);
  g_clear_pointer (&subscription->channel, g_free);
  return 0;
}

static int
on_myevents (Subscription *subscription, char **words)
{
  if (words[0] != NULL && is_format (words[0]))
    words++;
  if (words[0] == NULL || words[0][0] == '\0')
    return EINVAL;
  subscription->everything = FALSE;
  g_free (subscription->channel);
  subscription->channel = g_strdup (words[0]);
  return 0;
}

/* ---- filter ---- */

/* "/pattern/flags", as the switch reads it: the last slash ends the pattern, `i` and `s` are its
 * flags, and without an end it never matches. NULL: no regular expression. */
static GRegex *
compile (const char *text)
{
  const char *end = strrchr (text, '/');
  g_autofree char *pattern = end > text ? g_strndup (text + 1, (gsize)(end - text - 1)) : NULL;
  GRegexCompileFlags flags = G_REGEX_RAW;

  if (pattern == NULL)
    return g_regex_new (NEVER, G_REGEX_RAW, 0, NULL);
  if (strchr (end, 'i') != NULL)
    flags |= G_REGEX_CASELESS;
  if (strchr (end, 's') != NULL)
    flags |= G_REGEX_DOTALL;
  return g_regex_new (pattern, flags, 0, NULL);
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
add_filter (Subscription *subscription, const char *header, const char *value)
{
  Filter *filter;
  GRegex *regex = NULL;

  if (header[0] == '\0' || value[0] == '\0' || subscription->filters->len >= WORDS_MAX)
    return EINVAL;
  if (value[0] == '/' && (regex = compile (value)) == NULL)
    return EINVAL;
  filter = g_new0 (Filter, 1);
  filter->header = g_strdup (header);
  filter->value = g_strdup (value);
  filter->wanted = skip_signs (filter->value, &filter->negative);
  filter->regex = regex;
  g_ptr_array_add (subscription->filters, filter);
  return 0;
}

static int
delete_filter (Subscription *subscription, const char *header, const char *value)
{
  if (header[0] == '\0')
    return EINVAL;
  for (guint i = subscription->filters->len; i-- > 0;)
    {
      Filter *filter = subscription->filters->pdata[i];

      if (g_ascii_strcasecmp (header, "all") == 0
          || (g_ascii_strcasecmp (filter->header, header) == 0
              && (value == NULL || strcmp (filter->value, value) == 0)))
        g_ptr_array_remove_index (subscription->filters, i);
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
static int
filter_command (Subscription *subscription, const char *line)
{
  g_autofree char *header = take_word (&line);
  gboolean is_delete = g_ascii_strcasecmp (header, "delete") == 0;

  if (is_delete || g_ascii_strcasecmp (header, "add") == 0)
    {
      g_free (header);
      header = take_word (&line);
    }
  return is_delete ? delete_filter (subscription, header, line[0] != '\0' ? line : NULL)
                   : add_filter (subscription, header, line);
}

static const struct
{
  const char *word;
  int (*run) (Subscription *subscription, char **words);
} commands[] = {
  { "event", on_event },       { "events", on_event },      { "nixevent", on_nixevent },
  { "noevents", on_noevents }, { "myevents", on_myevents },
};

int
subscription_command (Subscription *subscription, const char *line)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *text = g_strstrip (g_strdup (line));

  if (g_ascii_strncasecmp (text, "filter ", 7) == 0)
    return filter_command (subscription, g_strchug (text + 7));
  words = g_strsplit_set (text, " \t", -1);
  for (gsize i = 0; words[0] != NULL && i < G_N_ELEMENTS (commands); i++)
    if (g_ascii_strcasecmp (words[0], commands[i].word) == 0)
      return commands[i].run (subscription, words + 1);
  return EINVAL;
}

/* ---- matching ---- */

gboolean
subscription_is_everything (const Subscription *subscription)
{
  return subscription->everything && subscription->filters->len == 0;
}

static gboolean
has_word (GHashTable *set, const char *word)
{
  g_autofree char *key = NULL;

  if (g_hash_table_size (set) == 0)
    return FALSE;
  key = g_ascii_strup (word, -1);
  return g_hash_table_contains (set, key);
}

static gboolean
is_subscribed (const Subscription *subscription, const EslEvent *event)
{
  const char *name = esl_event_name (event);
  const char *subclass = esl_event_get (event, "Event-Subclass");
  const char *channel = esl_event_get (event, "Unique-ID");

  if (subscription->everything || subscription->all)
    return TRUE;
  if (subscription->channel != NULL && channel != NULL
      && strcmp (channel, subscription->channel) == 0)
    return TRUE;
  if (name == NULL)
    return FALSE;
  if (subclass != NULL && strcmp (name, "CUSTOM") == 0)
    return has_word (subscription->subclasses, subclass);
  if (strcmp (name, "CUSTOM") == 0)
    return subscription->custom_all;
  return has_word (subscription->names, name);
}

static gboolean
filter_matches (const Filter *filter, const EslEvent *event, GString *scratch)
{
  const char *value = esl_event_get_whole (event, filter->header, scratch);

  if (value == NULL)
    return FALSE;
  if (filter->regex != NULL)
    return g_regex_match (filter->regex, value, 0, NULL);
  return g_ascii_strcasecmp (value, filter->wanted) == 0;
}

static gboolean
passes_filters (const Subscription *subscription, const EslEvent *event)
{
  gboolean passes = subscription->filters->len == 0;

  for (guint i = 0; i < subscription->filters->len; i++)
    {
      const Filter *filter = subscription->filters->pdata[i];

      if (!filter_matches (filter, event, subscription->scratch))
        continue;
      if (filter->negative)
        return FALSE;
      passes = TRUE;
    }
  return passes;
}

/* A reader must learn of what it misses, whatever it asked for. */
static gboolean
is_notice (const EslEvent *event)
{
  const char *subclass = esl_event_get (event, "Event-Subclass");

  return subclass != NULL
         && (strcmp (subclass, "eslfs::gap") == 0 || strcmp (subclass, "eslfs::lost") == 0);
}

gboolean
subscription_passes (const Subscription *subscription, const EslEvent *event)
{
  if (is_notice (event))
    return TRUE;
  return is_subscribed (subscription, event) && passes_filters (subscription, event);
}

gboolean
subscription_ends_with (const Subscription *subscription, const EslEvent *event)
{
  const char *channel;

  if (subscription->channel == NULL || subscription->all
      || g_hash_table_size (subscription->names) > 0)
    return FALSE;
  channel = esl_event_get (event, "Unique-ID");
  return g_strcmp0 (channel, subscription->channel) == 0
         && g_strcmp0 (esl_event_name (event), "CHANNEL_DESTROY") == 0;
}
