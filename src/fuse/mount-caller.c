/* SPDX-License-Identifier: MIT */
/* mount-caller.c - what /proc says of the thread whose system call is waiting for us.
 *
 * Kernel: requests carry the number of the calling thread, and /proc/TID/ is there for each thread,
 * though it lists only the processes' first ones. The caller waits for our answer meanwhile, so the
 * number is nobody else's. It is 0 for a caller whose namespace of processes is not below ours.
 */
#include "mount-private.h"

#include <signal.h>
#include <string.h>

#define SIGNAL_BIT(number) (G_GUINT64_CONSTANT (1) << ((number)-1))

/* NULL: there is no such thread, or we may not look at it. Owned. */
static char *
caller_text (pid_t tid, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", (int)tid, name);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

/* One of the masks of signals in /proc/TID/status. */
static guint64
signal_mask (const char *status, const char *name)
{
  const char *line = strstr (status, name);

  return line != NULL ? g_ascii_strtoull (line + strlen (name), NULL, 16) : 0;
}

static guint64
pending_signals (const char *status)
{
  return signal_mask (status, "\nSigPnd:") | signal_mask (status, "\nShdPnd:");
}

gboolean
mount_caller_has_harmless_signal (pid_t tid)
{
  const guint64 harmless =
      SIGNAL_BIT (SIGCHLD) | SIGNAL_BIT (SIGWINCH) | SIGNAL_BIT (SIGURG) | SIGNAL_BIT (SIGCONT);
  g_autofree char *status = caller_text (tid, "status");
  guint64 pending;

  if (status == NULL)
    return FALSE;
  pending = pending_signals (status) & ~signal_mask (status, "\nSigBlk:");
  return pending != 0 && (pending & ~harmless) == 0;
}

/* Kernel, include/linux/sched.h: the thread is in do_exit(). */
#define PF_EXITING 0x4
/* Fields of /proc/TID/stat after the name, which is in brackets and may hold anything: state, ppid,
 * pgrp, session, tty_nr, tpgid, flags. */
#define FLAGS_AFTER_NAME 7

static gboolean
is_exiting (const char *stat)
{
  const char *field = strrchr (stat, ')');

  for (int i = 0; field != NULL && i < FLAGS_AFTER_NAME; i++)
    field = strchr (field + 1, ' ');
  return field == NULL || (g_ascii_strtoull (field + 1, NULL, 10) & PF_EXITING) != 0;
}

gboolean
mount_caller_is_dying (pid_t tid)
{
  g_autofree char *stat = caller_text (tid, "stat");
  g_autofree char *status = caller_text (tid, "status");

  if (stat == NULL || status == NULL || is_exiting (stat))
    return TRUE;
  return (pending_signals (status) & SIGNAL_BIT (SIGKILL)) != 0;
}
