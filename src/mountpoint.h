/* SPDX-License-Identifier: MIT */
/* mountpoint.h - the directory to mount at. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TRUE when a file system can be mounted there. FALSE: `error`, of the domain G_IO_ERROR, says what
 * is there instead and what to do: NOT_FOUND, NOT_DIRECTORY, or NOT_CONNECTED for a mount whose
 * program has died; others are the errno of stat(2). */
gboolean mountpoint_check (const char *dir, GError **error);

G_END_DECLS
