/* SPDX-License-Identifier: MIT */
/* test-parser.c - the same frames from any cuts of the stream. */
#include <string.h>

#include "transcript.h"

/* All that a frame says, as one string, so that two runs can be compared. */
static void
describe (const EslFrame *frame, GString *out)
{
  g_string_append_printf (out, "\n#%s", frame->content_type);
  for (guint i = 0; i < esl_event_n_headers (frame->headers); i++)
    {
      EslHeader header;

      esl_event_header (frame->headers, i, &header);
      g_string_append_printf (out, "|%s=", header.name);
      g_string_append_len (out, header.value, (gssize)header.value_len);
    }
  g_string_append_printf (out, "#%d:%" G_GSIZE_FORMAT ":", frame->body != NULL, frame->body_len);
  g_string_append_len (out, (const char *)frame->body, (gssize)frame->body_len);
  if (frame->body != NULL)
    g_assert_cmpint (frame->body[frame->body_len], ==, '\0');
}

static EslParserResult
take_all (EslParser *parser, GString *out)
{
  g_autoptr (GError) error = NULL;
  EslParserResult result;
  EslFrame frame;

  while ((result = esl_parser_next (parser, &frame, &error)) == ESL_PARSER_FRAME)
    describe (&frame, out);
  if (result == ESL_PARSER_ERROR)
    g_string_append_printf (out, "\n!%s", error->message);
  return result;
}

typedef gsize (*CutFunc) (GRand *rand, gsize left);

static gsize
cut_whole (GRand *rand, gsize left)
{
  return left;
}

static gsize
cut_bytes (GRand *rand, gsize left)
{
  return 1;
}

static gsize
cut_random (GRand *rand, gsize left)
{
  static const int sizes[] = { 2, 7, 100, 5000 };
  gsize piece = (gsize)g_rand_int_range (rand, 1, sizes[g_rand_int_range (rand, 0, 4)]);

  return MIN (left, piece);
}

/* Feeds `bytes` in pieces, by turns by copy and into the parser's own buffer. */
static GString *
run (const char *bytes, gsize len, CutFunc cut, GRand *rand, const EslParserLimits *limits,
     gsize *ret_pending)
{
  g_autoptr (EslParser) parser = esl_parser_new (limits);
  GString *out = g_string_new (NULL);

  while (len > 0)
    {
      gsize piece = cut (rand, len), space;

      if (g_rand_boolean (rand))
        {
          esl_parser_feed (parser, bytes, piece);
        }
      else
        {
          memcpy (esl_parser_reserve (parser, piece, &space), bytes, piece);
          g_assert_cmpuint (space, >=, piece);
          esl_parser_commit (parser, piece);
        }
      bytes += piece;
      len -= piece;
      if (take_all (parser, out) == ESL_PARSER_ERROR)
        break;
    }
  if (ret_pending != NULL)
    *ret_pending = esl_parser_pending (parser);
  return out;
}

static void
assert_any_cut (const char *bytes, gsize len, const EslParserLimits *limits, const char *wanted)
{
  g_autoptr (GRand) rand = transcript_rand ();
  g_autoptr (GString) whole = run (bytes, len, cut_whole, rand, limits, NULL);
  g_autoptr (GString) single = run (bytes, len, cut_bytes, rand, limits, NULL);

  if (wanted != NULL)
    g_assert_cmpstr (whole->str, ==, wanted);
  g_assert_true (g_string_equal (whole, single));
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (GString) cut = run (bytes, len, cut_random, rand, limits, NULL);

      g_assert_true (g_string_equal (whole, cut));
    }
}

static void
test_transcripts (void)
{
  g_autoptr (GPtrArray) all = transcripts_load ();
  g_autoptr (GRand) rand = transcript_rand ();

  for (guint i = 0; i < all->len; i++)
    {
      const Transcript *transcript = all->pdata[i];
      gsize pending;
      g_autoptr (GString) whole =
          run (transcript->bytes, transcript->len, cut_whole, rand, NULL, &pending);

      g_test_message ("%s", transcript->name);
      g_assert_cmpuint (pending, ==, 0);
      g_assert_null (strstr (whole->str, "\n!"));
      assert_any_cut (transcript->bytes, transcript->len, NULL, NULL);
    }
}

