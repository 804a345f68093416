/* SPDX-License-Identifier: MIT */
/* tree-private.h - what the directories' files share. */
#pragma once

#include "sw-bgapi.h"
#include "sw-history.h"
#include "sw-outbound.h"
#include "sw-uuid.h"
#include "tree-belt.h"
#include "tree-errno.h"
#include "tree-recent.h"
#include "tree-selection.h"
#include "tree-text.h"
#include "tree.h"
#include "vfs-budget.h"

G_BEGIN_DECLS

#define TREE_MAX_RAWS 64 /* opens of esl, of which one user may have a share (vfs-budget.h) */

/* What the tree keeps about a channel while the model knows it (the channel's watch). */
typedef struct
{
  Tree *tree;
  WaitQueue *queue;      /* one-value streams stand here */
  GQueue values;         /* of ValueStream (tree-value.c) */
  GQueue digits;         /* of DigitStream (tree-dtmf.c) */
  TreeSelection *events; /* its records in the ring; NULL: none */
  TreeSelection *lines;  /* of the log, as far as they were looked for; NULL: not at all */
  guint64 lines_next;    /* number of the log's record to look at next */
  GQueue farewells;      /* of Farewell (tree-dump.c): reads that wait for a dropped channel's last
                            events */
  EslEvent *dump;        /* the last `uuid_dump`, for var/; NULL: none */
  gint64 dump_time;      /* g_get_monotonic_time() */
  guint64 dump_epoch;
  GList dump_link;        /* in the tree's dumps */
  SwOutboundCall *socket; /* of outbound/<uuid>/, while it is there; lent */
  EslEvent *final;        /* CHANNEL_HANGUP_COMPLETE, once it came: the variables that are left */
} CallWatch;

typedef struct _TreeLog TreeLog;
typedef struct _TreeOutbound TreeOutbound;

struct _Tree
{
  SwClient *client;
  VfsTree *vfs;
  void (*state) (Tree *tree, gpointer data);
  gpointer data;

  VfsRing *events;
  TreeRecent *recent; /* of them, in plain text */
  guint plain_readers;
  gint64 judged; /* microseconds that live readers' pulls have taken in this turn of the loop */
  guint judging_source; /* begins the next turn */
  TreeLog *log;
  TreeOutbound *outbound;
  GQueue raws;            /* of RawFile, by their links (tree-esl.c) */
  EslEvent *parsed;       /* the record that was last made into an event, shared by all readers */
  guint64 parsed_number;  /* 0: none */
  WaitQueue *link;        /* those who watch eslfs/connection */
  GHashTable *executions; /* Event-UUID -> Execution (tree-execute.c) */
  guint64 epoch; /* grows with each command written through the tree, as it is sent and as it is
                    answered: dumps that were asked for before that are old */

  SwJobs *jobs;
  SwBgapi *bgapi;           /* starts them */
  gsize jobs_listed;        /* bytes of bgapi's lines, without how long those have run that run */
  gsize jobs_elapsed;       /* bytes of that */
  gint64 jobs_elapsed_good; /* until then, monotonic; 0: to be counted anew */
  SwHistory *history;       /* what ended/ shows */
  GQueue dumps;             /* of CallWatch that keep one, oldest first */

  GQueue failures; /* of char *, oldest first */
  guint64 n_failures;
  gsize failure_bytes;

  GString *channels[2]; /* rendered channels, channels.json */
  guint64 channels_generation[2];

  char *query_refused;  /* the name in query/ that was last told of in eslfs/errors; NULL: none */
  gint64 query_told;    /* monotonic µs: a second of it is used up by each one that is told of */
  gsize metrics_size;   /* of the metrics as they last were; 0: never made */
  gint64 metrics_asked; /* when that was, monotonic */

  TreeBelt *belt;
  char *options;
  gint64 vars_ttl; /* microseconds */
  int loglevel;
};

static inline Tree *
tree_of (const VfsNode *node)
{
  return vfs_node_context (node);
}

static inline SwChannel *
channel_of (const VfsNode *node)
{
  return vfs_node_object (node);
}

CallWatch *tree_watch (Tree *tree, SwChannel *channel);
void tree_watch_drop_dump (Tree *tree, CallWatch *watch);

/* For .ready: EHOSTDOWN while the switch is not connected, so that nothing old passes for new. */
int tree_ready (VfsNode *node);
GBytes *tree_bytes (const char *text);
/* tree-table.c: the row of that name, whatever its place; there must be one. For look-ups of names
 * that are not known beforehand: "<uuid>". */
const VfsEntry *tree_row (const VfsEntry *rows, const char *name);

