/* SPDX-License-Identifier: MIT */
/* sw-readers.c - reads: two connections, pipelined, shared.
 *
 * Reads wait for their user's turn (sw-turns.c) and are sent then.
 *
 * Sharing keeps "read what I just wrote": the answer to a written command starts a new epoch, and
 * a read joins one in flight only when that was sent in the same epoch.
 *
 * An api command blocks its connection, so a read that passes its deadline leaves it stuck: it is
 * replaced. What stood behind is sent again over the new one, once: reads can be repeated.
 */
#include "sw-pool-private.h"

static void serve (SwPool *pool);

static void
readers_unshare (SwPool *pool, const SwRequest *request)
{
  if (g_hash_table_lookup (pool->shared, request->line) == request)
    g_hash_table_remove (pool->shared, request->line);
}

static void
forget (SwPool *pool, SwRequest *request)
{
  readers_unshare (pool, request);
  if (request->waits)
    sw_turns_drop (pool->turns, request);
  else
    sw_turns_done (pool->turns, request);
  pool->n_reads--;
}

void
sw_readers_give_up (SwPool *pool, SwRequest *request)
{
  forget (pool, request);
  sw_request_free (request);
}

static GError *
stuck_error (void)
{
  return g_error_new_literal (SW_ERROR, SW_ERROR_TIMEOUT,
                              "the switch was busy with other reads for too long");
}

/* Nothing more goes to that slot. */
static void
detach (SwPool *pool, const SwSlot *slot)
{
  for (guint i = 0; i < SW_POOL_READERS; i++)
    if (pool->readers[i] == slot)
      pool->readers[i] = NULL;
}

static void
on_answer (SwSlot *slot, SwRequest *request, const EslReply *reply, const GError *error,
           gpointer data)
{
  SwPool *pool = data;
  g_autoptr (GError) link_error = NULL;

  if (slot == pool->replaced && !request->expired && !request->again)
    {
      g_queue_push_tail (&pool->moved, request);
      return;
    }
  forget (pool, request);
  if (reply == NULL)
    {
      detach (pool, slot);
      link_error =
          slot == pool->replaced ? stuck_error () : sw_pool_link_error (pool, request, error);
    }
  sw_pool_finish (pool, request, reply, link_error);
  serve (pool);
}

static void
on_ready (SwSlot *slot, gpointer data)
{
  SwPool *pool = data;

  pool->funcs.changed (pool->data);
}

/* Dialled again when there is something to read. */
static void
on_closed (SwSlot *slot, const GError *error, gpointer data)
{
  SwPool *pool = data;

  detach (pool, slot);
  sw_slot_free (slot);
  pool->funcs.changed (pool->data);
}

static SwSlot *
least_loaded (const SwPool *pool)
{
  SwSlot *best = NULL;

  for (guint i = 0; i < SW_POOL_READERS; i++)
    if (pool->readers[i] != NULL
        && (best == NULL || sw_slot_load (pool->readers[i]) < sw_slot_load (best)))
      best = pool->readers[i];
  return best;
}

/* The reader with less to do; one that is not dialled yet rather than one that is busy. */
static SwSlot *
choose (SwPool *pool)
{
  static const SwSlotFuncs funcs = { on_ready, on_answer, on_closed };
  SwSlot *best = least_loaded (pool);

  if (best != NULL && sw_slot_load (best) == 0)
    return best;
  for (guint i = 0; i < SW_POOL_READERS; i++)
    if (pool->readers[i] == NULL)
      return pool->readers[i] = sw_slot_new (pool->target, NULL, &funcs, pool);
  return best;
}

static void
dispatch (SwPool *pool, SwRequest *request)
{
  pool->funcs.reading (request->line, pool->data);
  sw_slot_give (choose (pool), request);
}

static gboolean
on_serving (gpointer data)
{
  SwPool *pool = data;

  pool->serving = 0;
  serve (pool);
  return G_SOURCE_REMOVE;
}

/* All who asked have cancelled: a read needn't be sent then. */
static gboolean
is_unwanted (const SwRequest *request)
{
  for (const GList *l = request->callers.head; l != NULL; l = l->next)
    if (!sw_command_is_cancelled (l->data))
      return FALSE;
  return TRUE;
}

