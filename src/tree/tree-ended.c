/* SPDX-License-Identifier: MIT */
/* tree-ended.c - ended/: what is left of the last channels, a call record for the shell.
 *
 * Each is an SwEnded: the channel's columns, and the event that carried its last variables
 * (CHANNEL_HANGUP_COMPLETE, else CHANNEL_DESTROY).
 */
#include "tree-private.h"

void
tree_ended_add (Tree *tree, SwChannel *channel, const EslEvent *event)
{
  CallWatch *watch = sw_channel_watch (channel);
  EslEvent *last = watch != NULL ? g_steal_pointer (&watch->final) : NULL;

  if (last == NULL && event != NULL)
    last = esl_event_copy (event);
  sw_history_add (tree->history, channel, last, sw_now ());
}

/* ---- the directory ---- */

static const Registry *
ended_registry (VfsNode *dir)
{
  SwHistory *history = tree_of (dir)->history;

  sw_history_expire (history, sw_now ());
  return sw_history_registry (history);
}

static gboolean
ended_next (VfsNode *dir, guint64 *cookie, const char **ret_name)
{
  return tree_registry_next (ended_registry (dir), cookie, ret_name);
}

static const VfsEntry *
ended_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  return tree_registry_lookup (ended_registry (dir), name, tree_row (tree_ended_dirs, "<uuid>"),
                               ret_object);
}

static void
ended_times (gpointer object, gint64 *ret_mtime, gint64 *ret_ctime)
{
  const SwEnded *ended = object;

  *ret_mtime = ended->end.date;
  *ret_ctime = sw_channel_created (ended->channel);
}

const VfsDirOps tree_ended_ops = { .next = ended_next,
                                   .lookup = ended_lookup,
                                   .object_free = registry_item_unref,
                                   .object_alive = tree_registry_alive,
                                   .object_times = ended_times };

/* ---- its files ---- */

static const SwEnded *
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
last_word (const SwEnded *ended, const char *header, const char *other)
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
  const SwEnded *ended = ended_of (node);
  const char *duration = last_word (ended, "variable_duration", "variable_duration");
  gint64 seconds = (ended->end.clock - sw_channel_born (ended->channel)) / G_USEC_PER_SEC;

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