/* tree-registry.c: directories of what a registry keeps; each object is an item, with a reference.
 * For .next and .lookup (`row`: of what is found), .object_alive; .object_free is
 * registry_item_unref(). */
gboolean tree_registry_next (const Registry *registry, guint64 *cookie, const char **ret_name);
const VfsEntry *tree_registry_lookup (const Registry *registry, const char *name,
                                      const VfsEntry *row, gpointer *ret_object);
gboolean tree_registry_alive (gpointer item);

/* tree-ask.c: one question to the switch for one request; the request's cancel is the command's.
 * `command` is the api line or the command word the reply is judged by (copied). */
typedef struct _TreeAsk TreeAsk;
TreeAsk *tree_ask_new (Tree *tree, Request *request, const char *command);
void tree_ask_reply (const char *text, gsize len, const GError *error,
                     gpointer ask); /* a SwReplyFunc */
/* `command` NULL: it can't be forgotten, its reply will come in any case. */
void tree_ask_sent (TreeAsk *ask, SwCommand *command);
/* TRUE: the belt said something, and the request is answered with it. */
gboolean tree_ask_denied (Request *request, const char *said);
/* "api LINE" for a written line: answers with the reply. */
void tree_ask_api (Tree *tree, const char *line, gsize len, Request *request);
/* A request's stake becomes that of the command that was sent for it; NULL: of none. */
void tree_set_stake (SwCommand *sent, RequestInterest stake);
/* Nothing was sent after all; the request is left to the caller. */
void tree_ask_drop (TreeAsk *ask);
/* Answers a client's error. */
void tree_answer_error (Request *request, const GError *error);

/* tree-events.c */
VfsRing *tree_events_ring (VfsNode *node);
VfsRing *tree_events_new (gsize capacity, Tree *tree);
void tree_events_append (Tree *tree, const EslEvent *event, const char *json, gsize len);
enum
{
  TREE_EVENTS_PLAIN,
  TREE_EVENTS_JSON,
  TREE_EVENTS_XML,
  TREE_N_EVENTS
};
/* The record of that number as an event, lent until another one is asked for; NULL: it is gone. */
const EslEvent *tree_events_parsed (Tree *tree, guint64 number);
/* Appends a record's text in that format (nothing when it is gone); an event's of our own. */
void tree_events_append_record (Tree *tree, guint format, guint64 number, GString *out);
void tree_events_append_event (const EslEvent *event, guint format, GString *out);

/* tree-reader.c */
extern const VfsStreamOps tree_events_ops, tree_call_events_ops;

/* tree-call-events.c */
void tree_call_events_fetch (VfsNode *node, Request *request); /* column: the format */
gsize tree_call_events_size (VfsNode *node);
/* Notes that the newest record is of the event's channel. */
void tree_events_index (Tree *tree, const EslEvent *event);

/* tree-api.c, tree-calls.c, tree-eslfs.c: directories */
extern const VfsEntry tree_api_rows[], tree_call_dirs[], tree_call_rows[], tree_eslfs_rows[];
extern const VfsDirOps tree_api_ops, tree_calls_ops;
/* For .object_times of a directory whose objects are channels. */
void tree_channel_times (gpointer channel, gint64 *ret_mtime, gint64 *ret_ctime);

/* tree-channels.c */
void tree_channels_show (VfsNode *node, GString *out);
gsize tree_channels_size (VfsNode *node);

/* tree-dump.c: vars, vars.json, var/, dump* */
void tree_dump_fetch (VfsNode *node, Request *request); /* rows' column: TreeDumpForm */
typedef enum
{
  TREE_DUMP_PLAIN,
  TREE_DUMP_JSON,
  TREE_DUMP_XML,
  TREE_DUMP_VARS,
  TREE_DUMP_VARS_JSON,
  TREE_DUMP_VAR, /* the one that the node is named after */
} TreeDumpForm;
void tree_dump_prepare (VfsNode *node, Request *request);
void tree_dump_event (Tree *tree, SwChannel *channel, const EslEvent *event);
void tree_dump_ended (SwChannel *channel, const EslEvent *event);
/* The dump that a preparation has just got: what var/ lists and looks up in. NULL: none. */
const EslEvent *tree_dump_prepared (SwChannel *channel);
/* Calls `each` for every variable, arrays as ARRAY::a|:b. */
void tree_dump_each_variable (const EslEvent *dump,
                              void (*each) (const char *name, const char *value, gpointer data),
                              gpointer data);

/* tree-vars.c: setting them, and the directory var/ */
extern const VfsDirOps tree_var_ops;
extern const VfsEntry tree_var_rows[];
void tree_vars_store (VfsFile *file, const char *line, gsize len, Request *request);

