/* SPDX-License-Identifier: MIT */
/* load.c - small loads on files, one figure each.
 *
 *   load stat PATH MS           operations a second
 *   load orc PATH MS            open + read to the end + close, a second
 *   load stats PATH COUNT       COUNT stats, no figure
 *   load spread PATH MS         how long stats take: p50, p99 and most, microseconds, and their
 * number load read PATH READERS COUNT so many readers of a live events or events.json, in threads,
 * each until it has COUNT records (lost ones count): seconds from the first record to the last
 * reader's last, bytes, records, lost records load arrive PATH COUNT      microseconds on the way
 * of each of COUNT records that have X-Sent
 *
 * A reader says "ready" on its standard error once its files are open.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

/* As cat reads. */
#define READ_SIZE ((size_t)128 * 1024)
/* Enough of a line to know it by. */
#define HEAD_SIZE ((size_t)256)

/* ---- rates ---- */

static int
do_stat (const char *path)
{
  struct stat attr;

  return stat (path, &attr);
}

static int
do_orc (const char *path)
{
  char buffer[65536];
  int fd = open (path, O_RDONLY);
  ssize_t got;

  if (fd < 0)
    return -1;
  while ((got = read (fd, buffer, sizeof buffer)) > 0)
    ;
  close (fd);
  return (int)got;
}

static int
rate (int (*operation) (const char *path), const char *path, int ms)
{
  double start = now (), end = start + ms / 1e3, time = start;
  long count = 0;

  while (time < end)
    {
      for (int i = 0; i < 16; i++)
        if (operation (path) != 0)
          return 1;
      count += 16;
      time = now ();
    }
  printf ("%.0f\n", (double)count / (time - start));
  return 0;
}

/* Attributes that came with the look-up will do however long that took: so each is the same
 * requests. */
