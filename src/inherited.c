/* SPDX-License-Identifier: MIT */
/* inherited.c - LISTEN_PID and LISTEN_FDS, as sd_listen_fds(3) has them. */
#include "inherited.h"

#include <fcntl.h>
#include <unistd.h>

#define FDS_MAX 64

static gboolean
number_from (const char *variable, guint64 max, guint64 *ret_number)
{
  const char *text = g_getenv (variable);

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 1, max, ret_number, NULL);
}

guint
inherited_sockets (void)
{
  guint64 pid, n = 0;
  gboolean ours = number_from ("LISTEN_PID", G_MAXINT32, &pid) && pid == (guint64)getpid ()
                  && number_from ("LISTEN_FDS", FDS_MAX, &n);

  g_unsetenv ("LISTEN_PID");
  g_unsetenv ("LISTEN_FDS");
  g_unsetenv ("LISTEN_FDNAMES");
  if (!ours)
    return 0;
  for (int fd = INHERITED_FIRST; fd < INHERITED_FIRST + (int)n; fd++)
    (void)fcntl (fd, F_SETFD, FD_CLOEXEC);
  return (guint)n;
}
