/* SPDX-License-Identifier: MIT */
/* sw-resync.c - compares the model with the switch's tables, when a link is up and once more when
 * the tables have had the time to catch up with it.
 *
 *   subscribed -> core_uuid -> channels -> bridges, doubts -> up -> 5 s -> channels -> bridges
 *
 * A user from whom the switch keeps the channels' events has the tables alone: they are asked for
 * again and again.
 *
 * What an event told shortly before the link was lost, the tables may not know yet: about those
 * channels (a few, on a busy switch up to MAX_DOUBTS) `uuid_exists` is asked.
 */
#include "sw-client-private.h"
#include "sw-uuid.h"

#include <string.h>

/* `show channels` of 100,000 channels takes seconds: a minute, as a query has 5 s. */
#define PATIENCE 12
#define MAX_DOUBTS 256
#define SETTLE ((guint)(SW_MODEL_LAG / 1000) + 500) /* ms */
#define POLL 10000                                  /* ms */

typedef struct
{
  SwClient *client;
  char *uuid;
} Doubt;

static void
doubt_free (Doubt *doubt)
{
  g_free (doubt->uuid);
  g_free (doubt);
}

static void look_later (SwClient *client, guint delay);

static void
ask (SwClient *client, const char *line, SwReplyFunc func, gpointer data)
{
  client->resync.n_asked++;
  sw_pool_query (client->pool, line, client->options.query_deadline * PATIENCE,
                 sw_command_new (func, data));
}

static void
tell (SwClient *client)
{
  SwResync *resync = &client->resync;
  EslEvent *record = sw_record_new ("eslfs::resync", client->core_uuid, g_get_real_time ());

  sw_record_add_number (record, "Resync-Channels", sw_model_n_channels (client->model));
  sw_record_add_number (record, "Resync-Added", resync->added);
  sw_record_add_number (record, "Resync-Changed", resync->changed);
  sw_record_add_number (record, "Resync-Ended", resync->ended);
  if (resync->refused != NULL)
    esl_event_add (record, "Resync-Refused", resync->refused);
  sw_client_emit (client, record);
}

static void
finish (SwClient *client)
{
  if (client->resync.settling)
    {
      client->resync.settling = FALSE;
      sw_gap_close (client);
      if (!sw_link_sees_channels (client->link) && client->resync.refused == NULL)
        look_later (client, POLL);
      return;
    }
  tell (client);
  look_later (client, SETTLE);
  sw_client_set_up (client);
}

/* What couldn't be had leaves the table in doubt. The first look is worth a new link; the second
 * can wait. If the link is lost as it is, there will be another first look. */
static void
fail (SwClient *client, const GError *error)
{
  client->resync.failed = TRUE;
  if (sw_pool_is_open (client->pool) && !client->resync.settling)
    sw_link_drop (client->link, error);
}

/* One answer less to wait for. */
static void
answered (SwClient *client, const GError *error)
{
  client->resync.n_asked--;
  if (client->gap.pending)
    sw_link_poke (client->link); /* the first event says how much was missed */
  if (error != NULL && !client->resync.failed)
    fail (client, error);
  if (client->resync.n_asked > 0 || !sw_pool_is_open (client->pool))
    return;
  if (!client->resync.failed)
    finish (client);
  else if (client->resync.settling)
    look_later (client, SETTLE);
}

static void
on_doubt (const char *text, gsize len, const GError *error, gpointer data)
{
  Doubt *doubt = data;
  SwClient *client = doubt->client;

  if (error == NULL && g_str_has_prefix (text, "false"))
    {
      client->resync.merging = TRUE;
      sw_model_gone (client->model, doubt->uuid, sw_now ());
      client->resync.merging = FALSE;
    }
  g_ptr_array_remove_fast (client->resync.doubts, doubt);
  answered (client, error);
}

