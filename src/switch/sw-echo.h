/* SPDX-License-Identifier: MIT */
/* sw-echo.h - which API events are our own reads'.
 *
 * Every api command makes an API event for whoever listens, us included. Left in the stream, a
 * reader of the stream that also reads a file would feed itself. So each read that is sent is
 * noted, and the next API event of the same text is taken for its echo. Bounded in number and age.
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

typedef struct _SwEcho SwEcho;

SwEcho *sw_echo_new (void);
void sw_echo_free (SwEcho *echo);
void sw_echo_clear (SwEcho *echo);
/* A read of that api line is being sent. `clock`: monotonic, microseconds. */
void sw_echo_expect (SwEcho *echo, const char *line, gint64 clock);
/* TRUE when this API event is the echo of one of them, which is thereby spent. */
gboolean sw_echo_take (SwEcho *echo, const EslEvent *api_event, gint64 clock);

G_END_DECLS
