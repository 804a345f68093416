/* SPDX-License-Identifier: MIT */
/* tree-ask.c - one question to the switch on behalf of one request.
 *
 * A TreeAsk lives from the sending to the reply, or to the request's cancel, which forgets the
 * reply (the command itself runs on at the switch).
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

struct _TreeAsk
{
  Tree *tree;
  Request *request;
  SwCommand *sent;
  char *command;
};

GBytes *
tree_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
ask_free (TreeAsk *ask)
{
  g_clear_pointer (&ask->request, request_unref);
  g_free (ask->command);
  g_free (ask);
}

static void
on_cancel (Request *request, gpointer data)
{
  TreeAsk *ask = data;
  gboolean forgets = ask->sent != NULL;

  if (forgets)
    sw_command_cancel (ask->sent);
  request_fail (request, EINTR);
  g_clear_pointer (&ask->request, request_unref);
  if (forgets)
    ask_free (ask);
}

void
tree_set_stake (SwCommand *sent, RequestInterest stake)
{
  static const SwStake stakes[] = {
    [REQUEST_WATCHED] = SW_WATCHED, [REQUEST_DETACHED] = SW_UNWATCHED, [REQUEST_GONE] = SW_ABANDONED
  };

  if (sent != NULL)
    sw_command_set_stake (sent, stakes[stake]);
}

static void
on_stake (Request *request, gpointer data)
{
  TreeAsk *ask = data;

  tree_set_stake (ask->sent, request_interest (request));
}

TreeAsk *
tree_ask_new (Tree *tree, Request *request, const char *command)
{
  TreeAsk *ask = g_new0 (TreeAsk, 1);

  ask->tree = tree;
  ask->request = request_ref (request);
  ask->command = g_strdup (command);
  return ask;
}

void
tree_ask_drop (TreeAsk *ask)
{
  ask_free (ask);
}

void
tree_ask_sent (TreeAsk *ask, SwCommand *command)
{
  ask->sent = command;
  request_on_cancel (ask->request, on_cancel, ask);
  request_on_interest (ask->request, on_stake, ask);
}

void
tree_answer_error (Request *request, const GError *error)
{
  g_autofree char *text = NULL;

  if (g_error_matches (error, SW_ERROR, SW_ERROR_LOST))
    text = g_strdup ("-ERR link lost\n");
  else
    text = g_strdup_printf ("-ERR %s\n", error->message);
  request_refuse (request, tree_errno_of_error (error), tree_bytes (text));
}

void
tree_ask_reply (const char *text, gsize len, const GError *error, gpointer data)
{
  TreeAsk *ask = data;
  int refused = error == NULL ? tree_errno_of_reply (ask->command, text, len) : 0;

  /* Another connection may have been asked for a dump meanwhile, and been answered from before. */
  ask->tree->epoch++;
  if (ask->request == NULL)
    ; /* cancelled */
  else if (error != NULL)
    tree_answer_error (ask->request, error);
  else if (refused != 0)
    request_refuse (ask->request, refused, g_bytes_new (text, len));
  else
    request_data (ask->request, g_bytes_new (text, tree_reply_is_empty (text, len) ? 0 : len));
  ask_free (ask);
}

gboolean
tree_ask_denied (Request *request, const char *said)
{
  if (said != NULL)
    request_refuse (request, EPERM, tree_bytes (said));
  return said != NULL;
}

void
tree_ask_api (Tree *tree, const char *line, gsize len, Request *request)
{
  g_autoptr (GError) error = NULL;
  TreeAsk *ask;

  /* At once: in a conversation it is then the write that fails. */
  if (!sw_client_accepts (tree->client, line, len, &error))
    {
      tree_answer_error (request, error);
      return;
    }
  if (tree_ask_denied (request, tree_belt_api (tree->belt, line)))
    return;
  ask = tree_ask_new (tree, request, line);
  tree->epoch++;
  tree_ask_sent (ask, sw_client_api (tree->client, line, len, tree_ask_reply, ask));
}
