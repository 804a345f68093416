/* SPDX-License-Identifier: MIT */
/* sim-api-core.c - api commands about the switch itself. */
#include <stdlib.h>
#include <string.h>

#include "sim-api.h"
#include "sim-core-info.h"
#include "sim-job.h"
#include "sim-listener.h"
#include "sim-log.h"
#include "sim-timer.h"

/* ---- status ---- */

static void
append_plural (GString *out, gint64 n, const char *unit, const char *end)
{
  g_string_append_printf (out, "%" G_GINT64_FORMAT " %s%s%s", n, unit, n == 1 ? "" : "s", end);
}

void
sim_core_append_uptime (SimSwitch *sim, GString *out)
{
  gint64 usec = g_get_real_time () - sim->started;
  gint64 seconds = usec / G_USEC_PER_SEC;

  append_plural (out, seconds / 31536000, "year", ", ");
  append_plural (out, seconds % 31536000 / 86400, "day", ", ");
  append_plural (out, seconds % 86400 / 3600, "hour", ", ");
  append_plural (out, seconds % 3600 / 60, "minute", ", ");
  append_plural (out, seconds % 60, "second", ", ");
  append_plural (out, usec % G_USEC_PER_SEC / 1000, "millisecond", ", ");
  append_plural (out, usec % 1000, "microsecond", "");
}

static void
run_status (SimApiCall *call)
{
  const SimSwitch *sim = call->sim;

  g_string_append (call->out, "UP ");
  sim_core_append_uptime (call->sim, call->out);
  g_string_append_printf (call->out,
                          "\nFreeSWITCH (Version " SIM_VERSION_SHORT ") is ready\n"
                          "%" G_GUINT64_FORMAT " session(s) since startup\n"
                          "%u session(s) - peak %u, last 5min %u \n"
                          "%u session(s) per Sec out of max %u, peak %u, last 5min %u \n"
                          "%u session(s) max\n"
                          "min idle cpu 0.00/99.00\n"
                          "Current Stack Size/Max 240K/8192K\n",
                          sim->sessions.total, sim->order.length, sim->sessions.peak,
                          sim->sessions.peak, 0u, sim->max_rate, sim->sessions.peak_rate,
                          sim->sessions.peak_rate, sim->max_sessions);
}

static void
run_version (SimApiCall *call)
{
  gboolean brief = g_str_has_prefix (call->args, "short");

  g_string_append (call->out,
                   brief ? "1.10.12-release\n" : "FreeSWITCH Version " SIM_VERSION_LONG "\n");
}

static void
run_uptime (SimApiCall *call)
{
  static const struct
  {
    const char *word;
    gint64 usec;
  } units[] = {
    { "us", 1 },
    { "microseconds", 1 },
    { "ms", 1000 },
    { "milliseconds", 1000 },
    { "s", G_USEC_PER_SEC },
    { "seconds", G_USEC_PER_SEC },
    { "m", 60000000 },
    { "minutes", 60000000 },
    { "h", 3600000000 },
    { "hours", 3600000000 },
    { "d", 86400000000 },
    { "days", 86400000000 },
  };
  const char *wanted = *call->args ? call->args : "s";

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].word, wanted) == 0)
      {
        g_string_append_printf (call->out, "%" G_GINT64_FORMAT "\n",
                                (g_get_real_time () - call->sim->started) / units[i].usec);
        return;
      }
  sim_api_usage (call);
}

static void
run_hostname (SimApiCall *call)
{
  g_string_append (call->out, call->sim->hostname);
}

/* ---- text ---- */

static void
run_echo (SimApiCall *call)
{
  g_string_append (call->out, call->args);
}

static void
run_create_uuid (SimApiCall *call)
{
  g_autofree char *uuid = sim_uuid_new ();

  g_string_append (call->out, uuid);
}

