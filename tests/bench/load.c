/* SPDX-License-Identifier: MIT */
/* load.c - small loads on files, one figure each.
 *
 *   load stat PATH MS        operations a second
 *   load orc PATH MS         open + read to the end + close, a second
 *   load drain PATH COUNT    reads a live events.json until COUNT records came: seconds from the
 * first to the last, and the bytes load arrive PATH         prints the monotonic time (ns) of each
 * record's arrival, a line each, with the record's X-Sent header */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

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

static int
drain (const char *path, long wanted)
{
  static char buffer[1024 * 1024];
  int fd = open (path, O_RDWR);
  long count = 0;
  double first = 0, bytes = 0;
  ssize_t got;

  if (fd < 0)
    return 1;
  fprintf (stderr, "ready\n");
  while (count < wanted && (got = read (fd, buffer, sizeof buffer)) > 0)
    {
      if (first == 0)
        first = now ();
      bytes += (double)got;
      for (const char *p = buffer; (p = memchr (p, '\n', (size_t)(buffer + got - p))) != NULL; p++)
        count++;
    }
  printf ("%.6f %.0f %ld\n", now () - first, bytes, count);
  return 0;
}

static int
arrive (const char *path)
{
  static char buffer[1024 * 1024];
  int fd = open (path, O_RDWR);
  ssize_t got;

  if (fd < 0)
    return 1;
  setvbuf (stdout, NULL, _IOLBF, 0);
  fprintf (stderr, "ready\n");
  while ((got = read (fd, buffer, sizeof buffer - 1)) > 0)
    {
      double time = now ();
      const char *sent;

      buffer[got] = '\0';
      for (sent = buffer; (sent = strstr (sent, "\"X-Sent\":\"")) != NULL; sent++)
        printf ("%.9f %.9f\n", time, atof (sent + 10));
    }
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "stat") == 0)
    return rate (do_stat, argv[2], atoi (argv[3]));
  if (argc == 4 && strcmp (argv[1], "orc") == 0)
    return rate (do_orc, argv[2], atoi (argv[3]));
  if (argc == 4 && strcmp (argv[1], "drain") == 0)
    return drain (argv[2], atol (argv[3]));
  if (argc == 3 && strcmp (argv[1], "arrive") == 0)
    return arrive (argv[2]);
  fprintf (stderr, "usage: load stat|orc PATH MS | drain PATH COUNT | arrive PATH\n");
  return 2;
}
