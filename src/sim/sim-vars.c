/* SPDX-License-Identifier: MIT */
/* sim-vars.c - see the header. A list: a channel has tens of variables, and events need them in
 * order. */
#include "sim-vars.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim-input.h"

#define ARRAY_PREFIX "ARRAY::"
#define ARRAY_CELLS_MAX 4000

typedef struct
{
  char *name;
  char *value;      /* as it reads; an array's cells are joined in it */
  gboolean is_cell; /* an array of one cell, whose value looks like no array */
} SimVar;

struct _SimVars
{
  GPtrArray *list; /* SimVar */
};

static void
var_free (gpointer data)
{
  SimVar *var = data;

  g_free (var->name);
  g_free (var->value);
  g_free (var);
}

SimVars *
sim_vars_new (void)
{
  SimVars *vars = g_new0 (SimVars, 1);

  vars->list = g_ptr_array_new_with_free_func (var_free);
  return vars;
}

SimVars *
sim_vars_copy (const SimVars *vars)
{
  SimVars *copy = sim_vars_new ();

  for (guint i = 0; i < vars->list->len; i++)
    {
      const SimVar *var = g_ptr_array_index (vars->list, i);

      sim_vars_set (copy, var->name, var->value);
    }
  return copy;
}

void
sim_vars_free (SimVars *vars)
{
  g_ptr_array_unref (vars->list);
  g_free (vars);
}

static int
vars_find (const SimVars *vars, const char *name)
{
  for (guint i = 0; i < vars->list->len; i++)
    {
      const SimVar *var = g_ptr_array_index (vars->list, i);

      if (g_ascii_strcasecmp (var->name, name) == 0)
        return (int)i;
    }
  return -1;
}

static SimVar *
vars_append (SimVars *vars, const char *name, char *value)
{
  SimVar *var = g_new0 (SimVar, 1);

  var->name = g_strdup (name);
  var->value = value;
  g_ptr_array_add (vars->list, var);
  return var;
}

/* An array of one cell reads as that cell. */
static char *
cells_join (GPtrArray *cells)
{
  g_autofree char *joined = NULL;

  g_ptr_array_add (cells, NULL);
  joined = g_strjoinv ("|:", (char **)cells->pdata);
  return cells->len > 2 ? g_strconcat (ARRAY_PREFIX, joined, NULL) : g_steal_pointer (&joined);
}

static GPtrArray *
cells_split (const char *value, gboolean is_cell)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);

  if (value != NULL && g_str_has_prefix (value, ARRAY_PREFIX))
    {
      g_auto (GStrv) parts = g_strsplit (value + strlen (ARRAY_PREFIX), "|:", -1);

      for (char **part = parts; *part != NULL; part++)
        g_ptr_array_add (cells, g_strdup (*part));
    }
  else if (value != NULL && is_cell)
    g_ptr_array_add (cells, g_strdup (value));
  return cells; /* of what is no array nothing is left, as on the switch */
}

static void
vars_set_cell (SimVars *vars, const char *name, int index, const char *value)
{
  int at;
  SimVar *var;
  g_autoptr (GPtrArray) cells = NULL;
  char *joined;

  if (index < 0 || index > ARRAY_CELLS_MAX)
    return;
  at = vars_find (vars, name);
  var = at >= 0 ? g_ptr_array_index (vars->list, at) : NULL;
  cells = cells_split (var != NULL ? var->value : NULL, var != NULL && var->is_cell);
  while (cells->len <= (guint)index)
    g_ptr_array_add (cells, g_strdup (""));
  g_free (cells->pdata[index]);
  cells->pdata[index] = g_strdup (value != NULL ? value : "");
  joined = cells_join (cells);
  if (var == NULL)
    var = vars_append (vars, name, joined);
  else
    {
      g_free (var->value);
      var->value = joined;
    }
  var->is_cell = cells->len == 2; /* cells_join() has ended the list with NULL */
}

