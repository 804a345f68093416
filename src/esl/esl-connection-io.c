/* SPDX-License-Identifier: MIT */
/* esl-connection-io.c - the socket of a connection, on the main loop.
 *
 * One source waits for the socket both ways. A turn of the main loop does a bounded
 * amount of work, so that a flood from one switch starves nobody: what is left is
 * taken at the next turn, by the source's ready time when the socket is silent.
 *
 * When sending fails, the link isn't ended there: the peer's last words may be
 * waiting to be read, and reading finds the end after them (Linux gives out what it
 * has received, also after a shutdown).
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "esl-connection-private.h"

/* One turn's work. */
#define TURN_BYTES ((gsize)256 * 1024)
#define TURN_FRAMES 64
#define REST_USEC 1000
#define EASE_USEC 5000

#define READ_BYTES ((gsize)64 * 1024)
/* An output buffer larger than this is given back when it has been sent. */
#define KEPT_BYTES ((gsize)1024 * 1024)

typedef struct
{
  GSource source;
  EslConnection *connection; /* holds the source, and ends it first */
} IoSource;

static gsize
unsent (const EslConnection *c)
{
  return c->output.bytes->len - c->output.sent;
}

gsize
esl_connection_unsent (const EslConnection *c)
{
  return unsent (c);
}

/* Awaits what is of use. A socket of which nothing is wanted is taken off the source: poll reports
 * a hang-up whether or not it was asked, and would spin. */
void
esl_connection_update_poll (EslConnection *c)
{
  GIOCondition wanted = 0;

  if (c->source == NULL)
    return;
  if (c->reading && !c->resting)
    wanted |= G_IO_IN;
  if (unsent (c) > 0)
    wanted |= G_IO_OUT;
  /* GLib wakes the loop by an eventfd for each change, also for none. */
  if (wanted == c->awaited)
    return;
  c->awaited = wanted;
  if (wanted == 0 && c->tag != NULL)
    g_source_remove_unix_fd (c->source, g_steal_pointer (&c->tag));
  else if (wanted != 0 && c->tag == NULL)
    c->tag = g_source_add_unix_fd (c->source, c->fd, wanted);
  else if (wanted != 0)
    g_source_modify_unix_fd (c->source, c->tag, wanted);
}

void
esl_connection_continue (EslConnection *c)
{
  if (c->source != NULL)
    g_source_set_ready_time (c->source, 0);
}

/* Returns how many bytes the socket took; after an error, none will be taken any more. */
static gsize
send_some (EslConnection *c, const guint8 *bytes, gsize len)
{
  gsize done = 0;

  while (done < len && c->send_errno == 0)
    {
      ssize_t n = send (c->fd, bytes + done, len - done, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n >= 0)
        done += (gsize)n;
      else if (errno == EAGAIN || errno == EWOULDBLOCK)
        break;
      else if (errno != EINTR)
        {
          c->send_errno = errno;
          (void)shutdown (c->fd, SHUT_RDWR);
        }
    }
  return done;
}

static void
drop_output (EslConnection *c)
{
  c->output.sent = 0;
  g_byte_array_set_size (c->output.bytes, 0);
}

static void
flush (EslConnection *c)
{
  EslOutput *output = &c->output;
  gboolean large = output->bytes->len > KEPT_BYTES;

  output->sent += send_some (c, output->bytes->data + output->sent, unsent (c));
  if (c->send_errno != 0 || unsent (c) == 0)
    {
      drop_output (c);
      if (large)
        {
          g_byte_array_unref (output->bytes);
          output->bytes = g_byte_array_new ();
        }
    }
  else if (output->sent > output->bytes->len / 2)
    {
      g_byte_array_remove_range (output->bytes, 0, (guint)output->sent);
      output->sent = 0;
    }
}

void
esl_connection_write (EslConnection *c, const void *bytes, gsize len, gboolean later)
{
  gsize done = 0;

  if (c->fd < 0 || c->send_errno != 0)
    return;
  if (!later && unsent (c) == 0)
    done = send_some (c, bytes, len);
  if (done == len || c->send_errno != 0)
    return;
  g_byte_array_append (c->output.bytes, (const guint8 *)bytes + done, (guint)(len - done));
  if (later)
    esl_connection_continue (c);
  else
    esl_connection_update_poll (c);
}

/* Why the link ended: sending may have learnt it first, and the kernel tells it but once. */
static void
end_of_input (EslConnection *c, int error)
{
  gsize cut = esl_parser_pending (c->parser);

  if (c->raw != NULL && c->funcs != NULL)
    c->raw (c, (const guint8 *)"", 0, c->data);
  if (error == 0)
    error = c->send_errno;
  if (error != 0)
    esl_connection_end (c, ESL_CONNECTION_ERROR_LOST, "the link to %s broke: %s", c->name,
                        g_strerror (error));
  else if (c->state != ESL_CONNECTION_READY)
    esl_connection_end (c, ESL_CONNECTION_ERROR_LOST, "%s closed the link before the login",
                        c->name);
  else if (cut > 0)
    esl_connection_end (c, ESL_CONNECTION_ERROR_LOST,
                        "%s closed the link after %" G_GSIZE_FORMAT " bytes of a frame", c->name,
                        cut);
  else
    esl_connection_end (c, ESL_CONNECTION_ERROR_LOST, "%s closed the link", c->name);
}

static gboolean
is_live (const EslConnection *c)
{
  return c->source != NULL && c->reading;
}

static void
rest_or_continue (EslConnection *c)
{
  gint64 now = g_get_monotonic_time ();

  if (now >= c->eased_until)
    {
      esl_connection_continue (c);
      return;
    }
  c->resting = TRUE;
  g_source_set_ready_time (c->source, now + REST_USEC);
}

