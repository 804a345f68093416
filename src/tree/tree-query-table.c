/* SPDX-License-Identifier: MIT */
/* tree-query-table.c - which command lines only look, to the last word.
 *
 * Opening for reading must never act. Whether a line acts is the switch's to say, with quotes that
 * group words, backslashes, and "^^X" that makes X what separates them: so no line is judged by how
 * it begins. It has one of the shapes below, word for word with one space between, and what a word
 * may be holds no byte that any of the switch's parsers takes for more than itself.
 *
 * A shape's word is a list of alternatives, separated by |. An alternative is itself, except for
 * words in capitals (see classes); / separates parts of one word. Every shape was compared with the
 * sources of FreeSWITCH 1.10.12 and 1.11.2. Left out on purpose: what acts; what expands variables
 * (eval, expand, cond, regex, group_call); what may ask others, a directory over HTTP or a name
 * server (user_exists, domain_exists, in_group, list_users, host_lookup, sofia_dig); what shows
 * passwords (xml_locate, find_user_xml, user_data); what only changes the text it is given (md5,
 * url_encode, strftime). Of `show`, `status`: it runs the api command of that name. */
#include "tree-private.h"

#include <string.h>

#define FORMATS "json|xml|csv"
#define TABLES                                                                                     \
  "aliases|api|application|bridged_calls|calls|channels|chat|codec|complete|"                      \
  "detailed_bridged_calls|detailed_calls|dialplan|endpoint|file|interface_types|interfaces|"       \
  "limits|management|modules|nat_map|registrations|say|tasks|timer"

static const struct
{
  const char *shape;
  const char *help;
  gboolean listed; /* `ls query` shows it: it needs no word of the user's */
} shapes[] = {
  { "acl NAME NAME|NAME/NAME", "is that address in that list, or in that network", FALSE },
  { "banner", "the switch's banner", TRUE },
  { "callcenter_config agent|queue|tier list", "call centre: agents, queues or tiers", TRUE },
  { "callcenter_config agent list NAME", "one agent", FALSE },
  { "callcenter_config queue count", "how many queues", TRUE },
  { "callcenter_config queue list|count agents|members|tiers NAME", "what a queue has", FALSE },
  { "conference count|json_list|list|xml_list", "all conferences", TRUE },
  { "conference NAME count|json_list|list|xml_list", "one conference", FALSE },
  { "db count|list", "realms of the database", TRUE },
  { "db count/NAME|list/NAME|exists/NAME/NAME|select/NAME/NAME", "a realm, or a key in it", FALSE },
  { "db_cache status", "the switch's handles of databases", TRUE },
  { "fifo count|has_outbound|list|list_verbose|status", "all fifos", TRUE },
  { "fifo count|has_outbound|list|list_verbose NAME", "one fifo", FALSE },
  { "global_getvar", "all global variables", TRUE },
  { "global_getvar NAME", "one global variable", FALSE },
  { "hash select/NAME/NAME", "a key of a realm of the hash", FALSE },
  { "hash_dump all|db|limit", "the hash, its limits", TRUE },
  { "hash_dump all|db NAME", "one realm of the hash", FALSE },
  { "help", "all api commands", TRUE },
  { "help NAME", "one api command", FALSE },
  { "hostname", "the name of the switch's host", TRUE },
  { "is_lan_addr NAME", "is that address a private one", FALSE },
  { "limit_usage db|hash NAME NAME", "how much of a limit is used", FALSE },
  { "limit_usage db|hash NAME NAME rate", "the same with its rate", FALSE },
  { "local_stream show", "streams of music on hold", TRUE },
  { "local_stream show NAME", "one stream", FALSE },
  { "local_stream show NAME as xml", "one stream", FALSE },
  { "module_exists NAME", "is that module loaded", FALSE },
  { "show " TABLES, "a table of the switch", TRUE },
  { "show " TABLES " as " FORMATS, "the same in another format", FALSE },
  { "show " TABLES " as delim CHAR", "the same with another character between columns", FALSE },
  { "show calls|channels|registrations count", "how many", TRUE },
  { "show calls|channels|registrations count as " FORMATS, "how many", FALSE },
  { "show channels like NAME", "those with that text in a name or number", FALSE },
  { "show channels like NAME as " FORMATS, "the same in another format", FALSE },
  { "show api|application|modules NAME", "what is said of that one", FALSE },
  { "show api|application|modules NAME as " FORMATS, "the same in another format", FALSE },
  { "sofia jsonstatus|status|xmlstatus", "SIP: profiles and gateways", TRUE },
  { "sofia status gateway", "SIP: gateways, their state and calls", TRUE },
  { "sofia status|xmlstatus gateway|profile NAME", "one gateway, one profile", FALSE },
  { "sofia status|xmlstatus profile NAME reg", "who is registered there", FALSE },
  { "sofia status|xmlstatus profile NAME pres|reg|user NAME", "those with that text", FALSE },
  { "sofia_contact NAME|NAME/NAME|*/NAME", "where a registered user is", FALSE },
  { "sofia_count_reg NAME|NAME/NAME", "how often a user is registered", FALSE },
  { "sofia_username_of NAME|NAME/NAME", "as whom a user is registered", FALSE },
  { "status", "the switch at a glance", TRUE },
  { "switchname", "the switch's name", TRUE },
  { "uptime", "seconds since the start", TRUE },
  { "uptime us|ms|s|m|h|d", "the same in other units", FALSE },
  { "uuid_buglist NAME", "what listens to a channel's media", FALSE },
  { "uuid_dump NAME", "a channel's data", FALSE },
  { "uuid_dump NAME json|plain|txt|xml", "the same in another format", FALSE },
  { "uuid_exists NAME", "is there such a channel", FALSE },
  { "uuid_getvar NAME NAME", "a channel's variable, or the global one", FALSE },
  { "valet_info", "valet parking: all lots", TRUE },
  { "valet_info NAME", "one lot", FALSE },
  { "version", "the switch's version", TRUE },
  { "version short", "only its number", TRUE },
};

