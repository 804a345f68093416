/* SPDX-License-Identifier: MIT */
/* sw-uuid.h - may a channel's uuid stand in an api line?
 *
 * Whoever makes a call may choose its uuid (origination_uuid, or a SIP Call-ID), and the switch
 * splits an api command's arguments by rules of its own: quotes group words, a backslash escapes,
 * and arguments that begin with "^^X" are split at X. A uuid like "^^.VICTIM.name.value" would make
 * a command about one channel a command about another. Messages (execute, sendmsg) name their
 * channel in a header, as it is, and can reach any.
 */
#pragma once

#include "sw-client.h"

G_BEGIN_DECLS

/* FALSE: it may not, and why, for people (SW_ERROR_INVALID). `error` may be NULL. */
gboolean sw_uuid_is_plain (const char *uuid, GError **error);

G_END_DECLS
