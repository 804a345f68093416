/* SPDX-License-Identifier: MIT */
/* tree-calls.c - calls/: a directory for each channel.
 *
 * A node below calls/ stands for its SwChannel and keeps a reference, so that an open file of a
 * call that has ended still knows what it was.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

#include "esl-cause.h"

/* ---- calls/ itself ---- */

static const Registry *
calls_registry (VfsNode *dir)
{
  return sw_model_registry (sw_client_model (tree_of (dir)->client));
}

static gboolean
calls_next (VfsNode *dir, guint64 *cookie, const char **ret_name)
{
  return tree_registry_next (calls_registry (dir), cookie, ret_name);
}

static const VfsEntry *
calls_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  return tree_registry_lookup (calls_registry (dir), name, tree_row (tree_call_dirs, "<uuid>"),
                               ret_object);
}

static gboolean
channel_named (gpointer object, const char *name)
{
  return strcmp (sw_channel_uuid (object), name) == 0;
}

void
tree_channel_times (gpointer channel, gint64 *ret_mtime, gint64 *ret_ctime)
{
  *ret_mtime = sw_channel_last_event (channel);
  *ret_ctime = sw_channel_created (channel);
}

const VfsDirOps tree_calls_ops = { .next = calls_next,
                                   .lookup = calls_lookup,
                                   .object_free = registry_item_unref,
                                   .object_alive = tree_registry_alive,
                                   .object_named = channel_named,
                                   .object_times = tree_channel_times };

/* ---- peer ---- */

static gboolean
peer_link (VfsNode *node, GString *out)
{
  const char *peer = sw_channel_peer (channel_of (node));

  if (peer == NULL || sw_model_channel (sw_client_model (tree_of (node)->client), peer) == NULL)
    return FALSE;
  g_string_append (out, tree_socket_of (node) != NULL ? "../../calls/" : "../");
  return vfs_name_encode (peer, out);
}

/* ---- control files that are one api command about this channel ---- */

typedef enum
{
  VERB_HANGUP,
  VERB_ANSWER,
  VERB_HOLD,
  VERB_PARK,
  VERB_BREAK,
  VERB_TRANSFER,
  VERB_BRIDGE,
} Verb;

/* Which words a verb takes: none, at most one of a list, or some. */
static const struct
{
  const char *command;
  guint min_words;
  guint max_words;
} verbs[] = {
  [VERB_HANGUP] = { "uuid_kill", 0, 1 },   [VERB_ANSWER] = { "uuid_answer", 0, 0 },
  [VERB_HOLD] = { "uuid_hold", 0, 1 },     [VERB_PARK] = { "uuid_park", 0, 0 },
  [VERB_BREAK] = { "uuid_break", 0, 1 },   [VERB_TRANSFER] = { "uuid_transfer", 1, 3 },
  [VERB_BRIDGE] = { "uuid_bridge", 1, 1 },
};

static guint
count_words (const char *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t", -1);
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++)
    n += words[i][0] != '\0';
  return n;
}

static char *
verb_line (Verb verb, const char *uuid, const char *words)
{
  const char *command = verbs[verb].command;

  /* The switch would take any word, and clear the call normally. */
  if (verb == VERB_HANGUP && words[0] != '\0' && !esl_cause_is_known (words))
    return NULL;
  if (verb == VERB_HOLD && strcmp (words, "off") == 0)
    return g_strdup_printf ("%s off %s", command, uuid);
  if (verb == VERB_HOLD && (words[0] == '\0' || strcmp (words, "on") == 0))
    return g_strdup_printf ("%s %s", command, uuid);
  if (verb == VERB_HOLD || (verb == VERB_BREAK && words[0] != '\0' && strcmp (words, "all") != 0))
    return NULL;
  return g_strdup_printf (words[0] != '\0' ? "%s %s %s" : "%s %s", command, uuid, words);
}

static void
verb_call (VfsFile *file, const char *line, gsize len, Request *request)
{
  VfsNode *node = vfs_file_node (file);
  Verb verb = vfs_node_entry (node)->column;
  g_autofree char *words = g_strstrip (g_strdup (line));
  guint n_words = count_words (words);
  g_autofree char *command = NULL;
  g_autoptr (GError) error = NULL;

  if (!sw_uuid_is_plain (sw_channel_uuid (channel_of (node)), &error))
    {
      tree_answer_error (request, error);
      return;
    }
  if (n_words >= verbs[verb].min_words && n_words <= verbs[verb].max_words)
    command = verb_line (verb, sw_channel_uuid (channel_of (node)), words);
  if (command != NULL)
    {
      tree_ask_api (tree_of (node), command, strlen (command), request);
      return;
    }
  g_autofree char *usage = g_strdup_printf ("-USAGE: %s\n", vfs_node_entry (node)->help);

  request_refuse (request, EINVAL, tree_bytes (usage));
}

/* ---- the rows of calls/<uuid>/ ---- */

