/* SPDX-License-Identifier: MIT */
/* tree-log.c - log and calls/<uuid>/log: the switch's console log.
 *
 * The switch is asked for its log only while somebody cares: a live reader, an open of the growing
 * file, or one that was closed less than LINGER_SECONDS ago (so that `cat log` twice shows what
 * came between). It is asked for the highest level that any of them wants; a live reader drops what
 * is above its own. Looking at a call's log is no reason to ask.
 *
 * A line stands here as fs_cli prints it: the text that the switch made, without colours. What
 * eslfs itself has to say (lines are missing, the connection was lost) begins with "# eslfs:".
 *
 * A record of the ring is the Unique-ID that the line is about, which may be empty, and its text.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

#define LOG_BUFFER ((gsize)4 * 1024 * 1024)
#define LINGER_SECONDS 60
/* The log is a connection of its own: a call's last lines may come after its CHANNEL_DESTROY. */
#define FAREWELL_MS 500
#define RECORDS_PER_PULL 4096
#define LEVEL_ALL 7

/* A record's tag: the level, whether it is eslfs's own, the length of the Unique-ID before the
 * text. */
#define TAG_LEVEL 0xffu
#define TAG_OWN 0x100u
#define TAG_UUID_SHIFT 16
#define UUID_MAX 0xffffu

struct _TreeLog
{
  Tree *tree;
  VfsRing *ring;
  GQueue readers; /* of LogReader, by their links */
  guint views;    /* opens of the growing file */
  guint linger;
  GString *record; /* scratch */
};

typedef struct
{
  GList link;
  int level;
  char *uuid;         /* lines about this channel only; NULL: all */
  SwChannel *channel; /* of calls/<uuid>/log; NULL: the switch's */
  guint64 next;       /* number of the record to look at next */
  guint farewell;
  gboolean ended;
  TreeLog *log;
} LogReader;

/* ---- the ring ---- */

static gsize
uuid_len (const VfsRecord *record)
{
  return record->tag >> TAG_UUID_SHIFT;
}

static void
render (const VfsRecord *record, GString *out, gpointer data)
{
  gsize skip = uuid_len (record);

  g_string_append_len (out, (const char *)record->bytes + skip, (gssize)(record->len - skip));
}

static void
gap (guint64 records, guint64 bytes, GString *out, gpointer data)
{
  if (records > 0)
    g_string_append_printf (out, "# eslfs: %" G_GUINT64_FORMAT " log lines lost", records);
  else
    g_string_append_printf (out, "# eslfs: %" G_GUINT64_FORMAT " bytes of the log lost", bytes);
  g_string_append (out, ": this reader was slower than they came\n");
}

TreeLog *
tree_log_new (Tree *tree)
{
  static const VfsRingFormat format = { .render = render, .gap = gap };
  TreeLog *log = g_new0 (TreeLog, 1);

  log->tree = tree;
  log->ring = vfs_ring_new (LOG_BUFFER, &format, 1, NULL);
  log->record = g_string_new (NULL);
  return log;
}

void
tree_log_free (TreeLog *log)
{
  g_clear_handle_id (&log->linger, g_source_remove);
  vfs_ring_free (log->ring);
  g_string_free (log->record, TRUE);
  g_free (log);
}

VfsRing *
tree_log_ring (VfsNode *node)
{
  return tree_of (node)->log->ring;
}

void
tree_log_append (Tree *tree, const EslEvent *headers, const char *text, gsize len)
{
  TreeLog *log = tree->log;
  GString *record = log->record;
  const char *level = esl_event_get (headers, "Log-Level");
  const char *uuid = esl_event_get (headers, "User-Data");
  gboolean own = g_strcmp0 (esl_event_get (headers, "Log-File"), "eslfs") == 0;
  guint32 tag = level != NULL ? (guint32)g_ascii_strtoull (level, NULL, 10) & TAG_LEVEL : 0;
  gsize skip;

  g_string_truncate (record, 0);
  if (uuid != NULL && strlen (uuid) <= UUID_MAX)
    g_string_append (record, uuid);
  skip = record->len;
  if (own)
    g_string_append (record, "# ");
  g_string_append_len (record, text, (gssize)len);
  if (record->len == skip || record->str[record->len - 1] != '\n')
    g_string_append_c (record, '\n');
  tag |= (guint32)skip << TAG_UUID_SHIFT | (own ? TAG_OWN : 0);
  len = record->len - skip;
  vfs_ring_append (log->ring, record->str, record->len, tag, g_get_real_time (), &len);
}

