/* SPDX-License-Identifier: MIT */
/* owner.h - the owner of a connection under test: it logs what its functions see. */
#pragma once

#include "esl-connection.h"
#include "peer.h"

G_BEGIN_DECLS

#define GREETING "Content-Type: auth/request\n\n"
#define ACCEPTED "Content-Type: command/reply\nReply-Text: +OK accepted\n\n"
#define NOTICE                                                                                     \
  "Content-Type: text/disconnect-notice\nContent-Length: 28\n\nDisconnected, goodbye.\nMore.\n"
#define LOGIN                                                                                      \
  { NULL, GREETING },                                                                              \
  {                                                                                                \
    "auth secret\n\n", ACCEPTED                                                                    \
  }
#define REPLY(text) "Content-Type: command/reply\nReply-Text: " text "\n\n"
#define EVENT "Content-Length: 2\nContent-Type: text/event-json\n\n{}"

/* What the functions of a connection's owner saw, one word each. */
typedef struct
{
  EslConnection *connection;
  GString *log;
  gboolean is_closed;
  char *message; /* of the end */
  guint drained;
  void (*on_ready) (EslConnection *connection);
  void (*on_frame) (EslConnection *connection);
} Owner;

Owner *owner_new (void);
void owner_free (Owner *owner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Owner, owner_free)
/* Connects to the peer with the password that LOGIN expects. */
Owner *owner_open (const Peer *peer);

/* Run the main loop until the log has so much, which must be `wanted`; until the login is done, and
 * empty the log; until `closed` was run. */
void owner_until (Owner *owner, const char *wanted);
void owner_until_ready (Owner *owner);
void owner_until_closed (Owner *owner);

/* Sends a command whose reply, or error, goes to the log. */
void owner_send (Owner *owner, const char *command);
/* The reply function that does it; `data` is the owner. */
void owner_log_reply (EslConnection *connection, const EslReply *reply, const GError *error,
                      gpointer data);

/* `part` is in the message of the end. */
void owner_assert_message (const Owner *owner, const char *part);

G_END_DECLS
