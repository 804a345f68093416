/* SPDX-License-Identifier: MIT */
/* tree-block.c - sendevent and sendmsg: blocks of header lines, a blank line, perhaps a body.
 *
 * Values travel as they stand: the switch decodes nothing in them. With a Content-Length the body
 * is that many bytes and must be there; without one it is the rest of the block.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

/* One line of the head; FALSE: it has no colon, or nothing before it. */
static gboolean
add_header (EslEvent *event, const char *line, gsize len)
{
  const char *colon = memchr (line, ':', len);
  const char *value;

  if (colon == NULL || colon == line)
    return FALSE;
  value = colon + 1;
  while (value < line + len && *value == ' ')
    value++;
  esl_event_add_len (event, line, colon - line, value, line + len - value);
  return TRUE;
}

/* What follows the blank line. */
static gboolean
take_body (EslEvent *event, const char *body, gsize len)
{
  const char *length = esl_event_get_last (event, "Content-Length");
  guint64 wanted = len;

  if (length != NULL
      && (!g_ascii_string_to_unsigned (length, 10, 0, G_MAXINT, &wanted, NULL) || wanted > len))
    return FALSE;
  esl_event_remove (event, "Content-Length");
  if (wanted > 0)
    esl_event_set_body (event, body, wanted);
  return TRUE;
}

/* NULL when all is well, else what is wrong, for people. */
static const char *
parse (EslEvent *event, const char *text, gsize len)
{
  const char *end = text + len;

  while (text < end)
    {
      const char *newline = memchr (text, '\n', (gsize)(end - text));
      gsize line_len = (gsize)((newline != NULL ? newline : end) - text);

      if (line_len == 0)
        return take_body (event, text + 1, (gsize)(end - text - 1))
                   ? NULL
                   : "-ERR the body is shorter than its Content-Length\n";
      if (!add_header (event, text, line_len))
        return "-ERR a line before the blank line is no header (Name: value)\n";
      text += line_len + (newline != NULL);
    }
  return take_body (event, "", 0) ? NULL : "-ERR the body is shorter than its Content-Length\n";
}

static void
refuse (Request *request, const char *text)
{
  request_refuse (request, EINVAL, tree_bytes (text));
}

void
tree_sendevent_call (VfsFile *file, const char *block, gsize len, Request *request)
{
  Tree *tree = tree_of (vfs_file_node (file));
  gsize skipped = strspn (block, "\n");
  gsize name_len = strcspn (block + skipped, "\n");
  g_autofree char *name = g_strndup (block + skipped, name_len);
  gsize start = MIN (skipped + name_len + 1, len);
  g_autoptr (EslEvent) event = esl_event_new ();
  const char *wrong;
  TreeAsk *ask;

  if (name_len == 0 || strpbrk (name, ": \t") != NULL)
    {
      refuse (request, "-USAGE: the event's name on the first line, such as CUSTOM\n");
      return;
    }
  wrong = parse (event, block + start, len - start);
  if (wrong != NULL)
    {
      refuse (request, wrong);
      return;
    }
  ask = tree_ask_new (tree, request, "sendevent");
  tree_ask_sent (ask, sw_client_sendevent (tree->client, name, event, tree_ask_reply, ask));
}

void
tree_sendmsg_call (VfsFile *file, const char *block, gsize len, Request *request)
{
  VfsNode *node = vfs_file_node (file);
  Tree *tree = tree_of (node);
  SwOutboundCall *socket = tree_socket_of (node);
  const char *uuid = sw_channel_uuid (channel_of (node));
  gsize skipped = strspn (block, "\n");
  g_autoptr (EslEvent) message = esl_event_new ();
  const char *wrong = parse (message, block + skipped, len - skipped);
  TreeAsk *ask;

  if (wrong == NULL && esl_event_get (message, "call-command") == NULL)
    wrong =
        "-USAGE: header lines, call-command: execute|hangup|nomedia|unicast|xferext among them\n";
  if (wrong != NULL)
    {
      refuse (request, wrong);
      return;
    }
  if (tree_ask_denied (request, tree_belt_message (tree->belt, message)))
    return;
  tree->epoch++;
  ask = tree_ask_new (tree, request, "sendmsg");
  tree_ask_sent (ask, socket != NULL
                          ? sw_outbound_call_sendmsg (socket, message, tree_ask_reply, ask)
                          : sw_client_sendmsg (tree->client, uuid, message, tree_ask_reply, ask));
}
