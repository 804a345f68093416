/* SPDX-License-Identifier: MIT */
/* test-vars.c - words as the switch cuts them, variables and arrays. */
#include "sim-vars.h"

typedef struct
{
  const char *text;
  char separator;
  guint max;
  const char *words[5];
} WordCase;

static const WordCase cases[] = {
  { "", ' ', 9, { "" } },
  { "a", ' ', 9, { "a" } },
  { "  a   b ", ' ', 9, { "a", "b" } },
  { "u n two words", ' ', 3, { "u", "n", "two words" } },
  { "u n  two  ", ' ', 3, { "u", "n", "two" } },
  { "u n ' lead'", ' ', 3, { "u", "n", " lead" } },
  { "u n \\slead\\s", ' ', 3, { "u", "n", " lead " } },
  { "u n it's", ' ', 3, { "u", "n", "it's" } },
  { "u n a'b'c", ' ', 3, { "u", "n", "abc" } },
  { "u n a\\nb\\tc\\rd", ' ', 3, { "u", "n", "a\nb\tc\rd" } },
  { "u n a\\\\nb", ' ', 3, { "u", "n", "a\\nb" } },
  { "u n rel''oad", ' ', 3, { "u", "n", "reload" } },
  { "'a b' c", ' ', 9, { "a b", "c" } },
  { "a=1;b=2 3;c=", ';', 9, { "a=1", "b=2 3", "c=" } },
  { "a='x;y';b", ';', 9, { "a=x;y", "b" } },
};

static void
test_words (gconstpointer data)
{
  const WordCase *c = data;
  g_auto (GStrv) words = sim_words_split_at (c->text, c->separator, c->max);
  guint n = 0;
  for (; words[n]; n++)
    {
      g_assert_cmpuint (n, <, G_N_ELEMENTS (c->words));
      g_assert_cmpstr (words[n], ==, c->words[n]);
    }
  g_assert_true (n == G_N_ELEMENTS (c->words) || !c->words[n]);
}

static void
test_variables (void)
{
  g_autoptr (SimVars) vars = sim_vars_new ();
  const char *value;
  sim_vars_set (vars, "a", "1");
  sim_vars_set (vars, "b", "2");
  sim_vars_set (vars, "A", "3");
  g_assert_cmpuint (sim_vars_count (vars), ==, 2);
  g_assert_cmpstr (sim_vars_get (vars, "a"), ==, "3");
  g_assert_cmpstr (sim_vars_nth (vars, 1, &value), ==, "A");
  g_assert_cmpstr (value, ==, "3");
  sim_vars_set (vars, "b", "");
  g_assert_null (sim_vars_get (vars, "b"));
  sim_vars_set (vars, "a", sim_vars_get (vars, "a"));
  g_assert_cmpstr (sim_vars_get (vars, "a"), ==, "3");
}

static void
test_arrays (void)
{
  g_autoptr (SimVars) vars = sim_vars_new ();
  sim_vars_set (vars, "n[2]", "z");
  g_assert_cmpstr (sim_vars_get (vars, "n"), ==, "ARRAY::|:|:z");
  sim_vars_set (vars, "n[0]", "a");
  g_assert_cmpstr (sim_vars_get (vars, "n"), ==, "ARRAY::a|:|:z");
  sim_vars_set (vars, "s", "ARRAY::single");
  g_assert_cmpstr (sim_vars_get (vars, "s"), ==, "single");
  sim_vars_set (vars, "m", "ARRAY::a|:b");
  g_assert_cmpstr (sim_vars_get (vars, "m"), ==, "ARRAY::a|:b");
  sim_vars_set (vars, "n[4001]", "too far");
  g_assert_cmpstr (sim_vars_get (vars, "n"), ==, "ARRAY::a|:|:z");
}

static void
test_truth (void)
{
  g_assert_true (sim_word_is_true ("true"));
  g_assert_true (sim_word_is_true ("YES"));
  g_assert_true (sim_word_is_true ("1"));
  g_assert_false (sim_word_is_true ("0"));
  g_assert_false (sim_word_is_true ("false"));
  g_assert_false (sim_word_is_true (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim/vars/words-%02u", i);
      g_test_add_data_func (path, &cases[i], test_words);
    }
  g_test_add_func ("/sim/vars/variables", test_variables);
  g_test_add_func ("/sim/vars/arrays", test_arrays);
  g_test_add_func ("/sim/vars/truth", test_truth);
  return g_test_run ();
}
