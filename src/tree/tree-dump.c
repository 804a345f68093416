/* SPDX-License-Identifier: MIT */
/* tree-dump.c - a channel's data: vars, vars.json, var/, dump, dump.json, dump.xml.
 *
 * All are made from `uuid_dump UUID json`, the only form of it that loses no byte. Variables change
 * without events, so each open asks; only var/ may use a dump that is up to vars_ttl old, so that
 * listing it and reading its files costs one. A command written through this tree makes every dump
 * old at once.
 *
 * The switch drops a channel some 20 ms before it tells so (uuid_dump fails right after uuid_kill):
 * a read that falls into that time waits, FAREWELL_MS at most, for the channel's last events, which
 * carry its variables, and is served from them.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

#define FAREWELL_MS 100
#define DUMPS_KEPT 64
#define VARIABLE "variable_"

typedef struct
{
  Tree *tree;
  SwChannel *channel;
  Request *request;
  TreeDumpForm form;
  char *name;    /* TREE_DUMP_VAR */
  char *asked;   /* the uuid that was asked for */
  guint64 epoch; /* of the tree, when the switch was asked */
  SwCommand *sent;
  /* As a farewell: */
  guint timer;
  EslEvent *last; /* the best of the channel's last events so far */
  GList link;
} Reading;

static void
reading_free (Reading *reading)
{
  g_clear_handle_id (&reading->timer, g_source_remove);
  g_clear_pointer (&reading->last, esl_event_free);
  request_unref (reading->request);
  sw_channel_unref (reading->channel);
  g_free (reading->name);
  g_free (reading->asked);
  g_free (reading);
}

/* ---- texts ---- */

/* Calls `each` for every variable of the dump. */
void
tree_dump_each_variable (const EslEvent *dump,
                         void (*each) (const char *name, const char *value, gpointer data),
                         gpointer data)
{
  g_autoptr (GString) scratch = g_string_new (NULL);

  for (guint i = 0; i < esl_event_n_headers (dump); i++)
    {
      EslHeader header;

      esl_event_header (dump, i, &header);
      if (g_str_has_prefix (header.name, VARIABLE) && header.kind != ESL_HEADER_CELL)
        each (header.name + strlen (VARIABLE), esl_event_whole (dump, &i, scratch), data);
    }
}

static void
append_line (const char *name, const char *value, gpointer data)
{
  GString *out = data;

  tree_escape (out, name, strlen (name));
  g_string_append_c (out, '=');
  tree_escape (out, value, strlen (value));
  g_string_append_c (out, '\n');
}

static void
append_variables_json (const EslEvent *dump, GString *out)
{
  g_autoptr (EslEvent) variables = esl_event_new ();
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();

  for (guint i = 0; i < esl_event_n_headers (dump); i++)
    {
      EslHeader header, cell;

      esl_event_header (dump, i, &header);
      if (!g_str_has_prefix (header.name, VARIABLE))
        continue;
      if (header.kind == ESL_HEADER_SINGLE)
        {
          esl_event_add (variables, header.name + strlen (VARIABLE), header.value);
          continue;
        }
      g_ptr_array_set_size (cells, 0);
      g_ptr_array_add (cells, (gpointer)header.value);
      for (; i + 1 < esl_event_n_headers (dump); i++)
        {
          esl_event_header (dump, i + 1, &cell);
          if (cell.kind != ESL_HEADER_CELL)
            break;
          g_ptr_array_add (cells, (gpointer)cell.value);
        }
      esl_event_add_array (variables, header.name + strlen (VARIABLE),
                           (const char *const *)cells->pdata, cells->len);
    }
  esl_event_append (variables, ESL_FORMAT_JSON, ESL_LOSSLESS, out);
  g_string_append_c (out, '\n');
}

typedef struct
{
  const char *name;
  char *value;
} Wanted;

static void
take_wanted (const char *name, const char *value, gpointer data)
{
  Wanted *wanted = data;

  if (wanted->value == NULL && strcmp (name, wanted->name) == 0)
    wanted->value = g_strdup (value);
}

static char *
variable (const EslEvent *dump, const char *name)
{
  Wanted wanted = { .name = name };

  tree_dump_each_variable (dump, take_wanted, &wanted);
  return wanted.value;
}

/* FALSE: the variable asked for is not there. */
static gboolean
append_form (const EslEvent *dump, TreeDumpForm form, const char *name, GString *out)
{
  g_autofree char *value = NULL;

  switch (form)
    {
    case TREE_DUMP_PLAIN:
      esl_event_append (dump, ESL_FORMAT_PLAIN, ESL_LOSSLESS, out);
      return TRUE;
    case TREE_DUMP_JSON:
      esl_event_append (dump, ESL_FORMAT_JSON, ESL_LOSSLESS, out);
      g_string_append_c (out, '\n');
      return TRUE;
    case TREE_DUMP_XML:
      esl_event_append (dump, ESL_FORMAT_XML, ESL_LOSSLESS, out);
      return TRUE;
    case TREE_DUMP_VARS:
      tree_dump_each_variable (dump, append_line, out);
      return TRUE;
    case TREE_DUMP_VARS_JSON:
      append_variables_json (dump, out);
      return TRUE;
    case TREE_DUMP_VAR:
      break;
    }
  value = variable (dump, name);
  if (value == NULL)
    return FALSE;
  g_string_append (out, value);
  g_string_append_c (out, '\n');
  return TRUE;
}

