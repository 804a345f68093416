/* SPDX-License-Identifier: MIT */
/* test-event-text.c - the three texts of an event, both ways. */
#include <string.h>

#include "transcript.h"

static const EslFormat formats[] = { ESL_FORMAT_PLAIN, ESL_FORMAT_JSON, ESL_FORMAT_XML };
static const EslFidelity fidelities[] = { ESL_LOSSLESS, ESL_AS_SWITCH };

static GString *
text_of (const EslEvent *event, EslFormat format, EslFidelity fidelity)
{
  GString *text = g_string_new ("before");

  esl_event_append (event, format, fidelity, text);
  g_assert_cmpuint (strlen (text->str), <=, text->len);
  g_assert_true (text->str[text->len] == '\0');
  g_string_erase (text, 0, 6);
  g_assert_cmpuint (esl_event_length (event, format, fidelity), ==, text->len);
  return text;
}

static EslEvent *
parsed (EslFormat format, const void *text, gsize len)
{
  g_autoptr (GError) error = NULL;
  EslEvent *event = esl_event_new ();

  esl_event_parse (event, format, text, len, &error);
  g_assert_no_error (error);
  return event;
}

static void
assert_same (const EslEvent *a, const EslEvent *b, gboolean arrays)
{
  const guint8 *body_a, *body_b;
  gsize len_a, len_b;

  g_assert_cmpuint (esl_event_n_headers (a), ==, esl_event_n_headers (b));
  for (guint i = 0; i < esl_event_n_headers (a); i++)
    {
      EslHeader left, right;

      esl_event_header (a, i, &left);
      esl_event_header (b, i, &right);
      g_assert_cmpmem (left.name, left.name_len, right.name, right.name_len);
      g_assert_cmpmem (left.value, left.value_len, right.value, right.value_len);
      if (arrays)
        g_assert_cmpint (left.kind, ==, right.kind);
    }
  body_a = esl_event_body (a, &len_a);
  body_b = esl_event_body (b, &len_b);
  g_assert_true ((body_a == NULL) == (body_b == NULL));
  g_assert_cmpmem (body_a, len_a, body_b, len_b);
}

/* Events whose text can't be made again: their header Pct holds "100% %41 %zz %", of which the
 * percent coding of the switch leaves "%41" alone, so that it reads back as "A". JSON has no such
 * loss. Each is named by its place among the events of the transcript. */
static gboolean
is_lossy (const char *transcript, guint index)
{
  return index == 0
         && (strcmp (transcript, "sendevent.3") == 0 || strcmp (transcript, "sendevent.4") == 0);
}

static guint
check_transcript (const Transcript *transcript)
{
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  guint n = 0;
  EslFrame frame;
  EslFormat format;

  esl_parser_feed (parser, transcript->bytes, transcript->len);
  while (esl_parser_next (parser, &frame, NULL) == ESL_PARSER_FRAME)
    {
      g_autoptr (EslEvent) event = NULL;
      g_autoptr (GString) again = NULL;
      gboolean same;

      if (!transcript_is_event (&frame, &format))
        continue;
      event = parsed (format, frame.body, frame.body_len);
      again = text_of (event, format, ESL_AS_SWITCH);
      same = again->len == frame.body_len && memcmp (again->str, frame.body, again->len) == 0;
      if (same == is_lossy (transcript->name, n))
        g_test_message ("%s, event %u: %s\nbecame\n%s", transcript->name, n,
                        (const char *)frame.body, again->str);
      g_assert_true (same != is_lossy (transcript->name, n));
      n++;
    }
  return n;
}

static void
test_as_switch (void)
{
  g_autoptr (GPtrArray) all = transcripts_load ();
  guint n = 0;

  for (guint i = 0; i < all->len; i++)
    n += check_transcript (all->pdata[i]);
  g_test_message ("%u events", n);
  g_assert_cmpuint (n, >, 500);
}

