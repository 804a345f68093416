/* SPDX-License-Identifier: MIT */
/* sw-slot.h - one command connection of the pool, and the requests on it.
 *
 * A request given to a slot is handed back exactly once: with a reply, or with an error when the
 * link ended first (its `sent` tells whether the switch may have seen it).
 */
#pragma once

#include "sw-request.h"

G_BEGIN_DECLS

typedef struct _SwSlot SwSlot;

typedef struct
{
  /* It can take a request now. */
  void (*ready) (SwSlot *slot, gpointer data);
  /* `reply` NULL: the link ended first. The slot no longer has the request. */
  void (*answer) (SwSlot *slot, SwRequest *request, const EslReply *reply, const GError *error,
                  gpointer data);
  /* After all its requests were answered. The slot is of no use any more. */
  void (*closed) (SwSlot *slot, const GError *error, gpointer data);
} SwSlotFuncs;

/* Dials at once. `target` is lent for the call. `bodies`: what its answers may make us hold,
 * together with others'; NULL: each its own. */
SwSlot *sw_slot_new (const EslConnectionTarget *target, EslBodies *bodies, const SwSlotFuncs *funcs,
                     gpointer data);
/* Its requests are answered with an error, `closed` does not run. */
void sw_slot_free (SwSlot *slot);

/* Sends the request, or keeps it until the connection is ready. */
void sw_slot_give (SwSlot *slot, SwRequest *request);
/* Requests on it that are not answered. */
guint sw_slot_load (const SwSlot *slot);
/* Runs `func` with the slot after so many milliseconds, unless set anew; 0: never. */
void sw_slot_set_idle (SwSlot *slot, guint delay, GSourceFunc func);
EslConnection *sw_slot_connection (const SwSlot *slot);
gpointer sw_slot_data (const SwSlot *slot);

G_END_DECLS
