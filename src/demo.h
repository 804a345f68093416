/* SPDX-License-Identifier: MIT */
/* demo.h - the simulated switch of --demo: the program eslfs-sim, started by us, which ends with
 * us.
 *
 * It gets one end of a socket pair (eslfs-sim --parent). We write it a password, made for this one
 * mount; it answers with its port. It ends when our end is closed, by demo_free() or by whatever
 * ended us. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Demo Demo;

/* Starts eslfs-sim, from the directory of our own program or else from where it was installed, and
 * waits up to `timeout` ms until it listens on 127.0.0.1. `calls`: how many live on it. `quiet`:
 * /dev/null is its standard error instead of ours.
 *
 * To be called by the thread that lives as long as the process does: the simulator is killed when
 * the thread that started it ends. NULL with a GFileError or a GSpawnError, whose message says what
 * to do, when there is no eslfs-sim or it does not start. */
Demo *demo_start (guint calls, guint timeout, gboolean quiet, GError **error);
guint16 demo_port (const Demo *demo);
/* Owned by `demo`. */
const char *demo_password (const Demo *demo);
/* Ends the simulator, and returns when it has ended. NULL: nothing. */
void demo_free (Demo *demo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Demo, demo_free)

G_END_DECLS
