/* SPDX-License-Identifier: MIT */
/* options.c - GOption for the switches; SOURCE, and the profile that it may name. */
#include "options.h"

#include <gio/gio.h>
#include <string.h>

#include "options-private.h"
#include "profile.h"
#include "vfs-budget.h"

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
  options->max_memory = VFS_MAX_MEMORY;
  options->max_open = VFS_MAX_OPEN;
  options->vars_ttl = 1000;
  options->read_rate = 200;
  options->poke = 3;
  options->connect_timeout = 10000;
  options->query_timeout = 5000;
  options->command_timeout = 300000;
  options->loglevel = 4;
  options->uid = options->gid = options->umask = -1;
  options->password_fd = -1;
  options->calls = 5;
  options->fuse = g_string_new (NULL);
  return options;
}

void
options_free (Options *options)
{
  if (options->profile_password != NULL)
    explicit_bzero (options->profile_password, strlen (options->profile_password));
  g_free (options->profile_password);
  g_free (options->target);
  g_free (options->host);
  g_free (options->outbound);
  g_free (options->outbound_host);
  g_free (options->outbound_from);
  g_free (options->deny);
  g_free (options->allow);
  g_free (options->user);
  g_free (options->dir);
  g_free (options->profile);
  g_free (options->conf);
  g_free (options->password_file);
  g_string_free (options->fuse, TRUE);
  g_free (options);
}

gboolean
options_fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (OPTIONS_ERROR, 0, format, args));
  va_end (args);
  return FALSE;
}

static gboolean
set_port (Options *options, const char *text, GError **error)
{
  guint64 port;

  if (!g_ascii_string_to_unsigned (text, 10, 1, 65535, &port, NULL))
    return options_fail (error, "\"%s\" is no port: a number from 1 to 65535", text);
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
    return options_fail (error, "\"%s\": an IPv6 address is written [address]:port", target);
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
    return options_fail (error, "\"%s\" names no host: expected [user@domain@]HOST[:PORT]", target);
  return colon == NULL || set_port (options, colon + 1, error);
}

/* ---- profiles ---- */

static gboolean
take_profile (Options *options, const Profile *profile, gboolean is_target)
{
  if (is_target)
    {
      g_clear_pointer (&options->host, g_free);
      g_clear_pointer (&options->user, g_free);
      options->port = 0;
    }
  if (options->host == NULL)
    options->host = g_strdup (profile->host);
  if (options->port == 0)
    options->port = profile->port;
  if (options->user == NULL)
    options->user = g_strdup (profile->user);
  options->profile_password = g_strdup (profile->password);
  return TRUE;
}

gboolean
options_use_profile (Options *options, GError **error)
{
  g_autoptr (GPtrArray) profiles = NULL;
  g_autofree char *path = NULL;
  const Profile *profile;

  if (options->demo || (profiles = profiles_load (options->conf, &path, error)) == NULL)
    return options->demo;
  profile =
      profiles_named (profiles, options->profile != NULL ? options->profile : options->target);
  if (profile != NULL)
    return take_profile (options, profile, strcmp (profile->name, options->target) == 0);
  if (options->profile != NULL)
    return options_fail (error, "-o profile=%s: there is no section [%s] in %s", options->profile,
                         options->profile,
                         path != NULL ? path : "~/.fs_cli_conf or /etc/fs_cli.conf");
  profile = profiles_for (profiles, options->host, options->port != 0 ? options->port : 8021,
                          options->user);
  if (profile != NULL)
    options->profile_password = g_strdup (profile->password);
  return TRUE;
}

/* ---- the switches ---- */

static char *
describe_words (void)
{
  GString *text = g_string_new ("Words of -o (further ones are libfuse's, such as allow_other):\n");

  options_append_words (text);
  g_string_append (
      text, "\nSOURCE is [user@domain@]HOST[:PORT], or the name of a section of ~/.fs_cli_conf or\n"
            "/etc/fs_cli.conf, which are read as fs_cli reads them.\n"
            "\nThe password comes from the first of these that is there: password_fd=; "
            "password_file=;\n"
            "$CREDENTIALS_DIRECTORY/password; the environment's ESL_PASSWORD; the profile that "
            "SOURCE\n"
            "or profile= names, or one for that host, port and user; the terminal.\n"
            "\nExamples:\n"
            "  eslfs pbx.example.net /mnt/fs            then: cat /mnt/fs/README\n"
            "  eslfs --demo /mnt/fs                     a switch of its own, to try\n"
            "  fusermount3 -u /mnt/fs                   unmounts\n");
  return g_string_free (text, FALSE);
}

