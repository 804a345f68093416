/* SPDX-License-Identifier: MIT */
/* tree-errno.h - what the switch says, as errno: the one table.
 *
 * Replies of api commands have no uniform shape (protocol: reply shapes). A refusal is a first line
 * that begins -ERR, -USAGE or -ERROR; the exceptions are rows of the tables in tree-errno.c. */
#pragma once

#include "sw-client.h"

G_BEGIN_DECLS

/* 0 when `text`, the switch's answer to the api command line or the command word `command`, is no
 * refusal; else its errno. `text` is len bytes, lent, and needs no NUL behind it; NULL when len is
 * 0. */
int tree_errno_of_reply (const char *command, const char *text, gsize len);
/* For errors of the client (SW_ERROR), 0 for NULL. */
int tree_errno_of_error (const GError *error);
/* TRUE for "-ERR no reply": an empty reply, which is no failure. */
gboolean tree_reply_is_empty (const char *text, gsize len);

G_END_DECLS
