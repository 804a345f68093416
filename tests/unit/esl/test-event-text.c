/* SPDX-License-Identifier: MIT */
/* test-event-text.c - the three texts of any event, both ways. */
#include <string.h>

#include "transcript.h"
#include "xml-reader.h"

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
  EslEvent *event;

  if (format == ESL_FORMAT_XML)
    return xml_read (text, len);
  event = esl_event_new ();
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
  return g_test_run ();
}
