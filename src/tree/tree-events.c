/* SPDX-License-Identifier: MIT */
/* tree-events.c - events, events.json: one ring, two formats, and live readers.
 *
 * The ring holds each event as the JSON text the switch sent, since that loses nothing, with its
 * newline. The lengths in both formats are counted as the event comes in; plain text is made when
 * it is read, and JSON too where the switch's own is not valid UTF-8 (marked by the record's tag).
 *
 * A plain record is what `event plain all` carries, lossless; a body without a final newline gets
 * one, so that every record begins at a line's start.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

#include "tree-subscription.h"

#define RECORD_INVALID_UTF8 1u
/* Records looked at in one pull of a filtered reader, so that one of them can't hold up the loop.
 */
#define RECORDS_PER_PULL 512

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

VfsRing *
tree_events_new (gsize capacity, Tree *tree)
{
  const VfsRingFormat formats[] = {
    [TREE_EVENTS_PLAIN] = { .render = render_plain, .gap = gap_plain },
    [TREE_EVENTS_JSON] = { .render = render_json, .gap = gap_json },
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
  gsize lengths[2];

  lengths[TREE_EVENTS_PLAIN] = plain_length (tree, event);
  lengths[TREE_EVENTS_JSON] =
      1 + (valid ? len : esl_event_length (event, ESL_FORMAT_JSON, ESL_LOSSLESS));
  vfs_ring_append_line (tree->events, json, len, valid ? 0 : RECORD_INVALID_UTF8,
                        g_get_real_time (), lengths);
}

/* In any of the three formats; the ring itself knows two. */
static void
append_record (Tree *tree, guint format, guint64 number, GString *out)
{
  gsize len =
      format == TREE_EVENTS_PLAIN ? vfs_ring_length (tree->events, TREE_EVENTS_PLAIN, number) : 0;
  const char *text;
  VfsRecord record;

  if (len > 0 && tree_recent_lend (tree->recent, number, len, &text, &len) != number)
    g_string_append_len (out, text, (gssize)len);
  else if (format != TREE_EVENTS_XML)
    vfs_ring_render (tree->events, format, number, out);
  else if (vfs_ring_record (tree->events, number, &record))
    esl_event_append (parse_record (tree, &record), ESL_FORMAT_XML, ESL_LOSSLESS, out);
}

static void
append_lost (Tree *tree, guint format, guint64 records, GString *out)
{
  g_autoptr (EslEvent) event = NULL;

  if (format != TREE_EVENTS_XML)
    {
      vfs_ring_render_gap (tree->events, format, records, 0, out);
      return;
    }
  event = lost_event (records, 0);
  esl_event_append (event, ESL_FORMAT_XML, ESL_LOSSLESS, out);
}

/* ---- live readers ---- */

typedef struct
{
  Subscription *wanted;
  guint64 next; /* number of the record to look at next */
  guint format;
  SwChannel *channel; /* of calls/<uuid>/events*; NULL: all */
  gboolean ended;
} EventReader;

static int
reader_open (VfsFile *file)
{
  Tree *tree = tree_of (vfs_file_node (file));
  EventReader *reader = g_new0 (EventReader, 1);

  reader->wanted = subscription_new ();
  reader->next = vfs_ring_next (tree->events);
  reader->format = vfs_node_entry (vfs_file_node (file))->column;
  vfs_file_set_state (file, reader);
  vfs_file_watch (file, vfs_ring_queue (tree->events));
  sw_client_add_live_reader (tree->client, 1);
  tree->plain_readers += reader->format == TREE_EVENTS_PLAIN;
  return 0;
}

/* The switch takes `myevents` of a channel that it doesn't know, and sends every channel's. */
static gboolean
names_no_channel (Tree *tree, const char *line)
{
  g_autoptr (Subscription) tried = subscription_new ();
  const char *uuid;

  if (subscription_command (tried, line) != 0 || (uuid = subscription_channel (tried)) == NULL)
    return FALSE;
  return sw_model_channel (sw_client_model (tree->client), uuid) == NULL;
}

static int
reader_line (VfsFile *file, const char *line, gsize len, const char **ret_why)
{
  EventReader *reader = vfs_file_state (file);

  *ret_why = "-USAGE: event NAMES [CUSTOM SUBCLASSES], nixevent NAMES, noevents, myevents UUID, "
             "filter HEADER VALUE, filter delete HEADER [VALUE]\n";
  if (names_no_channel (tree_of (vfs_file_node (file)), line))
    {
      *ret_why = "-ERR No such channel!\n";
      return ENXIO;
    }
  return subscription_command (reader->wanted, line);
}

static gboolean
is_wanted (Tree *tree, EventReader *reader, guint64 number)
{
  VfsRecord record;
  const EslEvent *event;

  if (subscription_is_everything (reader->wanted))
    return TRUE;
  vfs_ring_record (tree->events, number, &record);
  event = parse_record (tree, &record);
  reader->ended = subscription_ends_with (reader->wanted, event);
  return subscription_passes (reader->wanted, event);
}

/* What is over for good: a channel's own stream after its last event. */
static gboolean
is_over (Tree *tree, const EventReader *reader)
{
  return reader->ended
         || (reader->channel != NULL && !sw_channel_alive (reader->channel)
             && reader->next == vfs_ring_next (tree->events));
}

static VfsPull
reader_pull (VfsFile *file, GString *out, gsize want)
{
  Tree *tree = tree_of (vfs_file_node (file));
  EventReader *reader = vfs_file_state (file);
  VfsRing *ring = tree->events;

  if (reader->next < vfs_ring_first (ring))
    {
      append_lost (tree, reader->format, vfs_ring_first (ring) - reader->next, out);
      reader->next = vfs_ring_first (ring);
    }
  for (guint looked = 0; looked < RECORDS_PER_PULL && reader->next < vfs_ring_next (ring)
                         && out->len < want && !reader->ended;
       looked++)
    {
      guint64 number = reader->next++;

      if (is_wanted (tree, reader, number))
        append_record (tree, reader->format, number, out);
    }
  if (out->len > 0)
    return VFS_PULL_DATA;
  if (is_over (tree, reader))
    return VFS_PULL_END;
  if (reader->next < vfs_ring_next (ring))
    vfs_wait_queue_wake (vfs_ring_queue (ring)); /* there is more: go on in the next turn */
  return VFS_PULL_WAIT;
}

/* Before a reader that is reading is lapped. */
static void
ease_if_behind (Tree *tree, const EventReader *reader)
{
  guint64 first = vfs_ring_first (tree->events), next = vfs_ring_next (tree->events);

  if (first > 1 && next - reader->next > (next - first) / 2)
    sw_client_ease (tree->client);
}

/* To those who want everything and have not been lapped: JSON lies in the ring, plain text beside
 * it. */
static void
reader_lend (VfsFile *file, gsize want, struct iovec *iov, int *n_iov)
{
  Tree *tree = tree_of (vfs_file_node (file));
  EventReader *reader = vfs_file_state (file);
  gboolean can =
      subscription_is_everything (reader->wanted) && reader->next >= vfs_ring_first (tree->events);
  const char *text;

  ease_if_behind (tree, reader);
  if (can && reader->format == TREE_EVENTS_JSON)
    {
      reader->next = vfs_ring_lend (tree->events, reader->next, 0, want, iov, n_iov);
      return;
    }
  *n_iov = 0;
  if (!can || reader->format != TREE_EVENTS_PLAIN)
    return;
  reader->next = tree_recent_lend (tree->recent, reader->next, want, &text, &iov->iov_len);
  if (iov->iov_len == 0)
    return;
  iov->iov_base = (char *)text;
  *n_iov = 1;
}

static void
reader_close (VfsFile *file)
{
  Tree *tree = tree_of (vfs_file_node (file));
  EventReader *reader = vfs_file_state (file);

  sw_client_add_live_reader (tree->client, -1);
  tree->plain_readers -= reader->format == TREE_EVENTS_PLAIN;
  g_clear_pointer (&reader->channel, sw_channel_unref);
  subscription_free (reader->wanted);
  g_free (reader);
}

const VfsStreamOps tree_events_ops = { .open = reader_open,
                                       .line = reader_line,
                                       .pull = reader_pull,
                                       .lend = reader_lend,
                                       .close = reader_close };

/* ---- calls/<uuid>/events, events.json: one channel's ---- */

static int
call_reader_open (VfsFile *file)
{
  SwChannel *channel = channel_of (vfs_file_node (file));
  EventReader *reader;

  reader_open (file);
  reader = vfs_file_state (file);
  reader->channel = sw_channel_ref (channel);
  subscription_add_channel (reader->wanted, sw_channel_uuid (channel));
  return 0;
}

const VfsStreamOps tree_call_events_ops = { .open = call_reader_open,
                                            .pull = reader_pull,
                                            .close = reader_close };

/* Which records of the ring are this channel's. */
static void
index_record (Tree *tree, SwChannel *channel, guint64 number)
{
  CallWatch *watch = tree_watch (tree, channel);
  guint gone = 0;

  if (watch->records == NULL)
    watch->records = g_array_new (FALSE, FALSE, sizeof (guint64));
  while (gone < watch->records->len
         && g_array_index (watch->records, guint64, gone) < vfs_ring_first (tree->events))
    gone++;
  /* Not one by one: removing from the front moves the rest. */
  if (gone > watch->records->len / 2)
    g_array_remove_range (watch->records, 0, gone);
  g_array_append_val (watch->records, number);
}

void
tree_events_index (Tree *tree, const EslEvent *event)
{
  const char *uuid = esl_event_get (event, "Unique-ID");
  SwChannel *channel =
      uuid != NULL ? sw_model_channel (sw_client_model (tree->client), uuid) : NULL;

  if (channel != NULL)
    index_record (tree, channel, vfs_ring_next (tree->events) - 1);
}

void
tree_call_events_show (VfsNode *node, GString *out)
{
  Tree *tree = tree_of (node);
  CallWatch *watch = sw_channel_watch (channel_of (node));

  for (guint i = 0; watch != NULL && watch->records != NULL && i < watch->records->len; i++)
    append_record (tree, vfs_node_entry (node)->column, g_array_index (watch->records, guint64, i),
                   out);
}

gsize
tree_call_events_size (VfsNode *node)
{
  Tree *tree = tree_of (node);
  CallWatch *watch = sw_channel_watch (channel_of (node));
  gsize size = 0;

  for (guint i = 0; watch != NULL && watch->records != NULL && i < watch->records->len; i++)
    size += vfs_ring_length (tree->events, vfs_node_entry (node)->column,
                             g_array_index (watch->records, guint64, i));
  return size;
}

/* ---- events.xml, opened for reading: the whole ring, some records a turn ---- */

#define RECORDS_PER_TURN 128

typedef struct
{
  Tree *tree;
  VfsRequest *request;
  GString *out;
  guint64 next;
  guint64 end; /* what came after the open is not waited for */
  guint source;
} XmlReading;

static void
xml_free (XmlReading *reading)
{
  g_clear_handle_id (&reading->source, g_source_remove);
  if (reading->out != NULL)
    g_string_free (reading->out, TRUE);
  vfs_request_unref (reading->request);
  g_free (reading);
}

static gboolean
on_xml_turn (gpointer data)
{
  XmlReading *reading = data;

  reading->next = MAX (reading->next, vfs_ring_first (reading->tree->events));
  for (guint i = 0; i < RECORDS_PER_TURN && reading->next < reading->end; i++)
    append_record (reading->tree, TREE_EVENTS_XML, reading->next++, reading->out);
  if (reading->next < reading->end)
    return G_SOURCE_CONTINUE;
  reading->source = 0;
  vfs_request_on_cancel (reading->request, NULL, NULL);
  vfs_request_data (reading->request, g_string_free_to_bytes (g_steal_pointer (&reading->out)));
  xml_free (reading);
  return G_SOURCE_REMOVE;
}

static void
on_xml_cancelled (VfsRequest *request, gpointer data)
{
  xml_free (data);
}

void
tree_events_xml_fetch (VfsNode *node, VfsRequest *request)
{
  XmlReading *reading = g_new0 (XmlReading, 1);

  reading->tree = tree_of (node);
  reading->request = vfs_request_ref (request);
  reading->out = g_string_new (NULL);
  reading->next = vfs_ring_first (reading->tree->events);
  reading->end = vfs_ring_next (reading->tree->events);
  reading->source = g_idle_add_full (G_PRIORITY_DEFAULT, on_xml_turn, reading, NULL);
  vfs_request_on_cancel (request, on_xml_cancelled, reading);
}
