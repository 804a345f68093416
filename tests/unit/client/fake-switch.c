/* SPDX-License-Identifier: MIT */
/* fake-switch.c - see fake-switch.h. */
#include "fake-switch.h"

#include <string.h>

typedef struct
{
  FakeSwitch *fake;
  GSocketConnection *stream;
  GSource *source;
  GString *input;
  guint number;
  gboolean in, events, log, held, closing;
  GQueue waiting; /* of commands that are held back, and those behind them */
} Peer;

typedef struct
{
  guint connection;
  char *command;
} Came;

struct _FakeSwitch
{
  GSocketService *service;
  guint16 port;
  char *password, *login_headers, *hold;
  gboolean holding;
  GHashTable *answers; /* line -> text */
  GPtrArray *peers;
  GArray *came; /* of Came */
  guint n_peers, n_pokes;
};

static void
peer_free (Peer *peer)
{
  g_source_destroy (peer->source);
  g_source_unref (peer->source);
  g_io_stream_close (G_IO_STREAM (peer->stream), NULL, NULL);
  g_object_unref (peer->stream);
  g_string_free (peer->input, TRUE);
  g_queue_clear_full (&peer->waiting, g_free);
  g_free (peer);
}

static void
send_text (Peer *peer, const char *text, gsize len)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (peer->stream)), text, len,
                             NULL, NULL, NULL);
}

static void
send_frame (Peer *peer, const char *headers, const char *body)
{
  g_autofree char *text = NULL;

  if (body != NULL)
    text = g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT "\n%s\n%s", strlen (body), headers,
                            body);
  else
    text = g_strdup_printf ("%s\n", headers);
  send_text (peer, text, strlen (text));
}

static void
reply (Peer *peer, const char *text)
{
  g_autofree char *headers =
      g_strdup_printf ("Content-Type: command/reply\nReply-Text: %s\n", text);

  send_frame (peer, headers, NULL);
}

static void
log_in (Peer *peer, const char *command)
{
  FakeSwitch *fake = peer->fake;
  g_autofree char *accepted = g_strconcat ("+OK accepted\n", fake->login_headers, NULL);

  if (g_str_has_suffix (command, fake->password))
    {
      accepted[strlen (accepted) - 1] = '\0'; /* reply() ends the line */
      peer->in = TRUE;
      reply (peer, accepted);
      return;
    }
  reply (peer, "-ERR invalid");
  send_frame (peer, "Content-Type: text/disconnect-notice\n", "Disconnected, goodbye.\n");
  peer->closing = TRUE;
}

static void
answer_api (Peer *peer, const char *line)
{
  const char *text = g_hash_table_lookup (peer->fake->answers, line);

  if (text == NULL && g_hash_table_contains (peer->fake->answers, line))
    reply (peer, "-ERR permission denied");
  else
    send_frame (peer, "Content-Type: api/response\n", text != NULL ? text : "+OK\n");
}

static void
answer (Peer *peer, const char *command)
{
  g_autofree char *line = g_strndup (command, strcspn (command, "\n"));

  if (strstr (line, "auth ") != NULL)
    log_in (peer, line);
  else if (g_str_has_prefix (line, "api "))
    answer_api (peer, line + 4);
  else if (g_str_has_prefix (line, "bgapi ")
           && g_hash_table_contains (peer->fake->answers, "bgapi"))
    reply (peer, "-ERR permission denied");
  else if (g_str_has_prefix (line, "event json"))
    {
      peer->events = TRUE;
      reply (peer, "+OK event listener enabled json");
    }
  else if (g_str_has_prefix (line, "log "))
    {
      peer->log = TRUE;
      reply (peer, "+OK log level");
    }
  else
    reply (peer, "+OK");
}

static void
answer_waiting (Peer *peer)
{
  char *command;

  while (!peer->closing && (command = g_queue_peek_head (&peer->waiting)) != NULL)
    {
      FakeSwitch *fake = peer->fake;

      if (fake->holding && (fake->hold == NULL || g_str_has_prefix (command, fake->hold)))
        return;
      answer (peer, command);
      g_free (g_queue_pop_head (&peer->waiting));
    }
}

