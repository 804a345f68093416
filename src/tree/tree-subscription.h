/* SPDX-License-Identifier: MIT */
/* tree-subscription.h - what one live reader wants: the ESL subscription commands, kept on this
 * side.
 *
 * Everything at first. The first `event` or `myevents` line replaces that; later ones add. Filters
 * have the switch's semantics (protocol: filter semantics). */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

typedef struct _Subscription Subscription;

Subscription *subscription_new (void);
void subscription_free (Subscription *subscription);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Subscription, subscription_free)

/* One command line: event, nixevent, noevents, myevents, filter. Returns 0, or EINVAL when it is
 * none of them or lacks its words. */
int subscription_command (Subscription *subscription, const char *line);
/* What `myevents` does, of a uuid with any bytes. */
void subscription_add_channel (Subscription *subscription, const char *uuid);
/* The channel of `myevents`; NULL: none. Lent. */
const char *subscription_channel (const Subscription *subscription);
/* TRUE: no event need be looked at, all pass. */
gboolean subscription_is_everything (const Subscription *subscription);
gboolean subscription_passes (const Subscription *subscription, const EslEvent *event);
/* TRUE when after this event nothing more can come: `myevents` of a channel that has ended. */
gboolean subscription_ends_with (const Subscription *subscription, const EslEvent *event);

G_END_DECLS
