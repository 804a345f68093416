/* SPDX-License-Identifier: MIT */
/* options-words.c - one table for the words of -o. */
#include <string.h>

#include "options-private.h"

typedef enum
{
  WORD_FLAG,
  WORD_STRING,
  WORD_LIST, /* a string; each time that it is given adds to it, after a comma */
  WORD_NUMBER,
  WORD_OCTAL,
  WORD_SIZE, /* bytes, with K, M, G */
} WordType;

typedef struct
{
  const char *name;
  WordType type;
  gsize offset; /* in Options */
  gint64 min, max;
  const char *arg;
  const char *help;
} Word;

#define FIELD(field) G_STRUCT_OFFSET (Options, field)

static const Word words[] = {
  { "password_file", WORD_STRING, FIELD (password_file), 0, 0, "FILE",
    "read the password from the first line of FILE, which only you may read" },
  { "password_fd", WORD_NUMBER, FIELD (password_fd), 0, G_MAXINT32, "N",
    "read the password from the first line of the descriptor N (0: standard input)" },
  { "profile", WORD_STRING, FIELD (profile), 0, 0, "NAME",
    "take what SOURCE doesn't say from this profile of fs_cli's" },
  { "conf", WORD_STRING, FIELD (conf), 0, 0, "FILE",
    "the profiles' file (~/.fs_cli_conf, else /etc/fs_cli.conf)" },
  { "retry", WORD_FLAG, FIELD (retry), 0, 0, NULL,
    "mount even while the switch can't be reached, and go on trying" },
  { "outbound", WORD_STRING, FIELD (outbound), 0, 0, "[HOST:]PORT",
    "take the calls that the dialplan's socket application sends there (HOST: 127.0.0.1)" },
  { "outbound_from", WORD_LIST, FIELD (outbound_from), 0, 0, "ADDRESS",
    "take them from this ADDRESS[/BITS] alone; may be repeated (where the switch is)" },
  { "monitor", WORD_FLAG, FIELD (monitor), 0, 0, NULL,
    "mount without any file that acts on the switch" },
  { "deny", WORD_LIST, FIELD (deny), 0, 0, "NAME[:NAME...]",
    "don't run these: commands, applications, groups modules, shutdown, shell (shell)" },
  { "allow", WORD_LIST, FIELD (allow), 0, 0, "NAME[:NAME...]",
    "run these nonetheless: names, or the group shell" },
  { "event_buffer", WORD_SIZE, FIELD (event_buffer), 65536, G_GINT64_CONSTANT (1) << 40, "SIZE",
    "bytes of events to keep (16M)" },
  { "max_open", WORD_NUMBER, FIELD (max_open), 100, 1000000, "N",
    "files, and directories, open at once (10000); a tenth is the owner's and root's, a fifth the "
    "most "
    "for any other user" },
  { "max_memory", WORD_SIZE, FIELD (max_memory), 16777216, G_GINT64_CONSTANT (1) << 40, "SIZE",
    "bytes that open files may keep (512M), shared in the same way; beyond it ENOMEM and ENOSPC" },
  { "vars_ttl", WORD_NUMBER, FIELD (vars_ttl), 0, 3600000, "MS",
    "how long one dump serves the files of var/ (1000; 0: never)" },
  { "read_rate", WORD_NUMBER, FIELD (read_rate), 0, 1000000, "N",
    "reads a second that each user but the owner and root may ask of the switch (200; 0: no "
    "bound)" },
  { "poke", WORD_NUMBER, FIELD (poke), 0, 1000, "MS",
    "how often the switch is asked to look at its events while a live reader waits (3; 0: never)" },
  { "connect_timeout", WORD_NUMBER, FIELD (connect_timeout), 1, 3600000, "MS",
    "bound on connecting and logging in (10000)" },
  { "query_timeout", WORD_NUMBER, FIELD (query_timeout), 1, 3600000, "MS",
    "bound on what a read asks of the switch (5000)" },
  { "command_timeout", WORD_NUMBER, FIELD (command_timeout), 1, 86400000, "MS",
    "bound on a written command (300000)" },
  { "loglevel", WORD_NUMBER, FIELD (loglevel), 0, 7, "LEVEL",
    "how much eslfs itself logs, 0 to 7 (4: warnings)" },
  { "uid", WORD_NUMBER, FIELD (uid), 0, G_MAXINT32, "UID", "owner of all files (who mounts)" },
  { "gid", WORD_NUMBER, FIELD (gid), 0, G_MAXINT32, "GID", "group of all files (who mounts)" },
  { "umask", WORD_OCTAL, FIELD (umask), 0, 0777, "MASK",
    "give group and others the owner's rights, less these" },
  { "calls", WORD_NUMBER, FIELD (calls), 0, 10000, "N", "calls that live on the demo switch (5)" },
};

