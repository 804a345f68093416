/* SPDX-License-Identifier: MIT */
/* request.c - deferred answers.
 *
 * The one rule that matters, exactly once, is checked here and nowhere else: an answer flips
 * `answered` before the asker's function runs, and every answering call goes through
 * answer_begin().
 */
#include "request.h"

#include <errno.h>

struct _Request
{
  grefcount refs;
  Caller caller;
  Request *parent; /* a reference, until the function has run; NULL: none */
  Request *child;  /* under way for this one, lent; NULL: none */
  RequestFunc answered_func;
  gpointer answered_data;
  RequestFunc cancel_func;
  gpointer cancel_data;
  RequestFunc interest_func;
  gpointer interest_data;
  RequestInterest interest;
  GBytes *sent;
  gboolean answered;
  int error;
  gsize count;
  GBytes *bytes;
  const struct iovec *iov; /* lent while answered_func runs */
  int n_iov;
};

Request *
request_new (RequestFunc answered, gpointer data, const Caller *caller)
{
  Request *request = g_new0 (Request, 1);

  g_ref_count_init (&request->refs);
  request->answered_func = answered;
  request->answered_data = data;
  request->caller =
      caller != NULL ? *caller : (Caller){ .uid = CALLER_NOBODY, .gid = (gid_t)CALLER_NOBODY };
  return request;
}

Request *
request_new_child (Request *parent, RequestFunc judge, gpointer data)
{
  Request *child = request_new (judge, data, &parent->caller);

  g_return_val_if_fail (parent->child == NULL, child);
  child->parent = request_ref (parent);
  child->interest = parent->interest;
  parent->child = child;
  return child;
}

Request *
request_parent (const Request *child)
{
  return child->parent;
}

Request *
request_ref (Request *request)
{
  g_ref_count_inc (&request->refs);
  return request;
}

void
request_unref (Request *request)
{
  if (!g_ref_count_dec (&request->refs))
    return;
  g_clear_pointer (&request->bytes, g_bytes_unref);
  g_clear_pointer (&request->sent, g_bytes_unref);
  g_free (request);
}

const Caller *
request_caller (const Request *request)
{
  return &request->caller;
}

/* FALSE: it has been answered before, and `bytes` (taken, may be NULL) are not wanted. */
static gboolean
answer_begin (Request *request, GBytes *bytes)
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
  request->interest_func = NULL;
  if (request->parent != NULL)
    request->parent->child = NULL;
  return TRUE;
}

/* A child and its parent know each other no longer: the child's own reference is given up. */
static void
child_end (Request *child)
{
  Request *parent = g_steal_pointer (&child->parent);

  if (parent == NULL)
    return;
  request_unref (parent);
  request_unref (child);
}

static void
answer_end (Request *request)
{
  request_ref (request);
  if (request->answered_func != NULL)
    request->answered_func (request, request->answered_data);
  request->iov = NULL;
  request->n_iov = 0;
  child_end (request);
  request_unref (request);
}

void
request_done (Request *request, gsize count)
{
  if (!answer_begin (request, NULL))
    return;
  request->count = count;
  answer_end (request);
}

void
request_data (Request *request, GBytes *bytes)
{
  if (!answer_begin (request, bytes))
    return;
  request->count = g_bytes_get_size (bytes);
  answer_end (request);
}

void
request_lend (Request *request, const struct iovec *iov, int n_iov)
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
request_fail (Request *request, int error)
{
  g_return_if_fail (error > 0);
  if (!answer_begin (request, NULL))
    return;
  request->error = error;
  answer_end (request);
}

void
request_refuse (Request *request, int error, GBytes *text)
{
  g_return_if_fail (error > 0);
  if (!answer_begin (request, text))
    return;
  request->error = error;
  answer_end (request);
}

void
request_pass (const Request *child)
{
  Request *parent = child->parent;

  if (parent->answered)
    return;
  if (child->error != 0)
    request_refuse (parent, child->error, child->bytes != NULL ? g_bytes_ref (child->bytes) : NULL);
  else if (child->iov != NULL)
    request_lend (parent, child->iov, child->n_iov);
  else if (child->bytes != NULL)
    request_data (parent, g_bytes_ref (child->bytes));
  else
    request_done (parent, child->count);
}

gboolean
request_answered (const Request *request)
{
  return request->answered;
}

int
request_error (const Request *request)
{
  return request->error;
}

gsize
request_count (const Request *request)
{
  return request->count;
}

GBytes *
request_bytes (const Request *request)
{
  return request->bytes;
}

GBytes *
request_dup_text (const Request *request)
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

const char *
request_text (const Request *request, gsize *ret_len)
{
  *ret_len = 0;
  if (request->bytes != NULL)
    return g_bytes_get_size (request->bytes) > 0 ? g_bytes_get_data (request->bytes, ret_len) : "";
  g_return_val_if_fail (request->n_iov <= 1, "");
  if (request->iov == NULL)
    return "";
  *ret_len = request->iov[0].iov_len;
  return request->iov[0].iov_base;
}

const struct iovec *
request_iov (const Request *request, int *ret_n_iov)
{
  *ret_n_iov = request->n_iov;
  return request->iov;
}

void
request_on_cancel (Request *request, RequestFunc cancel, gpointer data)
{
  request->cancel_func = cancel;
  request->cancel_data = data;
}

void
request_set_sent (Request *request, GBytes *bytes)
{
  g_bytes_ref (bytes);
  g_clear_pointer (&request->sent, g_bytes_unref);
  request->sent = bytes;
}

GBytes *
request_sent (const Request *request)
{
  return request->sent;
}

void
request_on_interest (Request *request, RequestFunc func, gpointer data)
{
  request->interest_func = func;
  request->interest_data = data;
}

void
request_set_interest (Request *request, RequestInterest interest)
{
  if (request->answered || request->interest == interest || request->interest == REQUEST_GONE)
    return;
  request_ref (request);
  request->interest = interest;
  if (request->child != NULL)
    request_set_interest (request->child, interest);
  if (request->interest_func != NULL)
    request->interest_func (request, request->interest_data);
  request_unref (request);
}

RequestInterest
request_interest (const Request *request)
{
  return request->answered ? MAX (request->interest, REQUEST_DETACHED) : request->interest;
}

void
request_cancel (Request *request)
{
  RequestFunc cancel;

  if (request->answered)
    return;
  request_ref (request);
  if (request->child != NULL)
    request_cancel (request->child);
  cancel = request->cancel_func;
  request->cancel_func = NULL;
  if (cancel != NULL)
    cancel (request, request->cancel_data);
  if (!request->answered)
    request_fail (request, EINTR);
  request_unref (request);
}