/* Neither has a quote, a backslash, a space, a caret, a dollar or a brace: what is made of these
 * bytes is one word to every parser of the switch. */
static const struct
{
  const char *name;
  const char *also; /* characters beside letters and digits */
  gsize max;        /* bytes */
  const char *says;
} classes[] = {
  { "NAME", "._@+:-", G_MAXSIZE, "a name (letters, digits and ._@+:-)" },
  { "CHAR", ",|:~#", 1, "one of , | : ~ #, a letter or a digit" },
};

static const char *
find_class_text (const char *part, gsize len, gsize *ret_class)
{
  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
    if (strlen (classes[i].name) == len && strncmp (classes[i].name, part, len) == 0)
      {
        *ret_class = i;
        return classes[i].says;
      }
  return NULL;
}

static gboolean
is_of_class (gsize class, const char *text, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isalnum (text[i]) && (text[i] == '\0' || !strchr (classes[class].also, text[i])))
      return FALSE;
  return len > 0 && len <= classes[class].max;
}

static gboolean
part_fits (const char *pattern, gsize pattern_len, const char *text, gsize len)
{
  gsize class;

  if (find_class_text (pattern, pattern_len, &class) != NULL)
    return is_of_class (class, text, len);
  return pattern_len == len && memcmp (pattern, text, len) == 0;
}

/* One alternative against one word, part by part. */
static gboolean
alternative_fits (const char *pattern, gsize pattern_len, const char *word)
{
  const char *pattern_end = pattern + pattern_len;

  for (;;)
    {
      const char *slash = memchr (pattern, '/', (gsize)(pattern_end - pattern));
      gsize len = slash != NULL ? strcspn (word, "/") : strlen (word);

      if (!part_fits (pattern, (gsize)((slash != NULL ? slash : pattern_end) - pattern), word, len))
        return FALSE;
      if (slash == NULL)
        return TRUE;
      if (word[len] != '/')
        return FALSE;
      pattern = slash + 1;
      word += len + 1;
    }
}

