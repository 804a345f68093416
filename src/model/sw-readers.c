/* SPDX-License-Identifier: MIT */
/* sw-readers.c - reads: two connections, pipelined, shared.
 *
 * Sharing keeps "read what I just wrote": the answer to a written command starts a new epoch, and
 * a read joins one in flight only when that was sent in the same epoch.
 *
 * An api command blocks its connection, so a read that passes its deadline leaves it stuck: it is
 * replaced. What stood behind is sent again over the new one, once: reads can be repeated.
 */
#include "sw-pool-private.h"

static void
forget (SwPool *pool, SwRequest *request)
{
  if (g_hash_table_lookup (pool->shared, request->line) == request)
    g_hash_table_remove (pool->shared, request->line);
  pool->n_reads--;
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
      return pool->readers[i] = sw_slot_new (pool->target, &funcs, pool);
  return best;
}

static void
dispatch (SwPool *pool, SwRequest *request)
{
  pool->funcs.reading (request->line, pool->data);
  sw_slot_give (choose (pool), request);
}

void
sw_readers_query (SwPool *pool, const char *line, guint deadline, SwCommand *command)
{
  SwRequest *request = g_hash_table_lookup (pool->shared, line);
  GString *bytes;
  GError *error = NULL;

  if (request != NULL && request->epoch == pool->epoch)
    {
      g_queue_push_tail (&request->callers, command);
      return;
    }
  bytes = g_string_new (NULL);
  if (!esl_command_api (bytes, line, -1, &error))
    {
      g_string_free (bytes, TRUE);
      sw_pool_refuse (pool, command, error);
      return;
    }
  if (pool->n_reads == SW_POOL_MAX_READS)
    {
      g_string_free (bytes, TRUE);
      sw_pool_refuse (pool, command,
                      g_error_new (SW_ERROR, SW_ERROR_BUSY, "%u reads are under way already",
                                   SW_POOL_MAX_READS));
      return;
    }
  request = sw_request_new (bytes, line, deadline, command);
  request->epoch = pool->epoch;
  pool->n_reads++;
  g_hash_table_replace (pool->shared, request->line, request);
  sw_pool_watch (pool, request);
  dispatch (pool, request);
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

  if (g_hash_table_lookup (pool->shared, request->line) == request)
    g_hash_table_remove (pool->shared, request->line);
  detach (pool, slot);
  pool->replaced = slot;
  sw_slot_free (slot);
  pool->replaced = NULL;
  while ((moved = g_queue_pop_head (&pool->moved)) != NULL)
    send_again (pool, moved);
}

void
sw_readers_close (SwPool *pool)
{
  for (guint i = 0; i < SW_POOL_READERS; i++)
    if (pool->readers[i] != NULL)
      sw_slot_free (g_steal_pointer (&pool->readers[i]));
}
