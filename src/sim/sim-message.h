/* SPDX-License-Identifier: MIT */
/* sim-message.h - the parts of sim-app.h that deal with messages (sendmsg). */
#pragma once

#include "sim-app.h"

G_BEGIN_DECLS

/* Carries a message out. It is over when this returns, unless it began an application, which
 * then has taken its event. */
void sim_message_run (SimChannel *channel, SimMessage *message);
/* The end of a message: PRIVATE_COMMAND, or whoever waits for it. Frees its event. */
void sim_message_finish (SimChannel *channel, SimMessage *message);
/* Whoever waits for a message that a dead channel will never read is told that it is over. */
void sim_messages_end (SimChannel *channel);
/* Begins an application for a message; takes its event. In sim-app.c. */
void sim_app_begin (SimChannel *channel, const SimApp *app, const char *data, SimMessage *message,
                    guint loops);

G_END_DECLS
