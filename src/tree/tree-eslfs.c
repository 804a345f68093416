/* SPDX-License-Identifier: MIT */
/* tree-eslfs.c - eslfs/: the file system about itself. */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

static void
connection_show (VfsNode *node, GString *out)
{
  sw_client_describe (tree_of (node)->client, out);
  tree_esl_describe (tree_of (node), out);
  tree_outbound_describe (tree_of (node), out);
}

/* The live form: the whole description now and after each change, a blank line after each. */
typedef struct
{
  char *last;
} ConnectionStream;

static int
connection_open (VfsFile *file)
{
  vfs_file_set_state (file, g_new0 (ConnectionStream, 1));
  vfs_file_watch (file, tree_of (vfs_file_node (file))->link);
  return 0;
}

static VfsPull
connection_pull (VfsFile *file, GString *out, gsize want)
{
  ConnectionStream *stream = vfs_file_state (file);
  g_autoptr (GString) now = g_string_new (NULL);

  connection_show (vfs_file_node (file), now);
  if (g_strcmp0 (stream->last, now->str) == 0)
    return VFS_PULL_WAIT;
  g_free (stream->last);
  stream->last = g_strdup (now->str);
  g_string_append_printf (out, "%s\n", now->str);
  return VFS_PULL_DATA;
}

static void
connection_close (VfsFile *file)
{
  ConnectionStream *stream = vfs_file_state (file);

  g_free (stream->last);
  g_free (stream);
}

static const VfsStreamOps connection_ops = { .open = connection_open,
                                             .pull = connection_pull,
                                             .close = connection_close };

static void
options_show (VfsNode *node, GString *out)
{
  g_string_append (out, tree_of (node)->options);
}

static void
version_show (VfsNode *node, GString *out)
{
  g_string_append (out, "eslfs " ESLFS_VERSION "\n");
}

static void
loglevel_show (VfsNode *node, GString *out)
{
  g_string_append_printf (out, "%d\n", tree_of (node)->loglevel);
}

static void
loglevel_store (VfsFile *file, const char *line, gsize len, Request *request)
{
  gint64 level;

  if (!g_ascii_string_to_signed (line, 10, 0, 7, &level, NULL))
    {
      request_refuse (
          request, EINVAL,
          tree_bytes ("-USAGE: a level is a number from 0 (emergencies) to 7 (debug)\n"));
      return;
    }
  tree_of (vfs_file_node (file))->loglevel = (int)level;
  request_done (request, 0);
}

const VfsEntry tree_eslfs_rows[] = {
  { .name = "connection",
    .mode = VFS_PUBLIC_LIVE,
    .help =
        "connected or not, and why; each connection's descriptor and addresses; <>: each change",
    .show = connection_show,
    .stream = &connection_ops },
  { .name = "errors",
    .mode = VFS_CALL_DATA,
    .help = "the last 1,000 failures: time, uid, file, error, command, the reply in full",
    .show = tree_failures_show,
    .size = tree_failures_size },
  { .name = "loglevel",
    .mode = VFS_CONTROL,
    .help = "how much eslfs itself logs: 0 (emergencies) to 7 (debug); writable",
    .show = loglevel_show,
    .store = loglevel_store },
  { .name = "metrics",
    .mode = VFS_PUBLIC,
    .help = "counters and gauges, as Prometheus reads them",
    .show = tree_metrics_show,
    .size = tree_metrics_size },
  { .name = "options",
    .mode = VFS_CALL_DATA,
    .help = "the options in effect, no secret",
    .show = options_show },
  { .name = "version", .mode = VFS_PUBLIC, .help = "eslfs's own version", .show = version_show },
  { NULL },
};