/* The answer to `connect` is a header block alone, an event's, still percent-encoded. */
static void
test_connect_answer (void)
{
  g_autoptr (GPtrArray) all = transcripts_load ();
  guint found = 0;

  for (guint i = 0; i < all->len; i++)
    {
      const Transcript *transcript = all->pdata[i];
      g_autoptr (EslParser) parser = esl_parser_new (NULL);
      EslFrame frame;

      if (!g_str_has_prefix (transcript->name, "outbound_"))
        continue;
      esl_parser_feed (parser, transcript->bytes, transcript->len);
      g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_FRAME);
      g_assert_cmpstr (frame.content_type, ==, "command/reply");
      g_assert_null (frame.body);
      g_assert_cmpstr (esl_event_get (frame.headers, "Reply-Text"), ==, "%2BOK%0A");
      g_assert_cmpstr (esl_event_get (frame.headers, "Event-Name"), ==, "CHANNEL_DATA");
      found++;
    }
  g_assert_cmpuint (found, >, 0);
}

static void
test_frames (void)
{
  static const char text[] = "\n\nContent-Type: a/b\nX:  y: z\nvariable_a:b: c\n\n"
                             "Content-Length: 3\nContent-Length: 0\n\n"
                             "Content-Length: 0\nContent-Length: 3\n\n\n\nxNo-Space:v\n\n";

  assert_any_cut (text, strlen (text), NULL,
                  "\n#a/b|Content-Type=a/b|X= y: z|variable_a:b=c#0:0:"
                  "\n#|Content-Length=3|Content-Length=0#1:0:"
                  "\n#|Content-Length=0|Content-Length=3#1:3:\n\nx"
                  "\n#|No-Space=v#0:0:");
}

static void
test_errors (void)
{
  static const struct
  {
    const char *text, *wanted;
  } rows[] = {
    { "SSH-2.0-OpenSSH_9.2\r\n",
      "\n!not FreeSWITCH's event socket: at byte 0 stands no \"Name: value\": "
      "\"SSH-2.0-OpenSSH_9.2\\r\"" },
    { "A: 1\n\nB: 2\n: 3\n\n", "\n#|A=1#0:0:\n!not FreeSWITCH's event socket: at byte 11 stands no "
                               "\"Name: value\": \": 3\"" },
    { "Content-Length: -1\n\n", "\n!not FreeSWITCH's event socket: at byte 20 begins a body whose "
                                "Content-Length is no number: "
                                "\"-1\"" },
    { "Content-Length: 99999999999999999999\n\n",
      "\n!not FreeSWITCH's event socket: at byte 38 begins a body whose Content-Length is no "
      "number: "
      "\"99999999999999999999\"" },
    { "A: 1\nAn-overlong-header: 123456789 123456789\n\n",
      "\n!at byte 5 begins a line of more than 38 bytes" },
    { "A: 123456789 123456789\nB: 123456789 123456789\nC: 123456\n\n",
      "\n!at byte 46 ends a header block of more than 50 bytes" },
    { "Content-Length: 17\n\n", "\n!at byte 20 begins a body of more than 16 bytes" },
  };
  static const EslParserLimits limits = { .max_line = 38, .max_headers = 50, .max_body = 16 };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_any_cut (rows[i].text, strlen (rows[i].text), &limits, rows[i].wanted);
  assert_any_cut ("A: 1\0\n", 7, &limits,
                  "\n!not FreeSWITCH's event socket: at byte 0 stands a line with a NUL: \"A: 1\"");
}

