/* SPDX-License-Identifier: MIT */
/* tree-ended.c - ended/: what is left of the last channels, a call record for the shell.
 *
 * Each keeps its SwChannel (the columns) and the event that carried its last variables
 * (CHANNEL_HANGUP_COMPLETE, else CHANNEL_DESTROY). Bounded in number and age.
 */
#include "tree-private.h"

#include <string.h>

#define ENDED_MAX 1000
#define ENDED_AGE ((gint64)3600 * G_USEC_PER_SEC)

typedef struct
{
  guint refs;
  Tree *tree; /* NULL: forgotten */
  SwChannel *channel;
  EslEvent *last; /* NULL: a resync found it gone */
  gint64 ended;   /* microseconds since the epoch, to be shown */
  gint64 clock;   /* monotonic, of the end */
  guint64 serial;
  GList link;
} Ended;

static void
ended_unref (gpointer data)
{
  Ended *ended = data;

  if (--ended->refs > 0)
    return;
  g_clear_pointer (&ended->last, esl_event_free);
  sw_channel_unref (ended->channel);
  g_free (ended);
}

static void
forget (Ended *ended)
{
  Tree *tree = ended->tree;

  if (g_hash_table_lookup (tree->ended_table, sw_channel_uuid (ended->channel)) == ended)
    g_hash_table_remove (tree->ended_table, sw_channel_uuid (ended->channel));
  g_queue_unlink (&tree->ended, &ended->link);
  ended->tree = NULL;
  ended_unref (ended);
}

static void
prune (Tree *tree)
{
  gint64 old = g_get_monotonic_time () - ENDED_AGE;

  while (tree->ended.head != NULL)
    {
      Ended *oldest = tree->ended.head->data;

      if (tree->ended.length <= ENDED_MAX && oldest->clock >= old)
        return;
      forget (oldest);
    }
}

void
tree_ended_clear (Tree *tree)
{
  while (tree->ended.head != NULL)
    forget (tree->ended.head->data);
  g_hash_table_unref (tree->ended_table);
}

void
tree_ended_add (Tree *tree, SwChannel *channel, const EslEvent *event)
{
  CallWatch *watch = sw_channel_watch (channel);
  Ended *same = g_hash_table_lookup (tree->ended_table, sw_channel_uuid (channel));
  Ended *ended = g_new0 (Ended, 1);

  if (same != NULL)
    forget (same);
  ended->refs = 1;
  ended->tree = tree;
  ended->channel = sw_channel_ref (channel);
  if (watch != NULL && watch->final != NULL)
    ended->last = g_steal_pointer (&watch->final);
  else if (event != NULL)
    ended->last = esl_event_copy (event);
  ended->ended = g_get_real_time ();
  ended->clock = g_get_monotonic_time ();
  ended->serial = ++tree->ended_serial;
  ended->link.data = ended;
  g_queue_push_tail_link (&tree->ended, &ended->link);
  g_hash_table_insert (tree->ended_table, (gpointer)sw_channel_uuid (channel), ended);
  prune (tree);
}

/* ---- the directory ---- */

static void
ended_list (VfsNode *dir, GPtrArray *ret_names)
{
  Tree *tree = tree_of (dir);

  prune (tree);
  for (GList *link = tree->ended.head; link != NULL; link = link->next)
    g_ptr_array_add (ret_names, g_strdup (sw_channel_uuid (((Ended *)link->data)->channel)));
}

static const VfsEntry *
ended_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  Tree *tree = tree_of (dir);
  Ended *ended;

  prune (tree);
  ended = g_hash_table_lookup (tree->ended_table, name);
  if (ended == NULL)
    return NULL;
  ended->refs++;
  *ret_object = ended;
  return tree_row (tree_ended_dirs, "<uuid>");
}

static gboolean
ended_alive (gpointer object)
{
  return ((Ended *)object)->tree != NULL;
}

static void
ended_times (gpointer object, gint64 *ret_mtime, gint64 *ret_ctime)
{
  *ret_mtime = ((Ended *)object)->ended;
  *ret_ctime = sw_channel_created (((Ended *)object)->channel);
}

const VfsDirOps tree_ended_ops = { .list = ended_list,
                                   .lookup = ended_lookup,
                                   .object_free = ended_unref,
                                   .object_alive = ended_alive,
                                   .object_times = ended_times };

/* ---- its files ---- */

static Ended *
ended_of (VfsNode *node)
{
  return vfs_node_object (node);
}

static void
vars_show (VfsNode *node, GString *out)
{
  g_autoptr (EslEvent) none = esl_event_new ();
  const EslEvent *last = ended_of (node)->last;

  tree_dump_append (last != NULL ? last : none, vfs_node_entry (node)->column, out);
}

static const char *
last_word (Ended *ended, const char *header, const char *other)
{
  const char *value = ended->last != NULL ? esl_event_get (ended->last, header) : NULL;

  if (value == NULL && ended->last != NULL)
    value = esl_event_get (ended->last, other);
  return value;
}

static void
cause_show (VfsNode *node, GString *out)
{
  const char *cause = last_word (ended_of (node), "Hangup-Cause", "variable_hangup_cause");

  g_string_append_printf (out, "%s\n", cause != NULL ? cause : "UNKNOWN");
}

/* Seconds from its creation to its end, as the switch counted them, else as we did. */
static void
duration_show (VfsNode *node, GString *out)
{
  Ended *ended = ended_of (node);
  const char *duration = last_word (ended, "variable_duration", "variable_duration");
  gint64 seconds = (ended->clock - sw_channel_born (ended->channel)) / G_USEC_PER_SEC;

  if (duration != NULL)
    g_string_append_printf (out, "%s\n", duration);
  else
    g_string_append_printf (out, "%" G_GINT64_FORMAT "\n", MAX (seconds, 0));
}

static void
column_show (VfsNode *node, GString *out)
{
  g_string_append_printf (
      out, "%s\n", sw_channel_column (ended_of (node)->channel, vfs_node_entry (node)->column));
}

#define ENDED_ROW(symbol, title, header)                                                           \
  { .name = title,                                                                                 \
    .mode = VFS_CALL_DATA,                                                                         \
    .help = "that column of `show channels`, as it last was",                                      \
    .show = column_show,                                                                           \
    .column = SW_COLUMN_##symbol },

static const VfsEntry ended_rows[] = {
  { .name = "vars",
    .mode = VFS_CALL_DATA,
    .help = "the variables at the end, as in calls/<uuid>/vars",
    .show = vars_show,
    .column = TREE_DUMP_VARS },
  { .name = "vars.json",
    .mode = VFS_CALL_DATA,
    .help = "the same as one object",
    .show = vars_show,
    .column = TREE_DUMP_VARS_JSON },
  { .name = "cause", .mode = VFS_CALL_DATA, .help = "the hangup cause", .show = cause_show },
  { .name = "duration",
    .mode = VFS_CALL_DATA,
    .help = "seconds from its creation to its end",
    .show = duration_show },
  SW_COLUMNS (ENDED_ROW){ NULL },
};

const VfsEntry tree_ended_dirs[] = {
  { .name = "<uuid>",
    .mode = VFS_DIR_CALL_DATA,
    .help = "a channel that has ended",
    .children = ended_rows },
  { NULL },
};
