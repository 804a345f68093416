/* SPDX-License-Identifier: MIT */
/* fuzz-event.c - any text of an event is refused or read, and what was read can be written.
 *
 * The input is a stream of frames, whose events are taken, or one event's text in a
 * format that is read. What is written has the length that was counted; written again after it was
 * read back, it is the same. */
#include <string.h>

#include "esl-parser.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static GString *
text_of (const EslEvent *event, EslFormat format, EslFidelity fidelity)
{
  GString *text = g_string_new (NULL);

  esl_event_append (event, format, fidelity, text);
  g_assert (text->len == esl_event_length (event, format, fidelity));
  if (format == ESL_FORMAT_XML && fidelity == ESL_LOSSLESS)
    g_assert (
        text->len
        == esl_event_xml_length (event, esl_event_length (event, ESL_FORMAT_PLAIN, fidelity)));
  return text;
}

static void
check_settled (const EslEvent *event, EslFormat format, EslFidelity fidelity)
{
  g_autoptr (EslEvent) again = esl_event_new ();
  g_autoptr (GString) first = text_of (event, format, fidelity);
  g_autoptr (GString) second = NULL;

  g_assert (esl_event_parse (again, format, first->str, first->len, NULL));
  second = text_of (again, format, fidelity);
  g_assert (g_string_equal (first, second));
}

static void
check_valid_json (const EslEvent *event)
{
  g_autoptr (EslEvent) again = esl_event_new ();
  g_autoptr (GString) text = text_of (event, ESL_FORMAT_JSON, ESL_LOSSLESS);

  g_assert (g_utf8_validate_len (text->str, text->len, NULL));
  g_assert (esl_event_parse (again, ESL_FORMAT_JSON, text->str, text->len, NULL));
}

static void
check_text (EslFormat format, const guint8 *text, gsize len)
{
  g_autoptr (EslEvent) event = esl_event_new ();
  g_autoptr (EslEvent) copy = NULL;
  g_autoptr (GError) error = NULL;

  if (!esl_event_parse (event, format, text, len, &error))
    {
      g_assert (error != NULL && esl_event_n_headers (event) == 0);
      return;
    }
  for (EslFormat f = ESL_FORMAT_PLAIN; f <= ESL_FORMAT_XML; f++)
    {
      g_string_free (text_of (event, f, ESL_AS_SWITCH), TRUE);
      g_string_free (text_of (event, f, ESL_LOSSLESS), TRUE);
    }
  check_valid_json (event);
  check_settled (event, format, format == ESL_FORMAT_JSON ? ESL_AS_SWITCH : ESL_LOSSLESS);
  copy = esl_event_copy (event);
  esl_event_add (copy, "Event-Name", "X");
  g_assert_cmpstr (esl_event_name (copy), ==, "X");
}

static gboolean
take_frames (const guint8 *data, gsize size)
{
  static const char *const types[] = { "text/event-plain", "text/event-json" };
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  gboolean found = FALSE;
  EslFrame frame;

  esl_parser_feed (parser, data, size);
  while (esl_parser_next (parser, &frame, NULL) == ESL_PARSER_FRAME)
    for (EslFormat f = ESL_FORMAT_PLAIN; f <= ESL_FORMAT_JSON; f++)
      if (frame.body != NULL && strcmp (frame.content_type, types[f]) == 0)
        {
          check_text (f, frame.body, frame.body_len);
          found = TRUE;
        }
  return found;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (take_frames (data, size))
    return 0;
  for (EslFormat f = ESL_FORMAT_PLAIN; f <= ESL_FORMAT_JSON; f++)
    check_text (f, data, size);
  return 0;
}
