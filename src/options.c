/* SPDX-License-Identifier: MIT */
/* options.c - GOption for the switches, one table for the words of -o. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

typedef enum
{
  WORD_FLAG,
  WORD_STRING,
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
  { "retry", WORD_FLAG, FIELD (retry), 0, 0, NULL,
    "mount even while the switch can't be reached, and go on trying" },
  { "event_buffer", WORD_SIZE, FIELD (event_buffer), 65536, G_GINT64_CONSTANT (1) << 40, "SIZE",
    "bytes of events to keep (16M)" },
  { "vars_ttl", WORD_NUMBER, FIELD (vars_ttl), 0, 3600000, "MS",
    "how long one dump serves the files of var/ (1000; 0: never)" },
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

/* Words that mount(8), systemd and fstab add, and that mean nothing to a file system. */
static const char *const dropped[] = { "rw",      "defaults", "auto",  "noauto",     "user",
                                       "nouser",  "users",    "owner", "group",      "nofail",
                                       "_netdev", "async",    "atime", "nodiratime", "relatime",
                                       "suid",    "dev",      "exec",  NULL };

GQuark
options_error_quark (void)
{
  return g_quark_from_static_string ("eslfs-options");
}

Options *
options_new (void)
{
  Options *options = g_new0 (Options, 1);

  options->event_buffer = 16 * 1024 * 1024;
  options->vars_ttl = 1000;
  options->poke = 3;
  options->connect_timeout = 10000;
  options->query_timeout = 5000;
  options->command_timeout = 300000;
  options->loglevel = 4;
  options->uid = options->gid = options->umask = -1;
  options->calls = 5;
  options->fuse = g_string_new (NULL);
  return options;
}

void
options_free (Options *options)
{
  g_free (options->host);
  g_free (options->user);
  g_free (options->dir);
  g_free (options->password_file);
  g_string_free (options->fuse, TRUE);
  g_free (options);
}

static gboolean fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (OPTIONS_ERROR, 0, format, args));
  va_end (args);
  return FALSE;
}

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

  if (!good || (gint64)number < word->min || (gint64)number > word->max)
    return fail (error, "-o %s=%s: expected %s from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                 word->name, value, word->type == WORD_OCTAL ? "octal digits" : "a number",
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
  char **string;

  if (word->type == WORD_FLAG)
    {
      if (value != NULL)
        return fail (error, "-o %s takes no value", word->name);
      G_STRUCT_MEMBER (gboolean, options, word->offset) = TRUE;
      return TRUE;
    }
  if (value == NULL || *value == '\0')
    return fail (error, "-o %s needs a value: %s=%s", word->name, word->name, word->arg);
  if (word->type != WORD_STRING)
    return set_number (options, word, value, error);
  string = &G_STRUCT_MEMBER (char *, options, word->offset);
  g_free (*string);
  *string = g_strdup (value);
  return TRUE;
}

static gboolean
is_dropped (const char *word)
{
  return g_strv_contains (dropped, word) || g_str_has_prefix (word, "x-")
         || g_str_has_prefix (word, "comment=");
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
  g_string_append_printf (options->fuse, "%s%s", options->fuse->len > 0 ? "," : "", text);
  return TRUE;
}

/* "a,b=c\,d": a comma behind a backslash belongs to the value. */
static gboolean
take_words (Options *options, const char *list, GError **error)
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

static gboolean
set_port (Options *options, const char *text, GError **error)
{
  guint64 port;

  if (!g_ascii_string_to_unsigned (text, 10, 1, 65535, &port, NULL))
    return fail (error, "\"%s\" is no port: a number from 1 to 65535", text);
  options->port = (guint16)port;
  return TRUE;
}

