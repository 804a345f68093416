/* SPDX-License-Identifier: MIT */
/* vfs-wait.h - those who wait for news of one subject, as the kernel's wait queues.
 *
 * A subject (a ring, a channel, the link) owns a queue; open files stand in it from open to
 * release. A wake runs later, once for any number of calls, so that a burst of news costs each
 * waiter one look; a long queue is woken in several turns of the loop. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _VfsWaitQueue VfsWaitQueue;
typedef struct _VfsWaiter VfsWaiter;

struct _VfsWaiter
{
  VfsWaitQueue *queue; /* NULL: stands nowhere */
  GList link;
  void (*wake) (VfsWaiter *waiter);
};

VfsWaitQueue *vfs_wait_queue_new (void);
/* The waiters left are taken out and woken first, within this call: their subject has ended.
 * Joining it from there does nothing. */
void vfs_wait_queue_free (VfsWaitQueue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VfsWaitQueue, vfs_wait_queue_free)

/* Microseconds after which a wake leaves the waiters that are left to a later turn of the loop, so
 * that the subject of many holds up nobody else's. */
#define VFS_WAIT_TURN_MAX ((gint64)2000)

/* The waiters' functions run from the loop, never within this call. */
void vfs_wait_queue_wake (VfsWaitQueue *queue);

void vfs_waiter_init (VfsWaiter *waiter, void (*wake) (VfsWaiter *waiter));
/* A waiter stands in one queue at a time: joining leaves the other. */
void vfs_waiter_join (VfsWaiter *waiter, VfsWaitQueue *queue);
void vfs_waiter_leave (VfsWaiter *waiter);

G_END_DECLS
