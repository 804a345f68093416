/* SPDX-License-Identifier: MIT */
/* A connection of the user's own: recorded conversations pass unchanged, both ways, whether or not
 * the login is done when the writing begins; and neither side's laziness costs memory.
 *
 * The switch is a thread that plays what a real one said. */
#include <string.h>
#include <sys/socket.h>

#include "sw-raw.h"

#define PASSWORD "ClueCon"
#define LOGIN "auth " PASSWORD "\n\n"
#define FLOOD ((gsize)48 * 1024 * 1024)
/* What one turn of the connection may read beyond the bound. */
#define TURN (256u * 1024)

typedef struct
{
  GSocketListener *listener;
  guint16 port;
  GThread *thread;
  gconstpointer to_send; /* after the login */
  gsize to_send_len;
  gsize to_read;        /* bytes, the login included */
  GByteArray *received; /* the thread's, until it is joined */
  GAsyncQueue *go;      /* when it may read; NULL: at once */

  SwClient *client;
  SwRaw *raw;
  GString *got;
  guint n_changes;
} Fixture;

static void
send_all (GSocket *socket, const void *bytes, gsize len)
{
  const char *next = bytes;

  while (len > 0)
    {
      gssize n = g_socket_send (socket, next, len, NULL, NULL);

      g_assert_cmpint (n, >, 0);
      next += n;
      len -= (gsize)n;
    }
}

static void
receive_until (GSocket *socket, GByteArray *received, gsize len)
{
  char bytes[65536];

  while (received->len < len)
    {
      gssize n =
          g_socket_receive (socket, bytes, MIN (sizeof bytes, len - received->len), NULL, NULL);

      g_assert_cmpint (n, >, 0);
      g_byte_array_append (received, (guint8 *)bytes, (guint)n);
    }
}

static gpointer
serve (gpointer data)
{
  static const char greeting[] = "Content-Type: auth/request\n\n";
  static const char accepted[] = "Content-Type: command/reply\nReply-Text: +OK accepted\n\n";
  Fixture *f = data;
  g_autoptr (GSocket) socket = g_socket_listener_accept_socket (f->listener, NULL, NULL, NULL);

  g_assert_nonnull (socket);
  g_socket_set_blocking (socket, TRUE);
  send_all (socket, greeting, sizeof greeting - 1);
  receive_until (socket, f->received, strlen (LOGIN));
  send_all (socket, accepted, sizeof accepted - 1);
  send_all (socket, f->to_send, f->to_send_len);
  if (f->go != NULL)
    g_async_queue_pop (f->go);
  receive_until (socket, f->received, f->to_read);
  g_socket_close (socket, NULL);
  return NULL;
}

static void
on_changed (gpointer data)
{
  ((Fixture *)data)->n_changes++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const SwModelFuncs model_funcs;
  static const SwClientFuncs client_funcs;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  SwClientOptions options = { .target = { .host = "127.0.0.1", .password = PASSWORD } };

  f->listener = g_socket_listener_new ();
  g_assert_true (g_socket_listener_add_address (f->listener, any, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error));
  options.target.port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  f->received = g_byte_array_new ();
  f->got = g_string_new (NULL);
  f->client = sw_client_new (&options, &model_funcs, &client_funcs, NULL);
}

static void
start (Fixture *f)
{
  f->thread = g_thread_new ("switch", serve, f);
  f->raw = sw_raw_new (f->client, on_changed, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_thread_join (f->thread);
  sw_raw_free (f->raw);
  sw_client_free (f->client);
  g_socket_listener_close (f->listener);
  g_object_unref (f->listener);
  g_byte_array_unref (f->received);
  g_string_free (f->got, TRUE);
  g_clear_pointer (&f->go, g_async_queue_unref);
}

static void
recorded (const char *name, char **ret_text, gsize *ret_len)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, ret_text, ret_len, &error);
  g_assert_no_error (error);
}

/* What the switch said after the greeting and the login's answer. */
static const char *
after_login (const char *text)
{
  const char *end = strstr (text, "\n\n");

  end = strstr (end + 2, "\n\n");
  return end + 2;
}

static void
take_all (Fixture *f)
{
  while (sw_raw_take (f->raw, f->got, 1000) > 0)
    ;
}

