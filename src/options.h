/* SPDX-License-Identifier: MIT */
/* options.h - the command line: eslfs [user@domain@]HOST[:PORT] DIR [-o ...] [-f] [-d].
 *
 * Words of -o that are not in our own table are libfuse's, those that mount(8) and systemd add are
 * dropped. One table has each word's name, type, default and the sentence that --help shows. */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

typedef struct
{
  char *host;
  guint16 port; /* 0: the default, 8021 */
  char *user;   /* NULL: the plain password login */
  char *dir;
  gboolean demo;
  gboolean foreground;
  gboolean debug;
  gboolean version;

  char *password_file;
  guint64 event_buffer; /* bytes */
  int vars_ttl;         /* ms */
  int poke;             /* ms */
  int connect_timeout;  /* ms */
  int query_timeout;    /* ms */
  int command_timeout;  /* ms */
  int loglevel;         /* 0-7 */
  int uid;              /* -1: who mounts */
  int gid;
  int umask; /* -1: as the rows say */
  gboolean retry;
  int calls; /* of the demo switch */

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
/* "HOST:PORT" as /proc/mounts shows it; owned. */
char *options_source (const Options *options);
/* The options in effect, "name=value" lines, no secret; owned. */
char *options_describe (const Options *options);

G_END_DECLS
