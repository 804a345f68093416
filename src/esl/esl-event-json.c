/* SPDX-License-Identifier: MIT */
/* esl-event-json.c - writing the JSON text of an event.
 *
 * As the switch writes it: no space anywhere, controls escaped, '/' and U+2028 raw.
 * A lossless text is valid UTF-8: each byte that is none becomes U+FFFD, and a last
 * member names the headers in which that happened.
 */
#include "esl-event-private.h"

#define INVALID_NAME "_invalid_utf8"
#define REPLACEMENT "\xef\xbf\xbd"

/* How a byte below 0x20, a quote or a backslash is written: a letter after a backslash, or 'u' for
 * \u00XX; 0 for all other bytes, which stand for themselves. */
static char
escape_of (guint8 byte)
{
  static const char controls[33] = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";

  if (byte < 0x20)
    return controls[byte];
  if (byte == '"')
    return '"';
  return byte == '\\' ? '\\' : 0;
}

/* Where the bytes that stand for themselves end. */
static const char *
run_end (const char *at, const char *end)
{
  guint64 word, stops;

  for (; end - at >= 8; at += 8)
    {
      memcpy (&word, at, 8);
      word = GUINT64_FROM_LE (word);
      stops = esl_json_stops (word);
      if (stops != 0)
        return at + __builtin_ctzll (stops) / 8;
    }
  while (at < end && escape_of ((guint8)*at) == 0)
    at++;
  return at;
}

static void
put_run (EslSink *sink, const char *at, const char *end)
{
  while (at < end)
    {
      const char *stop = run_end (at, end);
      char escaped[7];
      char letter;

      esl_sink_put (sink, at, (gsize)(stop - at));
      at = stop;
      if (at == end)
        break;
      letter = escape_of ((guint8)*at);
      if (sink->out == NULL)
        sink->len += letter == 'u' ? 6 : 2;
      else if (letter == 'u')
        esl_sink_put (sink, escaped, (gsize)g_snprintf (escaped, 7, "\\u%04x", (guint8)*at));
      else
        esl_sink_put (sink, escaped, (gsize)g_snprintf (escaped, 7, "\\%c", letter));
      at++;
    }
}

/* Where the valid UTF-8 at `at` ends. NUL is valid (a body may hold one). */
static const char *
valid_end (const char *at, const char *end)
{
  const char *stop;

  while (!g_utf8_validate_len (at, (gsize)(end - at), &stop) && *stop == '\0')
    at = stop + 1;
  return stop;
}

static gboolean
is_ascii (const char *at, const char *end)
{
  guint64 word, seen = 0;

  for (; end - at >= 8; at += 8)
    {
      memcpy (&word, at, 8);
      seen |= word;
    }
  for (; at < end; at++)
    seen |= (guint8)*at;
  return (seen & ESL_EACH_BYTE (0x80)) == 0;
}

/* Returns TRUE when something was replaced. */
static gboolean
put_lossy (EslSink *sink, const char *at, const char *end)
{
  gboolean replaced = FALSE;

  for (;;)
    {
      const char *stop = valid_end (at, end);

      put_run (sink, at, stop);
      if (stop == end)
        return replaced;
      esl_sink_put_literal (sink, REPLACEMENT);
      replaced = TRUE;
      at = stop + 1;
    }
}

/* A string that stands for itself. */
static void
put_clean (EslSink *sink, const char *value, gsize len)
{
  char *to;

  if (sink->out == NULL)
    {
      sink->len += len + 2;
      return;
    }
  to = esl_sink_room (sink, len + 2);
  *to = '"';
  memcpy (to + 1, value, len);
  to[len + 1] = '"';
  esl_sink_wrote (sink, len + 2);
}

static gboolean
put_string (EslSink *sink, const char *value, gsize len, gboolean lossy)
{
  gboolean replaced = FALSE;

  esl_sink_put_literal (sink, "\"");
  if (lossy && !is_ascii (value, value + len))
    replaced = put_lossy (sink, value, value + len);
  else
    put_run (sink, value, value + len);
  esl_sink_put_literal (sink, "\"");
  return replaced;
}

static gboolean
put_name (const EslEvent *event, const EslEntry *entry, gboolean lossy, EslSink *sink)
{
  const char *name = esl_event_at (event, entry->name);

  if (!(entry->clean & ESL_CLEAN_NAME))
    return put_string (sink, name, entry->name_len, lossy);
  put_clean (sink, name, entry->name_len);
  return FALSE;
}

