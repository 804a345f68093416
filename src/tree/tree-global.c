/* SPDX-License-Identifier: MIT */
/* tree-global.c - globals: the switch's global variables, name=value a line.
 *
 * `global_getvar` gives them all, raw; a line without a name goes on the value before it.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

typedef struct
{
  Request *request;
  SwCommand *sent;
} GlobalReading;

static gboolean
starts_variable (const char *line, gsize len)
{
  const char *equals = memchr (line, '=', len);

  if (equals == NULL || equals == line)
    return FALSE;
  for (const char *p = line; p < equals; p++)
    if (!g_ascii_isalnum (*p) && strchr ("_.:/-$", *p) == NULL)
      return FALSE;
  return TRUE;
}

/* Escapes everything but the newlines between variables. */
static void
append_globals (GString *out, const char *text, gsize len)
{
  const char *end = text + len;

  while (text < end)
    {
      const char *newline = memchr (text, '\n', (gsize)(end - text));
      gsize line_len = newline != NULL ? (gsize)(newline - text) : (gsize)(end - text);

      if (starts_variable (text, line_len) && out->len > 0)
        g_string_append_c (out, '\n');
      else if (out->len > 0)
        g_string_append (out, "\\n");
      tree_escape (out, text, line_len);
      text += line_len + (newline != NULL);
    }
  if (out->len > 0)
    g_string_append_c (out, '\n');
}

static void
on_cancel (Request *request, gpointer data)
{
  GlobalReading *reading = data;

  sw_command_cancel (reading->sent);
  request_fail (request, EINTR);
  request_unref (request);
  g_free (reading);
}

static void
on_globals (const char *text, gsize len, const GError *error, gpointer data)
{
  GlobalReading *reading = data;
  g_autoptr (GString) out = g_string_new (NULL);

  request_on_cancel (reading->request, NULL, NULL);
  if (error != NULL)
    tree_answer_error (reading->request, error);
  else if (g_str_has_prefix (text, "-ERR") && !tree_reply_is_empty (text, len))
    request_refuse (reading->request, tree_errno_of_reply ("", text, len), g_bytes_new (text, len));
  else
    {
      append_globals (out, text, tree_reply_is_empty (text, len) ? 0 : len);
      request_data (reading->request, g_bytes_new (out->str, out->len));
    }
  request_unref (reading->request);
  g_free (reading);
}

void
tree_globals_fetch (VfsNode *node, Request *request)
{
  GlobalReading *reading = g_new0 (GlobalReading, 1);

  reading->request = request_ref (request);
  reading->sent = sw_client_query_for (tree_of (node)->client, request_caller (request)->uid,
                                       "global_getvar", on_globals, reading);
  request_on_cancel (request, on_cancel, reading);
}

void
tree_globals_store (VfsFile *file, const char *line, gsize len, Request *request)
{
  Tree *tree = tree_of (vfs_file_node (file));
  const char *equals = memchr (line, '=', len);
  g_autofree char *value = NULL;
  g_autofree char *name = NULL;
  gsize value_len = 0;
  TreeAsk *ask;

  if (equals != NULL && equals > line && starts_variable (line, len))
    value = tree_unescape (equals + 1, len - (gsize)(equals + 1 - line), &value_len);
  if (value == NULL)
    {
      request_refuse (request, EINVAL, tree_bytes ("-USAGE: name=value\n"));
      return;
    }
  name = g_strndup (line, (gsize)(equals - line));
  if (tree_ask_denied (request, tree_belt_variable (tree->belt, name, value)))
    return;
  ask = tree_ask_new (tree, request, "global_setvar");
  tree->epoch++;
  tree_ask_sent (
      ask, sw_client_global_setvar (tree->client, name, value, value_len, tree_ask_reply, ask));
}
