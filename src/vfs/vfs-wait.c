/* SPDX-License-Identifier: MIT */
/* vfs-wait.c - wait queues.
 *
 * A wake walks the list with the walk's position kept in the queue, so that a waiter that leaves
 * (or the queue that dies) while others are woken does no harm. It looks at as many waiters as
 * stood there when it began: one that leaves and joins again when it is woken is not woken for
 * ever. When they take too long it stops, and goes on where it was in a later turn of the loop.
 */
#include "vfs-wait.h"

struct _VfsWaitQueue
{
  GQueue waiters; /* of VfsWaiter, by their own links */
  guint wake_source;
  GList *walk; /* the next waiter of a wake under way */
  guint left;  /* so many of that wake at most; 0: none is under way */
  gboolean walking;
  gboolean again; /* it was woken while a wake had stopped */
  gboolean dead;  /* being freed; in the midst of a walk the walk finishes the work */
};

VfsWaitQueue *
vfs_wait_queue_new (void)
{
  return g_new0 (VfsWaitQueue, 1);
}

static void
wake_some (VfsWaitQueue *queue)
{
  gint64 end = g_get_monotonic_time () + VFS_WAIT_TURN_MAX;

  queue->walking = TRUE;
  while (queue->left > 0 && queue->walk != NULL)
    {
      VfsWaiter *waiter = queue->walk->data;

      queue->walk = queue->walk->next;
      queue->left--;
      waiter->wake (waiter);
      if (g_get_monotonic_time () >= end)
        break;
    }
  queue->walking = FALSE;
  if (queue->walk == NULL)
    queue->left = 0;
}

static gboolean on_wake (gpointer data);

static void
wake_later (VfsWaitQueue *queue)
{
  if (queue->wake_source == 0)
    queue->wake_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_wake, queue, NULL);
}

static gboolean
on_wake (gpointer data)
{
  VfsWaitQueue *queue = data;

  queue->wake_source = 0;
  if (queue->left == 0)
    {
      queue->walk = queue->waiters.head;
      queue->left = queue->waiters.length;
    }
  wake_some (queue);
  if (queue->dead)
    {
      g_free (queue);
      return G_SOURCE_REMOVE;
    }
  /* Woken meanwhile: that goes for those who were looked at before, too. */
  if (queue->left > 0)
    queue->again |= queue->wake_source != 0;
  else
    queue->walk = NULL;
  if (queue->left > 0 || queue->again)
    wake_later (queue);
  if (queue->left == 0)
    queue->again = FALSE;
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
  if (queue->dead || g_queue_is_empty (&queue->waiters))
    return;
  if (queue->left > 0 && !queue->walking)
    queue->again = TRUE;
  wake_later (queue);
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
