/* SPDX-License-Identifier: MIT */
/* vfs-request.h - a question that may be answered later, and is answered exactly once.
 *
 * Whoever asks makes the request with a function that will run when the answer is there (perhaps
 * before the asking call returns). Whoever is asked answers with exactly one of the answering calls
 * below. In between the asker may cancel: the hook of the one who is asked runs (it usually stops
 * work and answers); when it doesn't answer, the request fails with EINTR.
 *
 * Counted references. The asker's reference is given up once its function has run, which happens
 * within the answering call or within vfs_request_cancel(): whoever answers later holds a reference
 * of its own until then, and has a cancel hook that forgets it.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>
#include <sys/uio.h>

G_BEGIN_DECLS

typedef struct _VfsRequest VfsRequest;

/* Who asks: the process whose system call this is (kernel: who asks). */
typedef struct
{
  uid_t uid;
  gid_t gid;
  pid_t pid;
} VfsCaller;

typedef void (*VfsAnswerFunc) (VfsRequest *request, gpointer data);
typedef void (*VfsCancelFunc) (VfsRequest *request, gpointer data);

/* `answered` may be NULL (nobody listens); it runs once. `caller` is copied. */
VfsRequest *vfs_request_new (VfsAnswerFunc answered, gpointer data, const VfsCaller *caller);
VfsRequest *vfs_request_ref (VfsRequest *request);
void vfs_request_unref (VfsRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VfsRequest, vfs_request_unref)

const VfsCaller *vfs_request_caller (const VfsRequest *request);

/* Answering: one of these, once. A second answer is a bug and is refused loudly. */

/* It worked; `count` bytes were taken, where that means something. */
void vfs_request_done (VfsRequest *request, gsize count);
/* It worked, and this is the result; takes the reference. */
void vfs_request_data (VfsRequest *request, GBytes *bytes);
/* As data, but the bytes are only lent for the time of the call. */
void vfs_request_lend (VfsRequest *request, const struct iovec *iov, int n_iov);
/* It failed; `error` is an errno, greater than 0. */
void vfs_request_fail (VfsRequest *request, int error);
/* The other side refused: `error` for those who get an errno, `text` (reference taken) for those
 * who read what was said. */
void vfs_request_refuse (VfsRequest *request, int error, GBytes *text);

/* The answer, for the asker's function. */
gboolean vfs_request_answered (const VfsRequest *request);
int vfs_request_error (const VfsRequest *request); /* 0: it worked */
gsize vfs_request_count (const VfsRequest *request);
GBytes *vfs_request_bytes (const VfsRequest *request); /* lent; NULL when there are none */
/* What was said, however it was answered: bytes or lent pieces, with a reference for the caller;
 * NULL when nothing was. */
GBytes *vfs_request_dup_text (const VfsRequest *request);
/* The lent pieces; NULL when there are none. Only while the asker's function runs. */
const struct iovec *vfs_request_iov (const VfsRequest *request, int *ret_n_iov);

/* Who waits for the answer now. An asker that is only told that it was interrupted still wants what
 * it asked for to go on, and may come back for the answer. */
typedef enum
{
  VFS_WATCHED,
  VFS_UNWATCHED, /* nobody now; somebody may come back */
  VFS_ABANDONED, /* nobody ever will: what has not begun needn't */
} VfsStake;
typedef void (*VfsStakeFunc) (VfsRequest *request, VfsStake stake, gpointer data);
/* For the one who is asked. NULL: it is all the same. */
void vfs_request_on_stake (VfsRequest *request, VfsStakeFunc func, gpointer data);
/* For the asker; does nothing once answered. The request is answered in any case. */
void vfs_request_set_stake (VfsRequest *request, VfsStake stake);

/* For the one who is asked: what to do when the asker gives up. NULL: nothing. */
void vfs_request_on_cancel (VfsRequest *request, VfsCancelFunc cancel, gpointer data);
/* For the asker; does nothing once answered. */
void vfs_request_cancel (VfsRequest *request);

G_END_DECLS
