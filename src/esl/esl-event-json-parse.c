/* SPDX-License-Identifier: MIT */
/* esl-event-json-parse.c - reading the JSON text of an event.
 *
 * The switch's events are one flat object of strings and arrays of strings, read
 * here in a single pass straight into the event: this is the daemon's hottest
 * code, and a document tree of json-glib costs eight times as much. Invalid UTF-8
 * passes (the switch sends it, protocol: JSON events), numbers and the three
 * words are taken as their text, an object within the object is an error; so is a
 * control character in a string: the frame before a disconnect may be torn, and
 * that shows here.
 */
#include "esl-event-private.h"
#include "esl-text.h"

/* Bytes of a text that is no answer with rows, in the message that says so. */
#define ROWS_SHOWN 60

typedef struct
{
  const char *text;
  const char *at;
  const char *end;
  EslEvent *event;
  GError **error;
} Scanner;

/* A decoded string or word: it stands in the arena, where the next one would go. */
typedef struct
{
  guint32 offset;
  guint32 len;
  gboolean has_nul;
  gboolean is_clean; /* ASCII, no escape */
} Token;

static gboolean
fail (const Scanner *s, const char *expected)
{
  return esl_syntax_error (s->error, "JSON", (gsize)(s->at - s->text), expected);
}

static void
skip_space (Scanner *s)
{
  while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
    s->at++;
}

static gboolean
peek (Scanner *s, char c)
{
  skip_space (s);
  return s->at < s->end && *s->at == c;
}

static gboolean
accept (Scanner *s, char c)
{
  if (!peek (s, c))
    return FALSE;
  s->at++;
  return TRUE;
}

/* Copies up to the next stop, eight bytes at a time; the arena has room for a whole last word.
 * Collects in `seen` which bits were set: bytes behind the stop may add to it, for which the string
 * is but taken as less clean than it is. */
static char *
copy_run (Scanner *s, char *to, guint64 *seen)
{
  while (s->end - s->at >= 8)
    {
      guint64 word, stops;

      memcpy (&word, s->at, 8);
      memcpy (to, &word, 8);
      *seen |= word;
      stops = esl_json_stops (GUINT64_FROM_LE (word));
      if (stops != 0)
        {
          int run = __builtin_ctzll (stops) / 8;

          s->at += run;
          return to + run;
        }
      s->at += 8;
      to += 8;
    }
  for (; s->at < s->end && *s->at != '"' && *s->at != '\\' && (guint8)*s->at >= ' '; s->at++)
    {
      *seen |= (guint8)*s->at;
      *to++ = *s->at;
    }
  return to;
}

/* Four hex digits at the scanner, -1 when they aren't. */
static int
scan_hex4 (Scanner *s)
{
  int value = 0;

  if (s->end - s->at < 4)
    return -1;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (s->at[i]);

      if (digit < 0)
        return -1;
      value = value << 4 | digit;
    }
  s->at += 4;
  return value;
}

/* What follows "\u": a code unit, or a pair of surrogates. */
static char *
scan_unicode (Scanner *s, char *to)
{
  int unit = scan_hex4 (s), low;
  gunichar c = (gunichar)unit;

  if (unit < 0)
    {
      fail (s, "four hex digits are missing");
      return NULL;
    }
  if (unit >= 0xd800 && unit < 0xe000)
    {
      low = unit < 0xdc00 && s->end - s->at >= 2 && memcmp (s->at, "\\u", 2) == 0 ? 0 : -1;
      if (low == 0)
        {
          s->at += 2;
          low = scan_hex4 (s);
        }
      if (low < 0xdc00 || low >= 0xe000)
        {
          fail (s, "half of a surrogate pair is missing");
          return NULL;
        }
      c = 0x10000 + ((gunichar)(unit - 0xd800) << 10) + (gunichar)(low - 0xdc00);
    }
  return to + g_unichar_to_utf8 (c, to);
}

