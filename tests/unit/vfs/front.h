/* SPDX-License-Identifier: MIT */
/* front.h - a front end without FUSE: it asks, and keeps the answers. */
#pragma once

#include "vfs-file.h"

G_BEGIN_DECLS

/* One system call under way or answered. */
typedef struct
{
  Request *request;
  guint answers; /* how often it was answered: a test's end expects 1 */
  int error;
  gsize count;
  GString *text;
  VfsFile *file; /* what an open gave */
} Ask;

Ask *ask_new (uid_t uid);
/* The request must have been answered exactly once. */
void ask_free (Ask *ask);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ask, ask_free)

Ask *ask_open (VfsNode *node, int flags);
Ask *ask_read (VfsFile *file, guint64 offset, gsize size);
Ask *ask_read_nonblock (VfsFile *file, gsize size);
Ask *ask_write (VfsFile *file, guint64 offset, const char *bytes, gssize len, guint64 owner);
Ask *ask_flush (VfsFile *file, guint64 owner);
/* By a process that is ending: answered at once, and well. */
void flush_dying (VfsFile *file, guint64 owner);

/* Shorthands that expect an answer at once. */
VfsFile *open_now (VfsNode *node, int flags);
/* What a read gives; "" at the end of the file. Owned. */
char *read_now (VfsFile *file, guint64 offset, gsize size);
/* Reads from 0 to the end of the file, in pieces. */
GString *read_all (VfsFile *file, gsize piece);
/* The errno of a write of whole text, 0 when all was taken. */
int write_now (VfsFile *file, const char *text);

/* A write by WRITER whose answer is there at once; one that is taken whole; a flush. */
#define WRITER 1
#define OTHER 2
void check_write (VfsFile *file, guint64 offset, const char *text, int error, gsize count);
void check_taken (VfsFile *file, const char *text);
void check_flush (VfsFile *file, guint64 owner, int error);

/* Walks a path from the root; the kernel's counts are not touched. NULL: some look-up failed. */
VfsNode *walk (VfsTree *tree, const char *path);
VfsNode *tree_root (VfsTree *tree);

VfsDir *open_dir (VfsNode *node);

/* Runs what is ready on the loop, until nothing is. */
void turn (void);

#define assert_text(ask, expected) g_assert_cmpstr ((ask)->text->str, ==, expected)

G_END_DECLS
