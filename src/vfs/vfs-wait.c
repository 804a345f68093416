/* SPDX-License-Identifier: MIT */
/* vfs-wait.c - wait queues.
 *
 * A wake walks the list with the walk's position kept in the queue, so that a waiter that leaves
 * (or the queue that dies) while others are woken does no harm. It looks at as many waiters as
 * stood there when it began: one that leaves and joins again when it is woken is not woken for
 * ever.
 *
 * Ten thousand waiters are not woken in one turn of the loop: each turn wakes some, and the others
 * in the loop have their say in between. A wake that is asked for meanwhile is for those who were
 * woken before it, too: then the walk begins anew at its end.
 */
#include "vfs-wait.h"

#define WAKES_PER_TURN 256

struct _VfsWaitQueue
{
  GQueue waiters; /* of VfsWaiter, by their own links */
  guint wake_source;
  GList *walk;    /* the next waiter of a wake under way */
  guint left;     /* how many more it looks at; 0: none is under way */
  gboolean again; /* when it is done, another is due */
  gboolean walking;
  gboolean dead; /* being freed; in the midst of a walk the walk finishes the work */
};

VfsWaitQueue *
vfs_wait_queue_new (void)
{
  return g_new0 (VfsWaitQueue, 1);
}

/* One turn's share of a walk. */
static void
wake_some (VfsWaitQueue *queue)
{
  gint64 end = g_get_monotonic_time () + VFS_WAIT_TURN_MAX;

  queue->walking = TRUE;
  for (guint i = 0; i < WAKES_PER_TURN && queue->left > 0 && queue->walk != NULL; i++)
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

static gboolean
on_wake (gpointer data)
{
  VfsWaitQueue *queue = data;

  if (queue->left == 0)
    {
      queue->again = FALSE;
      queue->walk = queue->waiters.head;
      queue->left = queue->waiters.length;
    }
  wake_some (queue);
  if (queue->dead)
    {
      g_free (queue);
      return G_SOURCE_REMOVE;
    }
  if (queue->left > 0 || queue->again)
    return G_SOURCE_CONTINUE;
  queue->walk = NULL;
  queue->wake_source = 0;
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
  if (queue->walking || queue->left > 0)
    queue->again = TRUE;
  if (queue->wake_source == 0 && !queue->dead && !g_queue_is_empty (&queue->waiters))
    queue->wake_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_wake, queue, NULL);
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
