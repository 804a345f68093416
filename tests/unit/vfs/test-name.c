/* SPDX-License-Identifier: MIT */
/* Names: any bytes as a file name, one spelling each. */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* ---- names ---- */

static void
check_name (const char *raw, const char *encoded)
{
  g_autoptr (GString) out = g_string_new ("kept/");
  g_autofree char *decoded = NULL;

  g_assert_true (vfs_name_encode (raw, out));
  g_assert_cmpstr (out->str + strlen ("kept/"), ==, encoded);
  decoded = vfs_name_decode (encoded);
  g_assert_cmpstr (decoded, ==, raw);
}

static void
test_names (void)
{
  check_name ("plain", "plain");
  check_name ("show channels as json", "show channels as json");
  check_name ("sofia/internal", "sofia%2Finternal");
  check_name (".", "%2E");
  check_name ("..", "%2E.");
  check_name (".hidden.", "%2Ehidden.");
  check_name ("100%", "100%25");
  check_name ("a\nb\x7f\x01", "a%0Ab%7F%01");
  check_name ("J\xc3\xbcrgen \xff", "J\xc3\xbcrgen \xff");
}

static void
test_names_have_one_spelling (void)
{
  const char *wrong[] = {
    "%2f", "%41", "a%2E", "%", "%2", "%2G", "%00", "a%", "/", ".x", "", "a\n"
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (vfs_name_decode (wrong[i]));
}

static void
test_long_names (void)
{
  g_autofree char *longest = g_strnfill (VFS_NAME_MAX, 'x');
  g_autofree char *longer = g_strnfill (VFS_NAME_MAX + 1, 'x');
  g_autofree char *slashes = g_strnfill (VFS_NAME_MAX / 3 + 1, '/');
  g_autoptr (GString) out = g_string_new ("kept");

  g_assert_true (vfs_name_encode (longest, out));
  g_string_truncate (out, 4);
  g_assert_false (vfs_name_encode (longer, out));
  g_assert_false (vfs_name_encode (slashes, out));
  g_assert_false (vfs_name_encode ("", out));
  g_assert_cmpstr (out->str, ==, "kept");
}

static void
test_random_names (void)
{
  for (int i = 0; i < 2000; i++)
    {
      char raw[21] = { 0 };
      gint len = g_test_rand_int_range (1, 20);
      g_autoptr (GString) out = g_string_new (NULL);

      for (gint n = 0; n < len; n++)
        raw[n] = (char)g_test_rand_int_range (1, g_test_rand_bit () ? 256 : 64);
      g_assert_true (vfs_name_encode (raw, out));
      check_name (raw, out->str);
      g_assert_null (strpbrk (out->str, "/\n\t\r"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vfs/name/names", test_names);
  g_test_add_func ("/vfs/name/names-have-one-spelling", test_names_have_one_spelling);
  g_test_add_func ("/vfs/name/long-names", test_long_names);
  g_test_add_func ("/vfs/name/random-names", test_random_names);
  return g_test_run ();
}
