/* SPDX-License-Identifier: MIT */
/* esl-event-xml.c - writing the XML text of an event.
 *
 *   <event>
 *     <headers>
 *       <Name>value, percent-encoded</Name>
 *     </headers>
 *     <Content-Length>n</Content-Length>
 *     <body>escaped</body>
 *   </event>
 *
 * The switch puts a header's name in a tag whatever it is made of ("<two words>"),
 * which no parser of XML accepts. The format itself loses what an array was: its
 * cells read back as headers that repeat. A lossless text is well-formed, if need
 * be with a name in the _xHHHH_ spelling of ISO 9075-14 and U+FFFD for what XML
 * can't hold in a body.
 */
#include "esl-event-private.h"

/* A short text, of less than 16 bytes. */
G_GNUC_PRINTF (2, 3)
static void
put_format (EslSink *sink, const char *format, ...)
{
  char text[16];
  va_list values;
  int len;

  va_start (values, format);
  len = g_vsnprintf (text, sizeof text, format, values);
  va_end (values);
  esl_sink_put (sink, text, (gsize)len);
}

/* What a byte may be; each event's length is counted as it comes in, so it must be quick. */
enum
{
  NAME_FIRST = 1 << 0,
  NAME = 1 << 1, /* without the colon, which would make the name a namespace's */
  TEXT = 1 << 2, /* stands for itself in a text */
};

/* clang-format off */
static const guint8 byte_kinds[256] = {
  ['\t'] = TEXT, ['\n'] = TEXT, [' ' ... '%'] = TEXT, ['\'' ... ','] = TEXT, ['/'] = TEXT,
  ['-'] = NAME | TEXT, ['.'] = NAME | TEXT, ['0' ... '9'] = NAME | TEXT,
  [':'] = TEXT, [';'] = TEXT, ['='] = TEXT, ['?'] = TEXT, ['@'] = TEXT,
  ['A' ... 'Z'] = NAME_FIRST | NAME | TEXT,
  ['['] = TEXT, ['\\'] = TEXT, [']'] = TEXT, ['^'] = TEXT, ['_'] = NAME_FIRST | NAME | TEXT,
  ['`'] = TEXT, ['a' ... 'z'] = NAME_FIRST | NAME | TEXT,
  ['{' ... '\x7f'] = TEXT,
};
/* clang-format on */

static gboolean
is_name_byte (guint8 byte, gboolean first)
{
  return (byte_kinds[byte] & (first ? NAME_FIRST : NAME)) != 0;
}

/* Some byte of the eight may not stand for itself: a control, '&', '<', '>', or beyond ASCII. */
static gboolean
has_stop (guint64 word)
{
  guint64 ampersand = word ^ ESL_EACH_BYTE ('&');
  guint64 bracket = (word | ESL_EACH_BYTE ('<' ^ '>')) ^ ESL_EACH_BYTE ('>');

  return ((word | (word - ESL_EACH_BYTE (0x20)) | (ampersand - ESL_EACH_BYTE (1))
           | (bracket - ESL_EACH_BYTE (1)))
          & ESL_EACH_BYTE (0x80))
         != 0;
}

/* How many bytes at `at` stand for themselves in a text. */
static gsize
text_run (const char *at, const char *end)
{
  const char *start = at;
  guint64 word;

  while (at < end)
    {
      if ((gsize)(end - at) >= sizeof word)
        {
          memcpy (&word, at, sizeof word);
          if (!has_stop (word))
            {
              at += sizeof word;
              continue;
            }
        }
      if ((byte_kinds[(guint8)*at] & TEXT) == 0)
        break;
      at++;
    }
  return (gsize)(at - start);
}

/* As XML takes it, or as the switch writes it anyway. */
static gboolean
is_name (const char *name, gsize len, EslFidelity fidelity)
{
  if (fidelity == ESL_AS_SWITCH)
    return TRUE;
  for (gsize i = 0; i < len; i++)
    if (!is_name_byte ((guint8)name[i], i == 0))
      return FALSE;
  return TRUE;
}

static void
put_odd_name (EslSink *sink, const char *name, gsize len)
{
  for (gsize i = 0; i < len; i++)
    {
      if (is_name_byte ((guint8)name[i], i == 0))
        esl_sink_put (sink, name + i, 1);
      else
        put_format (sink, "_x%04X_", (guint8)name[i]);
    }
}

/* One of the bytes that are escaped whatever stands around them; FALSE: none. */
static gboolean
put_special (EslSink *sink, char c)
{
  switch (c)
    {
    case '&':
      esl_sink_put_literal (sink, "&amp;");
      return TRUE;
    case '<':
      esl_sink_put_literal (sink, "&lt;");
      return TRUE;
    case '>':
      esl_sink_put_literal (sink, "&gt;");
      return TRUE;
    case '\r':
      esl_sink_put_literal (sink, "&#xD;");
      return TRUE;
    case '"':
    case '\n':
    case '\t':
      esl_sink_put (sink, &c, 1);
      return TRUE;
    default:
      return FALSE;
    }
}

/* As the switch escapes a text, with its habits: all is left alone after "<!"; bytes are put
 * together to characters without a look at what the first one promised, a stray one is dropped, and
 * so is what interrupts a sequence, unless it is one of the specials. */
