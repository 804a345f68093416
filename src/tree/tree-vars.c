/* SPDX-License-Identifier: MIT */
/* tree-vars.c - variables written: lines of `vars`, and the value files of var/. */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

/* [A-Za-z0-9_.:/-]+, optional [n]. The switch's own tokeniser would read others as something else.
 */
static gboolean
is_variable_name (const char *name)
{
  const char *end = name;

  while (g_ascii_isalnum (*end) || (*end != '\0' && strchr ("_.:/-", *end) != NULL))
    end++;
  if (end == name)
    return FALSE;
  if (*end == '[' && g_ascii_isdigit (end[1]))
    {
      for (end++; g_ascii_isdigit (*end); end++)
        ;
      if (*end++ != ']')
        return FALSE;
    }
  return *end == '\0';
}

static void
set (VfsNode *node, const char *name, const char *value, gsize len, Request *request)
{
  Tree *tree = tree_of (node);
  const char *uuid = sw_channel_uuid (channel_of (node));
  g_autofree char *text = g_strndup (value, len);
  TreeAsk *ask;

  if (!is_variable_name (name))
    {
      request_refuse (request, EINVAL,
                      tree_bytes ("-ERR a variable's name has only letters, digits and _.:/- , and "
                                  "perhaps [n]\n"));
      return;
    }
  if (tree_ask_denied (request, tree_belt_variable (tree->belt, name, text)))
    return;
  tree->epoch++;
  ask = tree_ask_new (tree, request, "uuid_setvar");
  tree_ask_sent (ask, sw_client_setvar (tree->client, uuid, name, value, len, tree_ask_reply, ask));
}

void
tree_vars_store (VfsFile *file, const char *line, gsize len, Request *request)
{
  const char *equals = memchr (line, '=', len);
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  gsize value_len = 0;

  if (equals != NULL)
    {
      name = g_strndup (line, (gsize)(equals - line));
      value = tree_unescape (equals + 1, len - (gsize)(equals + 1 - line), &value_len);
    }
  if (value == NULL)
    request_refuse (request, EINVAL,
                    tree_bytes ("-USAGE: name=value, escaped as printf %b reads it\n"));
  else
    set (vfs_file_node (file), name, value, value_len, request);
}

static void
var_put (VfsFile *file, const char *value, gsize len, Request *request)
{
  VfsNode *node = vfs_file_node (file);

  set (node, vfs_node_name (node), value, len, request);
}

typedef struct
{
  GPtrArray *listed;
  GHashTable *seen; /* lent from there */
} Names;

static void
add_name (const char *name, const char *value, gpointer data)
{
  Names *names = data;
  char *copy;

  if (g_hash_table_contains (names->seen, name))
    return;
  copy = g_strdup (name);
  g_ptr_array_add (names->listed, copy);
  g_hash_table_add (names->seen, copy);
}

/* A name that is given twice is one file. */
static void
var_list (VfsNode *dir, GPtrArray *ret_names)
{
  const EslEvent *dump = tree_dump_prepared (channel_of (dir));
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Names names = { ret_names, seen };

  if (dump != NULL)
    tree_dump_each_variable (dump, add_name, &names);
}

static const VfsEntry *
var_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  const EslEvent *dump = tree_dump_prepared (channel_of (dir));
  g_autofree char *header = g_strconcat ("variable_", name, NULL);

  for (guint i = 0; dump != NULL && i < esl_event_n_headers (dump); i++)
    {
      EslHeader found;

      esl_event_header (dump, i, &found);
      if (strcmp (found.name, header) == 0)
        return tree_row (tree_var_rows, "<name>");
    }
  return NULL;
}

static const VfsEntry *
var_create (VfsNode *dir, const char *name, gpointer *ret_object)
{
  return is_variable_name (name) ? tree_row (tree_var_rows, "<name>") : NULL;
}

const VfsDirOps tree_var_ops = {
  .prepare = tree_dump_prepare, .list = var_list, .lookup = var_lookup, .create = var_create
};

const VfsEntry tree_var_rows[] = {
  { .name = "<name>",
    .mode = VFS_CONTROL_SHOWN,
    .help =
        "the exact value and a newline; write to set, empty unsets; a new file makes a variable",
    .flags = VFS_VOLATILE,
    .fetch = tree_dump_fetch,
    .put = var_put,
    .column = TREE_DUMP_VAR },
  { NULL },
};
