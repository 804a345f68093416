/* SPDX-License-Identifier: MIT */
/* tree-belt.c - see the header. */
#include "tree-belt.h"

#include <string.h>

typedef enum
{
  GROUP_SHELL,
  GROUP_MODULES,
  GROUP_SHUTDOWN,
  N_GROUPS
} Group;

static const struct
{
  const char *name;
  const char *does; /* "system reaches beyond telephony" */
  gboolean denied;  /* unless allowed */
} groups[N_GROUPS] = {
  [GROUP_SHELL] = { "shell", "reaches beyond telephony", TRUE },
  [GROUP_MODULES] = { "modules", "changes what the switch is made of", FALSE },
  [GROUP_SHUTDOWN] = { "shutdown", "ends the switch", FALSE },
};

/* Api commands, applications and formats of FreeSWITCH 1.10.12 and 1.11.2. A star stands for
 * whatever follows: script languages come with commands of many names. */
static const struct
{
  const char *name;
  const char *word; /* that follows; NULL: any */
  Group group;
} table[] = {
  { "system", NULL, GROUP_SHELL },       { "bg_system", NULL, GROUP_SHELL },
  { "bgsystem", NULL, GROUP_SHELL },     { "spawn", NULL, GROUP_SHELL },
  { "bg_spawn", NULL, GROUP_SHELL },     { "spawn_stream", NULL, GROUP_SHELL },
  { "shell_stream", NULL, GROUP_SHELL }, { "lua", NULL, GROUP_SHELL },
  { "luarun", NULL, GROUP_SHELL },       { "python", NULL, GROUP_SHELL },
  { "jsrun", NULL, GROUP_SHELL },        { "jsapi", NULL, GROUP_SHELL },
  { "perl", NULL, GROUP_SHELL },         { "perlrun", NULL, GROUP_SHELL },
  { "managed", NULL, GROUP_SHELL },      { "managedrun", NULL, GROUP_SHELL },
  { "java", NULL, GROUP_SHELL },         { "basic", NULL, GROUP_SHELL },
  { "javascript", NULL, GROUP_SHELL },   { "pyrun", NULL, GROUP_SHELL },
  { "spawn*", NULL, GROUP_SHELL },       { "lua*", NULL, GROUP_SHELL },
  { "python*", NULL, GROUP_SHELL },      { "pyrun*", NULL, GROUP_SHELL },
  { "js*", NULL, GROUP_SHELL },          { "javascript*", NULL, GROUP_SHELL },
  { "perl*", NULL, GROUP_SHELL },        { "managed*", NULL, GROUP_SHELL },
  { "load", NULL, GROUP_MODULES },       { "unload", NULL, GROUP_MODULES },
  { "reload", NULL, GROUP_MODULES },     { "managedreload", NULL, GROUP_MODULES },
  { "shutdown", NULL, GROUP_SHUTDOWN },  { "fsctl", "shutdown", GROUP_SHUTDOWN },
  { "fsctl", "crash", GROUP_SHUTDOWN },
};

/* Commands that run the command behind so many words of their own. */
static const struct
{
  const char *name;
  guint words;
} wrappers[] = {
  { "bgapi", 0 },
  { "expand", 0 },
  { "xml_wrap", 0 },
  { "sched_api", 2 },
};

typedef struct
{
  const char *name;
  gsize len;        /* of the name, without its star */
  gboolean begins;  /* it had one: longer names count, too */
  const char *word; /* NULL: any */
  char *said;
} Rule;

struct _TreeBelt
{
  GArray *rules;   /* of Rule: what is denied */
  guint64 lengths; /* of their names: bit 3 for "lua", bit 63 for all longer ones */
  char **denied;   /* the names that were given */
  char **allowed;  /* likewise; they stand above all others */
};

#define SEPARATORS ",:"

/* ---- making ---- */

static gboolean
lists (char *const *names, const char *name)
{
  for (; *names != NULL; names++)
    if (g_ascii_strcasecmp (*names, name) == 0)
      return TRUE;
  return FALSE;
}

static void
rule_clear (gpointer data)
{
  g_free (((Rule *)data)->said);
}

static guint64
length_bit (gsize len)
{
  return G_GUINT64_CONSTANT (1) << MIN (len, 63);
}

