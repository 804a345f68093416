/* SPDX-License-Identifier: MIT */
/* sw-client.c - puts link, pool, model and catalog together.
 *
 * An event goes this way: its core is compared with the one known, its number noted, a gap that
 * is owed said before it; then the model, the catalog, and last the owner hear of it.
 */
#include "sw-client-private.h"

#include <string.h>

#define QUERY_DEADLINE 5000     /* ms */
#define COMMAND_DEADLINE 300000 /* ms */
#define SILENCE 60000 /* ms: HEARTBEAT comes every 20 s unless the switch is told otherwise */
#define MAX_ANSWERS ((gsize)512 * 1024 * 1024)
#define DEFAULT_PORT 8021

char *
sw_client_address (const SwClient *client)
{
  const EslConnectionTarget *target = &client->options.target;
  guint port = target->port != 0 ? target->port : DEFAULT_PORT;

  const char *host = target->host != NULL ? target->host : "127.0.0.1";

  if (strchr (host, ':') != NULL)
    return g_strdup_printf ("[%s]:%u", host, port);
  return g_strdup_printf ("%s:%u", host, port);
}

/* Records. */

void
sw_client_emit (SwClient *client, EslEvent *record)
{
  g_string_truncate (client->json, 0);
  esl_event_append (record, ESL_FORMAT_JSON, ESL_LOSSLESS, client->json);
  if (client->funcs.event != NULL)
    client->funcs.event (client, record, client->json->str, client->json->len, client->data);
  esl_event_free (record);
}

static void
emit_connected (SwClient *client)
{
  EslEvent *record = sw_record_new ("eslfs::connected", client->core_uuid, g_get_real_time ());
  g_autofree char *address = sw_client_address (client);

  esl_event_add (record, "Switch-Address", address);
  sw_client_emit (client, record);
}

static void
emit_disconnected (SwClient *client, const GError *error)
{
  EslEvent *record = sw_record_new ("eslfs::disconnected", client->core_uuid, g_get_real_time ());
  g_autofree char *address = sw_client_address (client);

  esl_event_add (record, "Switch-Address", address);
  esl_event_add (record, "Disconnect-Reason", error->message);
  sw_client_emit (client, record);
}

static void
emit_gap (SwClient *client)
{
  guint64 missing;
  EslEvent *record = sw_gap_take (&client->gap, client->core_uuid, g_get_real_time (), &missing);

  client->counts.missing += missing;
  if (record != NULL)
    sw_client_emit (client, record);
}

static void
emit_resync (SwClient *client)
{
  const SwResyncCounts *counts = sw_model_resync_counts (client->model);
  EslEvent *record = sw_record_new ("eslfs::resync", client->core_uuid, g_get_real_time ());

  sw_record_add_number (record, "Resync-Channels", sw_model_n_channels (client->model));
  sw_record_add_number (record, "Resync-Added", counts->added);
  sw_record_add_number (record, "Resync-Changed", counts->changed);
  sw_record_add_number (record, "Resync-Ended", counts->ended);
  if (sw_resync_refused (client->resync) != NULL)
    esl_event_add (record, "Resync-Refused", sw_resync_refused (client->resync));
  sw_client_emit (client, record);
}

/* The model. */

static void
on_channel_added (SwModel *model, SwChannel *channel, gpointer data)
{
  SwClient *client = data;

  if (client->model_funcs.channel_added != NULL)
    client->model_funcs.channel_added (model, channel, client->data);
}

static void
on_channel_changed (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  SwClient *client = data;

  if (client->model_funcs.channel_changed != NULL)
    client->model_funcs.channel_changed (model, channel, event, client->data);
}

