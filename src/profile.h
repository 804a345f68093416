/* SPDX-License-Identifier: MIT */
/* profile.h - fs_cli's profiles: a section of ~/.fs_cli_conf or /etc/fs_cli.conf for each switch.
 *
 * The file is read as fs_cli 1.10.12 reads it; of its keys only host, port, user and password mean
 * something here. Where eslfs differs from fs_cli: a wrong name is an error, and a password is
 * never sent to another host than its profile's unless profile= says so.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *name;
  char *host;     /* "127.0.0.1" when the section names none */
  guint16 port;   /* 8021 when the section names none */
  char *user;     /* NULL: the plain password login */
  char *password; /* "ClueCon" when the section names none */
} Profile;

/* Overwrites the password, then frees. */
void profile_free (Profile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Profile, profile_free)

/* The profiles of a file's text (any bytes), in its order: a GPtrArray of Profile, owned. Never
 * fails: what it doesn't understand it skips, as fs_cli does; at most 10,000 profiles are kept,
 * where fs_cli keeps 128. */
GPtrArray *profiles_parse (const char *text, gsize len);

/* The profiles of the file `conf`; NULL: of ~/.fs_cli_conf or, where that can't be opened, of
 * /etc/fs_cli.conf (never both). Returns an array (owned), empty when there is neither. NULL and an
 * error when `conf` can't be read, or a file is over 1 MiB. *ret_path (may be NULL): the file that
 * was read, owned, NULL when there is none. */
GPtrArray *profiles_load (const char *conf, char **ret_path, GError **error);

/* The first of that name (case matters); NULL: none. Lent. */
const Profile *profiles_named (const GPtrArray *profiles, const char *name);
/* The first that logs in there as `user` (NULL: the plain login); NULL: none. Lent. "localhost" and
 * the loopback addresses are one host. */
const Profile *profiles_for (const GPtrArray *profiles, const char *host, guint16 port,
                             const char *user);

G_END_DECLS
