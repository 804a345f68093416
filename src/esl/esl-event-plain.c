/* SPDX-License-Identifier: MIT */
/* esl-event-plain.c - the plain text of an event, and percent coding.
 *
 * A value is percent-encoded, so a line can be read exactly: its first ": " ends
 * the name, although a variable's name may hold a colon ("variable_a:b: x").
 *
 * Arrays travel as "ARRAY::a|:b", encoded. They are looked for in the encoded
 * text: the switch always writes %3A for a colon and %7C for a bar, so that a
 * lossless text can tell a value that merely looks like an array from a true one
 * by spelling it otherwise (%41RRAY, and a bare bar); all others decode both alike.
 */
#include "esl-event-private.h"

/* What the switch encodes: controls, bytes from 0x7f on, space and "#%&+:;<=>?@[\]^`{|} (protocol:
 * plain events). The table has the width of each byte's text. */
#define W8(a, b, c, d, e, f, g, h) a, b, c, d, e, f, g, h
#define ALL_3 W8 (3, 3, 3, 3, 3, 3, 3, 3)
#define ALL_1 W8 (1, 1, 1, 1, 1, 1, 1, 1)
static const guint8 percent_width[256] = {
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,                       /* controls */
  W8 (3, 1, 3, 3, 1, 3, 3, 1), /*   ! " # $ % & ' */
  W8 (1, 1, 1, 3, 1, 1, 1, 1), /* ( ) * + , - . / */
  ALL_1,
  W8 (1, 1, 3, 3, 3, 3, 3, 3), /* 0 to 9 : ; < = > ? */
  W8 (3, 1, 1, 1, 1, 1, 1, 1), /* @ */
  ALL_1,
  ALL_1,
  W8 (1, 1, 1, 3, 3, 3, 3, 1), /* [ \ ] ^ _ */
  W8 (3, 1, 1, 1, 1, 1, 1, 1), /* ` */
  ALL_1,
  ALL_1,
  W8 (1, 1, 1, 3, 3, 3, 1, 3), /* { | } ~ DEL */
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
  ALL_3,
};

static const char upper_hex[] = "0123456789ABCDEF";

static gboolean
is_upper_hex (char c)
{
  return g_ascii_isdigit (c) || (c >= 'A' && c <= 'F');
}

/* The switch leaves a percent sign alone when two upper-case hex digits follow. */
static gboolean
is_left_alone (const char *at, const char *end)
{
  return end - at > 2 && is_upper_hex (at[1]) && is_upper_hex (at[2]);
}

static gsize
percent_count (const char *value, gsize len, EslFidelity fidelity)
{
  const char *end = value + len;
  gsize count = 0;

  for (gsize i = 0; i < len; i++)
    count += percent_width[(guint8)value[i]];
  if (fidelity == ESL_LOSSLESS)
    return count;
  for (const char *at = value; (at = memchr (at, '%', (gsize)(end - at))) != NULL; at++)
    if (is_left_alone (at, end))
      count -= 2;
  return count;
}

/* Encodes up to `end`; `limit` is where the value ends, for the look at what follows a '%'. */
static char *
percent_write (char *to, const char *at, const char *end, const char *limit, EslFidelity fidelity)
{
  for (; at < end; at++)
    {
      guint8 byte = (guint8)*at;

      if (percent_width[byte] == 1
          || (byte == '%' && fidelity == ESL_AS_SWITCH && is_left_alone (at, limit)))
        {
          *to++ = *at;
          continue;
        }
      *to++ = '%';
      *to++ = upper_hex[byte >> 4];
      *to++ = upper_hex[byte & 15];
    }
  return to;
}

void
esl_sink_put_percent (EslSink *sink, const char *value, gsize len, EslFidelity fidelity)
{
  const char *limit = value + len;

  if (sink->out == NULL)
    {
      sink->len += percent_count (value, len, fidelity);
      return;
    }
  for (const char *at = value; at < limit;)
    {
      const char *end = at + MIN (limit - at, 1024);
      char *to = esl_sink_room (sink, (gsize)(end - at) * 3);

      esl_sink_wrote (sink, (gsize)(percent_write (to, at, end, limit, fidelity) - to));
      at = end;
    }
}

