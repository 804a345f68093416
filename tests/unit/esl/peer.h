/* SPDX-License-Identifier: MIT */
/* peer.h - a scripted switch in the test's own process, on the test's own main loop.
 *
 * A script is a list of steps. A step waits until the client has sent so many bytes
 * as `expect` has, compares them, then sends `send`. After the last step the peer
 * does what `ending` says.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  const char *expect; /* NULL or "": nothing */
  const char *send;   /* NULL: nothing */
  gssize send_len;    /* 0: up to the NUL */
} PeerStep;

typedef enum
{
  PEER_STAYS,  /* keeps the link open, and discards what comes */
  PEER_CLOSES, /* orderly, when everything is sent */
  PEER_RESETS, /* RST */
} PeerEnding;

typedef struct _Peer Peer;

/* Listens on a free port of `address`; NULL when this machine doesn't have the address. `steps`
 * ends with an empty one and is used as long as the peer lives. */
Peer *peer_new (const char *address, const PeerStep *steps, PeerEnding ending);
void peer_free (Peer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_free)

guint16 peer_port (const Peer *peer);
/* Sends each byte by itself, one at a turn of the main loop. */
void peer_send_bytewise (Peer *peer);
/* All that the client sent beyond the script. */
const GString *peer_rest (const Peer *peer);
gboolean peer_saw_end (const Peer *peer);

G_END_DECLS
