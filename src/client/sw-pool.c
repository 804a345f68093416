/* SPDX-License-Identifier: MIT */
/* sw-pool.c - what readers and writers have in common: open and closed, deadlines, answers. */
#include "sw-pool-private.h"

typedef struct
{
  SwCommand *command;
  GError *error;
} Refusal;

SwPool *
sw_pool_new (const EslConnectionTarget *target, guint32 owner, guint read_rate, gsize max_answers,
             const SwPoolFuncs *funcs, gpointer data)
{
  SwPool *pool = g_new0 (SwPool, 1);

  pool->funcs = *funcs;
  pool->data = data;
  pool->target = target;
  pool->closed_error = g_error_new_literal (SW_ERROR, SW_ERROR_DOWN, "not connected yet");
  g_queue_init (&pool->pending);
  g_queue_init (&pool->refused);
  g_queue_init (&pool->moved);
  g_queue_init (&pool->queue);
  pool->turns = sw_turns_new (owner, read_rate);
  pool->shared = g_hash_table_new (g_str_hash, g_str_equal);
  pool->writers = g_ptr_array_new ();
  pool->bodies = esl_bodies_new (max_answers);
  return pool;
}

void
sw_pool_free (SwPool *pool)
{
  g_autoptr (GError) error = g_error_new_literal (SW_ERROR, SW_ERROR_DOWN, "closed here");

  sw_pool_close (pool, error);
  sw_pool_flush (pool);
  g_clear_handle_id (&pool->timer, g_source_remove);
  g_clear_handle_id (&pool->refusing, g_source_remove);
  g_clear_handle_id (&pool->serving, g_source_remove);
  g_clear_handle_id (&pool->dispatching, g_source_remove);
  g_ptr_array_unref (pool->writers);
  esl_bodies_unref (pool->bodies);
  g_hash_table_unref (pool->shared);
  sw_turns_free (pool->turns);
  g_error_free (pool->closed_error);
  g_free (pool);
}

void
sw_pool_open (SwPool *pool)
{
  pool->open = TRUE;
}

void
sw_pool_close (SwPool *pool, const GError *error)
{
  pool->open = FALSE;
  g_error_free (pool->closed_error);
  pool->closed_error = g_error_copy (error);
  sw_readers_close (pool, error);
  sw_writers_close (pool, error);
}

gboolean
sw_pool_is_open (const SwPool *pool)
{
  return pool->open;
}

GError *
sw_pool_link_error (const SwPool *pool, const SwRequest *request, const GError *error)
{
  g_autofree char *title = sw_request_title (request);
  const char *why = pool->open ? error->message : pool->closed_error->message;

  if (request->sent)
    return g_error_new (SW_ERROR, SW_ERROR_LOST,
                        "the link was lost while \"%s\" was under way (%s); whether it ran is not "
                        "known",
                        title, why);
  return g_error_new (SW_ERROR, SW_ERROR_DOWN, "not connected (%s); \"%s\" was not sent", why,
                      title);
}

/* Answers. */

static gboolean
on_refusing (gpointer data)
{
  SwPool *pool = data;
  GQueue refused = pool->refused;
  Refusal *refusal;

  pool->refusing = 0;
  g_queue_init (&pool->refused);
  while ((refusal = g_queue_pop_head (&refused)) != NULL)
    {
      sw_command_answer (g_steal_pointer (&refusal->command), "", 0, refusal->error);
      g_error_free (refusal->error);
      g_free (refusal);
    }
  return G_SOURCE_REMOVE;
}

void
sw_pool_flush (SwPool *pool)
{
  while (pool->refused.length > 0)
    {
      g_clear_handle_id (&pool->refusing, g_source_remove);
      on_refusing (pool);
    }
}

/* What the command writer refused, as the callers know errors. */
GError *
sw_pool_own_error (GError *error)
{
  SwError code = SW_ERROR_INVALID;

  if (error->domain != ESL_COMMAND_ERROR)
    return error;
  if (error->code == ESL_COMMAND_ERROR_TOO_LONG)
    code = SW_ERROR_TOO_LONG;
  error->domain = SW_ERROR;
  error->code = (int)code;
  return error;
}

void
sw_pool_refuse (SwPool *pool, SwCommand *command, GError *error)
{
  Refusal *refusal = g_new0 (Refusal, 1);

  sw_command_on_stake (command, NULL, NULL);
  refusal->command = command;
  refusal->error = sw_pool_own_error (error);
  g_queue_push_tail (&pool->refused, refusal);
  if (pool->refusing == 0)
    pool->refusing = g_idle_add_full (G_PRIORITY_DEFAULT, on_refusing, pool, NULL);
}

