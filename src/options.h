/* SPDX-License-Identifier: MIT */
/* options.h - the command line: eslfs SOURCE DIR [-o ...] [-f] [-d].
 *
 * SOURCE is a profile's name (profile.h) or [user@domain@]HOST[:PORT]. A word of -o is in our own
 * table, or one of libfuse's, or one that mount(8), systemd or autofs add, which is dropped; any
 * other is an error. One table has each word's name, type, default and the sentence that --help and
 * the man page show. */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

typedef enum
{
  OPTIONS_RUN,
  OPTIONS_VERSION,
  OPTIONS_LIST_OPTIONS, /* for the man page: options_list() */
  OPTIONS_LIST_TREE,    /* the same of the tree's rows */
  OPTIONS_LIST_QUERIES, /* and of the lines that query/ takes */
} OptionsTask;

typedef struct
{
  char *target; /* SOURCE as it was given; NULL: the demo switch */
  char *host;
  guint16 port; /* 0: the default, 8021 */
  char *user;   /* NULL: the plain password login */
  char *dir;
  gboolean demo;
  gboolean foreground;
  gboolean debug;
  gboolean sloppy; /* unknown words of -o are ignored: mount -s */
  OptionsTask task;

  char *profile;          /* its name; NULL: the one that SOURCE names or fits */
  char *conf;             /* the profiles' file; NULL: as fs_cli finds it */
  char *profile_password; /* of the profile in use; NULL: none */
  char *password_file;
  int password_fd;      /* -1: none */
  guint64 event_buffer; /* bytes */
  guint64 max_memory;   /* bytes */
  int max_open;         /* files */
  int vars_ttl;         /* ms */
  int read_rate;        /* a second */
  int poke;             /* ms */
  int connect_timeout;  /* ms */
  int query_timeout;    /* ms */
  int command_timeout;  /* ms */
  int loglevel;         /* 0-7 */
  int uid;              /* -1: who mounts */
  int gid;
  int umask; /* -1: as the rows say */
  gboolean monitor;
  char *deny; /* names, separated by : or commas; NULL: none more */
  char *allow;
  gboolean retry;
  char *outbound;        /* as given; NULL: none */
  char *outbound_host;   /* an address without brackets, or a name */
  guint16 outbound_port; /* 0: any */
  char *outbound_from;   /* addresses, separated by commas; NULL: where the switch is */
  int calls;             /* of the demo switch */

  GString *fuse; /* words for libfuse, comma separated */
} Options;

#define OPTIONS_ERROR (options_error_quark ())
GQuark options_error_quark (void);

Options *options_new (void);
void options_free (Options *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Options, options_free)

/* Takes the command line apart. `argv` (NULL-terminated, as main's) is not changed. --help prints
 * and exits. FALSE: `error` says which word was wrong and what is expected. */
gboolean options_parse (Options *options, char **argv, GError **error);
/* "[user@domain@]HOST[:PORT]", HOST perhaps "[v6]". */
gboolean options_parse_target (Options *options, const char *target, GError **error);
/* Host, port, user and password of the profile that is meant, where SOURCE and -o did not say: the
 * one of profile=, else the one whose name is SOURCE; else the password of one for that host, port
 * and user. FALSE: profile= names none, or conf= can't be read. */
gboolean options_use_profile (Options *options, GError **error);
/* "HOST:PORT" as /proc/mounts shows it; owned. */
char *options_source (const Options *options);
/* The list of options for the mount: fsname= SOURCE, then what -o has for libfuse, where a later
 * word wins; owned. SOURCE may hold anything, a comma too: it is escaped. */
char *options_for_libfuse (const Options *options);
/* The options in effect, "name=value" lines, no secret; owned. */
char *options_describe (const Options *options);
/* A line for each word of -o: "word" or "word=ARG", a tab, its help; owned. */
char *options_list (void);

G_END_DECLS
