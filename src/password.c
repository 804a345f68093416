/* SPDX-License-Identifier: MIT */
/* password.c - a secret is read late, kept short and never shown. */
#include "password.h"

#include <bsd/readpassphrase.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
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

/* A copy; NULL of nothing. A carriage return at the end is no part of a password: it is what files
 * with the other kind of line end leave. */
static char *
password_of (const char *text, gsize len)
{
  if (len > 0 && text[len - 1] == '\r')
    len--;
  return len > 0 ? g_strndup (text, len) : NULL;
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
  if (len < sizeof line)
    password = password_of (line, len);
  explicit_bzero (line, sizeof line);
  return password;
}

/* The first line of an open file, which is closed. */
static char *
from_descriptor (int fd, const char *what, GError **error)
{
  char *password = read_line (fd);

  close (fd);
  if (password == NULL)
    return fail (error, "%s: its first line is empty or longer than %d bytes", what, PASSWORD_MAX);
  return password;
}

static char *
from_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autofree char *what = g_strdup_printf ("password_file=%s", path);
  struct stat attr;

  if (fd < 0 || fstat (fd, &attr) != 0)
    return fail (error, "%s: %s", what, g_strerror (errno));
  if (S_ISREG (attr.st_mode) && (attr.st_mode & 077) != 0)
    {
      close (fd);
      return fail (error, "%s: others may read it; say: chmod 600 %s", what, path);
    }
  return from_descriptor (fd, what, error);
}

/* What systemd's LoadCredential=password:FILE hands over, in a directory that only we may read. An
 * empty one (SetCredential=password:) is none. */
static char *
from_credentials (void)
{
  const char *dir = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *path = dir != NULL ? g_build_filename (dir, "password", NULL) : NULL;
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  return fd >= 0 ? from_descriptor (fd, path, NULL) : NULL;
}

static char *
from_environment (void)
{
  char *value = getenv ("ESL_PASSWORD");
  char *password;

  if (value == NULL)
    return NULL;
  password = password_of (value, strlen (value));
  explicit_bzero (value, strlen (value)); /* /proc/PID/environ shows this memory */
  unsetenv ("ESL_PASSWORD");
  return password;
}

/* readpassphrase() puts the terminal right again whatever ends the prompt: a Ctrl-C, a Ctrl-Z, a
 * SIGTERM. It cuts what is too long, so there is room to see that. */
static char *
from_terminal (const char *source, GError **error)
{
  char line[PASSWORD_MAX + 2];
  g_autofree char *prompt = g_strdup_printf ("Password of %s: ", source);
  char *password = NULL;

  if (readpassphrase (prompt, line, sizeof line, RPP_REQUIRE_TTY | RPP_ECHO_OFF) == NULL)
    return fail (error, errno == ENOTTY || errno == ENXIO
                            ? "no password: give -o password_file=FILE or the environment variable "
                              "ESL_PASSWORD (there is no terminal to ask at)"
                            : "no password was given");
  if (strlen (line) <= PASSWORD_MAX)
    password = password_of (line, strlen (line));
  explicit_bzero (line, sizeof line);
  if (password == NULL)
    return fail (error, "no password was given, or one longer than %d bytes", PASSWORD_MAX);
  return password;
}

char *
password_get (Options *options, GError **error)
{
  g_autofree char *source = NULL;
  char *of_profile = g_steal_pointer (&options->profile_password);
  char *password = NULL;

  if (options->password_fd >= 0)
    password = from_descriptor (options->password_fd, "password_fd", error);
  else if (options->password_file != NULL)
    password = from_file (options->password_file, error);
  else if ((password = from_credentials ()) == NULL && (password = from_environment ()) == NULL)
    {
      source = options_source (options);
      password = of_profile != NULL && *of_profile != '\0' ? g_steal_pointer (&of_profile)
                                                           : from_terminal (source, error);
    }
  password_free (of_profile);
  return password;
}

void
password_free (char *password)
{
  if (password == NULL)
    return;
  explicit_bzero (password, strlen (password));
  g_free (password);
}
