/* SPDX-License-Identifier: MIT */
/* sw-client.h - policy over ESL connections: one for events, a pool for commands.
 *
 * The states of being connected are the link's (sw-link.h; docs/architecture.md, "Reconnecting").
 *
 * The event connection is always drained. Read commands (sw_client_query) go over two connections
 * that never run a written line; identical ones in flight share one request. Written commands
 * (sw_client_command) take an idle one of up to 8 others, opened as needed and closed when idle for
 * long; a cancelled command keeps its connection until its answer has come (then up to 32, then
 * SW_ERROR_BUSY), at most twice its deadline. When the link is lost every pending command is
 * answered once with SW_ERROR_LOST and nothing is sent again.
 */
#pragma once

#include "esl-connection.h"
#include "sw-model.h"

G_BEGIN_DECLS

typedef struct _SwClient SwClient;
typedef struct _SwCommand SwCommand;

#define SW_ERROR (sw_error_quark ())
typedef enum
{
  SW_ERROR_DOWN,    /* not connected: nothing was sent */
  SW_ERROR_LOST,    /* link lost with the command in flight: outcome unknown */
  SW_ERROR_TIMEOUT, /* deadline passed: outcome unknown */
  SW_ERROR_BUSY,    /* every command connection is taken */
  SW_ERROR_INVALID, /* refused here: CR, LF, NUL, the reload trap */
  SW_ERROR_TOO_LONG,
  SW_ERROR_ABANDONED, /* whoever wrote it had gone before it was sent */
} SwError;
GQuark sw_error_quark (void);

typedef struct
{
  EslConnectionTarget target; /* strings are copied */
  gboolean retry;             /* go on dialling when the first attempt can't reach the switch */
  guint query_deadline;       /* ms, 0: 5,000 */
  guint command_deadline;     /* ms, 0: 300,000 */
  guint poke_interval;        /* ms while a live reader waits; 0: never */
  guint silence;     /* ms without a word after which the switch is asked for one; 0: 60,000,
                        three of its heartbeats */
  guint32 owner;     /* uid that is not bounded in its reads; root never is */
  guint read_rate;   /* reads a second that each other uid may cause; 0: no bound */
  gsize max_answers; /* bytes of all answers to written commands that are coming; 0: 512 MiB */
} SwClientOptions;

typedef enum
{
  SW_CLIENT_CONNECTING, /* first attempt under way */
  SW_CLIENT_UP,         /* events flow, first snapshot taken, commands accepted */
  SW_CLIENT_DOWN,       /* being dialled again, or waiting to be */
  SW_CLIENT_FAILED, /* the first attempt failed for good (password, ACL; unreachable without retry)
                     */
} SwClientState;

typedef struct
{
  /* State or any connection changed. */
  void (*state) (SwClient *client, gpointer data);
  /* One event, after the model applied it; `json` is the switch's own text of it (len bytes, one
   * line, no newline), lent. Records of eslfs itself (CUSTOM eslfs::gap, eslfs::connected,
   * eslfs::disconnected, eslfs::resync, eslfs::lost; see sw-record.h) come this way too, in the
   * stream's order. */
  void (*event) (SwClient *client, const EslEvent *event, const char *json, gsize len,
                 gpointer data);
  /* A log line (headers Log-Level, Text-Channel, Log-File, ..., User-Data; body), while log is
   * wanted. */
  void (*log) (SwClient *client, const EslEvent *headers, const char *text, gsize len,
               gpointer data);
} SwClientFuncs;

/* A client that does nothing yet. `model_funcs` hear of the model's changes, both get `data`. */
SwClient *sw_client_new (const SwClientOptions *options, const SwModelFuncs *model_funcs,
                         const SwClientFuncs *funcs, gpointer data);
/* Answers what is pending before it returns, with SW_ERROR_LOST what was sent and SW_ERROR_DOWN
 * what was not; so it does with what is asked for meanwhile. The functions for states, events,
 * lines and channels don't run any more. Not from within one of its own functions. */
void sw_client_free (SwClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwClient, sw_client_free)

void sw_client_start (SwClient *client);
SwModel *sw_client_model (SwClient *client);
SwClientState sw_client_state (const SwClient *client);
/* Why it is not up: what was tried, on what, what was said. NULL when up. */
const GError *sw_client_error (const SwClient *client);
/* The switch's Core-UUID; NULL until known. */
const char *sw_client_core_uuid (const SwClient *client);
/* The address and port that events come from, "[::1]:8021"; lent; NULL while there is no link. */
const char *sw_client_remote (const SwClient *client);
/* What `eslfs/connection` shows: "connected yes|no", switch address, user, core-uuid, since,
 * attempts, last error, denied permissions, then a line a connection: role, descriptor, local,
 * remote, state, outstanding replies. */
void sw_client_describe (const SwClient *client, GString *out);

/* `error` NULL: `text` (len bytes, NUL-terminated, lent) is the switch's answer, whatever it says.
 * Otherwise `text` is "" and `error` is of SW_ERROR. Runs once, never before the call returned, and
 * not at all after sw_command_cancel(). */
typedef void (*SwReplyFunc) (const char *text, gsize len, const GError *error, gpointer data);

/* Read-only api command lines ("uuid_dump U json"). Shared when identical ones are in flight. Users
 * take turns; `uid` is whose read it is. One who is neither the owner nor root waits while he has
 * read much (SwClientOptions.read_rate), and is answered SW_ERROR_BUSY when too much of his waits.
 */
