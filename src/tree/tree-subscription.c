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

#include "esl-event-types.h"

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
  gboolean initial;        /* no `event` or `myevents` yet: the first one replaces everything */
  gboolean all;            /* every event, of types that we don't know too */
  GHashTable *names;       /* of types, as FreeSWITCH writes them (lent) */
  gboolean all_subclasses; /* of CUSTOM, but for those that were nixed */
  GHashTable *subclasses, *nixed;
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

static GHashTable *
set_new (GDestroyNotify free_word)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, free_word, NULL);
}

Subscription *
subscription_new (void)
{
  Subscription *subscription = g_new0 (Subscription, 1);

  subscription->initial = subscription->all = subscription->all_subclasses = TRUE;
  subscription->names = set_new (NULL);
  subscription->subclasses = set_new (g_free);
  subscription->nixed = set_new (g_free);
  subscription->filters = g_ptr_array_new_with_free_func (filter_free);
  subscription->scratch = g_string_new (NULL);
  return subscription;
}

void
subscription_free (Subscription *subscription)
{
  g_hash_table_unref (subscription->names);
  g_hash_table_unref (subscription->subclasses);
  g_hash_table_unref (subscription->nixed);
  g_ptr_array_unref (subscription->filters);
  g_string_free (subscription->scratch, TRUE);
  g_free (subscription->channel);
  g_free (subscription);
}

/* ---- event, nixevent, noevents, myevents ---- */

static void
clear (Subscription *subscription)
{
  subscription->initial = subscription->all = subscription->all_subclasses = FALSE;
  g_hash_table_remove_all (subscription->names);
  g_hash_table_remove_all (subscription->subclasses);
  g_hash_table_remove_all (subscription->nixed);
}

static gboolean
is_format (const char *word)
{
  return g_ascii_strcasecmp (word, "plain") == 0 || g_ascii_strcasecmp (word, "json") == 0
         || g_ascii_strcasecmp (word, "xml") == 0;
}

static void
put (GHashTable *set, const char *word)
{
  if (g_hash_table_size (set) < WORDS_MAX)
    g_hash_table_add (set, g_strdup (word));
}

static void
add_subclass (Subscription *subscription, const char *word)
{
  g_hash_table_remove (subscription->nixed, word);
  put (subscription->subclasses, word);
}

static void
nix_subclass (Subscription *subscription, const char *word)
{
  g_hash_table_remove (subscription->subclasses, word);
  put (subscription->nixed, word);
}

static void
add_type (Subscription *subscription, EslEventType type)
{
  g_hash_table_add (subscription->names, (char *)esl_event_type_name (type));
  if (type != ESL_EVENT_ALL)
    return;
  subscription->all = subscription->all_subclasses = TRUE;
  g_hash_table_remove_all (subscription->nixed);
}

/* Of everything but one, what is left are the types that are known. CUSTOM only leads to its
 * subclasses. */
static void
nix_type (Subscription *subscription, EslEventType type)
{
  if (type == ESL_EVENT_CUSTOM)
    return;
  for (guint i = 0; subscription->all && i < ESL_EVENT_ALL; i++)
    g_hash_table_add (subscription->names, (char *)esl_event_type_name (i));
  subscription->all = FALSE;
  g_hash_table_remove (subscription->names, esl_event_type_name (type));
  if (type == ESL_EVENT_ALL)
    g_hash_table_remove_all (subscription->names);
}

static gboolean
has_type (char **words)
{
  for (; *words != NULL; words++)
    if (esl_event_type_parse (*words, -1) != ESL_EVENT_LAST)
      return TRUE;
  return FALSE;
}

/* Names that FreeSWITCH doesn't know are skipped; of a list without any other, nothing is left. */
static int
change (Subscription *subscription, char **words, void (*type_func) (Subscription *, EslEventType),
        void (*subclass_func) (Subscription *, const char *))
{
  gboolean custom = FALSE;

  if (!has_type (words))
    return EINVAL;
  for (; *words != NULL; words++)
    {
      EslEventType type = custom ? ESL_EVENT_LAST : esl_event_type_parse (*words, -1);

      if (custom && **words != '\0')
        subclass_func (subscription, *words);
      else if (type != ESL_EVENT_LAST)
        type_func (subscription, type);
      custom |= type == ESL_EVENT_CUSTOM;
    }
  return 0;
}

