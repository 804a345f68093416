/* SPDX-License-Identifier: MIT */
/* sw-turns.c - see the header. */
#include "sw-turns.h"

/* One user's. */
typedef struct _SwShare
{
  guint32 uid;
  gboolean bounded;
  GQueue waiting; /* of SwRequest, by their `turn` */
  guint n_wire;
  gint64
      used_up; /* the bucket is full when this is SW_TURNS_BURST seconds ago, empty when it is now
                */
  GList link;  /* in turns->ready, while something waits */
} Share;

struct _SwTurns
{
  guint32 owner;
  guint rate;
  GHashTable *shares; /* uid -> Share */
  GQueue ready;       /* of Share with something waiting: the first is the next */
  guint n_wire;
};

SwTurns *
sw_turns_new (guint32 owner, guint rate)
{
  SwTurns *turns = g_new0 (SwTurns, 1);

  turns->owner = owner;
  turns->rate = rate;
  turns->shares = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return turns;
}

void
sw_turns_free (SwTurns *turns)
{
  g_hash_table_unref (turns->shares);
  g_free (turns);
}

static gboolean
share_is_idle (gpointer key, gpointer value, gpointer data)
{
  const Share *share = value;

  return share->n_wire == 0 && share->waiting.length == 0;
}

/* Whoever is forgotten comes back with a full bucket: only when there are many users. */
static Share *
share_of (SwTurns *turns, guint32 uid)
{
  Share *share = g_hash_table_lookup (turns->shares, GUINT_TO_POINTER (uid));

  if (share != NULL)
    return share;
  if (g_hash_table_size (turns->shares) >= SW_TURNS_USERS)
    g_hash_table_foreach_remove (turns->shares, share_is_idle, NULL);
  share = g_new0 (Share, 1);
  share->uid = uid;
  share->bounded = uid != 0 && uid != turns->owner && uid != SW_NOBODY;
  share->link.data = share;
  g_queue_init (&share->waiting);
  g_hash_table_insert (turns->shares, GUINT_TO_POINTER (uid), share);
  return share;
}

gboolean
sw_turns_has_room (SwTurns *turns, guint32 uid)
{
  const Share *share = share_of (turns, uid);

  return !share->bounded || share->waiting.length < SW_TURNS_STRANGER_WAITING;
}

void
sw_turns_push (SwTurns *turns, SwRequest *request)
{
  Share *share = share_of (turns, request->uid);

  if (share->waiting.length == 0)
    g_queue_push_tail_link (&turns->ready, &share->link);
  request->share = share;
  request->waits = TRUE;
  request->turn.data = request;
  g_queue_push_tail_link (&share->waiting, &request->turn);
}

void
sw_turns_drop (SwTurns *turns, SwRequest *request)
{
  Share *share = request->share;

  g_queue_unlink (&share->waiting, &request->turn);
  request->waits = FALSE;
  if (share->waiting.length == 0)
    g_queue_unlink (&turns->ready, &share->link);
}

static gint64
interval (const SwTurns *turns)
{
  return G_USEC_PER_SEC / turns->rate;
}

/* Microseconds until this user may send one; G_MAXINT64: not before an answer. */
static gint64
share_wait (const SwTurns *turns, const Share *share, gint64 now)
{
  if (!share->bounded)
    return 0;
  if (share->n_wire >= SW_TURNS_STRANGER_WIRE)
    return G_MAXINT64;
  return turns->rate > 0 ? MAX (0, share->used_up + interval (turns) - now) : 0;
}

static void
share_take (const SwTurns *turns, Share *share, gint64 now)
{
  if (share->bounded && turns->rate > 0)
    share->used_up = MAX (share->used_up, now - SW_TURNS_BURST * G_USEC_PER_SEC) + interval (turns);
  share->n_wire++;
}

SwRequest *
sw_turns_next (SwTurns *turns, gint64 now, gint64 *ret_wait)
{
  *ret_wait = G_MAXINT64;
  if (turns->n_wire >= SW_TURNS_WIRE)
    return NULL;
  for (GList *l = turns->ready.head; l != NULL; l = l->next)
    {
      Share *share = l->data;
      gint64 wait = share_wait (turns, share, now);
      SwRequest *request;

      *ret_wait = MIN (*ret_wait, wait);
      if (wait > 0)
        continue;
      request = g_queue_peek_head (&share->waiting);
      sw_turns_drop (turns, request);
      if (share->waiting.length > 0)
        {
          g_queue_unlink (&turns->ready, &share->link);
          g_queue_push_tail_link (&turns->ready, &share->link);
        }
      share_take (turns, share, now);
      turns->n_wire++;
      return request;
    }
  return NULL;
}

void
sw_turns_done (SwTurns *turns, SwRequest *request)
{
  Share *share = request->share;

  share->n_wire--;
  turns->n_wire--;
}

SwRequest *
sw_turns_peek (const SwTurns *turns)
{
  const GList *first = turns->ready.head;

  return first != NULL ? ((const Share *)first->data)->waiting.head->data : NULL;
}
