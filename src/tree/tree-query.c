/* SPDX-License-Identifier: MIT */
/* tree-query.c - query/: a command that only looks, named by the path, `cat "query/show channels as
 * json"`.
 *
 * Which lines there are is tree-query-table.c's to say. Those that need no word of the user's are
 * listed when the switch has the command. For the owner only: some of it, such as global variables,
 * may be secret.
 */
#include "tree-private.h"

#include <string.h>

/* Refused names that eslfs/errors tells of: so many at once, and one more each second. What probes
 * for odd names must not push out the failures of others. */
#define TOLD_AT_ONCE 20

static void
query_fetch (VfsNode *node, Request *request)
{
  Tree *tree = tree_of (node);
  const char *line = vfs_node_name (node);
  TreeAsk *ask = tree_ask_new (tree, request, line);

  tree_ask_sent (ask, sw_client_query_for (tree->client, request_caller (request)->uid, line,
                                           tree_ask_reply, ask));
}

static const VfsEntry *
query_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  g_autofree char *why = tree_query_refusal (name);

  return why == NULL ? tree_row (tree_query_rows, "<command line>") : NULL;
}

/* Takes one from what may be told now; FALSE: there is none left. */
static gboolean
refusal_may_be_told (Tree *tree)
{
  gint64 now = g_get_monotonic_time ();
  gint64 earliest = now - TOLD_AT_ONCE * G_USEC_PER_SEC;

  tree->query_told = MAX (tree->query_told, earliest);
  if (tree->query_told + G_USEC_PER_SEC > now)
    return FALSE;
  tree->query_told += G_USEC_PER_SEC;
  return TRUE;
}

static char *
query_refusal (VfsNode *dir, const char *name)
{
  Tree *tree = tree_of (dir);
  g_autofree char *why = tree_query_refusal (name);

  /* A shell looks twice. */
  if (why == NULL || g_strcmp0 (tree->query_refused, name) == 0 || !refusal_may_be_told (tree))
    return NULL;
  g_free (tree->query_refused);
  tree->query_refused = g_strdup (name);
  return g_strdup_printf ("-ERR %s\n", why);
}

typedef struct
{
  SwClient *client;
  GPtrArray *names;
} Listing;

/* Before the switch has said which commands it has, none is. */
static void
list_line (const char *line, gpointer data)
{
  const Listing *listing = data;
  g_autofree char *command = g_strndup (line, strcspn (line, " "));

  if (g_strv_contains (sw_client_api_names (listing->client), command))
    g_ptr_array_add (listing->names, g_strdup (line));
}

static void
query_list (VfsNode *dir, GPtrArray *ret_names)
{
  Listing listing = { tree_of (dir)->client, ret_names };

  tree_query_each_listed (list_line, &listing);
}

const VfsDirOps tree_query_ops = { .list = query_list,
                                   .lookup = query_lookup,
                                   .refusal = query_refusal };

const VfsEntry tree_query_rows[] = {
  { .name = "<command line>",
    .mode = VFS_PRIVATE,
    .help = "the output of that command, such as \"show channels as json\"; those that need no "
            "argument are listed",
    .flags = VFS_VOLATILE,
    .fetch = query_fetch },
  { NULL },
};