void
tree_dump_append (const EslEvent *dump, TreeDumpForm form, GString *out)
{
  append_form (dump, form, NULL, out);
}

/* Answers and ends the reading. `name` NULL with TREE_DUMP_VAR: a preparation, nothing to show. */
static void
serve (Reading *reading, const EslEvent *dump)
{
  GString *out = g_string_new (NULL);

  request_on_cancel (reading->request, NULL, NULL);
  if (reading->form == TREE_DUMP_VAR && reading->name == NULL)
    request_done (reading->request, 0);
  else if (!append_form (dump, reading->form, reading->name, out))
    request_fail (reading->request, ENOENT);
  else
    {
      request_data (reading->request, g_string_free_to_bytes (out));
      out = NULL;
    }
  if (out != NULL)
    g_string_free (out, TRUE);
  reading_free (reading);
}

static void
refuse_gone (Reading *reading)
{
  /* A look-up in var/, or its listing, finds nothing; a file was there and is not any more. */
  gboolean is_preparation = reading->form == TREE_DUMP_VAR && reading->name == NULL;

  request_refuse (reading->request, is_preparation ? ENOENT : ENXIO,
                  tree_bytes ("-ERR No such channel!\n"));
  reading_free (reading);
}

/* ---- farewells ---- */

static void
farewell_leave (Reading *reading)
{
  CallWatch *watch = sw_channel_watch (reading->channel);

  g_queue_unlink (&watch->farewells, &reading->link);
}

static void
farewell_end (Reading *reading)
{
  g_autoptr (EslEvent) last = g_steal_pointer (&reading->last);

  farewell_leave (reading);
  if (last != NULL)
    serve (reading, last);
  else
    refuse_gone (reading);
}

static gboolean
on_farewell_timeout (gpointer data)
{
  Reading *reading = data;

  reading->timer = 0;
  farewell_end (reading);
  return G_SOURCE_REMOVE;
}

static void
on_farewell_cancelled (Request *request, gpointer data)
{
  Reading *reading = data;

  farewell_leave (reading);
  request_fail (request, EINTR);
  reading_free (reading);
}

static void
farewell (Reading *reading)
{
  CallWatch *watch = tree_watch (reading->tree, reading->channel);

  if (watch->final != NULL)
    {
      serve (reading, watch->final);
      return;
    }
  if (!sw_channel_alive (reading->channel))
    {
      refuse_gone (reading);
      return;
    }
  reading->link.data = reading;
  g_queue_push_tail_link (&watch->farewells, &reading->link);
  reading->timer = g_timeout_add (FAREWELL_MS, on_farewell_timeout, reading);
  request_on_cancel (reading->request, on_farewell_cancelled, reading);
}

static void
keep_last (CallWatch *watch, const EslEvent *event)
{
  for (GList *link = watch->farewells.head; link != NULL; link = link->next)
    {
      Reading *reading = link->data;

      g_clear_pointer (&reading->last, esl_event_free);
      reading->last = esl_event_copy (event);
    }
}

/* CHANNEL_HANGUP carries few variables, CHANNEL_HANGUP_COMPLETE all of them. */
void
tree_dump_event (Tree *tree, SwChannel *channel, const EslEvent *event)
{
  const char *name = esl_event_name (event);
  CallWatch *watch;

  if (name == NULL || !g_str_has_prefix (name, "CHANNEL_HANGUP"))
    return;
  watch = tree_watch (tree, channel);
  keep_last (watch, event);
  if (strcmp (name, "CHANNEL_HANGUP_COMPLETE") != 0)
    return;
  g_clear_pointer (&watch->final, esl_event_free);
  watch->final = esl_event_copy (event);
  while (watch->farewells.head != NULL)
    farewell_end (watch->farewells.head->data);
}

void
tree_dump_ended (SwChannel *channel, const EslEvent *event)
{
  CallWatch *watch = sw_channel_watch (channel);

  if (watch == NULL)
    return;
  if (event != NULL)
    keep_last (watch, event);
  while (watch->farewells.head != NULL)
    farewell_end (watch->farewells.head->data);
}

/* ---- asking ---- */

static void
keep_dump (Reading *reading, EslEvent *dump)
{
  Tree *tree = reading->tree;
  CallWatch *watch = tree_watch (reading->tree, reading->channel);

  tree_watch_drop_dump (tree, watch);
  watch->dump = dump;
  watch->dump_time = g_get_monotonic_time ();
  watch->dump_epoch = reading->epoch;
  watch->dump_link.data = watch;
  g_queue_push_tail_link (&tree->dumps, &watch->dump_link);
  if (tree->dumps.length > DUMPS_KEPT)
    tree_watch_drop_dump (tree, tree->dumps.head->data);
}

