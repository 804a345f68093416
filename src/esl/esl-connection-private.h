/* SPDX-License-Identifier: MIT */
/* esl-connection-private.h - the two halves of a connection: its life (esl-connection.c) and its
 * socket (esl-connection-io.c). */
#pragma once

#include "esl-connection.h"

G_BEGIN_DECLS

typedef struct
{
  EslReplyFunc func;
  gpointer data;
} EslPending;

/* The bytes to be sent: `sent` of those in `bytes` are gone already. */
typedef struct
{
  GByteArray *bytes;
  gsize sent;
} EslOutput;

/* Counted by reference: whoever runs a function of the owner holds one, since the owner may free
 * the connection in it. */
struct _EslConnection
{
  const EslConnectionFuncs *funcs; /* NULL once the owner is gone */
  gpointer data;
  EslConnectionState state;
  GMainContext *context;

  char *name; /* "host:port" as asked for, or the adopted peer's address: for messages */
  char *user;
  char *password;
  guint connect_timeout; /* milliseconds */
  guint user_timeout;    /* milliseconds */
  GCancellable *cancellable;
  GSource *deadline;

  GSocketConnection *stream;
  int fd; /* of the stream; -1: none */
  char *local;
  char *remote;

  GSource *source;      /* the socket's, NULL without one */
  gpointer tag;         /* of fd in the source; NULL while nothing is awaited */
  GIOCondition awaited; /* by the tag */
  gboolean resting;     /* until the source's ready time */
  gint64 eased_until;   /* monotonic */
  gboolean reading;
  EslOutput output;
  int send_errno; /* why sending ended */

  EslParser *parser;
  EslRawFunc raw;
  GQueue pending; /* of EslPending: replies to come */
};

EslConnection *esl_connection_hold (EslConnection *c);
void esl_connection_drop (EslConnection *c);

/* The end of the link: answers what is outstanding, tells the owner. Does nothing when it has ended
 * already. */
void esl_connection_end (EslConnection *c, EslConnectionError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* What the peer said, for a message: while it is let in it may repeat the password, which no
 * message shall hold. Owned. */
char *esl_connection_quote (const EslConnection *c, const char *said);

/* What came: esl-connection.c judges it. */
void esl_connection_take_frame (EslConnection *c, const EslFrame *frame);

/* The socket. Start takes the stream's reference; stop closes it. */
void esl_connection_start_io (EslConnection *c, GSocketConnection *stream);
void esl_connection_stop_io (EslConnection *c);
/* Sends at once what can be; with `later`, at the main loop's next turn. */
void esl_connection_write (EslConnection *c, const void *bytes, gsize len, gboolean later);
/* Runs the source at the main loop's next turn, whether or not the socket has anything. */
void esl_connection_continue (EslConnection *c);
void esl_connection_update_poll (EslConnection *c);

G_END_DECLS
