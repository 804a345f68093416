/* SPDX-License-Identifier: MIT */
/* eslfs-sim.c - the simulated switch as a program. It runs until SIGTERM or SIGINT, or, for a
 * program that started it, until that one ends (--parent).
 */
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "sim-switch.h"

#define PASSWORD_MAX 1024

typedef struct
{
  char *host;
  int port;
  char *password;
  int calls;
  int db_lag;
  int seed;
  int heartbeat;
  int queue;
  char *port_file;
  char *ledger;
  int parent; /* descriptor, -1: none */
  gboolean controls;
  gboolean version;
} ProgramOptions;

static void
program_options_clear (ProgramOptions *options)
{
  g_free (options->host);
  g_free (options->password);
  g_free (options->port_file);
  g_free (options->ledger);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ProgramOptions, program_options_clear)

static gboolean
parse_options (ProgramOptions *o, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "host", 'H', 0, G_OPTION_ARG_STRING, &o->host, "Address to listen on (127.0.0.1)",
      "ADDRESS" },
    { "port", 'P', 0, G_OPTION_ARG_INT, &o->port, "Port to listen on, 0 for any (8021)", "PORT" },
    { "password", 'p', 0, G_OPTION_ARG_STRING, &o->password, "Password of `auth` (ClueCon)",
      "PASSWORD" },
    { "calls", 'c', 0, G_OPTION_ARG_INT, &o->calls, "Living calls to keep up (0)", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT, &o->seed, "Seed of those calls (1)", "N" },
    { "db-lag", 0, 0, G_OPTION_ARG_INT, &o->db_lag,
      "Milliseconds by which `show` lags behind events (100)", "MS" },
    { "heartbeat", 0, 0, G_OPTION_ARG_INT, &o->heartbeat, "Seconds between heartbeats (20)", "S" },
    { "queue", 0, 0, G_OPTION_ARG_INT, &o->queue, "Events that a connection's queue holds (100000)",
      "N" },
    { "port-file", 0, 0, G_OPTION_ARG_FILENAME, &o->port_file,
      "Write the port there once listening", "FILE" },
    { "parent", 0, 0, G_OPTION_ARG_INT, &o->parent,
      "Serve the program at the other end of this socket: read the password from it, tell it the "
      "port, end with it",
      "FD" },
    { "ledger", 0, 0, G_OPTION_ARG_FILENAME, &o->ledger,
      "Append a line for each command that is run", "FILE" },
    { "controls", 0, 0, G_OPTION_ARG_NONE, &o->controls,
      "Have the api command `sim`, which makes faults", NULL },
    { "version", 'V', 0, G_OPTION_ARG_NONE, &o->version, "Show the version", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context =
      g_option_context_new ("- a simulated FreeSWITCH event socket");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "unexpected argument %s",
                 (*argv)[1]);
  else if (o->port < 0 || o->port > 65535)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "no port: %d", o->port);
  else if (o->calls < 0 || o->db_lag < 0 || o->heartbeat < 1 || o->queue < 0)
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "a number is too small");
  else
    return TRUE;
  return FALSE;
}

/* The file appears whole: who waits for it can read it at once. */
static gboolean
write_port (const char *path, guint16 port, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%u\n", port);

  return g_file_set_contents (path, text, -1, error);
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* ---- the program that started this one ---- */

/* Its terminal's signals are for it, and its death, even by SIGKILL, is ours. Then its first line:
 * the password, owned; NULL when it sent none. */
static char *
parent_meet (int fd)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char c = '\0';

  setsid ();
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  while (line->len < PASSWORD_MAX && read (fd, &c, 1) == 1 && c != '\n')
    g_string_append_c (line, c);
  return c == '\n' && line->len > 0 ? g_strdup (line->str) : NULL;
}

/* FALSE: it has gone already. */
static gboolean
parent_tell_port (int fd, guint16 port)
{
  return dprintf (fd, "%u\n", port) > 0;
}

/* It closed its end, or has ended before the kernel was asked to tell us. */
static gboolean
parent_on_gone (int fd, GIOCondition condition, gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* ---- running ---- */

static gboolean
run (const ProgramOptions *options, GError **error)
{
  g_autoptr (SimSwitch) sim = sim_switch_new (&(SimOptions){
      .password = options->password,
      .calls = (guint)options->calls,
      .controls = options->controls,
      .db_lag = (guint)options->db_lag,
      .seed = (guint32)options->seed,
      .queue = (guint)options->queue,
      .heartbeat = (guint)options->heartbeat,
      .ledger = options->ledger,
  });
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint16 port;

  if (!sim_switch_listen (sim, options->host != NULL ? options->host : "127.0.0.1",
                          (guint16)options->port, &port, error))
    return FALSE;
  if (options->port_file != NULL && !write_port (options->port_file, port, error))
    return FALSE;
  if (options->parent >= 0)
    {
      if (!parent_tell_port (options->parent, port))
        return TRUE;
      g_unix_fd_add (options->parent, G_IO_IN | G_IO_HUP, parent_on_gone, loop);
    }
  g_unix_signal_add (SIGTERM, quit, loop);
  g_unix_signal_add (SIGINT, quit, loop);
  g_main_loop_run (loop);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_auto (ProgramOptions)
      options = { .port = 8021, .db_lag = 100, .seed = 1, .heartbeat = 20, .parent = -1 };
  g_autoptr (GError) error = NULL;

  if (!parse_options (&options, &argc, &argv, &error))
    {
      g_printerr ("eslfs-sim: %s\n", error->message);
      return 2;
    }
  if (options.version)
    {
      g_print ("eslfs-sim %s\n", ESLFS_VERSION);
      return EXIT_SUCCESS;
    }
  if (options.parent >= 0)
    {
      g_free (options.password);
      options.password = parent_meet (options.parent);
      if (options.password == NULL)
        {
          g_printerr ("eslfs-sim: --parent=%d sent no password\n", options.parent);
          return EXIT_FAILURE;
        }
    }
  if (!run (&options, &error))
    {
      if (options.parent >= 0)
        dprintf (options.parent, "%s\n", error->message);
      g_printerr ("eslfs-sim: %s\n", error->message);
      return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}
