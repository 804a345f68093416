/* SPDX-License-Identifier: MIT */
/* esl-parser.c - one buffer, taken line by line.
 *
 *   buffer: | given out | start: the frame under way ... end | free ... size |
 *
 * A header line is read when it is whole, a body when all of it is there; both
 * stay in the buffer until the frame is given out. What is there is moved to the
 * front only when at least as many bytes before it were given out, else the
 * buffer doubles: both cost a constant per byte fed.
 *
 * A lent body gets its NUL by setting aside the byte behind it until the next
 * call. A reserve meanwhile that needs another buffer leaves the old one as it is.
 */
#include "esl-parser.h"
#include "esl-event-private.h"

#define DEFAULT_MAX_LINE ((gsize)1024 * 1024)
#define DEFAULT_MAX_HEADERS ((gsize)4 * 1024 * 1024)
#define DEFAULT_MAX_BODY ((gsize)256 * 1024 * 1024)

#define FIRST_SIZE ((gsize)64 * 1024)
/* An empty buffer larger than this goes back to the system. */
#define KEPT_SIZE ((gsize)1024 * 1024)
/* Of a line that is no header, this much stands in the error. */
#define SHOWN_BYTES 40
#define SMALL_BODY ((gsize)64 * 1024) /* that a peer may have on each connection */

typedef enum
{
  BETWEEN, /* no byte of a frame has been taken */
  HEADERS,
  BODY,
} State;

struct _EslBodies
{
  gsize max;
  gsize used;
};

struct _EslParser
{
  EslParserLimits limits;
  EslBodies *bodies; /* NULL: it shares nothing */
  gsize claimed;     /* of them, for the body under way or lent */
  guint8 *buffer;
  gsize start, end, size;
  gsize block_len; /* bytes from start on that were read as headers */
  gsize searched;  /* bytes behind them that hold no LF */
  guint64 offset;  /* in the stream, of the first byte behind the headers */
  gsize body_len;  /* in BODY */
  EslEvent *headers;
  GError *error;
  guint8 *retired; /* the buffer of a frame that is lent */
  gboolean is_lent;
  guint8 *nul; /* where a byte is set aside, or NULL */
  guint8 set_aside;
  State state;
};

G_DEFINE_QUARK (esl_parser_error, esl_parser_error)

void
esl_parser_set_limits (EslParser *parser, const EslParserLimits *limits)
{
  parser->limits = *limits;
  if (parser->limits.max_line == 0)
    parser->limits.max_line = DEFAULT_MAX_LINE;
  if (parser->limits.max_headers == 0)
    parser->limits.max_headers = DEFAULT_MAX_HEADERS;
  if (parser->limits.max_body == 0)
    parser->limits.max_body = DEFAULT_MAX_BODY;
}

EslParser *
esl_parser_new (const EslParserLimits *limits)
{
  static const EslParserLimits defaults = { 0 };
  EslParser *parser = g_new0 (EslParser, 1);

  esl_parser_set_limits (parser, limits != NULL ? limits : &defaults);
  parser->headers = esl_event_new ();
  parser->buffer = g_malloc (1);
  parser->size = 1;
  return parser;
}

EslBodies *
esl_bodies_new (gsize max)
{
  EslBodies *bodies = g_rc_box_new0 (EslBodies);

  bodies->max = max;
  return bodies;
}

void
esl_bodies_unref (EslBodies *bodies)
{
  g_rc_box_release (bodies);
}

void
esl_parser_set_bodies (EslParser *parser, EslBodies *bodies)
{
  parser->bodies = g_rc_box_acquire (bodies);
}

static void
unclaim (EslParser *parser)
{
  if (parser->claimed != 0)
    parser->bodies->used -= parser->claimed;
  parser->claimed = 0;
}

void
esl_parser_free (EslParser *parser)
{
  if (parser == NULL)
    return;
  unclaim (parser);
  g_clear_pointer (&parser->bodies, esl_bodies_unref);
  g_free (parser->buffer);
  g_free (parser->retired);
  g_clear_error (&parser->error);
  esl_event_free (parser->headers);
  g_free (parser);
}

/* Ends the loan of the last frame. */
static void
take_back (EslParser *parser)
{
  if (parser->nul != NULL)
    *parser->nul = parser->set_aside;
  parser->nul = NULL;
  parser->is_lent = FALSE;
  if (parser->state != BODY)
    unclaim (parser);
  g_clear_pointer (&parser->retired, g_free);
}

gsize
esl_parser_pending (const EslParser *parser)
{
  return parser->end - parser->start;
}

/* Of these, the bytes behind the headers. */
static gsize
waiting (const EslParser *parser)
{
  return parser->end - parser->start - parser->block_len;
}

