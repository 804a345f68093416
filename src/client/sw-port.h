/* SPDX-License-Identifier: MIT */
/* sw-port.h - listening sockets.
 *
 * When no descriptor is left nothing is accepted for a moment: those who dial wait in the kernel's
 * queue. (GSocketService would ask again at once, for ever, and log each time.)
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SwPort SwPort;

/* A connection, lent; it is closed unless a reference is kept. */
typedef void (*SwPortFunc) (GSocketConnection *stream, gpointer data);

SwPort *sw_port_new (SwPortFunc func, gpointer data);
void sw_port_free (SwPort *port);

/* Listens on that address. */
gboolean sw_port_listen (SwPort *port, GInetAddress *address, guint16 number, GError **error);
/* Takes over a socket that listens already. */
gboolean sw_port_inherit (SwPort *port, int fd, GError **error);
guint sw_port_n_sockets (const SwPort *port);
/* "host:port" of one of them; owned. */
char *sw_port_describe (const SwPort *port, guint i);
/* TRUE while nothing is accepted for want of descriptors. */
gboolean sw_port_is_paused (const SwPort *port);

G_END_DECLS