/* tree-execute.c */
void tree_execute_call (VfsFile *file, const char *line, gsize len, Request *request);
void tree_execute_release (VfsFile *file);
void tree_execute_event (Tree *tree, const EslEvent *event);
void tree_execute_channel_ended (Tree *tree, SwChannel *channel);
void tree_execute_link_lost (Tree *tree);
void tree_execution_free (gpointer execution);

/* tree-value.c: the one-value files of a call */
void tree_value_show (VfsNode *node, GString *out);
gsize tree_value_size (VfsNode *node);
extern const VfsStreamOps tree_value_ops;
void tree_value_changed (SwChannel *channel);
void tree_value_ended (SwChannel *channel);

/* tree-dtmf.c */
extern const VfsStreamOps tree_dtmf_ops;
void tree_dtmf_show (VfsNode *node, GString *out);
void tree_dtmf_store (VfsFile *file, const char *line, gsize len, Request *request);
void tree_dtmf_event (SwChannel *channel, const EslEvent *event);

/* tree-ended.c */
extern const VfsDirOps tree_ended_ops;
extern const VfsEntry tree_ended_dirs[];
void tree_ended_add (Tree *tree, SwChannel *channel, const EslEvent *event);
/* The variables of a dump or of an event, as vars or vars.json. */
void tree_dump_append (const EslEvent *dump, TreeDumpForm form, GString *out);

/* tree-bgapi.c, tree-job.c: bgapi, jobs/ */
extern const VfsStreamOps tree_bgapi_ops;
void tree_bgapi_show (VfsNode *node, GString *out);
gsize tree_bgapi_size (VfsNode *node);
void tree_bgapi_release (VfsFile *file);
void tree_bgapi_store (VfsFile *file, const char *line, gsize len, Request *request);
extern const VfsDirOps tree_jobs_ops;
extern const VfsEntry tree_job_dirs[];
void tree_job_changed (SwJob *job, gpointer data);
void tree_job_listed (SwJob *job, gpointer data);

/* tree-block.c: sendevent, calls/<uuid>/sendmsg */
void tree_sendevent_call (VfsFile *file, const char *block, gsize len, Request *request);
void tree_sendmsg_call (VfsFile *file, const char *block, gsize len, Request *request);

/* tree-query.c */
extern const VfsDirOps tree_query_ops;
extern const VfsEntry tree_query_rows[];

/* tree-query-table.c: which command lines only look. NULL: this one does; else why it is not
 * believed to, for people; owned. */
char *tree_query_refusal (const char *line);
/* Calls `each` for the lines that need no word of the user's. */
void tree_query_each_listed (void (*each) (const char *line, gpointer data), gpointer data);

/* tree-global.c */
void tree_globals_fetch (VfsNode *node, Request *request);
void tree_globals_store (VfsFile *file, const char *line, gsize len, Request *request);

/* tree-log.c: log, and each call's */
TreeLog *tree_log_new (Tree *tree);
void tree_log_free (TreeLog *log);
void tree_log_append (Tree *tree, const EslEvent *headers, const char *text, gsize len);
void tree_log_channel_ended (Tree *tree, SwChannel *channel);
VfsRing *tree_log_ring (VfsNode *node);
int tree_log_open (VfsFile *file);
void tree_log_release (VfsFile *file);
void tree_call_log_fetch (VfsNode *node, Request *request);
gsize tree_call_log_size (VfsNode *node);
extern const VfsStreamOps tree_log_ops, tree_call_log_ops;

/* tree-esl.c: connections of the user's own */
extern const VfsStreamOps tree_esl_ops;
void tree_esl_link_lost (Tree *tree);
void tree_esl_describe (Tree *tree, GString *out); /* lines of eslfs/connection */

/* tree-outbound.c */
TreeOutbound *tree_outbound_new (Tree *tree);
void tree_outbound_free (TreeOutbound *self);
void tree_outbound_event (Tree *tree, const EslEvent *event);
void tree_outbound_link_lost (Tree *tree);
void tree_outbound_describe (Tree *tree, GString *out);
extern const VfsEntry tree_outbound_rows[];
extern const VfsDirOps tree_outbound_ops;
/* The call's own socket when the node is below outbound/, NULL elsewhere; lent. */
SwOutboundCall *tree_socket_of (const VfsNode *node);

/* tree-metrics.c */
void tree_metrics_show (VfsNode *node, GString *out);
gsize tree_metrics_size (VfsNode *node);

/* tree-failures.c */
void tree_failures_add (gpointer context, const Caller *caller, const char *path, int error,
                        const char *command, const char *text);
void tree_failures_show (VfsNode *node, GString *out);
gsize tree_failures_size (VfsNode *node);
void tree_failures_clear (Tree *tree);

G_END_DECLS
