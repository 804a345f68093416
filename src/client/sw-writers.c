/* SPDX-License-Identifier: MIT */
/* sw-writers.c - written commands: one at a time on each connection, never sent twice.
 *
 * A connection whose command nobody waits for any more (cancelled, or its deadline passed) is not
 * free before the answer has come: it doesn't count among the active ones, but among all. When none
 * has come for as long again as the deadline was, it is closed: the switch runs the command to its
 * end, and answers that never come don't use up the connections.
 */
#include "sw-pool-private.h"

#define IDLE 60000 /* ms */

static void dispatch (SwPool *pool);

static SwWriter *
writer_of (const SwPool *pool, const SwSlot *slot)
{
  for (guint i = 0; i < pool->writers->len; i++)
    {
      SwWriter *writer = g_ptr_array_index (pool->writers, i);

      if (writer->slot == slot)
        return writer;
    }
  return NULL;
}

/* Nothing more goes to that slot. */
static void
detach (SwPool *pool, const SwSlot *slot)
{
  SwWriter *writer = writer_of (pool, slot);

  if (writer != NULL)
    g_ptr_array_remove (pool->writers, writer);
  g_free (writer);
}

static void
remove_writer (SwPool *pool, SwSlot *slot)
{
  detach (pool, slot);
  sw_slot_free (slot);
  pool->funcs.changed (pool->data);
}

static gboolean
on_idle (gpointer data)
{
  SwSlot *slot = data;

  remove_writer (sw_slot_data (slot), slot);
  return G_SOURCE_REMOVE;
}

static void
on_answer (SwSlot *slot, SwRequest *request, const EslReply *reply, const GError *error,
           gpointer data)
{
  SwPool *pool = data;
  SwWriter *writer = writer_of (pool, slot);
  g_autoptr (GError) link_error = NULL;

  if (reply == NULL)
    {
      detach (pool, slot);
      link_error = sw_pool_link_error (pool, request, error);
    }
  else
    {
      pool->epoch++;
      writer->request = NULL;
      sw_slot_set_idle (slot, IDLE, on_idle);
    }
  sw_pool_finish (pool, request, reply, link_error);
  if (reply != NULL)
    pool->funcs.written (pool->data);
  dispatch (pool);
}

static void
on_ready (SwSlot *slot, gpointer data)
{
  SwPool *pool = data;
  SwWriter *writer = writer_of (pool, slot);

  if (writer != NULL)
    writer->ready = TRUE;
  pool->funcs.changed (pool->data);
  dispatch (pool);
}

/* A connection that could not be made fails one command that waited for it: no endless dialling. */
static void
on_closed (SwSlot *slot, const GError *error, gpointer data)
{
  SwPool *pool = data;
  SwWriter *writer = writer_of (pool, slot);
  SwRequest *request = NULL;

  if (writer != NULL && !writer->ready)
    request = g_queue_pop_head (&pool->queue);
  remove_writer (pool, slot);
  if (request != NULL)
    {
      g_autoptr (GError) link_error = sw_pool_link_error (pool, request, error);

      sw_pool_finish (pool, request, NULL, link_error);
    }
  dispatch (pool);
}

static gboolean
is_idle (const SwWriter *writer)
{
  return writer->ready && writer->request == NULL;
}

/* Those that are being dialled, or carry a command that somebody waits for. */
static guint
n_active (const SwPool *pool, guint *ret_dialling, SwWriter **ret_idle)
{
  guint active = 0;

  *ret_dialling = 0;
  *ret_idle = NULL;
  for (guint i = 0; i < pool->writers->len; i++)
    {
      SwWriter *writer = g_ptr_array_index (pool->writers, i);

      if (is_idle (writer))
        *ret_idle = writer;
      else if (!writer->ready)
        (*ret_dialling)++;
      else if (sw_request_stake (writer->request) == SW_WATCHED)
        active++;
    }
  return active + *ret_dialling;
}

static void
dial (SwPool *pool)
{
  static const SwSlotFuncs funcs = { on_ready, on_answer, on_closed };
  SwWriter *writer = g_new0 (SwWriter, 1);

  g_ptr_array_add (pool->writers, writer);
  writer->slot = sw_slot_new (pool->target, pool->bodies, &funcs, pool);
}

