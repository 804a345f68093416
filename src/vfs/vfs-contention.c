/* SPDX-License-Identifier: MIT */
/* vfs-contention.c - keeps two writers off one inode.
 *
 * The kernel lets one writer at a time into an inode, and the others can't be killed meanwhile; and
 * writers wait for the switch. So a control has one node, whose name the kernel may keep, but an
 * open for writing while somebody has that node open for writing is answered ESTALE. Kernel
 * (fs/namei.c): then the path is walked once more, and names that were kept are asked for anew.
 * That look-up, and all others of the name for a while, get a node of their own that nobody finds
 * again, and that never answers ESTALE.
 *
 * The walk is repeated once, so a second ESTALE would reach the program: a thread whose last open
 * was refused is let in, and shares. That is what was opened by a magic link (/proc/self/fd, as
 * `tee /dev/fd/3` does), which has no name to be asked for and comes back at once to the same node;
 * and who comes so late, on a machine that is too busy, that the name has a common node once more.
 *
 * Which names are contended is kept by path: the kernel forgets a node once its name has another.
 */
#include "vfs-private.h"

/* For so long after the last ESTALE, look-ups of the name get nodes of their own. */
#define CONTENTION_USEC (1 * G_USEC_PER_SEC)
/* Names and threads that are remembered; the oldest go first. */
#define CONTENTION_MAX 4096

typedef struct
{
  guint64 key;   /* a name's st_ino, or a thread's number */
  guint64 value; /* when it was contended last, or the st_ino that was refused */
  GList link;    /* in the queue, oldest first */
} Mark;

typedef struct
{
  GHashTable *table; /* Mark as its own key */
  GQueue order;
} Marks;

struct _VfsContention
{
  Marks names;
  Marks threads;
};

static void
marks_drop (Marks *marks, Mark *mark)
{
  g_queue_unlink (&marks->order, &mark->link);
  g_hash_table_remove (marks->table, mark);
  g_free (mark);
}

static Mark *
marks_find (Marks *marks, guint64 key)
{
  return g_hash_table_lookup (marks->table, &key);
}

static void
marks_put (Marks *marks, guint64 key, guint64 value)
{
  Mark *mark = marks_find (marks, key);

  if (mark != NULL)
    marks_drop (marks, mark);
  mark = g_new0 (Mark, 1);
  mark->key = key;
  mark->value = value;
  mark->link.data = mark;
  g_hash_table_add (marks->table, mark);
  g_queue_push_tail_link (&marks->order, &mark->link);
  if (marks->order.length > CONTENTION_MAX)
    marks_drop (marks, marks->order.head->data);
}

static void
marks_init (Marks *marks)
{
  marks->table = g_hash_table_new (g_int64_hash, g_int64_equal);
}

static void
marks_clear (Marks *marks)
{
  while (marks->order.head != NULL)
    marks_drop (marks, marks->order.head->data);
  g_hash_table_unref (marks->table);
}

VfsContention *
vfs_contention_new (void)
{
  VfsContention *contention = g_new0 (VfsContention, 1);

  marks_init (&contention->names);
  marks_init (&contention->threads);
  return contention;
}

void
vfs_contention_free (VfsContention *contention)
{
  marks_clear (&contention->names);
  marks_clear (&contention->threads);
  g_free (contention);
}

void
vfs_contention_begin (VfsContention *contention, guint64 ino)
{
  marks_put (&contention->names, ino, (guint64)g_get_monotonic_time ());
}

gboolean
vfs_contention_goes_on (VfsContention *contention, guint64 ino)
{
  Mark *mark = marks_find (&contention->names, ino);

  return mark != NULL && (guint64)g_get_monotonic_time () - mark->value < CONTENTION_USEC;
}

/* TRUE: the thread's last open was refused, of this very path. That is forgotten now. */
static gboolean
comes_again (VfsContention *contention, const VfsNode *node, const Caller *caller)
{
  Mark *mark = marks_find (&contention->threads, (guint64)caller->pid);
  gboolean is_same = mark != NULL && mark->value == node->ino;

  if (mark != NULL)
    marks_drop (&contention->threads, mark);
  return is_same;
}

gboolean
vfs_contention_refuses (VfsContention *contention, const VfsNode *node, const Caller *caller)
{
  gboolean again = comes_again (contention, node, caller);

  if (node->n_writers == 0 || !node->indexed || !vfs_entry_keeps_writers (node->entry))
    return FALSE;
  /* Threads of a foreign namespace all have the number 0, and can't be told from each other. */
  if (again || caller->pid == 0)
    return FALSE;
  vfs_contention_begin (contention, node->ino);
  marks_put (&contention->threads, (guint64)caller->pid, node->ino);
  return TRUE;
}
