/* SPDX-License-Identifier: MIT */
/* process.h - what this process is to the system: who may look into it, what signals do to it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* To be called first, before a secret is read and before the fork, which hands all of it on.
 *
 * The password is in memory for as long as there are reconnections: no core shall have it, and
 * nobody but root may look into the memory or the environment (prctl(2), PR_SET_DUMPABLE). Signals
 * that mean nothing here are ignored: SIGUSR1 and SIGUSR2 would end the process and leave a dead
 * mount behind, SIGPIPE comes with every link that is lost. */
void process_guard (void);
/* As many descriptors as may be had: each connection and each outbound call is one. */
void process_allow_descriptors (void);
/* A session of its own, and /dev/null for the standard streams. */
void process_let_go_of_terminal (void);

G_END_DECLS
