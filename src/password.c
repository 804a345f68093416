/* SPDX-License-Identifier: MIT */
/* password.c - a secret is read late, kept short and never shown. */
#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define PASSWORD_MAX 1024

static char *fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static char *
fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (OPTIONS_ERROR, 0, format, args));
  va_end (args);
  return NULL;
}

/* Up to the first newline or the end; NULL when that is nothing or too much. */
static char *
read_line (int fd)
{
  char line[PASSWORD_MAX + 1];
  gsize len = 0;
  char *password = NULL;

  while (len < sizeof line && read (fd, line + len, 1) == 1 && line[len] != '\n')
    len++;
  if (len > 0 && len < sizeof line)
    password = g_strndup (line, len);
  explicit_bzero (line, sizeof line);
  return password;
}

static char *
from_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  struct stat attr;
  char *password;

  if (fd < 0 || fstat (fd, &attr) != 0)
    return fail (error, "password_file=%s: %s", path, g_strerror (errno));
  if (S_ISREG (attr.st_mode) && (attr.st_mode & 077) != 0)
    {
      close (fd);
      return fail (error, "password_file=%s: others may read it; say: chmod 600 %s", path, path);
    }
  password = read_line (fd);
  close (fd);
  if (password == NULL)
    return fail (error, "password_file=%s: its first line is empty or longer than %d bytes", path,
                 PASSWORD_MAX);
  return password;
}

static char *
from_environment (void)
{
  char *value = getenv ("ESL_PASSWORD");
  char *password;

  if (value == NULL || *value == '\0')
    return NULL;
  password = g_strdup (value);
  explicit_bzero (value, strlen (value)); /* /proc/PID/environ shows this memory */
  unsetenv ("ESL_PASSWORD");
  return password;
}

static char *
from_terminal (const char *source, GError **error)
{
  int tty = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  struct termios shown, hidden;
  g_autofree char *prompt = g_strdup_printf ("Password of %s: ", source);
  char *password;

  if (tty < 0 || tcgetattr (tty, &shown) != 0)
    {
      if (tty >= 0)
        close (tty);
      return fail (error, "no password: give -o password_file=FILE or the environment variable "
                          "ESL_PASSWORD (there is no terminal to ask at)");
    }
  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t)ECHO;
  tcsetattr (tty, TCSAFLUSH, &hidden);
  if (write (tty, prompt, strlen (prompt)) < 0)
    g_debug ("the prompt could not be written: %s", g_strerror (errno));
  password = read_line (tty);
  tcsetattr (tty, TCSAFLUSH, &shown);
  if (write (tty, "\n", 1) < 0)
    g_debug ("the terminal went away: %s", g_strerror (errno));
  close (tty);
  if (password == NULL)
    return fail (error, "no password was given");
  return password;
}

char *
password_get (const Options *options, GError **error)
{
  g_autofree char *source = NULL;
  char *password;

  if (options->password_file != NULL)
    return from_file (options->password_file, error);
  password = from_environment ();
  if (password != NULL)
    return password;
  source = options_source (options);
  return from_terminal (source, error);
}

void
password_free (char *password)
{
  if (password == NULL)
    return;
  explicit_bzero (password, strlen (password));
  g_free (password);
}