/* What is on its way counts against the limits that are in force when it arrives. */
static void
test_limits_change (void)
{
  static const EslParserLimits narrow = { .max_headers = 20, .max_body = 4 }, wide = { 0 };
  static const char text[] = "Content-Length: 5\n\n12345";
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  g_autoptr (GError) error = NULL;
  EslFrame frame;

  esl_parser_set_limits (parser, &narrow);
  esl_parser_feed (parser, "Content-Length: 4\n\n1234", 23);
  g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_FRAME);
  esl_parser_set_limits (parser, &wide);
  esl_parser_feed (parser, text, strlen (text));
  g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_FRAME);
  esl_parser_set_limits (parser, &narrow);
  esl_parser_feed (parser, text, strlen (text));
  g_assert_cmpint (esl_parser_next (parser, &frame, &error), ==, ESL_PARSER_ERROR);
  g_assert_error (error, ESL_PARSER_ERROR_DOMAIN, ESL_PARSER_ERROR_LIMIT);
}

static EslParserResult
feed_head (EslParser *parser, gsize body_len, GError **error)
{
  g_autofree char *head = g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT "\n\n", body_len);
  EslFrame frame;

  esl_parser_feed (parser, head, strlen (head));
  return esl_parser_next (parser, &frame, error);
}

/* What one parser holds, from the head of its body until its frame is done with, others can't. */
static void
test_bodies (void)
{
  EslBodies *bodies = esl_bodies_new (250000);
  g_autoptr (EslParser) first = esl_parser_new (NULL), second = esl_parser_new (NULL);
  g_autoptr (EslParser) third = esl_parser_new (NULL), fourth = esl_parser_new (NULL);
  g_autofree char *body = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;
  EslFrame frame;

  esl_parser_set_bodies (first, bodies);
  esl_parser_set_bodies (second, bodies);
  esl_parser_set_bodies (third, bodies);
  esl_parser_set_bodies (fourth, bodies);
  esl_bodies_unref (bodies);
  g_assert_cmpint (feed_head (first, 100000, NULL), ==, ESL_PARSER_MORE);
  g_assert_cmpint (feed_head (second, 150000, NULL), ==, ESL_PARSER_MORE);
  g_assert_cmpint (feed_head (third, 65537, &error), ==, ESL_PARSER_ERROR);
  g_assert_error (error, ESL_PARSER_ERROR_DOMAIN, ESL_PARSER_ERROR_LIMIT);
  g_assert_cmpint (feed_head (fourth, 65536, NULL), ==, ESL_PARSER_MORE);
  esl_parser_feed (fourth, body, 65536);
  g_assert_cmpint (esl_parser_next (fourth, &frame, NULL), ==, ESL_PARSER_FRAME);
  esl_parser_feed (first, body, 50000);
  g_assert_cmpint (esl_parser_next (first, &frame, NULL), ==, ESL_PARSER_MORE);
  esl_parser_feed (first, body, 50000);
  g_assert_cmpint (esl_parser_next (first, &frame, NULL), ==, ESL_PARSER_FRAME);
  g_assert_cmpint (esl_parser_next (first, &frame, NULL), ==, ESL_PARSER_MORE);
  g_clear_pointer (&second, esl_parser_free);
  g_assert_cmpint (feed_head (fourth, 250000, NULL), ==, ESL_PARSER_MORE);
}

static void
test_error_is_sticky (void)
{
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;
  EslFrame frame;

  esl_parser_feed (parser, "HTTP/1.1 400 Bad Request\r\n", 26);
  g_assert_cmpint (esl_parser_next (parser, &frame, &first), ==, ESL_PARSER_ERROR);
  esl_parser_feed (parser, "A: 1\n\n", 6);
  g_assert_cmpint (esl_parser_next (parser, &frame, &second), ==, ESL_PARSER_ERROR);
  g_assert_error (second, ESL_PARSER_ERROR_DOMAIN, ESL_PARSER_ERROR_SYNTAX);
  g_assert_cmpstr (first->message, ==, second->message);
}

static void
test_pending (void)
{
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  EslFrame frame;

  esl_parser_feed (parser, "Content-Length: 10\n", 19);
  g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_MORE);
  g_assert_cmpuint (esl_parser_pending (parser), ==, 19);
  esl_parser_feed (parser, "\n1234", 5);
  g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_MORE);
  g_assert_cmpuint (esl_parser_pending (parser), ==, 24);
  esl_parser_feed (parser, "567890A", 7);
  g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_FRAME);
  g_assert_cmpuint (esl_parser_pending (parser), ==, 1);
  g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_MORE);
  g_assert_cmpuint (esl_parser_pending (parser), ==, 1);
}

