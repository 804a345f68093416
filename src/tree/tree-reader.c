/* SPDX-License-Identifier: MIT */
/* tree-reader.c - live readers of the events: each with its own place in the ring, subscription and
 * filters.
 *
 * Filters cost time, and there may be many readers: a pull looks at records for TREE_PULL_MAX at
 * most, all pulls of a turn of the loop for TREE_TURN_MAX, and goes on in a later turn. One match
 * of a regular expression has a bound of its own (tree-pattern.h); one that exceeds it ends its
 * filter, which the reader is told by a record.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

#include "sw-record.h"
#include "tree-subscription.h"

/* Microseconds. */
#define TREE_PULL_MAX ((gint64)1000)
#define TREE_TURN_MAX ((gint64)2000)

/* ---- live readers ---- */

typedef struct
{
  Subscription *wanted;
  guint64 next; /* number of the record to look at next */
  guint format;
  SwChannel *channel; /* of calls/<uuid>/events*; NULL: all */
  gboolean ended;
  gsize kept; /* bytes of the subscription, as they were counted */
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
  int error;

  *ret_why = "-USAGE: event NAMES [CUSTOM SUBCLASSES], nixevent NAMES, noevents, myevents UUID, "
             "filter HEADER VALUE, filter delete HEADER [VALUE]\n";
  if (names_no_channel (tree_of (vfs_file_node (file)), line))
    {
      *ret_why = "-ERR No such channel!\n";
      return ENXIO;
    }
  error = subscription_command (reader->wanted, line);
  vfs_file_keep (file, &reader->kept, subscription_size (reader->wanted));
  if (error != 0 && subscription_why (reader->wanted) != NULL)
    *ret_why = subscription_why (reader->wanted);
  return error;
}

/* ---- what a turn of the loop may take ---- */

static gboolean
on_next_turn (gpointer data)
{
  Tree *tree = data;

  tree->judging_source = 0;
  tree->judged = 0;
  return G_SOURCE_REMOVE;
}

/* How long a pull may take now, microseconds; 0: this turn is over. */
static gint64
pull_share (const Tree *tree)
{
  return CLAMP (TREE_TURN_MAX - tree->judged, 0, TREE_PULL_MAX);
}

static void
pull_account (Tree *tree, gint64 since)
{
  tree->judged += MAX (g_get_monotonic_time () - since, 1);
  if (tree->judging_source == 0)
    tree->judging_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_next_turn, tree, NULL);
}

/* There is more to look at, in a later turn; who has used his share stands behind those who have
 * not. */
static VfsPull
pull_later (VfsFile *file, gboolean has_looked)
{
  WaitQueue *queue = vfs_ring_queue (tree_of (vfs_file_node (file))->events);

  if (has_looked)
    {
      vfs_file_watch (file, NULL);
      vfs_file_watch (file, queue);
    }
  wait_queue_wake (queue);
  return VFS_PULL_MORE;
}

/* ---- pulling ---- */

/* To the reader whose filter it was. */
static void
append_stop (Tree *tree, const EventReader *reader, const EslFilterStop *stop, GString *out)
{
  g_autoptr (EslEvent) record =
      sw_record_new ("eslfs::filter", sw_client_core_uuid (tree->client), g_get_real_time ());

  esl_event_add (record, "Filter-Header", stop->header);
  esl_event_add (record, "Filter-Value", stop->value);
  esl_event_add (record, "Filter-Reason", stop->why);
  esl_event_add (record, "Filter-Result", "from this event on it matches nothing");
  tree_events_append_event (record, reader->format, out);
}

static EslFilterVerdict
judge (Tree *tree, EventReader *reader, gint64 deadline, GString *out)
{
  const EslEvent *event;
  EslFilterVerdict verdict;
  EslFilterStop stop;

  if (subscription_is_everything (reader->wanted))
    return ESL_FILTER_PASSES;
  event = tree_events_parsed (tree, reader->next);
  verdict = subscription_judge (reader->wanted, event, reader->next, deadline);
  if (subscription_take_stop (reader->wanted, &stop))
    append_stop (tree, reader, &stop, out);
  if (verdict != ESL_FILTER_LATER)
    reader->ended = subscription_ends_with (reader->wanted, event);
  return verdict;
}

/* Looks at the records that are there, until `deadline` or `want` bytes. */
static void
pull_records (Tree *tree, EventReader *reader, gint64 deadline, gsize want, GString *out)
{
  do
    {
      EslFilterVerdict verdict = judge (tree, reader, deadline, out);

      if (verdict == ESL_FILTER_PASSES)
        tree_events_append_record (tree, reader->format, reader->next, out);
      if (verdict != ESL_FILTER_LATER)
        reader->next++;
    }
  while (reader->next < vfs_ring_next (tree->events) && out->len < want && !reader->ended
         && g_get_monotonic_time () < deadline);
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
  gint64 begin = g_get_monotonic_time (), share = pull_share (tree);

  if (reader->next < vfs_ring_first (ring))
    {
      vfs_ring_render_gap (ring, reader->format, vfs_ring_first (ring) - reader->next, 0, out);
      reader->next = vfs_ring_first (ring);
    }
  if (share > 0 && reader->next < vfs_ring_next (ring) && !reader->ended)
    {
      pull_records (tree, reader, begin + share, want, out);
      pull_account (tree, begin);
    }
  if (out->len > 0)
    return VFS_PULL_DATA;
  if (is_over (tree, reader))
    return VFS_PULL_END;
  return reader->next < vfs_ring_next (ring) ? pull_later (file, share > 0) : VFS_PULL_WAIT;
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

/* ---- one channel's: calls/<uuid>/events, events.json ---- */

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
