/* SPDX-License-Identifier: MIT */
/* tree-outbound.c - outbound/: calls that the dialplan's `socket` application hands to us.
 *
 * `accept` gives each call to exactly one reader. outbound/<uuid>/ is there while the call's socket
 * is; its object is the channel, so that every row of calls/<uuid>/ serves here as well. What acts
 * as a message to the session (execute, sendmsg, ctl) goes over the call's own socket. The api
 * commands behind the other files don't: without `async` that socket answers nothing while an
 * application runs, and a `hangup` must not wait for the end of what it is to end.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

#include "sw-outbound.h"

struct _TreeOutbound
{
  SwOutbound *outbound;
  WaitQueue *queue; /* readers of accept */
};

/* ---- life ---- */

/* The channel's watch names its socket. */
static void
on_arrived (SwOutboundCall *call, gpointer data)
{
  Tree *tree = data;

  tree_watch (tree, sw_outbound_call_channel (call))->socket = call;
  wait_queue_wake (tree->outbound->queue);
}

static void
on_ended (SwOutboundCall *call, gpointer data)
{
  tree_watch (data, sw_outbound_call_channel (call))->socket = NULL;
}

TreeOutbound *
tree_outbound_new (Tree *tree)
{
  static const SwOutboundFuncs funcs = { .arrived = on_arrived, .ended = on_ended };
  TreeOutbound *self = g_new0 (TreeOutbound, 1);

  self->queue = wait_queue_new ();
  self->outbound = sw_outbound_new (tree->client, &funcs, tree);
  return self;
}

void
tree_outbound_free (TreeOutbound *self)
{
  sw_outbound_free (self->outbound);
  wait_queue_free (self->queue);
  g_free (self);
}

gboolean
tree_listen (Tree *tree, const char *host, guint16 port, GError **error)
{
  return sw_outbound_listen (tree->outbound->outbound, host, port, error);
}

gboolean
tree_inherit (Tree *tree, int fd, GError **error)
{
  return sw_outbound_inherit (tree->outbound->outbound, fd, error);
}

gboolean
tree_allow (Tree *tree, const char *address, GError **error)
{
  return sw_outbound_allow (tree->outbound->outbound, address, error);
}

void
tree_outbound_event (Tree *tree, const EslEvent *event)
{
  sw_outbound_apply (tree->outbound->outbound, event);
}

void
tree_outbound_link_lost (Tree *tree)
{
  sw_outbound_end_all (tree->outbound->outbound);
}

void
tree_outbound_describe (Tree *tree, GString *out)
{
  sw_outbound_describe (tree->outbound->outbound, out);
}

/* ---- accept ---- */

typedef struct
{
  SwOutboundCall *last; /* given to this reader last; NULL: none yet */
} Acceptor;

static int
accept_open (VfsFile *file)
{
  TreeOutbound *self = tree_of (vfs_file_node (file))->outbound;

  if (!sw_outbound_is_listening (self->outbound))
    return EOPNOTSUPP;
  vfs_file_set_state (file, g_new0 (Acceptor, 1));
  vfs_file_watch (file, self->queue);
  return 0;
}

static VfsPull
accept_pull (VfsFile *file, GString *out, gsize want)
{
  Acceptor *acceptor = vfs_file_state (file);
  SwOutboundCall *call = sw_outbound_claim (tree_of (vfs_file_node (file))->outbound->outbound);

  if (call == NULL)
    return VFS_PULL_WAIT;
  g_clear_pointer (&acceptor->last, sw_outbound_call_unref);
  acceptor->last = call;
  g_string_append_printf (out, "%s\n", sw_outbound_call_uuid (call));
  return VFS_PULL_DATA;
}

/* What was pulled for this reader but not read, for the sake of a poll perhaps, is another's. */
static void
accept_close (VfsFile *file)
{
  Acceptor *acceptor = vfs_file_state (file);

  if (acceptor->last != NULL
      && vfs_file_unread (file) > strlen (sw_outbound_call_uuid (acceptor->last)))
    sw_outbound_unclaim (acceptor->last);
  g_clear_pointer (&acceptor->last, sw_outbound_call_unref);
  g_free (acceptor);
}

static const VfsStreamOps accept_ops = { .open = accept_open,
                                         .pull = accept_pull,
                                         .close = accept_close };

/* ---- the directory ---- */

static gboolean
outbound_next (VfsNode *dir, guint64 *cookie, const char **ret_name)
{
  return tree_registry_next (sw_outbound_registry (tree_of (dir)->outbound->outbound), cookie,
                             ret_name);
}

static const VfsEntry *
outbound_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  SwOutboundCall *call = sw_outbound_lookup (tree_of (dir)->outbound->outbound, name);

  if (call == NULL)
    return NULL;
  *ret_object = sw_channel_ref (sw_outbound_call_channel (call));
  return tree_row (tree_outbound_rows, "<uuid>");
}

