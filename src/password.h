/* SPDX-License-Identifier: MIT */
/* password.h - where the switch's password comes from. */
#pragma once

#include "options.h"

G_BEGIN_DECLS

/* What FreeSWITCH is installed with, and a profile has that names none. */
#define PASSWORD_DEFAULT "ClueCon"

/* The first of these that is there: the descriptor of -o password_fd, the file of -o password_file,
 * systemd's credential "password", the environment's ESL_PASSWORD (taken out of it), the profile's
 * (taken out of `options`), a prompt at the terminal. Returns it (owned; wipe with password_free)
 * or NULL and an error that says what to do. One that was asked for by an option and can't be had
 * is an error, never a reason to look further. */
char *password_get (Options *options, GError **error);
/* Overwrites, then frees. */
void password_free (char *password);

G_END_DECLS