/* ${name} and $${name} by global variables. */
static char *
expand_globals (SimSwitch *sim, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  while (*text)
    {
      const char *open = *text == '$' ? text + 1 + (text[1] == '$') : "";
      const char *end = *open == '{' ? strchr (open, '}') : NULL;
      g_autofree char *name = NULL;
      const char *value;

      if (end == NULL)
        {
          g_string_append_c (out, *text++);
          continue;
        }
      name = g_strndup (open + 1, (gsize)(end - open - 1));
      value = sim_vars_get (sim->globals, name);
      g_string_append (out, value != NULL ? value : "");
      text = end + 1;
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
run_eval (SimApiCall *call)
{
  g_autofree char *text = expand_globals (call->sim, call->args);

  g_string_append (call->out, text);
}

static void
expanded_done (SimApiCall *inner, gpointer data)
{
  SimApiCall *call = data;

  if (inner->unknown)
    g_string_assign (call->out, "INVALID COMMAND!\n-ERR Cannot execute command\n");
  else
    g_string_append_len (call->out, inner->out->str, (gssize)inner->out->len);
  sim_api_finish (call);
}

static void
run_expand (SimApiCall *call)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) halves = NULL;

  if (!*call->args)
    {
      g_string_append (call->out, "-ERR No input\n");
      return;
    }
  text = expand_globals (call->sim, call->args);
  halves = g_strsplit (text, " ", 2);
  call->pending = TRUE;
  sim_api_run (call->sim, halves[0] != NULL ? halves[0] : "", halves[0] != NULL ? halves[1] : NULL,
               expanded_done, call);
}

/* ---- time ---- */

static void
msleep_wait (gpointer data)
{
}

/* The timer's end, be it that its time came or that the switch goes. */
static void
msleep_over (gpointer data)
{
  SimApiCall *call = data;

  g_string_append (call->out, "+OK");
  sim_api_finish (call);
}

static void
run_msleep (SimApiCall *call)
{
  int msec = atoi (call->args);

  call->pending = TRUE;
  sim_timer_add (call->sim, (guint)MAX (msec, 0), msleep_wait, call, msleep_over);
}

/* ---- global variables ---- */

static void
run_global_getvar (SimApiCall *call)
{
  if (*call->args)
    {
      const char *value = sim_vars_get (call->sim->globals, call->args);

      g_string_append (call->out, value != NULL ? value : "");
      return;
    }
  for (guint i = 0; i < sim_vars_count (call->sim->globals); i++)
    {
      const char *value, *name = sim_vars_nth (call->sim->globals, i, &value);

      g_string_append_printf (call->out, "%s=%s\n", name, value);
    }
}

/* The core itself keeps variables from being expanded later. */
static void
global_set (SimSwitch *sim, const char *name, const char *value)
{
  g_autofree char *text = g_strdup (value);

  for (char *at = text; at != NULL && (at = strstr (at, "${")) != NULL;)
    *at = '%';
  sim_vars_set (sim->globals, name, text != NULL && *text ? text : NULL);
}

static void
run_global_setvar (SimApiCall *call)
{
  g_auto (GStrv) words = sim_words_split_at (call->args, '=', 3);
  const char *name = words[0], *value = name != NULL ? words[1] : NULL;
  const char *condition = value != NULL ? words[2] : NULL;

  if (name == NULL || !*name)
    {
      sim_api_usage (call);
      return;
    }
  /* Of three words the last is what the variable must be for the value to be set. */
  if (condition == NULL || !*condition
      || g_strcmp0 (sim_vars_get (call->sim->globals, name), condition) == 0)
    global_set (call->sim, name, value);
  g_string_append (call->out, "+OK");
}

/* ---- fsctl ---- */

#define FSCTL_SYNTAX                                                                               \
  "[api_expansion [on|off]|recover|send_sighup|hupall|pause [inbound|outbound]|"                   \
  "resume [inbound|outbound]|shutdown [cancel|elegant|asap|now|restart]|sps|sps_peak_reset|"       \
  "sync_clock|sync_clock_when_idle|reclaim_mem|max_sessions|min_dtmf_duration [num]|"              \
  "max_dtmf_duration [num]|default_dtmf_duration [num]|min_idle_cpu|loglevel [level]|debug_level " \
  "[level]|mdns_resolve [enable|disable]]\n"

static void
fsctl_loglevel (SimApiCall *call, const char *arg)
{
  int level = arg != NULL ? sim_log_level_parse (arg) : call->sim->log_level;

  if (level < 0)
    {
      g_string_append (call->out, "-ERR syntax error, log level not set!\n");
      return;
    }
  call->sim->log_level = level;
  g_string_append_printf (call->out, "+OK log level: %s [%d]\n", sim_log_level_name (level), level);
}

