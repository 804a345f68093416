/* SPDX-License-Identifier: MIT */
/* vfs-wait.c - wait queues.
 *
 * A wake walks the list with the walk's position kept in the queue, so that a waiter that leaves
 * (or the queue that dies) while others are woken does no harm. It looks at as many waiters as
 * stood there when it began: one that leaves and joins again when it is woken is not woken for
 * ever.
 */
#include "vfs-wait.h"

struct _VfsWaitQueue
{
  GQueue waiters; /* of VfsWaiter, by their own links */
  guint wake_source;
  GList *walk; /* the next waiter of a wake under way */
  gboolean walking;
  gboolean dead; /* being freed; in the midst of a walk the walk finishes the work */
};

VfsWaitQueue *
vfs_wait_queue_new (void)
{
  return g_new0 (VfsWaitQueue, 1);
}

static void
wake_all (VfsWaitQueue *queue)
{
  queue->walking = TRUE;
  queue->walk = queue->waiters.head;
  for (guint left = queue->waiters.length; left > 0 && queue->walk != NULL; left--)
    {
      VfsWaiter *waiter = queue->walk->data;

      queue->walk = queue->walk->next;
      waiter->wake (waiter);
    }
  queue->walking = FALSE;
  queue->walk = NULL;
  if (queue->dead)
    g_free (queue);
}

static gboolean
on_wake (gpointer data)
{
  VfsWaitQueue *queue = data;

  queue->wake_source = 0;
  wake_all (queue);
  return G_SOURCE_REMOVE;
}

void
vfs_wait_queue_free (VfsWaitQueue *queue)
{
  VfsWaiter *waiter;

  queue->dead = TRUE;
  g_clear_handle_id (&queue->wake_source, g_source_remove);
  while ((waiter = g_queue_peek_head (&queue->waiters)) != NULL)
    {
      vfs_waiter_leave (waiter);
      waiter->wake (waiter);
    }
  if (!queue->walking)
    g_free (queue);
}

void
vfs_wait_queue_wake (VfsWaitQueue *queue)
{
  if (queue->wake_source == 0 && !queue->dead && !g_queue_is_empty (&queue->waiters))
    queue->wake_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_wake, queue, NULL);
}

guint
vfs_wait_queue_length (const VfsWaitQueue *queue)
{
  return queue->waiters.length;
}

void
vfs_waiter_init (VfsWaiter *waiter, void (*wake) (VfsWaiter *waiter))
{
  waiter->queue = NULL;
  waiter->wake = wake;
  waiter->link = (GList){ .data = waiter };
}

void
vfs_waiter_join (VfsWaiter *waiter, VfsWaitQueue *queue)
{
  if (waiter->queue == queue)
    return;
  vfs_waiter_leave (waiter);
  if (queue->dead)
    return;
  waiter->queue = queue;
  g_queue_push_tail_link (&queue->waiters, &waiter->link);
}

void
vfs_waiter_leave (VfsWaiter *waiter)
{
  VfsWaitQueue *queue = waiter->queue;

  if (queue == NULL)
    return;
  if (queue->walk == &waiter->link)
    queue->walk = waiter->link.next;
  g_queue_unlink (&queue->waiters, &waiter->link);
  waiter->queue = NULL;
}
