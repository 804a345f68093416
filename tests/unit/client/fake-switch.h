/* SPDX-License-Identifier: MIT */
/* fake-switch.h - an event socket that does what a test says, on the test's own main loop.
 *
 * It answers "api LINE" from a table, holds answers back, sends events, and drops connections when
 * told; everything that it was sent is there to be looked at.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _FakeSwitch FakeSwitch;

/* Listens on a port of 127.0.0.1; the password is "pw". Knows the commands that a client's start
 * needs, with empty tables. */
FakeSwitch *fake_switch_new (void);
void fake_switch_free (FakeSwitch *fake);
guint16 fake_switch_port (const FakeSwitch *fake);

/* What "api LINE" is answered with from now on; without: "+OK\n". NULL: "-ERR permission denied",
 * as a command/reply. The line "bgapi" stands for all of these. */
void fake_switch_answer (FakeSwitch *fake, const char *line, const char *text);
void fake_switch_set_password (FakeSwitch *fake, const char *password);
/* Further headers of the login's answer ("Name: value\n"). */
void fake_switch_set_login_headers (FakeSwitch *fake, const char *headers);
/* Commands that begin with `start` are not answered until they are released; NULL: all. */
void fake_switch_hold (FakeSwitch *fake, const char *start);
void fake_switch_release (FakeSwitch *fake);

/* To every connection that subscribed. */
void fake_switch_send_event (FakeSwitch *fake, const char *json);
/* To every connection that wants the log. */
void fake_switch_send_log (FakeSwitch *fake, const char *text);
/* Closes every connection on which a command that begins with `start` came; NULL: all. */
void fake_switch_drop (FakeSwitch *fake, const char *start);
void fake_switch_set_listening (FakeSwitch *fake, gboolean listening);

/* How many commands came that begin with `start`, how many connections they came on, how many
 * connections there are, how many lone newlines came. */
guint fake_switch_count (const FakeSwitch *fake, const char *start);
guint fake_switch_count_connections (const FakeSwitch *fake, const char *start);
guint fake_switch_n_connections (const FakeSwitch *fake);
guint fake_switch_n_pokes (const FakeSwitch *fake);
void fake_switch_forget (FakeSwitch *fake);
/* TRUE while a connection is there on which a command that begins with `start` came. */
gboolean fake_switch_has_connection (const FakeSwitch *fake, const char *start);

G_END_DECLS
