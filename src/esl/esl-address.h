/* SPDX-License-Identifier: MIT */
/* esl-address.h - whether two connections come from the same machine, as far as addresses tell. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The addresses of a stream's two ends, owned. An IPv4 address that a socket of IPv6 shows as
 * ::ffff:a.b.c.d is the IPv4 address. */
typedef struct
{
  GInetAddress *here;
  GInetAddress *there;
} EslEnds;

/* FALSE when it is no connection over IP, or has ended: then there is nothing to clear. */
gboolean esl_ends_of (GSocketConnection *stream, EslEnds *ret_ends);
void esl_ends_clear (EslEnds *ends);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EslEnds, esl_ends_clear)

/* The far ends have the same address, or both are this very machine: 127.0.0.1, ::1, or a
 * connection from one of its own addresses to itself. */
gboolean esl_ends_are_of_one_machine (const EslEnds *a, const EslEnds *b);

G_END_DECLS
