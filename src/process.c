/* SPDX-License-Identifier: MIT */
/* process.c - prctl, signals, limits. */
#include "process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 65536

/* A leak check needs to trace its own process, which must be dumpable for that. */
#if defined __SANITIZE_ADDRESS__
#define LEAKS_ARE_CHECKED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define LEAKS_ARE_CHECKED 1
#endif
#endif

void
process_guard (void)
{
  static const int meaningless[] = { SIGPIPE, SIGUSR1, SIGUSR2 };

#ifndef LEAKS_ARE_CHECKED
  prctl (PR_SET_DUMPABLE, 0);
#endif
  for (gsize i = 0; i < G_N_ELEMENTS (meaningless); i++)
    signal (meaningless[i], SIG_IGN);
}

void
process_allow_descriptors (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = MIN (limit.rlim_max, DESCRIPTORS_MAX);
  (void)setrlimit (RLIMIT_NOFILE, &limit);
}

void
process_let_go_of_terminal (void)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);

  setsid ();
  if (null < 0)
    return;
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    dup2 (null, fd);
  close (null);
}