static gboolean
put_value (const EslEvent *event, const EslEntry *entry, gboolean lossy, EslSink *sink)
{
  const char *value = esl_event_at (event, entry->value);

  if (!(entry->clean & ESL_CLEAN_VALUE))
    return put_string (sink, value, entry->value_len, lossy);
  put_clean (sink, value, entry->value_len);
  return FALSE;
}

gboolean
esl_json_append_string (GString *out, const char *value, gsize len, gboolean lossy)
{
  EslSink sink = { .out = out };
  gboolean replaced = put_string (&sink, value, len, lossy);

  out->str[out->len] = '\0';
  return replaced;
}

static gboolean
is_valid (const EslEvent *event, const EslEntry *entry)
{
  return g_utf8_validate_len (esl_event_at (event, entry->name), entry->name_len, NULL)
         && g_utf8_validate_len (esl_event_at (event, entry->value), entry->value_len, NULL);
}

/* The member that says which others are not what the switch sent: each header once, the cells of
 * an array together. */
static void
write_invalid (const EslEvent *event, gboolean body_replaced, EslSink *sink)
{
  const char *separator = "";
  guint listed = G_MAXUINT;

  esl_sink_put_literal (sink, ",\"" INVALID_NAME "\":[");
  for (guint i = 0, header = 0; i < event->n_entries; i++)
    {
      const EslEntry *entry = &event->entries[i];

      if (entry->kind != ESL_HEADER_CELL)
        header = i;
      if (header == listed || is_valid (event, entry))
        continue;
      listed = header;
      esl_sink_put (sink, separator, strlen (separator));
      put_string (sink, esl_event_at (event, entry->name), entry->name_len, TRUE);
      separator = ",";
    }
  if (body_replaced)
    {
      esl_sink_put (sink, separator, strlen (separator));
      esl_sink_put_literal (sink, "\"" ESL_JSON_BODY "\"");
    }
  esl_sink_put_literal (sink, "]");
}

/* Returns TRUE when something was replaced, here as in the functions below. */
static gboolean
write_headers (const EslEvent *event, gboolean lossy, EslSink *sink)
{
  gboolean replaced = FALSE;

  for (guint i = 0; i < event->n_entries; i++)
    {
      const EslEntry *entry = &event->entries[i];
      gboolean in_array = entry->kind != ESL_HEADER_SINGLE;

      if (i > 0)
        esl_sink_put_literal (sink, ",");
      if (entry->kind != ESL_HEADER_CELL)
        {
          replaced |= put_name (event, entry, lossy, sink);
          esl_sink_put_literal (sink, ":");
        }
      if (entry->kind == ESL_HEADER_ARRAY)
        esl_sink_put_literal (sink, "[");
      replaced |= put_value (event, entry, lossy, sink);
      if (in_array && (i + 1 == event->n_entries || event->entries[i + 1].kind != ESL_HEADER_CELL))
        esl_sink_put_literal (sink, "]");
    }
  return replaced;
}

static gboolean
write_body (const EslEvent *event, gboolean lossy, EslSink *sink)
{
  char digits[ESL_DIGITS];
  const char *separator = event->n_entries > 0 ? "," : "";

  if (!event->has_body)
    return FALSE;
  if (esl_event_lacks_length (event, digits))
    {
      esl_sink_put (sink, separator, strlen (separator));
      esl_sink_put_literal (sink, "\"Content-Length\":\"");
      esl_sink_put (sink, digits, strlen (digits));
      esl_sink_put_literal (sink, "\"");
    }
  esl_sink_put_literal (sink, ",\"" ESL_JSON_BODY "\":");
  return put_string (sink, event->body.bytes, event->body.used, lossy);
}

void
esl_event_write_json (const EslEvent *event, EslFidelity fidelity, EslSink *sink)
{
  gboolean lossy = fidelity == ESL_LOSSLESS;
  gboolean headers_replaced, body_replaced;

  esl_sink_put_literal (sink, "{");
  headers_replaced = write_headers (event, lossy, sink);
  body_replaced = write_body (event, lossy, sink);
  if (headers_replaced || body_replaced)
    write_invalid (event, body_replaced, sink);
  esl_sink_put_literal (sink, "}");
}
