/* SPDX-License-Identifier: MIT */
/* main.c - eslfs: wires the floors together and owns nothing else.
 *
 *   parse -> password -> fork -> log in -> mount -> tell the parent -> serve until unmounted
 *
 * The parent waits on a pipe and exits with the child's word, so that the shell gets its prompt
 * back when the mount is usable, or when it has failed and said why. The fork comes before anything
 * that could start a thread (GIO does, for names and for signals).
 */
#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "demo.h"
#include "inherited.h"
#include "mount.h"
#include "mountpoint.h"
#include "options.h"
#include "password.h"
#include "process.h"
#include "tree.h"

/* sysexits.h, named for what they mean here. */
enum
{
  EXIT_USAGE_ERROR = 64,
  EXIT_UNREACHABLE = 69,
  EXIT_MOUNT_FAILED = 71,
  EXIT_TIMEOUT = 75,
  EXIT_ACL = 77,
  EXIT_PASSWORD = 78,
};

typedef struct
{
  Options *options;
  char *source;
  char *password;
  GMainLoop *loop;
  Demo *demo; /* NULL: SOURCE is a switch of the user's */
  Tree *tree;
  VfsMount *mount;
  gboolean has_default_password; /* and it was not warned of yet */
  guint n_inherited;             /* listening sockets */
  int ready_fd; /* the parent waits at its other end; -1: told, or in the foreground */
  int status;
} App;

/* ---- the log ---- */

/* FreeSWITCH's levels, which are syslog's. */
static int
syslog_level (GLogLevelFlags level)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
    return LOG_ERR;
  if ((level & G_LOG_LEVEL_WARNING) != 0)
    return LOG_WARNING;
  if ((level & G_LOG_LEVEL_MESSAGE) != 0)
    return LOG_NOTICE;
  return (level & G_LOG_LEVEL_INFO) != 0 ? LOG_INFO : LOG_DEBUG;
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  App *app = data;
  int severity = syslog_level (level);
  int limit = app->tree != NULL ? tree_loglevel (app->tree) : app->options->loglevel;
  g_autofree char *line = NULL;

  if (severity > limit)
    return G_LOG_WRITER_HANDLED;
  if (app->options->foreground || app->ready_fd >= 0)
    return g_log_writer_standard_streams (level, fields, n_fields, NULL);
  line = g_log_writer_format_fields (level, fields, n_fields, FALSE);
  syslog (severity, "%s", line);
  return G_LOG_WRITER_HANDLED;
}

/* ---- the parent and the child ---- */

static void
tell_parent (App *app, int status)
{
  guint8 byte = (guint8)status;

  app->status = status;
  if (app->ready_fd < 0)
    return;
  if (write (app->ready_fd, &byte, 1) != 1)
    g_debug ("nobody waits for the mount any more");
  close (app->ready_fd);
  app->ready_fd = -1;
}

/* For systemd's Type=notify. Nobody to tell, or nobody who listens: no harm. */
static void
tell_service_manager (const char *state)
{
  const char *path = g_getenv ("NOTIFY_SOCKET");
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) sock = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL || (path[0] != '/' && path[0] != '@'))
    return;
  address = path[0] == '@'
                ? g_unix_socket_address_new_with_type (path + 1, -1, G_UNIX_SOCKET_ADDRESS_ABSTRACT)
                : g_unix_socket_address_new (path);
  sock = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT,
                       &error);
  if (sock == NULL || g_socket_send_to (sock, address, state, strlen (state), NULL, &error) < 0)
    g_debug ("the service manager was not told: %s", error->message);
}

/* ---- failing ---- */

