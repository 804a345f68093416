/* SPDX-License-Identifier: MIT */
/* options-private.h - between the switches (options.c) and the words of -o (options-words.c). */
#pragma once

#include "options.h"

G_BEGIN_DECLS

/* Sets `error`; always FALSE. */
gboolean options_fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* "a,b=c\,d": a comma behind a backslash belongs to the value. FALSE: `error` names the word. */
gboolean options_take_words (Options *options, const char *list, GError **error);
/* Adds a word to a list for libfuse, which takes a list apart at commas and reads backslashes:
 * those of the word itself are escaped. */
void options_append_for_libfuse (GString *list, const char *text);
/* The table as --help shows it. */
void options_append_words (GString *out);
/* "name=value" lines. */
void options_append_values (const Options *options, GString *out);

G_END_DECLS
