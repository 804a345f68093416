/* SPDX-License-Identifier: MIT */
/* growing.h - a growing file of lines "<number>:xxx...", so that a torn or missing record shows. */
#pragma once

#include "front.h"

G_BEGIN_DECLS

#define CAPACITY ((gsize)64 * 1024)

typedef struct
{
  VfsRing *ring;
  VfsTree *tree;
  guint appended;
} Growing;

void growing_set_up (Growing *growing, gconstpointer data);
void growing_tear_down (Growing *growing, gconstpointer data);
/* One record of a random length between these; `n` of lengths up to 300. */
void growing_append_one (Growing *growing, gsize least, gsize most);
void growing_append (Growing *growing, guint n);
VfsNode *growing_look_up (Growing *growing);
guint64 node_size (VfsNode *node);

typedef struct
{
  guint first; /* numbers of the first and last record seen */
  guint last;
  guint records;
  guint gaps;
  guint64 lost; /* records, by the numbers missing */
} Seen;

/* Every line is whole, numbers go up, and where they jump a gap record tells by how much. (A reader
 * that is overtaken again just after a gap record gets another.) */
Seen check_records (const char *text);

/* tail -f: stat, read as much as the size has grown by, at ever the next offset. */
void tail_follows (VfsNode *node, VfsFile *file, GString *all);

G_END_DECLS