/* Bytes from `low` on; often ones that some format treats in a way of its own. */
static gsize
random_bytes (GRand *rand, guint8 *to, gsize max, int low)
{
  static const char *const pieces[] = {
    "%41",     "%",  "ARRAY::",      "|:",       "\n",   "\\", "\"",       "'",
    "<!",      "&",  "</body>",      "é",        "€",    "😀",  "\xff\xfe", " ",
    "_undef_", ": ", "\xed\xa0\x80", "\xf0\x9f", "\x7f", "\t"
  };
  gsize len = 0, wanted = (gsize)g_rand_int_range (rand, 0, (gint32)max - 16);

  while (len < wanted)
    {
      const char *piece = pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))];

      if (g_rand_boolean (rand))
        {
          to[len++] = (guint8)g_rand_int_range (rand, low, 256);
          continue;
        }
      memcpy (to + len, piece, strlen (piece));
      len += strlen (piece);
    }
  return len;
}

static void
make_valid (guint8 *bytes, gsize *len)
{
  g_autofree char *valid = g_utf8_make_valid ((const char *)bytes, (gssize)*len);

  *len = MIN (strlen (valid), *len);
  memcpy (bytes, valid, *len);
  while (!g_utf8_validate ((const char *)bytes, (gssize)*len, NULL))
    (*len)--;
}

/* Any header values and, unless `text_only`, any bytes anywhere. */
static EslEvent *
random_event (GRand *rand, gboolean text_only)
{
  EslEvent *event = esl_event_new ();
  guint8 bytes[400];
  gsize len;

  for (int i = g_rand_int_range (rand, 0, 12); i > 0; i--)
    {
      g_autofree char *name = g_strdup_printf ("variable_%d", g_rand_int_range (rand, 0, 8));
      char *cells[4] = {};
      int n = g_rand_int_range (rand, 1, 5);

      for (int k = 0; k < n; k++)
        {
          len = random_bytes (rand, bytes, sizeof bytes, 1);
          if (text_only)
            make_valid (bytes, &len);
          cells[k] = g_strndup ((char *)bytes, len);
        }
      if (g_rand_boolean (rand))
        esl_event_add (event, name, cells[0]);
      else
        esl_event_add_array (event, name, (const char *const *)cells, (guint)n);
      for (int k = 0; k < n; k++)
        g_free (cells[k]);
    }
  if (g_rand_boolean (rand))
    {
      g_autofree char *digits = NULL;

      len = random_bytes (rand, bytes, sizeof bytes, 0);
      if (text_only)
        make_valid (bytes, &len);
      esl_event_set_body (event, bytes, len);
      digits = g_strdup_printf ("%" G_GSIZE_FORMAT, len);
      esl_event_add (event, "Content-Length", digits);
    }
  return event;
}

static void
test_plain_loses_nothing (void)
{
  g_autoptr (GRand) rand = transcript_rand ();

  for (guint i = 0; i < 3000; i++)
    {
      g_autoptr (EslEvent) event = random_event (rand, FALSE);
      g_autoptr (GString) text = text_of (event, ESL_FORMAT_PLAIN, ESL_LOSSLESS);
      g_autoptr (EslEvent) again = parsed (ESL_FORMAT_PLAIN, text->str, text->len);

      assert_same (event, again, TRUE);
    }
}

static void
test_json_loses_nothing (void)
{
  g_autoptr (GRand) rand = transcript_rand ();

  for (guint i = 0; i < 3000; i++)
    {
      gboolean valid = i % 2 == 0;
      EslFidelity fidelity = valid ? ESL_LOSSLESS : ESL_AS_SWITCH;
      g_autoptr (EslEvent) event = random_event (rand, valid);
      g_autoptr (GString) text = text_of (event, ESL_FORMAT_JSON, fidelity);
      g_autoptr (EslEvent) again = parsed (ESL_FORMAT_JSON, text->str, text->len);
      g_autoptr (GString) second = NULL;

      assert_same (event, again, TRUE);
      second = text_of (again, ESL_FORMAT_JSON, fidelity);
      g_assert_true (g_string_equal (text, second));
    }
}

