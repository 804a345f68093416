/* SPDX-License-Identifier: MIT */
/* mountpoint.c - one stat, and a sentence for each way it can go. */
#include "mountpoint.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/stat.h>

gboolean
mountpoint_check (const char *dir, GError **error)
{
  struct stat attr;
  int saved = stat (dir, &attr) == 0 ? 0 : errno;

  if (saved == 0 && S_ISDIR (attr.st_mode))
    return TRUE;
  if (saved == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY, "%s is no directory", dir);
  else if (saved == ENOENT)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 "there is no directory %s; make it first: mkdir -p '%s'", dir, dir);
  else if (saved == ENOTCONN)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                 "%s is a dead mount: the program that served it was killed. Remove it, and mount "
                 "again: fusermount3 -u '%s' (as root also: umount -l '%s')",
                 dir, dir, dir);
  else
    g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (saved), "%s: %s", dir,
                 g_strerror (saved));
  return FALSE;
}
