/* SPDX-License-Identifier: MIT */
/* sw-history.h - the last channels that ended, each with what its last event said of it: bounded in
 * number and age. Pure: the time is passed in.
 */
#pragma once

#include "sw-channel.h"

G_BEGIN_DECLS

#define SW_HISTORY_MAX 1000
#define SW_HISTORY_AGE ((gint64)3600 * G_USEC_PER_SEC)

typedef struct _SwHistory SwHistory;

/* One of them, an item of the history's registry by the channel's uuid; it is alive until it is
 * forgotten. */
typedef struct
{
  RegistryItem item;
  SwChannel *channel;
  EslEvent *last; /* that carried its last variables; NULL: a resync found it gone */
  SwNow end;
} SwEnded;

SwHistory *sw_history_new (void);
void sw_history_free (SwHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwHistory, sw_history_free)

/* The channel has ended; one of the same uuid that ended before is forgotten. `last` is taken over;
 * NULL: there is none. */
void sw_history_add (SwHistory *history, SwChannel *channel, EslEvent *last, SwNow now);
/* Forgets what is too old. */
void sw_history_expire (SwHistory *history, SwNow now);
/* Of SwEnded, in the order of their ends; lent. */
const Registry *sw_history_registry (const SwHistory *history);

G_END_DECLS