/* A channel that ends without an event gets a record in its place. */
static void
on_channel_ended (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  SwClient *client = data;
  EslEvent *record;

  if (client->model_funcs.channel_ended != NULL)
    client->model_funcs.channel_ended (model, channel, event, client->data);
  if (event != NULL)
    return;
  record = sw_record_new ("eslfs::lost", client->core_uuid, g_get_real_time ());
  esl_event_add (record, "Unique-ID", sw_channel_uuid (channel));
  esl_event_add (record, "Channel-Name", sw_channel_column (channel, SW_COLUMN_NAME));
  esl_event_add (record, "Lost-Reason", "ended while it was not watched; no CHANNEL_DESTROY came");
  sw_client_emit (client, record);
}

/* The core behind the events or answers is that one; another one than before has none of the
 * channels that are known, and over a link that wasn't lost that is a gap too. */
static void
note_core (SwClient *client, const char *core_uuid)
{
  gboolean another = client->core_uuid != NULL && strcmp (client->core_uuid, core_uuid) != 0;
  gint64 clock = g_get_monotonic_time ();

  if (client->core_uuid != NULL && !another)
    return;
  if (another && !client->gap.pending)
    {
      sw_gap_open (&client->gap, "the switch was restarted", client->core_uuid, clock);
      sw_gap_regained (&client->gap, clock);
    }
  g_free (client->core_uuid);
  client->core_uuid = g_strdup (core_uuid);
  if (!another)
    return;
  emit_gap (client);
  sw_model_reset (client->model);
}

/* Events. */

