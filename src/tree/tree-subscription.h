/* SPDX-License-Identifier: MIT */
/* tree-subscription.h - what one live reader wants: the ESL subscription commands, kept on this
 * side.
 *
 * Everything at first. The first `event` or `myevents` line replaces that; later ones add. Filters
 * have the switch's semantics (protocol: filters). */
#pragma once

#include "tree-filter.h"

G_BEGIN_DECLS

/* What one reader may pile up; beyond that its line is refused (E2BIG) and changes nothing. */
#define SUBSCRIPTION_LINE_BYTES (64u * 1024)
#define SUBSCRIPTION_SUBCLASSES_MAX 1000u
#define SUBSCRIPTION_SUBCLASSES_BYTES (64u * 1024)

typedef struct _Subscription Subscription;

Subscription *subscription_new (void);
void subscription_free (Subscription *subscription);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Subscription, subscription_free)

/* One command line: event, nixevent, noevents, myevents, filter. Returns 0; EINVAL when it is none
 * of them, lacks its words or has a regular expression that can't be used; E2BIG beyond a bound. */
int subscription_command (Subscription *subscription, const char *line);
/* Why the last command was refused, "-ERR ...\n", lent until the next; NULL: it is none, or lacks
 * its words. */
const char *subscription_why (const Subscription *subscription);
/* Bytes of what the user said: subclasses, filters. */
gsize subscription_size (const Subscription *subscription);
/* What `myevents` does, of a uuid with any bytes. */
void subscription_add_channel (Subscription *subscription, const char *uuid);
/* The channel of `myevents`; NULL: none. Lent. */
const char *subscription_channel (const Subscription *subscription);
/* TRUE: no event need be looked at, all pass. */
gboolean subscription_is_everything (const Subscription *subscription);
/* As esl_filters_judge(), and what that says of a filter that has stopped. */
EslFilterVerdict subscription_judge (Subscription *subscription, const EslEvent *event,
                                     guint64 number, gint64 deadline);
gboolean subscription_take_stop (Subscription *subscription, EslFilterStop *ret_stop);
/* TRUE when after this event nothing more can come: `myevents` of a channel that has ended. */
gboolean subscription_ends_with (const Subscription *subscription, const EslEvent *event);

G_END_DECLS
