/* SPDX-License-Identifier: MIT */
/* tree-subscription.c - ESL subscription commands, as data.
 *
 * Semantics as the switch has them (protocol: commands and replies, filters): names
 * without regard to case; after CUSTOM every word is a subclass; subscriptions add up; filters
 * are in tree-filter.c.
 *
 * What tells events from one another (Event-Name, Event-Subclass, Unique-ID) is the last header of
 * that name: what a user gives to sendevent or to the dialplan's `event` stays before what the core
 * adds. Filters look at the first, as the switch's own do.
 */
#include "tree-subscription.h"

#include <errno.h>
#include <string.h>

#include "esl-event-types.h"

struct _Subscription
{
  gboolean initial;        /* no `event` or `myevents` yet: the first one replaces everything */
  gboolean all;            /* every event, of types that we don't know too */
  GHashTable *names;       /* of types, as FreeSWITCH writes them (lent) */
  gboolean all_subclasses; /* of CUSTOM, but for those that were nixed */
  GHashTable *subclasses, *nixed;
  EslFilters *filters;
  char *channel; /* myevents */
  char *why;     /* the last command was refused; NULL: nothing more to say */
};

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
  subscription->filters = esl_filters_new ();
  return subscription;
}

void
subscription_free (Subscription *subscription)
{
  g_hash_table_unref (subscription->names);
  g_hash_table_unref (subscription->subclasses);
  g_hash_table_unref (subscription->nixed);
  esl_filters_free (subscription->filters);
  g_free (subscription->channel);
  g_free (subscription->why);
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

static gsize
set_bytes (GHashTable *set)
{
  GHashTableIter iter;
  gpointer word;
  gsize bytes = 0;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    bytes += strlen (word) + 1;
  return bytes;
}

/* Is there room for so many subclasses more? Asked before any is taken, so that a line is taken
 * whole or not at all. */
static int
check_room (Subscription *subscription, char **words)
{
  gsize n = g_hash_table_size (subscription->subclasses) + g_hash_table_size (subscription->nixed);
  gsize bytes = set_bytes (subscription->subclasses) + set_bytes (subscription->nixed);

  while (*words != NULL && esl_event_type_parse (*words, -1) != ESL_EVENT_CUSTOM)
    words++;
  for (words += *words != NULL; *words != NULL; words++, n++)
    bytes += strlen (*words) + 1;
  if (n > SUBSCRIPTION_SUBCLASSES_MAX)
    return filter_refuse (&subscription->why, E2BIG, "a reader has %u subclasses at most",
                          SUBSCRIPTION_SUBCLASSES_MAX);
  if (bytes > SUBSCRIPTION_SUBCLASSES_BYTES)
    return filter_refuse (&subscription->why, E2BIG,
                          "the subclasses of a reader have %u bytes at most",
                          SUBSCRIPTION_SUBCLASSES_BYTES);
  return 0;
}

static void
add_subclass (Subscription *subscription, const char *word)
{
  g_hash_table_remove (subscription->nixed, word);
  g_hash_table_add (subscription->subclasses, g_strdup (word));
}

static void
nix_subclass (Subscription *subscription, const char *word)
{
  g_hash_table_remove (subscription->subclasses, word);
  g_hash_table_add (subscription->nixed, g_strdup (word));
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
  int error;

  if (words[0] != NULL && is_format (words[0]))
    words++;
  if (!has_type (words))
    return EINVAL;
  if ((error = check_room (subscription, words)) != 0)
    return error;
  if (subscription->initial)
    clear (subscription);
  return change (subscription, words, add_type, add_subclass);
}

static int
on_nixevent (Subscription *subscription, char **words)
{
  int error = check_room (subscription, words);

  if (error != 0)
    return error;
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
  g_autofree char *text = NULL;

  g_clear_pointer (&subscription->why, g_free);
  if (strlen (line) > SUBSCRIPTION_LINE_BYTES)
    return filter_refuse (&subscription->why, E2BIG, "such a line has %u bytes at most",
                          SUBSCRIPTION_LINE_BYTES);
  text = g_strstrip (g_strdup (line));
  if (g_ascii_strncasecmp (text, "filter ", 7) == 0)
    return filter_command (subscription->filters, g_strchug (text + 7), &subscription->why);
  words = g_strsplit_set (text, " \t", -1);
  for (gsize i = 0; words[0] != NULL && i < G_N_ELEMENTS (commands); i++)
    if (g_ascii_strcasecmp (words[0], commands[i].word) == 0)
      return commands[i].run (subscription, words + 1);
  return EINVAL;
}

gsize
subscription_size (const Subscription *subscription)
{
  return set_bytes (subscription->subclasses) + set_bytes (subscription->nixed)
         + esl_filters_size (subscription->filters);
}

const char *
subscription_why (const Subscription *subscription)
{
  return subscription->why;
}

/* ---- matching ---- */

gboolean
subscription_is_everything (const Subscription *subscription)
{
  return subscription->all && esl_filters_count (subscription->filters) == 0;
}

const char *
subscription_channel (const Subscription *subscription)
{
  return subscription->channel;
}

static const char *
subclass_of (const EslEvent *event)
{
  return esl_event_get_last (event, "Event-Subclass");
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
  channel = subscription->channel != NULL ? esl_event_get_last (event, "Unique-ID") : NULL;
  if (channel != NULL && strcmp (channel, subscription->channel) == 0)
    return TRUE;
  if (name == NULL || !g_hash_table_contains (subscription->names, name))
    return FALSE;
  subclass = strcmp (name, "CUSTOM") == 0 ? subclass_of (event) : NULL;
  return subclass == NULL || is_subclass_subscribed (subscription, subclass);
}

static gboolean
is_own_channel (const Subscription *subscription, const EslEvent *event)
{
  return g_strcmp0 (esl_event_get_last (event, "Unique-ID"), subscription->channel) == 0;
}

static gboolean
has_channel_alone (const Subscription *subscription)
{
  return subscription->channel != NULL && !subscription->all
         && g_hash_table_size (subscription->names) == 0;
}

/* The core numbers every event as it fires it; a record of eslfs has no number. So nobody can make
 * one with sendevent. */
static gboolean
is_record (const EslEvent *event, const char *subclass)
{
  return g_strcmp0 (subclass_of (event), subclass) == 0
         && esl_event_get (event, "Event-Sequence") == NULL;
}

/* A reader must learn of what it misses, whatever it asked for; but not of the end of a channel
 * that it had shut out. */
static gboolean
is_asked_for (const Subscription *subscription, const EslEvent *event)
{
  if (is_record (event, "eslfs::lost"))
    return !has_channel_alone (subscription) || is_own_channel (subscription, event);
  return is_subscribed (subscription, event);
}

EslFilterVerdict
subscription_judge (Subscription *subscription, const EslEvent *event, guint64 number,
                    gint64 deadline)
{
  if (is_record (event, "eslfs::gap"))
    return ESL_FILTER_PASSES;
  if (!is_asked_for (subscription, event))
    return ESL_FILTER_DROPS;
  return esl_filters_judge (subscription->filters, event, number, deadline);
}

gboolean
subscription_take_stop (Subscription *subscription, EslFilterStop *ret_stop)
{
  return esl_filters_take_stop (subscription->filters, ret_stop);
}

gboolean
subscription_ends_with (const Subscription *subscription, const EslEvent *event)
{
  if (!has_channel_alone (subscription) || !is_own_channel (subscription, event))
    return FALSE;
  return g_strcmp0 (esl_event_name (event), "CHANNEL_DESTROY") == 0
         || is_record (event, "eslfs::lost");
}
