/* SPDX-License-Identifier: MIT */
/* tree-execute.c - calls/<uuid>/execute: dialplan applications.
 *
 * Written only, a line is answered when the switch has queued it, as ESL's execute on an inbound
 * connection. In a conversation it is answered when that very run is complete: the message carries
 * an Event-UUID of ours, which comes back as Application-UUID of CHANNEL_EXECUTE_COMPLETE, whose
 * Application-Response is the answer; see take_response() for what may be wrong with it. A channel
 * that ends first ends the wait.
 *
 * Argument bytes travel in the message's body, where nothing can be mistaken for a second command.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

/* The attribute lines of one open. */
typedef struct
{
  gboolean async;
  gboolean event_lock;
  guint loops;
} Attributes;

/* One run that is waited for. */
typedef struct
{
  Tree *tree;
  Request *request;
  SwChannel *channel;
  SwCommand *sent; /* until the switch has queued it */
  guint loops;
  char *response; /* of the last completion */
  char *nested;   /* what an application said that ran inside this one; NULL: none did */
  gboolean begun;
  gboolean waits;   /* for the completion, not only for the queueing */
  gboolean is_sync; /* the message is answered when it is done, however long that takes */
  char event_uuid[37];
} Execution;

void
tree_execution_free (gpointer data)
{
  Execution *execution = data;

  request_unref (execution->request);
  sw_channel_unref (execution->channel);
  g_free (execution->response);
  g_free (execution->nested);
  g_free (execution);
}

static void
on_cancel (Request *request, gpointer data)
{
  Execution *execution = data;

  if (execution->sent != NULL)
    sw_command_cancel (execution->sent);
  request_fail (request, EINTR);
  g_hash_table_remove (execution->tree->executions, execution->event_uuid);
}

static void
on_stake (Request *request, gpointer data)
{
  Execution *execution = data;

  tree_set_stake (execution->sent, request_interest (request));
}

/* Ends the execution with `text` as its answer. */
static void
finish (Execution *execution, int error, const char *text, gsize len)
{
  if (execution->sent != NULL)
    sw_command_cancel (g_steal_pointer (&execution->sent));
  request_on_cancel (execution->request, NULL, NULL);
  request_on_interest (execution->request, NULL, NULL);
  if (error != 0)
    request_refuse (execution->request, error, g_bytes_new (text, len));
  else
    request_data (execution->request, g_bytes_new (text, len));
  g_hash_table_remove (execution->tree->executions, execution->event_uuid);
}

/* The deadline is for a writer who is kept waiting; a conversation waits for the completion. */
static gboolean
is_just_long (const Execution *execution, const GError *error)
{
  return execution->is_sync && execution->waits && sw_channel_alive (execution->channel)
         && g_error_matches (error, SW_ERROR, SW_ERROR_TIMEOUT);
}

static void
on_queued (const char *text, gsize len, const GError *error, gpointer data)
{
  Execution *execution = data;
  int refused = error == NULL ? tree_errno_of_reply ("sendmsg", text, len) : 0;

  execution->sent = NULL;
  execution->tree->epoch++;
  if (is_just_long (execution, error))
    return;
  if (error != NULL)
    {
      request_on_cancel (execution->request, NULL, NULL);
      tree_answer_error (execution->request, error);
      g_hash_table_remove (execution->tree->executions, execution->event_uuid);
    }
  else if (refused != 0 || !execution->waits)
    finish (execution, refused, text, len);
  else if (!sw_channel_alive (execution->channel))
    finish (execution, ECANCELED, "-ERR call ended\n", 16);
}

/* TRUE: the line was an attribute and *ret_error is its errno. */
static gboolean
take_attribute (VfsFile *file, const char *line, int *ret_error)
{
  Attributes *attributes = vfs_file_state (file);
  const char *value = strchr (line, ':');
  gboolean is_true;
  guint64 loops;

  if (value == NULL || memchr (line, ' ', (gsize)(value - line)) != NULL)
    return FALSE;
  value++;
  value += strspn (value, " ");
  is_true = strcmp (value, "true") == 0;
  *ret_error = is_true || strcmp (value, "false") == 0 ? 0 : EINVAL;
  if (g_str_has_prefix (line, "async:"))
    attributes->async = is_true;
  else if (g_str_has_prefix (line, "event-lock:"))
    attributes->event_lock = is_true;
  else if (g_str_has_prefix (line, "loops:"))
    {
      *ret_error = g_ascii_string_to_unsigned (value, 10, 1, G_MAXINT32, &loops, NULL) ? 0 : EINVAL;
      attributes->loops = *ret_error == 0 ? (guint)loops : attributes->loops;
    }
  else
    return FALSE;
  return TRUE;
}

