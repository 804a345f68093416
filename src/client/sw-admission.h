/* SPDX-License-Identifier: MIT */
/* sw-admission.h - from which addresses the switch's own sockets come.
 *
 * The switch dials from the machine that we have dialled: the address of our connection to it, any
 * address of the name that was given for it, and when it runs on this machine any of this machine's
 * own. Where that is not so (address translation, several switches behind one), it must be said.
 */
#pragma once

#include "sw-client.h"

G_BEGIN_DECLS

typedef struct _SwAdmission SwAdmission;

/* The client is lent, and outlives it. */
SwAdmission *sw_admission_new (SwClient *client);
void sw_admission_free (SwAdmission *admission);

/* From now on only those count that are allowed this way: an address, or ADDRESS/BITS. */
gboolean sw_admission_allow (SwAdmission *admission, const char *address, GError **error);
/* TRUE when addresses were allowed: then there is something in between, so ports may differ too. */
gboolean sw_admission_is_configured (const SwAdmission *admission);
/* While the switch is not connected nobody is turned away for his address, unless addresses were
 * allowed: there is nothing to compare it with, and nobody is believed then. */
gboolean sw_admission_admits (SwAdmission *admission, const EslEnds *ends);

G_END_DECLS