static void
ask_doubts (SwClient *client)
{
  g_auto (GStrv) uuids = sw_model_doubtful (client->model, MAX_DOUBTS, sw_now ());

  for (char **uuid = uuids; *uuid != NULL; uuid++)
    {
      Doubt *doubt;
      g_autofree char *line = g_strconcat ("uuid_exists ", *uuid, NULL);

      /* One that can't be asked for stays: only its events can tell. */
      if (!sw_uuid_is_plain (*uuid, NULL))
        continue;
      doubt = g_new0 (Doubt, 1);
      doubt->client = client;
      doubt->uuid = g_strdup (*uuid);
      g_ptr_array_add (client->resync.doubts, doubt);
      ask (client, line, on_doubt, doubt);
    }
}

/* Without it the links between legs are missing, no more. */
static void
on_bridges (const char *text, gsize len, const GError *error, gpointer data)
{
  SwClient *client = data;

  if (error == NULL)
    sw_model_resync_bridges (client->model, text, len, sw_now (), NULL);
  answered (client, error);
}

/* A refusal leaves this user without the table, which is said; what can't be read would leave
 * everybody with an empty or an old one that passes for the truth: FALSE, as if nothing had come.
 */
static gboolean
take_channels (SwClient *client, const char *text, gsize len, GError **error)
{
  SwResync *resync = &client->resync;
  gboolean taken = TRUE;

  g_clear_pointer (&resync->refused, g_free);
  if (*text == '-')
    {
      resync->refused = g_strchomp (g_strdup (text));
      return TRUE;
    }
  resync->merging = TRUE;
  taken = sw_model_resync_rows (client->model, text, len, sw_now (), error);
  resync->merging = FALSE;
  if (taken)
    return TRUE;
  g_prefix_error (error, "the answer to \"show channels as json\" can't be read: ");
  resync->refused = g_strdup ((*error)->message);
  return FALSE;
}

static void
on_channels (const char *text, gsize len, const GError *error, gpointer data)
{
  SwClient *client = data;
  g_autoptr (GError) unreadable = NULL;

  if (error == NULL && take_channels (client, text, len, &unreadable))
    {
      ask (client, "show bridged_calls as json", on_bridges, client);
      ask_doubts (client);
    }
  answered (client, error != NULL ? error : unreadable);
}

static void
ask_channels (SwClient *client)
{
  ask (client, "show channels as json", on_channels, client);
}

/* Before anything else: another core has none of the channels known so far. */
static void
on_core (const char *text, gsize len, const GError *error, gpointer data)
{
  SwClient *client = data;
  g_autofree char *core_uuid = g_strstrip (g_strdup (text));

  if (error == NULL && *core_uuid != '\0' && *core_uuid != '-')
    sw_client_note_core (client, core_uuid);
  if (error == NULL)
    ask_channels (client);
  answered (client, error);
}

static void
on_catalog (gpointer data)
{
  SwClient *client = data;
  g_autoptr (GError) error = NULL;

  if (!sw_pool_is_open (client->pool))
    error = g_error_new_literal (SW_ERROR, SW_ERROR_DOWN, "the link was lost");
  answered (client, error);
}

void
sw_resync_start (SwClient *client)
{
  SwResync *resync = &client->resync;

  resync->added = resync->changed = resync->ended = 0;
  resync->settling = resync->failed = FALSE;
  if (resync->doubts == NULL)
    resync->doubts = g_ptr_array_new_with_free_func ((GDestroyNotify)doubt_free);
  sw_model_resync_begin (client->model, sw_now ());
  ask (client, "global_getvar core_uuid", on_core, client);
  resync->n_asked++;
  sw_catalog_refresh (client->catalog, on_catalog, client);
}

void
sw_resync_stop (SwClient *client)
{
  g_clear_handle_id (&client->resync.settle, g_source_remove);
}

static gboolean
on_settle (gpointer data)
{
  SwClient *client = data;

  client->resync.settle = 0;
  client->resync.settling = TRUE;
  client->resync.failed = FALSE;
  if (!sw_link_sees_channels (client->link))
    sw_model_resync_begin (client->model, sw_now ());
  ask_channels (client);
  return G_SOURCE_REMOVE;
}

static void
look_later (SwClient *client, guint delay)
{
  client->resync.settle = g_timeout_add (delay, on_settle, client);
}