/* ---- who cares ---- */

static void
update_level (TreeLog *log)
{
  int level = log->views > 0 || log->linger != 0 ? LEVEL_ALL : -1;

  for (GList *link = log->readers.head; link != NULL; link = link->next)
    level = MAX (level, ((LogReader *)link->data)->level);
  sw_client_set_log_level (log->tree->client, level);
}

static gboolean
on_lingered (gpointer data)
{
  TreeLog *log = data;

  log->linger = 0;
  update_level (log);
  return G_SOURCE_REMOVE;
}

static int
permission (Tree *tree)
{
  return sw_client_log_allowed (tree->client) ? 0 : EACCES;
}

/* Only opens that look at the growing file are counted: a live reader says its own level. */
int
tree_log_open (VfsFile *file)
{
  TreeLog *log = tree_of (vfs_file_node (file))->log;

  if (!vfs_file_is_view (file))
    return 0;
  if (permission (log->tree) != 0)
    return permission (log->tree);
  log->views++;
  g_clear_handle_id (&log->linger, g_source_remove);
  update_level (log);
  return 0;
}

void
tree_log_release (VfsFile *file)
{
  TreeLog *log = tree_of (vfs_file_node (file))->log;

  if (!vfs_file_is_view (file))
    return;
  g_return_if_fail (log->views > 0);
  if (--log->views == 0)
    log->linger = g_timeout_add_seconds (LINGER_SECONDS, on_lingered, log);
}

/* ---- live readers ---- */

static int
reader_open (VfsFile *file, SwChannel *channel)
{
  TreeLog *log = tree_of (vfs_file_node (file))->log;
  LogReader *reader = g_new0 (LogReader, 1);

  reader->log = log;
  reader->level = LEVEL_ALL;
  reader->channel = channel != NULL ? sw_channel_ref (channel) : NULL;
  reader->next = vfs_ring_next (log->ring);
  reader->link.data = reader;
  g_queue_push_tail_link (&log->readers, &reader->link);
  vfs_file_set_state (file, reader);
  vfs_file_watch (file, vfs_ring_queue (log->ring));
  sw_client_add_live_reader (log->tree->client, 1);
  update_level (log);
  return 0;
}

static int
log_open (VfsFile *file)
{
  int error = permission (tree_of (vfs_file_node (file)));

  return error != 0 ? error : reader_open (file, NULL);
}

static int
call_log_open (VfsFile *file)
{
  VfsNode *node = vfs_file_node (file);
  int error = permission (tree_of (node));

  return error != 0 ? error : reader_open (file, channel_of (node));
}

static void
reader_close (VfsFile *file)
{
  LogReader *reader = vfs_file_state (file);
  TreeLog *log = reader->log;

  g_queue_unlink (&log->readers, &reader->link);
  g_clear_handle_id (&reader->farewell, g_source_remove);
  g_clear_pointer (&reader->channel, sw_channel_unref);
  sw_client_add_live_reader (log->tree->client, -1);
  update_level (log);
  g_free (reader->uuid);
  g_free (reader);
}

/* FreeSWITCH's names, in any case, or the number; -1: neither. */
static int
parse_level (const char *word)
{
  static const char *const names[] = { "console", "alert",  "crit", "err",
                                       "warning", "notice", "info", "debug" };
  gint64 level;

  if (g_ascii_string_to_signed (word, 10, 0, LEVEL_ALL, &level, NULL))
    return (int)level;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (names[i], word) == 0)
      return (int)i;
  return -1;
}

/* "LEVEL", "LEVEL UUID", "uuid UUID", and "uuid" for all channels again. A reader of one channel
 * has its filter already. */