/* A body of what XML can hold. */
static void
set_xml_body (EslEvent *event, GRand *rand)
{
  static const char *const pieces[] = { "a",     " ",  "\n", "\t", "\r", "<", ">",    "&",
                                        "&amp;", "\"", "'",  "é",  "€",  "😀", "<!--", "</body>" };
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *digits = NULL;

  for (int i = g_rand_int_range (rand, 0, 30); i > 0; i--)
    g_string_append (body, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
  digits = g_strdup_printf ("%" G_GSIZE_FORMAT, body->len);
  esl_event_remove (event, "Content-Length");
  esl_event_add (event, "Content-Length", digits);
  esl_event_set_body (event, body->str, body->len);
}

/* The format has no arrays: their cells come back as headers that repeat. */
static void
test_xml_values (void)
{
  g_autoptr (GRand) rand = transcript_rand ();

  for (guint i = 0; i < 3000; i++)
    {
      g_autoptr (EslEvent) event = random_event (rand, FALSE);
      g_autoptr (GString) text = NULL;
      g_autoptr (EslEvent) again = NULL;

      esl_event_set_body (event, NULL, 0);
      if (g_rand_boolean (rand))
        set_xml_body (event, rand);
      text = text_of (event, ESL_FORMAT_XML, ESL_LOSSLESS);
      g_assert_true (g_utf8_validate (text->str, (gssize)text->len, NULL));
      again = parsed (ESL_FORMAT_XML, text->str, text->len);
      assert_same (event, again, FALSE);
    }
}

static void
on_text (GMarkupParseContext *context, const char *text, gsize len, gpointer data, GError **error)
{
  if (strcmp (g_markup_parse_context_get_element (context), "body") == 0)
    g_string_append_len (data, text, (gssize)len);
}

/* Whatever is in the event, GLib's own parser of XML takes the text, and finds the same body. */
static void
test_xml_is_well_formed (void)
{
  static const GMarkupParser callbacks = { .text = on_text };
  g_autoptr (GRand) rand = transcript_rand ();

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (EslEvent) event = random_event (rand, FALSE);
      g_autoptr (GString) body = g_string_new (NULL);
      g_autoptr (GMarkupParseContext) context =
          g_markup_parse_context_new (&callbacks, 0, body, NULL);
      g_autoptr (GString) text = NULL;
      g_autoptr (GError) error = NULL;

      esl_event_add (event, "has space <name>", "1");
      if (i % 2 == 0)
        set_xml_body (event, rand);
      text = text_of (event, ESL_FORMAT_XML, ESL_LOSSLESS);
      g_markup_parse_context_parse (context, text->str, (gssize)text->len, &error);
      g_assert_no_error (error);
      g_markup_parse_context_end_parse (context, &error);
      g_assert_no_error (error);
      if (i % 2 == 0)
        {
          gsize len;
          const guint8 *bytes = esl_event_body (event, &len);

          g_assert_cmpmem (body->str, body->len, bytes, len);
        }
    }
}

/* All lengths of all texts of anything; and no text, once made, is refused. */
static void
test_lengths (void)
{
  g_autoptr (GRand) rand = transcript_rand ();

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (EslEvent) event = random_event (rand, FALSE);

      for (guint f = 0; f < G_N_ELEMENTS (formats); f++)
        for (guint k = 0; k < G_N_ELEMENTS (fidelities); k++)
          g_string_free (text_of (event, formats[f], fidelities[k]), TRUE);
    }
}