/* "[HOST:]PORT", HOST perhaps "[v6]". */
static gboolean
take_outbound (Options *options, GError **error)
{
  const char *text = options->outbound;
  g_autoptr (GSocketConnectable) address = NULL;
  g_autofree char *full = NULL;
  guint64 port;

  if (text == NULL)
    return TRUE;
  if (options->monitor)
    return options_fail (error, "-o outbound= is for calls to be handled, and -o monitor handles "
                                "nothing: leave one out");
  full = strchr (text, ':') != NULL ? g_strdup (text) : g_strconcat ("127.0.0.1:", text, NULL);
  address = g_network_address_parse (full, 0, NULL);
  if (address == NULL
      || !g_ascii_string_to_unsigned (strrchr (full, ':') + 1, 10, 0, 65535, &port, NULL))
    return options_fail (error, "-o outbound=%s: expected [HOST:]PORT, an IPv6 address in brackets",
                         text);
  options->outbound_host = g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
  options->outbound_port = (guint16)port;
  return TRUE;
}

/* Names of commands and applications are words; a typo with other bytes would deny nothing. */
static gboolean
check_names (const char *word, const char *list, GError **error)
{
  static const char bytes[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-.:,";

  if (list == NULL || list[strspn (list, bytes)] == '\0')
    return TRUE;
  return options_fail (error,
                       "-o %s=%s: expected names of commands, applications or groups, "
                       "separated by colons",
                       word, list);
}

static gboolean
take_arguments (Options *options, char **arguments, GError **error)
{
  guint n = arguments != NULL ? g_strv_length (arguments) : 0;

  if (options->task != OPTIONS_RUN)
    return TRUE;
  if (n != (options->demo ? 1u : 2u))
    return options_fail (error, options->demo
                                    ? "--demo needs one argument: the directory to mount at"
                                    : "two arguments are needed: [user@domain@]HOST[:PORT], or a "
                                      "profile, and the directory to mount at (see --help)");
  options->dir = g_strdup (arguments[n - 1]);
  if (options->demo)
    return TRUE;
  options->target = g_strdup (arguments[0]);
  return options_parse_target (options, arguments[0], error);
}

gboolean
options_parse (Options *options, char **argv, GError **error)
{
  g_auto (GStrv) lists = NULL;
  g_auto (GStrv) arguments = NULL;
  g_auto (GStrv) copy = g_strdupv (argv);
  g_autofree char *description = describe_words ();
  gboolean version = FALSE, list_options = FALSE, list_tree = FALSE, list_queries = FALSE;
  /* (Paths are bytes: as file names they are taken as they are, whatever the locale.) */
  const GOptionEntry entries[] = {
    { "option", 'o', 0, G_OPTION_ARG_FILENAME_ARRAY, &lists,
      "mount options, comma separated; see below", "WORDS" },
    { "foreground", 'f', 0, G_OPTION_ARG_NONE, &options->foreground, "stay in the foreground",
      NULL },
    { "debug", 'd', 0, G_OPTION_ARG_NONE, &options->debug, "print every request; implies -f",
      NULL },
    { "demo", 0, 0, G_OPTION_ARG_NONE, &options->demo, "mount a simulated switch with living calls",
      NULL },
    { "sloppy", 's', 0, G_OPTION_ARG_NONE, &options->sloppy,
      "ignore words of -o that nobody knows, as mount -s", NULL },
    { "list-options", 0, 0, G_OPTION_ARG_NONE, &list_options,
      "print the words of -o, a tab, what each does", NULL },
    { "list-tree", 0, 0, G_OPTION_ARG_NONE, &list_tree,
      "print every path below a mount, its mode, and what it is", NULL },
    { "list-queries", 0, 0, G_OPTION_ARG_NONE, &list_queries,
      "print the command lines that query/ takes, a tab, what each tells", NULL },
    { "version", 'V', 0, G_OPTION_ARG_NONE, &version, "print the version", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("SOURCE DIR - mount a FreeSWITCH switch as files");

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_description (context, description);
  if (!g_option_context_parse_strv (context, &copy, error))
    return FALSE;
  for (guint i = 0; lists != NULL && lists[i] != NULL; i++)
    if (!options_take_words (options, lists[i], error))
      return FALSE;
  if (!check_names ("deny", options->deny, error) || !check_names ("allow", options->allow, error)
      || !take_outbound (options, error))
    return FALSE;
  options->foreground |= options->debug;
  options->task = version        ? OPTIONS_VERSION
                  : list_options ? OPTIONS_LIST_OPTIONS
                  : list_tree    ? OPTIONS_LIST_TREE
                  : list_queries ? OPTIONS_LIST_QUERIES
                                 : OPTIONS_RUN;
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

char *
options_for_libfuse (const Options *options)
{
  g_autofree char *source = options_source (options);
  g_autofree char *fsname = g_strconcat ("fsname=", source, NULL);
  GString *list = g_string_new (NULL);

  options_append_for_libfuse (list, fsname);
  if (options->fuse->len > 0)
    g_string_append_printf (list, ",%s", options->fuse->str);
  return g_string_free (list, FALSE);
}

char *
options_describe (const Options *options)
{
  g_autofree char *source = options_source (options);
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "source=%s\ndir=%s\nuser=%s\n", source, options->dir,
                          options->user != NULL ? options->user : "");
  options_append_values (options, out);
  g_string_append_printf (out, "libfuse=%s\n", options->fuse->str);
  return g_string_free (out, FALSE);
}
