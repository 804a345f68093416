/* SPDX-License-Identifier: MIT */
/* tree-root.c - the root's rows, and the README that is made from all of them. */
#include "tree-private.h"

#include <string.h>

static void readme_show (VfsNode *node, GString *out);

static void
uuid_show (VfsNode *node, GString *out)
{
  g_autofree char *uuid = g_uuid_string_random ();

  g_string_append_printf (out, "%s\n", uuid);
}

static gsize
uuid_size (VfsNode *node)
{
  return 37; /* 36 characters and a newline */
}

static const VfsEntry root_rows[] = {
  { .name = "README", .mode = VFS_PUBLIC, .help = "this page", .show = readme_show },
  { .name = "uuid",
    .mode = VFS_PUBLIC,
    .help = "a fresh uuid for each open",
    .show = uuid_show,
    .size = uuid_size },
  { .name = "events",
    .mode = VFS_CALL_LIVE,
    .help = "the events, plain; tail -f follows. <>: live, and takes event, nixevent, myevents, "
            "filter lines",
    .ring = tree_events_ring,
    .ring_format = TREE_EVENTS_PLAIN,
    .stream = &tree_events_ops,
    .column = TREE_EVENTS_PLAIN },
  { .name = "events.json",
    .mode = VFS_CALL_LIVE,
    .help = "the same, one JSON object a line",
    .ring = tree_events_ring,
    .ring_format = TREE_EVENTS_JSON,
    .stream = &tree_events_ops,
    .column = TREE_EVENTS_JSON },
  { .name = "events.xml",
    .mode = VFS_CALL_LIVE,
    .help = "the same, in XML",
    .ring = tree_events_ring,
    .ring_format = TREE_EVENTS_XML,
    .stream = &tree_events_ops,
    .column = TREE_EVENTS_XML },
  { .name = "log",
    .mode = VFS_CALL_LIVE,
    .help = "the switch's console log; tail -f follows. <>: live, and takes level (0-7 or name) "
            "[uuid], uuid U",
    .open = tree_log_open,
    .ring = tree_log_ring,
    .release = tree_log_release,
    .stream = &tree_log_ops },
  { .name = "api",
    .mode = VFS_DIR_CALL_DATA,
    .help = "the switch's commands",
    .children = tree_api_rows,
    .dir = &tree_api_ops },
  { .name = "bgapi",
    .mode = VFS_CONTROL,
    .help = "the jobs; write \"command args\" to start one; <>: its id, then its result; Job-UUID: "
            "sets the id",
    .flags = VFS_OWN_DEEDS,
    .show = tree_bgapi_show,
    .size = tree_bgapi_size,
    .store = tree_bgapi_store,
    .release = tree_bgapi_release,
    .stream = &tree_bgapi_ops },
  { .name = "jobs",
    .mode = VFS_DIR_CALL_DATA,
    .help = "the background jobs of this mount",
    .children = tree_job_dirs,
    .dir = &tree_jobs_ops },
  { .name = "query",
    .mode = VFS_DIR_PRIVATE,
    .help = "read-only commands, named by the path",
    .children = tree_query_rows,
    .dir = &tree_query_ops },
  { .name = "sendevent",
    .mode = VFS_CONTROL,
    .help = "write an event: its name, header lines, a blank line, a body; fired when the file is "
            "closed",
    .flags = VFS_LAST_REPLY | VFS_BLOCKS,
    .show = vfs_show_help,
    .call = tree_sendevent_call },
  { .name = "globals",
    .mode = VFS_CONTROL,
    .help = "the switch's global variables, name=value a line; write such a line to set",
    .fetch = tree_globals_fetch,
    .store = tree_globals_store },
  { .name = "esl",
    .mode = VFS_CONTROL,
    .help = "<>: an ESL connection of your own, logged in; bytes pass as they are",
    .show = vfs_show_help,
    .stream = &tree_esl_ops },
  { .name = "channels",
    .mode = VFS_CALL_DATA,
    .help = "one line a channel, tab separated, a header line first",
    .ready = tree_ready,
    .show = tree_channels_show,
    .size = tree_channels_size,
    .column = 0 },
  { .name = "channels.json",
    .mode = VFS_CALL_DATA,
    .help = "one JSON object a channel, a line each",
    .ready = tree_ready,
    .show = tree_channels_show,
    .size = tree_channels_size,
    .column = 1 },
  { .name = "calls",
    .mode = VFS_DIR_CALL_DATA,
    .help = "the channels that live",
    .children = tree_call_dirs,
    .dir = &tree_calls_ops },
  { .name = "ended",
    .mode = VFS_DIR_CALL_DATA,
    .help = "the last channels that ended, for an hour",
    .children = tree_ended_dirs,
    .dir = &tree_ended_ops },
  { .name = "outbound",
    .mode = VFS_DIR_CALL_DATA,
    .help = "calls that the dialplan's socket application hands over",
    .children = tree_outbound_rows,
    .dir = &tree_outbound_ops },
  { .name = "eslfs",
    .mode = VFS_DIR_PUBLIC,
    .help = "eslfs about itself",
    .children = tree_eslfs_rows },
  { NULL },
};

static const VfsEntry root = {
  .name = "", .mode = VFS_DIR_PUBLIC, .help = "the switch", .children = root_rows
};

const VfsEntry *
tree_root_entry (void)
{
  return &root;
}

/* Neighbours with the same help share a line, the first and the last of them. */
static void
append_neighbours (const VfsEntry **row, GString *names)
{
  const VfsEntry *first = *row;

  while ((*row)[1].name != NULL && strcmp ((*row)[1].help, first->help) == 0)
    ++*row;
  if (*row > first)
    g_string_append_printf (names, "%s %s", *row > first + 1 ? " ..." : "", (*row)->name);
}

/* One line a row, so that a page stays a page. */
static void
append_rows (const VfsTree *tree, const VfsEntry *rows, const char *path, GString *out)
{
  for (const VfsEntry *row = rows; row->name != NULL; row++)
    {
      if (vfs_tree_leaves_out (tree, row))
        continue;
      g_autofree char *below =
          g_strdup_printf ("%s%s%s", path, row->name, S_ISDIR (row->mode) ? "/" : "");
      g_autoptr (GString) names = g_string_new (below);

      append_neighbours (&row, names);
      if (row->children == NULL)
        g_string_append_printf (out, "%-28s %s\n", names->str, row->help);
      else
        append_rows (tree, row->children, below, out);
    }
}

static void
readme_show (VfsNode *node, GString *out)
{
  const VfsTree *tree = vfs_node_tree (node);

  g_string_append (out,
                   "A FreeSWITCH switch as files. Opening for reading looks, and never acts.\n"
                   "Writing a line acts: the write returns when the switch has answered, and\n"
                   "fails when it refused (why: eslfs/errors). Opening for both (<> in a shell)\n"
                   "is a conversation: write to ask, read the answer, or what comes next.\n\n");
  if (vfs_tree_monitors (tree))
    g_string_append (out, "This mount only monitors (-o monitor): no file that acts is here.\n\n");
  append_rows (tree, root_rows, "", out);
  g_string_append (out, "\nExamples:\n"
                        "  cat calls/*/vars\n");
  if (!vfs_tree_monitors (tree))
    g_string_append (out, "  echo \"playback foo.wav\" > calls/$uuid/execute\n"
                          "  exec 3<>api/status; echo >&3; cat <&3\n");
  g_string_append (out, "  tail -f events\n"
                        "  jq -r '.\"Event-Name\"' <>events.json\n");
}
