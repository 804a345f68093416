/* SPDX-License-Identifier: MIT */
/* mount.c - the session on the loop, and requests that wait.
 *
 * The session's descriptor doesn't block. A dispatch takes requests until there are none or the
 * turn's share is used up, so that a storm of them does not starve the switch's side. A request
 * that the tree can't answer at once gets an interrupt function: a reader that is killed must be
 * let go at once, or it stays in D state until the answer comes (kernel: interrupts). But a write
 * that is answered EINTR looks like a failure to a shell, so the end of a background job doesn't
 * interrupt one: bash would say "write error" of a command that runs.
 */
#include "mount-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <sched.h>
#include <string.h>

#define REQUESTS_PER_TURN 64
#define TURN_USEC 5000 /* in which no further one is begun */
#define RECHECK_MSEC 20
#define EXPECTATION 50 /* µs */

VfsMount *
mount_of (fuse_req_t req)
{
  return fuse_req_userdata (req);
}

Caller
mount_caller (fuse_req_t req)
{
  const struct fuse_ctx *context = fuse_req_ctx (req);

  return (Caller){ .uid = context->uid, .gid = context->gid, .pid = context->pid };
}

VfsNode *
mount_node (fuse_req_t req, fuse_ino_t ino)
{
  return vfs_tree_node (mount_of (req)->tree, ino);
}

static void
op_unref (MountOp *op)
{
  if (--op->refs > 0)
    return;
  g_free (op->name);
  if (op->node != NULL)
    vfs_node_unref (op->node);
  request_unref (op->request);
  g_free (op);
}

/* An answer that came late wakes its caller now: the next request is to be looked for at once. */
static void
expect_next (MountOp *op)
{
  if (!op->waited || op->mount->source == NULL)
    return;
  op->mount->expecting = TRUE;
  g_source_set_ready_time (op->mount->source, 0);
}

static void
on_answered (Request *request, gpointer data)
{
  MountOp *op = data;

  g_queue_unlink (&op->mount->ops, &op->link);
  g_clear_handle_id (&op->recheck, g_source_remove);
  op->reply (op);
  expect_next (op);
  op_unref (op);
}

MountOp *
mount_op_new (fuse_req_t req, VfsNode *node, void (*reply) (MountOp *op))
{
  MountOp *op = g_new0 (MountOp, 1);
  Caller caller = mount_caller (req);

  op->mount = mount_of (req);
  op->link.data = op;
  g_queue_push_tail_link (&op->mount->ops, &op->link);
  op->req = req;
  op->reply = reply;
  op->node = node != NULL ? vfs_node_ref (node) : NULL;
  op->refs = 2;
  op->request = request_new (on_answered, op, &caller);
  return op;
}

static gboolean
on_recheck (gpointer data)
{
  MountOp *op = data;

  if (mount_caller_has_harmless_signal (request_caller (op->request)->pid))
    return G_SOURCE_CONTINUE;
  op->recheck = 0;
  request_cancel (op->request);
  return G_SOURCE_REMOVE;
}

/* The kernel interrupts a request once: after a signal that was harmless we look for others. */
static void
on_interrupt (fuse_req_t req, void *data)
{
  MountOp *op = data;

  if (op->acts && mount_caller_has_harmless_signal (request_caller (op->request)->pid))
    op->recheck = g_timeout_add (RECHECK_MSEC, on_recheck, op);
  else
    request_cancel (op->request);
}

void
mount_op_wait (MountOp *op)
{
  if (op->streams)
    op->mount->expecting = FALSE;
  if (!request_answered (op->request))
    {
      op->waited = !op->streams;
      op->mount->expecting = FALSE;
      fuse_req_interrupt_func (op->req, on_interrupt, op);
    }
  op_unref (op);
}

static void
op_init (void *data, struct fuse_conn_info *conn)
{
  /* Large reads (the kernel takes max_write for both); no splicing: replies come from memory. */
  conn->max_write = 1024 * 1024;
  conn->want &= ~(unsigned)(FUSE_CAP_SPLICE_READ | FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE
                            | FUSE_CAP_WRITEBACK_CACHE | FUSE_CAP_READDIRPLUS);
  /* With it the kernel cuts a large aio write into pieces that are under way at once. */
  conn->want &= ~(unsigned)FUSE_CAP_ASYNC_DIO;
}