/* Appends `value` percent-encoded. An empty value adds nothing, in either fidelity. */
void
esl_percent_encode (GString *out, const char *value, gsize len, EslFidelity fidelity)
{
  EslSink sink = { .out = out };

  esl_sink_put_percent (&sink, value, len, fidelity);
  out->str[out->len] = '\0';
}

/* Copies decoded; `to` may be `at` itself. %00 stays as it is: a value can't hold a NUL. */
static gsize
percent_decode (char *to, const char *at, gsize len)
{
  const char *end = at + len;
  char *start = to;

  while (at < end)
    {
      int high, low;

      if (*at != '%' || end - at < 3 || (high = g_ascii_xdigit_value (at[1])) < 0
          || (low = g_ascii_xdigit_value (at[2])) < 0 || (high | low) == 0)
        {
          *to++ = *at++;
          continue;
        }
      *to++ = (char)(high << 4 | low);
      at += 3;
    }
  return (gsize)(to - start);
}

/* Decodes in place and returns the new length; a NUL follows when it became shorter. */
gsize
esl_percent_decode (char *text, gsize len)
{
  gsize decoded = percent_decode (text, text, len);

  if (decoded < len)
    text[decoded] = '\0';
  return decoded;
}

static void
push_value (EslEvent *event, guint32 name, guint32 name_len, const char *value, gsize len,
            EslHeaderKind kind)
{
  EslEntry *entry = esl_event_push (event);
  char *to = esl_event_here (event);
  gsize decoded = percent_decode (to, value, len);

  to[decoded] = '\0';
  *entry = (EslEntry){ .name = name,
                       .name_len = name_len,
                       .value = (guint32)event->arena.used,
                       .value_len = (guint32)decoded,
                       .kind = (guint8)kind };
  event->arena.used += decoded + 1;
}

/* How long the array mark at `at` is, 0 when there is none. */
static gsize
array_mark (const char *at, gsize len)
{
  static const char encoded[] = "ARRAY%3A%3A", bare[] = "ARRAY::";

  if (len >= sizeof encoded - 1 && g_ascii_strncasecmp (at + 5, encoded + 5, 6) == 0
      && memcmp (at, encoded, 5) == 0)
    return sizeof encoded - 1;
  if (len >= sizeof bare - 1 && memcmp (at, bare, sizeof bare - 1) == 0)
    return sizeof bare - 1;
  return 0;
}

/* Finds the next separator of cells, "|:" bare or encoded; `end` and no length when there is none.
 */
static const char *
next_separator (const char *at, const char *end, gsize *ret_len)
{
  for (; at < end; at++)
    {
      *ret_len = 0;
      if (*at == '|' && end - at >= 2 && at[1] == ':')
        *ret_len = 2;
      else if (*at == '%' && end - at >= 6 && g_ascii_strncasecmp (at, "%7C%3A", 6) == 0)
        *ret_len = 6;
      if (*ret_len > 0)
        return at;
    }
  *ret_len = 0;
  return end;
}

static void
push_array (EslEvent *event, guint32 name, guint32 name_len, const char *at, const char *end)
{
  EslHeaderKind kind = ESL_HEADER_ARRAY;
  gsize skip;

  do
    {
      const char *stop = next_separator (at, end, &skip);

      push_value (event, name, name_len, at, (gsize)(stop - at), kind);
      kind = ESL_HEADER_CELL;
      at = stop + skip;
    }
  while (skip > 0);
}

/* Where the name ends: the first colon that a space follows, else the first one at all. */
const char *
esl_find_colon (const char *line, const char *end)
{
  const char *first = memchr (line, ':', (gsize)(end - line));

  for (const char *at = first; at != NULL; at = memchr (at + 1, ':', (gsize)(end - at - 1)))
    if (at + 1 < end && at[1] == ' ')
      return at;
  return first;
}

