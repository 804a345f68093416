/* SPDX-License-Identifier: MIT */
/* clock.h - the clock that all programs of the bench share, so that one can read another's stamps.
 */
#pragma once

#include <time.h>

/* Seconds, monotonic. */
static inline double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}