static guint8 *
first_waiting (const EslParser *parser)
{
  return parser->buffer + parser->start + parser->block_len;
}

/* A larger buffer that holds the pending bytes alone. One that is not lent is reallocated in place:
 * the kernel moves the pages of a large one, without a copy. */
static void
replace_buffer (EslParser *parser, gsize size)
{
  gsize len = esl_parser_pending (parser);
  guint8 *buffer;

  if (!parser->is_lent)
    {
      if (parser->start > 0)
        memmove (parser->buffer, parser->buffer + parser->start, len);
      buffer = g_realloc (parser->buffer, size);
    }
  else
    {
      buffer = g_malloc (size);
      if (len > 0)
        memcpy (buffer, parser->buffer + parser->start, len);
      if (parser->nul != NULL)
        buffer[parser->nul - (parser->buffer + parser->start)] = parser->set_aside;
      parser->nul = NULL;
      g_free (parser->retired);
      parser->retired = parser->buffer;
    }
  parser->buffer = buffer;
  parser->size = size;
  parser->start = 0;
  parser->end = len;
}

/* At least `want` bytes to be written at the result, perhaps more: how many, in `ret_space`. */
guint8 *
esl_parser_reserve (EslParser *parser, gsize want, gsize *ret_space)
{
  gsize len = esl_parser_pending (parser);
  gsize whole = parser->state == BODY ? parser->block_len + parser->body_len + 1 : 0;
  gsize need = len + want + 1; /* one byte for the NUL */

  if (len == 0 && !parser->is_lent)
    {
      parser->start = parser->end = 0;
      if (parser->size > KEPT_SIZE && need <= KEPT_SIZE && whole <= KEPT_SIZE)
        {
          g_clear_pointer (&parser->buffer, g_free);
          parser->size = 0;
        }
    }
  if (need > parser->size - parser->start)
    {
      if (!parser->is_lent && need <= parser->size && len <= parser->start)
        {
          memmove (parser->buffer, parser->buffer + parser->start, len);
          parser->start = 0;
          parser->end = len;
        }
      else
        {
          gsize size = MAX (parser->size * 2, FIRST_SIZE);

          if (whole >= need && size > whole)
            size = MAX (whole, FIRST_SIZE);
          replace_buffer (parser, MAX (size, need));
        }
    }
  *ret_space = parser->size - parser->end - 1;
  return parser->buffer + parser->end;
}

/* `len` at most what the last reserve gave. */
void
esl_parser_commit (EslParser *parser, gsize len)
{
  g_assert (len < parser->size - parser->end);
  take_back (parser);
  parser->end += len;
}

void
esl_parser_feed (EslParser *parser, const void *bytes, gsize len)
{
  gsize space;
  guint8 *to;

  if (len == 0)
    return;
  take_back (parser);
  to = esl_parser_reserve (parser, len, &space);
  memcpy (to, bytes, len);
  esl_parser_commit (parser, len);
}

static gboolean
fail_syntax (EslParser *parser, const char *what, const char *text, gsize len)
{
  g_autofree char *start = g_strndup (text, MIN (len, SHOWN_BYTES));
  g_autofree char *shown = g_strescape (start, NULL);

  parser->error =
      g_error_new (ESL_PARSER_ERROR_DOMAIN, ESL_PARSER_ERROR_SYNTAX,
                   "not FreeSWITCH's event socket: at byte %" G_GUINT64_FORMAT " %s: \"%s\"",
                   parser->offset, what, shown);
  return FALSE;
}

static gboolean
fail_limit (EslParser *parser, const char *what, gsize limit)
{
  parser->error =
      g_error_new (ESL_PARSER_ERROR_DOMAIN, ESL_PARSER_ERROR_LIMIT,
                   "at byte %" G_GUINT64_FORMAT " %s of more than %" G_GSIZE_FORMAT " bytes",
                   parser->offset, what, limit);
  return FALSE;
}

static void
take (EslParser *parser, gsize len)
{
  parser->block_len += len;
  parser->offset += len;
  parser->searched = 0;
}

/* `len` bytes of a line, whole or not: whether they may be. */
static gboolean
check_line (EslParser *parser, gsize len)
{
  gsize left = parser->limits.max_headers - parser->block_len;

  if (len > parser->limits.max_line && parser->limits.max_line <= left)
    return fail_limit (parser, "begins a line", parser->limits.max_line);
  if (len > left)
    return fail_limit (parser, "ends a header block", parser->limits.max_headers);
  return TRUE;
}