gboolean
options_parse_target (Options *options, const char *target, GError **error)
{
  const char *at = strrchr (target, '@');
  const char *host = at != NULL ? at + 1 : target;
  const char *end = host[0] == '[' ? strchr (host, ']') : NULL;
  const char *colon = strchr (end != NULL ? end : host, ':');

  if (at != NULL)
    options->user = g_strndup (target, (gsize)(at - target));
  if (host[0] == '[' && end == NULL)
    return fail (error, "\"%s\": an IPv6 address is written [address]:port", target);
  if (end != NULL)
    options->host = g_strndup (host + 1, (gsize)(end - host - 1));
  else if (colon != NULL && strchr (colon + 1, ':') != NULL)
    {
      options->host = g_strdup (host); /* a bare IPv6 address */
      colon = NULL;
    }
  else
    options->host = g_strndup (host, colon != NULL ? (gsize)(colon - host) : strlen (host));
  if (options->host[0] == '\0')
    return fail (error, "\"%s\" names no host: expected [user@domain@]HOST[:PORT]", target);
  return colon == NULL || set_port (options, colon + 1, error);
}

static char *
describe_words (void)
{
  GString *text = g_string_new ("Words of -o (further ones are libfuse's, such as allow_other):\n");

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *left = words[i].arg != NULL
                                  ? g_strdup_printf ("%s=%s", words[i].name, words[i].arg)
                                  : g_strdup (words[i].name);

      g_string_append_printf (text, "  %-24s %s\n", left, words[i].help);
    }
  g_string_append (text, "\nThe password comes from password_file=, else from the environment's "
                         "ESL_PASSWORD, else it is\n"
                         "asked for at the terminal.\n"
                         "\nExamples:\n"
                         "  eslfs pbx.example.net /mnt/fs            then: cat /mnt/fs/README\n"
                         "  eslfs --demo /mnt/fs                     a switch of its own, to try\n"
                         "  fusermount3 -u /mnt/fs                   unmounts\n");
  return g_string_free (text, FALSE);
}

static gboolean
take_arguments (Options *options, char **arguments, GError **error)
{
  guint n = arguments != NULL ? g_strv_length (arguments) : 0;

  if (options->version)
    return TRUE;
  if (n != (options->demo ? 1u : 2u))
    return fail (error, options->demo
                            ? "--demo needs one argument: the directory to mount at"
                            : "two arguments are needed: [user@domain@]HOST[:PORT] and the "
                              "directory to mount at (see --help)");
  options->dir = g_strdup (arguments[n - 1]);
  return options->demo || options_parse_target (options, arguments[0], error);
}

gboolean
options_parse (Options *options, char **argv, GError **error)
{
  g_auto (GStrv) lists = NULL;
  g_auto (GStrv) arguments = NULL;
  g_auto (GStrv) copy = g_strdupv (argv);
  g_autofree char *description = describe_words ();
  const GOptionEntry entries[] = {
    { "option", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &lists,
      "mount options, comma separated; see below", "WORDS" },
    { "foreground", 'f', 0, G_OPTION_ARG_NONE, &options->foreground, "stay in the foreground",
      NULL },
    { "debug", 'd', 0, G_OPTION_ARG_NONE, &options->debug, "print every request; implies -f",
      NULL },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options->demo, "mount a simulated switch with living calls",
      NULL },
    { "version", 'V', 0, G_OPTION_ARG_NONE, &options->version, "print the version", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &arguments, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("[user@domain@]HOST[:PORT] DIR - mount a FreeSWITCH switch as files");

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_description (context, description);
  if (!g_option_context_parse_strv (context, &copy, error))
    return FALSE;
  for (guint i = 0; lists != NULL && lists[i] != NULL; i++)
    if (!take_words (options, lists[i], error))
      return FALSE;
  options->foreground |= options->debug;
  return take_arguments (options, arguments, error);
}

char *
options_source (const Options *options)
{
  guint port = options->port != 0 ? options->port : 8021;

  if (options->demo)
    return g_strdup ("demo");
  return g_strdup_printf (strchr (options->host, ':') != NULL ? "[%s]:%u" : "%s:%u", options->host,
                          port);
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

char *
options_describe (const Options *options)
{
  g_autofree char *source = options_source (options);
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "source=%s\ndir=%s\nuser=%s\n", source, options->dir,
                          options->user != NULL ? options->user : "");
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    describe_word (options, &words[i], out);
  g_string_append_printf (out, "libfuse=%s\n", options->fuse->str);
  return g_string_free (out, FALSE);
}
