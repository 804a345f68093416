/* SPDX-License-Identifier: MIT */
/* sw-describe.c - what a person needs to know of the client, as text. */
#include "esl-text.h"
#include "sw-client-private.h"

static const char *
state_word (const EslConnection *connection)
{
  switch (esl_connection_state (connection))
    {
    case ESL_CONNECTION_NEW:
    case ESL_CONNECTION_CONNECTING:
      return "connecting";
    case ESL_CONNECTION_AUTH:
      return "login";
    case ESL_CONNECTION_READY:
      return "ready";
    case ESL_CONNECTION_CLOSED:
      return "closed";
    }
  return "closed";
}

void
sw_describe_connection (EslConnection *connection, const char *role, gpointer data)
{
  const char *local = esl_connection_local (connection);
  const char *remote = esl_connection_remote (connection);

  g_string_append_printf (data, "%s\t%d\t%s\t%s\t%s\t%u\n", role, esl_connection_fd (connection),
                          local != NULL ? local : "-", remote != NULL ? remote : "-",
                          state_word (connection), esl_connection_outstanding (connection));
}

/* A line whose rest the switch said. */
static void
describe_said (GString *out, const char *what, const char *said)
{
  g_string_append_printf (out, "%s ", what);
  esl_text_append (out, said, -1);
  g_string_append_c (out, '\n');
}

static void
describe_time (GString *out, const char *what, gint64 when)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (when / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format_iso8601 (time);

  g_string_append_printf (out, "%s %s\n", what, text);
}

/* What the login or the switch's answers withhold from this user. */
static void
describe_denied (const SwClient *client, GString *out)
{
  const char *events = sw_link_allowed_events (client->link);
  const char *api = sw_link_allowed_api (client->link);
  const char *channels = sw_resync_refused (client->resync);

  if (events != NULL)
    describe_said (out, "restricted events: only", events);
  if (sw_link_refused (client->link) != NULL)
    describe_said (out, "denied events:", sw_link_refused (client->link));
  if (api != NULL)
    describe_said (out, "restricted api: only", api);
  if (sw_log_refused (client->log) != NULL)
    describe_said (out, "denied log:", sw_log_refused (client->log));
  else if (!sw_link_log_allowed (client->link))
    g_string_append (out, "denied log\n");
  if (channels != NULL)
    describe_said (
        out, channels[0] == '-' ? "denied show channels:" : "unreadable show channels:", channels);
}

void
sw_client_visit (const SwClient *client, SwPoolVisit visit, gpointer data)
{
  if (sw_link_connection (client->link) != NULL)
    visit (sw_link_connection (client->link), "events", data);
  sw_pool_visit (client->pool, visit, data);
  if (sw_log_connection (client->log) != NULL)
    visit (sw_log_connection (client->log), "log", data);
}

const char *
sw_client_remote (const SwClient *client)
{
  const EslConnection *connection = sw_link_connection (client->link);

  return connection != NULL ? esl_connection_remote (connection) : NULL;
}

void
sw_client_describe (const SwClient *client, GString *out)
{
  g_autofree char *address = sw_client_address (client);
  gint64 since = sw_link_since (client->link);

  g_string_append_printf (out, "connected %s\n",
                          sw_client_state (client) == SW_CLIENT_UP ? "yes" : "no");
  g_string_append_printf (out, "switch %s\n", address);
  if (client->options.target.user != NULL)
    g_string_append_printf (out, "user %s\n", client->options.target.user);
  if (client->core_uuid != NULL)
    describe_said (out, "core-uuid", client->core_uuid);
  if (since != 0)
    describe_time (out, sw_client_state (client) == SW_CLIENT_UP ? "since" : "last-connected",
                   since);
  if (sw_link_attempts (client->link) > 0)
    g_string_append_printf (out, "attempts %u\n", sw_link_attempts (client->link));
  if (client->error != NULL)
    describe_said (out, "error", client->error->message);
  describe_denied (client, out);
  if (sw_pool_queued (client->pool) > 0)
    g_string_append_printf (out, "waiting commands %u\n", sw_pool_queued (client->pool));
  g_string_append (out, "role\tfd\tlocal\tremote\tstate\toutstanding\n");
  sw_client_visit (client, sw_describe_connection, out);
}
