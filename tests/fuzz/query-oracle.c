/* SPDX-License-Identifier: MIT */
/* query-oracle.c - the switch's rules, written anew from what FreeSWITCH 1.10.12 and 1.11.2 do.
 *
 * An api line is a command's name, in any case, up to the first space, and its arguments. A command
 * splits these at its own separator, unless they begin with "^^X": then at X. Quotes (') keep a
 * separator from separating and vanish, a backslash keeps the next byte from meaning anything, \s
 * is a space; runs of spaces separate once. A backslash at the very end lets the switch read on
 * behind its buffer, so that is a deed.
 *
 * A command that is not known here is taken to act. */
#include "query-oracle.h"

#include <string.h>

#define WORDS_MAX 25

/* ---- words, as the switch makes them ---- */

static void
append_escaped (GString *word, char c)
{
  static const char letters[] = "nrts", bytes[] = "\n\r\t ";
  const char *known = c != '\0' ? strchr (letters, c) : NULL;

  g_string_append_c (word, known != NULL ? bytes[known - letters] : c);
}

/* Where the word that begins here ends: at the separator, or at the end of the text. A quote that
 * is not closed quotes to the end where spaces separate, and nothing elsewhere. */
static const char *
word_end (const char *text, char separator, GString *word)
{
  gboolean quoted = FALSE;

  for (; *text != '\0' && (*text != separator || quoted); text++)
    {
      if (*text == '\\' && text[1] != '\0')
        append_escaped (word, *++text);
      else if (*text == '\'' && (quoted || separator == ' ' || strchr (text + 1, '\'') != NULL))
        quoted = !quoted;
      else
        g_string_append_c (word, *text);
    }
  return text;
}

static GPtrArray *
split (const char *text, char separator)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  if (g_str_has_prefix (text, "^^") && text[2] != '\0' && text[3] != '\0')
    {
      separator = text[2];
      text += 3;
    }
  while (*text != '\0' && words->len < WORDS_MAX)
    {
      GString *word = g_string_new (NULL);

      while (separator == ' ' && *text == ' ')
        text++;
      text = word_end (text, separator, word);
      text += *text != '\0';
      g_strstrip (word->str);
      g_ptr_array_add (words, g_string_free (word, FALSE));
    }
  return words;
}

static const char *
word_at (const GPtrArray *words, guint i)
{
  return i < words->len ? words->pdata[i] : "";
}

static gboolean
is_one_of (const char *word, const char *list)
{
  g_auto (GStrv) words = g_strsplit (list, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (words[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* ---- commands of which some forms act ---- */

/* A conference that exists gets the second word as its command. Without one the first word is a
 * command, or the second may dial. Which conferences exist nobody knows beforehand. */
static const char *
conference_deed (const GPtrArray *words)
{
  const char *verb = word_at (words, 1);

  if (words->len < 2)
    return NULL;
  return is_one_of (verb, "list json_list xml_list count get getvar play_status") ? NULL
                                                                                  : "conference";
}

static const char *
first_word_deed (const GPtrArray *words, const char *telling)
{
  return words->len == 0 || is_one_of (word_at (words, 0), telling) ? NULL : "its first word acts";
}

static const char *
sofia_deed (const GPtrArray *words)
{
  return first_word_deed (words, "status xmlstatus jsonstatus help");
}

static const char *
local_stream_deed (const GPtrArray *words)
{
  return first_word_deed (words, "show");
}

static const char *
hash_deed (const GPtrArray *words)
{
  return first_word_deed (words, "select");
}

static const char *
db_deed (const GPtrArray *words)
{
  return first_word_deed (words, "select exists count list");
}

static const char *
fifo_deed (const GPtrArray *words)
{
  return first_word_deed (words, "status list list_verbose count has_outbound");
}

static const char *
callcenter_deed (const GPtrArray *words)
{
  return is_one_of (word_at (words, 1), "list count get") ? NULL : "a change of the call centre";
}

/* `show statusANYTHING` runs the api command of that name. */
static const char *
show_deed (const GPtrArray *words)
{
  return g_ascii_strncasecmp (word_at (words, 0), "status", 6) == 0 ? "another api command" : NULL;
}

/* Some backends ask a server. */
static const char *
limit_deed (const GPtrArray *words)
{
  return is_one_of (word_at (words, 0), "db hash") ? NULL : "asks a server";
}

static const struct
{
  const char *command;
  char separator;
  const char *(*deed) (const GPtrArray *words); /* NULL: it tells, whatever the words */
} commands[] = {
  { "acl", ' ', NULL },
  { "banner", ' ', NULL },
  { "callcenter_config", ' ', callcenter_deed },
  { "conference", ' ', conference_deed },
  { "db", '/', db_deed },
  { "db_cache", ' ', NULL },
  { "fifo", ' ', fifo_deed },
  { "global_getvar", ' ', NULL },
  { "hash", '/', hash_deed },
  { "hash_dump", ' ', NULL },
  { "help", ' ', NULL },
  { "hostname", ' ', NULL },
  { "is_lan_addr", ' ', NULL },
  { "limit_usage", ' ', limit_deed },
  { "local_stream", ' ', local_stream_deed },
  { "module_exists", ' ', NULL },
  { "show", ' ', show_deed },
  { "sofia", ' ', sofia_deed },
  { "sofia_contact", ' ', NULL },
  { "sofia_count_reg", ' ', NULL },
  { "sofia_username_of", ' ', NULL },
  { "status", ' ', NULL },
  { "switchname", ' ', NULL },
  { "uptime", ' ', NULL },
  { "uuid_buglist", ' ', NULL },
  { "uuid_dump", ' ', NULL },
  { "uuid_exists", ' ', NULL },
  { "uuid_getvar", ' ', NULL },
  { "valet_info", ' ', NULL },
  { "version", ' ', NULL },
};

/* What needs no command to act: it ends the line, or is expanded on the way. */
static const char *
byte_deed (const char *line)
{
  gsize len = strlen (line);

  for (const char *p = line; *p != '\0'; p++)
    if ((guchar)*p < 0x20 || *p == 0x7f)
      return "a control byte";
  if (strstr (line, "${") != NULL || strstr (line, "$$") != NULL || strstr (line, ";;") != NULL)
    return "expansion";
  return len > 0 && line[len - 1] == '\\' ? "reads behind its buffer" : NULL;
}

const char *
query_oracle_deed (const char *line)
{
  gsize name_len = strcspn (line, " ");
  g_autofree char *name = g_strndup (line, name_len);
  g_autofree char *arguments = g_strstrip (g_strdup (line + name_len));
  const char *deed = byte_deed (line);
  g_autoptr (GPtrArray) words = NULL;

  if (deed != NULL)
    return deed;
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_ascii_strcasecmp (commands[i].command, name) != 0)
        continue;
      words = split (arguments, commands[i].separator);
      return commands[i].deed != NULL ? commands[i].deed (words) : NULL;
    }
  return "a command that is not known to tell";
}