void
esl_connection_ease (EslConnection *c)
{
  c->eased_until = g_get_monotonic_time () + EASE_USEC;
}

/* Delivers what is whole. FALSE: this turn is over. */
static gboolean
deliver_frames (EslConnection *c, guint *frames)
{
  g_autoptr (GError) error = NULL;
  EslParserResult result;
  EslFrame frame;

  while (is_live (c) && c->raw == NULL)
    {
      if (*frames == TURN_FRAMES)
        {
          rest_or_continue (c);
          return FALSE;
        }
      result = esl_parser_next (c->parser, &frame, &error);
      if (result == ESL_PARSER_MORE)
        return TRUE;
      if (result == ESL_PARSER_ERROR)
        {
          g_autofree char *said = esl_connection_quote (c, error->message);

          esl_connection_end (c, ESL_CONNECTION_ERROR_PROTOCOL, "%s: %s", c->name, said);
          return FALSE;
        }
      (*frames)++;
      esl_connection_take_frame (c, &frame);
    }
  return is_live (c);
}

static void
deliver_raw (EslConnection *c, const guint8 *bytes, gsize len)
{
  if (len > 0 && c->funcs != NULL)
    c->raw (c, bytes, len, c->data);
}

/* Reads once. FALSE: there is nothing more for now, or no link any more. */
static gboolean
read_once (EslConnection *c, gsize *bytes)
{
  gsize space;
  guint8 *to = esl_parser_reserve (c->parser, READ_BYTES, &space);
  gsize asked = MIN (space, TURN_BYTES - *bytes);
  ssize_t n = recv (c->fd, to, asked, MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return FALSE;
  if (n < 0 && errno == EINTR)
    return TRUE;
  if (n <= 0)
    {
      end_of_input (c, n < 0 ? errno : 0);
      return FALSE;
    }
  *bytes += (gsize)n;
  if (c->raw != NULL)
    deliver_raw (c, to, (gsize)n);
  else
    esl_parser_commit (c->parser, (gsize)n);
  return (gsize)n == asked;
}

static void
take_turn (EslConnection *c)
{
  guint frames = 0;
  gsize bytes = 0;
  gboolean more = TRUE;

  for (;;)
    {
      if (!is_live (c))
        return;
      if (c->raw == NULL && !deliver_frames (c, &frames))
        return;
      if (c->raw != NULL)
        {
          gsize len;
          const guint8 *rest = esl_parser_take_rest (c->parser, &len);

          deliver_raw (c, rest, len);
        }
      if (!more || bytes >= TURN_BYTES || !is_live (c))
        return;
      more = read_once (c, &bytes);
    }
}

static void
tell_drained (EslConnection *c)
{
  if (unsent (c) == 0 && c->send_errno == 0 && c->funcs->drained != NULL)
    c->funcs->drained (c, c->data);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  EslConnection *c = esl_connection_hold (((IoSource *)source)->connection);

  c->resting = FALSE;
  g_source_set_ready_time (source, -1);
  if (unsent (c) > 0)
    {
      flush (c);
      tell_drained (c);
    }
  take_turn (c);
  esl_connection_update_poll (c);
  esl_connection_drop (c);
  return G_SOURCE_CONTINUE;
}

static void
set_int (int fd, int level, int name, int value)
{
  (void)setsockopt (fd, level, name, &value, sizeof value);
}

/* A dead peer is found within `user_timeout`, whether data is on the way or the line is silent:
 * half of it without a word, then four probes. Linux counts a window that stays closed as well
 * (seen with 340 kB of commands at a switch that got no processor time for 20 s): a peer which
 * takes nothing for so long is given up although its kernel answers. Elsewhere than on TCP this
 * does nothing. */
static void
set_options (EslConnection *c)
{
  int seconds = (int)(c->user_timeout / 1000);

  set_int (c->fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_int (c->fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_int (c->fd, IPPROTO_TCP, TCP_KEEPIDLE, MAX (seconds / 2, 1));
  set_int (c->fd, IPPROTO_TCP, TCP_KEEPINTVL, MAX (seconds / 8, 1));
  set_int (c->fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
  set_int (c->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)c->user_timeout);
}

static char *
describe_address (GSocketAddress *address)
{
  g_autofree char *text = NULL;

  if (address == NULL)
    return NULL;
  text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
  g_object_unref (address);
  return g_steal_pointer (&text);
}

void
esl_connection_start_io (EslConnection *c, GSocketConnection *stream)
{
  static GSourceFuncs funcs = { .dispatch = dispatch };

  c->stream = stream;
  c->fd = g_socket_get_fd (g_socket_connection_get_socket (stream));
  c->local = describe_address (g_socket_connection_get_local_address (stream, NULL));
  c->remote = describe_address (g_socket_connection_get_remote_address (stream, NULL));
  if (c->name == NULL)
    c->name = g_strdup (c->remote == NULL ? "the peer" : c->remote);
  set_options (c);
  c->source = g_source_new (&funcs, sizeof (IoSource));
  ((IoSource *)c->source)->connection = c;
  g_source_set_static_name (c->source, "esl connection");
  c->reading = TRUE;
  esl_connection_update_poll (c);
  g_source_attach (c->source, c->context);
}

void
esl_connection_stop_io (EslConnection *c)
{
  if (c->source != NULL)
    g_source_destroy (c->source);
  g_clear_pointer (&c->source, g_source_unref);
  c->tag = NULL;
  c->awaited = 0;
  c->resting = FALSE;
  c->fd = -1;
  drop_output (c);
  if (c->stream != NULL)
    g_socket_close (g_socket_connection_get_socket (c->stream), NULL);
  g_clear_object (&c->stream);
}
