/* SPDX-License-Identifier: MIT */
/* sim-ledger.h - what the switch ran, in the order in which it ran it: for tests that hold against
 * it what a client was told. A file, not a connection: it survives cut links and restarts.
 *
 * A line a command, with backslash escapes: "api", a tab, the command's name and its arguments, for
 * background jobs as well; or "message" and the headers of a sendmsg or sendevent, a tab before
 * each, the first of which is `Command: sendmsg UUID`, then, if there is one, two tabs and the
 * body. What was refused before it ran is not there.
 */
#pragma once

#include "sim-core.h"

G_BEGIN_DECLS

/* Appends to the file at `path`, which is made if it isn't there. NULL: no ledger, or, with a
 * warning, it can't be written. */
SimLedger *sim_ledger_new (const char *path);
/* `ledger` may be NULL. */
void sim_ledger_free (SimLedger *ledger);

/* All of these before the command runs; without a ledger they do nothing. `args` may be NULL. */
void sim_ledger_api (SimLedger *ledger, const char *name, const char *args);
void sim_ledger_message (SimLedger *ledger, const EslEvent *message);

G_END_DECLS