static int
reader_line (VfsFile *file, const char *line, gsize len, const char **ret_why)
{
  LogReader *reader = vfs_file_state (file);
  g_auto (GStrv) words = g_strsplit (line, " ", 2);
  const char *first = words[0] != NULL ? words[0] : "";
  const char *uuid = words[0] != NULL ? words[1] : NULL;
  gboolean by_uuid = strcmp (first, "uuid") == 0;
  int level = by_uuid ? reader->level : parse_level (first);

  *ret_why = reader->channel != NULL ? "-USAGE: level (0-7 or a name)\n"
                                     : "-USAGE: level (0-7 or a name) [uuid], or: uuid U\n";
  if (level < 0 || (reader->channel != NULL && (by_uuid || uuid != NULL)))
    return EINVAL;
  if (uuid != NULL && *uuid == '\0')
    return EINVAL;
  reader->level = level;
  if (by_uuid || uuid != NULL)
    {
      g_free (reader->uuid);
      reader->uuid = g_strdup (uuid);
    }
  update_level (reader->log);
  return 0;
}

static gboolean
is_about (const VfsRecord *record, const char *uuid)
{
  return uuid_len (record) == strlen (uuid) && memcmp (record->bytes, uuid, uuid_len (record)) == 0;
}

static gboolean
is_wanted (const LogReader *reader, const VfsRecord *record)
{
  const char *uuid = reader->channel != NULL ? sw_channel_uuid (reader->channel) : reader->uuid;

  if ((record->tag & TAG_OWN) != 0)
    return TRUE;
  if ((int)(record->tag & TAG_LEVEL) > reader->level)
    return FALSE;
  return uuid == NULL || is_about (record, uuid);
}

static VfsPull
reader_pull (VfsFile *file, GString *out, gsize want)
{
  LogReader *reader = vfs_file_state (file);
  VfsRing *ring = reader->log->ring;
  VfsRecord record;

  if (reader->next < vfs_ring_first (ring))
    {
      vfs_ring_render_gap (ring, 0, vfs_ring_first (ring) - reader->next, 0, out);
      reader->next = vfs_ring_first (ring);
    }
  for (guint looked = 0; looked < RECORDS_PER_PULL && out->len < want
                         && vfs_ring_record (ring, reader->next, &record);
       looked++, reader->next++)
    if (is_wanted (reader, &record))
      render (&record, out, NULL);
  if (out->len > 0)
    return VFS_PULL_DATA;
  if (reader->next < vfs_ring_next (ring))
    {
      wait_queue_wake (vfs_ring_queue (ring));
      return VFS_PULL_MORE;
    }
  if (reader->ended
      || (reader->channel != NULL && reader->farewell == 0 && !sw_channel_alive (reader->channel)))
    return VFS_PULL_END;
  return VFS_PULL_WAIT;
}

static gboolean
on_farewell (gpointer data)
{
  LogReader *reader = data;

  reader->farewell = 0;
  reader->ended = TRUE;
  wait_queue_wake (vfs_ring_queue (reader->log->ring));
  return G_SOURCE_REMOVE;
}

void
tree_log_channel_ended (Tree *tree, SwChannel *channel)
{
  for (GList *link = tree->log->readers.head; link != NULL; link = link->next)
    {
      LogReader *reader = link->data;

      if (reader->channel == channel && reader->farewell == 0)
        reader->farewell = g_timeout_add (FAREWELL_MS, on_farewell, reader);
    }
}

const VfsStreamOps tree_log_ops = {
  .open = log_open, .line = reader_line, .pull = reader_pull, .close = reader_close
};

const VfsStreamOps tree_call_log_ops = {
  .open = call_log_open, .line = reader_line, .pull = reader_pull, .close = reader_close
};

/* ---- a call's log, as far as the ring has it ---- */

/* Looked for when somebody wants it, from where the last look ended: lines may come before the
 * channel is known, and most calls' are never asked for. */
static TreeSelection *
call_lines (VfsNode *node)
{
  CallWatch *watch = tree_watch (tree_of (node), channel_of (node));
  VfsRing *ring = tree_log_ring (node);
  const char *uuid = sw_channel_uuid (channel_of (node));
  VfsRecord record;

  if (watch->lines == NULL)
    watch->lines = tree_selection_new (ring);
  watch->lines_next = MAX (watch->lines_next, vfs_ring_first (ring));
  for (; vfs_ring_record (ring, watch->lines_next, &record); watch->lines_next++)
    if (is_about (&record, uuid))
      tree_selection_add (watch->lines, record.number);
  return watch->lines;
}

void
tree_call_log_fetch (VfsNode *node, Request *request)
{
  tree_selection_snapshot (call_lines (node), 0, request);
}

gsize
tree_call_log_size (VfsNode *node)
{
  return tree_selection_size (call_lines (node), 0);
}