/* A reserve that needs a new buffer leaves the lent frame alone, and what follows it whole. */
static void
test_reserve_keeps_a_lent_frame (void)
{
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  g_autofree guint8 *rest = g_malloc (1 << 20);
  EslFrame frame;
  gsize space;
  guint8 *to;

  memset (rest, 'r', 1 << 20);
  esl_parser_feed (parser, "Content-Length: 4\n\nbodyContent-Length: 1048577\n\nR", 49);
  g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_FRAME);
  to = esl_parser_reserve (parser, 1 << 20, &space);
  g_assert_cmpstr ((const char *)frame.body, ==, "body");
  memcpy (to, rest, 1 << 20);
  g_assert_cmpmem (frame.body, frame.body_len, "body", 4);
  esl_parser_commit (parser, 1 << 20);
  g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_FRAME);
  g_assert_cmpuint (frame.body_len, ==, (1 << 20) + 1);
  g_assert_cmpint (frame.body[0], ==, 'R');
  g_assert_cmpmem (frame.body + 1, frame.body_len - 1, rest, 1 << 20);
}

/* The bytes behind the last frame, as they came, wherever the frame under way had got to. */
static void
test_take_rest (void)
{
  static const char text[] = "A: 1\n\nNoSpace:x\nContent-Length: 9\n\n12345";

  for (gsize len = 6; len < sizeof text; len++)
    {
      g_autoptr (EslParser) parser = esl_parser_new (NULL);
      const guint8 *rest;
      EslFrame frame;
      gsize rest_len;

      esl_parser_feed (parser, text, len);
      g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_FRAME);
      g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_MORE);
      rest = esl_parser_take_rest (parser, &rest_len);
      g_assert_cmpmem (rest, rest_len, text + 6, len - 6);
      g_assert_cmpuint (esl_parser_pending (parser), ==, 0);
      esl_parser_feed (parser, text, 6);
      g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_FRAME);
      g_assert_cmpuint (esl_event_n_headers (frame.headers), ==, 1);
    }
}

/* A body of 40 MB in pieces of 4 KB: the buffer is replaced a few times, not at each piece. */
static void
test_large_body (void)
{
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  const gsize total = 40u << 20;
  const guint8 *before = NULL;
  guint moves = 0;
  EslFrame frame;
  char piece[4096];

  memset (piece, 'x', sizeof piece);
  esl_parser_feed (parser, "Content-Length: 41943040\n\n", 26);
  for (gsize done = 0; done < total; done += sizeof piece)
    {
      gsize space;
      guint8 *to;

      g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_MORE);
      to = esl_parser_reserve (parser, sizeof piece, &space);
      moves += to != before;
      memcpy (to, piece, sizeof piece);
      esl_parser_commit (parser, sizeof piece);
      before = to + sizeof piece;
    }
  g_assert_cmpint (esl_parser_next (parser, &frame, NULL), ==, ESL_PARSER_FRAME);
  g_assert_cmpuint (frame.body_len, ==, total);
  g_assert_cmpuint (moves, <, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esl/parser/transcripts", test_transcripts);
  g_test_add_func ("/esl/parser/connect-answer", test_connect_answer);
  g_test_add_func ("/esl/parser/frames", test_frames);
  g_test_add_func ("/esl/parser/errors", test_errors);
  g_test_add_func ("/esl/parser/limits-change", test_limits_change);
  g_test_add_func ("/esl/parser/bodies", test_bodies);
  g_test_add_func ("/esl/parser/error-is-sticky", test_error_is_sticky);
  g_test_add_func ("/esl/parser/pending", test_pending);
  g_test_add_func ("/esl/parser/reserve-keeps-a-lent-frame", test_reserve_keeps_a_lent_frame);
  g_test_add_func ("/esl/parser/take-rest", test_take_rest);
  g_test_add_func ("/esl/parser/large-body", test_large_body);
  return g_test_run ();
}
