/* SPDX-License-Identifier: MIT */
/* password.h - where the switch's password comes from. */
#pragma once

#include "options.h"

G_BEGIN_DECLS

/* The file of -o password_file, else the environment's ESL_PASSWORD (taken out of it), else a
 * prompt at the terminal. Returns it (owned; wipe with password_free) or NULL and an error that
 * says what to do. */
char *password_get (const Options *options, GError **error);
/* Overwrites, then frees. */
void password_free (char *password);

G_END_DECLS
