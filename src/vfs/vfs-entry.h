/* SPDX-License-Identifier: MIT */
/* vfs-entry.h - the row: everything that makes one file of the tree. The header to read first.
 *
 * A directory is a table of rows that ends with a row without a name, and perhaps a VfsDirOps for
 * the names that are not known beforehand. A file is a row whose handlers say what it can do. Use
 * the weakest that will do:
 *
 *   show    the text, from memory, made at each open for reading
 *   fetch   the same, but somebody must be asked: answer the request, now or later
 *   store   one written line; answer the request, now or later
 *   put     the whole value written so far on this open (a value file)
 *   call    one written line and its answer: the same handler serves an open for writing (the error
 *           is the write's errno, the text is kept as the last reply) and an open for reading and
 *           writing (the text is what is read next; request_done(), at once: nothing to read)
 *   stream  what an open for reading and writing reads, for as long as it goes on
 *   ring    a growing file: a view over a ring in one of its formats
 *
 * Everything general is done once, in this floor: truncation, lines and their errors, snapshots,
 * the last reply per user, `timeout`, O_NONBLOCK, poll, interruption, modes, gone nodes, limits.
 *
 * To add a file: write the handler, add the row with its help line. That is all.
 */
#pragma once

#include <sys/stat.h>

#include "request.h"
#include "vfs-ring.h"

G_BEGIN_DECLS

typedef struct _VfsEntry VfsEntry;
typedef struct _VfsNode VfsNode;
typedef struct _VfsFile VfsFile;
typedef struct _VfsTree VfsTree;

typedef enum
{
  VFS_PULL_DATA, /* something was appended */
  VFS_PULL_WAIT, /* nothing now; a wake will come */
  VFS_PULL_MORE, /* nothing yet, but not all that is there has been looked at; a wake will come */
  VFS_PULL_EOF,  /* nothing is outstanding: one end of file, and more may come later */
  VFS_PULL_END,  /* the subject has ended: end of file from now on */
} VfsPull;

/* What an open for reading and writing does when it is not questions and answers. All run on the
 * loop and must not wait. */
typedef struct
{
  /* Called at open: keep state with vfs_file_set_state(), say what to wait for with
   * vfs_file_watch(). Returns 0 or an errno, which fails the open. */
  int (*open) (VfsFile *file);
  /* A written line: 0, or the errno of the write, with what eslfs/errors is to say of it in
   * *ret_why (static; NULL: nothing more). NULL: nothing can be written (EINVAL). */
  int (*line) (VfsFile *file, const char *line, gsize len, const char **ret_why);
  /* Or written bytes as they are, for rows that don't speak in lines: answered with the count that
   * was taken, now or later (which makes the writer wait). The bytes are lent for the call. */
  void (*bytes) (VfsFile *file, const void *bytes, gsize len, Request *request);
  /* Appends about `want` bytes of news to `out`; whole records only. */
  VfsPull (*pull) (VfsFile *file, GString *out, gsize want);
  /* Or, when there is news that lies ready as it is to be shown, in up to *n_iov pieces of at most
   * `want` bytes, lent until the loop goes on; *n_iov 0: there is none, pull. May be NULL. */
  void (*lend) (VfsFile *file, gsize want, struct iovec *iov, int *n_iov);
  void (*close) (VfsFile *file);
} VfsStreamOps;

typedef struct
{
  /* Names that must be asked for before `list` and `lookup` can answer from memory (var/). Answer
   * with request_done() or request_fail(). May be NULL. */
  void (*prepare) (VfsNode *dir, Request *request);
  /* All names at this moment, raw (not percent-encoded), for directories of bounded size. */
  void (*list) (VfsNode *dir, GPtrArray *ret_names);
  /* Or one at a time, in a stable order: the first whose number is greater than *cookie; FALSE at
   * the end. Numbers start at 1 and stay below 2^48. The name is lent. */
  gboolean (*next) (VfsNode *dir, guint64 *cookie, const char **ret_name);
  /* The row for a raw name, NULL when there is none. *ret_object: what the new node stands for,
   * owned; see object_free. */
  const VfsEntry *(*lookup) (VfsNode *dir, const char *name, gpointer *ret_object);
  /* Why there can be no such name (raw), for eslfs/errors: owned. NULL: it is just not there, or
   * has been told. May be NULL. */
  char *(*refusal) (VfsNode *dir, const char *name);
  /* As `lookup`, for a name that a CREATE wants to make; NULL function: EPERM. */
  const VfsEntry *(*create) (VfsNode *dir, const char *name, gpointer *ret_object);
  /* For the objects that lookup and create return. */
  void (*object_free) (gpointer object);
  /* FALSE once the subject is gone. NULL: always there. */
  gboolean (*object_alive) (gpointer object);
  /* FALSE when it goes by another name than `name` now: a look-up of that finds it no more, while
   * open files go on. NULL: names stay. */
  gboolean (*object_named) (gpointer object, const char *name);
  /* Microseconds since the epoch; NULL: the mount's own time. */
  void (*object_times) (gpointer object, gint64 *ret_mtime, gint64 *ret_ctime);
} VfsDirOps;

typedef enum
{
  VFS_LAST_REPLY = 1 << 0, /* an open for reading shows the last reply to a write by the same uid;
                              until there is one, `show` */
  VFS_VOLATILE = 1 << 1,   /* its presence may change while its directory lives: never cached */
  VFS_TIMED = 1 << 2,      /* `call` rows: a line "timeout MS" bounds the reads, no command */
  VFS_BLOCKS = 1 << 3,     /* a command is a block (vfs-block.c), not a line */
  VFS_OWN_DEEDS = 1 << 4,  /* what it shows is what was written to it: no use to one who may not */
} VfsEntryFlags;