/* Words that mount(8), systemd and fstab add, and that mean nothing to a file system; those that
 * end in = have a value. */
static const char *const dropped[] = {
  "rw",      "defaults", "auto",     "noauto",     "user",        "nouser", "users",    "nousers",
  "owner",   "noowner",  "group",    "nogroup",    "nofail",      "fail",   "_netdev",  "async",
  "atime",   "diratime", "relatime", "norelatime", "nodiratime",  "suid",   "dev",      "exec",
  "loud",    "silent",   "nomand",   "iversion",   "noiversion",  "sw",     "comment=", "uhelper=",
  "helper=", "user=",    "lazytime", "nolazytime", "strictatime",
};

/* What libfuse takes; the mount's own source, type and security are forced in src/fuse/. */
static const char *const libfuse_words[] = {
  "allow_other",   "ro",           "nosuid",
  "nodev",         "noexec",       "noatime",
  "nostrictatime", "sync",         "dirsync",
  "blkdev",        "fsname=",      "subtype=",
  "max_read=",     "auto_unmount", "default_permissions",
};

/* "16M" to bytes. */
static gboolean
parse_size (const char *text, guint64 *ret_size)
{
  char *end = NULL;
  static const char units[] = "KMG";
  const char *unit;
  guint shift = 0;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  *ret_size = g_ascii_strtoull (text, &end, 10);
  unit = *end != '\0' ? strchr (units, g_ascii_toupper (*end)) : NULL;
  if (unit != NULL)
    {
      shift = 10 * (guint)(unit - units + 1);
      end++;
    }
  if (*end != '\0' || *ret_size > (G_MAXUINT64 >> shift))
    return FALSE;
  *ret_size <<= shift;
  return TRUE;
}

static gboolean
set_number (Options *options, const Word *word, const char *value, GError **error)
{
  guint64 number = 0;
  gboolean good = word->type == WORD_SIZE
                      ? parse_size (value, &number)
                      : g_ascii_string_to_unsigned (value, word->type == WORD_OCTAL ? 8 : 10, 0,
                                                    G_MAXINT64, &number, NULL);
  /* (Somebody may have taken it for the place of the password itself.) */
  gboolean is_secret = word->offset == FIELD (password_fd);

  if (!good || (gint64)number < word->min || (gint64)number > word->max)
    return options_fail (
        error, "-o %s=%s: expected %s from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, word->name,
        is_secret ? "..." : value, word->type == WORD_OCTAL ? "octal digits" : "a number",
        word->min, word->max);
  if (word->type == WORD_SIZE)
    G_STRUCT_MEMBER (guint64, options, word->offset) = number;
  else
    G_STRUCT_MEMBER (int, options, word->offset) = (int)number;
  return TRUE;
}

static gboolean
set_word (Options *options, const Word *word, const char *value, GError **error)
{
  g_autofree char *old = NULL;
  char **string;

  if (word->type == WORD_FLAG)
    {
      if (value != NULL)
        return options_fail (error, "-o %s takes no value", word->name);
      G_STRUCT_MEMBER (gboolean, options, word->offset) = TRUE;
      return TRUE;
    }
  if (value == NULL || *value == '\0')
    return options_fail (error, "-o %s needs a value: %s=%s", word->name, word->name, word->arg);
  if (word->type != WORD_STRING && word->type != WORD_LIST)
    return set_number (options, word, value, error);
  string = &G_STRUCT_MEMBER (char *, options, word->offset);
  old = *string;
  *string =
      word->type == WORD_LIST && old != NULL ? g_strjoin (",", old, value, NULL) : g_strdup (value);
  return TRUE;
}