static char *
scan_escape (Scanner *s, char *to)
{
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  const char *found;

  if (s->end - s->at < 2)
    {
      fail (s, "the string does not end");
      return NULL;
    }
  s->at++;
  if (*s->at == 'u')
    {
      s->at++;
      return scan_unicode (s, to);
    }
  found = *s->at == '\0' ? NULL : strchr (letters, *s->at);
  if (found == NULL)
    {
      fail (s, "stands no escape of JSON");
      return NULL;
    }
  s->at++;
  *to++ = meanings[found - letters];
  return to;
}

static void
finish (Scanner *s, Token *token, char *to)
{
  char *start = esl_event_here (s->event);

  *to = '\0';
  token->offset = (guint32)s->event->arena.used;
  token->len = (guint32)(to - start);
  token->has_nul = FALSE;
  token->is_clean = FALSE;
  s->event->arena.used += token->len + 1;
}

static gboolean
scan_string (Scanner *s, Token *token)
{
  char *to = esl_event_here (s->event);
  gboolean has_nul = FALSE, has_escape = FALSE;
  guint64 seen = 0;

  s->at++;
  for (;;)
    {
      const char *before;

      to = copy_run (s, to, &seen);
      if (s->at == s->end)
        return fail (s, "the string does not end");
      if (*s->at == '"')
        break;
      if (*s->at != '\\')
        return fail (s, "stands a control character in a string");
      before = to;
      to = scan_escape (s, to);
      if (to == NULL)
        return FALSE;
      has_escape = TRUE;
      has_nul |= *before == '\0';
    }
  s->at++;
  finish (s, token, to);
  token->has_nul = has_nul;
  token->is_clean = !has_escape && (seen & ESL_EACH_BYTE (0x80)) == 0;
  return TRUE;
}

/* A number, true, false or null, taken as its text. */
static gboolean
scan_word (Scanner *s, Token *token)
{
  const char *start = s->at;
  gsize len;

  while (s->at < s->end
         && (g_ascii_isalnum (*s->at) || *s->at == '-' || *s->at == '+' || *s->at == '.'))
    s->at++;
  len = (gsize)(s->at - start);
  if (len == 0
      || !(g_ascii_isdigit (*start) || *start == '-' || (len == 4 && memcmp (start, "true", 4) == 0)
           || (len == 4 && memcmp (start, "null", 4) == 0)
           || (len == 5 && memcmp (start, "false", 5) == 0)))
    {
      s->at = start;
      return fail (s, "stands neither a string nor an array of strings");
    }
  memcpy (esl_event_here (s->event), start, len);
  finish (s, token, esl_event_here (s->event) + len);
  return TRUE;
}

static gboolean
scan_scalar (Scanner *s, Token *token)
{
  return peek (s, '"') ? scan_string (s, token) : scan_word (s, token);
}

static gboolean
push (Scanner *s, const Token *name, const Token *value, EslHeaderKind kind)
{
  if (value->has_nul)
    return fail (s, "ends a value with a NUL in it");
  *esl_event_push (s->event) =
      (EslEntry){ .name = name->offset,
                  .name_len = name->len,
                  .value = value->offset,
                  .value_len = value->len,
                  .kind = (guint8)kind,
                  .clean = (guint8)((name->is_clean ? ESL_CLEAN_NAME : 0)
                                    | (value->is_clean ? ESL_CLEAN_VALUE : 0)) };
  return TRUE;
}

/* An empty array is kept as one empty cell. */
static gboolean
scan_array (Scanner *s, const Token *name)
{
  EslHeaderKind kind = ESL_HEADER_ARRAY;
  Token cell = { .offset = name->offset + name->len };

  s->at++;
  if (accept (s, ']'))
    return push (s, name, &cell, kind);
  do
    {
      if (!scan_scalar (s, &cell) || !push (s, name, &cell, kind))
        return FALSE;
      kind = ESL_HEADER_CELL;
    }
  while (accept (s, ','));
  return accept (s, ']') || fail (s, "\",\" or \"]\" is missing");
}