static const struct
{
  int code;
  int status;
  const char *advice;
} failures[] = {
  { ESL_CONNECTION_ERROR_UNREACHABLE, EXIT_UNREACHABLE,
    "Is FreeSWITCH running there, with mod_event_socket listening on that address "
    "(event_socket.conf.xml: listen-ip, listen-port)? With -o retry eslfs mounts and goes on "
    "trying." },
  { ESL_CONNECTION_ERROR_ACL, EXIT_ACL,
    "The switch turns this address away: add it to the list named by apply-inbound-acl in "
    "event_socket.conf.xml, and reload mod_event_socket." },
  { ESL_CONNECTION_ERROR_PASSWORD, EXIT_PASSWORD,
    "The password is in event_socket.conf.xml (password), a user's in the directory "
    "(esl-password); "
    "give it with -o password_file=FILE or ESL_PASSWORD." },
  { ESL_CONNECTION_ERROR_TIMEOUT, EXIT_TIMEOUT,
    "The address takes connections, or drops them, without an answer: a firewall, or a switch that "
    "hangs? -o connect_timeout=MS sets how long to wait." },
  { ESL_CONNECTION_ERROR_PROTOCOL, EXIT_UNREACHABLE,
    "What listens there is no FreeSWITCH event socket: is the port right (8021 is the usual "
    "one)?" },
};

static void
report_failure (App *app)
{
  const GError *error = sw_client_error (tree_client (app->tree));
  const char *message = error != NULL ? error->message : "the switch can't be used";
  int status = EXIT_UNREACHABLE;

  /* Most messages name the switch themselves, by its address; SOURCE may be a profile. */
  if (strstr (message, app->source) != NULL)
    fprintf (stderr, "eslfs: %s\n", message);
  else
    fprintf (stderr, "eslfs: %s: %s\n", app->source, message);
  for (gsize i = 0; error != NULL && i < G_N_ELEMENTS (failures); i++)
    if (g_error_matches (error, ESL_CONNECTION_ERROR, failures[i].code))
      {
        fprintf (stderr, "%s\n", failures[i].advice);
        status = failures[i].status;
      }
  /* It let us in, and then did not say what channels it has. */
  if (g_error_matches (error, SW_ERROR, SW_ERROR_TIMEOUT))
    status = EXIT_TIMEOUT;
  tell_parent (app, status);
  g_main_loop_quit (app->loop);
}

/* ---- mounting ---- */

static void
on_unmounted (gpointer data)
{
  App *app = data;

  g_main_loop_quit (app->loop);
}

static void
mount_now (App *app)
{
  g_autofree char *words = options_for_libfuse (app->options);
  VfsMountOptions options = { .options = words, .debug = app->options->debug };

  app->mount = vfs_mount_new (tree_vfs (app->tree), app->options->dir, &options, on_unmounted, app);
  if (app->mount == NULL)
    {
      fprintf (stderr, "eslfs: could not mount at %s\n", app->options->dir);
      tell_parent (app, EXIT_MOUNT_FAILED);
      g_main_loop_quit (app->loop);
      return;
    }
  /* Not before the mount: below a directory of autofs only the process group of its mount program
   * may pass, everybody else waits for the mount. */
  if (!app->options->foreground)
    process_let_go_of_terminal ();
  tell_parent (app, 0);
  tell_service_manager ("READY=1");
}

static gboolean
is_loopback (const char *remote)
{
  g_autoptr (GSocketConnectable) parsed = g_network_address_parse (remote, 0, NULL);
  g_autoptr (GInetAddress) address = NULL;

  if (parsed != NULL)
    address = g_inet_address_new_from_string (
        g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed)));
  return address != NULL && g_inet_address_get_is_loopback (address);
}

/* Once, when it is first known where the switch is; to the terminal while there is one, and to the
 * log. */
static void
warn_of_default_password (App *app)
{
  const char *remote = sw_client_remote (tree_client (app->tree));
  g_autofree char *text = NULL;

  app->has_default_password = FALSE;
  if (remote == NULL || is_loopback (remote))
    return;
  text = g_strdup_printf ("%s takes FreeSWITCH's default password, which everybody knows: whoever "
                          "can reach that port commands the switch. Change it in its "
                          "event_socket.conf.xml",
                          remote);
  fprintf (stderr, "eslfs: %s\n", text);
  if (!app->options->foreground)
    syslog (LOG_WARNING, "%s", text);
}

