/* SPDX-License-Identifier: MIT */
/* tree.c - the tree as a whole: what happens at the switch reaches the files from here. */
#include "tree-private.h"

#include <errno.h>

/* ---- a channel's watch ---- */

void
tree_watch_drop_dump (Tree *tree, CallWatch *watch)
{
  if (watch->dump == NULL)
    return;
  g_clear_pointer (&watch->dump, esl_event_free);
  g_queue_unlink (&tree->dumps, &watch->dump_link);
}

static void
watch_free (gpointer data)
{
  CallWatch *watch = data;

  tree_watch_drop_dump (watch->tree, watch);
  g_clear_pointer (&watch->final, esl_event_free);
  g_clear_pointer (&watch->events, tree_selection_unref);
  g_clear_pointer (&watch->lines, tree_selection_unref);
  wait_queue_free (watch->queue);
  g_free (watch);
}

CallWatch *
tree_watch (Tree *tree, SwChannel *channel)
{
  CallWatch *watch = sw_channel_watch (channel);

  if (watch != NULL)
    return watch;
  watch = g_new0 (CallWatch, 1);
  watch->tree = tree;
  watch->queue = wait_queue_new ();
  sw_channel_set_watch (channel, watch, watch_free);
  return watch;
}

int
tree_ready (VfsNode *node)
{
  return sw_client_state (tree_of (node)->client) == SW_CLIENT_UP ? 0 : EHOSTDOWN;
}

/* ---- the client's functions ---- */

static void
on_channel_changed (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  Tree *tree = data;

  tree_value_changed (channel);
  if (event == NULL)
    return;
  tree_dtmf_event (channel, event);
  tree_dump_event (tree, channel, event);
}

static void
on_channel_ended (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  Tree *tree = data;

  tree_value_changed (channel);
  tree_value_ended (channel);
  tree_dump_ended (channel, event);
  tree_log_channel_ended (tree, channel);
  tree_execute_channel_ended (tree, channel);
  tree_ended_add (tree, channel, event);
}

static void
on_state (SwClient *client, gpointer data)
{
  Tree *tree = data;

  wait_queue_wake (tree->link);
  if (sw_client_state (client) == SW_CLIENT_UP)
    sw_bgapi_link_up (tree->bgapi, sw_client_core_uuid (client));
  if (sw_client_state (client) == SW_CLIENT_DOWN)
    {
      sw_bgapi_link_lost (tree->bgapi);
      tree_execute_link_lost (tree);
      tree_esl_link_lost (tree);
      tree_outbound_link_lost (tree);
    }
  if (tree->state != NULL)
    tree->state (tree, tree->data);
}

static void
on_event (SwClient *client, const EslEvent *event, const char *json, gsize len, gpointer data)
{
  Tree *tree = data;

  tree_events_append (tree, event, json, len);
  tree_events_index (tree, event);
  tree_execute_event (tree, event);
  tree_outbound_event (tree, event);
  if (g_strcmp0 (esl_event_name (event), "BACKGROUND_JOB") == 0)
    sw_jobs_apply (tree->jobs, event, sw_now ());
}

static void
on_log (SwClient *client, const EslEvent *headers, const char *text, gsize len, gpointer data)
{
  tree_log_append (data, headers, text, len);
}

/* ---- life ---- */

Tree *
tree_new (const TreeOptions *options, void (*state) (Tree *tree, gpointer data), gpointer data)
{
  static const SwModelFuncs model_funcs = { .channel_changed = on_channel_changed,
                                            .channel_ended = on_channel_ended };
  static const SwClientFuncs client_funcs = { .state = on_state, .event = on_event, .log = on_log };
  Tree *tree = g_new0 (Tree, 1);
  SwClientOptions client = options->client;
  gsize capacity = options->event_buffer > 0 ? options->event_buffer : (gsize)16 * 1024 * 1024;

  client.owner = options->ownership.uid;
  tree->state = state;
  tree->data = data;
  tree->options = g_strdup (options->options != NULL ? options->options : "");
  tree->vars_ttl = (gint64)(options->vars_ttl >= 0 ? options->vars_ttl : 1000) * 1000;
  tree->loglevel = options->loglevel;
  tree->belt = tree_belt_new (options->deny, options->allow);
  tree->parsed = esl_event_new ();
  tree->recent = tree_recent_new ();
  tree->events = tree_events_new (capacity, tree);
  tree->log = tree_log_new (tree);
  tree->link = wait_queue_new ();
  tree->executions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, tree_execution_free);
  tree->client = sw_client_new (&client, &model_funcs, &client_funcs, tree);
  tree->history = sw_history_new ();
  tree->jobs = sw_jobs_new (tree_job_changed, tree_job_listed, tree);
  tree->bgapi = sw_bgapi_new (tree->client, tree->jobs, options->client.command_deadline);
  tree->outbound = tree_outbound_new (tree);
  tree->vfs = vfs_tree_new (tree_root_entry (), &options->ownership, tree, tree_failures_add);
  vfs_budget_bound (vfs_tree_budget (tree->vfs), VFS_BUDGET_LINKS, TREE_MAX_RAWS);
  vfs_budget_bound (vfs_tree_budget (tree->vfs), VFS_BUDGET_JOBS, SW_JOBS_MAX);
  return tree;
}

void
tree_free (Tree *tree)
{
  /* Jobs and client answer what is under way before they are gone, for which the nodes must still
   * be there; the nodes hold channels, and channels their watches, for which the tree must. */
  tree->state = NULL;
  vfs_tree_shutdown (tree->vfs);
  tree_outbound_free (tree->outbound);
  sw_bgapi_free (tree->bgapi);
  sw_jobs_free (tree->jobs);
  sw_client_free (tree->client);
  tree_execute_link_lost (tree);
  vfs_tree_free (tree->vfs);
  sw_history_free (tree->history);
  g_clear_handle_id (&tree->judging_source, g_source_remove);
  vfs_ring_free (tree->events);
  tree_recent_free (tree->recent);
  tree_log_free (tree->log);
  wait_queue_free (tree->link);
  g_hash_table_unref (tree->executions);
  esl_event_free (tree->parsed);
  tree_failures_clear (tree);
  for (guint i = 0; i < G_N_ELEMENTS (tree->channels); i++)
    if (tree->channels[i] != NULL)
      g_string_free (tree->channels[i], TRUE);
  g_free (tree->query_refused);
  tree_belt_free (tree->belt);
  g_free (tree->options);
  g_free (tree);
}

VfsTree *
tree_vfs (Tree *tree)
{
  return tree->vfs;
}

SwClient *
tree_client (Tree *tree)
{
  return tree->client;
}

int
tree_loglevel (const Tree *tree)
{
  return tree->loglevel;
}