static void
run (VfsFile *file, const char *app, const char *arg, Request *request)
{
  Tree *tree = tree_of (vfs_file_node (file));
  const Attributes *attributes = vfs_file_state (file);
  SwOutboundCall *socket = tree_socket_of (vfs_file_node (file));
  Execution *execution = g_new0 (Execution, 1);
  g_autofree char *event_uuid = g_uuid_string_random ();
  EslExecute message = { .uuid = NULL, .app = app, .arg = arg, .arg_len = -1 };

  execution->tree = tree;
  execution->request = request_ref (request);
  execution->channel = sw_channel_ref (channel_of (vfs_file_node (file)));
  execution->waits = vfs_file_is_talk (file);
  execution->is_sync = socket != NULL && !sw_outbound_call_is_async (socket);
  execution->loops = attributes->loops;
  g_strlcpy (execution->event_uuid, event_uuid, sizeof execution->event_uuid);
  g_hash_table_insert (tree->executions, execution->event_uuid, execution);
  message.uuid = sw_channel_uuid (execution->channel);
  message.event_uuid = execution->event_uuid;
  message.async = attributes->async;
  message.event_lock = attributes->event_lock;
  message.loops = attributes->loops;
  tree->epoch++;
  execution->sent = socket != NULL
                        ? sw_outbound_call_execute (socket, &message, on_queued, execution)
                        : sw_client_execute (tree->client, &message, on_queued, execution);
  request_on_cancel (request, on_cancel, execution);
  request_on_interest (request, on_stake, execution);
}

/* The switch would run it all the same, and an application without what it needs does harm:
 * `hangup` has an optional cause ("[<cause>]"), `playback` a path that must be there ("<path>"). */
static gboolean
refuse_without_argument (Tree *tree, const char *app, const char *arg, Request *request)
{
  const char *syntax = sw_client_application_syntax (tree->client, app);
  g_autofree char *usage = NULL;

  if (syntax == NULL || syntax[0] != '<' || (arg != NULL && arg[0] != '\0'))
    return FALSE;
  usage = g_strdup_printf ("-USAGE: %s %s\n", app, syntax);
  request_refuse (request, EINVAL, tree_bytes (usage));
  return TRUE;
}

static void
refuse (Request *request, int error, const char *text)
{
  request_refuse (request, error, tree_bytes (text));
}

void
tree_execute_call (VfsFile *file, const char *line, gsize len, Request *request)
{
  Tree *tree = tree_of (vfs_file_node (file));
  const char *space = strchr (line, ' ');
  g_autofree char *app = g_strndup (line, space != NULL ? (gsize)(space - line) : len);
  const char *arg = space != NULL ? space + 1 : NULL;
  int error = 0;

  if (vfs_file_state (file) == NULL)
    vfs_file_set_state (file, g_new0 (Attributes, 1));
  if (take_attribute (file, line, &error))
    {
      if (error == 0)
        request_done (request, 0);
      else
        request_fail (request, error);
    }
  else if (app[0] == '\0')
    refuse (request, EINVAL, "-USAGE: app [arguments]\n");
  else if (memchr (line, '\r', len) != NULL)
    refuse (request, EINVAL, "-ERR a carriage return can't stand in a line\n");
  else if (!tree_ask_denied (request, tree_belt_application (tree->belt, app, arg))
           && !refuse_without_argument (tree, app, arg, request))
    run (file, app, arg, request);
}

void
tree_execute_release (VfsFile *file)
{
  g_free (vfs_file_state (file));
}

static Execution *
find_waiting (Tree *tree, const EslEvent *event, const char *header)
{
  const char *uuid = esl_event_get_last (event, header);
  Execution *execution = uuid != NULL ? g_hash_table_lookup (tree->executions, uuid) : NULL;

  return execution != NULL && execution->waits ? execution : NULL;
}

