/* SPDX-License-Identifier: MIT */
/* fake.h - a tree of rows whose handlers write down what they were asked.
 *
 * How a command is answered is in its first word: "bad" is refused at once with EREMOTEIO and a
 * text, "down" and "late" fail at once with EHOSTDOWN and ETIMEDOUT, "local" with EINVAL and no
 * text, "attribute" works without a text, "slow" waits for fake_answer(), all others are answered
 * at once with "+OK <line>", without a newline.
 *
 *   text      show            store     store            stream   stream, timeout lines
 *   asked     fetch           call      call, last reply silent   stream that takes no line
 *   either    show, store     timed     call, VFS_TIMED  raw      stream that takes bytes
 *   value     put, fetch      block     call, VFS_BLOCKS link     symbolic link
 *
 * Names and objects come and go in dir/ (one at a time), list/ (all at once), prepared/ (must be
 * asked for) and volatile/; also/ has the rows of dir/<name>/ besides
 * its own, "own", which is shown when it is ready.
 */
#pragma once

#include "front.h"

G_BEGIN_DECLS

typedef struct
{
  const char *what; /* "store", "call", "put", "fetch", "prepare", "bytes" */
  GString *text;
  Request *request; /* NULL once answered */
  gboolean cancelled;
} FakeCall;

typedef struct
{
  VfsTree *tree;
  VfsRing *ring;
  GPtrArray *calls;    /* of FakeCall, all there were */
  GPtrArray *failures; /* "path errno command|said" */

  /* streams */
  WaitQueue *queue;
  GString *news;
  guint looks; /* a stream has to look so many times before it sees whether there is news */
  gboolean ended;
  gboolean eof; /* nothing is outstanding */
  guint streams;
  int stream_error; /* of the open */
  guint opens;      /* of counted */
  int open_error;
  guint releases;

  /* dir/ */
  GPtrArray *names; /* of FakeObject */
  guint objects;    /* references to them that nodes hold */
  guint lookups;
  char *link_target; /* NULL: no link now */
  gboolean fetch_slow;
  gboolean prepare_slow;
  int ready_error; /* of `ready` */
  GString *shown;  /* what `show` gives */
} Fake;

/* A name in dir/: with `next`, numbers never repeat. */
typedef struct
{
  Fake *fake;
  char *name;
  guint64 number;
  guint refs; /* the directory's own, and nodes' */
  gboolean gone;
} FakeObject;

void fake_set_up (Fake *fake, gconstpointer with_list);
/* All requests must have been answered or cancelled. No node may be left. */
void fake_tear_down (Fake *fake, gconstpointer with_list);

VfsNode *fake_node (Fake *fake, const char *path);
VfsFile *fake_open (Fake *fake, const char *path, int flags);

/* The texts that handler was asked, joined by "; ". Owned. */
char *fake_asked (const Fake *fake, const char *what);
#define assert_asked(fake, what, expected)                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *asked_ = fake_asked (fake, what);                                             \
    g_assert_cmpstr (asked_, ==, expected);                                                        \
  }                                                                                                \
  G_STMT_END
/* Answers the oldest unanswered call with that text; error 0: "+OK <text>". */
void fake_answer (Fake *fake, const char *text, int error);
FakeCall *fake_find (Fake *fake, const char *text);

/* News for the streams, and their wake (which runs in the next turn). */
void fake_news (Fake *fake, const char *text);

/* A handler was asked: answers by the first word, or waits. */
void fake_ask (Fake *fake, const char *what, const char *text, gsize len, Request *request,
               gboolean is_slow);

/* fake-dir.c */
extern const VfsDirOps fake_next_ops, fake_list_ops, fake_prepare_ops, fake_volatile_ops;
extern const VfsEntry fake_dir_names[];
void fake_object_unref (gpointer object);
void fake_add_name (Fake *fake, const char *name);
void fake_remove_name (Fake *fake, const char *name);

G_END_DECLS