static void
deny (TreeBelt *belt, const char *name, const char *word, const char *said)
{
  Rule rule = { .name = name, .len = strcspn (name, "*"), .word = word, .said = g_strdup (said) };

  rule.begins = name[rule.len] == '*';
  g_array_append_val (belt->rules, rule);
  belt->lengths |= rule.begins ? ~(length_bit (rule.len) - 1) : length_bit (rule.len);
}

static void
deny_of_table (TreeBelt *belt, guint i)
{
  const char *group = groups[table[i].group].name, *does = groups[table[i].group].does;
  const char *word = table[i].word != NULL ? table[i].word : "";
  gboolean is_star = g_str_has_suffix (table[i].name, "*");
  g_autofree char *said = g_strdup_printf (
      "-ERR %s%s%s %s: this mount denies it; -o allow=%s (or allow=%s) lets it through\n",
      table[i].name, *word != '\0' ? " " : "", word, does, is_star ? "NAME" : table[i].name, group);

  deny (belt, table[i].name, table[i].word, said);
}

static gboolean
is_group (const char *name)
{
  for (guint i = 0; i < N_GROUPS; i++)
    if (g_ascii_strcasecmp (groups[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

/* `shutdown` is a group and a command, which is in it. */
TreeBelt *
tree_belt_new (const char *deny_list, const char *allow_list)
{
  TreeBelt *belt = g_new0 (TreeBelt, 1);

  belt->allowed = g_strsplit_set (allow_list != NULL ? allow_list : "", SEPARATORS, -1);
  belt->denied = g_strsplit_set (deny_list != NULL ? deny_list : "", SEPARATORS, -1);
  belt->rules = g_array_new (FALSE, FALSE, sizeof (Rule));
  g_array_set_clear_func (belt->rules, rule_clear);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const char *group = groups[table[i].group].name;
      gboolean by_group = !lists (belt->allowed, group)
                          && (groups[table[i].group].denied || lists (belt->denied, group));

      if (by_group)
        deny_of_table (belt, i);
    }
  for (char **name = belt->denied; *name != NULL; name++)
    {
      g_autofree char *said = g_strdup_printf (
          "-ERR %s: this mount denies it (-o deny=%s); -o allow=%s lets it through\n", *name, *name,
          *name);

      if (**name != '\0' && !is_group (*name))
        deny (belt, *name, NULL, said);
    }
  return belt;
}

void
tree_belt_free (TreeBelt *belt)
{
  g_array_unref (belt->rules);
  g_strfreev (belt->denied);
  g_strfreev (belt->allowed);
  g_free (belt);
}

/* ---- looking ---- */

static gboolean
is_word (const char *text, gsize len, const char *word)
{
  return strlen (word) == len && g_ascii_strncasecmp (text, word, len) == 0;
}

static gboolean
is_name_byte (char byte)
{
  return g_ascii_isalnum (byte) || byte == '_';
}

static const char *
skip_name (const char *text)
{
  while (is_name_byte (*text))
    text++;
  return text;
}

/* To the next name, or the end. */
static const char *
find_name (const char *text)
{
  while (*text != '\0' && !is_name_byte (*text))
    text++;
  return text;
}

static gboolean
rule_fits (const Rule *rule, const char *name, gsize len)
{
  const char *next;

  if (len < rule->len || (len > rule->len && !rule->begins)
      || g_ascii_strncasecmp (name, rule->name, rule->len) != 0)
    return FALSE;
  next = name + len + strspn (name + len, " \t(:");
  return rule->word == NULL || is_word (next, (gsize)(skip_name (next) - next), rule->word);
}

static gboolean
is_allowed (const TreeBelt *belt, const char *name, gsize len)
{
  for (char **allowed = belt->allowed; *allowed != NULL; allowed++)
    if (is_word (name, len, *allowed))
      return TRUE;
  return FALSE;
}

/* What is to be said of the name, with what stands behind it; NULL: it may run. */
static const char *
find_rule (const TreeBelt *belt, const char *name, gsize len)
{
  if ((belt->lengths & length_bit (len)) == 0)
    return NULL;
  for (guint i = 0; i < belt->rules->len; i++)
    {
      const Rule *rule = &g_array_index (belt->rules, Rule, i);

      if (rule_fits (rule, name, len))
        return is_allowed (belt, name, len) ? NULL : rule->said;
    }
  return NULL;
}

static gboolean
is_hook (const char *name, gsize len)
{
  static const char *const prefixes[] = { "api_", "execute_on_" };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (len > strlen (prefixes[i])
        && g_ascii_strncasecmp (name, prefixes[i], strlen (prefixes[i])) == 0)
      return TRUE;
  return FALSE;
}

/* TRUE when the name from `name` to `end` stands where something is named to be run. `text` is what
 * both are in. */
static gboolean
is_to_run (const char *text, const char *name, const char *end, gboolean is_inline)
{
  char before = name > text ? name[-1] : ' ';

  if (g_str_has_prefix (end, "::") || g_str_has_prefix (end, "!!") || g_str_has_prefix (end, "://"))
    return TRUE;
  if (before == '&' && (*end == '\0' || strchr ("( \t'\"", *end) != NULL))
    return TRUE;
  if (before == '{' && name > text + 1 && name[-2] == '$' && (*end == '(' || *end == ' '))
    return TRUE;
  return is_inline && *end == ':' && strchr (" \t,'\"~", before) != NULL;
}

/* One look at each name in what a command or an application is given, which may be a megabyte. */
static const char *
scan (const TreeBelt *belt, const char *text)
{
  gboolean is_inline = strstr (text, "inline") != NULL, hooked = FALSE;
  const char *name = find_name (text), *said = NULL;

  while (*name != '\0' && said == NULL)
    {
      const char *end = skip_name (name), *next = find_name (end);

      if (hooked || is_to_run (text, name, end, is_inline))
        said = find_rule (belt, name, (gsize)(end - name));
      hooked = is_hook (name, (gsize)(end - name)) && end + strspn (end, " ='\"\t") == next;
      name = next;
    }
  return said;
}

static const char *
skip_word (const char *text)
{
  text += strcspn (text, " \t");
  return text + strspn (text, " \t");
}

/* What the command at `line` runs in turn; NULL: it is no wrapper. */
static const char *
unwrap (const char *line, gsize len)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrappers); i++)
    if (is_word (line, len, wrappers[i].name))
      {
        const char *inner = skip_word (line);

        for (guint n = 0; n < wrappers[i].words; n++)
          inner = skip_word (inner);
        return g_ascii_strncasecmp (inner, "uuid:", strlen ("uuid:")) == 0 ? skip_word (inner)
                                                                           : inner;
      }
  return NULL;
}

