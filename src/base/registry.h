/* SPDX-License-Identifier: MIT */
/* registry.h - things that come and go: found by key, listed in the order of their coming.
 *
 * Channels, jobs, outbound calls and ended calls are each a registry. A thing of one begins with a
 * RegistryItem, so these functions take it as it is. It gets a serial when it is added, greater
 * than all before, so that a reader of a directory can go on after the last serial it saw while
 * things come and go. It is alive until it is taken out; references keep the memory for those who
 * still look at it.
 *
 * Adding, finding, "the next after this serial" and taking out cost the same at any number, but for
 * a binary search.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Registry Registry;

/* The first member of what a registry keeps; its fields are the registry's. */
typedef struct
{
  grefcount refs;
  GDestroyNotify free_item;
  Registry *registry; /* that it is in; NULL: it has ended, or was never added */
  const char *key;    /* the item's own string, lent: it must not change while it is in */
  guint64 serial;     /* from 1; 0: never added */
  gpointer watch;     /* what those who watch it keep with it */
  GDestroyNotify free_watch;
} RegistryItem;

Registry *registry_new (void);
/* Takes out everything that is in. */
void registry_free (Registry *registry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Registry, registry_free)

/* Gives a new item its first reference, which is the maker's. `free_item` runs, with the item, when
 * the last one goes. */
void registry_item_init (gpointer item, GDestroyNotify free_item);
gpointer registry_item_ref (gpointer item);
void registry_item_unref (gpointer item);
/* TRUE from registry_add() to registry_remove(). */
gboolean registry_item_is_alive (gconstpointer item);
guint64 registry_item_serial (gconstpointer item);
/* Lent; it changes when the item is renamed. */
const char *registry_item_key (gconstpointer item);
/* A place for one who watches the item to keep what that takes, freed with the item; what was there
 * before is freed at once. NULL until set. */
void registry_item_set_watch (gpointer item, gpointer watch, GDestroyNotify free_watch);
gpointer registry_item_watch (gconstpointer item);

/* Puts the item in; takes the reference. FALSE, and nothing is taken, when the key is there. */
gboolean registry_add (Registry *registry, gpointer item, const char *key);
/* The item is found by another key from now on; its serial stays. The old key must still be
 * readable; FALSE, and nothing happens, when the new one is there. */
gboolean registry_rename (Registry *registry, gpointer item, const char *key);
/* The subject has ended: not found and not listed any more. Gives up the registry's reference. Does
 * nothing for what is out. */
void registry_remove (Registry *registry, gpointer item);

/* Lent; NULL: none. */
gpointer registry_find (const Registry *registry, const char *key);
/* The first whose serial is greater than `after` (0: the oldest); lent; NULL at the end. */
gpointer registry_next (const Registry *registry, guint64 after);
guint registry_size (const Registry *registry);
/* How many have ever been added. */
guint64 registry_n_added (const Registry *registry);

G_END_DECLS
