/* SPDX-License-Identifier: MIT */
/* plain-text.c - see the header. */
#include "plain-text.h"

static const struct
{
  const char *pattern;
  const char *word;
} masks[] = {
  { "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>" },
  { "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{6})?", "<date>" },
  { "127\\.0\\.0\\.1:[0-9]+", "<address>" },
  { "\\b1[0-9]{15}\\b", "<usec>" },
  { "\\b1[0-9]{9}\\b", "<epoch>" },
};

static char *
replace (const char *text, const char *pattern, const char *word)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_RAW, 0, NULL);
  return g_regex_replace_literal (regex, text, -1, 0, word, 0, NULL);
}

char *
plain_text (const char *text)
{
  g_autofree char *result = g_strdup (text);
  for (guint i = 0; i < G_N_ELEMENTS (masks); i++)
    {
      char *next = replace (result, masks[i].pattern, masks[i].word);
      g_free (result);
      result = next;
    }
  return g_steal_pointer (&result);
}

char *
plain_figures (const char *text)
{
  g_autofree char *masked = plain_text (text);
  g_autofree char *numbers = replace (masked, "[0-9]+(\\.[0-9]+)?", "<n>");
  return replace (numbers, "(year|day|hour|minute|second)s?\\b", "unit");
}