static gboolean
socket_alive (gpointer object)
{
  const CallWatch *watch = sw_channel_watch (object);

  return watch != NULL && watch->socket != NULL;
}

const VfsDirOps tree_outbound_ops = { .next = outbound_next,
                                      .lookup = outbound_lookup,
                                      .object_free = registry_item_unref,
                                      .object_alive = socket_alive,
                                      .object_times = tree_channel_times };

SwOutboundCall *
tree_socket_of (const VfsNode *node)
{
  const CallWatch *watch;

  if (vfs_node_owner (node) != &tree_outbound_ops)
    return NULL;
  watch = sw_channel_watch (channel_of (node));
  return watch != NULL ? watch->socket : NULL;
}

/* ---- info ---- */

static void
info_show (VfsNode *node, GString *out)
{
  SwOutboundCall *call = tree_socket_of (node);
  EslFormat format = vfs_node_entry (node)->column;

  if (call == NULL)
    return;
  esl_event_append (sw_outbound_call_info (call), format, ESL_LOSSLESS, out);
  if (format == ESL_FORMAT_JSON)
    g_string_append_c (out, '\n');
}

/* ---- ctl ---- */

/* The ESL commands about a connection's own session; the switch's answer is the write's. */
static gboolean
is_control (const char *line)
{
  static const char *const words[] = {
    "linger", "nolinger", "divert_events on", "divert_events off", "myevents", "resume",
    "exit",   NULL
  };
  guint64 seconds;

  if (g_str_has_prefix (line, "linger "))
    return g_ascii_string_to_unsigned (line + strlen ("linger "), 10, 0, G_MAXINT32, &seconds,
                                       NULL);
  return g_strv_contains (words, line);
}

static void
send_control (Tree *tree, SwOutboundCall *call, const char *line, Request *request)
{
  TreeAsk *ask = tree_ask_new (tree, request, line);
  g_autofree char *command = g_strdup_printf ("%s\n\n", line);
  SwCommand *sent;

  if (strcmp (line, "myevents") == 0)
    sent = sw_outbound_call_listen (call, tree_ask_reply, ask);
  else if (g_str_has_prefix (line, "divert_events "))
    sent = sw_outbound_call_divert (call, g_str_has_suffix (line, " on"), tree_ask_reply, ask);
  else
    sent = sw_outbound_call_send (call, command, strlen (command), tree_ask_reply, ask);
  tree_ask_sent (ask, sent);
}

static void
ctl_call (VfsFile *file, const char *line, gsize len, Request *request)
{
  VfsNode *node = vfs_file_node (file);
  SwOutboundCall *call = tree_socket_of (node);
  g_autofree char *usage = NULL;

  if (call == NULL)
    request_fail (request, ENXIO);
  else if (!is_control (line))
    {
      usage = g_strdup_printf ("-USAGE: %s\n", vfs_node_entry (node)->help);
      request_refuse (request, EINVAL, tree_bytes (usage));
    }
  else if (strcmp (line, "resume") == 0 && !sw_outbound_call_is_async (call))
    /* It will, after `exit`. The switch would leave it in CS_RESET for ever. */
    request_data (request, tree_bytes ("+OK\n"));
  else if (strcmp (line, "myevents") == 0 && sw_outbound_call_listens (call))
    request_data (request, tree_bytes ("+OK Events Enabled\n"));
  else
    send_control (tree_of (node), call, line, request);
}

/* ---- the rows ---- */

static const VfsEntry outbound_call_rows[] = {
  { .name = "info",
    .mode = VFS_CALL_DATA,
    .help = "the channel's data as it was when the socket came; its mode and control",
    .show = info_show,
    .column = ESL_FORMAT_PLAIN },
  { .name = "info.json",
    .mode = VFS_CALL_DATA,
    .help = "the channel's data as it was when the socket came; its mode and control",
    .show = info_show,
    .column = ESL_FORMAT_JSON },
  { .name = "ctl",
    .mode = VFS_CONTROL,
    .help = "write linger [s], nolinger, divert_events on|off, myevents, resume or exit",
    .flags = VFS_LAST_REPLY,
    .show = vfs_show_help,
    .call = ctl_call },
  { .name = "<file>",
    .mode = VFS_CALL_DATA,
    .help = "all of calls/<uuid>/; execute and sendmsg go over the call's own socket" },
  { NULL },
};

const VfsEntry tree_outbound_rows[] = {
  { .name = "accept",
    .mode = VFS_CONTROL,
    .help = "<>: a line for each call that comes to -o outbound=, to one reader each",
    .show = vfs_show_help,
    .stream = &accept_ops },
  { .name = "<uuid>",
    .mode = VFS_DIR_CALL_DATA,
    .help = "one call, while its socket is there",
    .children = outbound_call_rows,
    .also = tree_call_rows },
  { NULL },
};
