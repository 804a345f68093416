/* SPDX-License-Identifier: MIT */
/* profile.c - the reader is line by line and forgiving, because fs_cli's is.
 *
 * A section becomes a profile with its first pair; one that is opened again after another is a
 * second profile of that name, which is never found. "[+name]" is no section of fs_cli's.
 */
#include "profile.h"

#include <errno.h>
#include <string.h>

#include "password.h"

#define PROFILES_MAX 10000 /* a fleet; fs_cli has 128 */
#define FILE_SIZE_MAX ((gsize)1024 * 1024)
#define SYSTEM_CONF "/etc/fs_cli.conf"

static void
wipe (char *text)
{
  if (text != NULL)
    explicit_bzero (text, strlen (text));
  g_free (text);
}

void
profile_free (Profile *profile)
{
  g_free (profile->name);
  g_free (profile->host);
  g_free (profile->user);
  wipe (profile->password);
  g_free (profile);
}

static Profile *
profile_new (const char *name)
{
  Profile *profile = g_new0 (Profile, 1);

  profile->name = g_strdup (name);
  profile->host = g_strdup ("127.0.0.1");
  profile->port = 8021;
  profile->password = g_strdup (PASSWORD_DEFAULT);
  return profile;
}

/* ---- a line ---- */

/* Spaces and tabs around the key and before the value go; those behind the value stay. FALSE: no
 * pair. `line` is changed. */
static gboolean
split_pair (char *line, char **ret_key, char **ret_value)
{
  char *semicolon = strchr (line, ';');
  char *equals;

  /* Only the first semicolon of the line can begin a comment: "a;b;;c" has none. */
  if (semicolon != NULL && semicolon[1] == ';')
    *semicolon = '\0';
  equals = strchr (line, '=');
  if (equals == NULL)
    return FALSE;
  *equals++ = '\0';
  if (*equals == '>')
    equals++;
  *ret_key = line + strspn (line, " \t");
  *ret_value = equals + strspn (equals, " \t");
  g_strchomp (*ret_key);
  return TRUE;
}

static void
set_string (char **field, const char *value)
{
  wipe (*field);
  *field = g_strdup (value);
}

static void
set_pair (Profile *profile, const char *key, const char *value)
{
  gint64 port;

  if (g_ascii_strcasecmp (key, "host") == 0 && *value != '\0')
    set_string (&profile->host, value);
  else if (g_ascii_strcasecmp (key, "user") == 0)
    set_string (&profile->user, *value != '\0' ? value : NULL);
  else if (g_ascii_strcasecmp (key, "password") == 0)
    set_string (&profile->password, value);
  else if (g_ascii_strcasecmp (key, "port") == 0)
    {
      port = g_ascii_strtoll (value, NULL, 10); /* "8022 # here" is 8022, as for atoi() */
      if (port > 0 && port <= G_MAXUINT16)
        profile->port = (guint16)port;
    }
}

/* "[name]" at the beginning of a line; NULL: no section. Changes `line`. */
static const char *
section_name (char *line)
{
  char *end = line[0] == '[' ? strchr (line, ']') : NULL;

  if (end == NULL)
    return NULL;
  *end = '\0';
  return line + 1;
}

/* ---- a file ---- */

typedef struct
{
  GPtrArray *profiles;
  char *section;    /* NULL: before the first */
  Profile *current; /* of that section; NULL: it has had no pair yet */
} Reader;

static void
take_line (Reader *reader, char *line)
{
  const char *name = section_name (line);
  char *key;
  char *value;

  if (name != NULL && name[0] == '+')
    return;
  if (name != NULL)
    {
      if (g_strcmp0 (name, reader->section) != 0)
        reader->current = NULL;
      g_free (reader->section);
      reader->section = g_strdup (name);
      return;
    }
  if (line[0] == '#' || line[0] == ';' || reader->section == NULL || reader->section[0] == '\0'
      || !split_pair (line, &key, &value))
    return;
  if (reader->current == NULL)
    {
      if (reader->profiles->len >= PROFILES_MAX)
        return;
      reader->current = profile_new (reader->section);
      g_ptr_array_add (reader->profiles, reader->current);
    }
  set_pair (reader->current, key, value);
}

GPtrArray *
profiles_parse (const char *text, gsize len)
{
  Reader reader = { .profiles = g_ptr_array_new_with_free_func ((GDestroyNotify)profile_free) };
  const char *end = text + len;

  for (const char *line = text; line < end;)
    {
      const char *newline = memchr (line, '\n', (gsize)(end - line));
      gsize length = (gsize)((newline != NULL ? newline : end) - line);
      char *copy = g_strndup (line, length);
      gboolean last = g_str_has_prefix (copy, "__END__");

      if (length > 0 && copy[length - 1] == '\r')
        copy[length - 1] = '\0';
      if (!last)
        take_line (&reader, copy);
      explicit_bzero (copy, length);
      g_free (copy);
      if (last || newline == NULL)
        break;
      line = newline + 1;
    }
  g_free (reader.section);
  return reader.profiles;
}

/* NULL: it can't be read, as `error` says. */
static GPtrArray *
load (const char *path, GError **error)
{
  GPtrArray *profiles = NULL;
  char *text = NULL;
  gsize len = 0;

  if (!g_file_get_contents (path, &text, &len, error))
    return NULL;
  if (len <= FILE_SIZE_MAX)
    profiles = profiles_parse (text, len);
  else
    g_set_error (error, OPTIONS_ERROR, 0, "%s: over 1 MiB; that is no fs_cli.conf", path);
  explicit_bzero (text, len);
  g_free (text);
  return profiles;
}

GPtrArray *
profiles_load (const char *conf, char **ret_path, GError **error)
{
  const char *home = g_getenv ("HOME");
  g_autofree char *own =
      home != NULL && *home != '\0' ? g_build_filename (home, ".fs_cli_conf", NULL) : NULL;
  const char *const paths[] = { conf, conf == NULL ? own : NULL,
                                conf == NULL ? SYSTEM_CONF : NULL };

  if (ret_path != NULL)
    *ret_path = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) failure = NULL;
      GPtrArray *profiles = paths[i] != NULL ? load (paths[i], &failure) : NULL;

      if (profiles != NULL && ret_path != NULL)
        *ret_path = g_strdup (paths[i]);
      if (profiles != NULL)
        return profiles;
      if (failure != NULL && (conf != NULL || failure->domain != G_FILE_ERROR))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
    }
  return g_ptr_array_new_with_free_func ((GDestroyNotify)profile_free);
}

/* ---- choosing ---- */

const Profile *
profiles_named (const GPtrArray *profiles, const char *name)
{
  for (guint i = 0; i < profiles->len; i++)
    {
      const Profile *profile = g_ptr_array_index (profiles, i);

      if (strcmp (profile->name, name) == 0)
        return profile;
    }
  return NULL;
}

static gboolean
is_loopback (const char *host)
{
  return g_ascii_strcasecmp (host, "localhost") == 0 || strcmp (host, "127.0.0.1") == 0
         || strcmp (host, "::1") == 0;
}

static gboolean
is_same_host (const char *a, const char *b)
{
  return g_ascii_strcasecmp (a, b) == 0 || (is_loopback (a) && is_loopback (b));
}

const Profile *
profiles_for (const GPtrArray *profiles, const char *host, guint16 port, const char *user)
{
  for (guint i = 0; i < profiles->len; i++)
    {
      const Profile *profile = g_ptr_array_index (profiles, i);

      if (is_same_host (profile->host, host) && profile->port == port
          && g_strcmp0 (profile->user, user) == 0)
        return profile;
    }
  return NULL;
}
