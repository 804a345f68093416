/* SPDX-License-Identifier: MIT */
/* tree-channels.c - channels, channels.json: one line a channel, from memory.
 *
 * channels is a table like /proc/net/tcp: a header line, then tab separated values, escaped.
 * channels.json is one object a line. Both are rendered once a generation of the model, whoever
 * asks.
 */
#include "tree-private.h"

#include <string.h>

static void
append_table (SwModel *model, GString *out)
{
  for (guint column = 0; column < SW_N_COLUMNS; column++)
    g_string_append_printf (out, "%s%s", column > 0 ? "\t" : "", sw_column_name (column));
  g_string_append_c (out, '\n');
  for (SwChannel *channel = sw_model_next (model, 0); channel != NULL;
       channel = sw_model_next (model, sw_channel_serial (channel)))
    for (guint column = 0; column < SW_N_COLUMNS; column++)
      {
        const char *value = sw_channel_column (channel, column);

        tree_escape (out, value, strlen (value));
        g_string_append_c (out, column + 1 < SW_N_COLUMNS ? '\t' : '\n');
      }
}

static void
append_object (SwChannel *channel, EslEvent *scratch, GString *out)
{
  esl_event_clear (scratch);
  for (guint column = 0; column < SW_N_COLUMNS; column++)
    esl_event_add (scratch, sw_column_name (column), sw_channel_column (channel, column));
  esl_event_append (scratch, ESL_FORMAT_JSON, ESL_LOSSLESS, out);
  g_string_append_c (out, '\n');
}

static void
append_json (SwModel *model, GString *out)
{
  g_autoptr (EslEvent) scratch = esl_event_new ();

  for (SwChannel *channel = sw_model_next (model, 0); channel != NULL;
       channel = sw_model_next (model, sw_channel_serial (channel)))
    append_object (channel, scratch, out);
}

static const GString *
rendered (VfsNode *node)
{
  Tree *tree = tree_of (node);
  guint json = vfs_node_entry (node)->column;
  SwModel *model = sw_client_model (tree->client);
  guint64 generation = sw_model_generation (model);

  if (tree->channels[json] != NULL && tree->channels_generation[json] == generation)
    return tree->channels[json];
  if (tree->channels[json] == NULL)
    tree->channels[json] = g_string_new (NULL);
  g_string_truncate (tree->channels[json], 0);
  if (json)
    append_json (model, tree->channels[json]);
  else
    append_table (model, tree->channels[json]);
  tree->channels_generation[json] = generation;
  return tree->channels[json];
}

void
tree_channels_show (VfsNode *node, GString *out)
{
  const GString *text = rendered (node);

  g_string_append_len (out, text->str, (gssize)text->len);
}

gsize
tree_channels_size (VfsNode *node)
{
  return rendered (node)->len;
}
