/* SPDX-License-Identifier: MIT */
/* client.c - a raw ESL client, as fast as C makes it, for comparison. It parses no more than it
 * must.
 *
 *   client HOST PORT PASSWORD api FILE             pipelines each line of FILE as an api command:
 *                                                  seconds, refusals and bytes of the answers
 *   client HOST PORT PASSWORD ask LINE             an api command: its answer
 *   client HOST PORT PASSWORD drain FORMAT COUNT   event FORMAT all; discards: seconds from the
 *                                                  first event to the COUNTth, bytes, COUNT
 *   client HOST PORT PASSWORD arrive COUNT         microseconds on the way of each of COUNT events
 *                                                  that have X-Sent, a line each
 *   client HOST PORT PASSWORD send COUNT MS SIZE   sends COUNT events with X-Sent and a body of
 * SIZE bytes, one each MS milliseconds on average; 0: as many as the switch takes, pipelined
 *
 * A reader says "ready" on its standard error once it is subscribed.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

/* Requests under way, and how few are left before more are sent. */
#define WINDOW 64
#define REFILL 32

typedef struct
{
  int fd;
  char *buffer;
  size_t size, start, end;
  double bytes;
  char *out;
  size_t out_size, out_used;
} Client;

static void
die (const char *what)
{
  perror (what);
  exit (1);
}

/* ---- out ---- */

static void
queue (Client *client, const char *text, size_t len)
{
  while (client->out_used + len > client->out_size)
    client->out = realloc (client->out, client->out_size = client->out_size * 2 + 65536);
  memcpy (client->out + client->out_used, text, len);
  client->out_used += len;
}

static void
flush (Client *client)
{
  for (size_t done = 0; done < client->out_used;)
    {
      ssize_t sent = send (client->fd, client->out + done, client->out_used - done, MSG_NOSIGNAL);

      if (sent <= 0)
        die ("send");
      done += (size_t)sent;
    }
  client->out_used = 0;
}

static void
say (Client *client, const char *text)
{
  queue (client, text, strlen (text));
  flush (client);
}

/* ---- in ---- */

static void
more (Client *client)
{
  ssize_t got;

  if (client->start > 0)
    {
      memmove (client->buffer, client->buffer + client->start, client->end - client->start);
      client->end -= client->start;
      client->start = 0;
    }
  if (client->size - client->end < 65536)
    client->buffer = realloc (client->buffer, client->size *= 2);
  got = recv (client->fd, client->buffer + client->end, client->size - client->end - 1, 0);
  if (got <= 0)
    die ("recv");
  client->end += (size_t)got;
  client->bytes += (double)got;
  client->buffer[client->end] = '\0';
}

/* One frame: *ret_head is its header block, *ret_body its body; good until the next call. */
static size_t
frame (Client *client, const char **ret_head, const char **ret_body)
{
  for (;;)
    {
      char *head = client->buffer + client->start;
      char *blank = client->end > client->start ? strstr (head, "\n\n") : NULL;
      const char *length = blank != NULL ? strstr (head, "Content-Length: ") : NULL;
      size_t body = length != NULL && length < blank ? strtoul (length + 16, NULL, 10) : 0;

      if (blank != NULL && (size_t)(client->buffer + client->end - blank - 2) >= body)
        {
          *ret_head = head;
          *ret_body = blank + 2;
          client->start = (size_t)(blank + 2 - client->buffer) + body;
          return body;
        }
      more (client);
    }
}

