/* SPDX-License-Identifier: MIT */
/* esl-event.h - one FreeSWITCH event: ordered headers and a body.
 *
 * An event is a flat list of headers, in the order of the wire, and perhaps a
 * body. Names may repeat and every repetition is kept. A header may be an
 * array; its cells follow one another in the list. Names are compared without
 * regard to case, as FreeSWITCH does. Values are bytes: anything but NUL.
 * The body is bytes: anything at all.
 *
 * An event has a single owner. Its storage is one arena and one table, both of
 * which survive esl_event_clear(), so that a reader which parses each event
 * into the same EslEvent allocates nothing once it is warm.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _EslEvent EslEvent;

/* The three texts of an event (protocol: plain events, JSON events, XML events). */
typedef enum
{
  ESL_FORMAT_PLAIN, /* "Name: value" lines, values percent-encoded, blank line, body */
  ESL_FORMAT_JSON,  /* one object on one line, without the final newline */
  ESL_FORMAT_XML,   /* <event><headers>...</headers></event> and a newline */
} EslFormat;

/* How faithful a text is to be. */
typedef enum
{
  /* No value is lost: '%' is always %25, an empty value is empty, JSON is valid
   * UTF-8 with the loss marked by a last member "_invalid_utf8": [names]. */
  ESL_LOSSLESS,
  /* Byte for byte what mod_event_socket 1.10.12 writes: %41 in a value is left
   * alone, an empty value is "_undef_" (plain), invalid UTF-8 passes (JSON). */
  ESL_AS_SWITCH,
} EslFidelity;

typedef enum
{
  ESL_HEADER_SINGLE, /* an ordinary header */
  ESL_HEADER_ARRAY,  /* the first cell of an array (perhaps its only one) */
  ESL_HEADER_CELL,   /* a further cell of the array before it, same name */
} EslHeaderKind;

/* A header as esl_event_header() shows it. Both strings end in NUL and belong to
 * the event: they are good until it is next changed, cleared or freed. */
typedef struct
{
  const char *name;
  const char *value;
  gsize name_len;  /* bytes */
  gsize value_len; /* bytes */
  EslHeaderKind kind;
} EslHeader;

#define ESL_EVENT_ERROR (esl_event_error_quark ())
typedef enum
{
  ESL_EVENT_ERROR_SYNTAX, /* not the format it was said to be; the message says where */
} EslEventError;
GQuark esl_event_error_quark (void);

EslEvent *esl_event_new (void);
EslEvent *esl_event_copy (const EslEvent *event);
void esl_event_free (EslEvent *event);
void esl_event_clear (EslEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EslEvent, esl_event_free)

/* Building. A length of -1: up to the NUL; a value ends at its first NUL in any case. No string is
 * kept, and strings of the event itself may be given. esl_event_remove() returns how many entries
 * it removed, each cell being one. A body of NULL is none, which is not the same as an empty one.
 */
void esl_event_add (EslEvent *event, const char *name, const char *value);
void esl_event_add_len (EslEvent *event, const char *name, gssize name_len, const char *value,
                        gssize value_len);
void esl_event_add_array (EslEvent *event, const char *name, const char *const *cells,
                          guint n_cells);
guint esl_event_remove (EslEvent *event, const char *name);
/* Makes the first header of that name (no array) the first of all, and removes its others. */
void esl_event_move_first (EslEvent *event, const char *name);
void esl_event_set_body (EslEvent *event, const void *body, gsize len);

/* Reading. Strings belong to the event. esl_event_get() finds the first header of that name,
 * esl_event_get_last() the last one, NULL when there is none. esl_event_name() is the last
 * Event-Name: the author of a sendevent may have put one of his own before the switch's
 * (protocol: plain events). A NUL follows the body; it is NULL when there is none.
 */
guint esl_event_n_headers (const EslEvent *event);
void esl_event_header (const EslEvent *event, guint index, EslHeader *ret_header);
const char *esl_event_get (const EslEvent *event, const char *name);
const char *esl_event_get_last (const EslEvent *event, const char *name);
const char *esl_event_name (const EslEvent *event);

/* A value as the switch itself keeps and compares it: an array is "ARRAY::a|:b", one of a single
 * cell just that cell. esl_event_get_whole() finds the first header of that name, NULL when there
 * is none; esl_event_whole() takes a header's number and leaves in it that of its last cell. The
 * result is the event's, or `scratch`'s when it had to be put together. */
const char *esl_event_whole (const EslEvent *event, guint *index, GString *scratch);
const char *esl_event_get_whole (const EslEvent *event, const char *name, GString *scratch);
const guint8 *esl_event_body (const EslEvent *event, gsize *ret_len);

/* Texts. esl_event_parse() replaces what the event held; after an error the event is empty. XML is
 * only written: its text is such an error.
 * esl_event_length() is what esl_event_append() would add, counted without making it.
 *
 * What a format can't hold: XML has no arrays (their cells read back as headers that repeat), no
 * control characters and no invalid UTF-8 in a body (U+FFFD), and ESL_LOSSLESS writes a header
 * name that XML would not take as _xHHHH_. JSON holds a NUL in the body alone.
 */
gboolean esl_event_parse (EslEvent *event, EslFormat format, const void *text, gsize len,
                          GError **error);
/* The answer of `show ... as json`: {"row_count":N,"rows":[{...},...]}, without "rows" when there
 * are none. Each row is read as an event is, and lent for the time of the call: `func` (may be
 * NULL) runs for every one, in order, once all of them were found to be well-formed. FALSE with an
 * error (ESL_EVENT_ERROR) otherwise, and then it did not run. */
typedef void (*EslRowFunc) (const EslEvent *row, gpointer data);
gboolean esl_event_parse_rows (const char *json, gsize len, EslRowFunc func, gpointer data,
                               GError **error);
void esl_event_append (const EslEvent *event, EslFormat format, EslFidelity fidelity, GString *out);
gsize esl_event_length (const EslEvent *event, EslFormat format, EslFidelity fidelity);
/* The same of ESL_FORMAT_XML and ESL_LOSSLESS, for who knows already how long the lossless plain
 * text is: a fraction of the cost, since values are encoded alike in both. */
gsize esl_event_xml_length (const EslEvent *event, gsize plain_length);

/* Percent coding of header values, as the plain format does it. An empty value adds nothing. */
void esl_percent_encode (GString *out, const char *value, gsize len, EslFidelity fidelity);
/* In place; returns the new length, and a NUL follows when it is shorter. %00 stays as it is. */
gsize esl_percent_decode (char *text, gsize len);

/* A JSON string literal, with its quotes. `lossy`: invalid UTF-8 becomes U+FFFD and
 * TRUE is returned when that happened; otherwise bytes pass as they are. */
gboolean esl_json_append_string (GString *out, const char *value, gsize len, gboolean lossy);

G_END_DECLS