/* One command off the input, NULL: none is whole. */
static char *
next_command (Peer *peer)
{
  GString *input = peer->input;
  const char *end, *length;
  gsize body = 0;
  char *command;

  while (input->len > 0 && input->str[0] == '\n')
    {
      peer->fake->n_pokes++;
      g_string_erase (input, 0, 1);
    }
  end = strstr (input->str, "\n\n");
  if (end == NULL)
    return NULL;
  length = strcasestr (input->str, "\ncontent-length: ");
  if (length != NULL && length < end)
    body = g_ascii_strtoull (strchr (length, ':') + 2, NULL, 10);
  if (input->len < (gsize)(end + 2 - input->str) + body)
    return NULL;
  command = g_strndup (input->str, (gsize)(end + 2 - input->str) + body);
  g_string_erase (input, 0, (gssize)((gsize)(end + 2 - input->str) + body));
  return command;
}

static gboolean
on_input (GSocket *socket, GIOCondition condition, gpointer data)
{
  Peer *peer = data;
  char buffer[4096], *command;
  gssize n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);

  if (n <= 0)
    {
      g_ptr_array_remove_fast (peer->fake->peers, peer);
      return G_SOURCE_REMOVE;
    }
  g_string_append_len (peer->input, buffer, n);
  while ((command = next_command (peer)) != NULL)
    {
      Came came = { peer->number, g_strdup (command) };

      g_array_append_val (peer->fake->came, came);
      g_queue_push_tail (&peer->waiting, command);
    }
  answer_waiting (peer);
  if (!peer->closing)
    return G_SOURCE_CONTINUE;
  g_ptr_array_remove_fast (peer->fake->peers, peer);
  return G_SOURCE_REMOVE;
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *stream, GObject *source, gpointer data)
{
  FakeSwitch *fake = data;
  Peer *peer = g_new0 (Peer, 1);

  peer->fake = fake;
  peer->stream = g_object_ref (stream);
  peer->input = g_string_new (NULL);
  peer->number = ++fake->n_peers;
  g_queue_init (&peer->waiting);
  peer->source = g_socket_create_source (g_socket_connection_get_socket (stream), G_IO_IN, NULL);
  g_source_set_callback (peer->source, G_SOURCE_FUNC (on_input), peer, NULL);
  g_source_attach (peer->source, NULL);
  g_ptr_array_add (fake->peers, peer);
  send_frame (peer, "Content-Type: auth/request\n", NULL);
  return TRUE;
}

static void
came_clear (Came *came)
{
  g_free (came->command);
}

static void
listen_on (FakeSwitch *fake, guint16 port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port), bound = NULL;
  g_autoptr (GError) error = NULL;

  fake->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (fake->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  fake->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (fake->service, "incoming", G_CALLBACK (on_incoming), fake);
  g_socket_service_start (fake->service);
}

FakeSwitch *
fake_switch_new (void)
{
  FakeSwitch *fake = g_new0 (FakeSwitch, 1);

  fake->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  fake->peers = g_ptr_array_new_with_free_func ((GDestroyNotify)peer_free);
  fake->came = g_array_new (FALSE, FALSE, sizeof (Came));
  g_array_set_clear_func (fake->came, (GDestroyNotify)came_clear);
  fake->password = g_strdup ("pw");
  fake->login_headers = g_strdup ("");
  fake_switch_answer (fake, "global_getvar core_uuid", "core-1");
  fake_switch_answer (fake, "show channels as json", "{\"row_count\": 0}\n");
  fake_switch_answer (fake, "show bridged_calls as json", "{\"row_count\": 0}\n");
  fake_switch_answer (fake, "show api as json",
                      "{\"row_count\":2,\"rows\":["
                      "{\"name\":\"version\",\"description\":\"Version\",\"syntax\":\"\"},"
                      "{\"name\":\"echo\",\"description\":\"Echo\",\"syntax\":\"<text>\"}]}");
  fake_switch_answer (fake, "show interfaces as json",
                      "{\"row_count\":2,\"rows\":["
                      "{\"type\":\"application\",\"name\":\"Playback\"},"
                      "{\"type\":\"api\",\"name\":\"version\"}]}");
  listen_on (fake, 0);
  return fake;
}