const char *
tree_belt_api (const TreeBelt *belt, const char *line)
{
  const char *command = line + strspn (line, " \t"), *inner = command, *said = NULL;

  while (inner != NULL && said == NULL)
    {
      command = inner;
      said = find_rule (belt, command, strcspn (command, " \t"));
      inner = unwrap (command, strcspn (command, " \t"));
    }
  return said != NULL ? said : scan (belt, skip_word (command));
}

const char *
tree_belt_application (const TreeBelt *belt, const char *app, const char *arg)
{
  const char *said = find_rule (belt, app, strlen (app));

  return said != NULL || arg == NULL ? said : scan (belt, arg);
}

const char *
tree_belt_variable (const TreeBelt *belt, const char *name, const char *value)
{
  g_autofree char *line = g_strconcat (name, "=", value, NULL);

  return scan (belt, line);
}

/* ---- messages ---- */

/* "application: name data", of xferext. */
static const char *
check_extension (const TreeBelt *belt, const char *line)
{
  gsize len = strcspn (line, " \t");
  g_autofree char *app = g_strndup (line, len);

  return tree_belt_application (belt, app, line + len);
}

/* A header may stand there several times: the switch takes one, we look at all. */
const char *
tree_belt_message (const TreeBelt *belt, const EslEvent *message)
{
  gsize len = 0;
  const guint8 *body = esl_event_body (message, &len);
  g_autofree char *text = g_strndup ((const char *)body, len);
  const char *said = text != NULL ? scan (belt, text) : NULL;

  for (guint i = 0; said == NULL && i < esl_event_n_headers (message); i++)
    {
      EslHeader header;

      esl_event_header (message, i, &header);
      if (g_ascii_strcasecmp (header.name, "execute-app-name") == 0)
        said = tree_belt_application (belt, header.value, NULL);
      else if (g_ascii_strcasecmp (header.name, "application") == 0)
        said = check_extension (belt, header.value);
      else if (g_ascii_strcasecmp (header.name, "execute-app-arg") == 0)
        said = scan (belt, header.value);
    }
  return said;
}
