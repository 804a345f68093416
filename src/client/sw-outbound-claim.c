/* SPDX-License-Identifier: MIT */
/* sw-outbound-claim.c - whether a connection is that channel's own socket.
 *
 * The switch says that the channel is in `socket` before it dials, but over another connection,
 * which may be slower: so a claim waits for that word. When it does not come, the switch is asked
 * once (a login may keep CHANNEL_EXECUTE from us), and in the end the claim is turned away.
 */
#include <string.h>

#include "sw-client-private.h"
#include "sw-outbound-private.h"
#include "sw-uuid.h"

#define QUESTION_SECONDS 1
#define PROOF_SECONDS 10

/* What a believed one may send at once. */
static const EslParserLimits wide_limits = { .max_line = 1024 * 1024,
                                             .max_headers = 1024 * 1024,
                                             .max_body = 1024 * 1024 };

/* It may be a switch's, though not ours, or ours but late: it goes on in the dialplan. */
static void
turn_away (SwOutboundCall *call, const char *why)
{
  g_autofree char *uuid = sw_outbound_call_shown_uuid (call);

  sw_outbound_complain (call->outbound, SW_COMPLAINT_UNKNOWN,
                        "%s came for the channel %s: %s; it goes on in the dialplan",
                        esl_connection_remote (call->connection), uuid, why);
  sw_outbound_call_let_go (call);
}

/* Whatever was sent would be for the channel's real socket to say: it is closed without a word. */
static void
drop (SwOutboundCall *call, SwComplaint kind, const char *why)
{
  g_autofree char *uuid = sw_outbound_call_shown_uuid (call);

  sw_outbound_complain (call->outbound, kind, "%s came for the channel %s: %s; it was closed",
                        esl_connection_remote (call->connection), uuid, why);
  sw_outbound_call_end (call);
}

static void
believe (SwOutboundCall *call, SwChannel *channel, SwInvitation *invitation)
{
  g_clear_handle_id (&call->timer, g_source_remove);
  g_clear_pointer (&call->question, sw_command_cancel);
  invitation->taken = TRUE;
  call->channel = sw_channel_ref (channel);
  esl_connection_set_limits (call->connection, &wide_limits);
  sw_outbound_add (call->outbound, call);
  call->client->counts.outbound_calls++;
}

void
sw_outbound_call_judge (SwOutboundCall *call)
{
  SwInvitation *invitation =
      sw_invitations_lookup (sw_outbound_invitations (call->outbound), call->uuid);
  SwChannel *channel = sw_model_channel (call->client->model, call->uuid);

  if (sw_outbound_lookup (call->outbound, call->uuid) != NULL
      || (invitation != NULL && invitation->taken))
    drop (call, SW_COMPLAINT_SECOND, "it has, or had, its socket already");
  else if (invitation == NULL || channel == NULL)
    return;
  else if (g_strcmp0 (invitation->created,
                      esl_event_get_last (call->info, "Caller-Channel-Created-Time"))
           != 0)
    drop (call, SW_COMPLAINT_UNKNOWN, "it does not know when that was created");
  else if (!sw_outbound_may_differ (call->outbound)
           && !sw_invitation_names_port (invitation, call->port))
    drop (call, SW_COMPLAINT_UNKNOWN,
          "that channel's socket goes to another port (with a translation of ports in between, "
          "mount with -o outbound_from=ADDRESS)");
  else
    believe (call, channel, invitation);
}

/* ---- waiting for the switch's word ---- */

static gboolean
on_unproven (gpointer data)
{
  SwOutboundCall *call = data;

  call->timer = 0;
  turn_away (call, "the switch does not say that it is in the application `socket`");
  return G_SOURCE_REMOVE;
}

static void
on_dump (const char *text, gsize len, const GError *error, gpointer data)
{
  SwOutboundCall *call = data;
  SwModel *model = call->client->model;
  g_autoptr (EslEvent) dump = esl_event_new ();

  call->question = NULL;
  if (error == NULL && esl_event_parse (dump, ESL_FORMAT_JSON, text, len, NULL)
      && g_strcmp0 (esl_event_get_last (dump, "Unique-ID"), call->uuid) == 0)
    {
      if (sw_model_channel (model, call->uuid) == NULL)
        sw_model_apply (model, dump, sw_now ());
      sw_invitations_apply_dump (sw_outbound_invitations (call->outbound), dump);
    }
  if (sw_model_channel (model, call->uuid) == NULL)
    turn_away (call, "the switch that is mounted doesn't know it");
  else
    sw_outbound_call_judge (call);
}

static gboolean
on_question (gpointer data)
{
  SwOutboundCall *call = data;
  g_autofree char *line = NULL;

  call->timer = 0;
  sw_outbound_call_set_deadline (call, PROOF_SECONDS, on_unproven);
  if (!sw_uuid_is_plain (call->uuid, NULL))
    return G_SOURCE_REMOVE;
  line = g_strdup_printf ("uuid_dump %s json", call->uuid);
  call->question = sw_client_query (call->client, line, on_dump, call);
  return G_SOURCE_REMOVE;
}

/* ---- the answer to `connect` ---- */

/* Its headers are those of a plain event. */
static EslEvent *
parse_info (const EslFrame *frame)
{
  g_autoptr (GString) text = g_string_new (NULL);
  EslEvent *info = esl_event_new ();

  for (guint i = 0; i < esl_event_n_headers (frame->headers); i++)
    {
      EslHeader header;

      esl_event_header (frame->headers, i, &header);
      g_string_append_printf (text, "%s: %s\n", header.name, header.value);
    }
  g_string_append_c (text, '\n');
  if (!esl_event_parse (info, ESL_FORMAT_PLAIN, text->str, text->len, NULL))
    esl_event_clear (info);
  esl_event_remove (info, "Content-Type");
  esl_event_remove (info, "Reply-Text");
  return info;
}

/* A switch that doesn't say which core it is can't be told from another. */
static gboolean
is_of_another_core (const SwOutboundCall *call)
{
  const char *core = esl_event_get_last (call->info, "Core-UUID");

  return core != NULL && call->client->core_uuid != NULL
         && strcmp (core, call->client->core_uuid) != 0;
}

static void
claim (SwOutboundCall *call)
{
  sw_outbound_enlist_claiming (call->outbound, call);
  sw_outbound_call_set_deadline (call, QUESTION_SECONDS, on_question);
  sw_outbound_call_judge (call);
}

void
sw_outbound_call_connected (EslConnection *connection, const EslReply *reply, const GError *error,
                            gpointer data)
{
  SwOutboundCall *call = data;

  if (reply == NULL)
    return;
  call->info = parse_info (reply->frame);
  call->uuid = g_strdup (esl_event_get_last (call->info, "Unique-ID"));
  call->async = g_strcmp0 (esl_event_get_last (call->info, "Socket-Mode"), "async") == 0;
  if (call->uuid == NULL || call->uuid[0] == '\0')
    {
      sw_outbound_complain (call->outbound, SW_COMPLAINT_SILENT,
                            "%s connected, but named no channel",
                            esl_connection_remote (connection));
      sw_outbound_call_end (call);
    }
  else if (sw_client_state (call->client) != SW_CLIENT_UP)
    turn_away (call, "the switch is not connected");
  else if (is_of_another_core (call))
    turn_away (call, "it is another switch's (Core-UUID)");
  else
    claim (call);
}