static gboolean
scan_member (Scanner *s)
{
  Token name = {}, value = {};
  const char *text;

  if (!peek (s, '"'))
    return fail (s, "the name of a member is missing");
  if (!scan_string (s, &name))
    return FALSE;
  if (name.has_nul)
    return fail (s, "ends a name with a NUL in it");
  if (!accept (s, ':'))
    return fail (s, "\":\" is missing");
  if (peek (s, '['))
    return scan_array (s, &name);
  if (!scan_scalar (s, &value))
    return FALSE;
  text = esl_event_at (s->event, name.offset);
  if (name.len != strlen (ESL_JSON_BODY) || memcmp (text, ESL_JSON_BODY, name.len) != 0)
    return push (s, &name, &value, ESL_HEADER_SINGLE);

  esl_event_set_body (s->event, esl_event_at (s->event, value.offset), value.len);
  s->event->arena.used = name.offset;
  return TRUE;
}

static gboolean
scan_object (Scanner *s)
{
  if (!accept (s, '{'))
    return fail (s, "\"{\" is missing");
  if (accept (s, '}'))
    return TRUE;
  do
    if (!scan_member (s))
      return FALSE;
  while (accept (s, ','));
  return accept (s, '}') || fail (s, "\",\" or \"}\" is missing");
}

static gboolean
scan_end (Scanner *s)
{
  skip_space (s);
  return s->at == s->end || fail (s, "stands more than one object");
}

gboolean
esl_event_parse_json (EslEvent *event, const char *text, gsize len, GError **error)
{
  Scanner s = { .text = text, .at = text, .end = text + len, .event = event, .error = error };

  esl_event_reserve (event, len);
  return scan_object (&s) && scan_end (&s);
}

/* ---- rows ---- */

/* The same storage for each row: it has room for all of the text. */
static void
forget_row (EslEvent *row)
{
  row->arena.used = 0;
  row->n_entries = 0;
  row->has_body = FALSE;
}

/* A member's name and its colon. */
static gboolean
scan_name (Scanner *s)
{
  Token name;

  if (!peek (s, '"'))
    return fail (s, "the name of a member is missing");
  return scan_string (s, &name) && (accept (s, ':') || fail (s, "\":\" is missing"));
}

/* {"row_count":N,"rows":[{...},...]}, where "rows" may be missing. */
static gboolean
scan_rows (Scanner *s, EslRowFunc func, gpointer data)
{
  Token count;

  forget_row (s->event);
  if (!accept (s, '{'))
    return fail (s, "\"{\" is missing");
  if (!scan_name (s) || !scan_scalar (s, &count))
    return FALSE;
  if (accept (s, '}'))
    return scan_end (s);
  if (!accept (s, ','))
    return fail (s, "\",\" or \"}\" is missing");
  if (!scan_name (s))
    return FALSE;
  if (!accept (s, '['))
    return fail (s, "\"[\" is missing");
  if (!accept (s, ']'))
    {
      do
        {
          forget_row (s->event);
          if (!scan_object (s))
            return FALSE;
          if (func != NULL)
            func (s->event, data);
        }
      while (accept (s, ','));
      if (!accept (s, ']'))
        return fail (s, "\",\" or \"]\" is missing");
    }
  return (accept (s, '}') || fail (s, "\"}\" is missing")) && scan_end (s);
}

static void
say_what_it_was (const char *json, gsize len, GError **error)
{
  g_autoptr (GString) start = g_string_new (NULL);

  esl_text_append (start, json, (gssize)MIN (len, ROWS_SHOWN));
  g_prefix_error (error, "not the rows of a show command, \"%s\": ", start->str);
}

gboolean
esl_event_parse_rows (const char *json, gsize len, EslRowFunc func, gpointer data, GError **error)
{
  g_autoptr (EslEvent) row = esl_event_new ();
  Scanner s = { .text = json, .at = json, .end = json + len, .event = row, .error = error };

  esl_event_reserve (row, len);
  if (!scan_rows (&s, NULL, NULL))
    {
      say_what_it_was (json, len, error);
      return FALSE;
    }
  s.at = json;
  return scan_rows (&s, func, data);
}
