/* SPDX-License-Identifier: MIT */
/* tree-esl.c - esl: each open is a connection to the switch of one's own, logged in already.
 *
 * The open does not wait for the login, but the first write does: it is answered when the switch
 * has let us in and the socket has taken the bytes, so that a writer that is faster than the switch
 * waits, as at a socket. Bytes that were taken are taken: an interrupted write says so.
 */
#include "tree-private.h"

#include <errno.h>

#include "sw-raw.h"

typedef struct
{
  GList link; /* in the tree's raws */
  SwRaw *raw;
  WaitQueue *queue;
  Request *writing; /* waits until the connection is no longer busy; NULL: none */
  gsize writing_len;
} RawFile;

/* Answers the write that waits. */
static void
answer (RawFile *self, int error)
{
  Request *request = g_steal_pointer (&self->writing);

  if (request == NULL)
    return;
  request_on_cancel (request, NULL, NULL);
  if (error != 0)
    request_fail (request, error);
  else
    request_done (request, self->writing_len);
  request_unref (request);
}

static void
on_changed (gpointer data)
{
  RawFile *self = data;

  if (sw_raw_error (self->raw) != NULL)
    answer (self, EPIPE);
  else if (!sw_raw_is_busy (self->raw))
    answer (self, 0);
  wait_queue_wake (self->queue);
}

static void
on_write_cancelled (Request *request, gpointer data)
{
  answer (data, 0);
}

static int
esl_open (VfsFile *file)
{
  Tree *tree = tree_of (vfs_file_node (file));
  RawFile *self;

  if (sw_client_state (tree->client) != SW_CLIENT_UP)
    return EHOSTDOWN;
  if (!vfs_budget_take (vfs_tree_budget (tree->vfs), VFS_BUDGET_LINKS, vfs_file_uid (file), 1))
    return EBUSY;
  self = g_new0 (RawFile, 1);
  self->queue = wait_queue_new ();
  self->raw = sw_raw_new (tree->client, on_changed, self);
  self->link.data = self;
  g_queue_push_tail_link (&tree->raws, &self->link);
  vfs_file_set_state (file, self);
  vfs_file_watch (file, self->queue);
  return 0;
}

static void
esl_bytes (VfsFile *file, const void *bytes, gsize len, Request *request)
{
  RawFile *self = vfs_file_state (file);

  if (sw_raw_error (self->raw) != NULL)
    request_fail (request, EPIPE);
  else if (self->writing != NULL || !sw_raw_write (self->raw, bytes, len))
    request_fail (request, EAGAIN);
  else if (!sw_raw_is_busy (self->raw))
    request_done (request, len);
  else
    {
      self->writing_len = len;
      self->writing = request_ref (request);
      request_on_cancel (request, on_write_cancelled, self);
    }
}

static VfsPull
esl_pull (VfsFile *file, GString *out, gsize want)
{
  RawFile *self = vfs_file_state (file);

  if (sw_raw_take (self->raw, out, want) > 0)
    return VFS_PULL_DATA;
  return sw_raw_error (self->raw) != NULL ? VFS_PULL_END : VFS_PULL_WAIT;
}

static void
esl_close (VfsFile *file)
{
  Tree *tree = tree_of (vfs_file_node (file));
  RawFile *self = vfs_file_state (file);

  answer (self, ENOTCONN);
  vfs_file_watch (file, NULL);
  g_queue_unlink (&tree->raws, &self->link);
  vfs_budget_give (vfs_tree_budget (tree->vfs), VFS_BUDGET_LINKS, vfs_file_uid (file), 1);
  sw_raw_free (self->raw);
  wait_queue_free (self->queue);
  g_free (self);
}

const VfsStreamOps tree_esl_ops = {
  .open = esl_open, .bytes = esl_bytes, .pull = esl_pull, .close = esl_close
};

void
tree_esl_describe (Tree *tree, GString *out)
{
  for (GList *link = tree->raws.head; link != NULL; link = link->next)
    sw_raw_describe (((RawFile *)link->data)->raw, out);
}

void
tree_esl_link_lost (Tree *tree)
{
  for (GList *link = tree->raws.head; link != NULL; link = link->next)
    sw_raw_close (((RawFile *)link->data)->raw);
}
