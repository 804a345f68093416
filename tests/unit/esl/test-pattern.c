/* SPDX-License-Identifier: MIT */
/* test-pattern.c - regular expressions of strangers: the right ones match, and none takes more than
 * its share, which is seen by its giving up. */
#include "esl-pattern.h"

#include <string.h>

#define DATE "2026-07-31 10:25:19"

static EslPatternResult
match_len (const char *text, const char *value, gsize len)
{
  g_autofree char *why_not = NULL;
  g_autoptr (EslPattern) pattern = esl_pattern_new (text, strlen (text), 0, &why_not);
  const char *why = NULL;
  EslPatternResult result;

  g_assert_cmpstr (why_not, ==, NULL);
  result = esl_pattern_match (pattern, value, len, &why);
  g_assert_cmpint (why != NULL, ==, result == ESL_PATTERN_EXCEEDS);
  return result;
}

static EslPatternResult
match (const char *text, const char *value)
{
  return match_len (text, value, strlen (value));
}

static void
test_matches (void)
{
  g_autofree char *why = NULL;
  g_autoptr (EslPattern) caseless = esl_pattern_new ("^abc$", 5, ESL_PATTERN_CASELESS, &why);
  const char *limit;

  g_assert_cmpint (match ("^1", "1001"), ==, ESL_PATTERN_MATCHES);
  g_assert_cmpint (match ("^1", "2001"), ==, ESL_PATTERN_DIFFERS);
  g_assert_cmpint (match ("(a)(b)(c)\\3", "xabccy"), ==, ESL_PATTERN_MATCHES);
  g_assert_cmpint (match ("", ""), ==, ESL_PATTERN_MATCHES);
  g_assert_cmpint (match ("^.$", "\xff"), ==, ESL_PATTERN_MATCHES);
  g_assert_cmpint (esl_pattern_match (caseless, "ABC", 3, &limit), ==, ESL_PATTERN_MATCHES);
}

/* Few bytes of pattern, few of value, and as many ways as there are atoms. */
static void
test_gives_up (void)
{
  g_assert_cmpint (match ("^(([a-zA-Z0-9 :_.,-]+)+)+[!?]$", DATE), ==, ESL_PATTERN_EXCEEDS);
  g_assert_cmpint (match ("^(([a-f0-9]+)+-?)+[g-z]", "6ea7a2d0-8f6b-4b1c-9a53-1f2d3c4b5a69"), ==,
                   ESL_PATTERN_EXCEEDS);
}

/* Neither can it ask for more. */
static void
test_takes_no_orders (void)
{
  g_assert_cmpint (
      match ("(*LIMIT_MATCH=4000000000)(*LIMIT_HEAP=4000000000)^(([a-z0-9 :-]+)+)+[!?]$", DATE), ==,
      ESL_PATTERN_EXCEEDS);
}

/* Each step runs over a long value, from each place of it: few steps, much time. */
static void
test_gives_up_in_long_values (void)
{
  g_autofree char *value = g_strnfill (ESL_PATTERN_VALUE_MAX, 'a');
  g_autoptr (GString) text = g_string_new ("x");

  while (text->len < 4000)
    g_string_append (text, "|\\w*+!");
  g_assert_cmpint (match (text->str, value), ==, ESL_PATTERN_EXCEEDS);
  g_assert_cmpint (match ("b", value), ==, ESL_PATTERN_DIFFERS);
  g_assert_cmpint (match ("a$", value), ==, ESL_PATTERN_MATCHES);
}

static void
test_looks_at_the_beginning (void)
{
  g_autoptr (GString) value = g_string_new (NULL);

  g_string_set_size (value, ESL_PATTERN_VALUE_MAX);
  memset (value->str, 'a', value->len);
  g_string_append_c (value, 'b');
  g_assert_cmpint (match_len ("b", value->str, value->len), ==, ESL_PATTERN_DIFFERS);
  value->str[7] = 'b';
  g_assert_cmpint (match_len ("b", value->str, value->len), ==, ESL_PATTERN_MATCHES);
}

static void
test_refuses (void)
{
  g_autofree char *nested = g_strnfill (200, '(');
  const char *const texts[] = {
    "(", "*", "[a", "(*UTF)a", "\\C", "(((((a{9}){9}){9}){9}){9}){9}", "((a{60000}){60000})", nested
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *why = NULL;

      g_assert_null (esl_pattern_new (texts[i], strlen (texts[i]), 0, &why));
      g_assert_nonnull (why);
    }
}

static void
test_is_small (void)
{
  const char *const texts[] = { "a", "(((a{1000}){1000}))", "([a-z]{20}){100}", "(?:x|y|z){500}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *why = NULL;
      g_autoptr (EslPattern) pattern = esl_pattern_new (texts[i], strlen (texts[i]), 0, &why);

      if (pattern != NULL)
        g_assert_cmpuint (esl_pattern_size (pattern), <=, ESL_PATTERN_SIZE_MAX);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esl/pattern/matches", test_matches);
  g_test_add_func ("/esl/pattern/gives-up", test_gives_up);
  g_test_add_func ("/esl/pattern/takes-no-orders", test_takes_no_orders);
  g_test_add_func ("/esl/pattern/gives-up-in-long-values", test_gives_up_in_long_values);
  g_test_add_func ("/esl/pattern/looks-at-the-beginning", test_looks_at_the_beginning);
  g_test_add_func ("/esl/pattern/refuses", test_refuses);
  g_test_add_func ("/esl/pattern/is-small", test_is_small);
  return g_test_run ();
}