/* "word" is that word, "word=" begins one with a value. */
static gboolean
is_one_of (const char *const *list, gsize n, const char *text)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_has_suffix (list[i], "=") ? g_str_has_prefix (text, list[i])
                                        : strcmp (text, list[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_dropped (const char *text)
{
  return is_one_of (dropped, G_N_ELEMENTS (dropped), text)
         || g_ascii_strncasecmp (text, "x-", 2) == 0;
}

void
options_append_for_libfuse (GString *list, const char *text)
{
  if (list->len > 0)
    g_string_append_c (list, ',');
  for (; *text != '\0'; text++)
    {
      if (*text == ',' || *text == '\\')
        g_string_append_c (list, '\\');
      g_string_append_c (list, *text);
    }
}

static gboolean
take_word (Options *options, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *name = g_strndup (text, equals != NULL ? (gsize)(equals - text) : strlen (text));

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].name, name) == 0)
      return set_word (options, &words[i], equals != NULL ? equals + 1 : NULL, error);
  if (is_dropped (text))
    return TRUE;
  if (is_one_of (libfuse_words, G_N_ELEMENTS (libfuse_words), text))
    options_append_for_libfuse (options->fuse, text);
  else if (strcmp (name, "remount") == 0)
    return options_fail (error,
                         "-o remount: the options of a mount can't change: unmount it, and mount "
                         "again");
  else if (strcmp (name, "password") == 0)
    return options_fail (error,
                         "-o password= would show it to everybody in the list of processes: use "
                         "password_file=FILE, or see --help");
  else if (!options->sloppy)
    return options_fail (error, "-o %s: there is no such option (see --help)", name);
  return TRUE;
}

gboolean
options_take_words (Options *options, const char *list, GError **error)
{
  g_autoptr (GString) word = g_string_new (NULL);

  for (const char *p = list;; p++)
    {
      if (p[0] == '\\' && p[1] == ',')
        g_string_append_c (word, *++p);
      else if (*p != ',' && *p != '\0')
        g_string_append_c (word, *p);
      else
        {
          if (word->len > 0 && !take_word (options, word->str, error))
            return FALSE;
          g_string_truncate (word, 0);
          if (*p == '\0')
            return TRUE;
        }
    }
}

char *
options_list (void)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    g_string_append_printf (text, "%s%s%s\t%s\n", words[i].name, words[i].arg != NULL ? "=" : "",
                            words[i].arg != NULL ? words[i].arg : "", words[i].help);
  return g_string_free (text, FALSE);
}

void
options_append_words (GString *out)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *left = words[i].arg != NULL
                                  ? g_strdup_printf ("%s=%s", words[i].name, words[i].arg)
                                  : g_strdup (words[i].name);

      g_string_append_printf (out, "  %-24s %s\n", left, words[i].help);
    }
}

static void
describe_word (const Options *options, const Word *word, GString *out)
{
  const char *string;

  switch (word->type)
    {
    case WORD_FLAG:
      g_string_append_printf (out, "%s=%s\n", word->name,
                              G_STRUCT_MEMBER (gboolean, options, word->offset) ? "yes" : "no");
      break;
    case WORD_STRING:
    case WORD_LIST:
      string = G_STRUCT_MEMBER (char *, options, word->offset);
      g_string_append_printf (out, "%s=%s\n", word->name, string != NULL ? string : "");
      break;
    case WORD_SIZE:
      g_string_append_printf (out, "%s=%" G_GUINT64_FORMAT "\n", word->name,
                              G_STRUCT_MEMBER (guint64, options, word->offset));
      break;
    case WORD_OCTAL:
      if (G_STRUCT_MEMBER (int, options, word->offset) >= 0)
        g_string_append_printf (out, "%s=%03o\n", word->name,
                                (guint)G_STRUCT_MEMBER (int, options, word->offset));
      break;
    case WORD_NUMBER:
      g_string_append_printf (out, "%s=%d\n", word->name,
                              G_STRUCT_MEMBER (int, options, word->offset));
      break;
    }
}

void
options_append_values (const Options *options, GString *out)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    describe_word (options, &words[i], out);
}
