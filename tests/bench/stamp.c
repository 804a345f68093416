/* SPDX-License-Identifier: MIT */
/* stamp.c - the least that a switch can be: logs everybody in, answers every command, and writes
 * events that carry the time at which they were written to the socket.
 *
 *   stamp COUNT MS      prints the port that it listens on; after a line on its standard input,
 *                       COUNT events of 1 KB, one each MS milliseconds on average, to whoever is
 *                       subscribed; then "done". As often as there are lines.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

#define CLIENTS_MAX 64
#define COMMAND_MAX 65536
#define PADDING 800

typedef struct
{
  int fd;
  int is_subscribed;
  char command[COMMAND_MAX];
  size_t used;
} Client;

static Client clients[CLIENTS_MAX];
static int n_clients;

static void
say (const Client *client, const char *text)
{
  if (send (client->fd, text, strlen (text), MSG_NOSIGNAL) < 0)
    perror ("send");
}

static void
answer (Client *client, const char *command)
{
  if (strncmp (command, "api ", 4) == 0)
    {
      say (client, "Content-Type: api/response\nContent-Length: 16\n\n{\"row_count\": 0}");
      return;
    }
  client->is_subscribed |= strncmp (command, "event ", 6) == 0;
  say (client, "Content-Type: command/reply\nReply-Text: +OK accepted\n\n");
}

static void
take_commands (Client *client)
{
  char *at = client->command, *blank;

  for (;;)
    {
      while (*at == '\n')
        at++;
      blank = strstr (at, "\n\n");
      if (blank == NULL)
        break;
      answer (client, at);
      at = blank + 2;
    }
  client->used -= (size_t)(at - client->command);
  memmove (client->command, at, client->used + 1);
}

static void
drop (Client *client)
{
  close (client->fd);
  *client = clients[--n_clients];
}

static void
hear (Client *client)
{
  ssize_t got =
      recv (client->fd, client->command + client->used, COMMAND_MAX - 1 - client->used, 0);

  if (got <= 0)
    {
      drop (client);
      return;
    }
  client->used += (size_t)got;
  client->command[client->used] = '\0';
  take_commands (client);
}

static void
welcome (int listener)
{
  Client *client = &clients[n_clients];
  int one = 1;

  if (n_clients == CLIENTS_MAX)
    exit (1);
  *client = (Client){ .fd = accept (listener, NULL, NULL) };
  setsockopt (client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  n_clients++;
  say (client, "Content-Type: auth/request\n\n");
}

static void
send_event (void)
{
  static char padding[PADDING + 1];
  static long sequence;
  char text[PADDING + 512], head[128];
  int len;

  memset (padding, 'x', PADDING);
  len = snprintf (text, sizeof text,
                  "{\"Event-Name\":\"CUSTOM\",\"Event-Subclass\":\"bench::stamp\","
                  "\"Event-Sequence\":\"%ld\",\"Padding\":\"%s\",\"X-Sent\":\"%.9f\"}",
                  ++sequence, padding, now ());
  snprintf (head, sizeof head, "Content-Length: %d\nContent-Type: text/event-json\n\n", len);
  memmove (text + strlen (head), text, (size_t)len + 1);
  memcpy (text, head, strlen (head));
  for (int i = 0; i < n_clients; i++)
    if (clients[i].is_subscribed)
      say (&clients[i], text);
}

static int
listen_somewhere (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t len = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM, 0);

  if (bind (fd, (struct sockaddr *)&address, sizeof address) != 0 || listen (fd, 16) != 0
      || getsockname (fd, (struct sockaddr *)&address, &len) != 0)
    {
      perror ("listen");
      exit (1);
    }
  printf ("%d\n", ntohs (address.sin_port));
  return fd;
}

/* Everybody is heard; returns what there is to read besides, -1 when nobody said anything by the
 * time `until`. */
static int
hear_all (int listener, double until)
{
  struct pollfd wanted[CLIENTS_MAX + 2] = { { .fd = listener, .events = POLLIN },
                                            { .fd = STDIN_FILENO, .events = POLLIN } };
  double left = until - now ();
  struct timespec wait = { .tv_sec = (time_t)left, .tv_nsec = (long)((left - (time_t)left) * 1e9) };
  int n = n_clients;

  for (int i = 0; i < n; i++)
    wanted[i + 2] = (struct pollfd){ .fd = clients[i].fd, .events = POLLIN };
  if (left <= 0 || ppoll (wanted, (nfds_t)n + 2, &wait, NULL) <= 0)
    return -1;
  for (int i = n - 1; i >= 0; i--)
    if (wanted[i + 2].revents != 0)
      hear (&clients[i]);
  if (wanted[0].revents != 0)
    welcome (listener);
  return wanted[1].revents != 0;
}

static void
send_all (int listener, int count, double ms)
{
  double next = now ();

  while (count-- > 0)
    {
      next += ms / 1e3 * (0.5 + (double)random () / (double)RAND_MAX);
      while (hear_all (listener, next) >= 0)
        ;
      send_event ();
    }
}

int
main (int argc, char **argv)
{
  char line[64];
  int listener;

  if (argc != 3)
    {
      fprintf (stderr, "usage: stamp COUNT MS\n");
      return 2;
    }
  setvbuf (stdout, NULL, _IOLBF, 0);
  listener = listen_somewhere ();
  for (;;)
    {
      while (hear_all (listener, now () + 3600) != 1)
        ;
      if (fgets (line, sizeof line, stdin) == NULL)
        return 0;
      send_all (listener, atoi (argv[1]), atof (argv[2]));
      printf ("done\n");
    }
}
