/* SPDX-License-Identifier: MIT */
/* request.h - a question that may be answered later, and is answered exactly once: from the
 * kernel's system call to the switch's answer.
 *
 * Whoever asks makes the request with a function that will run when the answer is there (perhaps
 * before the asking call returns). Whoever is asked answers with exactly one of the answering calls
 * below. In between the asker may cancel: the hook of the one who is asked runs (it usually stops
 * work and answers); when it doesn't answer, the request fails with EINTR. What was cancelled may
 * have been sent already: whoever learns the answer then looks whether it is wanted still
 * (request_answered()).
 *
 * Counted references. The asker's reference is given up once its function has run, which happens
 * within the answering call or within request_cancel(): whoever answers later holds a reference
 * of its own until then.
 *
 * Whoever must judge an answer before it goes up asks with a child of the request that he was
 * given:
 *
 *   request --- request_new_child() ---> child --- is given to somebody who answers it
 *      ^------- request_pass(), or an answer of its own --- the child's function runs
 */
#pragma once

#include <glib.h>
#include <sys/types.h>
#include <sys/uio.h>

G_BEGIN_DECLS

typedef struct _Request Request;

/* Who asks: the process whose system call this is (kernel: who asks). */
typedef struct
{
  uid_t uid;
  gid_t gid;
  pid_t pid;
} Caller;

/* No user has it: what eslfs asks for itself. */
#define CALLER_NOBODY ((uid_t)-1)

typedef void (*RequestFunc) (Request *request, gpointer data);

/* `answered` may be NULL (nobody listens); it runs once. `caller` is copied; NULL: nobody. */
Request *request_new (RequestFunc answered, gpointer data, const Caller *caller);
/* Another one for the sake of `parent`, of the same caller. It is cancelled when the parent is, and
 * its interest is the parent's. `judge` is to answer the parent, unless that has its answer
 * (request_answered()); it runs once. Lent: the child is freed when that has returned, or later if
 * somebody else holds it. One at a time for each parent. */
Request *request_new_child (Request *parent, RequestFunc judge, gpointer data);
Request *request_parent (const Request *child); /* lent; for the child's function */
Request *request_ref (Request *request);
void request_unref (Request *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_unref)

const Caller *request_caller (const Request *request);

/* Answering: one of these, once. A second answer is a bug and is refused loudly. */

/* It worked; `count` bytes were taken, where that means something. */
void request_done (Request *request, gsize count);
/* It worked, and this is the result; takes the reference. */
void request_data (Request *request, GBytes *bytes);
/* As data, but the bytes are only lent for the time of the call. */
void request_lend (Request *request, const struct iovec *iov, int n_iov);
/* It failed; `error` is an errno, greater than 0. */
void request_fail (Request *request, int error);
/* The other side refused: `error` for those who get an errno, `text` (reference taken) for those
 * who read what was said. */
void request_refuse (Request *request, int error, GBytes *text);
/* For a child's function: answers the parent as the child was answered. Nothing when the parent has
 * its answer. */
void request_pass (const Request *child);

/* The answer, for the asker's function. */
gboolean request_answered (const Request *request);
int request_error (const Request *request); /* 0: it worked */
gsize request_count (const Request *request);
GBytes *request_bytes (const Request *request); /* lent; NULL when there are none */
/* What was said, however it was answered: bytes or lent pieces, with a reference for the caller;
 * NULL when nothing was. */
GBytes *request_dup_text (const Request *request);
/* The same where it is known to be in one piece, lent while the asker's function runs; "" when
 * nothing was said. With a NUL behind it if whoever answered put one there. */
const char *request_text (const Request *request, gsize *ret_len);
/* The lent pieces; NULL when there are none. Only while the asker's function runs. */
const struct iovec *request_iov (const Request *request, int *ret_n_iov);

/* The bytes that are sent for it, as they were made for the wire; for the one who is asked. Takes a
 * reference. */
void request_set_sent (Request *request, GBytes *bytes);
GBytes *request_sent (const Request *request); /* lent; NULL: none so far */

/* Who waits for the answer now. An asker that is only told that it was interrupted still wants what
 * it asked for to go on, and may come back for the answer. */
typedef enum
{
  REQUEST_WATCHED,
  REQUEST_DETACHED, /* nobody now; somebody may come back */
  REQUEST_GONE,     /* nobody ever will: what has not begun needn't */
} RequestInterest;
/* For the one who is asked: `func` runs when it has become another. NULL: it is all the same. */
void request_on_interest (Request *request, RequestFunc func, gpointer data);
/* For the asker; does nothing once answered, or gone. The request is answered in any case. */
void request_set_interest (Request *request, RequestInterest interest);
/* One that was cancelled is detached: nobody waits, but nothing needs to be undone. */
RequestInterest request_interest (const Request *request);

/* For the one who is asked: what to do when the asker gives up. NULL: nothing. */
void request_on_cancel (Request *request, RequestFunc cancel, gpointer data);
/* For the asker; does nothing once answered. A child under way is cancelled first. */
void request_cancel (Request *request);

G_END_DECLS
