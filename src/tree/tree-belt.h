/* SPDX-License-Identifier: MIT */
/* tree-belt.h - the seat belt: commands and applications that a mount doesn't run by mistake.
 *
 * Some reach beyond telephony: into the switch's machine (group `shell`, denied unless allowed),
 * its modules (`modules`), its life (`shutdown`). It is a belt, not a wall: it knows names, and the
 * simple ways of giving a name to another command, but the switch's language has more ways than a
 * list can hold. What a login may do at most is for the switch to say (esl-allowed-api, and in 1.11
 * <interface-allowlist>).
 *
 *   bgapi, expand, sched_api, xml_wrap CMD ...      the command behind
 *   &app(...)  app::arg  app!!arg                   originate, uuid_broadcast
 *   app:arg ... inline                              transfers and originates
 *   ${command(...)} ${command ...}                  expansions
 *   api_on_answer=..., execute_on_ring ..., ...     hooks: variables api_*, execute_on_*
 *   shell_stream://...                              a file that is a program's output
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

typedef struct _TreeBelt TreeBelt;

/* Names of groups, commands and applications, separated by , or : ; NULL: none. A name that is
 * allowed stands above one that is denied, and both above its group. */
TreeBelt *tree_belt_new (const char *deny, const char *allow);
void tree_belt_free (TreeBelt *belt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TreeBelt, tree_belt_free)

/* NULL: it may go. Else what is to be said, a line for people that begins with -ERR; good while
 * the belt is. The errno is EPERM. */
const char *tree_belt_api (const TreeBelt *belt, const char *line);
const char *tree_belt_application (const TreeBelt *belt, const char *app, const char *arg);
/* A variable to be set: it may be a hook, or be expanded when it is used. */
const char *tree_belt_variable (const TreeBelt *belt, const char *name, const char *value);
/* A message to a session. */
const char *tree_belt_message (const TreeBelt *belt, const EslEvent *message);

G_END_DECLS
