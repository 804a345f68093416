/* SPDX-License-Identifier: MIT */
/* wait-queue.h - those who wait for news of one subject, as the kernel's wait queues.
 *
 * A subject (a ring, a channel, the link) owns a queue; open files stand in it from open to
 * release. A wake runs later, once for any number of calls, so that a burst of news costs each
 * waiter one look; a long queue is woken in several turns of the loop. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WaitQueue WaitQueue;
typedef struct _Waiter Waiter;

struct _Waiter
{
  WaitQueue *queue; /* NULL: stands nowhere */
  GList link;
  void (*wake) (Waiter *waiter);
};

WaitQueue *wait_queue_new (void);
/* The waiters left are taken out and woken first, within this call: their subject has ended.
 * Joining it from there does nothing. */
void wait_queue_free (WaitQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaitQueue, wait_queue_free)

/* Microseconds after which a wake leaves the waiters that are left to a later turn of the loop, so
 * that the subject of many holds up nobody else's. */
#define WAIT_QUEUE_TURN_MAX ((gint64)2000)

/* The waiters' functions run from the loop, never within this call. */
void wait_queue_wake (WaitQueue *queue);

void waiter_init (Waiter *waiter, void (*wake) (Waiter *waiter));
/* A waiter stands in one queue at a time: joining leaves the other. */
void waiter_join (Waiter *waiter, WaitQueue *queue);
void waiter_leave (Waiter *waiter);

G_END_DECLS
