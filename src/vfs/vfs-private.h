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
  guint snapshots;     /* opens that show one */
  gsize snapshot_size; /* of the newest of them */
};

/* Command lines on their way, per open file. */
typedef struct _VfsWrite VfsWrite;
typedef struct
{
  GString *pending;      /* an unterminated line */
  guint64 pending_owner; /* who wrote the last of it */
  GString *value;        /* value files: all that was written */
  gboolean commanded;    /* a line that was not blank has been run */
  VfsWrite *current;     /* under way, or interrupted and waiting to be joined */
  /* The last refusal, for whoever repeats the same write. */
  GBytes *refused;
  guint64 refused_offset;
  int refused_error;
  gboolean refused_once;
} VfsLines;

/* A growing file. Offsets here are the reader's own. */
typedef struct
{
  guint64 skew;    /* ring offset minus file offset (modulo 2^64) */
  GBytes *text;    /* a gap record, or the record the last read ended in */
  guint64 text_at; /* where it starts in the file */
  guint64 next;    /* number of the record after the last one read, and where it starts */
  guint64 next_at;
} VfsView;

typedef struct
{
  GQueue answers; /* of Answer */
  gsize unread;   /* bytes in them */
  GString *out;   /* stream: pulled, not yet read */
  gsize out_pos;
  gboolean ended;
  GQueue readers; /* parked, of Reader */
  gint64 timeout; /* milliseconds; -1: none */
  VfsNotifyFunc notify;
  gpointer notify_handle;
} VfsTalk;

struct _VfsFile
{
  VfsNode *node;
  GList link; /* in the tree's list of files */
  VfsCaller caller;
  int access; /* O_RDONLY, O_WRONLY, O_RDWR */
  gboolean is_talk;
  gboolean opened; /* the row's stream open succeeded */
  gboolean released;
  guint refs; /* the open itself, commands under way */
  gpointer state;
  VfsWaiter waiter;
  GBytes *snapshot;
  VfsRequest *fetching; /* ours, while the open waits for it */
  VfsRequest *opening;  /* the front end's */
  VfsFile **ret_file;
  VfsView view;
  VfsLines lines;
  VfsTalk talk;
};

VfsFile *vfs_file_ref (VfsFile *file);
void vfs_file_unref (VfsFile *file);

/* vfs-tree.c */
void vfs_tree_add_file (VfsTree *tree, VfsFile *file);
void vfs_tree_remove_file (VfsTree *tree, VfsFile *file);
guint vfs_tree_n_files (const VfsTree *tree);
const VfsEntry *vfs_entry_find (const VfsEntry *table, const char *name);
guint64 vfs_ino_below (guint64 parent_ino, const char *raw_name);

/* vfs-reply.c: last replies by file and user */
typedef struct _VfsReplies VfsReplies;
VfsReplies *vfs_replies_new (void);
void vfs_replies_free (VfsReplies *replies);
void vfs_replies_put (VfsReplies *replies, guint64 ino, uid_t uid, GBytes *text);
GBytes *vfs_replies_get (VfsReplies *replies, guint64 ino, uid_t uid);
VfsReplies *vfs_tree_replies (const VfsTree *tree);

/* vfs-view.c */
void vfs_view_open (VfsFile *file);
void vfs_view_clear (VfsView *view);
void vfs_view_read (VfsFile *file, guint64 offset, gsize size, VfsRequest *request);

/* vfs-lines.c */
void vfs_lines_init (VfsLines *lines);
void vfs_lines_clear (VfsLines *lines);
void vfs_lines_write (VfsFile *file, guint64 offset, const guint8 *bytes, gsize len, guint64 owner,
                      VfsRequest *request);
void vfs_lines_flush (VfsFile *file, guint64 owner, VfsRequest *request);
void vfs_lines_release (VfsFile *file);

/* vfs-talk.c */
int vfs_talk_open (VfsFile *file);
void vfs_talk_close (VfsFile *file, int error);
int vfs_talk_line (VfsFile *file, const char *line, gsize len);
void vfs_talk_read (VfsFile *file, gsize size, gboolean nonblock, VfsRequest *request);
guint vfs_talk_poll (VfsFile *file, VfsNotifyFunc notify, gpointer handle);
void vfs_talk_wake (VfsFile *file);

G_END_DECLS
