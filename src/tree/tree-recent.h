/* SPDX-License-Identifier: MIT */
/* tree-recent.h - the plain text of the newest events. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TreeRecent TreeRecent;

TreeRecent *tree_recent_new (void);
void tree_recent_free (TreeRecent *recent);
/* Nobody wants it now: gives its memory back. */
void tree_recent_clear (TreeRecent *recent);

/* Between these the text of the record `number` is appended to what `begin` returns (lent); `end`
 * returns its length. */
GString *tree_recent_begin (TreeRecent *recent, guint64 number);
gsize tree_recent_end (TreeRecent *recent);

/* The text of the records from `number` on, whole ones, at most `want` bytes, lent until the next
 * `begin` or `clear`. Returns the number behind them: `number` itself when there is nothing, or the
 * first is longer. */
guint64 tree_recent_lend (const TreeRecent *recent, guint64 number, gsize want,
                          const char **ret_text, gsize *ret_len);

G_END_DECLS
