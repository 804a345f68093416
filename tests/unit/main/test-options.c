/* SPDX-License-Identifier: MIT */
/* The command line: what is taken, what is dropped, what is refused and in which words. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "options.h"

/* "eslfs" and the words of `line`, split at blanks. NULL when they were refused. */
static Options *
parse (const char *line, GError **error)
{
  g_autofree char *whole = g_strconcat ("eslfs ", line, NULL);
  g_auto (GStrv) argv = g_strsplit (whole, " ", -1);
  g_autoptr (Options) options = options_new ();

  return options_parse (options, argv, error) ? g_steal_pointer (&options) : NULL;
}

static void
assert_target (const char *target, const char *host, guint port, const char *user)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strdup_printf ("%s /m", target);
  g_autoptr (Options) options = parse (line, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (options->target, ==, target);
  g_assert_cmpstr (options->host, ==, host);
  g_assert_cmpuint (options->port, ==, port);
  g_assert_cmpstr (options->user, ==, user);
  g_assert_cmpstr (options->dir, ==, "/m");
}

static void
test_targets (void)
{
  assert_target ("pbx", "pbx", 0, NULL);
  assert_target ("pbx:8022", "pbx", 8022, NULL);
  assert_target ("1000@example.net@pbx:8022", "pbx", 8022, "1000@example.net");
  assert_target ("[::1]", "::1", 0, NULL);
  assert_target ("[::1]:9", "::1", 9, NULL);
  assert_target ("fe80::1", "fe80::1", 0, NULL);
}

static void
assert_refused (const char *line, const char *says)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Options) options = parse (line, &error);

  g_assert_null (options);
  g_assert_nonnull (error);
  if (strstr (error->message, says) == NULL)
    g_error ("\"%s\" was refused with \"%s\", which lacks \"%s\"", line, error->message, says);
}

static void
test_refusals (void)
{
  assert_refused ("pbx", "two arguments");
  assert_refused ("pbx:0 /m", "no port");
  assert_refused (":1 /m", "names no host");
  assert_refused ("[::1 /m", "[address]:port");
  assert_refused ("pbx /m -o loglevel=8", "from 0 to 7");
  assert_refused ("pbx /m -o password_fd=secret", "-o password_fd=...: expected a number");
  assert_refused ("pbx /m -o loglevel=", "needs a value: loglevel=LEVEL");
  assert_refused ("pbx /m -o retry=1", "takes no value");
  assert_refused ("pbx /m -o umask=9", "octal");
  assert_refused ("pbx /m -o event_buffer=1Q", "a number");
  assert_refused ("pbx /m -o max_open=1", "from 100 to");
  assert_refused ("pbx /m -o max_memory=1M", "from 16777216 to");
  assert_refused ("pbx /m -o retry,zip=1", "-o zip: there is no such option");
  assert_refused ("pbx /m -o password=x", "password_file=");
  assert_refused ("pbx /m -s -o remount,ro", "unmount it");
}

/* What mount(8), fstab, systemd and autofs leave in the list. */
static void
test_dropped_words (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Options) options =
      parse ("pbx /m -o rw,defaults,noauto,user,users,user=joe,owner,group,nofail,_netdev,"
             "x-systemd.automount,x-systemd.mount-timeout=15,X-mount.mkdir,comment=a,uhelper=x,"
             "nosuid,nodev,noexec,relatime,ro,allow_other",
             &error);

  g_assert_no_error (error);
  g_assert_cmpstr (options->fuse->str, ==, "nosuid,nodev,noexec,ro,allow_other");
}

static void
test_values (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Options) options = parse ("pbx /m -o event_buffer=2M,umask=027,gid=7,retry -o "
                                       "password_file=/a\\,b,fsname=x\\,y,max_open=200,"
                                       "max_memory=64M",
                                       &error);

  g_assert_no_error (error);
  g_assert_cmpuint (options->event_buffer, ==, 2 * 1024 * 1024);
  g_assert_cmpint (options->max_open, ==, 200);
  g_assert_cmpuint (options->max_memory, ==, 64 * 1024 * 1024);
  g_assert_cmpint (options->umask, ==, 027);
  g_assert_cmpint (options->gid, ==, 7);
  g_assert_true (options->retry);
  g_assert_cmpstr (options->password_file, ==, "/a,b");
  g_assert_cmpstr (options->fuse->str, ==, "fsname=x\\,y");
}

