/* SPDX-License-Identifier: MIT */
/* recorded.c - reads recorded conversations as a client would. */
#include "recorded.h"

#include "esl-parser.h"

#include <string.h>

static void
take_event (GPtrArray *events, const EslFrame *frame)
{
  static const struct
  {
    const char *type;
    EslFormat format;
  } formats[] = {
    { "text/event-plain", ESL_FORMAT_PLAIN },
    { "text/event-json", ESL_FORMAT_JSON },
  };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (frame->content_type, formats[i].type) == 0)
      {
        EslEvent *event = esl_event_new ();
        g_autoptr (GError) error = NULL;

        esl_event_parse (event, formats[i].format, frame->body, frame->body_len, &error);
        g_assert_no_error (error);
        g_ptr_array_add (events, event);
      }
}

GPtrArray *
recorded_events (const char *name)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify)esl_event_free);
  g_autofree char *file = g_strconcat (name, ".server", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, file, NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  g_autoptr (GError) error = NULL;
  EslFrame frame;
  gsize len;

  g_file_get_contents (path, &bytes, &len, &error);
  g_assert_no_error (error);
  esl_parser_feed (parser, bytes, len);
  while (esl_parser_next (parser, &frame, &error) == ESL_PARSER_FRAME)
    take_event (events, &frame);
  g_assert_no_error (error);
  return events;
}

EslEvent *
event_of (const char *name, ...)
{
  EslEvent *event = esl_event_new ();
  va_list args;
  const char *header;

  esl_event_add (event, "Event-Name", name);
  va_start (args, name);
  while ((header = va_arg (args, const char *)) != NULL)
    esl_event_add (event, header, va_arg (args, const char *));
  va_end (args);
  return event;
}