/* The protocol has no number that says which question an answer is for: what is shown as a
 * channel's must say that it is. A call may get another uuid under way (CHANNEL_UUID). */
static EslEvent *
parse_dump (const Reading *reading, const char *text, gsize len, GError **error)
{
  g_autoptr (EslEvent) dump = esl_event_new ();
  const char *uuid;

  if (!esl_event_parse (dump, ESL_FORMAT_JSON, text, len, error))
    return NULL;
  uuid = esl_event_get (dump, "Unique-ID");
  if (g_strcmp0 (uuid, reading->asked) == 0
      || g_strcmp0 (uuid, sw_channel_uuid (reading->channel)) == 0)
    return g_steal_pointer (&dump);
  g_set_error (error, SW_ERROR, SW_ERROR_INVALID, "the switch answered with the data of %s",
               uuid != NULL ? uuid : "no channel");
  return NULL;
}

static void
on_dump (const char *text, gsize len, const GError *error, gpointer data)
{
  Reading *reading = data;
  g_autoptr (GError) wrong = NULL;
  EslEvent *dump = NULL;
  int refused = error == NULL ? tree_errno_of_reply ("uuid_dump", text, len) : 0;

  reading->sent = NULL;
  if (refused == ENXIO)
    {
      farewell (reading);
      return;
    }
  if (error == NULL && refused == 0)
    dump = parse_dump (reading, text, len, &wrong);
  if (dump != NULL)
    {
      keep_dump (reading, dump);
      serve (reading, dump);
      return;
    }
  if (error != NULL)
    tree_answer_error (reading->request, error);
  else if (refused != 0)
    request_refuse (reading->request, refused, g_bytes_new (text, len));
  else
    {
      g_autofree char *said =
          g_strdup_printf ("-ERR uuid_dump %s: %s\n", reading->asked, wrong->message);

      request_refuse (reading->request, EREMOTEIO, tree_bytes (said));
    }
  reading_free (reading);
}

static void
on_cancelled (Request *request, gpointer data)
{
  Reading *reading = data;

  sw_command_cancel (reading->sent);
  request_fail (request, EINTR);
  reading_free (reading);
}

static void
ask (VfsNode *node, TreeDumpForm form, const char *name, Request *request)
{
  const char *uuid = sw_channel_uuid (channel_of (node));
  Reading *reading;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;

  if (!sw_uuid_is_plain (uuid, &error))
    {
      tree_answer_error (request, error);
      return;
    }
  reading = g_new0 (Reading, 1);
  reading->tree = tree_of (node);
  reading->channel = sw_channel_ref (channel_of (node));
  reading->request = request_ref (request);
  reading->form = form;
  reading->name = g_strdup (name);
  reading->epoch = reading->tree->epoch;
  reading->asked = g_strdup (uuid);
  line = g_strdup_printf ("uuid_dump %s json", uuid);
  reading->sent = sw_client_query_for (reading->tree->client, request_caller (request)->uid, line,
                                       on_dump, reading);
  request_on_cancel (request, on_cancelled, reading);
}

const EslEvent *
tree_dump_prepared (SwChannel *channel)
{
  CallWatch *watch = sw_channel_watch (channel);

  return watch != NULL ? watch->dump : NULL;
}

/* The dump that may serve a read of var/ without asking. */
static const EslEvent *
fresh_dump (Tree *tree, SwChannel *channel)
{
  CallWatch *watch = sw_channel_watch (channel);

  if (watch == NULL || watch->dump == NULL || watch->dump_epoch != tree->epoch)
    return NULL;
  if (g_get_monotonic_time () - watch->dump_time >= tree->vars_ttl)
    return NULL;
  return watch->dump;
}

void
tree_dump_fetch (VfsNode *node, Request *request)
{
  TreeDumpForm form = vfs_node_entry (node)->column;
  gboolean is_var = form == TREE_DUMP_VAR;
  const char *name = is_var ? vfs_node_name (node) : NULL;
  const EslEvent *dump = is_var ? fresh_dump (tree_of (node), channel_of (node)) : NULL;
  g_autoptr (GString) out = NULL;

  if (dump == NULL)
    {
      ask (node, form, name, request);
      return;
    }
  out = g_string_new (NULL);
  if (append_form (dump, form, name, out))
    request_data (request, g_bytes_new (out->str, out->len));
  else
    request_fail (request, ENOENT);
}

/* ---- var/ ---- */

void
tree_dump_prepare (VfsNode *node, Request *request)
{
  if (fresh_dump (tree_of (node), channel_of (node)) != NULL)
    request_done (request, 0);
  else
    ask (node, TREE_DUMP_VAR, NULL, request);
}