/* A request whose writer went away before it could be sent; NULL: there is none. */
static SwRequest *
find_abandoned (const SwPool *pool)
{
  for (GList *l = pool->queue.head; l != NULL; l = l->next)
    if (sw_request_stake (l->data) == SW_ABANDONED)
      return l->data;
  return NULL;
}

/* Looked for anew each time: what a caller does when it is told may change the queue. */
static void
drop_abandoned (SwPool *pool)
{
  SwRequest *request;

  while ((request = find_abandoned (pool)) != NULL)
    {
      g_autofree char *title = sw_request_title (request);
      g_autoptr (GError) error = g_error_new (
          SW_ERROR, SW_ERROR_ABANDONED, "\"%s\" was not sent: whoever wrote it had gone", title);

      g_queue_remove (&pool->queue, request);
      sw_pool_finish (pool, request, NULL, error);
    }
}

static void
dispatch (SwPool *pool)
{
  while (pool->open && pool->queue.length > 0)
    {
      guint dialling;
      SwWriter *idle;
      guint active = n_active (pool, &dialling, &idle);

      if (idle != NULL)
        {
          idle->request = g_queue_pop_head (&pool->queue);
          sw_slot_set_idle (idle->slot, 0, NULL);
          sw_slot_give (idle->slot, idle->request);
        }
      else if (dialling < pool->queue.length && active < SW_POOL_MAX_ACTIVE
               && pool->writers->len < SW_POOL_MAX_WRITERS)
        dial (pool);
      else
        return;
    }
}

static gboolean
on_dispatch (gpointer data)
{
  SwPool *pool = data;

  pool->dispatching = 0;
  drop_abandoned (pool);
  dispatch (pool);
  return G_SOURCE_REMOVE;
}

/* A caller has gone: its connection no longer counts as active, so another may be dialled; what it
 * asked for is not sent any more. Not from within its call. */
static void
on_stake (gpointer data)
{
  SwPool *pool = data;

  if (pool->dispatching == 0)
    pool->dispatching = g_idle_add_full (G_PRIORITY_DEFAULT, on_dispatch, pool, NULL);
}

/* Why no further command can be taken; NULL: it can. */
static GError *
refusal (const SwPool *pool)
{
  guint dialling;
  SwWriter *idle;

  if (pool->queue.length >= SW_POOL_MAX_QUEUED)
    return g_error_new (SW_ERROR, SW_ERROR_BUSY, "%u commands wait for a connection already",
                        pool->queue.length);
  if (pool->writers->len == SW_POOL_MAX_WRITERS
      && n_active (pool, &dialling, &idle) < SW_POOL_MAX_ACTIVE && idle == NULL)
    return g_error_new (SW_ERROR, SW_ERROR_BUSY,
                        "all %u command connections wait for commands that nobody waits for",
                        SW_POOL_MAX_WRITERS);
  return NULL;
}

void
sw_writers_write (SwPool *pool, GString *bytes, guint deadline, SwCommand *command)
{
  GError *error = refusal (pool);
  SwRequest *request;

  if (error != NULL)
    {
      g_string_free (bytes, TRUE);
      sw_pool_refuse (pool, command, error);
      return;
    }
  request = sw_request_new (bytes, NULL, deadline, command);
  sw_command_on_stake (command, on_stake, pool);
  sw_pool_watch (pool, request);
  g_queue_push_tail (&pool->queue, request);
  dispatch (pool);
}

/* What was sent runs on; what was not sent never will be. */
void
sw_writers_expire (SwPool *pool, SwRequest *request)
{
  if (request->slot != NULL)
    sw_slot_set_idle (request->slot, request->patience, on_idle);
  else if (!request->sent && g_queue_remove (&pool->queue, request))
    sw_request_free (request);
  dispatch (pool);
}

void
sw_writers_close (SwPool *pool, const GError *error)
{
  g_autoptr (GPtrArray) writers = g_steal_pointer (&pool->writers);
  SwRequest *request;

  pool->writers = g_ptr_array_new ();
  for (guint i = 0; i < writers->len; i++)
    {
      SwWriter *writer = g_ptr_array_index (writers, i);

      sw_slot_free (writer->slot);
      g_free (writer);
    }
  while ((request = g_queue_pop_head (&pool->queue)) != NULL)
    {
      g_autoptr (GError) link_error = sw_pool_link_error (pool, request, error);

      sw_pool_finish (pool, request, NULL, link_error);
    }
}