static void
fsctl_sps (SimApiCall *call, const char *arg)
{
  if (arg != NULL)
    call->sim->max_rate = (guint)MAX (atoi (arg), 1);
  g_string_append_printf (call->out, "+OK sessions per second: %u\n", call->sim->max_rate);
}

static void
fsctl_max_sessions (SimApiCall *call, const char *arg)
{
  if (arg != NULL)
    call->sim->max_sessions = (guint)MAX (atoi (arg), 1);
  g_string_append_printf (call->out, "+OK max sessions: %u\n", call->sim->max_sessions);
}

static void
fsctl_pause (SimApiCall *call, const char *arg)
{
  call->sim->paused = TRUE;
  g_string_append (call->out, "+OK\n");
}

static void
fsctl_pause_check (SimApiCall *call, const char *arg)
{
  g_string_append (call->out, call->sim->paused ? "true" : "false");
}

static void
fsctl_resume (SimApiCall *call, const char *arg)
{
  call->sim->paused = FALSE;
  g_string_append (call->out, "+OK\n");
}

/* No reply and no notice come any more (protocol: reload and shutdown). */
static void
fsctl_shutdown (SimApiCall *call, const char *arg)
{
  sim_switch_unlisten (call->sim);
  sim_switch_drop (call->sim, NULL);
}

static const struct
{
  const char *word;
  void (*run) (SimApiCall *call, const char *arg);
} fsctl_words[] = {
  { "loglevel", fsctl_loglevel },         { "sps", fsctl_sps },
  { "max_sessions", fsctl_max_sessions }, { "pause", fsctl_pause },
  { "pause_check", fsctl_pause_check },   { "resume", fsctl_resume },
  { "shutdown", fsctl_shutdown },
};

static void
run_fsctl (SimApiCall *call)
{
  g_auto (GStrv) words = sim_words_split (call->args, 3);

  for (guint i = 0; *words[0] && i < G_N_ELEMENTS (fsctl_words); i++)
    if (g_ascii_strcasecmp (words[0], fsctl_words[i].word) == 0)
      {
        fsctl_words[i].run (call, words[1]);
        return;
      }
  g_string_append (call->out, *call->args ? "-ERR Invalid command\nUSAGE: fsctl " FSCTL_SYNTAX
                                          : "-USAGE: " FSCTL_SYNTAX);
}

/* ---- the rest ---- */

static void
run_reloadxml (SimApiCall *call)
{
  sim_event_fire (call->sim, sim_event_begin (call->sim, ESL_EVENT_RELOADXML, NULL));
  g_string_append (call->out, "+OK [Success]\n");
}

static void
run_log (SimApiCall *call)
{
  g_auto (GStrv) words = sim_words_split (call->args, 2);
  int level = words[0] != NULL && words[1] != NULL ? sim_log_level_parse (words[0]) : -1;

  if (level >= 0)
    sim_log (call->sim, (SimLogLevel)level, NULL, "mod_commands.c", "log_function", 7200, "%s",
             words[1]);
  g_string_append (call->out, "+OK\n");
}

/* `bgapi` as an api command: the job's result is an event only. */
static void
run_bgapi (SimApiCall *call)
{
  g_autofree char *uuid = sim_uuid_new ();
  g_auto (GStrv) halves = g_strsplit (call->args, " ", 2);

  if (halves[0] == NULL || !*halves[0])
    {
      g_string_append (call->out, "-ERR Invalid syntax\n");
      return;
    }
  g_string_append_printf (call->out, "+OK Job-UUID: %s\n", uuid);
  sim_job_start (call->sim, halves[0], halves[1], uuid, NULL);
}

static void
shut_down (gpointer data)
{
  sim_switch_drop (data, SIM_SHUT_DOWN);
}

static void
run_shutdown (SimApiCall *call)
{
  sim_switch_unlisten (call->sim);
  g_string_append (call->out, "+OK\n");
  sim_timer_add (call->sim, 100, shut_down, call->sim, NULL);
}