static void
test_unchanged (Fixture *f, gconstpointer data)
{
  const char *name = data;
  g_autofree char *client_name = g_strconcat (name, ".client", NULL);
  g_autofree char *server_name = g_strconcat (name, ".server", NULL);
  g_autofree char *said = NULL, *asked = NULL;
  gsize said_len, asked_len, at = strlen (LOGIN);

  recorded (server_name, &said, &said_len);
  recorded (client_name, &asked, &asked_len);
  g_assert_true (g_str_has_prefix (asked, LOGIN));
  f->to_send = after_login (said);
  f->to_send_len = said_len - (gsize)((const char *)f->to_send - said);
  f->to_read = asked_len;
  start (f);
  /* Some of it before the login is done, the rest in odd cuts while answers come. */
  while (at < asked_len || sw_raw_error (f->raw) == NULL)
    {
      gsize len = MIN (asked_len - at, 7);

      if (len > 0)
        g_assert_true (sw_raw_write (f->raw, asked + at, len));
      at += len;
      take_all (f);
      g_main_context_iteration (NULL, at == asked_len);
    }
  take_all (f);
  g_assert_cmpmem (f->got->str, f->got->len, f->to_send, f->to_send_len);
  g_assert_cmpmem (f->received->data, f->received->len, asked, asked_len);
  g_assert_false (sw_raw_write (f->raw, "x", 1));
}

/* The other side sends FLOOD bytes, as fast as it can. They are the caller's to free. */
static char *
start_flood (Fixture *f)
{
  char *flood = g_malloc (FLOOD);

  for (gsize i = 0; i < FLOOD; i++)
    flood[i] = (char)(i * 31 / 7);
  f->to_send = flood;
  f->to_send_len = FLOOD;
  f->to_read = strlen (LOGIN);
  start (f);
  return flood;
}

/* A reader that doesn't read stops the other side. */
static void
test_lazy_reader (Fixture *f, gconstpointer data)
{
  g_autofree char *flood = start_flood (f);
  gsize total = 0;

  while (total < FLOOD)
    {
      gsize got;

      for (guint turns = 0; turns < 20; turns++)
        g_main_context_iteration (NULL, FALSE);
      g_string_truncate (f->got, 0);
      got = sw_raw_take (f->raw, f->got, G_MAXSIZE);
      g_assert_cmpuint (got, <, SW_RAW_MAX_UNREAD + TURN);
      g_assert_cmpmem (f->got->str, got, flood + total, got);
      total += got;
    }
}

/* One that reads all the time and is always a little behind keeps what it has not read, and not
 * what it has. */
static void
test_steady_reader (Fixture *f, gconstpointer data)
{
  g_autofree char *flood = start_flood (f);
  gsize total = 0;

  while (total < FLOOD)
    {
      gsize got;

      g_main_context_iteration (NULL, FALSE);
      g_string_truncate (f->got, 0);
      got = sw_raw_take (f->raw, f->got, 30000);
      g_assert_cmpmem (f->got->str, got, flood + total, got);
      g_assert_cmpuint (sw_raw_kept (f->raw), <, 2 * (SW_RAW_MAX_UNREAD + TURN));
      total += got;
    }
}

/* A switch that doesn't read makes the writer wait, and is waited for. */
static void
test_lazy_switch (Fixture *f, gconstpointer data)
{
  g_autofree char *piece = g_malloc0 (1024 * 1024);
  gsize taken = 0;

  f->go = g_async_queue_new ();
  f->to_read = strlen (LOGIN) + FLOOD;
  start (f);
  g_assert_true (sw_raw_is_busy (f->raw));
  while (sw_raw_is_busy (f->raw))
    g_main_context_iteration (NULL, TRUE);
  /* On and on, though it is busy: that is refused in the end. */
  while (taken < FLOOD && sw_raw_write (f->raw, piece, 1024 * 1024))
    taken += 1024 * 1024;
  g_assert_true (sw_raw_is_busy (f->raw));
  g_assert_cmpuint (taken, <, FLOOD);
  g_async_queue_push (f->go, f);
  while (taken < FLOOD)
    {
      while (sw_raw_is_busy (f->raw))
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (sw_raw_write (f->raw, piece, 1024 * 1024));
      taken += 1024 * 1024;
    }
  while (sw_raw_error (f->raw) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->n_changes, >, 0);
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "framing", "life_plain", "life_xml", "sendevent.3", "log7" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/raw/unchanged/", names[i], NULL);

      g_test_add (path, Fixture, names[i], set_up, test_unchanged, tear_down);
    }
  g_test_add ("/raw/lazy-reader", Fixture, NULL, set_up, test_lazy_reader, tear_down);
  g_test_add ("/raw/steady-reader", Fixture, NULL, set_up, test_steady_reader, tear_down);
  g_test_add ("/raw/lazy-switch", Fixture, NULL, set_up, test_lazy_switch, tear_down);
  return g_test_run ();
}
