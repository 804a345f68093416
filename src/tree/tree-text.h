/* SPDX-License-Identifier: MIT */
/* tree-text.h - any bytes as part of a line, and back.
 *
 * \n \r \t \\ and, for other control bytes and DEL, \0ooo: what `printf %b` undoes. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void tree_escape (GString *out, const char *bytes, gsize len);
/* Unknown escapes stay as they are, as with printf. The result may hold any byte but, being a
 * string, a \0000 is refused: NULL. */
char *tree_unescape (const char *text, gsize len, gsize *ret_len);

G_END_DECLS
