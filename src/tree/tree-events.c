/* SPDX-License-Identifier: MIT */
/* tree-events.c - events, events.json, events.xml: one ring, three formats.
 *
 * The ring holds each event as the JSON text the switch sent, since that loses nothing, with its
 * newline. The lengths in all formats are counted as the event comes in; plain text and XML are
 * made when they are read, and JSON too where the switch's own is not valid UTF-8 (marked by the
 * record's tag).
 *
 * A plain record is what `event plain all` carries, lossless; a body without a final newline gets
 * one, so that every record begins at a line's start.
 */
#include "tree-private.h"

#include <string.h>

#define RECORD_INVALID_UTF8 1u

/* ---- the ring ---- */

static gsize
plain_extra (const EslEvent *event)
{
  gsize len;
  const guint8 *body = esl_event_body (event, &len);

  return body != NULL && len > 0 && body[len - 1] != '\n' ? 1 : 0;
}

static void
append_plain (const EslEvent *event, GString *out)
{
  esl_event_append (event, ESL_FORMAT_PLAIN, ESL_LOSSLESS, out);
  if (plain_extra (event) > 0)
    g_string_append_c (out, '\n');
}

static void
append_json (const EslEvent *event, GString *out)
{
  esl_event_append (event, ESL_FORMAT_JSON, ESL_LOSSLESS, out);
  g_string_append_c (out, '\n');
}

static void
append_xml (const EslEvent *event, GString *out)
{
  esl_event_append (event, ESL_FORMAT_XML, ESL_LOSSLESS, out);
}

static const EslEvent *
parse_record (Tree *tree, const VfsRecord *record)
{
  g_autoptr (GError) error = NULL;

  if (tree->parsed_number == record->number)
    return tree->parsed;
  tree->parsed_number = record->number;
  /* It was parsed before it was appended. */
  if (!esl_event_parse (tree->parsed, ESL_FORMAT_JSON, record->bytes, record->len - 1, &error))
    g_critical ("a record of the ring does not parse: %s", error->message);
  return tree->parsed;
}

static void
render_plain (const VfsRecord *record, GString *out, gpointer data)
{
  append_plain (parse_record (data, record), out);
}

static void
render_json (const VfsRecord *record, GString *out, gpointer data)
{
  if ((record->tag & RECORD_INVALID_UTF8) == 0)
    g_string_append_len (out, (const char *)record->bytes, (gssize)record->len);
  else
    append_json (parse_record (data, record), out);
}

static void
render_xml (const VfsRecord *record, GString *out, gpointer data)
{
  append_xml (parse_record (data, record), out);
}

static EslEvent *
lost_event (guint64 records, guint64 bytes)
{
  EslEvent *event = esl_event_new ();
  g_autofree char *n_records = g_strdup_printf ("%" G_GUINT64_FORMAT, records);
  g_autofree char *n_bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time ());

  esl_event_add (event, "Event-Name", "CUSTOM");
  esl_event_add (event, "Event-Subclass", "eslfs::lost");
  esl_event_add (event, "Event-Date-Timestamp", now);
  if (records > 0)
    esl_event_add (event, "Lost-Events", n_records);
  if (bytes > 0)
    esl_event_add (event, "Lost-Bytes", n_bytes);
  esl_event_add (event, "Lost-Reason",
                 "this reader was slower than the events; see -o event_buffer");
  return event;
}

static void
gap_plain (guint64 records, guint64 bytes, GString *out, gpointer data)
{
  g_autoptr (EslEvent) event = lost_event (records, bytes);

  append_plain (event, out);
}

static void
gap_json (guint64 records, guint64 bytes, GString *out, gpointer data)
{
  g_autoptr (EslEvent) event = lost_event (records, bytes);

  append_json (event, out);
}

static void
gap_xml (guint64 records, guint64 bytes, GString *out, gpointer data)
{
  g_autoptr (EslEvent) event = lost_event (records, bytes);

  append_xml (event, out);
}

VfsRing *
tree_events_new (gsize capacity, Tree *tree)
{
  const VfsRingFormat formats[] = {
    [TREE_EVENTS_PLAIN] = { .render = render_plain, .gap = gap_plain },
    [TREE_EVENTS_JSON] = { .render = render_json, .gap = gap_json },
    [TREE_EVENTS_XML] = { .render = render_xml, .gap = gap_xml },
  };

  return vfs_ring_new (capacity, formats, G_N_ELEMENTS (formats), tree);
}

VfsRing *
tree_events_ring (VfsNode *node)
{
  return tree_of (node)->events;
}

/* Nearly all of it is ASCII, eight bytes at a time; GLib looks at each. */
static gboolean
is_utf8 (const char *text, gsize len)
{
  gsize at = 0;
  guint64 word;

  for (; len - at >= sizeof word; at += sizeof word)
    {
      memcpy (&word, text + at, sizeof word);
      if ((word & G_GUINT64_CONSTANT (0x8080808080808080)) != 0)
        break;
    }
  return g_utf8_validate (text + at, (gssize)(len - at), NULL);
}

/* Counted, or made when somebody is there to read it. */
static gsize
plain_length (Tree *tree, const EslEvent *event)
{
  if (tree->plain_readers == 0)
    {
      tree_recent_clear (tree->recent);
      return esl_event_length (event, ESL_FORMAT_PLAIN, ESL_LOSSLESS) + plain_extra (event);
    }
  append_plain (event, tree_recent_begin (tree->recent, vfs_ring_next (tree->events)));
  return tree_recent_end (tree->recent);
}

void
tree_events_append (Tree *tree, const EslEvent *event, const char *json, gsize len)
{
  gboolean valid = is_utf8 (json, len);
  gsize lengths[TREE_N_EVENTS];

  lengths[TREE_EVENTS_PLAIN] = plain_length (tree, event);
  lengths[TREE_EVENTS_JSON] =
      1 + (valid ? len : esl_event_length (event, ESL_FORMAT_JSON, ESL_LOSSLESS));
  lengths[TREE_EVENTS_XML] =
      esl_event_xml_length (event, lengths[TREE_EVENTS_PLAIN] - plain_extra (event));
  vfs_ring_append_line (tree->events, json, len, valid ? 0 : RECORD_INVALID_UTF8,
                        g_get_real_time (), lengths);
}

const EslEvent *
tree_events_parsed (Tree *tree, guint64 number)
{
  VfsRecord record;

  if (!vfs_ring_record (tree->events, number, &record))
    return NULL;
  return parse_record (tree, &record);
}

void
tree_events_append_record (Tree *tree, guint format, guint64 number, GString *out)
{
  gsize len =
      format == TREE_EVENTS_PLAIN ? vfs_ring_length (tree->events, TREE_EVENTS_PLAIN, number) : 0;
  const char *text;

  if (len > 0 && tree_recent_lend (tree->recent, number, len, &text, &len) != number)
    g_string_append_len (out, text, (gssize)len);
  else
    vfs_ring_render (tree->events, format, number, out);
}

void
tree_events_append_event (const EslEvent *event, guint format, GString *out)
{
  if (format == TREE_EVENTS_PLAIN)
    append_plain (event, out);
  else if (format == TREE_EVENTS_JSON)
    append_json (event, out);
  else
    append_xml (event, out);
}
