/* SPDX-License-Identifier: MIT */
/* esl-parser.h - bytes from the switch to frames, without any I/O.
 *
 * The grammar of what mod_event_socket sends (protocol: framing):
 *
 *   frame  = *header LF [ body ]
 *   header = name ":" [ SP ] value LF       ; never folded, never CRLF
 *   body   = exactly as many bytes as the last Content-Length header says
 *
 * The name ends at the first colon that a space follows, else at the first one: a
 * variable's name may hold a colon. A value keeps its own leading spaces. A blank
 * line where a frame should begin is skipped.
 *
 * A frame's own headers are raw (no percent coding). For text/event-* frames the
 * body is the event's text, given to esl_event_parse().
 *
 * The parser is fed any cuts of the stream. It never looks at a byte twice for
 * the same purpose: byte-by-byte input costs linear time. An error (a limit
 * passed, a header without a colon, a Content-Length that is no number) is
 * sticky: every later call gives the same error, which says what stood where
 * (the offset from the start of the stream).
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

typedef struct _EslParser EslParser;

/* Bounds on what a peer can make us hold, in bytes. 0 stands for the default. */
typedef struct
{
  gsize max_line;    /* one header line; default 1 MiB */
  gsize max_headers; /* one header block; default 4 MiB */
  gsize max_body;    /* one body; default 256 MiB (`show channels` of 100,000 calls is 90 MB) */
} EslParserLimits;

/* What several parsers may hold in large bodies together, for connections that one peer answers on
 * at once: a body that would make it more is an error, as one over its limit. */
typedef struct _EslBodies EslBodies;
/* `max`: bytes, in bodies of more than 64 KiB. Free with esl_bodies_unref(). */
EslBodies *esl_bodies_new (gsize max);
void esl_bodies_unref (EslBodies *bodies);

/* A frame lent by the parser: good until the next call on the parser but
 * esl_parser_reserve(). */
typedef struct
{
  const char *content_type; /* the last Content-Type; "" when there is none, never NULL */
  EslEvent *headers;  /* the frame's own headers, in order, Content-Length and -Type included */
  const guint8 *body; /* NULL when there is no Content-Length; a NUL follows it */
  gsize body_len;     /* bytes */
} EslFrame;

typedef enum
{
  ESL_PARSER_FRAME, /* *ret_frame is filled */
  ESL_PARSER_MORE,  /* nothing whole yet: feed */
  ESL_PARSER_ERROR, /* sticky; *error is set */
} EslParserResult;

#define ESL_PARSER_ERROR_DOMAIN (esl_parser_error_quark ())
typedef enum
{
  ESL_PARSER_ERROR_SYNTAX,
  ESL_PARSER_ERROR_LIMIT,
} EslParserErrorCode;
GQuark esl_parser_error_quark (void);

EslParser *esl_parser_new (const EslParserLimits *limits);
void esl_parser_free (EslParser *parser);
/* Other limits from now on, for what is not whole yet and all that follows. */
void esl_parser_set_limits (EslParser *parser, const EslParserLimits *limits);
/* Once, before anything is fed. Takes a reference. */
void esl_parser_set_bodies (EslParser *parser, EslBodies *bodies);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EslParser, esl_parser_free)

/* Feeding: either a copy, or straight into the parser's own buffer: reserve at
 * least `want` bytes, fill some of them, commit how many were filled. */
void esl_parser_feed (EslParser *parser, const void *bytes, gsize len);
guint8 *esl_parser_reserve (EslParser *parser, gsize want, gsize *ret_space);
void esl_parser_commit (EslParser *parser, gsize len);

EslParserResult esl_parser_next (EslParser *parser, EslFrame *ret_frame, GError **error);

/* Bytes fed and not yet given out in a frame: what an EOF now would cut short. */
gsize esl_parser_pending (const EslParser *parser);

/* Gives out, as they came, the bytes that no frame has taken, and forgets them: for a stream that
 * goes over to another use. They are good until the next call on the parser. */
const guint8 *esl_parser_take_rest (EslParser *parser, gsize *ret_len);

G_END_DECLS