SwCommand *sw_client_query_for (SwClient *client, guint32 uid, const char *line, SwReplyFunc func,
                                gpointer data);
/* The same of the client's own. */
SwCommand *sw_client_query (SwClient *client, const char *line, SwReplyFunc func, gpointer data);
#define SW_NOBODY ((guint32)-1) /* no user has it */
/* A written api line, run once. */
SwCommand *sw_client_api (SwClient *client, const char *line, gsize len, SwReplyFunc func,
                          gpointer data);
/* FALSE when sw_client_api() of this line would be refused on this side, with the SW_ERROR it would
 * be answered with: not connected, CR, LF or NUL inside, the reload trap, too long. */
gboolean sw_client_accepts (SwClient *client, const char *line, gsize len, GError **error);
/* sendmsg execute; the answer is the Reply-Text. An application that `show application` does not
 * list (asked once, again on MODULE_LOAD/UNLOAD) is answered "-ERR unknown application NAME"
 * without anything sent: the switch would hang the channel up. */
SwCommand *sw_client_execute (SwClient *client, const EslExecute *execute, SwReplyFunc func,
                              gpointer data);
/* uuid_setvar of any bytes but NUL; len 0 unsets. The uuid must be plain (sw-uuid.h). */
SwCommand *sw_client_setvar (SwClient *client, const char *uuid, const char *name,
                             const char *value, gsize len, SwReplyFunc func, gpointer data);
/* The same of a global variable; a value with "${" is refused, since the switch would change it. */
SwCommand *sw_client_global_setvar (SwClient *client, const char *name, const char *value,
                                    gsize len, SwReplyFunc func, gpointer data);
/* sendevent and sendmsg: headers as they stand, the body written anew; the answer is the
 * Reply-Text. */
SwCommand *sw_client_sendevent (SwClient *client, const char *name, const EslEvent *event,
                                SwReplyFunc func, gpointer data);
SwCommand *sw_client_sendmsg (SwClient *client, const char *uuid, const EslEvent *message,
                              SwReplyFunc func, gpointer data);
/* Any whole command made by esl-command.h; the answer is Reply-Text or the api body. */
SwCommand *sw_client_send (SwClient *client, const char *command, gsize len, SwReplyFunc func,
                           gpointer data);
/* Who waits for a command's answer. One that is not watched doesn't keep others from being sent;
 * one that was abandoned before it was sent is never sent, and answered SW_ERROR_ABANDONED. What
 * was sent runs on. */
typedef enum
{
  SW_WATCHED,
  SW_UNWATCHED, /* nobody now; somebody may come back */
  SW_ABANDONED, /* nobody ever will */
} SwStake;
void sw_command_set_stake (SwCommand *command, SwStake stake);
/* Forgets the caller: its function won't run, and nobody watches. The command itself is sent and
 * runs all the same: a conversation that is closed after its line was taken has had it taken. */
void sw_command_cancel (SwCommand *command);

/* The names that `show api` lists, sorted, NULL-terminated, lent until the next change; refreshed
 * on MODULE_LOAD and MODULE_UNLOAD. Usage: "SYNTAX - description", NULL when unlisted. */
const char *const *sw_client_api_names (SwClient *client);
const char *sw_client_api_usage (SwClient *client, const char *name);

/* The switch's log from now on: lines of `level` (0 to 7) and graver ones, -1: none. Over a
 * connection of its own, which is there only while the log is wanted. Where lines are missing (that
 * connection was lost), a line of eslfs's own (Log-File "eslfs") says so. */
void sw_client_set_log_level (SwClient *client, int level);
/* FALSE when the login's answer denies this user the log. */
gboolean sw_client_log_allowed (const SwClient *client);

/* What `show application` says of an application's arguments, such as "<path>"; NULL when it says
 * nothing. Lent until the next change. */
const char *sw_client_application_syntax (SwClient *client, const char *name);

/* How many live readers wait for events: the event connection is poked while there is one. */
void sw_client_add_live_reader (SwClient *client, int delta);
/* A live reader that is reading can't keep up with a flood: events are taken more slowly for a
 * moment, but never slower than any switch makes them. */
void sw_client_ease (SwClient *client);

/* What has happened since the client was made. Lent. */
typedef struct
{
  guint64 links;        /* times that the switch was connected */
  guint64 events;       /* that the switch sent */
  guint64 event_bytes;  /* of their JSON */
  guint64 echoes;       /* of them: those that our own reads caused, left out */
  guint64 missing;      /* that may have been missed, at most */
  guint64 log_lines;    /* that the switch sent */
  guint64 queries;      /* sw_client_query() */
  guint64 queries_sent; /* requests that were sent for them: identical ones share one */
  guint64 commands;     /* all others */
  guint live_readers;   /* now */
  guint waiting;        /* now: written commands that wait for a connection */
  guint outbound_calls; /* taken from the dialplan's socket application */
} SwCounts;
const SwCounts *sw_client_counts (SwClient *client);
/* Runs `func` for each connection, as "events", "read", "write" or "log". */
void sw_client_visit (const SwClient *client,
                      void (*func) (EslConnection *connection, const char *role, gpointer data),
                      gpointer data);

G_END_DECLS