static void
login (Client *client, const char *host, const char *port, const char *password)
{
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
  const char *head, *body;
  char line[512];
  int one = 1;

  if (getaddrinfo (host, port, &hints, &found) != 0)
    die (host);
  client->fd = socket (found->ai_family, SOCK_STREAM, 0);
  if (connect (client->fd, found->ai_addr, found->ai_addrlen) != 0)
    die ("connect");
  setsockopt (client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  freeaddrinfo (found);
  client->size = 1024 * 1024;
  client->buffer = malloc (client->size);
  frame (client, &head, &body);
  snprintf (line, sizeof line, "auth %s\n\n", password);
  say (client, line);
  frame (client, &head, &body);
  if (strncmp (head, "Content-Type: command/reply\nReply-Text: +OK", 43) != 0)
    die ("login");
}

/* ---- commands, pipelined ---- */

/* Queues the next command of `data`; 0: there are no more. */
typedef int (*NextFunc) (Client *client, void *data);

/* Returns how many were refused. */
static long
pipeline (Client *client, NextFunc next, void *data)
{
  const char *head, *body;
  long refused = 0;
  int under_way = 0, more_to_come = 1;

  while (more_to_come || under_way > 0)
    {
      while (more_to_come && under_way < WINDOW)
        if (next (client, data))
          under_way++;
        else
          more_to_come = 0;
      flush (client);
      for (int least = more_to_come ? REFILL : 0; under_way > least; under_way--)
        {
          size_t len = frame (client, &head, &body);

          refused += len >= 4 && memcmp (body, "-ERR", 4) == 0;
        }
    }
  return refused;
}

static int
next_line (Client *client, void *data)
{
  char line[4096];
  size_t len;

  if (fgets (line, sizeof line, data) == NULL)
    return 0;
  len = strcspn (line, "\n");
  queue (client, "api ", 4);
  queue (client, line, len);
  queue (client, "\n\n", 2);
  return 1;
}

static void
run_file (Client *client, const char *path)
{
  FILE *file = fopen (path, "r");
  double start = now ();
  long refused;

  if (file == NULL)
    die (path);
  client->bytes = 0;
  refused = pipeline (client, next_line, file);
  printf ("%.6f %ld %.0f\n", now () - start, refused, client->bytes);
  fclose (file);
}

static void
ask (Client *client, const char *line)
{
  const char *head, *body;
  size_t len;

  queue (client, "api ", 4);
  queue (client, line, strlen (line));
  say (client, "\n\n");
  len = frame (client, &head, &body);
  fwrite (body, 1, len, stdout);
}

/* ---- events ---- */

static void
subscribe (Client *client, const char *format)
{
  const char *head, *body;
  char line[64];

  snprintf (line, sizeof line, "event %s all\n\n", format);
  say (client, line);
  frame (client, &head, &body);
  fprintf (stderr, "ready\n");
}

static void
drain (Client *client, const char *format, long wanted)
{
  const char *head, *body;
  double first = 0;

  subscribe (client, format);
  for (long count = 0; count < wanted; count++)
    {
      frame (client, &head, &body);
      if (first == 0)
        {
          first = now ();
          client->bytes = 0;
        }
    }
  printf ("%.6f %.0f %ld\n", now () - first, client->bytes, wanted);
}

static void
arrive (Client *client, long wanted)
{
  const char *head, *body;

  subscribe (client, "json");
  while (wanted > 0)
    {
      size_t len = frame (client, &head, &body);
      const char *sent = memmem (body, len, "\"X-Sent\":\"", 10);

      if (sent == NULL)
        continue;
      printf ("%.1f\n", (now () - atof (sent + 10)) * 1e6);
      wanted--;
    }
}

typedef struct
{
  long left;
  int size;
} Sending;

static int
next_event (Client *client, void *data)
{
  static char body[1024 * 1024];
  Sending *sending = data;
  char text[256];
  int len;

  if (sending->left-- <= 0)
    return 0;
  memset (body, 'x', (size_t)sending->size);
  len = snprintf (text, sizeof text,
                  "sendevent CUSTOM\nEvent-Subclass: bench::event\nX-Sent: %.9f\n", now ());
  queue (client, text, (size_t)len);
  if (sending->size > 0)
    {
      len = snprintf (text, sizeof text, "Content-Length: %d\n", sending->size);
      queue (client, text, (size_t)len);
    }
  queue (client, "\n", 1);
  queue (client, body, (size_t)sending->size);
  return 1;
}

/* The pauses vary between half and one and a half, so as to be in step with nothing. */
static void
send_slowly (Client *client, Sending *sending, int ms)
{
  const char *head, *body;

  while (sending->left > 0)
    {
      long ns = (long)(ms * 1e6 * (0.5 + (double)random () / (double)RAND_MAX));
      struct timespec pause = { .tv_sec = ns / 1000000000L, .tv_nsec = ns % 1000000000L };

      nanosleep (&pause, NULL);
      next_event (client, sending);
      flush (client);
      frame (client, &head, &body);
    }
}

static void
send_events (Client *client, long count, int ms, int size)
{
  Sending sending = { .left = count, .size = size < 1024 * 1024 ? size : 1024 * 1024 };

  if (ms > 0)
    send_slowly (client, &sending, ms);
  else
    pipeline (client, next_event, &sending);
}

int
main (int argc, char **argv)
{
  Client client = { 0 };

  if (argc < 6)
    {
      fprintf (stderr, "usage: client HOST PORT PASSWORD "
                       "api FILE|ask LINE|drain FORMAT COUNT|arrive COUNT|send COUNT MS SIZE\n");
      return 2;
    }
  login (&client, argv[1], argv[2], argv[3]);
  if (strcmp (argv[4], "api") == 0)
    run_file (&client, argv[5]);
  else if (strcmp (argv[4], "ask") == 0)
    ask (&client, argv[5]);
  else if (strcmp (argv[4], "drain") == 0 && argc == 7)
    drain (&client, argv[5], atol (argv[6]));
  else if (strcmp (argv[4], "arrive") == 0)
    arrive (&client, atol (argv[5]));
  else if (strcmp (argv[4], "send") == 0 && argc == 8)
    send_events (&client, atol (argv[5]), atoi (argv[6]), atoi (argv[7]));
  else
    return 2;
  return 0;
}
