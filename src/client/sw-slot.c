/* SPDX-License-Identifier: MIT */
/* sw-slot.c - requests over one command connection. */
#include "sw-slot.h"

struct _SwSlot
{
  SwSlotFuncs funcs;
  gpointer data;
  EslConnection *connection;
  GQueue waiting; /* of SwRequest: the connection didn't take them yet */
  guint n_sent;
  guint idle_source;
};

static void send_waiting (SwSlot *slot);

/* The slot may be gone when `answer` returns. */
static void
hand_back (SwSlot *slot, SwRequest *request, const EslReply *reply, const GError *error)
{
  request->slot = NULL;
  slot->funcs.answer (slot, request, reply, error, slot->data);
}

static void
on_reply (EslConnection *connection, const EslReply *reply, const GError *error, gpointer data)
{
  SwRequest *request = data;
  SwSlot *slot = request->slot;

  slot->n_sent--;
  send_waiting (slot);
  hand_back (slot, request, reply, error);
}

/* FALSE when the connection takes nothing now: it is not ready, or too much is unsent. */
static gboolean
send_request (SwSlot *slot, SwRequest *request)
{
  if (!esl_connection_send (slot->connection, request->bytes->str, request->bytes->len, on_reply,
                            request))
    return FALSE;
  request->sent = TRUE;
  slot->n_sent++;
  return TRUE;
}

static void
send_waiting (SwSlot *slot)
{
  while (slot->waiting.length > 0 && send_request (slot, g_queue_peek_head (&slot->waiting)))
    g_queue_pop_head (&slot->waiting);
}

static void
on_ready (EslConnection *connection, const EslReply *auth, gpointer data)
{
  SwSlot *slot = data;

  send_waiting (slot);
  slot->funcs.ready (slot, slot->data);
}

/* Nothing that a command connection gets unasked is of use. */
static void
on_frame (EslConnection *connection, const EslFrame *frame, gpointer data)
{
}

static void
fail_waiting (SwSlot *slot, const GError *error)
{
  SwRequest *request;

  while ((request = g_queue_pop_head (&slot->waiting)) != NULL)
    hand_back (slot, request, NULL, error);
}

static void
on_closed (EslConnection *connection, const GError *error, gpointer data)
{
  SwSlot *slot = data;

  fail_waiting (slot, error);
  slot->funcs.closed (slot, error, slot->data);
}

SwSlot *
sw_slot_new (const EslConnectionTarget *target, EslBodies *bodies, const SwSlotFuncs *funcs,
             gpointer data)
{
  static const EslConnectionFuncs connection_funcs = { on_ready, on_frame, on_closed };
  SwSlot *slot = g_new0 (SwSlot, 1);

  slot->funcs = *funcs;
  slot->data = data;
  g_queue_init (&slot->waiting);
  slot->connection = esl_connection_new (&connection_funcs, slot);
  if (bodies != NULL)
    esl_connection_set_bodies (slot->connection, bodies);
  esl_connection_open (slot->connection, target);
  return slot;
}

void
sw_slot_free (SwSlot *slot)
{
  g_autoptr (GError) error =
      g_error_new_literal (ESL_CONNECTION_ERROR, ESL_CONNECTION_ERROR_CLOSED, "closed here");

  sw_slot_set_idle (slot, 0, NULL);
  esl_connection_free (slot->connection);
  fail_waiting (slot, error);
  g_free (slot);
}

void
sw_slot_give (SwSlot *slot, SwRequest *request)
{
  request->slot = slot;
  g_queue_push_tail (&slot->waiting, request);
  send_waiting (slot);
}

guint
sw_slot_load (const SwSlot *slot)
{
  return slot->n_sent + slot->waiting.length;
}

void
sw_slot_set_idle (SwSlot *slot, guint delay, GSourceFunc func)
{
  g_clear_handle_id (&slot->idle_source, g_source_remove);
  if (delay > 0)
    slot->idle_source = g_timeout_add (delay, func, slot);
}

EslConnection *
sw_slot_connection (const SwSlot *slot)
{
  return slot->connection;
}

gpointer
sw_slot_data (const SwSlot *slot)
{
  return slot->data;
}
