/* SPDX-License-Identifier: MIT */
/* vfs-private.h - what the files of this floor know of each other, and nobody else does. */
#pragma once

#include "vfs-file.h"

G_BEGIN_DECLS

struct _VfsNode
{
  guint refs;      /* files, children, requests, the kernel (one in all) */
  guint64 nlookup; /* the kernel's count */
  guint64 id;
  guint64 ino;
  VfsTree *tree;
  VfsNode *parent;
  const VfsEntry *entry;
  const VfsDirOps *owner; /* whose lookup made the object */
  gpointer object;
  char *name;          /* raw; NULL for rows with a fixed name */
  gboolean indexed;    /* found again by parent and name */
  guint64 base;        /* growing files: offset in the ring of the view's byte 0 */
  guint64 base_number; /* of the record there; 0: none, a lapped reader has moved the base */
  guint n_writers;     /* files open for writing */
  guint snapshots;     /* opens that show one */
  gsize snapshot_size; /* of the newest of them */
};

/* A write that was refused, and what would be its repetition. */
typedef struct
{
  GBytes *bytes;  /* from the refused line to the end of its write; NULL: none was refused */
  GBytes *before; /* the start of that line, from earlier writes; NULL: none */
  guint64 offset;
  guint64 owner;
  int error;
  gboolean told; /* the writer has got the errno, not only a short count or EINTR */
} VfsRefusal;

/* How far the end of a block has been looked for. */
typedef struct
{
  gsize start;    /* where its first line begins */
  gsize searched; /* no blank line begins before it */
  gsize head;     /* up to and with the blank line; 0: not seen yet */
  gsize body;     /* of the bytes after it, if it was said */
} VfsBlock;

/* Command lines on their way, per open file. */
typedef struct _VfsWrite VfsWrite;
typedef struct
{
  GString *pending;   /* an unterminated line, or block */
  VfsBlock block;     /* of it */
  guint64 owner;      /* who wrote last */
  gboolean overlong;  /* a line was refused as too long, and its end has not come yet */
  GString *value;     /* value files: all that was written */
  gboolean commanded; /* a line that was not blank has been run */
  gboolean whole;     /* a line with its newline was written, whatever became of it */
  VfsWrite *current;  /* under way, or interrupted and waiting to be joined */
  VfsRefusal refusal;
  gsize max;  /* bytes of one */
  gsize kept; /* bytes that were counted for all this */
} VfsLines;

/* A record that a reader may still want when the ring has moved on. Offsets are the reader's own.
 */
typedef struct
{
  GBytes *text; /* NULL: its end only is known */
  guint64 at;
  guint64 end;
  guint64 next; /* number of the record that follows; 0: not known */
} VfsKeptText;

enum
{
  VFS_KEPT_FIRST, /* the record that the last read began in */
  VFS_KEPT_LAST,  /* the record that it stopped in, or after */
  VFS_KEPT_GAP,   /* the last gap record */
  VFS_N_KEPT
};

/* A growing file. */
typedef struct
{
  guint64 skew; /* ring offset minus file offset (modulo 2^64) */
  VfsKeptText kept[VFS_N_KEPT];
  gsize kept_bytes; /* as they were counted */
} VfsView;

typedef struct
{
  GQueue answers; /* of Answer */
  gsize unread;   /* bytes in them */
  GString *out;   /* stream: pulled, not yet read */
  gsize out_pos;
  gsize out_kept; /* as it was counted */
  gboolean ended;
  gboolean looking; /* the last pull said that there may be more */
  GQueue readers;   /* parked, of Reader */
  gint64 timeout;   /* milliseconds; -1: none */
  VfsNotifyFunc notify;
  gpointer notify_handle;
} VfsTalk;

struct _VfsFile
{
  VfsNode *node;
  GList link; /* in the tree's list of files */
  Caller caller;
  int access; /* O_RDONLY, O_WRONLY, O_RDWR */
  gboolean is_talk;
  gboolean let_in; /* the row's open succeeded */
  gboolean opened; /* the row's stream open succeeded */
  gboolean released;
  guint refs; /* the open itself, a fetch, commands under way */
  gpointer state;
  guint64 charged; /* bytes, in the tree's budget */
  Waiter waiter;
  GBytes *snapshot;
  Request *fetching; /* ours, while the open waits for it */
  Request *opening;  /* the front end's */
  VfsFile **ret_file;
  VfsView view;
  VfsLines lines;
  VfsTalk talk;
};

VfsFile *vfs_file_ref (VfsFile *file);
void vfs_file_unref (VfsFile *file);

/* vfs-tree.c */
GQueue *vfs_tree_files (VfsTree *tree);    /* of VfsFile, by their links */
GQueue *vfs_tree_dirs (VfsTree *tree);     /* of VfsDir, by their links */
GQueue *vfs_tree_commands (VfsTree *tree); /* of VfsWrite, by their links */
gboolean vfs_tree_is_closing (const VfsTree *tree);
const VfsOwnership *vfs_tree_ownership (const VfsTree *tree);
/* Are written lines, or the whole value, given to the row's own handler as commands? */
gboolean vfs_entry_takes_commands (const VfsEntry *entry);
/* Are they blocks (vfs-block.c), not lines? */
gboolean vfs_entry_takes_blocks (const VfsEntry *entry);
/* By its mode: does writing to a file of this row act on more than the open itself? (A conversation
 * alone may, such as esl.) */
gboolean vfs_entry_is_control (const VfsEntry *entry);
gint64 vfs_tree_started (const VfsTree *tree); /* microseconds since the epoch */
gboolean vfs_link_is_present (VfsNode *node);
/* Growing files (see vfs-tree.h), and links, which come and go. */
gboolean vfs_entry_is_fresh (const VfsEntry *entry);
/* Can a write to it wait for an answer? What is written to a mere stream is taken at once, so its
 * writers may share an inode. */
