/* SPDX-License-Identifier: MIT */
/* test-uuid.c - which uuids may stand in an api line. */
#include "sw-uuid.h"

static void
test_plain (void)
{
  g_assert_true (sw_uuid_is_plain ("2f2e8a4e-7c4b-4f0d-9d9e-7f0c3a1f2b3c", NULL));
  g_assert_true (
      sw_uuid_is_plain ("843817637684230@998sdasdh09.example.com", NULL)); /* a Call-ID */
  g_assert_true (sw_uuid_is_plain ("a^^b", NULL));
  g_assert_true (sw_uuid_is_plain ("^a", NULL));
  g_assert_true (sw_uuid_is_plain ("caf\xc3\xa9", NULL));
  g_assert_true (sw_uuid_is_plain ("a\tb", NULL));
  g_assert_true (sw_uuid_is_plain ("a\"b", NULL));
}

static void
test_strange (void)
{
  static const char *const strange[] = { "",      "^^",  "^^.victim.a.b", "a b", " a",  "a\\",
                                         "'a b'", "\va", "a\t",           "a\n", "\x7f" };

  for (gsize i = 0; i < G_N_ELEMENTS (strange); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (sw_uuid_is_plain (strange[i], &error));
      g_assert_error (error, SW_ERROR, SW_ERROR_INVALID);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/uuid/plain", test_plain);
  g_test_add_func ("/uuid/strange", test_strange);
  return g_test_run ();
}