static void
drop_unwanted (SwPool *pool, SwRequest *request)
{
  readers_unshare (pool, request);
  sw_turns_done (pool->turns, request);
  pool->n_reads--;
  g_queue_unlink (&pool->pending, &request->pending);
  sw_request_free (request);
}

/* Sends what may be sent now, and comes back when a user's time has come. */
static void
serve (SwPool *pool)
{
  gint64 now = g_get_monotonic_time (), wait;
  SwRequest *request;

  if (!pool->open)
    return;
  while ((request = sw_turns_next (pool->turns, now, &wait)) != NULL)
    if (is_unwanted (request))
      drop_unwanted (pool, request);
    else
      dispatch (pool, request);
  if (wait != G_MAXINT64 && pool->serving == 0)
    pool->serving = g_timeout_add ((guint)(wait / 1000 + 1), on_serving, pool);
}

/* One that waits for its own user's time is no use to another. */
static gboolean
may_join (const SwPool *pool, const SwRequest *request, guint32 uid)
{
  return request != NULL && request->epoch == pool->epoch
         && (!request->waits || request->uid == uid);
}

/* NULL: this user may ask. */
static GError *
too_much (SwPool *pool, guint32 uid)
{
  if (pool->n_reads == SW_POOL_MAX_READS)
    return g_error_new (SW_ERROR, SW_ERROR_BUSY, "%u reads are under way already",
                        SW_POOL_MAX_READS);
  if (!sw_turns_has_room (pool->turns, uid))
    return g_error_new (SW_ERROR, SW_ERROR_BUSY, "%u reads of uid %u wait already",
                        SW_TURNS_STRANGER_WAITING, uid);
  return NULL;
}

void
sw_readers_query (SwPool *pool, guint32 uid, const char *line, guint deadline, SwCommand *command)
{
  SwRequest *request = g_hash_table_lookup (pool->shared, line);
  GString *bytes;
  GError *error = NULL;

  if (may_join (pool, request, uid))
    {
      g_queue_push_tail (&request->callers, command);
      return;
    }
  bytes = g_string_new (NULL);
  if (!esl_command_api (bytes, line, -1, &error) || (error = too_much (pool, uid)) != NULL)
    {
      g_string_free (bytes, TRUE);
      sw_pool_refuse (pool, command, error);
      return;
    }
  request = sw_request_new (bytes, line, deadline, command);
  request->epoch = pool->epoch;
  request->uid = uid;
  pool->n_reads++;
  g_hash_table_replace (pool->shared, request->line, request);
  sw_pool_watch (pool, request);
  sw_turns_push (pool->turns, request);
  serve (pool);
}

/* Sends a read that stood behind a stuck one again; unless what the others' callers did was to end
 * the link. */
static void
send_again (SwPool *pool, SwRequest *request)
{
  g_autoptr (GError) error = NULL;

  request->again = TRUE;
  if (pool->open)
    {
      dispatch (pool, request);
      return;
    }
  error = sw_pool_link_error (pool, request, pool->closed_error);
  forget (pool, request);
  sw_pool_finish (pool, request, NULL, error);
}

/* The connection is stuck behind this read: a new one takes its place. */
void
sw_readers_expire (SwPool *pool, SwRequest *request)
{
  SwSlot *slot = request->slot;
  SwRequest *moved;

  readers_unshare (pool, request);
  detach (pool, slot);
  pool->replaced = slot;
  sw_slot_free (slot);
  pool->replaced = NULL;
  while ((moved = g_queue_pop_head (&pool->moved)) != NULL)
    send_again (pool, moved);
}

/* Those that wait were never sent. */
static void
close_waiting (SwPool *pool, const GError *error)
{
  SwRequest *request;

  while ((request = sw_turns_peek (pool->turns)) != NULL)
    {
      g_autoptr (GError) link_error = sw_pool_link_error (pool, request, error);

      forget (pool, request);
      sw_pool_finish (pool, request, NULL, link_error);
    }
}

void
sw_readers_close (SwPool *pool, const GError *error)
{
  close_waiting (pool, error);
  for (guint i = 0; i < SW_POOL_READERS; i++)
    if (pool->readers[i] != NULL)
      sw_slot_free (g_steal_pointer (&pool->readers[i]));
}