static void
complete (Execution *execution)
{
  g_autofree char *response = g_steal_pointer (&execution->response);
  g_autofree char *line = g_strdup_printf ("%s\n", response);

  finish (execution, 0, line, strlen (line));
}

/* The switch is done with the message and never ran the application: on a channel that has been
 * hung up only those run that need none (`set`, `log`). */
static void
give_up (Execution *execution, const EslEvent *event)
{
  gboolean ended = esl_event_get (event, "Hangup-Cause") != NULL;
  const char *text = ended ? "-ERR call ended\n" : "-ERR the switch did not run it\n";

  finish (execution, ended ? ECANCELED : EREMOTEIO, text, strlen (text));
}

/* Applications that say how they ended, always. (FreeSWITCH 1.10.12, mod_dptools.) */
static const char *const responding[] = { "playback", "endless_playback", "loop_playback",
                                          "phrase",   "broadcast",        "play_and_detect_speech",
                                          NULL };

/* The response is a variable of the channel, which the switch clears before each application: one
 * that says nothing shows what an application said that ran inside it meanwhile. */
static void
take_response (Execution *execution, const EslEvent *event)
{
  const char *response = esl_event_get (event, "Application-Response");
  const char *application = esl_event_get (event, "Application");
  gboolean is_another_s = execution->nested != NULL && g_strcmp0 (response, execution->nested) == 0
                          && application != NULL && !g_strv_contains (responding, application);

  g_free (execution->response);
  execution->response = g_strdup (response == NULL || is_another_s ? "_none_" : response);
}

/* An application of the channel ended: others that have begun are around it. */
static void
note_nested (Tree *tree, const EslEvent *event, const Execution *ended)
{
  const char *channel = esl_event_get_last (event, "Unique-ID");
  GHashTableIter iter;
  Execution *execution;

  g_hash_table_iter_init (&iter, tree->executions);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&execution))
    if (execution->begun && execution != ended
        && g_strcmp0 (sw_channel_uuid (execution->channel), channel) == 0)
      {
        g_free (execution->nested);
        execution->nested = g_strdup (esl_event_get (event, "Application-Response"));
      }
}

/* With loops the same run completes several times, and perhaps fewer than was asked for; the
 * PRIVATE_COMMAND that follows the last is then its end (protocol: sendmsg). */
void
tree_execute_event (Tree *tree, const EslEvent *event)
{
  const char *name = esl_event_name (event);
  Execution *execution;

  if (g_hash_table_size (tree->executions) == 0 || name == NULL)
    return;
  if (strcmp (name, "PRIVATE_COMMAND") == 0)
    {
      execution = find_waiting (tree, event, "Event-UUID");
      if (execution != NULL && execution->response != NULL)
        complete (execution);
      else if (execution != NULL)
        give_up (execution, event);
      return;
    }
  if (!g_str_has_prefix (name, "CHANNEL_EXECUTE"))
    return;
  execution = find_waiting (tree, event, "Application-UUID");
  if (strcmp (name, "CHANNEL_EXECUTE") == 0)
    {
      if (execution != NULL)
        execution->begun = TRUE;
      return;
    }
  note_nested (tree, event, execution);
  if (execution == NULL)
    return;
  take_response (execution, event);
  if (execution->loops <= 1)
    complete (execution);
}

/* Collects first: finishing one may run anything. */
static void
finish_all (Tree *tree, SwChannel *channel, int error, const char *text)
{
  g_autoptr (GPtrArray) ended = g_ptr_array_new ();
  GHashTableIter iter;
  Execution *execution;

  g_hash_table_iter_init (&iter, tree->executions);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&execution))
    if (execution->sent == NULL && (channel == NULL || execution->channel == channel))
      g_ptr_array_add (ended, g_strdup (execution->event_uuid));
  for (guint i = 0; i < ended->len; i++)
    {
      g_autofree char *uuid = ended->pdata[i];

      execution = g_hash_table_lookup (tree->executions, uuid);
      if (execution != NULL)
        finish (execution, error, text, strlen (text));
    }
}

void
tree_execute_channel_ended (Tree *tree, SwChannel *channel)
{
  if (g_hash_table_size (tree->executions) > 0)
    finish_all (tree, channel, ECANCELED, "-ERR call ended\n");
}

void
tree_execute_link_lost (Tree *tree)
{
  finish_all (tree, NULL, ECONNRESET, "-ERR link lost\n");
}
