/* SPDX-License-Identifier: MIT */
/* esl-event-private.h - the inside of an event, for the files that read and write its texts.
 *
 * Names and values lie one after the other in an arena, each with its NUL, and
 * the table has their offsets: a parser reserves once as many bytes as its text
 * has (no format decodes to more than it was), then writes without any check.
 * A sink is where a text goes: into a GString, or into a mere count of its bytes,
 * so that one walk over the event serves esl_event_append() and esl_event_length().
 */
#pragma once

#include <string.h>

#include "esl-event.h"

G_BEGIN_DECLS

/* Bytes that a parser may write past what it needs: a whole word is stored for its first bytes. */
#define ESL_ARENA_SLACK 16

typedef struct
{
  char *bytes;
  gsize used;
  gsize size;
} EslArena;

typedef struct
{
  guint32 name; /* offsets in the arena */
  guint32 name_len;
  guint32 value;
  guint32 value_len;
  guint8 kind;  /* EslHeaderKind */
  guint8 clean; /* ESL_CLEAN_NAME, ESL_CLEAN_VALUE: see there */
} EslEntry;

/* The string is known to be ASCII that stands for itself in JSON, so that writing or counting it is
 * but a copy. The JSON parser learns that on its way; elsewhere it is just not known. */
#define ESL_CLEAN_NAME 1
#define ESL_CLEAN_VALUE 2

struct _EslEvent
{
  EslArena arena;
  EslArena body;
  EslEntry *entries;
  guint n_entries;
  guint entries_size;
  gboolean has_body;
};

/* Where the next string goes; good until the next reserve. */
static inline char *
esl_event_here (EslEvent *event)
{
  return event->arena.bytes + event->arena.used;
}

static inline const char *
esl_event_at (const EslEvent *event, guint32 offset)
{
  return event->arena.bytes + offset;
}

/* Makes room for `len` bytes and the slack. The arena is kept under 4 GiB: its offsets are 32 bit.
 */
void esl_event_reserve (EslEvent *event, gsize len);
void esl_event_grow_entries (EslEvent *event);

static inline EslEntry *
esl_event_push (EslEvent *event)
{
  if (G_UNLIKELY (event->n_entries == event->entries_size))
    esl_event_grow_entries (event);
  return &event->entries[event->n_entries++];
}

/* Makes room for a body of up to `len` bytes, to be written to the result and then sized. */
char *esl_event_reserve_body (EslEvent *event, gsize len);
void esl_event_size_body (EslEvent *event, gsize len);

typedef struct
{
  GString *out; /* NULL: only count */
  gsize len;    /* the count */
} EslSink;

/* Room for `len` more bytes at the result; nothing is added until esl_sink_wrote(). */
static inline char *
esl_sink_room (EslSink *sink, gsize len)
{
  GString *out = sink->out;

  if (G_UNLIKELY (out->allocated_len - out->len <= len))
    {
      gsize at = out->len;

      g_string_set_size (out, at + len);
      out->len = at;
    }
  return out->str + out->len;
}

static inline void
esl_sink_wrote (EslSink *sink, gsize len)
{
  sink->out->len += len;
}

static inline void
esl_sink_put (EslSink *sink, const char *bytes, gsize len)
{
  if (sink->out == NULL)
    {
      sink->len += len;
      return;
    }
  memcpy (esl_sink_room (sink, len), bytes, len);
  esl_sink_wrote (sink, len);
}

#define esl_sink_put_literal(sink, literal) esl_sink_put ((sink), (literal), sizeof (literal) - 1)

void esl_sink_put_percent (EslSink *sink, const char *value, gsize len, EslFidelity fidelity);

/* TRUE when the text must have a Content-Length of its own after the headers: there is a body and
 * the last header is not a Content-Length with its length. The decimal is left in `ret_digits`. */
#define ESL_DIGITS 24
gboolean esl_event_lacks_length (const EslEvent *event, char ret_digits[ESL_DIGITS]);

/* The member that is the body. */
#define ESL_JSON_BODY "_body"

#define ESL_EACH_BYTE(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

/* The bytes of `word` that don't stand for themselves in a JSON string (a quote, a backslash, a
 * control) have their top bit set in the result, exact up to the first of them. */
static inline guint64
esl_json_stops (guint64 word)
{
  guint64 quote = word ^ ESL_EACH_BYTE ('"');
  guint64 slash = word ^ ESL_EACH_BYTE ('\\');

  return (((word - ESL_EACH_BYTE (0x20)) & ~word) | ((quote - ESL_EACH_BYTE (1)) & ~quote)
          | ((slash - ESL_EACH_BYTE (1)) & ~slash))
         & ESL_EACH_BYTE (0x80);
}

/* A whole decimal number, no sign, no space around it. */
gboolean esl_parse_length (const char *text, gsize len, gsize *ret_value);

/* Where the name of a "Name: value" line ends: the first colon that a space follows, else the first
 * one at all; NULL when there is none. */
const char *esl_find_colon (const char *line, const char *end);

gboolean esl_syntax_error (GError **error, const char *format, gsize offset, const char *expected);

gboolean esl_event_parse_plain (EslEvent *event, const char *text, gsize len, GError **error);
gboolean esl_event_parse_json (EslEvent *event, const char *text, gsize len, GError **error);
void esl_event_write_plain (const EslEvent *event, EslFidelity fidelity, EslSink *sink);
/* What stands behind the headers: perhaps a Content-Length, the empty line, the body. */
void esl_event_write_plain_body (const EslEvent *event, EslFidelity fidelity, EslSink *sink);
void esl_event_write_json (const EslEvent *event, EslFidelity fidelity, EslSink *sink);
void esl_event_write_xml (const EslEvent *event, EslFidelity fidelity, EslSink *sink);

G_END_DECLS
