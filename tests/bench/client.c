/* SPDX-License-Identifier: MIT */
/* client.c - a raw ESL client, as fast as C makes it, for comparison. It parses no more than it
 * must.
 *
 *   client HOST PORT PASSWORD dump FILE     pipelines `uuid_dump UUID json` for each line of FILE:
 * seconds client HOST PORT PASSWORD drain COUNT   event json all; discards: seconds from the first
 * event to the COUNTth, and the bytes client HOST PORT PASSWORD arrive        prints arrival time
 * and X-Sent of each event that has one client HOST PORT PASSWORD send COUNT MS sends COUNT events
 * with X-Sent, one each MS milliseconds */
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct
{
  int fd;
  char *buffer;
  size_t size, start, end;
  double bytes;
} Client;

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
die (const char *what)
{
  perror (what);
  exit (1);
}

static void
say (Client *client, const char *text)
{
  size_t len = strlen (text);

  while (len > 0)
    {
      ssize_t sent = send (client->fd, text, len, MSG_NOSIGNAL);

      if (sent <= 0)
        die ("send");
      text += sent;
      len -= (size_t)sent;
    }
}

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

/* Keeps WINDOW requests under way. */
#define WINDOW 64

static void
dump (Client *client, const char *path)
{
  FILE *file = fopen (path, "r");
  char uuid[512], line[600];
  const char *head, *body;
  int under_way = 0, done = 0;
  double start;

  if (file == NULL)
    die (path);
  start = now ();
  while (!done || under_way > 0)
    {
      while (!done && under_way < WINDOW)
        if (fscanf (file, "%511s", uuid) == 1)
          {
            snprintf (line, sizeof line, "api uuid_dump %s json\n\n", uuid);
            say (client, line);
            under_way++;
          }
        else
          done = 1;
      if (under_way > 0)
        {
          frame (client, &head, &body);
          under_way--;
        }
    }
  printf ("%.6f\n", now () - start);
  fclose (file);
}

static void
subscribe (Client *client)
{
  const char *head, *body;

  say (client, "event json all\n\n");
  frame (client, &head, &body);
  fprintf (stderr, "ready\n");
}

static void
drain (Client *client, long wanted)
{
  const char *head, *body;
  double first = 0;

  subscribe (client);
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
arrive (Client *client)
{
  const char *head, *body;

  setvbuf (stdout, NULL, _IOLBF, 0);
  subscribe (client);
  for (;;)
    {
      size_t len = frame (client, &head, &body);
      const char *sent = memmem (body, len, "\"X-Sent\":\"", 10);

      if (sent != NULL)
        printf ("%.9f %.9f\n", now (), atof (sent + 10));
    }
}

static void
send_events (Client *client, int count, int ms)
{
  struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
  const char *head, *body;
  char text[256];

  for (int i = 0; i < count; i++)
    {
      nanosleep (&pause, NULL);
      snprintf (text, sizeof text,
                "sendevent CUSTOM\nEvent-Subclass: bench::latency\nX-Sent: %.9f\n\n", now ());
      say (client, text);
      frame (client, &head, &body);
    }
}

int
main (int argc, char **argv)
{
  Client client = { 0 };

  if (argc < 5)
    {
      fprintf (stderr,
               "usage: client HOST PORT PASSWORD dump FILE|drain COUNT|arrive|send COUNT MS\n");
      return 2;
    }
  login (&client, argv[1], argv[2], argv[3]);
  if (strcmp (argv[4], "dump") == 0 && argc == 6)
    dump (&client, argv[5]);
  else if (strcmp (argv[4], "drain") == 0 && argc == 6)
    drain (&client, atol (argv[5]));
  else if (strcmp (argv[4], "arrive") == 0)
    arrive (&client);
  else if (strcmp (argv[4], "send") == 0 && argc == 7)
    send_events (&client, atoi (argv[5]), atoi (argv[6]));
  else
    return 2;
  return 0;
}
