/* SPDX-License-Identifier: MIT */
/* switch-client.c - see the header. */
#include "switch-client.h"

#include <errno.h>
#include <glib-unix.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#define GUARD_SECONDS 120

SimSwitch *
test_switch_new (guint16 *ret_port)
{
  g_autoptr (GError) error = NULL;
  SimSwitch *sim = sim_switch_new (&(SimOptions){
      .controls = TRUE, .hostname = "vm", .heartbeat = 86400, .seed = 1, .queue = 1000 });
  sim_switch_listen (sim, "127.0.0.1", 0, ret_port, &error);
  g_assert_no_error (error);
  return sim;
}

/* ---- the loop ---- */

static gboolean
guard_expired (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

gboolean
test_wait (TestCondition done, gpointer data)
{
  gboolean expired = FALSE, fulfilled;
  guint guard = g_timeout_add_seconds (GUARD_SECONDS, guard_expired, &expired);
  while (!(fulfilled = done (data)) && !expired)
    g_main_context_iteration (NULL, TRUE);
  if (!expired)
    g_source_remove (guard);
  return fulfilled;
}

/* ---- a client ---- */

static gboolean
client_readable (int fd, GIOCondition condition, gpointer data)
{
  TestClient *client = data;
  guint8 bytes[65536];
  ssize_t n = recv (fd, bytes, sizeof bytes, MSG_DONTWAIT);
  if (n > 0)
    {
      g_byte_array_append (client->bytes, bytes, (guint)n);
      if (!client->raw)
        {
          esl_parser_feed (client->parser, bytes, (gsize)n);
          frames_take (client->parser, client->frames);
        }
      return G_SOURCE_CONTINUE;
    }
  if (n < 0 && errno == EAGAIN)
    return G_SOURCE_CONTINUE;
  client->eof = TRUE;
  return G_SOURCE_REMOVE;
}

void
test_client_start_reading (TestClient *client)
{
  int fd = g_socket_get_fd (g_socket_connection_get_socket (client->stream));
  client->source = g_unix_fd_source_new (fd, G_IO_IN | G_IO_HUP);
  g_source_set_callback (client->source, G_SOURCE_FUNC (client_readable), client, NULL);
  g_source_attach (client->source, NULL);
}

void
test_client_stop_reading (TestClient *client)
{
  g_source_destroy (client->source);
  g_clear_pointer (&client->source, g_source_unref);
}

TestClient *
test_client_adopt (GSocketConnection *stream)
{
  TestClient *client = g_new0 (TestClient, 1);
  client->stream = g_object_ref (stream);
  client->parser = esl_parser_new (NULL);
  client->frames = g_ptr_array_new_with_free_func (frame_free);
  client->bytes = g_byte_array_new ();
  test_client_start_reading (client);
  return client;
}

/* The kernel accepts the connection for the switch, so that dialling may block here. */
TestClient *
test_client_new (guint16 port)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketClient) dialler = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string ("127.0.0.1", port);
  g_autoptr (GSocketConnection) stream =
      g_socket_client_connect (dialler, G_SOCKET_CONNECTABLE (address), NULL, &error);
  g_assert_no_error (error);
  return test_client_adopt (stream);
}

TestClient *
test_client_login (guint16 port)
{
  TestClient *client = test_client_new (port);
  g_assert_true (test_client_wait_frames (client, 1));
  g_assert_cmpstr (test_client_ask (client, "auth ClueCon"), ==, "+OK accepted");
  test_client_clear (client);
  return client;
}

void
test_client_free (TestClient *client)
{
  test_client_stop_reading (client);
  g_io_stream_close (G_IO_STREAM (client->stream), NULL, NULL);
  g_object_unref (client->stream);
  esl_parser_free (client->parser);
  g_ptr_array_unref (client->frames);
  g_byte_array_unref (client->bytes);
  g_free (client);
}

void
test_client_send (TestClient *client, const void *bytes, gssize len)
{
  int fd = g_socket_get_fd (g_socket_connection_get_socket (client->stream));
  gsize total = len < 0 ? strlen (bytes) : (gsize)len;
  for (gsize at = 0; at < total;)
    {
      ssize_t n = send (fd, (const char *)bytes + at, total - at, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0)
        at += (gsize)n;
      else if (n < 0 && errno == EAGAIN)
        g_main_context_iteration (NULL, TRUE);
      else if (n < 0)
        return;
    }
}

void
test_client_clear (TestClient *client)
{
  g_ptr_array_set_size (client->frames, 0);
  g_byte_array_set_size (client->bytes, 0);
}

typedef struct
{
  TestClient *client;
  guint from; /* frames to skip */
  const char *name;
  guint n;
  Frame *found;
} Awaited;

static gboolean
reply_came (gpointer data)
{
  Awaited *awaited = data;
  GPtrArray *frames = awaited->client->frames;
  for (guint i = awaited->from; i < frames->len; i++)
    {
      Frame *frame = g_ptr_array_index (frames, i);
      if (strcmp (frame->type, "command/reply") == 0 || strcmp (frame->type, "api/response") == 0)
        awaited->found = frame;
    }
  return awaited->found || awaited->client->eof;
}

const char *
test_client_ask (TestClient *client, const char *text)
{
  Awaited awaited = { .client = client, .from = client->frames->len };
  g_autofree char *command = g_strconcat (text, "\n\n", NULL);
  test_client_send (client, command, -1);
  test_wait (reply_came, &awaited);
  g_assert_nonnull (awaited.found);
  const char *reply = esl_event_get (awaited.found->headers, "Reply-Text");
  return awaited.found->body ? awaited.found->body : reply;
}

const char *
test_client_askf (TestClient *client, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  return test_client_ask (client, text);
}

static gboolean
frames_came (gpointer data)
{
  const Awaited *awaited = data;
  return awaited->client->frames->len >= awaited->n || awaited->client->eof;
}

gboolean
test_client_wait_frames (TestClient *client, guint n)
{
  Awaited awaited = { .client = client, .n = n };
  test_wait (frames_came, &awaited);
  return client->frames->len >= n;
}

static gboolean
eof_came (gpointer data)
{
  return ((TestClient *)data)->eof;
}

gboolean
test_client_wait_eof (TestClient *client)
{
  return test_wait (eof_came, client);
}

guint
test_client_count_events (TestClient *client, const char *name)
{
  guint n = 0;
  for (guint i = 0; i < client->frames->len; i++)
    {
      const Frame *frame = g_ptr_array_index (client->frames, i);
      if (frame_is_event (frame) && strcmp (frame_event_get (frame, "Event-Name"), name) == 0)
        n++;
    }
  return n;
}

static gboolean
events_came (gpointer data)
{
  const Awaited *awaited = data;
  return test_client_count_events (awaited->client, awaited->name) >= awaited->n
         || awaited->client->eof;
}

gboolean
test_client_wait_events (TestClient *client, const char *name, guint n)
{
  Awaited awaited = { .client = client, .name = name, .n = n };
  test_wait (events_came, &awaited);
  return test_client_count_events (client, name) >= n;
}

Frame *
test_client_wait_event (TestClient *client, const char *name)
{
  test_client_wait_events (client, name, 1);
  for (guint i = 0; i < client->frames->len; i++)
    {
      Frame *frame = g_ptr_array_index (client->frames, i);
      if (frame_is_event (frame) && strcmp (frame_event_get (frame, "Event-Name"), name) == 0)
        return frame;
    }
  return NULL;
}
