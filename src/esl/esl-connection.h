/* SPDX-License-Identifier: MIT */
/* esl-connection.h - one asynchronous connection to mod_event_socket.
 *
 *   NEW --open--> CONNECTING --greeting--> AUTH --accepted--> READY --...--> CLOSED
 *   NEW --adopt----------------------------------------------> READY       (outbound: no auth)
 *
 * It never reconnects. It lives on the thread-default main context of the caller
 * and never blocks. Replies (command/reply, api/response) are matched to commands
 * by position; every reply function is run exactly once: with the reply, or with
 * NULL and an error when the link ended first, in the order of sending, before
 * `closed`. Everything else (events, log lines, notices) goes to `frame`.
 * `closed` runs exactly once, after which no function of the connection's owner
 * runs again. Any of the functions may call esl_connection_close() or send more;
 * esl_connection_free() too, which runs outstanding reply functions (with
 * ESL_CONNECTION_ERROR_CLOSED) but not `closed`.
 */
#pragma once

#include <gio/gio.h>

#include "esl-address.h"
#include "esl-command.h"
#include "esl-parser.h"

G_BEGIN_DECLS

typedef struct _EslConnection EslConnection;

#define ESL_CONNECTION_ERROR (esl_connection_error_quark ())
typedef enum
{
  ESL_CONNECTION_ERROR_UNREACHABLE, /* no route, name not found, connection refused: message has the
                                       address and why */
  ESL_CONNECTION_ERROR_ACL,         /* text/rude-rejection */
  ESL_CONNECTION_ERROR_PASSWORD,    /* -ERR invalid */
  ESL_CONNECTION_ERROR_TIMEOUT,     /* connect or login took too long */
  ESL_CONNECTION_ERROR_PROTOCOL,    /* the peer doesn't speak ESL; parser's message */
  ESL_CONNECTION_ERROR_LOST,        /* EOF or a socket error without notice */
  ESL_CONNECTION_ERROR_NOTICE,      /* text/disconnect-notice: message is its first line */
  ESL_CONNECTION_ERROR_CLOSED,      /* we closed it */
} EslConnectionError;
GQuark esl_connection_error_quark (void);

typedef enum
{
  ESL_CONNECTION_NEW,
  ESL_CONNECTION_CONNECTING,
  ESL_CONNECTION_AUTH,
  ESL_CONNECTION_READY,
  ESL_CONNECTION_CLOSED,
} EslConnectionState;

/* A reply, lent for the time of the call. */
typedef struct
{
  const EslFrame *frame;
  const char
      *text; /* command/reply: Reply-Text; api/response: the body, NUL-terminated. Never NULL */
  gsize text_len; /* bytes */
} EslReply;

/* `reply` NULL: the link ended first, `error` says how (outcome unknown when it had been sent). */
typedef void (*EslReplyFunc) (EslConnection *connection, const EslReply *reply, const GError *error,
                              gpointer data);

typedef struct
{
  void (*ready) (EslConnection *connection, const EslReply *auth, gpointer data);
  void (*frame) (EslConnection *connection, const EslFrame *frame, gpointer data);
  void (*closed) (EslConnection *connection, const GError *error, gpointer data);
  /* The socket has taken the last of what had to wait for it (not run when sending failed). */
  void (*drained) (EslConnection *connection, gpointer data);
} EslConnectionFuncs;

typedef struct
{
  const char *host; /* name, IPv4 or IPv6 address without brackets */
  guint16 port;     /* 0: 8021 */
  const char *user; /* NULL: plain auth */
  const char *password;
  guint connect_timeout; /* milliseconds for connect and login together; 0: 10,000 */
  guint user_timeout;    /* milliseconds of unacknowledged data, or of a closed window with
                            data waiting, before the peer is dead
                            (TCP_USER_TIMEOUT, keepalive to match); 0: 20,000 */
} EslConnectionTarget;

EslConnection *esl_connection_new (const EslConnectionFuncs *funcs, gpointer data);
/* Before it is opened: what it may hold together with others. Takes a reference. */
void esl_connection_set_bodies (EslConnection *connection, EslBodies *bodies);
void esl_connection_free (EslConnection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EslConnection, esl_connection_free)

/* Nothing of `target` is kept by reference; a host of NULL is 127.0.0.1. Whatever happens is told
 * by `ready` or `closed`, never before this returns. */
void esl_connection_open (EslConnection *connection, const EslConnectionTarget *target);
/* Takes over a stream that the switch opened: READY at once, so `ready` does not run. The first
 * command must be "connect": the switch answers no other one (protocol: session-bound connections).
 * The answer is one header block of percent-encoded values, Reply-Text among them. `limits` bound
 * what the peer can make us hold; NULL: the parser's own, which are for a switch that one trusts.
 */
void esl_connection_adopt (EslConnection *connection, GSocketConnection *stream,
                           const EslParserLimits *limits);
/* Other limits, once more is known of the peer. */
void esl_connection_set_limits (EslConnection *connection, const EslParserLimits *limits);

EslConnectionState esl_connection_state (const EslConnection *connection);
/* File descriptor, -1 when there is none; addresses as "host:port" / "[host]:port", NULL likewise.
 */
int esl_connection_fd (const EslConnection *connection);
const char *esl_connection_local (const EslConnection *connection);
const char *esl_connection_remote (const EslConnection *connection);
/* FALSE: there are none, as esl_ends_of() says. */
gboolean esl_connection_ends (const EslConnection *connection, EslEnds *ret_ends);

/* Queues a whole command, as esl-command.h made it, for one send; `func` may be NULL. Only while
 * READY, not in the raw mode, and while less than ESL_CONNECTION_MAX_UNSENT bytes wait: otherwise
 * FALSE, and `func` will not run. Commands sent while others are outstanding go out together, at
 * the main loop's next turn. */
#define ESL_CONNECTION_MAX_UNSENT ((gsize)64 * 1024 * 1024)
gboolean esl_connection_send (EslConnection *connection, const void *command, gsize len,
                              EslReplyFunc func, gpointer data);
/* Replies that are still to come. */
guint esl_connection_outstanding (const EslConnection *connection);
/* Bytes that the socket hasn't taken yet: what a raw sender must keep in bounds. */
gsize esl_connection_unsent (const EslConnection *connection);
/* Sends a lone newline: no reply; the switch looks at its event queue at once. */
void esl_connection_poke (EslConnection *connection);
/* Says "exit" if the link is up, closes; reply functions and `closed` run before it returns. */
void esl_connection_close (EslConnection *connection);

/* The raw mode of a connection that passes through: from now on no byte is parsed; `raw` gets what
 * comes (len 0: EOF, followed by `closed`). What was read before but not delivered as a frame goes
 * first, at the main loop's next turn. */
typedef void (*EslRawFunc) (EslConnection *connection, const guint8 *bytes, gsize len,
                            gpointer data);
void esl_connection_set_raw (EslConnection *connection, EslRawFunc func);
void esl_connection_send_raw (EslConnection *connection, const void *bytes, gsize len);
/* For the next 5 ms the connection rests for 1 ms after each full turn, so that those who read what
 * it delivers can catch up: it still takes 64,000 frames a second. */
void esl_connection_ease (EslConnection *connection);
/* Stops and resumes reading the socket (raw mode's flow control). While it is stopped nothing is
 * delivered, the end of the link neither. */
void esl_connection_set_reading (EslConnection *connection, gboolean reading);

G_END_DECLS