void
sim_vars_set (SimVars *vars, const char *name, const char *value)
{
  const char *bracket = strchr (name, '[');
  g_autofree char *copy = NULL;
  int at;

  if (bracket != NULL)
    {
      g_autofree char *base = g_strndup (name, (gsize)(bracket - name));

      vars_set_cell (vars, base, atoi (bracket + 1), value);
      return;
    }
  copy = g_strdup (value); /* it may be the very value we remove */
  at = vars_find (vars, name);
  if (at >= 0)
    g_ptr_array_remove_index (vars->list, (guint)at);
  if (copy == NULL || !*copy || vars->list->len >= SIM_VARS_MAX)
    return;
  if (g_str_has_prefix (copy, ARRAY_PREFIX) && copy[strlen (ARRAY_PREFIX)])
    {
      g_autoptr (GPtrArray) cells = cells_split (copy, FALSE);

      vars_append (vars, name, cells_join (cells));
      return;
    }
  vars_append (vars, name, g_steal_pointer (&copy));
}

void
sim_vars_setf (SimVars *vars, const char *name, const char *format, ...)
{
  va_list args;
  g_autofree char *value = NULL;

  va_start (args, format);
  value = g_strdup_vprintf (format, args);
  va_end (args);
  sim_vars_set (vars, name, value);
}

const char *
sim_vars_get (const SimVars *vars, const char *name)
{
  int at = vars_find (vars, name);

  return at < 0 ? NULL : ((const SimVar *)g_ptr_array_index (vars->list, at))->value;
}

guint
sim_vars_count (const SimVars *vars)
{
  return vars->list->len;
}

const char *
sim_vars_nth (const SimVars *vars, guint index, const char **ret_value)
{
  const SimVar *var = g_ptr_array_index (vars->list, index);

  if (ret_value != NULL)
    *ret_value = var->value;
  return var->name;
}

void
sim_vars_describe (const SimVars *vars, EslEvent *esl, const char *prefix)
{
  char name[1024];
  gsize n = g_strlcpy (name, prefix, sizeof name);

  for (guint i = 0; i < vars->list->len; i++)
    {
      const SimVar *var = g_ptr_array_index (vars->list, i);

      g_strlcpy (name + n, var->name, sizeof name - n);
      sim_header_add (esl, name, var->value);
    }
}

/* ---- words ---- */

static char
escaped_char (char c)
{
  static const char from[] = "nrts\\'";
  static const char to[] = "\n\r\t \\'";
  const char *at = c ? strchr (from, c) : NULL;

  return at != NULL ? to[at - from] : '\0';
}

/* Removes escapes, paired quotes and outer spaces, in place. A quote without a second one ahead
 * stays. */
static void
word_clean (char *word)
{
  gboolean quoted = FALSE;
  char *out = word, *keep = word;
  const char *in = word + strspn (word, " ");

  for (; *in; in++)
    {
      char escape = *in == '\\' ? escaped_char (in[1]) : '\0';

      if (escape)
        {
          *out++ = escape;
          keep = out;
          in++;
        }
      else if (*in == '\'' && (quoted || strchr (in + 1, '\'') != NULL))
        {
          quoted = !quoted;
          keep = quoted ? keep : out;
        }
      else
        {
          *out++ = *in;
          if (*in != ' ' || quoted)
            keep = out;
        }
    }
  *keep = '\0';
}

static const char *
word_end (const char *at, char separator)
{
  gboolean quoted = FALSE;

  for (; *at; at++)
    {
      if (*at == '\\' && at[1])
        at++;
      else if (*at == '\'' && (quoted || strchr (at + 1, '\'') != NULL))
        quoted = !quoted;
      else if (*at == separator && !quoted)
        break;
    }
  return at;
}

GStrv
sim_words_split_at (const char *text, char separator, guint max)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const char *at = text != NULL ? text : "";

  if (g_str_has_prefix (at, "^^") && at[2] && at[3])
    {
      separator = at[2];
      at += 3;
    }
  do
    {
      const char *end;
      char *word;

      if (separator == ' ')
        at += strspn (at, " ");
      if (!*at && words->len > 0)
        break;
      end = words->len + 1 == max ? at + strlen (at) : word_end (at, separator);
      word = g_strndup (at, (gsize)(end - at));
      word_clean (word);
      g_ptr_array_add (words, word);
      at = *end ? end + 1 : end;
    }
  while (*at);
  g_ptr_array_add (words, NULL);
  return (GStrv)g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

GStrv
sim_words_split (const char *text, guint max)
{
  return sim_words_split_at (text, ' ', max);
}

gboolean
sim_word_is_true (const char *word)
{
  static const char *const words[] = {
    "yes", "on", "true", "t", "enabled", "active", "allow", NULL
  };

  if (word == NULL)
    return FALSE;
  for (guint i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (word, words[i]) == 0)
      return TRUE;
  return atoi (word) != 0;
}
