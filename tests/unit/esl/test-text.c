/* SPDX-License-Identifier: MIT */
/* test-text.c - a peer's words are nothing but text. */
#include "esl-text.h"

#include <string.h>

static const struct
{
  const char *said, *shown;
} rows[] = {
  { "", "" },
  { "Access Denied, go away.", "Access Denied, go away." },
  { "Grüße, 日本語 \\0", "Grüße, 日本語 \\0" },
  { "\033]0;owned\007x", "\\0033]0;owned\\0007x" },
  { "a\nb\rc\td", "a\\0012b\\0015c\\0011d" },
  { "\177", "\\0177" },
  { "\302\233"
    "31m",
    "\\0302\\023331m" }, /* CSI as one character */
  { "\302\240.", "\302\240." },
  { "\377\376 \303", "\\0377\\0376 \\0303" },
  { "\300\200", "\\0300\\0200" },
};

static void
test_rows (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gsize len = strlen (rows[i].said);
      g_autofree char *shown = esl_text_of (rows[i].said);
      g_autofree char *bytes = g_memdup2 (rows[i].said, len);
      g_autoptr (GString) appended = g_string_new ("> ");

      g_assert_cmpstr (shown, ==, rows[i].shown);
      esl_text_append (appended, bytes, (gssize)len); /* without a NUL behind */
      g_assert_cmpstr (appended->str + 2, ==, rows[i].shown);
    }
}

static void
test_nul (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  esl_text_append (out, "a\0b", 3);
  g_assert_cmpstr (out->str, ==, "a\\0000b");
  g_assert_null (esl_text_of (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/rows", test_rows);
  g_test_add_func ("/text/nul", test_nul);
  return g_test_run ();
}