void
fake_switch_set_listening (FakeSwitch *fake, gboolean listening)
{
  if (listening && fake->service == NULL)
    listen_on (fake, fake->port);
  if (listening || fake->service == NULL)
    return;
  g_socket_service_stop (fake->service);
  g_socket_listener_close (G_SOCKET_LISTENER (fake->service));
  g_clear_object (&fake->service);
}

void
fake_switch_free (FakeSwitch *fake)
{
  fake_switch_set_listening (fake, FALSE);
  g_ptr_array_unref (fake->peers);
  g_array_unref (fake->came);
  g_hash_table_unref (fake->answers);
  g_free (fake->password);
  g_free (fake->login_headers);
  g_free (fake->hold);
  g_free (fake);
}

guint16
fake_switch_port (const FakeSwitch *fake)
{
  return fake->port;
}

void
fake_switch_answer (FakeSwitch *fake, const char *line, const char *text)
{
  g_hash_table_replace (fake->answers, g_strdup (line), g_strdup (text));
}

void
fake_switch_set_password (FakeSwitch *fake, const char *password)
{
  g_free (fake->password);
  fake->password = g_strdup (password);
}

void
fake_switch_set_login_headers (FakeSwitch *fake, const char *headers)
{
  g_free (fake->login_headers);
  fake->login_headers = g_strdup (headers);
}

void
fake_switch_hold (FakeSwitch *fake, const char *start)
{
  g_free (fake->hold);
  fake->hold = g_strdup (start);
  fake->holding = TRUE;
}

void
fake_switch_release (FakeSwitch *fake)
{
  fake->holding = FALSE;
  for (guint i = 0; i < fake->peers->len; i++)
    answer_waiting (g_ptr_array_index (fake->peers, i));
}

void
fake_switch_send_event (FakeSwitch *fake, const char *json)
{
  for (guint i = 0; i < fake->peers->len; i++)
    {
      Peer *peer = g_ptr_array_index (fake->peers, i);

      if (peer->events)
        send_frame (peer, "Content-Type: text/event-json\n", json);
    }
}

void
fake_switch_send_log (FakeSwitch *fake, const char *text)
{
  for (guint i = 0; i < fake->peers->len; i++)
    {
      Peer *peer = g_ptr_array_index (fake->peers, i);

      if (peer->log)
        send_frame (peer, "Content-Type: log/data\nLog-Level: 7\nUser-Data: \n", text);
    }
}

static gboolean
peer_had (const FakeSwitch *fake, guint number, const char *start)
{
  for (guint i = 0; i < fake->came->len; i++)
    {
      const Came *came = &g_array_index (fake->came, Came, i);

      if (came->connection == number && g_str_has_prefix (came->command, start))
        return TRUE;
    }
  return FALSE;
}

void
fake_switch_drop (FakeSwitch *fake, const char *start)
{
  for (guint i = fake->peers->len; i > 0; i--)
    {
      Peer *peer = g_ptr_array_index (fake->peers, i - 1);

      if (start == NULL || peer_had (fake, peer->number, start))
        g_ptr_array_remove_index_fast (fake->peers, i - 1);
    }
}

guint
fake_switch_count (const FakeSwitch *fake, const char *start)
{
  guint count = 0;

  for (guint i = 0; i < fake->came->len; i++)
    count += g_str_has_prefix (g_array_index (fake->came, Came, i).command, start);
  return count;
}

guint
fake_switch_count_connections (const FakeSwitch *fake, const char *start)
{
  guint count = 0;

  for (guint number = 1; number <= fake->n_peers; number++)
    count += peer_had (fake, number, start);
  return count;
}

gboolean
fake_switch_has_connection (const FakeSwitch *fake, const char *start)
{
  for (guint i = 0; i < fake->peers->len; i++)
    if (peer_had (fake, ((Peer *)g_ptr_array_index (fake->peers, i))->number, start))
      return TRUE;
  return FALSE;
}

guint
fake_switch_n_connections (const FakeSwitch *fake)
{
  return fake->peers->len;
}

guint
fake_switch_n_pokes (const FakeSwitch *fake)
{
  return fake->n_pokes;
}

void
fake_switch_forget (FakeSwitch *fake)
{
  g_array_set_size (fake->came, 0);
  fake->n_pokes = 0;
}