static gboolean
word_fits (const char *pattern, const char *word)
{
  for (;;)
    {
      gsize len = strcspn (pattern, "|");

      if (alternative_fits (pattern, len, word))
        return TRUE;
      if (pattern[len] == '\0')
        return FALSE;
      pattern += len + 1;
    }
}

/* How many of the line's words fit, from the first. */
static guint
count_fitting (char *const *shape, char *const *words)
{
  guint n = 0;

  while (shape[n] != NULL && words[n] != NULL && word_fits (shape[n], words[n]))
    n++;
  return n;
}

/* A word of the user's own, rather than one of a list. */
static gboolean
asks_for_class (const char *pattern)
{
  gsize class;

  return pattern != NULL && find_class_text (pattern, strcspn (pattern, "|/"), &class) != NULL;
}

/* What a pattern asks for, in words. */
static char *
describe_pattern (const char *pattern)
{
  g_auto (GStrv) alternatives = g_strsplit (pattern, "|", -1);
  GString *out = g_string_new (NULL);
  gsize class;

  for (guint i = 0; alternatives[i] != NULL; i++)
    {
      const char *says = find_class_text (alternatives[i], strlen (alternatives[i]), &class);

      g_string_append_printf (out, "%s%s", i > 0 ? " or " : "",
                              says != NULL ? says : alternatives[i]);
    }
  return g_string_free (out, FALSE);
}

static char *
refusal (const char *shape, guint n_fitting, char *const *words)
{
  g_auto (GStrv) patterns = g_strsplit (shape, " ", -1);
  g_autofree char *wanted = NULL;

  if (patterns[n_fitting] == NULL)
    return g_strdup_printf ("nothing may follow \"%s\", and words have one space between them",
                            shape);
  if (words[n_fitting] == NULL)
    return g_strdup_printf ("words are missing: %s", shape);
  wanted = describe_pattern (patterns[n_fitting]);
  return g_strdup_printf ("word %u of \"%s\" must be %s", n_fitting + 1, shape, wanted);
}

char *
tree_query_refusal (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  const char *nearest = NULL;
  guint best = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_auto (GStrv) shape = g_strsplit (shapes[i].shape, " ", -1);
      guint n = count_fitting (shape, words);

      if (shape[n] == NULL && words[n] == NULL)
        return NULL;
      if (n > best || (n > 0 && n == best && asks_for_class (shape[n])))
        {
          best = n;
          nearest = shapes[i].shape;
        }
    }
  if (nearest == NULL)
    return g_strdup_printf ("%s is no command that only looks; api/ runs any", line);
  return refusal (nearest, best, words);
}

/* ---- for those who list ---- */

/* All lines that a shape without classes stands for: word by word. */
static void
expand (char *const *shape, const char *before, void (*each) (const char *line, gpointer data),
        gpointer data)
{
  g_auto (GStrv) alternatives = NULL;

  if (shape[0] == NULL)
    {
      each (before, data);
      return;
    }
  alternatives = g_strsplit (shape[0], "|", -1);
  for (guint i = 0; alternatives[i] != NULL; i++)
    {
      g_autofree char *line =
          g_strconcat (before, before[0] != '\0' ? " " : "", alternatives[i], NULL);

      expand (shape + 1, line, each, data);
    }
}

void
tree_query_each_listed (void (*each) (const char *line, gpointer data), gpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_auto (GStrv) shape = g_strsplit (shapes[i].shape, " ", -1);

      if (shapes[i].listed)
        expand (shape, "", each, data);
    }
}

void
tree_append_queries (GString *out)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++)
    g_string_append_printf (out, "%s\t%s\n", shapes[i].shape, shapes[i].help);
}
