/* SPDX-License-Identifier: MIT */
/* tree-api.c - api/: every api command of the switch is a file.
 *
 * What is listed is what `show api` lists and a name can be. Any well-formed name can be opened,
 * because the switch has commands that it doesn't list; one that it doesn't know is the write's
 * error.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

/* `+OK` for channels that don't exist (protocol: reply shapes): the model is asked instead. The
 * uuid is the last word. */
static const char *const lying_commands[] = { "uuid_hold" };

static gboolean
is_lying (const char *command)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lying_commands); i++)
    if (g_ascii_strcasecmp (command, lying_commands[i]) == 0)
      return TRUE;
  return FALSE;
}

/* TRUE when none of the words is a channel that lives. */
static gboolean
names_no_channel (Tree *tree, const char *args)
{
  g_auto (GStrv) words = g_strsplit_set (args, " \t", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (sw_model_channel (sw_client_model (tree->client), words[i]) != NULL)
      return FALSE;
  return TRUE;
}

static void
api_call (VfsFile *file, const char *args, gsize len, Request *request)
{
  VfsNode *node = vfs_file_node (file);
  Tree *tree = tree_of (node);
  const char *command = vfs_node_name (node);
  g_autofree char *line = g_strdup_printf (len > 0 ? "%s %s" : "%s", command, args);

  if (sw_client_state (tree->client) == SW_CLIENT_UP && is_lying (command)
      && names_no_channel (tree, args))
    {
      request_refuse (request, ENXIO, tree_bytes ("-ERR No such channel!\n"));
      return;
    }
  tree_ask_api (tree, line, strlen (line), request);
}

static void
api_show (VfsNode *node, GString *out)
{
  const char *name = vfs_node_name (node);
  const char *usage = sw_client_api_usage (tree_of (node)->client, name);

  if (usage == NULL || usage[0] == '\0')
    g_string_append_printf (out, "usage: %s [arguments]\n", name);
  else
    g_string_append_printf (out, "usage: %s %s\n", name, usage);
}

static gboolean
is_command_name (const char *name)
{
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("_-.:", *p) == NULL)
      return FALSE;
  return TRUE;
}

static void
api_list (VfsNode *dir, GPtrArray *ret_names)
{
  const char *const *names = sw_client_api_names (tree_of (dir)->client);

  for (; names != NULL && *names != NULL; names++)
    if (is_command_name (*names))
      g_ptr_array_add (ret_names, g_strdup (*names));
}

static const VfsEntry *
api_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  return is_command_name (name) ? tree_row (tree_api_rows, "<command>") : NULL;
}

const VfsDirOps tree_api_ops = { .list = api_list, .lookup = api_lookup };

const VfsEntry tree_api_rows[] = {
  { .name = "<command>",
    .mode = VFS_CONTROL,
    .help = "write the arguments (an empty line for none): runs that api command",
    .flags = VFS_LAST_REPLY,
    .show = api_show,
    .call = api_call },
  { NULL },
};
