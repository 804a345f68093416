/* SPDX-License-Identifier: MIT */
/* frames.c - see the header. */
#include "frames.h"

#include <string.h>

#include "xml-reader.h"

void
frame_free (gpointer data)
{
  Frame *frame = data;
  g_free (frame->type);
  esl_event_free (frame->headers);
  g_free (frame->body);
  g_clear_pointer (&frame->event, esl_event_free);
  g_free (frame);
}

gboolean
frame_is_event (const Frame *frame)
{
  return frame->event != NULL;
}

gboolean
frame_is_log (const Frame *frame)
{
  return strcmp (frame->type, "log/data") == 0;
}

const char *
frame_event_get (const Frame *frame, const char *name)
{
  const char *value = esl_event_get_last (frame->event, name);
  return value ? value : "";
}

static const char *const event_types[] = { "text/event-plain", "text/event-json",
                                           "text/event-xml" };

static EslEvent *
parse_event (const EslFrame *frame)
{
  for (guint i = 0; i < G_N_ELEMENTS (event_types); i++)
    {
      g_autoptr (GError) error = NULL;
      EslEvent *event;

      if (strcmp (frame->content_type, event_types[i]) != 0)
        continue;
      if (i == ESL_FORMAT_XML)
        return xml_read ((const char *)frame->body, frame->body_len);
      event = esl_event_new ();
      esl_event_parse (event, (EslFormat)i, frame->body, frame->body_len, &error);
      g_assert_no_error (error);
      return event;
    }
  return NULL;
}

void
frames_take (EslParser *parser, GPtrArray *frames)
{
  g_autoptr (GError) error = NULL;
  EslFrame got;
  while (esl_parser_next (parser, &got, &error) == ESL_PARSER_FRAME)
    {
      Frame *frame = g_new0 (Frame, 1);
      frame->type = g_strdup (got.content_type);
      frame->headers = esl_event_copy (got.headers);
      frame->body = got.body ? g_strndup ((const char *)got.body, got.body_len) : NULL;
      frame->body_len = got.body_len;
      frame->event = parse_event (&got);
      g_ptr_array_add (frames, frame);
    }
  g_assert_no_error (error);
}