struct _VfsEntry
{
  const char *name; /* NULL: end of table. Dynamic rows: how the documents call it, "<uuid>" */
  guint mode;       /* S_IFDIR, S_IFLNK or 0 (a regular file), and permission bits */
  const char *help; /* one line for README, man page and `cat` of a control; never NULL */
  guint flags;      /* VfsEntryFlags */

  /* Every open begins, whatever it is for: 0, or the errno of the open. What it counts or makes,
   * `release` undoes: that runs once for each open that this let in, and for no other. NULL: all
   * are let in. */
  int (*open) (VfsFile *file);
  /* May it be read now? 0, or the errno of the open. A question only: it changes nothing, and is
   * not asked for writing or a conversation. NULL: always. */
  int (*ready) (VfsNode *node);
  void (*show) (VfsNode *node, GString *out);
  /* Exact length of what show would give, where that is cheaper than making it. */
  gsize (*size) (VfsNode *node);
  void (*fetch) (VfsNode *node, Request *request);
  void (*store) (VfsFile *file, const char *line, gsize len, Request *request);
  void (*put) (VfsFile *file, const char *value, gsize len, Request *request);
  void (*call) (VfsFile *file, const char *line, gsize len, Request *request);
  const VfsStreamOps *stream;
  /* The open ends: free what vfs_file_set_state() keeps. Without `open`: for every open, also one
   * that failed behind it. */
  void (*release) (VfsFile *file);
  VfsRing *(*ring) (VfsNode *node);
  guint ring_format;
  /* Symbolic links: appends the target; FALSE: the link is absent now. */
  gboolean (*link) (VfsNode *node, GString *out);

  const VfsEntry *children;
  const VfsEntry *also; /* further children: those of another directory; NULL: none */
  const VfsDirOps *dir;
  guint column; /* the row's own number, for handlers that serve many rows */
};

/* Who may do what: each row's mode is one of these, by what the file can tell or do. The owner is
 * who mounted, or uid=; the group is theirs, or that of gid=; others come as far as the mount with
 * allow_other. umask=MASK gives the group and others the owner's rights, less MASK. */

/* Tells nothing about anybody's calls. */
#define VFS_PUBLIC 0444
/* The same with a live side: an open for both is an open for writing too. */
#define VFS_PUBLIC_LIVE 0664
/* May hold a number, a variable, a digit or a command. */
#define VFS_CALL_DATA 0440
#define VFS_CALL_LIVE 0660
/* Acts when it is written. */
#define VFS_CONTROL 0600
/* Acts, and shows call data when it is read. */
#define VFS_CONTROL_SHOWN 0640
/* May tell secrets of the switch's configuration. */
#define VFS_PRIVATE 0400

#define VFS_DIR_PUBLIC (S_IFDIR | 0555)
/* Its names are call data. */
#define VFS_DIR_CALL_DATA (S_IFDIR | 0550)
/* The same, and the owner can make files in it. */
#define VFS_DIR_CALL_MAKE (S_IFDIR | 0750)
#define VFS_DIR_PRIVATE (S_IFDIR | 0500)
/* A link's own mode means nothing; its directory's does. */
#define VFS_LINK (S_IFLNK | 0777)

/* What handlers ask of a node and a file. */
VfsTree *vfs_node_tree (const VfsNode *node);
const VfsEntry *vfs_node_entry (const VfsNode *node);
const char *vfs_node_name (const VfsNode *node); /* raw */
/* Of the node or its nearest ancestor that has one. */
gpointer vfs_node_object (const VfsNode *node);
/* Whose look-up made that object; NULL: no object. */
const VfsDirOps *vfs_node_owner (const VfsNode *node);
gpointer vfs_node_context (const VfsNode *node); /* the tree's data */
gboolean vfs_node_alive (const VfsNode *node);
char *vfs_node_path (const VfsNode *node); /* below the root, encoded, "calls/U/execute"; owned */

VfsNode *vfs_file_node (const VfsFile *file);
uid_t vfs_file_uid (const VfsFile *file); /* of the process that opened it */
void vfs_file_set_state (VfsFile *file, gpointer state);
gpointer vfs_file_state (const VfsFile *file);
/* The file is woken whenever the queue is; one queue a file; NULL: none. */
void vfs_file_watch (VfsFile *file, WaitQueue *queue);
/* Bytes that a stream's pull has given and that were not read. */
gsize vfs_file_unread (const VfsFile *file);
/* What this open makes eslfs keep, in bytes, so that one user can't use up the memory of all
 * (vfs-budget.h). FALSE: it is more than the opener's share, and nothing was counted: refuse what
 * was asked, with ENOMEM for a read or an open and ENOSPC for a write. What wasn't discharged is
 * given back when the file is freed, after its release. */
gboolean vfs_file_charge (VfsFile *file, gsize bytes);
void vfs_file_discharge (VfsFile *file, gsize bytes);
/* Counts `bytes` where *counted were before, for what is there already and can't be refused: what
 * comes next will be (no line is taken from who has used up his share). */
void vfs_file_keep (VfsFile *file, gsize *counted, gsize bytes);
/* TRUE when the open is a conversation (for reading and writing). */
gboolean vfs_file_is_talk (const VfsFile *file);
/* TRUE when the open looks at a growing file. */
gboolean vfs_file_is_view (const VfsFile *file);

/* The table every open control shows while it has no reply: "usage: ..." from the row's help. */
void vfs_show_help (VfsNode *node, GString *out);

G_END_DECLS
