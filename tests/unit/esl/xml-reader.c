/* SPDX-License-Identifier: MIT */
/* xml-reader.c - a scanner for exactly the XML that the switch and esl-event-xml.c write. */
#include "xml-reader.h"

#include <string.h>

typedef struct
{
  const char *text;
  const char *at;
  const char *end;
  EslEvent *event;
} Scanner;

static void
fail (const Scanner *s, const char *expected)
{
  g_error ("at byte %u of an event in XML %s: %s", (guint)(s->at - s->text), expected, s->text);
}

static void
skip_space (Scanner *s)
{
  while (s->at < s->end && g_ascii_isspace (*s->at))
    s->at++;
}

/* Skips space and `literal`, or only the space. */
static gboolean
accept (Scanner *s, const char *literal)
{
  gsize len = strlen (literal);

  skip_space (s);
  if ((gsize)(s->end - s->at) < len || memcmp (s->at, literal, len) != 0)
    return FALSE;
  s->at += len;
  return TRUE;
}

/* The character an entity stands for; leaves `*at` after its semicolon. 0: none known. */
static gunichar
scan_entity (const char **at, const char *end)
{
  static const struct
  {
    const char *text;
    char c;
  } names[] = {
    { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&apos;", '\'' }
  };
  const char *p = *at;
  gunichar c = 0;
  int base = 10, digit;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if ((gsize)(end - p) >= strlen (names[i].text)
        && memcmp (p, names[i].text, strlen (names[i].text)) == 0)
      {
        *at += strlen (names[i].text);
        return (gunichar)names[i].c;
      }
  if (end - p < 4 || p[1] != '#')
    return 0;
  p += 2;
  if (*p == 'x')
    {
      base = 16;
      p++;
    }
  for (; p < end && (digit = g_ascii_xdigit_value (*p)) >= 0 && digit < base && c < 0x110000; p++)
    c = c * (gunichar)base + (gunichar)digit;
  if (p == end || *p != ';' || c >= 0x110000)
    return 0;
  *at = p + 1;
  return c;
}

/* Decodes entities from `at` to `end`, perhaps in place; what is none stays. Returns where the text
 * ends. */
static char *
decode_entities (char *to, const char *at, const char *end)
{
  while (at < end)
    {
      const char *stop = memchr (at, '&', (gsize)(end - at));
      gunichar c;

      if (stop == NULL)
        stop = end;
      memmove (to, at, (gsize)(stop - at));
      to += stop - at;
      at = stop;
      if (at == end)
        break;
      c = scan_entity (&at, end);
      if (c != 0)
        to += g_unichar_to_utf8 (c, to);
      else
        *to++ = *at++;
    }
  return to;
}

static gsize
decode_percent (char *text, gsize len)
{
  gsize to = 0;

  for (gsize at = 0; at < len; at++, to++)
    if (text[at] == '%' && len - at > 2 && g_ascii_isxdigit (text[at + 1])
        && g_ascii_isxdigit (text[at + 2]))
      {
        text[to] =
            (char)(g_ascii_xdigit_value (text[at + 1]) << 4 | g_ascii_xdigit_value (text[at + 2]));
        at += 2;
      }
    else
      {
        text[to] = text[at];
      }
  return to;
}

/* One element whose text holds no tag; its name ends at the first '>'. */
static void
scan_element (Scanner *s)
{
  const char *name = s->at + 1, *value, *stop;
  g_autofree char *decoded = NULL;
  gsize name_len, len;

  value = memchr (name, '>', (gsize)(s->end - name));
  if (*s->at != '<' || value == NULL)
    fail (s, "an element is missing");
  name_len = (gsize)(value++ - name);
  stop = memchr (value, '<', (gsize)(s->end - value));
  if (stop == NULL || (gsize)(s->end - stop) < name_len + 3 || stop[1] != '/'
      || memcmp (stop + 2, name, name_len) != 0 || stop[name_len + 2] != '>')
    fail (s, "stands an element without its end");
  s->at = stop + name_len + 3;
  decoded = g_malloc ((gsize)(stop - value) + 1);
  len = (gsize)(decode_entities (decoded, value, stop) - decoded);
  len = decode_percent (decoded, len);
  esl_event_add_len (s->event, name, (gssize)name_len, decoded, (gssize)len);
}

/* The text up to the last "</body>" is the body's; what is more than Content-Length says is the
 * indentation of that tag, which the switch adds when the body ends in a newline. */
static void
scan_body (Scanner *s)
{
  const char *stop = g_strrstr_len (s->at, s->end - s->at, "</body>");
  const char *digits = esl_event_get_last (s->event, "Content-Length");
  g_autofree char *body = NULL;
  gsize len, said;

  if (stop == NULL || digits == NULL)
    fail (s, "begins a body without its end or length");
  body = g_malloc ((gsize)(stop - s->at) + 1);
  len = (gsize)(decode_entities (body, s->at, stop) - body);
  said = (gsize)g_ascii_strtoull (digits, NULL, 10);
  body[len] = '\0';
  if (said < len && strspn (body + said, " ") == len - said)
    len = said;
  esl_event_set_body (s->event, body, len);
  s->at = stop + strlen ("</body>");
}

EslEvent *
xml_read (const char *text, gsize len)
{
  Scanner s = { .text = text, .at = text, .end = text + len, .event = esl_event_new () };

  if (!accept (&s, "<event>") || !accept (&s, "<headers>"))
    fail (&s, "\"<event>\" and \"<headers>\" are missing");
  while (!accept (&s, "</headers>"))
    scan_element (&s);
  if (!accept (&s, "</event>"))
    {
      scan_element (&s);
      if (!accept (&s, "<body>"))
        fail (&s, "\"<body>\" is missing");
      scan_body (&s);
      if (!accept (&s, "</event>"))
        fail (&s, "\"</event>\" is missing");
    }
  skip_space (&s);
  if (s.at < s.end)
    fail (&s, "stands more than one event");
  return s.event;
}
