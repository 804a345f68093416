/* SPDX-License-Identifier: MIT */
/* sw-rows.c - walks the rows of `show ... as json` without building a document. */
#include "sw-rows.h"
#include "esl-text.h"

#include <string.h>

typedef struct
{
  const char *at, *end;
} Cursor;

static void
skip_space (Cursor *cursor)
{
  while (cursor->at < cursor->end && g_ascii_isspace (*cursor->at))
    cursor->at++;
}

static gboolean
take (Cursor *cursor, char c)
{
  skip_space (cursor);
  if (cursor->at == cursor->end || *cursor->at != c)
    return FALSE;
  cursor->at++;
  return TRUE;
}

/* Over a string literal; FALSE when it doesn't end. */
static gboolean
skip_string (Cursor *cursor)
{
  if (!take (cursor, '"'))
    return FALSE;
  for (; cursor->at < cursor->end; cursor->at++)
    {
      if (*cursor->at == '\\')
        cursor->at++;
      else if (*cursor->at == '"')
        {
          cursor->at++;
          return TRUE;
        }
    }
  cursor->at = cursor->end;
  return FALSE;
}

/* Over one row's object. Its inside is the event parser's to judge. */
static gboolean
skip_object (Cursor *cursor)
{
  if (!take (cursor, '{'))
    return FALSE;
  while (cursor->at < cursor->end)
    {
      if (*cursor->at == '"')
        {
          if (!skip_string (cursor))
            return FALSE;
          continue;
        }
      if (*cursor->at++ == '}')
        return TRUE;
    }
  return FALSE;
}

static gboolean
syntax_error (GError **error, const char *json, const Cursor *cursor)
{
  gsize len = MIN ((gsize)(cursor->end - json), 60);
  g_autoptr (GString) start = g_string_new (NULL);

  esl_text_append (start, json, (gssize)len);
  g_set_error (error, ESL_EVENT_ERROR, ESL_EVENT_ERROR_SYNTAX,
               "not the rows of a show command (at byte %" G_GSIZE_FORMAT "): %s",
               (gsize)(cursor->at - json), start->str);
  return FALSE;
}

/* To the first row: {"row_count":N,"rows":[ ... or the end of an answer without rows. */
static gboolean
enter (Cursor *cursor, gboolean *ret_rows)
{
  *ret_rows = FALSE;
  if (!take (cursor, '{') || !skip_string (cursor) || !take (cursor, ':'))
    return FALSE;
  skip_space (cursor);
  while (cursor->at < cursor->end && g_ascii_isdigit (*cursor->at))
    cursor->at++;
  if (take (cursor, '}'))
    return TRUE;
  if (!take (cursor, ',') || !skip_string (cursor) || !take (cursor, ':') || !take (cursor, '['))
    return FALSE;
  *ret_rows = !take (cursor, ']');
  return TRUE;
}

static gboolean
walk (Cursor *cursor, const char *json, SwRowFunc func, gpointer data, GError **error)
{
  g_autoptr (EslEvent) row = esl_event_new ();
  gboolean rows;

  if (!enter (cursor, &rows))
    return syntax_error (error, json, cursor);
  while (rows)
    {
      const char *start;

      skip_space (cursor);
      start = cursor->at;
      if (!skip_object (cursor))
        return syntax_error (error, json, cursor);
      if (!esl_event_parse (row, ESL_FORMAT_JSON, start, (gsize)(cursor->at - start), error))
        return FALSE;
      if (func != NULL)
        func (row, data);
      rows = take (cursor, ',');
      if (!rows && !take (cursor, ']'))
        return syntax_error (error, json, cursor);
    }
  return TRUE;
}

gboolean
sw_rows_parse (const char *json, gsize len, SwRowFunc func, gpointer data, GError **error)
{
  Cursor cursor = { json, json + len };

  if (!walk (&cursor, json, NULL, NULL, error))
    return FALSE;
  cursor.at = json;
  return walk (&cursor, json, func, data, error);
}
