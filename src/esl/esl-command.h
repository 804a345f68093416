/* SPDX-License-Identifier: MIT */
/* esl-command.h - commands to the switch as bytes, without any I/O.
 *
 * Each function appends one whole command (its blank line included) to `out`
 * and returns TRUE, or leaves `out` as it was, sets `error` and returns FALSE.
 * One append is one send: an incomplete command stops the connection's events.
 *
 * Refused everywhere, because the wire can't carry it (protocol: what a client
 * sends): CR, LF and NUL in anything that stands in a command line or
 * header line (an LF starts a header, an empty line a new command), and header
 * text in which both "reload" or "unload" and "mod_event_socket" occur, in any
 * case and place: the switch takes such text, whatever it was for, as an order
 * to restart its event socket, and every client loses its link. Bodies are
 * exempt from both.
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

#define ESL_COMMAND_ERROR (esl_command_error_quark ())
typedef enum
{
  ESL_COMMAND_ERROR_INVALID,  /* CR, LF, NUL, an empty word where one is needed */
  ESL_COMMAND_ERROR_RELOAD,   /* the reload trap */
  ESL_COMMAND_ERROR_TOO_LONG, /* over ESL_COMMAND_MAX bytes */
} EslCommandError;
GQuark esl_command_error_quark (void);

/* The switch takes its input as complete at 10,485,760 bytes and parses the rest as the next
 * command; stay well below. */
#define ESL_COMMAND_MAX ((gsize)8 * 1024 * 1024)

/* "auth PASSWORD" or, with a user ("user" or "user@domain"), "userauth USER:PASSWORD". */
gboolean esl_command_auth (GString *out, const char *user, const char *password, GError **error);

/* Any one-line command as it stands: "event json all", "filter A b", "log 7", "linger", "exit". */
gboolean esl_command_line (GString *out, const char *line, gssize len, GError **error);

/* "api LINE" / "bgapi LINE" with the caller's Job-UUID (may be NULL). The line
 * "reload mod_event_socket" (or unload), being exactly that command, is let through. */
gboolean esl_command_api (GString *out, const char *line, gssize len, GError **error);
gboolean esl_command_bgapi (GString *out, const char *line, gssize len, const char *job_uuid,
                            GError **error);

/* sendmsg of call-command execute. The argument travels as the body, so it may hold anything
 * but NUL. */
typedef struct
{
  const char *uuid; /* Unique-ID; NULL on a connection that has a session of its own */
  const char *app;
  const char *arg;        /* NULL or "": none */
  gssize arg_len;         /* bytes, -1: up to the NUL */
  const char *event_uuid; /* NULL: none; comes back as Application-UUID */
  guint loops;            /* 0: no header */
  gboolean async;
  gboolean event_lock;
} EslExecute;
gboolean esl_command_execute (GString *out, const EslExecute *execute, GError **error);

/* "sendmsg UUID" / "sendevent NAME" with the event's headers as they stand (Content-Length left out
 * and written anew from the body). Values must be free of CR, LF, NUL: they are not encoded. */
gboolean esl_command_sendmsg (GString *out, const char *uuid, const EslEvent *message,
                              GError **error);
gboolean esl_command_sendevent (GString *out, const char *name, const EslEvent *event,
                                GError **error);

/* "api uuid_setvar UUID NAME VALUE" with the value escaped so that the switch's tokeniser gives
 * back exactly the bytes (any but NUL); a value whose words would spring the reload trap gets a ''
 * in its midst, which the tokeniser removes. An empty value unsets. */
gboolean esl_command_setvar (GString *out, const char *uuid, const char *name, const char *value,
                             gsize len, GError **error);
/* "api global_setvar NAME='VALUE'", escaped alike; empty unsets. A value with "${" is refused: the
 * switch's core makes "%{" of it. */
gboolean esl_command_global_setvar (GString *out, const char *name, const char *value, gsize len,
                                    GError **error);
/* The escape scheme alone: what stands in the command for `value`. */
void esl_command_escape (GString *out, const char *value, gsize len);

/* TRUE when `text` as header text would spring the reload trap. */
gboolean esl_command_is_reload_trap (const char *text, gsize len);

G_END_DECLS
