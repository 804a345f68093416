/* SPDX-License-Identifier: MIT */
/* sw-echo.c - how often each line is expected back. */
#include "sw-echo.h"

#define MAX_LINES 20000
#define MAX_AGE (30 * G_USEC_PER_SEC)

typedef struct
{
  guint count;
  gint64 last; /* when it was sent last */
} Expected;

struct _SwEcho
{
  GHashTable *expected; /* line -> Expected */
};

SwEcho *
sw_echo_new (void)
{
  SwEcho *echo = g_new0 (SwEcho, 1);

  echo->expected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return echo;
}

void
sw_echo_free (SwEcho *echo)
{
  g_hash_table_unref (echo->expected);
  g_free (echo);
}

void
sw_echo_clear (SwEcho *echo)
{
  g_hash_table_remove_all (echo->expected);
}

/* The switch strips its arguments of outer white space; so must the key. */
static char *
key_of (const char *line)
{
  return g_strstrip (g_strdup (line));
}

void
sw_echo_expect (SwEcho *echo, const char *line, gint64 clock)
{
  g_autofree char *key = key_of (line);
  Expected *expected = g_hash_table_lookup (echo->expected, key);

  if (expected == NULL)
    {
      /* Echoes that never came: nobody sends them to us. */
      if (g_hash_table_size (echo->expected) == MAX_LINES)
        g_hash_table_remove_all (echo->expected);
      expected = g_new0 (Expected, 1);
      g_hash_table_insert (echo->expected, g_steal_pointer (&key), expected);
    }
  expected->count++;
  expected->last = clock;
}

gboolean
sw_echo_take (SwEcho *echo, const EslEvent *api_event, gint64 clock)
{
  const char *name = esl_event_get_last (api_event, "API-Command");
  const char *argument = esl_event_get_last (api_event, "API-Command-Argument");
  g_autofree char *line = g_strconcat (name != NULL ? name : "", argument != NULL ? " " : "",
                                       argument != NULL ? argument : "", NULL);
  Expected *expected = g_hash_table_lookup (echo->expected, line);
  gboolean ours;

  if (expected == NULL)
    return FALSE;
  ours = clock - expected->last < MAX_AGE;
  if (!ours || --expected->count == 0)
    g_hash_table_remove (echo->expected, line);
  return ours;
}
