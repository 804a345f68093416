/* SPDX-License-Identifier: MIT */
/* fuzz-query.c - nothing that can act gets through query/'s allow-list.
 *
 * Every line of the input is a command line. What is let through is read here as the switch reads
 * it, without a look at the list itself: a name up to the first space, in any case; separators,
 * expansions and line ends wherever they stand; and for the commands of which some forms act, the
 * words that decide. An input whose name begins with "never" has no line that may get through. */
#include <glib.h>
#include <string.h>

#include "tree-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* All that is known only to tell, whatever its arguments. */
static const char *const tells[] = {
  "acl",
  "banner",
  "domain_exists",
  "global_getvar",
  "group_call",
  "hash_dump",
  "help",
  "hostname",
  "in_group",
  "is_lan_addr",
  "limit_usage",
  "list_users",
  "limit_hash_usage",
  "md5",
  "module_exists",
  "show",
  "status",
  "sofia_contact",
  "sofia_count_reg",
  "sofia_username_of",
  "strepoch",
  "strftime",
  "strftime_tz",
  "switchname",
  "tolower",
  "toupper",
  "uptime",
  "url_decode",
  "url_encode",
  "user_exists",
  "uuid_buglist",
  "uuid_dump",
  "uuid_exists",
  "uuid_getvar",
  "version",
  NULL,
};

static gboolean
word_is (const char *word, const char *list)
{
  g_auto (GStrv) words = g_strsplit (list, " ", -1);

  return word != NULL && g_strv_contains ((const char *const *)words, word);
}

static gboolean
tells_only (char **words)
{
  const char *verb = words[1];

  if (g_strv_contains (tells, words[0]))
    return TRUE;
  if (strcmp (words[0], "sofia") == 0)
    return word_is (verb, "status xmlstatus");
  if (strcmp (words[0], "local_stream") == 0)
    return word_is (verb, "show");
  if (strcmp (words[0], "hash") == 0)
    return verb != NULL && g_str_has_prefix (verb, "select/");
  if (strcmp (words[0], "conference") != 0 || verb == NULL)
    return FALSE;
  /* As a conference's name, if there is one of that name, else as a verb. */
  return word_is (words[2] != NULL ? words[2] : verb, "list json_list xml_list count")
         && (words[2] == NULL || !word_is (verb, "list json_list xml_list count"));
}

static void
check_line (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  g_assert (strpbrk (line, "\r\n") == NULL);
  g_assert (strstr (line, ";;") == NULL && strstr (line, "${") == NULL
            && strstr (line, "$$") == NULL);
  g_assert (tells_only (words));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  gboolean never = g_str_has_prefix (text, "never\n");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (tree_query_is_allowed (text))
    check_line (text);
  for (guint i = never ? 1 : 0; lines[i] != NULL; i++)
    if (tree_query_is_allowed (lines[i]))
      {
        if (never)
          g_error ("this gets through: %s", lines[i]);
        check_line (lines[i]);
      }
  return 0;
}
