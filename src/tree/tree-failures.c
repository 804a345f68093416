/* SPDX-License-Identifier: MIT */
/* tree-failures.c - eslfs/errors: what an errno can't say.
 *
 * The last FAILURES_MAX commands that failed, one line each, oldest first: time, uid, file, errno
 * in words, the command, and what the switch said in full (bounded by FAILURE_MAX bytes, escaped).
 */
#include "tree-private.h"

#include <string.h>

#define FAILURES_MAX 1000
#define FAILURE_MAX ((gsize)64 * 1024)
#define FAILURES_BYTES ((gsize)4 * 1024 * 1024)

static char *
failure_line (const Caller *caller, const char *path, int error, const char *command,
              const char *text)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S.%f%:z");
  GString *line = g_string_new (time);

  g_string_append_printf (line, "\tuid %u\t", (guint)caller->uid);
  g_string_append (line, path);
  g_string_append_printf (line, "\t%s\t", g_strerror (error));
  tree_escape (line, command, strlen (command));
  g_string_append_c (line, '\t');
  tree_escape (line, text, MIN (strlen (text), FAILURE_MAX));
  g_string_append_c (line, '\n');
  return g_string_free (line, FALSE);
}

static void
drop_oldest (Tree *tree)
{
  g_autofree char *line = g_queue_pop_head (&tree->failures);

  tree->failure_bytes -= strlen (line);
}

void
tree_failures_add (gpointer context, const Caller *caller, const char *path, int error,
                   const char *command, const char *text)
{
  Tree *tree = context;
  char *line = failure_line (caller, path, error, command, text);

  g_debug ("failed: %s", line);
  g_queue_push_tail (&tree->failures, line);
  tree->n_failures++;
  tree->failure_bytes += strlen (line);
  while (tree->failures.length > FAILURES_MAX || tree->failure_bytes > FAILURES_BYTES)
    drop_oldest (tree);
}

void
tree_failures_show (VfsNode *node, GString *out)
{
  for (GList *link = tree_of (node)->failures.head; link != NULL; link = link->next)
    g_string_append (out, link->data);
}

gsize
tree_failures_size (VfsNode *node)
{
  return tree_of (node)->failure_bytes;
}

void
tree_failures_clear (Tree *tree)
{
  while (tree->failures.head != NULL)
    drop_oldest (tree);
}
