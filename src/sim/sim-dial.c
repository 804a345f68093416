/* SPDX-License-Identifier: MIT */
/* sim-dial.c - see the header. `originate` itself is in sim-originate.c. */
#include "sim-dial.h"

#include <stdlib.h>
#include <string.h>

#include "esl-cause.h"
#include "sim-life.h"

#define ALTERNATIVES_MAX 100
#define ANSWER_MSEC 1500

struct _SimDialList
{
  SimSwitch *sim;
  SimVars *vars; /* of the braces in front, for all alternatives */
  GStrv parts;
  guint next;
};

/* The bracket that closes the one at `text`, quotes looked after; NULL when there is none. A quote
 * without a second one ahead is no more than a character: what `\'` became. */
static const char *
closing_bracket (const char *text, char close)
{
  gboolean quoted = FALSE;

  for (const char *at = text + 1; *at; at++)
    {
      if (*at == '\'' && (quoted || strchr (at + 1, '\'') != NULL))
        quoted = !quoted;
      else if (*at == close && !quoted)
        return at;
    }
  return NULL;
}

/* "a=1,b='x, y'" or, with another separator, "^^:a=1:b=2". */
static void
parse_vars (SimVars *vars, const char *text)
{
  char separator = ',';
  g_auto (GStrv) pairs = NULL;

  if (g_str_has_prefix (text, "^^") && text[2])
    {
      separator = text[2];
      text += 3;
    }
  pairs = sim_words_split_at (text, separator, 10000);
  for (char **pair = pairs; *pair != NULL; pair++)
    {
      char *equals = strchr (*pair, '=');

      if (equals == NULL)
        continue;
      *equals = '\0';
      sim_vars_set (vars, *pair, equals + 1);
    }
}

/* Reads brackets of one kind off the front of `text`. */
static const char *
take_brackets (SimVars *vars, const char *text, char open, char close)
{
  while (*text == open)
    {
      const char *end = closing_bracket (text, close);
      g_autofree char *inner = NULL;

      if (end == NULL)
        break;
      inner = g_strndup (text + 1, (gsize)(end - text - 1));
      parse_vars (vars, inner);
      text = end + 1;
    }
  return text;
}

/* Cuts at , and | that stand outside brackets and quotes. */
static GStrv
split_alternatives (const char *text)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  const char *start = text, *at = text;
  gboolean quoted = FALSE;
  int depth = 0;

  for (; parts->len < ALTERNATIVES_MAX; at++)
    {
      if (*at == '\0' || (strchr (",|", *at) != NULL && depth == 0 && !quoted))
        {
          g_ptr_array_add (parts, g_strndup (start, (gsize)(at - start)));
          start = at + 1;
        }
      if (*at == '\0')
        break;
      if (*at == '\'' && (quoted || strchr (at + 1, '\'') != NULL))
        quoted = !quoted;
      depth += strchr ("[{", *at) != NULL ? 1 : strchr ("]}", *at) != NULL ? -1 : 0;
    }
  g_ptr_array_add (parts, NULL);
  return (GStrv)g_ptr_array_free (g_steal_pointer (&parts), FALSE);
}

SimDialList *
sim_dial_list_new (SimSwitch *sim, const char *text)
{
  SimDialList *list = g_new0 (SimDialList, 1);
  const char *rest;

  list->sim = sim;
  list->vars = sim_vars_new ();
  rest = take_brackets (list->vars, text != NULL ? text : "", '<', '>');
  rest = take_brackets (list->vars, rest, '{', '}');
  list->parts = split_alternatives (rest);
  return list;
}

void
sim_dial_list_free (SimDialList *list)
{
  sim_vars_free (list->vars);
  g_strfreev (list->parts);
  g_free (list);
}

gboolean
sim_dial_list_more (const SimDialList *list)
{
  return list->parts[list->next] != NULL;
}

static SimChannel *
dial_null (SimSwitch *sim, SimDial *dial, const char **ret_cause)
{
  return sim_life_dial (sim, dial, ret_cause);
}

static SimChannel *
dial_loopback (SimSwitch *sim, SimDial *dial, const char **ret_cause)
{
  g_auto (GStrv) words = g_strsplit (dial->destination, "/", 3);

  dial->destination = words[0] != NULL ? words[0] : "";
  dial->context = words[0] != NULL ? words[1] : NULL;
  return sim_life_dial (sim, dial, ret_cause);
}

static SimChannel *
dial_error (SimSwitch *sim, SimDial *dial, const char **ret_cause)
{
  *ret_cause = esl_cause_name (dial->destination);
  return NULL;
}

static SimChannel *
dial_telephone (SimSwitch *sim, SimDial *dial, const char **ret_cause)
{
  g_autofree char *number = g_strndup (dial->destination, strcspn (dial->destination, "@"));
  SimChannel *channel;

  dial->number = number;
  channel = sim_life_dial (sim, dial, ret_cause);
  if (channel != NULL)
    channel->signalled = TRUE;
  return channel;
}

/* Users are 1000 to 1019, as in FreeSWITCH's example directory. */
static SimChannel *
dial_user (SimSwitch *sim, SimDial *dial, const char **ret_cause)
{
  int number = atoi (dial->destination);

  if (number >= 1000 && number < 1020)
    return dial_telephone (sim, dial, ret_cause);
  *ret_cause = "SUBSCRIBER_ABSENT";
  return NULL;
}

static const struct
{
  const char *prefix;
  const char *endpoint;
  SimChannel *(*dial) (SimSwitch *sim, SimDial *dial, const char **ret_cause);
} endpoints[] = {
  { "null/", "null", dial_null },
  { "loopback/", "loopback", dial_loopback },
  { "error/", "error", dial_error },
  { "user/", "user", dial_user },
  { "sofia/internal/", "sofia/internal", dial_telephone },
  { "sofia/external/", "sofia/external", dial_telephone },
};

SimChannel *
sim_dial_list_next (SimDialList *list, SimChannel *originator, const char **ret_cause)
{
  g_autoptr (SimVars) vars = sim_vars_copy (list->vars);
  const char *part = take_brackets (vars, list->parts[list->next++], '[', ']');

  for (guint i = 0; i < G_N_ELEMENTS (endpoints); i++)
    {
      SimDial dial = { .endpoint = endpoints[i].endpoint, .vars = vars, .originator = originator };

      if (!g_str_has_prefix (part, endpoints[i].prefix))
        continue;
      dial.destination = part + strlen (endpoints[i].prefix);
      return endpoints[i].dial (list->sim, &dial, ret_cause);
    }
  *ret_cause = "CHAN_NOT_IMPLEMENTED";
  return NULL;
}

static void
telephone_rings (SimChannel *channel)
{
  const char *after = sim_channel_get (channel, "sim_answer_after");

  if (channel->cause != NULL)
    return;
  sim_life_ring (channel);
  sim_channel_after (channel, after != NULL ? (guint)MAX (atoi (after), 0) : ANSWER_MSEC,
                     sim_life_answer);
}

void
sim_dial_begin (SimChannel *channel)
{
  if (channel->signalled)
    sim_channel_later (channel, telephone_rings);
  else if (channel->twin == NULL)
    sim_life_answer (channel);
}
