/* SPDX-License-Identifier: MIT */
/* demo.c - starts eslfs-sim and ends it. */
#include "demo.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "eslfs-sim"
/* The simulator's own number for its end of the pair: the first after the standard streams. */
#define PARENT_FD 3
/* What it may say: a port, or why it has none. */
#define WORD_MAX 1024
#define PASSWORD_BYTES 16
/* Milliseconds until a simulator that was told to end is killed. */
#define END_TIMEOUT 2000

struct _Demo
{
  GPid pid; /* 0: it has ended */
  int fd;   /* our end of the pair; -1: closed */
  guint watch;
  guint16 port;
  char password[2 * PASSWORD_BYTES + 1];
};

/* ---- where it is ---- */

static char *
demo_own_directory (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  return self != NULL ? g_path_get_dirname (self) : NULL;
}

/* A path, owned. */
static char *
demo_find_program (GError **error)
{
  g_autofree char *own = demo_own_directory ();
  const char *const dirs[] = { ESLFS_BINDIR, own };

  for (guint i = G_N_ELEMENTS (dirs); i-- > 0;)
    {
      g_autofree char *path = dirs[i] != NULL ? g_build_filename (dirs[i], PROGRAM, NULL) : NULL;

      if (path != NULL && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE)
          && !g_file_test (path, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&path);
    }
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
               "the simulated switch " PROGRAM " was not found beside eslfs in %s, nor in %s: "
               "install it, or build it with: meson compile",
               own != NULL ? own : "its directory", ESLFS_BINDIR);
  return NULL;
}

/* ---- starting it ---- */

/* Nobody else may log in to it: its port can be reached by everybody on this machine. */
static void
demo_make_password (Demo *demo)
{
  guint8 bytes[PASSWORD_BYTES];

  if (getentropy (bytes, sizeof bytes) != 0)
    g_error ("there are no random numbers: %s", g_strerror (errno));
  for (guint i = 0; i < sizeof bytes; i++)
    g_snprintf (demo->password + 2 * i, 3, "%02x", bytes[i]);
}

/* `fd` becomes the simulator's PARENT_FD; no other descriptor of ours but the standard ones is
 * handed on, nor what is meant for us alone in the environment. */
static gboolean
demo_spawn (Demo *demo, guint calls, gboolean quiet, int fd, GError **error)
{
  static const char *const ours[] = { "ESL_PASSWORD", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET" };
  const int target = PARENT_FD;
  g_autofree char *program = demo_find_program (error);
  g_autofree char *number = g_strdup_printf ("%u", calls);
  const char *const argv[] = { program,  "--parent",   G_STRINGIFY (PARENT_FD),
                               "--port", "0",          "--calls",
                               number,   "--controls", NULL };
  g_auto (GStrv) environment = g_get_environ ();

  if (program == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    environment = g_environ_unsetenv (environment, ours[i]);
  return g_spawn_async_with_pipes_and_fds (
      NULL, argv, (const char *const *)environment,
      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL
          | (quiet ? G_SPAWN_STDERR_TO_DEV_NULL : G_SPAWN_DEFAULT),
      NULL, NULL, -1, -1, -1, &fd, &target, 1, &demo->pid, NULL, NULL, NULL, error);
}

/* A line from the simulator into `word`, without its end; FALSE: it ended, or took too long. */
static gboolean
demo_read_word (const Demo *demo, guint timeout, char word[WORD_MAX])
{
  gint64 end = g_get_monotonic_time () + (gint64)timeout * 1000;
  gsize len = 0;

  while (len < WORD_MAX - 1)
    {
      struct pollfd poll_fd = { .fd = demo->fd, .events = POLLIN };
      gint64 left = end - g_get_monotonic_time ();

      if (left <= 0 || poll (&poll_fd, 1, (int)(left / 1000) + 1) <= 0
          || read (demo->fd, word + len, 1) != 1)
        return FALSE;
      if (word[len] == '\n')
        {
          word[len] = '\0';
          return TRUE;
        }
      len++;
    }
  return FALSE;
}

/* Gives the password, takes the port. */
static gboolean
demo_introduce (Demo *demo, guint timeout, GError **error)
{
  g_autofree char *line = g_strconcat (demo->password, "\n", NULL);
  char word[WORD_MAX];
  guint64 port;

  if (send (demo->fd, line, strlen (line), MSG_NOSIGNAL) != (ssize_t)strlen (line)
      || !demo_read_word (demo, timeout, word))
    g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
                 "the simulated switch " PROGRAM " did not start");
  else if (!g_ascii_string_to_unsigned (word, 10, 1, G_MAXUINT16, &port, NULL))
    g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED, "the simulated switch: %s", word);
  else
    {
      demo->port = (guint16)port;
      return TRUE;
    }
  return FALSE;
}

/* ---- its end ---- */

static void
demo_reap (Demo *demo)
{
  while (waitpid (demo->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  demo->pid = 0;
}

/* It says nothing more: this is its end, which the mount hears of from its connections. */
static gboolean
demo_on_gone (int fd, GIOCondition condition, gpointer data)
{
  Demo *demo = data;

  g_warning ("the simulated switch " PROGRAM " ended");
  demo->watch = 0;
  demo_reap (demo);
  return G_SOURCE_REMOVE;
}

Demo *
demo_start (guint calls, guint timeout, gboolean quiet, GError **error)
{
  g_autoptr (Demo) demo = g_new0 (Demo, 1);
  int fds[2];
  gboolean good;

  demo->fd = -1;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "the simulated switch: %s",
                   g_strerror (errno));
      return NULL;
    }
  demo->fd = fds[0];
  demo_make_password (demo);
  good = demo_spawn (demo, calls, quiet, fds[1], error);
  close (fds[1]);
  if (!good || !demo_introduce (demo, timeout, error))
    return NULL;
  demo->watch = g_unix_fd_add (demo->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, demo_on_gone, demo);
  return g_steal_pointer (&demo);
}

guint16
demo_port (const Demo *demo)
{
  return demo->port;
}

const char *
demo_password (const Demo *demo)
{
  return demo->password;
}

/* Nothing but its end closes its end of the pair, so that POLLHUP is that. What is stuck is killed.
 */
static void
demo_end (Demo *demo)
{
  struct pollfd poll_fd = { .fd = demo->fd };

  shutdown (demo->fd, SHUT_WR);
  if (poll (&poll_fd, 1, END_TIMEOUT) <= 0)
    kill (demo->pid, SIGKILL);
  demo_reap (demo);
}

void
demo_free (Demo *demo)
{
  if (demo == NULL)
    return;
  g_clear_handle_id (&demo->watch, g_source_remove);
  if (demo->pid > 0)
    demo_end (demo);
  if (demo->fd >= 0)
    close (demo->fd);
  explicit_bzero (demo->password, sizeof demo->password);
  g_free (demo);
}
