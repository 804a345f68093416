/* SPDX-License-Identifier: MIT */
/* tree.h - the tree that users see, over a client of the switch.
 *
 * One file a directory, each a table of rows; tree-root.c has the first. The tree owns the client
 * and hears of everything through its functions.
 */
#pragma once

#include "sw-client.h"
#include "vfs-tree.h"

G_BEGIN_DECLS

typedef struct _Tree Tree;

typedef struct
{
  SwClientOptions client;
  VfsOwnership ownership;
  gsize event_buffer;  /* bytes of `events` kept; 0: 16 MiB */
  int vars_ttl;        /* milliseconds for which a dump serves var/; -1: 1,000 */
  int loglevel;        /* 0-7 */
  const char *deny;    /* what isn't run by mistake, and what of that is: tree-belt.h; NULL: */
  const char *allow;   /* nothing more than its default */
  const char *options; /* what eslfs/options shows: effective options, no secret; copied */
} TreeOptions;

/* `state` runs whenever the client's state or connections change. */
Tree *tree_new (const TreeOptions *options, void (*state) (Tree *tree, gpointer data),
                gpointer data);
/* Call vfs_tree_shutdown() and unmount first. */
void tree_free (Tree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tree, tree_free)

/* outbound/: calls that come to this address (host as a name or an address without brackets), or to
 * a socket that listens already. */
gboolean tree_listen (Tree *tree, const char *host, guint16 port, GError **error);
gboolean tree_inherit (Tree *tree, int fd, GError **error);
/* Only those that come from there, an address or ADDRESS/BITS; may be said several times. Without:
 * from where the switch is. */
gboolean tree_allow (Tree *tree, const char *address, GError **error);

VfsTree *tree_vfs (Tree *tree);
SwClient *tree_client (Tree *tree);
/* 0-7, as FreeSWITCH's levels: what a log writer is to let through. */
int tree_loglevel (const Tree *tree);

/* The root's row, for documents made from the tables. */
const VfsEntry *tree_root_entry (void);
/* A line for each row: its path below the mount, its permission bits in octal (with "d" or "l"
 * before those of a directory or a link), its help; tab separated. For the documents. */
void tree_append_table (GString *out);
/* The same of the lines that query/ takes: the shape, what it tells. */
void tree_append_queries (GString *out);

G_END_DECLS