static guint64
sequence_of (const EslEvent *event)
{
  const char *text = esl_event_get_last (event, "Event-Sequence");

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

/* The core's own header is the last of that name, and nearly always the only one. */
static void
note_core_of (SwClient *client, const EslEvent *event)
{
  const char *core_uuid = esl_event_get (event, "Core-UUID");

  if (core_uuid == NULL || g_strcmp0 (core_uuid, client->core_uuid) == 0)
    return;
  note_core (client, esl_event_get_last (event, "Core-UUID"));
}

static void
on_event (const EslEvent *event, const char *json, gsize len, gpointer data)
{
  SwClient *client = data;
  const char *name = esl_event_name (event);
  guint64 sequence = sequence_of (event);
  SwNow now = sw_now ();
  gboolean ours = g_strcmp0 (name, "API") == 0 && sw_echo_take (client->echo, event, now.clock);

  client->counts.events++;
  client->counts.event_bytes += len;
  client->counts.echoes += ours;
  note_core_of (client, event);
  if (sw_gap_note (&client->gap, name, sequence, ours))
    emit_gap (client);
  if (ours)
    return;
  sw_model_apply (client->model, event, now);
  if (g_strcmp0 (name, "MODULE_LOAD") == 0 || g_strcmp0 (name, "MODULE_UNLOAD") == 0)
    sw_catalog_apply (client->catalog, event, name[7] == 'L');
  if (client->funcs.event != NULL)
    client->funcs.event (client, event, json, len, client->data);
}

static void
on_unreadable (const GError *error, gpointer data)
{
  SwClient *client = data;

  client->counts.missing++;
  sw_client_emit (client,
                  sw_gap_unreadable (error->message, client->core_uuid, g_get_real_time ()));
}

/* Up and down. */

static void
client_events_flow (SwClient *client)
{
  client->counts.links++;
  sw_echo_clear (client->echo);
  sw_gap_regained (&client->gap, g_get_monotonic_time ());
  emit_connected (client);
  sw_pool_open (client->pool);
  sw_log_set_reachable (client->log, TRUE);
  sw_resync_start (client->resync);
}

/* Whoever is answered by the pool finds the client down already: the link's state says so. */
static void
client_link_lost (SwClient *client, const GError *error)
{
  g_clear_error (&client->error);
  client->error = g_error_copy (error);
  sw_resync_stop (client->resync);
  sw_log_set_reachable (client->log, FALSE);
  if (!sw_pool_is_open (client->pool))
    return;
  sw_gap_open (&client->gap, error->message, client->core_uuid, g_get_monotonic_time ());
  sw_pool_close (client->pool, error);
  emit_disconnected (client, error);
}

static void
on_changed (gpointer data)
{
  SwClient *client = data;

  if (client->funcs.state != NULL)
    client->funcs.state (client, client->data);
}

static void
on_link_entered (SwLinkState state, const GError *error, gpointer data)
{
  SwClient *client = data;

  if (state == SW_LINK_FIRST_LOOK)
    client_events_flow (client);
  else if (state == SW_LINK_UP && client->error != NULL)
    {
      g_clear_error (&client->error);
      on_changed (client);
    }
  else if (state == SW_LINK_WAITING || state == SW_LINK_FAILED)
    {
      client_link_lost (client, error);
      on_changed (client);
    }
  else if (state == SW_LINK_DIALLING)
    on_changed (client);
}

static void
on_core (const char *core_uuid, gpointer data)
{
  note_core (data, core_uuid);
}

/* The first event says how much was missed: it is called for. */
static void
on_answered (gpointer data)
{
  SwClient *client = data;

  if (client->gap.pending)
    sw_link_poke (client->link);
}

static void
on_compared (gpointer data)
{
  emit_resync (data);
}

static void
on_settled (gpointer data)
{
  emit_gap (data);
}

static void
on_poked (gpointer data)
{
  SwClient *client = data;

  sw_log_poke (client->log);
}

static void
on_log_line (const EslEvent *headers, const char *text, gsize len, gpointer data)
{
  SwClient *client = data;

  client->counts.log_lines++;
  if (client->funcs.log != NULL)
    client->funcs.log (client, headers, text, len, client->data);
}

static void
on_written (gpointer data)
{
  SwClient *client = data;

  sw_link_poke (client->link);
}

static void
on_reading (const char *line, gpointer data)
{
  SwClient *client = data;

  client->counts.queries_sent++;
  if (sw_link_allowed_events (client->link) == NULL)
    sw_echo_expect (client->echo, line, g_get_monotonic_time ());
}

static void
on_unanswered (gpointer data)
{
  SwClient *client = data;

  sw_link_suspect (client->link);
}

/* Life. */

static void
copy_options (SwClientOptions *options, const SwClientOptions *from)
{
  *options = *from;
  options->target.host = g_strdup (from->target.host);
  options->target.user = g_strdup (from->target.user);
  options->target.password = g_strdup (from->target.password);
  if (options->query_deadline == 0)
    options->query_deadline = QUERY_DEADLINE;
  if (options->command_deadline == 0)
    options->command_deadline = COMMAND_DEADLINE;
  if (options->silence == 0)
    options->silence = SILENCE;
  if (options->max_answers == 0)
    options->max_answers = MAX_ANSWERS;
}

SwClient *
sw_client_new (const SwClientOptions *options, const SwModelFuncs *model_funcs,
               const SwClientFuncs *funcs, gpointer data)
{
  static const SwModelFuncs own_model_funcs = { on_channel_added, on_channel_changed,
                                                on_channel_ended };
  static const SwLinkFuncs link_funcs = { on_link_entered, on_event, on_unreadable, on_poked };
  static const SwResyncFuncs resync_funcs = { on_core, on_answered, on_compared, on_settled };
  static const SwLogFuncs log_funcs = { on_log_line, on_changed };
  static const SwPoolFuncs pool_funcs = { on_written, on_reading, on_changed, on_unanswered };
  SwClient *client = g_new0 (SwClient, 1);
  g_autofree char *address = NULL;

  copy_options (&client->options, options);
  client->model_funcs = *model_funcs;
  client->funcs = *funcs;
  client->data = data;
  client->model = sw_model_new (&own_model_funcs, client);
  client->link = sw_link_new (&client->options, &link_funcs, client);
  client->pool =
      sw_pool_new (&client->options.target, client->options.owner, client->options.read_rate,
                   client->options.max_answers, &pool_funcs, client);
  client->catalog = sw_catalog_new (client->pool, client->options.query_deadline);
  client->echo = sw_echo_new ();
  client->log = sw_log_new (&client->options.target, &log_funcs, client);
  client->resync = sw_resync_new (client->link, client->pool, client->model, client->catalog,
                                  client->options.query_deadline, &resync_funcs, client);
  client->json = g_string_new (NULL);
  g_queue_init (&client->executes);
  address = sw_client_address (client);
  client->error = g_error_new (SW_ERROR, SW_ERROR_DOWN, "connecting to %s", address);
  return client;
}

static void
free_options (SwClientOptions *options)
{
  char *password = (char *)options->target.password;

  if (password != NULL)
    explicit_bzero (password, strlen (password));
  g_free (password);
  g_free ((char *)options->target.host);
  g_free ((char *)options->target.user);
}

/* Whoever is answered may ask again: while everything is still there, and down. */
static void
answer_all (SwClient *client)
{
  g_autoptr (GError) error =
      g_error_new_literal (SW_ERROR, SW_ERROR_DOWN, "the connection to the switch is given up");

  memset (&client->funcs, 0, sizeof client->funcs);
  memset (&client->model_funcs, 0, sizeof client->model_funcs);
  sw_link_stop (client->link);
  g_clear_error (&client->error);
  client->error = g_error_copy (error);
  sw_resync_stop (client->resync);
  sw_pool_close (client->pool, error);
  sw_executes_close (client);
  sw_pool_flush (client->pool);
}

void
sw_client_free (SwClient *client)
{
  if (client == NULL)
    return;
  answer_all (client);
  sw_pool_free (client->pool);
  sw_resync_free (client->resync);
  sw_link_free (client->link);
  sw_log_free (client->log);
  sw_catalog_free (client->catalog);
  sw_echo_free (client->echo);
  sw_model_free (client->model);
  sw_gap_clear (&client->gap);
  g_clear_error (&client->error);
  g_free (client->core_uuid);
  g_string_free (client->json, TRUE);
  free_options (&client->options);
  g_free (client);
}

void
sw_client_start (SwClient *client)
{
  sw_link_start (client->link);
}

SwModel *
sw_client_model (SwClient *client)
{
  return client->model;
}

SwClientState
sw_client_state (const SwClient *client)
{
  switch (sw_link_state (client->link))
    {
    case SW_LINK_UP:
    case SW_LINK_LOOKING_AGAIN:
      return SW_CLIENT_UP;
    case SW_LINK_FAILED:
      return SW_CLIENT_FAILED;
    case SW_LINK_IDLE:
    case SW_LINK_DIALLING:
    case SW_LINK_SUBSCRIBING:
    case SW_LINK_FIRST_LOOK:
    case SW_LINK_WAITING:
      break;
    }
  return sw_link_losses (client->link) > 0 ? SW_CLIENT_DOWN : SW_CLIENT_CONNECTING;
}

const GError *
sw_client_error (const SwClient *client)
{
  return client->error;
}

const char *
sw_client_core_uuid (const SwClient *client)
{
  return client->core_uuid;
}

void
sw_client_add_live_reader (SwClient *client, int delta)
{
  sw_link_add_live_reader (client->link, delta);
}

void
sw_client_ease (SwClient *client)
{
  sw_link_ease (client->link);
}

const SwCounts *
sw_client_counts (SwClient *client)
{
  client->counts.waiting = sw_pool_queued (client->pool);
  client->counts.live_readers = sw_link_live_readers (client->link);
  return &client->counts;
}

void
sw_client_set_log_level (SwClient *client, int level)
{
  sw_log_set_level (client->log, CLAMP (level, -1, 7));
}

gboolean
sw_client_log_allowed (const SwClient *client)
{
  return sw_link_log_allowed (client->link);
}

const char *const *
sw_client_api_names (SwClient *client)
{
  return sw_catalog_api_names (client->catalog);
}

const char *
sw_client_application_syntax (SwClient *client, const char *name)
{
  return sw_catalog_syntax (client->catalog, name);
}

const char *
sw_client_api_usage (SwClient *client, const char *name)
{
  return sw_catalog_api_usage (client->catalog, name);
}
