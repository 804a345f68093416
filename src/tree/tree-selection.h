/* SPDX-License-Identifier: MIT */
/* tree-selection.h - the records of a ring that are about one thing, a channel: how long their
 * texts are together, known without making them, and their text.
 */
#pragma once

#include "request.h"
#include "vfs-ring.h"

G_BEGIN_DECLS

/* Microseconds for which one turn of the loop makes text. */
#define SELECTION_TURN_MAX ((gint64)2000)

typedef struct _TreeSelection TreeSelection;

/* The ring must outlive it. */
TreeSelection *tree_selection_new (VfsRing *ring);
/* Snapshots under way keep it as long as they need it. */
void tree_selection_unref (TreeSelection *selection);

/* A record that the ring has, after all that were added before. */
void tree_selection_add (TreeSelection *selection, guint64 number);
/* How many of its records the ring still has; bytes of their text in a format. */
guint tree_selection_length (TreeSelection *selection);
gsize tree_selection_size (TreeSelection *selection, guint format);
/* Answers with the text of what it holds now, at once or, when there is much, after some turns;
 * what the ring drops meanwhile is missing. */
void tree_selection_snapshot (TreeSelection *selection, guint format, Request *request);

G_END_DECLS
