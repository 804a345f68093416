/* SPDX-License-Identifier: MIT */
/* wait-queue.c - wait queues.
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
#include "wait-queue.h"

#define WAKES_PER_TURN 256

struct _WaitQueue
{
  GQueue waiters; /* of Waiter, by their own links */
  guint wake_source;
  GList *walk;    /* the next waiter of a wake under way */
  guint left;     /* how many more it looks at; 0: none is under way */
  gboolean again; /* when it is done, another is due */
  gboolean walking;
  gboolean dead; /* being freed; in the midst of a walk the walk finishes the work */
};

WaitQueue *
wait_queue_new (void)
{
  return g_new0 (WaitQueue, 1);
}

/* One turn's share of a walk. */
static void
wake_some (WaitQueue *queue)
{
  gint64 end = g_get_monotonic_time () + WAIT_QUEUE_TURN_MAX;

  queue->walking = TRUE;
  for (guint i = 0; i < WAKES_PER_TURN && queue->left > 0 && queue->walk != NULL; i++)
    {
      Waiter *waiter = queue->walk->data;

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
  WaitQueue *queue = data;

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
wait_queue_free (WaitQueue *queue)
{
  Waiter *waiter;

  queue->dead = TRUE;
  g_clear_handle_id (&queue->wake_source, g_source_remove);
  while ((waiter = g_queue_peek_head (&queue->waiters)) != NULL)
    {
      waiter_leave (waiter);
      waiter->wake (waiter);
    }
  if (!queue->walking)
    g_free (queue);
}

void
wait_queue_wake (WaitQueue *queue)
{
  if (queue->walking || queue->left > 0)
    queue->again = TRUE;
  if (queue->wake_source == 0 && !queue->dead && !g_queue_is_empty (&queue->waiters))
    queue->wake_source = g_idle_add_full (G_PRIORITY_DEFAULT, on_wake, queue, NULL);
}

void
waiter_init (Waiter *waiter, void (*wake) (Waiter *waiter))
{
  waiter->queue = NULL;
  waiter->wake = wake;
  waiter->link = (GList){ .data = waiter };
}

void
waiter_join (Waiter *waiter, WaitQueue *queue)
{
  if (waiter->queue == queue)
    return;
  waiter_leave (waiter);
  if (queue->dead)
    return;
  waiter->queue = queue;
  g_queue_push_tail_link (&queue->waiters, &waiter->link);
}

void
waiter_leave (Waiter *waiter)
{
  WaitQueue *queue = waiter->queue;

  if (queue == NULL)
    return;
  if (queue->walk == &waiter->link)
    queue->walk = waiter->link.next;
  g_queue_unlink (&queue->waiters, &waiter->link);
  waiter->queue = NULL;
}