static void
put_text_as_switch (EslSink *sink, const char *at, const char *end)
{
  guint missing = 0;
  gunichar c = 0;

  for (; at < end; at++)
    {
      guint8 byte = (guint8)*at;

      if (byte == '<' && at + 1 < end && at[1] == '!')
        {
          esl_sink_put (sink, at, (gsize)(end - at));
          return;
        }
      if (put_special (sink, *at))
        continue;
      if (missing > 0)
        {
          missing = (byte & 0xc0) == 0x80 ? missing - 1 : 0;
          if ((byte & 0xc0) != 0x80)
            continue;
          c = c << 6 | (byte & 0x3f);
          if (missing == 0)
            put_format (sink, "&#x%X;", c);
        }
      else if (byte < 0x80)
        {
          esl_sink_put (sink, at, 1);
        }
      else if (byte >= 0xc0)
        {
          missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
          c = byte & (0x3f >> missing);
        }
    }
}

/* Whether XML 1.0 can hold the character. */
static gboolean
is_xml_char (gunichar c)
{
  return c >= 0x20 && c < (gunichar)-2 && c != 0xfffe && c != 0xffff;
}

static void
put_text (EslSink *sink, const char *at, const char *end)
{
  while (at < end)
    {
      gsize run = text_run (at, end);
      gunichar c;

      esl_sink_put (sink, at, run);
      at += run;
      if (at == end)
        return;
      if (put_special (sink, *at))
        {
          at++;
          continue;
        }
      c = *at == '\0' ? 0 : g_utf8_get_char_validated (at, end - at);
      put_format (sink, "&#x%X;", is_xml_char (c) ? c : 0xfffd);
      at += c >= (gunichar)-2 ? 1 : g_unichar_to_utf8 (c, NULL);
    }
}

static void
put_element (EslSink *sink, const char *name, gsize name_len, const char *value, gsize value_len,
             EslFidelity fidelity)
{
  gboolean plain = is_name (name, name_len, fidelity);

  for (int end = 0; end < 2; end++)
    {
      esl_sink_put (sink, "</", 1 + (gsize)end);
      if (plain)
        esl_sink_put (sink, name, name_len);
      else
        put_odd_name (sink, name, name_len);
      if (end == 0)
        {
          esl_sink_put_literal (sink, ">");
          esl_sink_put_percent (sink, value, value_len, fidelity);
        }
    }
  esl_sink_put_literal (sink, ">\n");
}

/* The switch indents the tag that ends a body when it stands on a line of its own. */
static void
write_body (const EslEvent *event, EslFidelity fidelity, EslSink *sink)
{
  const char *body = event->body.bytes, *end = body + event->body.used;
  char digits[ESL_DIGITS];

  (void)esl_event_lacks_length (event, digits);
  esl_sink_put_literal (sink, "  ");
  put_element (sink, "Content-Length", strlen ("Content-Length"), digits, strlen (digits),
               fidelity);
  esl_sink_put_literal (sink, "  <body>");
  if (fidelity == ESL_AS_SWITCH)
    put_text_as_switch (sink, body, end);
  else
    put_text (sink, body, end);
  if (fidelity == ESL_AS_SWITCH && end > body && end[-1] == '\n')
    esl_sink_put_literal (sink, "  ");
  esl_sink_put_literal (sink, "</body>\n");
}

/* How many headers stand among the headers: a last Content-Length that is the body's stands behind
 * them. The switch writes no empty body. */
static guint
n_listed (const EslEvent *event, gboolean with_body)
{
  char digits[ESL_DIGITS];

  return event->n_entries - (with_body && !esl_event_lacks_length (event, digits) ? 1 : 0);
}

void
esl_event_write_xml (const EslEvent *event, EslFidelity fidelity, EslSink *sink)
{
  gboolean with_body = event->has_body && (fidelity == ESL_LOSSLESS || event->body.used > 0);
  guint n = n_listed (event, with_body);

  esl_sink_put_literal (sink, "<event>\n  <headers>\n");
  for (guint i = 0; i < n; i++)
    {
      const EslEntry *entry = &event->entries[i];

      esl_sink_put_literal (sink, "    ");
      put_element (sink, esl_event_at (event, entry->name), entry->name_len,
                   esl_event_at (event, entry->value), entry->value_len, fidelity);
    }
  esl_sink_put_literal (sink, "  </headers>\n");
  if (with_body)
    write_body (event, fidelity, sink);
  esl_sink_put_literal (sink, "</event>\n");
}

/* "ARRAY::" as a value that is none has its first letter encoded in plain text. */
static gsize
plain_excess (const char *value, gsize len)
{
  return len >= 7 && memcmp (value, "ARRAY::", 7) == 0 ? strlen ("%41") - 1 : 0;
}

/* Plain text is "Name: value\n" for each header, XML "    <Name>value</Name>\n", the values encoded
 * alike: so what the values take is what is left of the plain text without its names. */
gsize
esl_event_xml_length (const EslEvent *event, gsize plain_length)
{
  guint n = n_listed (event, event->has_body);
  EslSink plain = { .out = NULL }, xml = { .out = NULL };

  esl_event_write_plain_body (event, ESL_LOSSLESS, &plain);
  for (guint i = 0; i < event->n_entries; i++)
    {
      const EslEntry *entry = &event->entries[i];
      const char *value = esl_event_at (event, entry->value);

      if (entry->kind != ESL_HEADER_SINGLE
          || !is_name (esl_event_at (event, entry->name), entry->name_len, ESL_LOSSLESS))
        return esl_event_length (event, ESL_FORMAT_XML, ESL_LOSSLESS);
      plain.len += entry->name_len + strlen (": \n") + plain_excess (value, entry->value_len);
      if (i < n)
        xml.len += 2 * (gsize)entry->name_len + strlen ("    <></>\n");
      else
        esl_sink_put_percent (&plain, value, entry->value_len, ESL_LOSSLESS);
    }
  esl_sink_put_literal (&xml, "<event>\n  <headers>\n  </headers>\n</event>\n");
  if (event->has_body)
    write_body (event, ESL_LOSSLESS, &xml);
  return xml.len + plain_length - plain.len;
}