static gboolean
parse_line (EslEvent *event, const char *text, const char *line, const char *end, GError **error)
{
  const char *colon = esl_find_colon (line, end);
  const char *value;
  guint32 name, name_len;
  gsize mark;

  if (colon == NULL || colon == line)
    return esl_syntax_error (error, "plain", (gsize)(line - text), "stands no \"Name: value\"");
  if (memchr (line, '\0', (gsize)(end - line)) != NULL)
    return esl_syntax_error (error, "plain", (gsize)(line - text), "stands a line with a NUL");

  name = (guint32)event->arena.used;
  name_len = (guint32)(colon - line);
  memcpy (esl_event_here (event), line, name_len);
  esl_event_here (event)[name_len] = '\0';
  event->arena.used += name_len + 1;

  for (value = colon + 1; value < end && *value == ' ';)
    value++;
  mark = array_mark (value, (gsize)(end - value));
  if (mark > 0)
    push_array (event, name, name_len, value + mark, end);
  else
    push_value (event, name, name_len, value, (gsize)(end - value), ESL_HEADER_SINGLE);
  return TRUE;
}

static gboolean
is_blank (const char *at, const char *end)
{
  while (at < end && g_ascii_isspace (*at))
    at++;
  return at == end;
}

/* Whether the headers end as those of an empty body do. */
static gboolean
ends_with_zero (const EslEvent *event, const char *digits)
{
  return digits == esl_event_at (event, event->entries[event->n_entries - 1].value)
         && strcmp (digits, "0") == 0;
}

/* What follows the blank line. An event without a body may have a header Content-Length (sendevent
 * keeps its author's), so such a length counts only when something follows; or, for an empty body,
 * when it stands last, as ours does. */
static gboolean
parse_body (EslEvent *event, const char *text, const char *at, const char *end, GError **error)
{
  const char *digits = esl_event_get_last (event, "Content-Length");
  gsize len = 0;

  if (digits == NULL || !esl_parse_length (digits, strlen (digits), &len)
      || (at == end && !ends_with_zero (event, digits)))
    return is_blank (at, end)
           || esl_syntax_error (error, "plain", (gsize)(at - text),
                                "stands a body, but no Content-Length is before it");
  if ((gsize)(end - at) < len)
    return esl_syntax_error (error, "plain", (gsize)(end - text), "the body ends too early");
  if (!is_blank (at + len, end))
    return esl_syntax_error (error, "plain", (gsize)(at + len - text),
                             "stands more than Content-Length said");
  esl_event_set_body (event, at, len);
  return TRUE;
}

gboolean
esl_event_parse_plain (EslEvent *event, const char *text, gsize len, GError **error)
{
  const char *end = text + len, *line = text;
  const char *blank = len > 0 && text[0] == '\n' ? text : NULL;

  /* A body isn't decoded into the arena, and no header line makes more bytes than it has, with its
   * newline; the last may lack that. A frame without a body has no text, not even an empty one. */
  if (blank == NULL && len > 0)
    blank = memmem (text, len, "\n\n", 2);
  esl_event_reserve (event, (blank == NULL ? len : (gsize)(blank - text)) + 2);
  while (line < end && *line != '\n')
    {
      const char *stop = memchr (line, '\n', (gsize)(end - line));

      if (stop == NULL)
        stop = end;
      if (!parse_line (event, text, line, stop, error))
        return FALSE;
      line = stop + (stop < end);
    }
  return line == end || parse_body (event, text, line + 1, end, error);
}

/* A name as it stands in a line: what would end the line or the name is encoded when nothing may be
 * lost (only a hand-made event has such a name). */