static gboolean
take_line (EslParser *parser, gsize len)
{
  const char *line = (const char *)first_waiting (parser);
  const char *colon = esl_find_colon (line, line + len);
  const char *value;

  if (colon == NULL || colon == line)
    return fail_syntax (parser, "stands no \"Name: value\"", line, len);
  if (memchr (line, '\0', len) != NULL)
    return fail_syntax (parser, "stands a line with a NUL", line, len);
  value = colon + 1;
  if (value < line + len && *value == ' ')
    value++;
  esl_event_add_len (parser->headers, line, colon - line, value, line + len - value);
  return TRUE;
}

/* FALSE: all that share it hold too much already. */
static gboolean
claim (EslParser *parser)
{
  EslBodies *bodies = parser->bodies;

  if (bodies == NULL || parser->body_len <= SMALL_BODY)
    return TRUE;
  if (parser->body_len > bodies->max - bodies->used)
    return fail_limit (parser, "begins a body that makes those under way", bodies->max);
  bodies->used += parser->body_len;
  parser->claimed = parser->body_len;
  return TRUE;
}

/* The blank line has been taken: what follows? */
static gboolean
end_headers (EslParser *parser)
{
  const char *digits = esl_event_get_last (parser->headers, "Content-Length");

  parser->state = BODY;
  parser->body_len = 0;
  if (digits == NULL)
    return TRUE;
  if (!esl_parse_length (digits, strlen (digits), &parser->body_len))
    return fail_syntax (parser, "begins a body whose Content-Length is no number", digits,
                        strlen (digits));
  if (parser->body_len > parser->limits.max_body)
    return fail_limit (parser, "begins a body", parser->limits.max_body);
  return claim (parser);
}

/* Takes whole lines up to the blank one. A blank line where a frame should begin is skipped. */
static EslParserResult
take_headers (EslParser *parser)
{
  for (;;)
    {
      const guint8 *line = first_waiting (parser), *stop = NULL;
      gsize len = waiting (parser);

      if (len > parser->searched)
        stop = memchr (line + parser->searched, '\n', len - parser->searched);
      if (stop == NULL)
        {
          parser->searched = len;
          return check_line (parser, len) ? ESL_PARSER_MORE : ESL_PARSER_ERROR;
        }
      len = (gsize)(stop - line);
      if (len == 0)
        {
          take (parser, 1);
          if (parser->state == HEADERS)
            return end_headers (parser) ? ESL_PARSER_FRAME : ESL_PARSER_ERROR;
          parser->start++;
          parser->block_len = 0;
          continue;
        }
      if (!check_line (parser, len + 1) || !take_line (parser, len))
        return ESL_PARSER_ERROR;
      parser->state = HEADERS;
      take (parser, len + 1);
    }
}

static void
lend (EslParser *parser, EslFrame *ret_frame)
{
  const char *type = esl_event_get_last (parser->headers, "Content-Type");
  gboolean has_body = esl_event_get_last (parser->headers, "Content-Length") != NULL;
  guint8 *body = first_waiting (parser);

  take (parser, parser->body_len);
  parser->start += parser->block_len;
  if (has_body && parser->start < parser->end)
    {
      parser->nul = parser->buffer + parser->start;
      parser->set_aside = *parser->nul;
    }
  if (has_body)
    parser->buffer[parser->start] = '\0';
  ret_frame->content_type = type == NULL ? "" : type;
  ret_frame->headers = parser->headers;
  ret_frame->body = has_body ? body : NULL;
  ret_frame->body_len = parser->body_len;
  parser->is_lent = TRUE;
  parser->block_len = 0;
  parser->state = BETWEEN;
}

EslParserResult
esl_parser_next (EslParser *parser, EslFrame *ret_frame, GError **error)
{
  EslParserResult result = ESL_PARSER_FRAME;

  take_back (parser);
  if (parser->error == NULL && parser->state == BETWEEN)
    esl_event_clear (parser->headers);
  if (parser->error == NULL && parser->state != BODY)
    result = take_headers (parser);
  if (parser->error != NULL)
    {
      g_propagate_error (error, g_error_copy (parser->error));
      return ESL_PARSER_ERROR;
    }
  if (result == ESL_PARSER_MORE || waiting (parser) < parser->body_len)
    return ESL_PARSER_MORE;
  lend (parser, ret_frame);
  return ESL_PARSER_FRAME;
}

const guint8 *
esl_parser_take_rest (EslParser *parser, gsize *ret_len)
{
  const guint8 *rest = parser->buffer + parser->start;

  take_back (parser);
  *ret_len = esl_parser_pending (parser);
  parser->start = parser->end;
  parser->block_len = parser->searched = 0;
  parser->state = BETWEEN;
  return rest;
}