#define COLUMN_ROW(symbol, title, header)                                                          \
  { .name = title,                                                                                 \
    .mode = VFS_CALL_LIVE,                                                                         \
    .help = "that column of `show channels`; <>: now and after each change, to the end",           \
    .ready = tree_ready,                                                                           \
    .show = tree_value_show,                                                                       \
    .size = tree_value_size,                                                                       \
    .stream = &tree_value_ops,                                                                     \
    .column = SW_COLUMN_##symbol },

#define VERB_ROW(title, verb, text)                                                                \
  {                                                                                                \
    .name = title, .mode = VFS_CONTROL, .help = text, .flags = VFS_LAST_REPLY,                     \
    .show = vfs_show_help, .call = verb_call, .column = verb                                       \
  }

const VfsEntry tree_call_rows[] = {
  { .name = "vars",
    .mode = VFS_CONTROL_SHOWN,
    .help = "the channel's variables, name=value a line, escaped for printf %b; write such a line "
            "to set",
    .fetch = tree_dump_fetch,
    .store = tree_vars_store,
    .column = TREE_DUMP_VARS },
  { .name = "vars.json",
    .mode = VFS_CALL_DATA,
    .help = "the variables as one object",
    .fetch = tree_dump_fetch,
    .column = TREE_DUMP_VARS_JSON },
  { .name = "var",
    .mode = VFS_DIR_CALL_MAKE,
    .help = "a file for each variable",
    .children = tree_var_rows,
    .dir = &tree_var_ops },
  { .name = "dump",
    .mode = VFS_CALL_DATA,
    .help = "all channel data, as an event in plain text",
    .fetch = tree_dump_fetch,
    .column = TREE_DUMP_PLAIN },
  { .name = "dump.json",
    .mode = VFS_CALL_DATA,
    .help = "the same in JSON",
    .fetch = tree_dump_fetch,
    .column = TREE_DUMP_JSON },
  { .name = "dump.xml",
    .mode = VFS_CALL_DATA,
    .help = "the same in XML",
    .fetch = tree_dump_fetch,
    .column = TREE_DUMP_XML },
  { .name = "execute",
    .mode = VFS_CONTROL,
    .help = "write \"app args\": queues a dialplan application; <>: and wait for its result",
    .flags = VFS_LAST_REPLY | VFS_TIMED,
    .show = vfs_show_help,
    .call = tree_execute_call,
    .release = tree_execute_release },
  { .name = "events",
    .mode = VFS_CALL_LIVE,
    .help = "this channel's events, plain; <>: live",
    .fetch = tree_call_events_fetch,
    .size = tree_call_events_size,
    .stream = &tree_call_events_ops,
    .column = TREE_EVENTS_PLAIN },
  { .name = "events.json",
    .mode = VFS_CALL_LIVE,
    .help = "the same, one JSON object a line",
    .fetch = tree_call_events_fetch,
    .size = tree_call_events_size,
    .stream = &tree_call_events_ops,
    .column = TREE_EVENTS_JSON },
  { .name = "dtmf",
    .mode = VFS_CONTROL_SHOWN,
    .help = "the digits so far, \"digit duration\" a line; write digits to send; <>: live",
    .show = tree_dtmf_show,
    .store = tree_dtmf_store,
    .stream = &tree_dtmf_ops },
  { .name = "sendmsg",
    .mode = VFS_CONTROL,
    .help = "write a message: header lines (call-command: ...), a blank line, perhaps a body",
    .flags = VFS_LAST_REPLY | VFS_BLOCKS,
    .show = vfs_show_help,
    .call = tree_sendmsg_call },
  VERB_ROW ("hangup", VERB_HANGUP, "write [cause], such as USER_BUSY or 17: ends the call"),
  VERB_ROW ("answer", VERB_ANSWER, "write an empty line: answers the call"),
  VERB_ROW ("hold", VERB_HOLD, "write on or off"),
  VERB_ROW ("park", VERB_PARK, "write an empty line: parks the call"),
  VERB_ROW ("break", VERB_BREAK, "write an empty line or all: stops what is being played"),
  VERB_ROW ("transfer", VERB_TRANSFER, "write dest [dialplan [context]]"),
  VERB_ROW ("bridge", VERB_BRIDGE, "write the other channel's uuid"),
  { .name = "log",
    .mode = VFS_CALL_LIVE,
    .help = "what the log still holds of this channel; <>: live, to the call's end; takes a level",
    .fetch = tree_call_log_fetch,
    .size = tree_call_log_size,
    .stream = &tree_call_log_ops },
  { .name = "peer",
    .mode = VFS_LINK,
    .help = "the bridged leg's directory, while there is one",
    .flags = VFS_VOLATILE,
    .link = peer_link },
  SW_COLUMNS (COLUMN_ROW){ NULL },
};

const VfsEntry tree_call_dirs[] = {
  { .name = "<uuid>",
    .mode = VFS_DIR_CALL_DATA,
    .help = "one channel",
    .children = tree_call_rows },
  { NULL },
};
