/* SPDX-License-Identifier: MIT */
/* tree-query.c - query/: a read-only command named by the path, `cat "query/show channels as
 * json"`.
 *
 * Opening for reading must never act, so the names are an allow-list: commands that only tell, in
 * the one table below, with the first words of their arguments where others of the same command
 * act. Whatever could make more of a line than one command is refused for all of them. Looked up,
 * never listed. For the owner only: some of it, such as global variables, may be secret.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

static gboolean conference_only_tells (const char *arguments);
static gboolean hash_only_tells (const char *arguments);

/* `first`: the words of which the arguments' first must be one, separated by spaces; NULL: any
 * arguments; "": none. `only_tells`: looks at all of them. Left out on purpose: eval, expand, cond
 * and regex with variables, db, all that acts, loads, writes or makes the switch talk to somebody,
 * and what shows passwords (xml_locate, find_user_xml, user_data). */
static const struct
{
  const char *command;
  const char *first;
  gboolean (*only_tells) (const char *arguments);
} allowed[] = {
  { "acl", NULL },
  { "banner", "" },
  { "conference", NULL, conference_only_tells },
  { "domain_exists", NULL },
  { "global_getvar", NULL },
  { "group_call", NULL },
  { "hash", NULL, hash_only_tells },
  { "hash_dump", NULL },
  { "help", NULL },
  { "hostname", "" },
  { "in_group", NULL },
  { "is_lan_addr", NULL },
  { "limit_hash_usage", NULL },
  { "limit_usage", NULL },
  { "list_users", NULL },
  { "local_stream", "show" },
  { "md5", NULL },
  { "module_exists", NULL },
  { "show", NULL },
  { "sofia", "status xmlstatus" },
  { "sofia_contact", NULL },
  { "sofia_count_reg", NULL },
  { "sofia_username_of", NULL },
  { "status", "" },
  { "strepoch", NULL },
  { "strftime", NULL },
  { "strftime_tz", NULL },
  { "switchname", "" },
  { "tolower", NULL },
  { "toupper", NULL },
  { "uptime", NULL },
  { "url_decode", NULL },
  { "url_encode", NULL },
  { "user_exists", NULL },
  { "uuid_buglist", NULL },
  { "uuid_dump", NULL },
  { "uuid_exists", NULL },
  { "uuid_getvar", NULL },
  { "version", NULL },
};

/* Separators, expansion, quoting by the switch's shell, and the bytes no command line has. */
static gboolean
is_plain (const char *line)
{
  static const char *const suspicious[] = { ";;", "${", "$$", "@{", "`", "console_execute" };

  for (const char *p = line; *p != '\0'; p++)
    if ((guchar)*p < 0x20 || *p == 0x7f)
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (suspicious); i++)
    if (strstr (line, suspicious[i]) != NULL)
      return FALSE;
  return TRUE;
}

static gboolean
is_one_of (const char *word, gsize len, const char *words)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    if (strlen (list[i]) == len && len > 0 && strncmp (list[i], word, len) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
fits (const char *arguments, const char *first)
{
  if (first == NULL)
    return TRUE;
  if (first[0] == '\0')
    return arguments[0] == '\0';
  return is_one_of (arguments, strcspn (arguments, " "), first);
}

#define CONFERENCE_VERBS "list json_list xml_list count"

/* A conference's name comes before the verb, and a conference may be called as a verb is: then the
 * next word would be the verb, and might act (mod_conference looks for a conference first). */
static gboolean
conference_only_tells (const char *arguments)
{
  gsize first = strcspn (arguments, " ");
  const char *second = arguments[first] == ' ' ? arguments + first + 1 : arguments + first;

  if (is_one_of (arguments, first, CONFERENCE_VERBS))
    return *second == '\0' && arguments[first] == '\0';
  return first > 0 && is_one_of (second, strcspn (second, " "), CONFERENCE_VERBS);
}

static gboolean
hash_only_tells (const char *arguments)
{
  return g_str_has_prefix (arguments, "select/");
}

/* TRUE when the command line only asks, for sure. */
gboolean
tree_query_is_allowed (const char *line)
{
  gsize word = strcspn (line, " ");
  const char *arguments = line[word] == ' ' ? line + word + 1 : line + word;

  if (!is_plain (line) || arguments[0] == ' ')
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (allowed); i++)
    if (strlen (allowed[i].command) == word && strncmp (line, allowed[i].command, word) == 0)
      return fits (arguments, allowed[i].first)
             && (allowed[i].only_tells == NULL || allowed[i].only_tells (arguments));
  return FALSE;
}

static void
query_fetch (VfsNode *node, VfsRequest *request)
{
  Tree *tree = tree_of (node);
  const char *line = vfs_node_name (node);
  TreeAsk *ask = tree_ask_new (tree, request, line);

  tree_ask_sent (ask, sw_client_query (tree->client, line, tree_ask_reply, ask));
}

static const VfsEntry *
query_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  return tree_query_is_allowed (name) ? &tree_query_rows[0] : NULL;
}

const VfsDirOps tree_query_ops = { .lookup = query_lookup };

const VfsEntry tree_query_rows[] = {
  { .name = "<command line>",
    .mode = VFS_PRIVATE,
    .help = "the output of that read-only command, such as \"show channels as json\"; not listed",
    .flags = VFS_VOLATILE,
    .fetch = query_fetch },
  { NULL },
};