static int
on_event (Subscription *subscription, char **words)
{
  if (words[0] != NULL && is_format (words[0]))
    words++;
  if (!has_type (words))
    return EINVAL;
  if (subscription->initial)
    clear (subscription);
  return change (subscription, words, add_type, add_subclass);
}

static int
on_nixevent (Subscription *subscription, char **words)
{
  return change (subscription, words, nix_type, nix_subclass);
}

static int
on_noevents (Subscription *subscription, char **words)
{
  clear (subscription);
  g_clear_pointer (&subscription->channel, g_free);
  return 0;
}

void
subscription_add_channel (Subscription *subscription, const char *uuid)
{
  if (subscription->initial)
    clear (subscription);
  g_free (subscription->channel);
  subscription->channel = g_strdup (uuid);
}

static int
on_myevents (Subscription *subscription, char **words)
{
  if (words[0] != NULL && is_format (words[0]))
    words++;
  if (words[0] == NULL || words[0][0] == '\0')
    return EINVAL;
  subscription_add_channel (subscription, words[0]);
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
  return subscription->all && subscription->filters->len == 0;
}

const char *
subscription_channel (const Subscription *subscription)
{
  return subscription->channel;
}

static gboolean
is_subclass_subscribed (const Subscription *subscription, const char *subclass)
{
  if (subscription->all_subclasses)
    return !g_hash_table_contains (subscription->nixed, subclass);
  return g_hash_table_contains (subscription->subclasses, subclass);
}

/* CUSTOM without a subclass comes with any subscription to CUSTOM. */
static gboolean
is_subscribed (const Subscription *subscription, const EslEvent *event)
{
  const char *name = esl_event_name (event);
  const char *subclass, *channel;

  if (subscription->all)
    return TRUE;
  channel = subscription->channel != NULL ? esl_event_get (event, "Unique-ID") : NULL;
  if (channel != NULL && strcmp (channel, subscription->channel) == 0)
    return TRUE;
  if (name == NULL || !g_hash_table_contains (subscription->names, name))
    return FALSE;
  subclass = strcmp (name, "CUSTOM") == 0 ? esl_event_get (event, "Event-Subclass") : NULL;
  return subclass == NULL || is_subclass_subscribed (subscription, subclass);
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

static gboolean
is_own_channel (const Subscription *subscription, const EslEvent *event)
{
  return g_strcmp0 (esl_event_get (event, "Unique-ID"), subscription->channel) == 0;
}

static gboolean
has_channel_alone (const Subscription *subscription)
{
  return subscription->channel != NULL && !subscription->all
         && g_hash_table_size (subscription->names) == 0;
}

/* A reader must learn of what it misses, whatever it asked for; but not of the end of a channel
 * that it had shut out. */
gboolean
subscription_passes (const Subscription *subscription, const EslEvent *event)
{
  const char *subclass = esl_event_get (event, "Event-Subclass");

  if (g_strcmp0 (subclass, "eslfs::gap") == 0)
    return TRUE;
  if (g_strcmp0 (subclass, "eslfs::lost") == 0)
    return (!has_channel_alone (subscription) || is_own_channel (subscription, event))
           && passes_filters (subscription, event);
  return is_subscribed (subscription, event) && passes_filters (subscription, event);
}

gboolean
subscription_ends_with (const Subscription *subscription, const EslEvent *event)
{
  if (!has_channel_alone (subscription) || !is_own_channel (subscription, event))
    return FALSE;
  return g_strcmp0 (esl_event_name (event), "CHANNEL_DESTROY") == 0
         || g_strcmp0 (esl_event_get (event, "Event-Subclass"), "eslfs::lost") == 0;
}
