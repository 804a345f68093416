/* SPDX-License-Identifier: MIT */
/* sw-allowed.h - what the answer to the login lets this user have. */
#pragma once

#include "esl-connection.h"

G_BEGIN_DECLS

typedef struct
{
  char *events, *api; /* as the switch says it; NULL: not restricted */
  gboolean log;
} SwAllowed;

/* `auth` NULL: no answer, nothing is restricted. What was there before is freed. */
void sw_allowed_take (SwAllowed *allowed, const EslReply *auth);
void sw_allowed_clear (SwAllowed *allowed);
/* Appends " NAME..." for the line of the subscription: everything that is permitted. */
void sw_allowed_append_events (const SwAllowed *allowed, GString *line);
/* FALSE when events are kept from us without which the table of channels can't be kept. */
gboolean sw_allowed_sees_channels (const SwAllowed *allowed);

G_END_DECLS
