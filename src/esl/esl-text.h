/* SPDX-License-Identifier: MIT */
/* esl-text.h - a peer's words among ours.
 *
 * What a peer says, perhaps before anybody knows who it is, goes into messages: to a terminal, a
 * log, a line of a file. There it must be nothing but text.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends `text` (len bytes; -1: up to the NUL) with control bytes, DEL, the control characters of
 * Unicode (U+0080 to U+009F) and bytes that are no UTF-8 as \0ooo. */
void esl_text_append (GString *out, const char *text, gssize len);
/* The same as a string of its own; owned by the caller. NULL for NULL. */
char *esl_text_of (const char *text);

G_END_DECLS