void
sw_pool_finish (SwPool *pool, SwRequest *request, const EslReply *reply, const GError *error)
{
  SwCommand *command;

  if (!request->expired)
    g_queue_unlink (&pool->pending, &request->pending);
  if (reply != NULL)
    sw_request_answer (request, reply->text, reply->text_len, NULL);
  else if (pool->calling == 0)
    sw_request_answer (request, "", 0, error);
  while ((command = g_queue_pop_head (&request->callers)) != NULL)
    sw_pool_refuse (pool, command, g_error_copy (error));
  sw_request_free (request);
}

/* Deadlines. */

static gboolean on_timer (gpointer data);

/* Sets the timer for the earliest deadline, rounded up to a millisecond. */
static void
arm (SwPool *pool, gint64 deadline)
{
  gint64 wait = MAX (0, deadline - g_get_monotonic_time ());

  if (pool->timer != 0 && pool->alarm <= deadline)
    return;
  g_clear_handle_id (&pool->timer, g_source_remove);
  pool->alarm = deadline;
  pool->timer = g_timeout_add ((guint)(wait / 1000 + 1), on_timer, pool);
}

void
sw_pool_watch (SwPool *pool, SwRequest *request)
{
  g_queue_push_tail_link (&pool->pending, &request->pending);
  arm (pool, request->deadline);
}

/* The callers come last: what they do may close the pool, and the request is gone then. */
static void
expire (SwPool *pool, SwRequest *request)
{
  GQueue callers = request->callers;
  SwCommand *command;
  g_autofree char *title = sw_request_title (request);
  g_autoptr (GError) error =
      g_error_new (SW_ERROR, SW_ERROR_TIMEOUT, "\"%s\" was not answered in time%s", title,
                   request->sent ? "" : ", it was never sent");

  g_queue_init (&request->callers);
  g_queue_unlink (&pool->pending, &request->pending);
  request->expired = TRUE;
  if (request->waits)
    sw_readers_give_up (pool, request);
  else if (request->line != NULL)
    {
      pool->funcs.unanswered (pool->data);
      sw_readers_expire (pool, request);
    }
  else
    sw_writers_expire (pool, request);
  while ((command = g_queue_pop_head (&callers)) != NULL)
    sw_command_answer (command, "", 0, error);
}

/* The next request whose deadline has passed; otherwise NULL, and the earliest deadline ahead
 * (G_MAXINT64: none). */
static SwRequest *
find_expired (const SwPool *pool, gint64 now, gint64 *ret_earliest)
{
  *ret_earliest = G_MAXINT64;
  for (GList *l = pool->pending.head; l != NULL; l = l->next)
    {
      SwRequest *request = l->data;

      if (request->deadline <= now)
        return request;
      *ret_earliest = MIN (*ret_earliest, request->deadline);
    }
  return NULL;
}

static gboolean
on_timer (gpointer data)
{
  SwPool *pool = data;
  gint64 now = g_get_monotonic_time (), earliest;
  SwRequest *request;

  pool->timer = 0;
  while ((request = find_expired (pool, now, &earliest)) != NULL)
    expire (pool, request);
  if (earliest != G_MAXINT64)
    arm (pool, earliest);
  return G_SOURCE_REMOVE;
}

/* Commands. */

static gboolean
refused_while_closed (SwPool *pool, SwCommand *command)
{
  if (pool->open)
    return FALSE;
  sw_pool_refuse (pool, command,
                  g_error_new (SW_ERROR, SW_ERROR_DOWN, "not connected (%s); nothing was sent",
                               pool->closed_error->message));
  return TRUE;
}

void
sw_pool_query_for (SwPool *pool, guint32 uid, const char *line, guint deadline, SwCommand *command)
{
  if (refused_while_closed (pool, command))
    return;
  pool->calling++;
  sw_readers_query (pool, uid, line, deadline, command);
  pool->calling--;
}

void
sw_pool_query (SwPool *pool, const char *line, guint deadline, SwCommand *command)
{
  sw_pool_query_for (pool, SW_NOBODY, line, deadline, command);
}

void
sw_pool_write (SwPool *pool, const char *bytes, gsize len, guint deadline, SwCommand *command)
{
  if (refused_while_closed (pool, command))
    return;
  pool->calling++;
  sw_writers_write (pool, g_string_new_len (bytes, (gssize)len), deadline, command);
  pool->calling--;
}

void
sw_pool_visit (const SwPool *pool, SwPoolVisit visit, gpointer data)
{
  for (guint i = 0; i < SW_POOL_READERS; i++)
    if (pool->readers[i] != NULL)
      visit (sw_slot_connection (pool->readers[i]), "read", data);
  for (guint i = 0; i < pool->writers->len; i++)
    {
      const SwWriter *writer = g_ptr_array_index (pool->writers, i);

      visit (sw_slot_connection (writer->slot), "write", data);
    }
}

guint
sw_pool_queued (const SwPool *pool)
{
  return pool->queue.length;
}