static void
on_state (Tree *tree, gpointer data)
{
  App *app = data;
  SwClientState state = sw_client_state (tree_client (tree));

  if (state == SW_CLIENT_UP && app->has_default_password)
    warn_of_default_password (app);
  if (app->mount != NULL || app->status != 0)
    return;
  if (state == SW_CLIENT_UP || (state == SW_CLIENT_DOWN && app->options->retry))
    mount_now (app);
  else if (state == SW_CLIENT_FAILED)
    report_failure (app);
}

static gboolean
on_signal (gpointer data)
{
  App *app = data;

  if (app->mount == NULL)
    tell_parent (app, EXIT_MOUNT_FAILED);
  g_main_loop_quit (app->loop);
  return G_SOURCE_CONTINUE;
}

/* ---- the demo switch ---- */

/* FALSE: it was said why. */
static gboolean
start_demo (App *app)
{
  const Options *options = app->options;
  g_autoptr (GError) error = NULL;

  app->demo = demo_start ((guint)options->calls, (guint)options->connect_timeout,
                          !options->foreground, &error);
  if (app->demo == NULL)
    fprintf (stderr, "eslfs: %s\n", error->message);
  return app->demo != NULL;
}

/* ---- serving ---- */

static TreeOptions
tree_options (App *app, const char *described)
{
  const Options *options = app->options;
  const Demo *demo = app->demo;

  return (TreeOptions){
    .client = { .target = { .host = demo != NULL ? "127.0.0.1" : options->host,
                            .port = demo != NULL ? demo_port (demo) : options->port,
                            .user = options->user,
                            .password = demo != NULL ? demo_password (demo) : app->password,
                            .connect_timeout = (guint)options->connect_timeout },
                .retry = options->retry,
                .max_answers = options->max_memory,
                .query_deadline = (guint)options->query_timeout,
                .command_deadline = (guint)options->command_timeout,
                .poke_interval = (guint)options->poke,
                .read_rate = (guint)options->read_rate },
    .ownership = { .uid = options->uid >= 0 ? (uid_t)options->uid : getuid (),
                   .gid = options->gid >= 0 ? (gid_t)options->gid : getgid (),
                   .umask = options->umask,
                   .monitor = options->monitor,
                   .max_open = (guint)options->max_open,
                   .max_memory = options->max_memory },
    .event_buffer = options->event_buffer,
    .vars_ttl = options->vars_ttl,
    .loglevel = options->loglevel,
    .deny = options->deny,
    .allow = options->allow,
    .options = described,
  };
}

/* FALSE: it was said why. */
static gboolean
open_outbound (App *app)
{
  const Options *options = app->options;
  g_autoptr (GError) error = NULL;
  gboolean good =
      options->outbound == NULL
      || tree_listen (app->tree, options->outbound_host, options->outbound_port, &error);
  g_auto (GStrv) from =
      g_strsplit (options->outbound_from != NULL ? options->outbound_from : "", ",", -1);

  for (guint i = 0; good && from[i] != NULL; i++)
    good = tree_allow (app->tree, from[i], &error);
  for (guint i = 0; good && i < app->n_inherited; i++)
    good = tree_inherit (app->tree, INHERITED_FIRST + (int)i, &error);
  if (!good)
    fprintf (stderr, "eslfs: %s\n", error->message);
  return good;
}

static void
serve (App *app)
{
  g_autofree char *described = options_describe (app->options);
  TreeOptions options = tree_options (app, described);

  app->loop = g_main_loop_new (NULL, FALSE);
  app->tree = tree_new (&options, on_state, app);
  app->has_default_password = g_strcmp0 (app->password, PASSWORD_DEFAULT) == 0;
  g_clear_pointer (&app->password, password_free);
  g_unix_signal_add (SIGTERM, on_signal, app);
  g_unix_signal_add (SIGINT, on_signal, app);
  g_unix_signal_add (SIGHUP, on_signal, app);
  if (open_outbound (app))
    {
      sw_client_start (tree_client (app->tree));
      g_main_loop_run (app->loop);
    }
  else
    tell_parent (app, EXIT_MOUNT_FAILED);
  vfs_tree_shutdown (tree_vfs (app->tree));
  g_clear_pointer (&app->mount, vfs_mount_free);
  g_clear_pointer (&app->tree, tree_free);
  g_main_loop_unref (app->loop);
}