static void
test_invalid_utf8 (void)
{
  static const char *const cells[] = { "fine", "\xc3", "\xc3" };
  g_autoptr (EslEvent) event = esl_event_new ();
  g_autoptr (GString) text = NULL;
  g_autoptr (GString) raw = NULL;
  g_autoptr (EslEvent) again = NULL;

  esl_event_add (event, "Bad", "bad\xff\xfe");
  esl_event_add (event, "Good", "\xe2\x80\xa8/\x7f");
  esl_event_add_array (event, "Arr", cells, 3);
  esl_event_add (event, "Cut",
                 "\xe2\x82"
                 "a");
  esl_event_add (event, "Content-Length", "2");
  esl_event_set_body (event, "\x80\n", 2);
  text = text_of (event, ESL_FORMAT_JSON, ESL_LOSSLESS);
  g_assert_cmpstr (text->str, ==,
                   "{\"Bad\":\"bad\xef\xbf\xbd\xef\xbf\xbd\",\"Good\":\"\xe2\x80\xa8/\x7f\","
                   "\"Arr\":[\"fine\",\"\xef\xbf\xbd\",\"\xef\xbf\xbd\"],"
                   "\"Cut\":\"\xef\xbf\xbd\xef\xbf\xbd"
                   "a\",\"Content-Length\":\"2\","
                   "\"_body\":\"\xef\xbf\xbd\\n\","
                   "\"_invalid_utf8\":[\"Bad\",\"Arr\",\"Cut\",\"_body\"]}");
  raw = text_of (event, ESL_FORMAT_JSON, ESL_AS_SWITCH);
  again = parsed (ESL_FORMAT_JSON, raw->str, raw->len);
  assert_same (event, again, TRUE);
  esl_event_parse (again, ESL_FORMAT_JSON, text->str, text->len, NULL);
  g_assert_cmpstr (esl_event_get (again, "_invalid_utf8"), ==, "Bad");
}

