/* SPDX-License-Identifier: MIT */
/* test-filter.c - which events a set of filters lets pass, and what the command says. */
#include <string.h>

#include "sim-filter.h"

typedef struct
{
  const char *filters[4]; /* arguments of `filter` */
  const char *passes;     /* which of the events below */
} FilterCase;

/* a: A=1   b: A=2   c: B=2   d: A=1 B=2   e: C=3   f: A=Two Words */
static const FilterCase cases[] = {
  { { NULL }, "abcdef" },
  { { "A 1" }, "ad" },
  { { "add A 1" }, "ad" },
  { { "a 1" }, "ad" },
  { { "A 1", "B 2" }, "acd" },
  { { "A +1" }, "ad" },
  { { "A 1", "delete A 1" }, "abcdef" },
  { { "A 1", "delete A 9" }, "ad" },
  { { "A 1", "A 2", "delete A" }, "abcdef" },
  { { "A 1", "B 2", "delete all" }, "abcdef" },
  { { "A -1" }, "" },
  { { "A /^[12]$/", "B -2" }, "ab" },
  { { "A /./", "A -1" }, "bf" },
  { { "B -2", "A 1" }, "a" },
  { { "A two words" }, "f" },
  { { "A TWO WORDS" }, "f" },
  { { "A Two" }, "" },
  { { "A /two/" }, "" },
  { { "A /two/i" }, "f" },
  { { "A +/^1$/" }, "" },
  { { "A /(/" }, "" },
  { { "A /1" }, "" },
  { { "A /1", "B 2" }, "cd" },
  { { "A -+1" }, "ad" },
  { { "A - 1", "B 2" }, "c" },
  { { "Nosuch x" }, "" },
};

static const char *const events[][4] = {
  { "A", "1" },           { "A", "2" }, { "B", "2" },
  { "A", "1", "B", "2" }, { "C", "3" }, { "A", "Two Words" },
};

static void
test_case (gconstpointer data)
{
  const FilterCase *c = data;
  EslFilters *filters = esl_filters_new ();
  g_autoptr (GString) reply = g_string_new (NULL);
  g_autoptr (GString) passed = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (c->filters) && c->filters[i]; i++)
    sim_filter_command (filters, c->filters[i], reply);
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_autoptr (EslEvent) event = esl_event_new ();
      for (guint h = 0; h < 4 && events[i][h]; h += 2)
        esl_event_add (event, events[i][h], events[i][h + 1]);
      if (sim_filter_passes (filters, event))
        g_string_append_c (passed, (char)('a' + i));
    }
  g_assert_cmpstr (passed->str, ==, c->passes);
  esl_filters_free (filters);
}

static const struct
{
  const char *args;
  const char *reply;
} replies[] = {
  { "A 1", "+OK filter added. [A]=[1]" },
  { "add A 1", "+OK filter added. [A]=[1]" },
  { "add A", "+OK filter added. [A]=[(null)]" },
  { "A two words", "+OK filter added. [A]=[two words]" },
  { "A", "-ERR invalid syntax" },
  { "delete", "-ERR invalid syntax" },
  { "delete A", "+OK filter deleted. [A][]" },
  { "delete A 1", "+OK filter deleted. [A][1]" },
  { "delete all", "+OK filter deleted. [all][]" },
};

static void
test_replies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      EslFilters *filters = esl_filters_new ();
      g_autoptr (GString) reply = g_string_new (NULL);
      sim_filter_command (filters, replies[i].args, reply);
      g_assert_cmpstr (reply->str, ==, replies[i].reply);
      esl_filters_free (filters);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sim/filter/%02u", i);
      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/sim/filter/replies", test_replies);
  return g_test_run ();
}
