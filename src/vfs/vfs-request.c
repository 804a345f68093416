/* SPDX-License-Identifier: MIT */
/* vfs-request.c - deferred answers.
 *
 * The one rule that matters, exactly once, is checked here and nowhere else: an answer flips
 * `answered` before the asker's function runs, and every answering call goes through
 * answer_begin().
 */
#include "vfs-request.h"

#include <errno.h>

struct _VfsRequest
{
  grefcount refs;
  VfsCaller caller;
  VfsAnswerFunc answered_func;
  gpointer answered_data;
  VfsCancelFunc cancel_func;
  gpointer cancel_data;
  VfsStakeFunc stake_func;
  gpointer stake_data;
  gboolean answered;
  int error;
  gsize count;
  GBytes *bytes;
  const struct iovec *iov; /* lent while answered_func runs */
  int n_iov;
};

VfsRequest *
vfs_request_new (VfsAnswerFunc answered, gpointer data, const VfsCaller *caller)
{
  VfsRequest *request = g_new0 (VfsRequest, 1);

  g_ref_count_init (&request->refs);
  request->answered_func = answered;
  request->answered_data = data;
  request->caller = *caller;
  return request;
}

VfsRequest *
vfs_request_ref (VfsRequest *request)
{
  g_ref_count_inc (&request->refs);
  return request;
}

void
vfs_request_unref (VfsRequest *request)
{
  if (!g_ref_count_dec (&request->refs))
    return;
  g_clear_pointer (&request->bytes, g_bytes_unref);
  g_free (request);
}

const VfsCaller *
vfs_request_caller (const VfsRequest *request)
{
  return &request->caller;
}

/* FALSE: it has been answered before, and `bytes` (taken, may be NULL) are not wanted. */
static gboolean
answer_begin (VfsRequest *request, GBytes *bytes)
{
  if (request->answered)
    {
      g_critical ("a request was answered twice");
      g_clear_pointer (&bytes, g_bytes_unref);
      return FALSE;
    }
  request->bytes = bytes;
  request->answered = TRUE;
  request->cancel_func = NULL;
  request->stake_func = NULL;
  return TRUE;
}

static void
answer_end (VfsRequest *request)
{
  vfs_request_ref (request);
  if (request->answered_func != NULL)
    request->answered_func (request, request->answered_data);
  request->iov = NULL;
  request->n_iov = 0;
  vfs_request_unref (request);
}

void
vfs_request_done (VfsRequest *request, gsize count)
{
  if (!answer_begin (request, NULL))
    return;
  request->count = count;
  answer_end (request);
}

void
vfs_request_data (VfsRequest *request, GBytes *bytes)
{
  if (!answer_begin (request, bytes))
    return;
  request->count = g_bytes_get_size (bytes);
  answer_end (request);
}

void
vfs_request_lend (VfsRequest *request, const struct iovec *iov, int n_iov)
{
  if (!answer_begin (request, NULL))
    return;
  request->iov = iov;
  request->n_iov = n_iov;
  for (int i = 0; i < n_iov; i++)
    request->count += iov[i].iov_len;
  answer_end (request);
}

void
vfs_request_fail (VfsRequest *request, int error)
{
  g_return_if_fail (error > 0);
  if (!answer_begin (request, NULL))
    return;
  request->error = error;
  answer_end (request);
}

void
vfs_request_refuse (VfsRequest *request, int error, GBytes *text)
{
  g_return_if_fail (error > 0);
  if (!answer_begin (request, text))
    return;
  request->error = error;
  answer_end (request);
}

gboolean
vfs_request_answered (const VfsRequest *request)
{
  return request->answered;
}

int
vfs_request_error (const VfsRequest *request)
{
  return request->error;
}

gsize
vfs_request_count (const VfsRequest *request)
{
  return request->count;
}

GBytes *
vfs_request_bytes (const VfsRequest *request)
{
  return request->bytes;
}

GBytes *
vfs_request_dup_text (const VfsRequest *request)
{
  GByteArray *text;

  if (request->bytes != NULL)
    return g_bytes_ref (request->bytes);
  if (request->iov == NULL)
    return NULL;
  text = g_byte_array_sized_new ((guint)request->count);
  for (int i = 0; i < request->n_iov; i++)
    g_byte_array_append (text, request->iov[i].iov_base, (guint)request->iov[i].iov_len);
  return g_byte_array_free_to_bytes (text);
}

const struct iovec *
vfs_request_iov (const VfsRequest *request, int *ret_n_iov)
{
  *ret_n_iov = request->n_iov;
  return request->iov;
}

void
vfs_request_on_cancel (VfsRequest *request, VfsCancelFunc cancel, gpointer data)
{
  request->cancel_func = cancel;
  request->cancel_data = data;
}

void
vfs_request_on_stake (VfsRequest *request, VfsStakeFunc func, gpointer data)
{
  request->stake_func = func;
  request->stake_data = data;
}

void
vfs_request_set_stake (VfsRequest *request, VfsStake stake)
{
  if (request->stake_func != NULL)
    request->stake_func (request, stake, request->stake_data);
}

void
vfs_request_cancel (VfsRequest *request)
{
  VfsCancelFunc cancel = request->cancel_func;

  if (request->answered)
    return;
  vfs_request_ref (request);
  request->cancel_func = NULL;
  if (cancel != NULL)
    cancel (request, request->cancel_data);
  if (!request->answered)
    vfs_request_fail (request, EINTR);
  vfs_request_unref (request);
}