static int
run (App *app)
{
  process_allow_descriptors ();
  openlog ("eslfs", LOG_PID, LOG_DAEMON);
  g_log_set_writer_func (write_log, app, NULL);
  if (app->options->demo && !start_demo (app))
    tell_parent (app, EXIT_UNREACHABLE);
  else
    serve (app);
  g_clear_pointer (&app->demo, demo_free);
  return app->status;
}

/* In the parent: the child's word, or a word on its death. */
static int
await_child (int fd)
{
  guint8 status;
  ssize_t got;

  do
    got = read (fd, &status, 1);
  while (got < 0 && errno == EINTR);
  if (got == 1)
    return status;
  fprintf (stderr, "eslfs: the file system ended before it was mounted\n");
  return EXIT_MOUNT_FAILED;
}

static int
fork_and_run (App *app)
{
  int fds[2];
  pid_t pid;

  if (pipe2 (fds, O_CLOEXEC) != 0 || (pid = fork ()) < 0)
    {
      fprintf (stderr, "eslfs: %s\n", g_strerror (errno));
      return EXIT_MOUNT_FAILED;
    }
  if (pid > 0)
    {
      close (fds[1]);
      return await_child (fds[0]);
    }
  close (fds[0]);
  app->ready_fd = fds[1];
  if (chdir ("/") != 0)
    g_debug ("the working directory stays in use");
  return run (app);
}

/* The daemon leaves the working directory it was started in. */
static void
make_absolute (Options *options)
{
  char *absolute = g_canonicalize_filename (options->dir, NULL);

  g_free (options->dir);
  options->dir = absolute;
}

/* What only prints. */
static int
print_task (OptionsTask task)
{
  g_autofree char *options = options_list ();
  g_autoptr (GString) out = g_string_new (NULL);

  if (task == OPTIONS_VERSION)
    g_string_append (out, "eslfs " ESLFS_VERSION "\n");
  else if (task == OPTIONS_LIST_OPTIONS)
    g_string_append (out, options);
  else if (task == OPTIONS_LIST_QUERIES)
    tree_append_queries (out);
  else
    tree_append_table (out);
  fputs (out->str, stdout);
  return 0;
}

/* The profile before the password, which may be its. 0, or an exit status. */
static int
prepare (App *app)
{
  Options *options = app->options;
  g_autoptr (GError) error = NULL;

  if (!mountpoint_check (options->dir, &error))
    {
      fprintf (stderr, "eslfs: %s\n", error->message);
      return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
                     || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY)
                 ? EXIT_USAGE_ERROR
                 : EXIT_MOUNT_FAILED;
    }
  make_absolute (options);
  if (options_use_profile (options, &error)
      && (options->demo || (app->password = password_get (options, &error)) != NULL))
    return 0;
  fprintf (stderr, "eslfs: %s\n", error->message);
  return EXIT_PASSWORD;
}

int
main (int argc, char **argv)
{
  g_autoptr (Options) options = options_new ();
  g_autoptr (GError) error = NULL;
  App app = { .options = options, .ready_fd = -1, .n_inherited = inherited_sockets () };
  int status;

  process_guard ();
  if (!options_parse (options, argv, &error))
    {
      fprintf (stderr, "eslfs: %s\n", error->message);
      return EXIT_USAGE_ERROR;
    }
  if (options->task != OPTIONS_RUN)
    return print_task (options->task);
  status = prepare (&app);
  if (status != 0)
    return status;
  app.source = options_source (options);
  status = options->foreground ? run (&app) : fork_and_run (&app);
  password_free (app.password);
  g_free (app.source);
  return status;
}
