/* SPDX-License-Identifier: MIT */
/* fuzz-parser.c - any bytes, in any cuts, give the same frames or the same error.
 *
 * The input is a stream; its own bytes choose the cuts, and the limits. */
#include "esl-parser.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
describe (const EslFrame *frame, GString *out)
{
  g_string_append_printf (out, "#%s#%d#", frame->content_type, frame->body != NULL);
  for (guint i = 0; i < esl_event_n_headers (frame->headers); i++)
    {
      EslHeader header;

      esl_event_header (frame->headers, i, &header);
      g_string_append_len (out, header.name, (gssize)header.name_len);
      g_string_append_c (out, '=');
      g_string_append_len (out, header.value, (gssize)header.value_len);
      g_string_append_c (out, '\n');
    }
  g_string_append_len (out, (const char *)frame->body, (gssize)frame->body_len);
  if (frame->body != NULL)
    g_assert (frame->body[frame->body_len] == '\0');
}

/* FALSE after an error. */
static gboolean
take_all (EslParser *parser, GString *out)
{
  g_autoptr (GError) error = NULL;
  EslParserResult result;
  EslFrame frame;

  while ((result = esl_parser_next (parser, &frame, &error)) == ESL_PARSER_FRAME)
    describe (&frame, out);
  if (error != NULL)
    g_string_append (out, error->message);
  return result == ESL_PARSER_MORE;
}

static GString *
run (const guint8 *data, gsize size, const EslParserLimits *limits, gboolean cut)
{
  g_autoptr (EslParser) parser = esl_parser_new (limits);
  GString *out = g_string_new (NULL);
  gsize piece, space, pending;

  for (gsize at = 0; at < size; at += piece)
    {
      piece = cut ? MIN (size - at, 1 + ((gsize)data[at] * 7 + at) % 90) : size;
      if (at % 2 == 0)
        {
          esl_parser_feed (parser, data + at, piece);
        }
      else
        {
          memcpy (esl_parser_reserve (parser, piece, &space), data + at, piece);
          esl_parser_commit (parser, piece);
        }
      if (!take_all (parser, out))
        return out;
      g_assert (esl_parser_pending (parser) <= at + piece);
    }
  (void)esl_parser_take_rest (parser, &pending);
  g_string_append_printf (out, "#%" G_GSIZE_FORMAT, pending);
  return out;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const EslParserLimits small = { .max_line = 64, .max_headers = 200, .max_body = 100 };
  const EslParserLimits *limits = size > 0 && data[0] % 4 == 0 ? &small : NULL;
  g_autoptr (GString) whole = run (data, size, limits, FALSE);
  g_autoptr (GString) cut = run (data, size, limits, TRUE);

  g_assert (g_string_equal (whole, cut));
  return 0;
}