static void
write_name (const EslEvent *event, const EslEntry *entry, EslFidelity fidelity, EslSink *sink)
{
  const char *name = esl_event_at (event, entry->name);
  const gsize len = entry->name_len;
  const char *end = name + len;
  gsize plain = entry->clean & ESL_CLEAN_NAME ? len : 0;

  while (plain < len && (guint8)name[plain] >= ' ')
    plain++;
  if (fidelity == ESL_AS_SWITCH || plain == len)
    {
      esl_sink_put (sink, name, len);
      return;
    }
  for (const char *at = name; at < end; at++)
    {
      if ((guint8)*at >= ' ')
        esl_sink_put (sink, at, 1);
      else
        esl_sink_put_percent (sink, at, 1, ESL_LOSSLESS);
    }
}

static void
write_single (EslSink *sink, const char *value, gsize len, EslFidelity fidelity)
{
  if (fidelity == ESL_LOSSLESS && len >= 7 && memcmp (value, "ARRAY::", 7) == 0)
    {
      esl_sink_put_literal (sink, "%41");
      value++;
      len--;
    }
  if (fidelity == ESL_AS_SWITCH && len == 0)
    esl_sink_put_literal (sink, "_undef_");
  else
    esl_sink_put_percent (sink, value, len, fidelity);
}

static void
write_cell (EslSink *sink, const char *value, gsize len, EslFidelity fidelity)
{
  const char *end = value + len, *bar;

  while (fidelity == ESL_LOSSLESS && (bar = memmem (value, (gsize)(end - value), "|:", 2)) != NULL)
    {
      esl_sink_put_percent (sink, value, (gsize)(bar - value), fidelity);
      esl_sink_put_literal (sink, "|%3A");
      value = bar + 2;
    }
  esl_sink_put_percent (sink, value, (gsize)(end - value), fidelity);
}

/* Returns the index after the array's last cell. The switch writes an array of one as its cell. */
static guint
write_array (const EslEvent *event, guint index, EslFidelity fidelity, EslSink *sink)
{
  guint first = index;
  guint stop = first + 1;

  while (stop < event->n_entries && event->entries[stop].kind == ESL_HEADER_CELL)
    stop++;
  if (fidelity == ESL_AS_SWITCH && stop == first + 1)
    {
      write_single (sink, esl_event_at (event, event->entries[first].value),
                    event->entries[first].value_len, fidelity);
      return stop;
    }
  esl_sink_put_literal (sink, "ARRAY%3A%3A");
  for (; index < stop; index++)
    {
      if (index > first)
        esl_sink_put_literal (sink, "%7C%3A");
      write_cell (sink, esl_event_at (event, event->entries[index].value),
                  event->entries[index].value_len, fidelity);
    }
  return stop;
}

/* The switch writes no Content-Length for an empty body. */
void
esl_event_write_plain_body (const EslEvent *event, EslFidelity fidelity, EslSink *sink)
{
  char digits[ESL_DIGITS];

  if (esl_event_lacks_length (event, digits) && (fidelity == ESL_LOSSLESS || event->body.used > 0))
    {
      esl_sink_put_literal (sink, "Content-Length: ");
      esl_sink_put (sink, digits, strlen (digits));
      esl_sink_put_literal (sink, "\n");
    }
  esl_sink_put_literal (sink, "\n");
  if (event->has_body)
    esl_sink_put (sink, event->body.bytes, event->body.used);
}

void
esl_event_write_plain (const EslEvent *event, EslFidelity fidelity, EslSink *sink)
{
  for (guint i = 0; i < event->n_entries;)
    {
      const EslEntry *entry = &event->entries[i];

      write_name (event, entry, fidelity, sink);
      esl_sink_put_literal (sink, ": ");
      if (entry->kind != ESL_HEADER_SINGLE)
        {
          i = write_array (event, i, fidelity, sink);
        }
      else
        {
          write_single (sink, esl_event_at (event, entry->value), entry->value_len, fidelity);
          i++;
        }
      esl_sink_put_literal (sink, "\n");
    }
  esl_event_write_plain_body (event, fidelity, sink);
}
