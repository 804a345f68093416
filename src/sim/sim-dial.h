/* SPDX-License-Identifier: MIT */
/* sim-dial.h - dial strings, and `originate`.
 *
 *   {name=value,...}endpoint/rest      alternatives behind , or | are tried one after the other
 *
 * Endpoints: null/X answers at once; loopback/EXTENSION[/CONTEXT] is answered by what its other end
 * does; error/CAUSE fails; sofia/PROFILE/X and user/X ring like a telephone and answer after
 * the milliseconds in the variable `sim_answer_after` (default 1500).
 */
#pragma once

#include "sim-api.h"
#include "sim-channel.h"

G_BEGIN_DECLS

typedef struct _SimDialList SimDialList;

SimDialList *sim_dial_list_new (SimSwitch *sim, const char *text);
void sim_dial_list_free (SimDialList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimDialList, sim_dial_list_free)
gboolean sim_dial_list_more (const SimDialList *list);
/* Makes the leg of the next alternative; NULL and a static `*ret_cause` when it can't be had. The
 * leg is the switch's. */
SimChannel *sim_dial_list_next (SimDialList *list, SimChannel *originator, const char **ret_cause);
/* Lets the leg ring and answer, each as its endpoint does. */
void sim_dial_begin (SimChannel *channel);

/* The api command. */
void sim_originate_run (SimApiCall *call);

G_END_DECLS