/* Whatever SOURCE is, it is one word of the list. */
static void
test_for_libfuse (void)
{
  static const struct
  {
    const char *line, *list;
  } rows[] = {
    { "pbx /m", "fsname=pbx:8021" },
    { "pbx:1 /m -o allow_other,noatime", "fsname=pbx:1,allow_other,noatime" },
    { "x,allow_other,fsname=y /m", "fsname=x\\,allow_other\\,fsname=y:8021" },
    { "x\\,allow_other\\134 /m -o ro", "fsname=x\\\\\\,allow_other\\\\134:8021,ro" },
    { "--demo /m -o fsname=a\\,dev", "fsname=demo,fsname=a\\,dev" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (Options) options = parse (rows[i].line, &error);
      g_autofree char *list = NULL;

      g_assert_no_error (error);
      list = options_for_libfuse (options);
      g_assert_cmpstr (list, ==, rows[i].list);
    }
}

static void
test_sloppy (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Options) options = parse ("pbx /m -s -o zip=1,retry", &error);

  g_assert_no_error (error);
  g_assert_true (options->retry);
  g_assert_cmpstr (options->fuse->str, ==, "");
}

/* ---- profiles ---- */

typedef struct
{
  char *conf;
} Conf;

static void
conf_set_up (Conf *conf, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("eslfs-conf-XXXXXX", &conf->conf, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (conf->conf,
                       "[pbx]\nhost = pbx.example.net\nport = 8022\nuser = 1@x\npassword = a\n"
                       "[plain]\nhost = 10.0.0.1\npassword = b\n",
                       -1, &error);
  g_assert_no_error (error);
}

static void
conf_tear_down (Conf *conf, gconstpointer data)
{
  g_remove (conf->conf);
  g_free (conf->conf);
}

static Options *
with_profile (Conf *conf, const char *source, const char *words, GError **error)
{
  g_autofree char *line = g_strdup_printf ("%s /m -o conf=%s%s", source, conf->conf, words);
  g_autoptr (Options) options = parse (line, error);

  g_assert_nonnull (options);
  return options_use_profile (options, error) ? g_steal_pointer (&options) : NULL;
}

static void
assert_login (Conf *conf, const char *source, const char *words, const char *shown,
              const char *user, const char *password)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Options) options = with_profile (conf, source, words, &error);
  g_autofree char *described = NULL;
  g_autofree char *is = NULL;

  g_assert_no_error (error);
  is = options_source (options);
  g_assert_cmpstr (is, ==, shown);
  g_assert_cmpstr (options->user, ==, user);
  g_assert_cmpstr (options->profile_password, ==, password);
}

static void
test_profile_choice (Conf *conf, gconstpointer data)
{
  /* SOURCE is a profile's name: all of it. */
  assert_login (conf, "pbx", "", "pbx.example.net:8022", "1@x", "a");
  /* profile=: what SOURCE doesn't say. */
  assert_login (conf, "pbx2", ",profile=pbx", "pbx2:8022", "1@x", "a");
  assert_login (conf, "2@y@pbx2:9", ",profile=pbx", "pbx2:9", "2@y", "a");
  assert_login (conf, "pbx", ",profile=plain", "pbx:8021", NULL, "b");
  /* A host: the password of the profile that is for exactly that login. */
  assert_login (conf, "10.0.0.1", "", "10.0.0.1:8021", NULL, "b");
  assert_login (conf, "1@x@pbx.example.net:8022", "", "pbx.example.net:8022", "1@x", "a");
  assert_login (conf, "pbx.example.net", "", "pbx.example.net:8021", NULL, NULL);
  assert_login (conf, "1@x@10.0.0.1", "", "10.0.0.1:8021", "1@x", NULL);
}

static void
test_profile_missing (Conf *conf, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (with_profile (conf, "pbx", ",profile=zip", &error));
  g_assert_error (error, OPTIONS_ERROR, 0);
  g_assert_nonnull (strstr (error->message, "[zip]"));
  g_assert_nonnull (strstr (error->message, conf->conf));
}

static void
test_nothing_shows_the_password (Conf *conf, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Options) options = with_profile (conf, "plain", ",password_fd=3", &error);
  g_autofree char *described = NULL;

  g_assert_no_error (error);
  g_free (options->profile_password);
  options->profile_password = g_strdup ("the-secret");
  described = options_describe (options);
  g_assert_null (strstr (described, "the-secret"));
  g_assert_nonnull (strstr (described, "source=10.0.0.1:8021\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/options/targets", test_targets);
  g_test_add_func ("/options/refusals", test_refusals);
  g_test_add_func ("/options/dropped-words", test_dropped_words);
  g_test_add_func ("/options/values", test_values);
  g_test_add_func ("/options/sloppy", test_sloppy);
  g_test_add_func ("/options/for-libfuse", test_for_libfuse);
  g_test_add ("/options/profile-choice", Conf, NULL, conf_set_up, test_profile_choice,
              conf_tear_down);
  g_test_add ("/options/profile-missing", Conf, NULL, conf_set_up, test_profile_missing,
              conf_tear_down);
  g_test_add ("/options/secret", Conf, NULL, conf_set_up, test_nothing_shows_the_password,
              conf_tear_down);
  return g_test_run ();
}