static int
stats (const char *path, long count)
{
  struct statx attr;

  while (count-- > 0)
    if (statx (AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &attr) != 0)
      return 1;
  return 0;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static int
spread (const char *path, int ms)
{
  double start = now (), end = start + ms / 1e3, time = start;
  size_t size = 0, count = 0;
  double *took = NULL;

  while (time < end)
    {
      double before = time;

      if (count == size)
        took = realloc (took, (size = size * 2 + 65536) * sizeof *took);
      if (do_stat (path) != 0)
        return 1;
      time = now ();
      took[count++] = time - before;
    }
  qsort (took, count, sizeof *took, compare);
  printf ("%.1f %.1f %.1f %zu\n", took[count / 2] * 1e6, took[count * 99 / 100] * 1e6,
          took[count - 1] * 1e6, count);
  return 0;
}

/* ---- live readers ---- */

typedef struct
{
  pthread_t thread;
  int fd;
  int is_plain;
  long wanted;
  char head[HEAD_SIZE + 1];
  size_t head_len;
  long records, lost;
  double first, last, bytes;
} Reader;

static int
begins (const Reader *reader, const char *with)
{
  return strncmp (reader->head, with, strlen (with)) == 0;
}

/* A line has ended: JSON's are records, plain ones have several each. */
static void
take_line (Reader *reader)
{
  const char *number = NULL;

  reader->head[reader->head_len] = '\0';
  if (!reader->is_plain)
    {
      reader->records++;
      if (begins (reader, "{\"Event-Name\":\"CUSTOM\",\"Event-Subclass\":\"eslfs::lost\""))
        number = strstr (reader->head, "\"Lost-Events\":\"");
      if (number != NULL)
        reader->lost += atol (number + 15);
    }
  else if (begins (reader, "Event-Name: "))
    reader->records++;
  else if (begins (reader, "Lost-Events: "))
    reader->lost += atol (reader->head + 13);
  reader->head_len = 0;
}

static void
take_bytes (Reader *reader, const char *at, size_t len)
{
  const char *end = at + len;

  while (at < end)
    {
      const char *stop = memchr (at, '\n', (size_t)(end - at));
      size_t part = (size_t)((stop != NULL ? stop : end) - at);
      size_t room = HEAD_SIZE - reader->head_len;
      size_t kept = part < room ? part : room;

      memcpy (reader->head + reader->head_len, at, kept);
      reader->head_len += kept;
      at += part;
      if (stop == NULL)
        return;
      take_line (reader);
      at++;
    }
}

static void *
read_on (void *data)
{
  Reader *reader = data;
  char *buffer = malloc (READ_SIZE);
  ssize_t got;

  while (reader->records + reader->lost < reader->wanted
         && (got = read (reader->fd, buffer, READ_SIZE)) > 0)
    {
      if (reader->first == 0)
        reader->first = now ();
      reader->bytes += (double)got;
      take_bytes (reader, buffer, (size_t)got);
    }
  reader->last = now ();
  close (reader->fd);
  free (buffer);
  return NULL;
}

static int
read_live (const char *path, int n, long wanted)
{
  Reader *readers = calloc ((size_t)n, sizeof *readers), sum = { 0 };
  size_t len = strlen (path);
  pthread_attr_t attr;

  pthread_attr_init (&attr);
  pthread_attr_setstacksize (&attr, 65536);
  for (int i = 0; i < n; i++)
    {
      readers[i] = (Reader){ .fd = open (path, O_RDWR), .wanted = wanted };
      readers[i].is_plain = len < 5 || strcmp (path + len - 5, ".json") != 0;
      if (readers[i].fd < 0
          || pthread_create (&readers[i].thread, &attr, read_on, &readers[i]) != 0)
        return 1;
    }
  fprintf (stderr, "ready\n");
  for (int i = 0; i < n; i++)
    {
      const Reader *reader = &readers[i];

      pthread_join (reader->thread, NULL);
      sum.first = sum.first == 0 || reader->first < sum.first ? reader->first : sum.first;
      sum.last = reader->last > sum.last ? reader->last : sum.last;
      sum.bytes += reader->bytes;
      sum.records += reader->records;
      sum.lost += reader->lost;
    }
  printf ("%.6f %.0f %ld %ld\n", sum.last - sum.first, sum.bytes, sum.records, sum.lost);
  return 0;
}

static int
arrive (const char *path, long wanted)
{
  static char buffer[1024 * 1024];
  int fd = open (path, O_RDWR);
  ssize_t got;

  if (fd < 0)
    return 1;
  fprintf (stderr, "ready\n");
  while (wanted > 0 && (got = read (fd, buffer, sizeof buffer - 1)) > 0)
    {
      double time = now ();
      const char *sent = buffer;

      buffer[got] = '\0';
      for (; wanted > 0 && (sent = strstr (sent, "\"X-Sent\":\"")) != NULL; sent++, wanted--)
        printf ("%.1f\n", (time - atof (sent + 10)) * 1e6);
    }
  return 0;
}

int
main (int argc, char **argv)
{
  const char *what = argc < 4 ? "" : argv[1];

  if (argc == 4 && strcmp (what, "stat") == 0)
    return rate (do_stat, argv[2], atoi (argv[3]));
  if (argc == 4 && strcmp (what, "orc") == 0)
    return rate (do_orc, argv[2], atoi (argv[3]));
  if (argc == 4 && strcmp (what, "stats") == 0)
    return stats (argv[2], atol (argv[3]));
  if (argc == 4 && strcmp (what, "spread") == 0)
    return spread (argv[2], atoi (argv[3]));
  if (argc == 5 && strcmp (what, "read") == 0)
    return read_live (argv[2], atoi (argv[3]), atol (argv[4]));
  if (argc == 4 && strcmp (what, "arrive") == 0)
    return arrive (argv[2], atol (argv[3]));
  fprintf (stderr, "usage: load stat|orc|spread PATH MS | stats PATH COUNT | "
                   "read PATH READERS COUNT | arrive PATH COUNT\n");
  return 2;
}
