/* SPDX-License-Identifier: MIT */
/* sim-login.c - auth, userauth, and what a user may do.
 *
 * Users are rows of a table, as their esl-* parameters would stand in the directory.
 */
#include <string.h>

#include "sim-command.h"

typedef struct
{
  const char *user;
  const char *domain;
  const char *password;
  const char *events; /* NULL: all */
  const char *api;    /* NULL: all */
  gboolean log;
} SimUser;

static const SimUser users[] = {
  { "restricted", "127.0.0.1", "secret", "CHANNEL_CREATE CHANNEL_HANGUP", "status version", FALSE },
  { "ops", "127.0.0.1", "opspass", "CHANNEL_CREATE,CHANNEL_DESTROY,HEARTBEAT",
    "status,show,uuid_dump,version", FALSE },
  { "admin", "127.0.0.1", "adminpass", NULL, NULL, TRUE },
};

static void
login_refuse (SimListener *listener, GString *reply)
{
  g_string_append (reply, "-ERR invalid");
  listener->refused = TRUE;
}

void
sim_login_auth (SimListener *listener, const char *password, GString *reply)
{
  if (strcmp (password, listener->sim->options.password) != 0)
    {
      login_refuse (listener, reply);
      return;
    }
  listener->authed = TRUE;
  g_string_append (reply, "+OK accepted");
}

/* "user@domain:password" or "user:password@domain". */
static const SimUser *
login_find (const char *credentials)
{
  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    {
      const SimUser *user = &users[i];
      g_autofree char *a = g_strdup_printf ("%s@%s:%s", user->user, user->domain, user->password);
      g_autofree char *b = g_strdup_printf ("%s:%s@%s", user->user, user->password, user->domain);

      if (strcmp (credentials, a) == 0 || strcmp (credentials, b) == 0)
        return user;
    }
  return NULL;
}

static GHashTable *
set_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Words are separated by spaces if there is one, else by commas. */
static GStrv
list_split (const char *list)
{
  return g_strsplit (list, strchr (list, ' ') != NULL ? " " : ",", -1);
}

static void
login_limit_events (SimListener *listener, const char *list)
{
  g_auto (GStrv) words = list_split (list);
  gboolean custom = FALSE;

  listener->may_listen = g_new0 (gboolean, ESL_EVENT_LAST);
  listener->may_subclasses = set_new ();
  for (char **word = words; *word != NULL; word++)
    {
      EslEventType type = esl_event_type_parse (*word, -1);

      if (custom)
        g_hash_table_add (listener->may_subclasses, g_strdup (*word));
      else if (type == ESL_EVENT_ALL)
        g_clear_pointer (&listener->may_listen, g_free);
      else if (type != ESL_EVENT_LAST && listener->may_listen != NULL)
        listener->may_listen[type] = TRUE;
      custom = custom || type == ESL_EVENT_CUSTOM;
    }
}

static void
login_limit_api (SimListener *listener, const char *list)
{
  g_auto (GStrv) words = list_split (list);

  listener->may_api = set_new ();
  for (char **word = words; *word != NULL; word++)
    g_hash_table_add (listener->may_api, g_strdup (*word));
}

void
sim_login_userauth (SimListener *listener, const char *credentials, GString *reply)
{
  const SimUser *user = login_find (credentials);

  if (user == NULL)
    {
      login_refuse (listener, reply);
      return;
    }
  listener->authed = TRUE;
  listener->may_log = user->log;
  if (user->events != NULL)
    login_limit_events (listener, user->events);
  if (user->api != NULL)
    login_limit_api (listener, user->api);
  g_string_append_printf (
      reply, "~Reply-Text: +OK accepted\nAllowed-Events: %s\nAllowed-API: %s\nAllowed-LOG: %s\n\n",
      user->events != NULL ? user->events : "all", user->api != NULL ? user->api : "all",
      user->log ? "true" : "false");
}

/* A command that runs another one needs the permission for both. */
gboolean
sim_login_allows_api (SimListener *listener, const char *name, const char *args)
{
  static const char *const carriers[] = {
    "bgapi", "sched_api", "eval", "expand", "xml_wrap", NULL
  };
  g_autofree char *line = NULL;
  g_auto (GStrv) words = NULL;

  if (listener->may_api == NULL)
    return TRUE;
  line = g_strconcat (name, " ", args != NULL ? args : "", NULL);
  words = g_strsplit (line, " ", -1);
  for (char **word = words; *word != NULL; word++)
    {
      g_autofree char *lower = NULL;

      if (!g_hash_table_contains (listener->may_api, *word))
        return FALSE;
      lower = g_ascii_strdown (*word, -1);
      if (!g_strv_contains (carriers, lower) || word[1] == NULL || !*word[1])
        break;
    }
  return TRUE;
}
