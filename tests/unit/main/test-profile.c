/* SPDX-License-Identifier: MIT */
/* fs_cli's profile file, read as fs_cli 1.10.12 reads it. */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "options.h"
#include "profile.h"

static GPtrArray *
parse (const char *text)
{
  return profiles_parse (text, strlen (text));
}

static void
assert_profile (const GPtrArray *profiles, guint n, const char *name, const char *host, guint port,
                const char *user, const char *password)
{
  const Profile *profile;

  g_assert_cmpuint (profiles->len, >, n);
  profile = g_ptr_array_index (profiles, n);
  g_assert_cmpstr (profile->name, ==, name);
  g_assert_cmpstr (profile->host, ==, host);
  g_assert_cmpuint (profile->port, ==, port);
  g_assert_cmpstr (profile->user, ==, user);
  g_assert_cmpstr (profile->password, ==, password);
}

static void
test_pairs (void)
{
  g_autoptr (GPtrArray) profiles = parse ("[default]\n"
                                          "host     => pbx.example.net\n"
                                          "port=8022\n"
                                          "\tUser = \t1000@example.net\n"
                                          "PASSWORD=>a = b => c\n"
                                          "[other]\r\n"
                                          "password => secret\r\n");

  g_assert_cmpuint (profiles->len, ==, 2);
  assert_profile (profiles, 0, "default", "pbx.example.net", 8022, "1000@example.net",
                  "a = b => c");
  assert_profile (profiles, 1, "other", "127.0.0.1", 8021, NULL, "secret");
}

static void
test_comments (void)
{
  g_autoptr (GPtrArray) profiles = parse ("# host = a\n"
                                          "; host = b\n"
                                          "[x]\n"
                                          "#port = 1\n"
                                          ";port = 2\n"
                                          "no pair at all\n"
                                          "host = here;;a comment\n"
                                          "user = a;b;;c\n"
                                          "password = two  \n");

  g_assert_cmpuint (profiles->len, ==, 1);
  assert_profile (profiles, 0, "x", "here", 8021, "a;b;;c", "two  ");
}

static void
test_end (void)
{
  g_autoptr (GPtrArray) profiles = parse ("[x]\nport = 1\n__END__\nport = 2\n[y]\nport = 3");

  g_assert_cmpuint (profiles->len, ==, 1);
  assert_profile (profiles, 0, "x", "127.0.0.1", 1, NULL, "ClueCon");
}

static void
test_sections (void)
{
  /* Keys before any section belong to nobody; an empty section is no profile; "[+x]" is no section;
   * of two with one name the first is found. */
  g_autoptr (GPtrArray) profiles = parse ("host = nobody\n"
                                          "[empty]\n"
                                          "[a]\nport = 1\n"
                                          "[+b]\nuser = still-a\n"
                                          "[c]\nport = 3\n"
                                          "[a]\nport = 4\n"
                                          "[A]\nport = 5");

  g_assert_cmpuint (profiles->len, ==, 4);
  assert_profile (profiles, 0, "a", "127.0.0.1", 1, "still-a", "ClueCon");
  g_assert_true (profiles_named (profiles, "a") == g_ptr_array_index (profiles, 0));
  g_assert_true (profiles_named (profiles, "A") == g_ptr_array_index (profiles, 3));
  g_assert_null (profiles_named (profiles, "empty"));
  g_assert_null (profiles_named (profiles, "+b"));
}

static void
test_ports (void)
{
  g_autoptr (GPtrArray) profiles = parse ("[a]\nport = 0\n[b]\nport = -1\n[c]\nport = 70000\n"
                                          "[d]\nport = eight\n[e]\nport = 9 # nine\n");

  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (((Profile *)g_ptr_array_index (profiles, i))->port, ==, 8021);
  g_assert_cmpuint (((Profile *)g_ptr_array_index (profiles, 4))->port, ==, 9);
}