/* A request that was answered is followed by the next one within microseconds, unless it was the
 * last, and to be woken from another processor takes longer than the request itself: so we look
 * again for a moment before we sleep. Whoever wants this processor gets it meanwhile. */
static int
receive (VfsMount *mount)
{
  gint64 end = 0;
  int got;

  while ((got = fuse_session_receive_buf (mount->session, &mount->buffer)) == -EAGAIN
         && mount->expecting)
    {
      gint64 now = g_get_monotonic_time ();

      if (end == 0)
        end = now + EXPECTATION;
      else if (now >= end)
        mount->expecting = FALSE;
      sched_yield ();
    }
  mount->expecting = FALSE;
  return got;
}

static gboolean
on_readable (gint fd, GIOCondition condition, gpointer data)
{
  VfsMount *mount = data;
  gint64 end = g_get_monotonic_time () + TURN_USEC;

  g_source_set_ready_time (mount->source, -1);
  for (int i = 0; i < REQUESTS_PER_TURN && !fuse_session_exited (mount->session)
                  && (i == 0 || g_get_monotonic_time () < end);
       i++)
    {
      int got = receive (mount);

      if (got == -EINTR)
        continue;
      /* libfuse has said why; the descriptor would stay readable for ever. */
      if (got < 0 && got != -EAGAIN)
        fuse_session_exit (mount->session);
      if (got <= 0)
        break;
      mount->expecting = TRUE;
      fuse_session_process_buf (mount->session, &mount->buffer);
    }
  if (!fuse_session_exited (mount->session))
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&mount->source, g_source_unref);
  mount->ended (mount->data);
  return G_SOURCE_REMOVE;
}

static char *
session_options (const VfsMountOptions *options)
{
  /* The last word wins in libfuse: what is forced comes after what the user said. */
  return g_strdup_printf ("subtype=eslfs,%s%s,default_permissions,nosuid,nodev,noexec",
                          options->options, options->debug ? ",debug" : "");
}

static struct fuse_session *
session_new (VfsMount *mount, const VfsMountOptions *options)
{
  struct fuse_args args = FUSE_ARGS_INIT (0, NULL);
  g_autofree char *words = session_options (options);
  struct fuse_lowlevel_ops ops = { .init = op_init };
  struct fuse_session *session = NULL;

  mount_node_operations (&ops);
  mount_file_operations (&ops);
  if (fuse_opt_add_arg (&args, "eslfs") == 0 && fuse_opt_add_arg (&args, "-o") == 0
      && fuse_opt_add_arg (&args, words) == 0)
    session = fuse_session_new (&args, &ops, sizeof ops, mount);
  fuse_opt_free_args (&args);
  return session;
}

static void
start_source (VfsMount *mount)
{
  int fd = fuse_session_fd (mount->session);

  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  mount->source = g_unix_fd_source_new (fd, G_IO_IN | G_IO_ERR | G_IO_HUP);
  g_source_set_callback (mount->source, G_SOURCE_FUNC (on_readable), mount, NULL);
  g_source_attach (mount->source, g_main_context_get_thread_default ());
}

VfsMount *
vfs_mount_new (VfsTree *tree, const char *dir, const VfsMountOptions *options,
               void (*ended) (gpointer data), gpointer data)
{
  g_autoptr (VfsMount) mount = g_new0 (VfsMount, 1);

  mount->tree = tree;
  mount->ended = ended;
  mount->data = data;
  mount->session = session_new (mount, options);
  if (mount->session == NULL || fuse_session_mount (mount->session, dir) != 0)
    return NULL;
  mount->mounted = TRUE;
  start_source (mount);
  return g_steal_pointer (&mount);
}

void
vfs_mount_free (VfsMount *mount)
{
  MountOp *op;

  while ((op = g_queue_peek_head (&mount->ops)) != NULL)
    request_cancel (op->request);
  if (mount->source != NULL)
    {
      g_source_destroy (mount->source);
      g_source_unref (mount->source);
    }
  if (mount->mounted)
    fuse_session_unmount (mount->session);
  if (mount->session != NULL)
    fuse_session_destroy (mount->session);
  free (mount->buffer.mem);
  g_free (mount);
}
