/* SPDX-License-Identifier: MIT */
/* Where the password comes from: each source, and which of two wins. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "password.h"

typedef struct
{
  char *dir;
  Options *options;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("eslfs-password-XXXXXX", NULL);
  fixture->options = options_new ();
  fixture->options->host = g_strdup ("pbx");
  g_unsetenv ("ESL_PASSWORD");
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "password", NULL);

  g_remove (path);
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
  options_free (fixture->options);
}

static char *
make_file (Fixture *fixture, const char *text, int mode)
{
  char *path = g_build_filename (fixture->dir, "password", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
  return path;
}

static void
assert_password (Fixture *fixture, const char *expected)
{
  g_autoptr (GError) error = NULL;
  char *password = password_get (fixture->options, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (password, ==, expected);
  password_free (password);
}

static void
assert_refused (Fixture *fixture, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (password_get (fixture->options, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  fixture->options->password_file = make_file (fixture, "first line \nsecond\n", 0600);
  g_setenv ("ESL_PASSWORD", "of the environment", TRUE);
  assert_password (fixture, "first line ");
}

/* Files that were made elsewhere, and the shell's $(cat of one). */
static void
test_carriage_return (Fixture *fixture, gconstpointer data)
{
  g_setenv ("ESL_PASSWORD", "of the environment\r", TRUE);
  assert_password (fixture, "of the environment");
  fixture->options->password_file = make_file (fixture, "with\rin it\r\r\nsecond\r\n", 0600);
  assert_password (fixture, "with\rin it\r");
}

static void
test_lone_carriage_return (Fixture *fixture, gconstpointer data)
{
  fixture->options->password_file = make_file (fixture, "\r\nx\r\n", 0600);
  assert_refused (fixture, "first line is empty");
}

static void
test_open_file (Fixture *fixture, gconstpointer data)
{
  fixture->options->password_file = make_file (fixture, "x\n", 0640);
  /* An option that can't be honoured is an error, whatever else there is. */
  g_setenv ("ESL_PASSWORD", "y", TRUE);
  assert_refused (fixture, "chmod 600");
}

static void
test_empty_file (Fixture *fixture, gconstpointer data)
{
  fixture->options->password_file = make_file (fixture, "\nx\n", 0600);
  assert_refused (fixture, "first line is empty");
}

static void
test_absent_file (Fixture *fixture, gconstpointer data)
{
  fixture->options->password_file = g_build_filename (fixture->dir, "absent", NULL);
  assert_refused (fixture, "No such file");
}

static void
test_descriptor (Fixture *fixture, gconstpointer data)
{
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_assert_cmpint (write (fds[1], "piped\nrest", 10), ==, 10);
  fixture->options->password_fd = fds[0];
  fixture->options->password_file = make_file (fixture, "filed\n", 0600);
  assert_password (fixture, "piped");
  g_assert_cmpint (fcntl (fds[0], F_GETFD), ==, -1);
  close (fds[1]);
}

static void
test_credentials (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "credential\n", 0440);

  g_setenv ("CREDENTIALS_DIRECTORY", fixture->dir, TRUE);
  g_setenv ("ESL_PASSWORD", "of the environment", TRUE);
  assert_password (fixture, "credential");
}

static void
test_empty_credential (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "", 0440);

  g_setenv ("CREDENTIALS_DIRECTORY", fixture->dir, TRUE);
  g_setenv ("ESL_PASSWORD", "of the environment", TRUE);
  assert_password (fixture, "of the environment");
}

static void
test_environment (Fixture *fixture, gconstpointer data)
{
  fixture->options->profile_password = g_strdup ("of the profile");
  g_setenv ("ESL_PASSWORD", "of the environment", TRUE);
  assert_password (fixture, "of the environment");
  g_assert_null (g_getenv ("ESL_PASSWORD"));
  g_assert_null (fixture->options->profile_password);
}

static void
test_profile (Fixture *fixture, gconstpointer data)
{
  fixture->options->profile_password = g_strdup ("of the profile");
  assert_password (fixture, "of the profile");
  g_assert_null (fixture->options->profile_password);
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/password/file", test_file);
  ADD ("/password/carriage-return", test_carriage_return);
  ADD ("/password/lone-carriage-return", test_lone_carriage_return);
  ADD ("/password/open-file", test_open_file);
  ADD ("/password/empty-file", test_empty_file);
  ADD ("/password/absent-file", test_absent_file);
  ADD ("/password/descriptor", test_descriptor);
  ADD ("/password/credentials", test_credentials);
  ADD ("/password/empty-credential", test_empty_credential);
  ADD ("/password/environment", test_environment);
  ADD ("/password/profile", test_profile);
  return g_test_run ();
}
