/* SPDX-License-Identifier: MIT */
/* mount-private.h - what the files of this floor share. */
#pragma once

#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

#include "mount.h"

G_BEGIN_DECLS

struct _VfsMount
{
  VfsTree *tree;
  struct fuse_session *session;
  gboolean mounted;
  GSource *source;
  GQueue ops; /* of MountOp, by their links: those that are not answered */
  struct fuse_buf buffer;
  gboolean expecting; /* another request, at once */
  void (*ended) (gpointer data);
  gpointer data;
};

/* One request of the kernel that may be answered later. */
typedef struct _MountOp MountOp;
struct _MountOp
{
  VfsMount *mount;
  GList link;
  fuse_req_t req;
  guint refs; /* until answered, and until mount_op_wait() */
  Request *request;
  void (*reply) (MountOp *op); /* the tree has answered: answer the kernel */
  VfsNode *node;               /* held */
  char *name;
  VfsFile *file;
  gboolean streams; /* a read of what comes: nobody knows when the next will be */
  gboolean waited;  /* not answered at once */
  gboolean acts;    /* a write or flush: signals that end nothing don't interrupt it */
  guint recheck;    /* the source that looks whether another signal has come */
  struct fuse_file_info info;
};

VfsMount *mount_of (fuse_req_t req);
Caller mount_caller (fuse_req_t req);
/* mount-caller.c. Kernel: an interrupt says that the caller has a signal to handle, not which.
 * TRUE: only such as end no program and tell it nothing about its write, most of all the end of a
 * background job. */
gboolean mount_caller_has_harmless_signal (pid_t tid);
/* TRUE: the thread is ending, or will as soon as its system call does; also when that can't be
 * known. */
gboolean mount_caller_is_dying (pid_t tid);
/* The node of a number that the kernel sent; it never sends one that it was not given. */
VfsNode *mount_node (fuse_req_t req, fuse_ino_t ino);

/* Begins; the tree is then given op->request; mount_op_wait() ends every such handler. */
MountOp *mount_op_new (fuse_req_t req, VfsNode *node, void (*reply) (MountOp *op));
void mount_op_wait (MountOp *op);

void mount_attr (VfsNode *node, fuse_req_t req, struct stat *ret_attr);
/* The answer to a look-up: takes the reference, gives the kernel its count. */
void mount_reply_entry (fuse_req_t req, VfsNode *node);
void mount_fill_entry (fuse_req_t req, VfsNode *node, struct fuse_entry_param *ret_entry);

/* How long the kernel may keep the attributes of a live node, in seconds: enough that the GETATTR
 * which follows a LOOKUP is saved, too short for anyone to see something old. */
#define MOUNT_ATTR_TIMEOUT 0.001

/* mount-node.c, mount-file.c: each fills its part. */
void mount_node_operations (struct fuse_lowlevel_ops *ops);
void mount_file_operations (struct fuse_lowlevel_ops *ops);

G_END_DECLS
