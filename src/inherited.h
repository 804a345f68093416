/* SPDX-License-Identifier: MIT */
/* inherited.h - sockets that a service manager opened for us (systemd.socket(5)). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define INHERITED_FIRST 3 /* sd_listen_fds(3): SD_LISTEN_FDS_START */

/* How many descriptors from INHERITED_FIRST on are ours. They get the close-on-exec flag, and the
 * environment forgets them: call it once, before any fork, since they are addressed to a process
 * by its id. */
guint inherited_sockets (void);

G_END_DECLS