static void
run_console_complete (SimApiCall *call)
{
  const SimApi *api;
  const char *only = NULL;
  guint n = 0;

  g_string_append (call->out, "\n\n");
  for (guint i = 0; (api = sim_api_nth (call->sim, i)) != NULL; i++)
    {
      if (!g_str_has_prefix (api->name, call->args))
        continue;
      g_string_append_printf (call->out, "%s[%20s]\t", n > 0 && n % 3 == 0 ? "\n" : "", api->name);
      only = api->name;
      n++;
    }
  g_string_append (call->out, "\n\n");
  if (n == 1)
    g_string_append_printf (call->out, "write=%u:%s ", (guint)strlen (call->args), only);
}

static void
relisten (gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!sim_switch_relisten (data, &error))
    g_warning ("%s", error->message);
}

static void
reload_socket (gpointer data)
{
  sim_switch_unlisten (data);
  sim_switch_drop (data, SIM_SHUT_DOWN);
  sim_timer_add (data, 200, relisten, data, NULL);
}

/* Without mod_event_socket every connection ends; `reload` has it back after a moment. */
static void
reload_if_socket (SimApiCall *call)
{
  if (g_ascii_strcasecmp (call->args, "mod_event_socket") == 0)
    sim_task_add (call->sim, reload_socket, call->sim, NULL);
}

static void
run_reload (SimApiCall *call)
{
  gboolean known = sim_module_exists (call->args);

  if (!*call->args)
    {
      sim_api_usage (call);
      return;
    }
  reload_if_socket (call);
  g_string_append (call->out, "+OK Reloading XML\n");
  g_string_append (call->out,
                   known ? "+OK module unloaded\n+OK module loaded\n"
                         : "-ERR unloading module [No such module!]\n"
                           "-ERR loading module [module load file routine returned an error]\n");
}

static void
run_unload (SimApiCall *call)
{
  if (!*call->args)
    {
      sim_api_usage (call);
      return;
    }
  reload_if_socket (call);
  g_string_append (call->out,
                   sim_module_exists (call->args) ? "+OK\n" : "-ERR [No such module!]\n");
}

#define COMMANDS "mod_commands"

const SimApi sim_api_core[] = {
  { "bgapi", "Runs a command in the background", "<command>[ <arg>]", COMMANDS, run_bgapi },
  { "console_complete", NULL, "<line>", COMMANDS, run_console_complete },
  { "create_uuid", "Makes a new uuid", "", COMMANDS, run_create_uuid },
  { "echo", "Gives its argument back", "<data>", COMMANDS, run_echo },
  { "eval", "Expands variables in a text", "[uuid:<uuid> ]<expression>", COMMANDS, run_eval },
  { "expand", "Runs a command after expanding variables in it", "[uuid:<uuid> ]<cmd> <args>",
    COMMANDS, run_expand },
  { "fsctl", "Controls the core", "[loglevel|max_sessions|pause|resume|shutdown|sps] ...", COMMANDS,
    run_fsctl },
  { "global_getvar", "Reads a global variable, or all", "<var>", COMMANDS, run_global_getvar },
  { "global_setvar", "Sets a global variable", "<var>=<value> [=<value2>]", COMMANDS,
    run_global_setvar },
  { "hostname", "The name of the machine", "", COMMANDS, run_hostname },
  { "log", "Writes a line to the log", "<level> <message>", COMMANDS, run_log },
  { "msleep", "Waits", "<milliseconds>", COMMANDS, run_msleep },
  { "reload", "Loads a module anew", "[-f] <mod_name>", COMMANDS, run_reload },
  { "reloadxml", "Reads the configuration anew", "", COMMANDS, run_reloadxml },
  { "shutdown", "Ends FreeSWITCH", "", COMMANDS, run_shutdown },
  { "status", "The switch's state and load", "", COMMANDS, run_status },
  { "unload", "Unloads a module", "[-f] <mod_name>", COMMANDS, run_unload },
  { "uptime", "How long the switch has run",
    "[us|ms|s|m|h|d|microseconds|milliseconds|seconds|minutes|hours|days]", COMMANDS, run_uptime },
  { "version", "The version of FreeSWITCH", "[short]", COMMANDS, run_version },
  { NULL },
};
