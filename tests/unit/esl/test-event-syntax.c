/* SPDX-License-Identifier: MIT */
/* test-event-syntax.c - what the texts of an event look like, and what is refused. */
#include <string.h>

#include "esl-event.h"

static GString *
text_of (const EslEvent *event, EslFormat format, EslFidelity fidelity)
{
  GString *text = g_string_new ("before");

  esl_event_append (event, format, fidelity, text);
  g_assert_cmpuint (strlen (text->str), <=, text->len);
  g_assert_true (text->str[text->len] == '\0');
  g_string_erase (text, 0, 6);
  g_assert_cmpuint (esl_event_length (event, format, fidelity), ==, text->len);
  if (format == ESL_FORMAT_XML && fidelity == ESL_LOSSLESS)
    g_assert_cmpuint (
        esl_event_xml_length (event, esl_event_length (event, ESL_FORMAT_PLAIN, fidelity)), ==,
        text->len);
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
  g_assert_cmpstr (esl_event_get (again, "Bad"), ==, "bad\xff\xfe");
  g_assert_cmpstr (esl_event_get (again, "Arr"), ==, "fine");
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
    { ESL_FORMAT_XML, "<event><headers></headers></event>", "never read" },
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

/* A frame without a Content-Length has no body: there is nothing to search in. */
static void
test_nothing (void)
{
  g_autoptr (EslEvent) event = parsed (ESL_FORMAT_PLAIN, NULL, 0);

  g_assert_cmpuint (esl_event_n_headers (event), ==, 0);
  g_assert_false (esl_event_parse (event, ESL_FORMAT_JSON, NULL, 0, NULL));
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

/* An author's Content-Length on an event that has no body; one that is last means an empty body. */
static void
test_plain_length_without_body (void)
{
  static const struct
  {
    const char *text;
    gboolean has_body;
  } rows[] = {
    { "Content-Length: 33\nEvent-Name: CUSTOM\n\n", FALSE },
    { "Content-Length: 0\nEvent-Name: CUSTOM\n\n", FALSE },
    { "Event-Name: CUSTOM\nContent-Length: 33\n\n", FALSE },
    { "Event-Name: CUSTOM\nContent-Length: 000\n\n", FALSE },
    { "Event-Name: CUSTOM\nContent-Length: 0\n\n", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (EslEvent) event = parsed (ESL_FORMAT_PLAIN, rows[i].text, strlen (rows[i].text));
      g_autoptr (GString) again = text_of (event, ESL_FORMAT_PLAIN, ESL_LOSSLESS);

      g_assert_true ((esl_event_body (event, NULL) != NULL) == rows[i].has_body);
      g_assert_cmpstr (again->str, ==, rows[i].text);
    }
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
  g_test_add_func ("/esl/event/syntax/invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/esl/event/syntax/json-values", test_json_values);
  g_test_add_func ("/esl/event/syntax/refused", test_refused);
  g_test_add_func ("/esl/event/syntax/nothing", test_nothing);
  g_test_add_func ("/esl/event/syntax/plain-lines", test_plain_lines);
  g_test_add_func ("/esl/event/syntax/plain-length-without-body", test_plain_length_without_body);
  g_test_add_func ("/esl/event/syntax/fidelities-differ", test_fidelities_differ);
  g_test_add_func ("/esl/event/syntax/percent-set", test_percent_set);
  g_test_add_func ("/esl/event/syntax/json-string", test_json_string);
  return g_test_run ();
}