static void
test_json_values (void)
{
  static const struct
  {
    const char *json, *value;
  } rows[] = {
    { "\"\\u00e9\\u20ac\\ud83d\\ude00\"", "é€😀" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\"", "\"\\/\b\f\n\r\t\x01" },
    { "\"a long text without any escape, then one: \\u0041\"",
      "a long text without any escape, then one: A" },
    { "-12.5e+3", "-12.5e+3" },
    { "true", "true" },
    { "false", "false" },
    { "null", "null" },
    { "\"ARRAY::a|:b\"", "ARRAY::a|:b" },
    { "\"\"", "" },
    { " [ \"x\" , 2 ] ", "x" },
    { "[]", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf (" {\"A\":%s , \"B\" : \"end\"}\n", rows[i].json);
      g_autoptr (EslEvent) event = parsed (ESL_FORMAT_JSON, text, strlen (text));

      g_assert_cmpstr (esl_event_get (event, "A"), ==, rows[i].value);
      g_assert_cmpstr (esl_event_get (event, "B"), ==, "end");
    }
}

static void
test_refused (void)
{
  static const struct
  {
    EslFormat format;
    const char *text, *message;
  } rows[] = {
    { ESL_FORMAT_JSON, "", "at byte 0 \"{\" is missing" },
    { ESL_FORMAT_JSON, "{\"A\":\"x", "at byte 7 the string does not end" },
    { ESL_FORMAT_JSON, "{\"A\":\"x\\", "at byte 7 the string does not end" },
    { ESL_FORMAT_JSON, "{\"A\":{\"B\":\"1\"}}", "at byte 5 stands neither" },
    { ESL_FORMAT_JSON, "{\"A\":[[\"1\"]]}", "at byte 6 stands neither" },
    { ESL_FORMAT_JSON, "{\"A\":nul}", "at byte 5 stands neither" },
    { ESL_FORMAT_JSON, "{\"A\":\"\\u0000\"}", "NUL" },
    { ESL_FORMAT_JSON, "{\"\\u0000\":\"1\"}", "NUL" },
    { ESL_FORMAT_JSON, "{\"A\":\"\\ud800\"}", "surrogate" },
    { ESL_FORMAT_JSON, "{\"A\":\"\\ud800\\u0041\"}", "surrogate" },
    { ESL_FORMAT_JSON, "{\"A\":\"\\udc00\"}", "surrogate" },
    { ESL_FORMAT_JSON, "{\"A\":\"\\u12g4\"}", "hex" },
    { ESL_FORMAT_JSON, "{\"A\":\"\\x\"}", "escape" },
    { ESL_FORMAT_JSON, "{\"A\":\"torn frame\nDisconnected\"}", "control" },
    { ESL_FORMAT_JSON, "{\"A\":\"1\",}", "name of a member" },
    { ESL_FORMAT_JSON, "{\"A\" \"1\"}", "\":\" is missing" },
    { ESL_FORMAT_JSON, "{\"A\":\"1\" \"B\":\"2\"}", "\"}\" is missing" },
    { ESL_FORMAT_JSON, "{\"A\":[\"1\" \"2\"]}", "\"]\" is missing" },
    { ESL_FORMAT_JSON, "{}{}", "more than one" },
    { ESL_FORMAT_PLAIN, "A: 1\nno header\n\n", "at byte 5 stands no" },
    { ESL_FORMAT_PLAIN, ": 1\n\n", "at byte 0 stands no" },
    { ESL_FORMAT_PLAIN, "A: 1\n\nbody", "no Content-Length" },
    { ESL_FORMAT_PLAIN, "Content-Length: 5\n\nbody", "ends too early" },
    { ESL_FORMAT_PLAIN, "Content-Length: 3\n\nbody", "more than Content-Length said" },
    { ESL_FORMAT_XML, "", "<event>" },
    { ESL_FORMAT_XML, "<event><headers><A>1</A>", "</headers>" },
    { ESL_FORMAT_XML, "<event><headers><A>1</B></headers></event>", "without its end" },
    { ESL_FORMAT_XML, "<event><headers><A>1</A></headers>", "</event>" },
    { ESL_FORMAT_XML, "<event><headers></headers><body>x</event>", "body without its end" },
    { ESL_FORMAT_XML, "<event><headers></headers></event>x", "more than one" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (EslEvent) event = esl_event_new ();
      g_autoptr (GError) error = NULL;

      esl_event_add (event, "Old", "1");
      g_assert_false (
          esl_event_parse (event, rows[i].format, rows[i].text, strlen (rows[i].text), &error));
      g_assert_error (error, ESL_EVENT_ERROR, ESL_EVENT_ERROR_SYNTAX);
      if (strstr (error->message, rows[i].message) == NULL)
        g_test_message ("%s: %s", rows[i].text, error->message);
      g_assert_nonnull (strstr (error->message, rows[i].message));
      g_assert_cmpuint (esl_event_n_headers (event), ==, 0);
    }
}

static void
test_plain_lines (void)
{
  static const char text[] = "variable_a:b: x\nNoSpace:sip:u@h\nEmpty: \nArr: ARRAY::one\n"
                             "Cells: ARRAY%3a%3A%7C%3A%7c%3az\nPct: 100%25%20%zz%0\nNul: a%00b\n"
                             "Content-Length: 99\nContent-Length: 2\n\n\n\n";
  g_autoptr (EslEvent) event = parsed (ESL_FORMAT_PLAIN, text, strlen (text));
  EslHeader header;
  gsize len;

  g_assert_cmpstr (esl_event_get (event, "variable_a:b"), ==, "x");
  g_assert_cmpstr (esl_event_get (event, "NoSpace"), ==, "sip:u@h");
  g_assert_cmpstr (esl_event_get (event, "Empty"), ==, "");
  g_assert_cmpstr (esl_event_get (event, "Arr"), ==, "one");
  esl_event_header (event, 3, &header);
  g_assert_cmpint (header.kind, ==, ESL_HEADER_ARRAY);
  esl_event_header (event, 5, &header);
  g_assert_cmpint (header.kind, ==, ESL_HEADER_CELL);
  g_assert_cmpstr (header.value, ==, "");
  g_assert_cmpstr (esl_event_get_last (event, "Cells"), ==, "z");
  g_assert_cmpstr (esl_event_get (event, "Pct"), ==, "100% %zz%0");
  g_assert_cmpstr (esl_event_get (event, "Nul"), ==, "a%00b");
  g_assert_cmpmem (esl_event_body (event, &len), len, "\n\n", 2);
}

/* An author's Content-Length on an event that has no body. */
static void
test_plain_length_without_body (void)
{
  static const char text[] = "Content-Length: 33\nEvent-Name: CUSTOM\n\n";
  g_autoptr (EslEvent) event = parsed (ESL_FORMAT_PLAIN, text, strlen (text));

  g_assert_null (esl_event_body (event, NULL));
  g_assert_cmpstr (esl_event_get (event, "Content-Length"), ==, "33");
}

/* What the switch writes where a lossless text differs (protocol: plain events, arrays). */
static void
test_fidelities_differ (void)
{
  static const char *const one[] = { "single" };
  g_autoptr (EslEvent) event = esl_event_new ();
  g_autoptr (GString) lossless = NULL;
  g_autoptr (GString) as_switch = NULL;

  esl_event_add (event, "Empty", "");
  esl_event_add (event, "Pct", "%41 %4a %");
  esl_event_add_array (event, "Arr", one, 1);
  esl_event_set_body (event, "x", 1);
  lossless = text_of (event, ESL_FORMAT_PLAIN, ESL_LOSSLESS);
  as_switch = text_of (event, ESL_FORMAT_PLAIN, ESL_AS_SWITCH);
  g_assert_cmpstr (lossless->str, ==,
                   "Empty: \nPct: %2541%20%254a%20%25\nArr: ARRAY%3A%3Asingle\n"
                   "Content-Length: 1\n\nx");
  g_assert_cmpstr (as_switch->str, ==,
                   "Empty: _undef_\nPct: %41%20%254a%20%25\nArr: single\nContent-Length: 1\n\nx");
}

/* Against the set as the protocol states it, byte by byte. */
static void
test_percent_set (void)
{
  for (guint byte = 1; byte < 256; byte++)
    {
      char value[] = { (char)byte, '\0' };
      gboolean plain = byte > 0x20 && byte < 0x7f && !strchr ("\"#%&+:;<=>?@[\\]^{|}`", (int)byte);
      g_autofree char *wanted = g_strdup_printf (plain ? "%c" : "%%%02X", byte);
      g_autoptr (GString) text = g_string_new ("x");

      esl_percent_encode (text, value, 1, ESL_AS_SWITCH);
      g_assert_cmpstr (text->str + 1, ==, wanted);
      g_assert_cmpuint (esl_percent_decode (text->str, text->len), ==, 2);
      g_assert_true (text->str[1] == value[0]);
    }
}

static void
test_json_string (void)
{
  g_autoptr (GString) out = g_string_new ("=");

  g_assert_false (esl_json_append_string (out, "a\"\n\x1f/", 5, TRUE));
  g_assert_cmpstr (out->str, ==, "=\"a\\\"\\n\\u001f/\"");
  g_assert_true (esl_json_append_string (out, "\xff", 1, TRUE));
  g_assert_false (esl_json_append_string (out, "\xff", 1, FALSE));
  g_assert_cmpstr (out->str, ==, "=\"a\\\"\\n\\u001f/\"\"\xef\xbf\xbd\"\"\xff\"");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esl/event/text/as-switch", test_as_switch);
  g_test_add_func ("/esl/event/text/plain-loses-nothing", test_plain_loses_nothing);
  g_test_add_func ("/esl/event/text/json-loses-nothing", test_json_loses_nothing);
  g_test_add_func ("/esl/event/text/xml-values", test_xml_values);
  g_test_add_func ("/esl/event/text/xml-is-well-formed", test_xml_is_well_formed);
  g_test_add_func ("/esl/event/text/lengths", test_lengths);
  g_test_add_func ("/esl/event/text/invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/esl/event/text/json-values", test_json_values);
  g_test_add_func ("/esl/event/text/refused", test_refused);
  g_test_add_func ("/esl/event/text/plain-lines", test_plain_lines);
  g_test_add_func ("/esl/event/text/plain-length-without-body", test_plain_length_without_body);
  g_test_add_func ("/esl/event/text/fidelities-differ", test_fidelities_differ);
  g_test_add_func ("/esl/event/text/percent-set", test_percent_set);
  g_test_add_func ("/esl/event/text/json-string", test_json_string);
  return g_test_run ();
}