static void
test_bounds (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) profiles = NULL;

  for (guint i = 0; i < 10100; i++)
    g_string_append_printf (text, "[p%u]\nport = %u\n", i, i + 1);
  profiles = profiles_parse (text->str, text->len);
  g_assert_cmpuint (profiles->len, ==, 10000);
  assert_profile (profiles, 9999, "p9999", "127.0.0.1", 10000, NULL, "ClueCon");
}

static void
test_any_bytes (void)
{
  static const char text[] = "[a\0b]\nhost\0 = x\n[c]\n\0\nport = 7\n[d\n=\n[e]\n=>";
  g_autoptr (GPtrArray) profiles = profiles_parse (text, sizeof text - 1);
  g_autoptr (GPtrArray) none = profiles_parse ("", 0);

  g_assert_nonnull (profiles_named (profiles, "c"));
  g_assert_nonnull (profiles_named (profiles, "e"));
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_for_host (void)
{
  g_autoptr (GPtrArray) profiles =
      parse ("[a]\npassword = local\n"
             "[b]\nhost = PBX.example.net\npassword = one\n"
             "[c]\nhost = pbx.example.net\nuser = 1@x\npassword = two\n"
             "[d]\nhost = pbx.example.net\nport = 9\n");

  g_assert_cmpstr (profiles_for (profiles, "localhost", 8021, NULL)->name, ==, "a");
  g_assert_cmpstr (profiles_for (profiles, "::1", 8021, NULL)->name, ==, "a");
  g_assert_cmpstr (profiles_for (profiles, "pbx.example.net", 8021, NULL)->name, ==, "b");
  g_assert_cmpstr (profiles_for (profiles, "pbx.example.net", 8021, "1@x")->name, ==, "c");
  g_assert_cmpstr (profiles_for (profiles, "pbx.example.net", 9, NULL)->name, ==, "d");
  g_assert_null (profiles_for (profiles, "other.example.net", 8021, NULL));
  g_assert_null (profiles_for (profiles, "localhost", 8021, "2@x"));
}

/* ---- files ---- */

typedef struct
{
  char *dir;
  char *own;
} Home;

static void
home_set_up (Home *home, gconstpointer data)
{
  home->dir = g_dir_make_tmp ("eslfs-profile-XXXXXX", NULL);
  home->own = g_build_filename (home->dir, ".fs_cli_conf", NULL);
  g_setenv ("HOME", home->dir, TRUE);
}

static void
home_tear_down (Home *home, gconstpointer data)
{
  g_remove (home->own);
  g_rmdir (home->dir);
  g_free (home->own);
  g_free (home->dir);
}

static void
test_own_file (Home *home, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) profiles = NULL;
  g_autofree char *path = NULL;

  g_assert_true (g_file_set_contents (home->own, "[mine]\nport = 5\n", -1, NULL));
  profiles = profiles_load (NULL, &path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (path, ==, home->own);
  assert_profile (profiles, 0, "mine", "127.0.0.1", 5, NULL, "ClueCon");
}

static void
test_named_file (Home *home, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (profiles_load (home->own, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_huge_file (Home *home, gconstpointer data)
{
  g_autofree char *text = g_strnfill (1024 * 1024 + 1, '#');
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (home->own, text, -1, NULL));
  g_assert_null (profiles_load (NULL, NULL, &error));
  g_assert_error (error, OPTIONS_ERROR, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/pairs", test_pairs);
  g_test_add_func ("/profile/comments", test_comments);
  g_test_add_func ("/profile/end", test_end);
  g_test_add_func ("/profile/sections", test_sections);
  g_test_add_func ("/profile/ports", test_ports);
  g_test_add_func ("/profile/bounds", test_bounds);
  g_test_add_func ("/profile/any-bytes", test_any_bytes);
  g_test_add_func ("/profile/for-host", test_for_host);
  g_test_add ("/profile/own-file", Home, NULL, home_set_up, test_own_file, home_tear_down);
  g_test_add ("/profile/named-file", Home, NULL, home_set_up, test_named_file, home_tear_down);
  g_test_add ("/profile/huge-file", Home, NULL, home_set_up, test_huge_file, home_tear_down);
  return g_test_run ();
}
