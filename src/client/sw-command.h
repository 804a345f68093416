/* SPDX-License-Identifier: MIT */
/* sw-command.h - a caller's stake in a command: the function that gets its answer, once.
 *
 * A cancelled command stays where it is until its answer comes, and then says nothing: whoever
 * holds it needs no way to find and remove it.
 */
#pragma once

#include "sw-client.h"

G_BEGIN_DECLS

SwCommand *sw_command_new (SwReplyFunc func, gpointer data);
SwStake sw_command_stake (const SwCommand *command);
gboolean sw_command_is_cancelled (const SwCommand *command);
/* Runs when the caller's stake changes, for whoever waits on its account; NULL: nobody. */
void sw_command_on_stake (SwCommand *command, void (*func) (gpointer data), gpointer data);
/* Both end the command: `answer` runs its function unless it was cancelled. `error` NULL: `text`
 * is the answer. */
void sw_command_answer (SwCommand *command, const char *text, gsize len, const GError *error);
void sw_command_free (SwCommand *command);

G_END_DECLS