gboolean vfs_entry_keeps_writers (const VfsEntry *entry);
/* A row's fixed children: the one of that name; the one of that index, counting from 0, `also`'s
 * after its own. NULL: none. */
const VfsEntry *vfs_entry_find (const VfsEntry *entry, const char *name);
const VfsEntry *vfs_entry_child (const VfsEntry *entry, guint64 index);
guint64 vfs_ino_below (guint64 parent_ino, const char *raw_name);

/* vfs-contention.c */
typedef struct _VfsContention VfsContention;
VfsContention *vfs_contention_new (void);
void vfs_contention_free (VfsContention *contention);
VfsContention *vfs_tree_contention (const VfsTree *tree);
/* From now on, and for a second, look-ups of that path get nodes of their own. */
void vfs_contention_begin (VfsContention *contention, guint64 ino);
gboolean vfs_contention_goes_on (VfsContention *contention, guint64 ino);
/* Asked once for each open for writing: TRUE: ESTALE is its answer. */
gboolean vfs_contention_refuses (VfsContention *contention, const VfsNode *node,
                                 const Caller *caller);

/* vfs-reply.c: last replies by file and user */
typedef struct _VfsReplies VfsReplies;
/* What a reader sees of an answer: its last line always ends. Returns a reference. */
GBytes *vfs_text_with_final_newline (GBytes *text);
VfsReplies *vfs_replies_new (void);
void vfs_replies_free (VfsReplies *replies);
void vfs_replies_put (VfsReplies *replies, guint64 ino, uid_t uid, GBytes *text);
GBytes *vfs_replies_get (VfsReplies *replies, guint64 ino, uid_t uid);
VfsReplies *vfs_tree_replies (const VfsTree *tree);

/* vfs-view.c */
void vfs_view_open (VfsFile *file);
void vfs_view_clear (VfsView *view);
void vfs_view_read (VfsFile *file, guint64 offset, gsize size, Request *request);

/* vfs-block.c */
/* Bytes of the first whole block in `text`, which begins as at the last call; 0: not whole yet. */
gsize vfs_block_length (VfsBlock *block, const char *text, gsize len, gboolean ends_at_blank);
/* For one that is not whole: its body is all that is written; its body is of a known length. */
gboolean vfs_block_ends_with_file (const VfsBlock *block);
gboolean vfs_block_is_cut (const VfsBlock *block);

/* vfs-cut.c: all take some of the bytes; *ret_used (0 before) is how many. */
typedef enum
{
  VFS_CUT_MORE,    /* all was taken, and there is no whole command yet */
  VFS_CUT_COMMAND, /* `command` is the text of one, without its newline */
  VFS_CUT_TOO_LONG,
} VfsCut;
VfsCut vfs_cut_line (VfsLines *lines, const guint8 *bytes, gsize len, GString *command,
                     gsize *ret_used);
VfsCut vfs_cut_block (VfsLines *lines, const guint8 *bytes, gsize len, gboolean ends_at_blank,
                      GString *command, gsize *ret_used);
/* Value files: the whole value so far, less one final newline, is the "command". */
VfsCut vfs_cut_value (VfsLines *lines, const guint8 *bytes, gsize len, GString *command,
                      gsize *ret_used);
/* All that is pending, as it is. */
void vfs_cut_rest (VfsLines *lines, GString *command);

/* vfs-lines.c */
void vfs_lines_init (VfsLines *lines, gsize max);
/* Counts what is kept of written lines. */
void vfs_lines_settle (VfsFile *file);
void vfs_lines_clear (VfsLines *lines);
void vfs_lines_write (VfsFile *file, guint64 offset, const guint8 *bytes, gsize len, guint64 owner,
                      Request *request);
/* Runs what is pending as if its end had come, and answers when it is answered. */
void vfs_lines_run_rest (VfsFile *file, Request *request);
void vfs_lines_release (VfsFile *file);
/* The end of everything: answers whoever waits with ENOTCONN and cancels the command. */
void vfs_lines_abort (VfsWrite *write);

/* vfs-rest.c */
/* See vfs_flush(). */
void vfs_rest_flush (VfsFile *file, guint64 owner, gboolean dying, Request *request);
/* The open has ended: what is left is dropped. */
void vfs_rest_release (VfsFile *file);
/* Is there nothing in it but newlines? */
gboolean vfs_lines_is_blank (const GString *text);
/* For eslfs/errors, of what never became a command: `text` is static. */
void vfs_lines_tell (VfsFile *file, int error, const GString *line, const char *text);

/* vfs-refusal.c */
void vfs_refusal_clear (VfsRefusal *refusal);
/* The errno for a write that repeats the refused one; 0: it is to be run, after what is appended to
 * ret_before. */
int vfs_refusal_of (VfsRefusal *refusal, guint64 offset, const guint8 *bytes, gsize len,
                    guint64 owner, GString *ret_before);

/* vfs-talk.c */
int vfs_talk_open (VfsFile *file);
void vfs_talk_close (VfsFile *file, int error);
/* 0 or the errno of the write; *ret_said (NULL before): what there is to say about it, a reference.
 */
int vfs_talk_line (VfsFile *file, const char *line, gsize len, GBytes **ret_said);
void vfs_talk_read (VfsFile *file, gsize size, gboolean nonblock, Request *request);
guint vfs_talk_poll (VfsFile *file, VfsNotifyFunc notify, gpointer handle);
void vfs_talk_wake (VfsFile *file);

G_END_DECLS
