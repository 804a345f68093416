/* SPDX-License-Identifier: MIT */
/* registry.c - a hash table by key, and an array in the order of serials.
 *
 * What is taken out leaves a hole in the array, which is packed when half of it is holes: so each
 * item is moved once at most for each one taken out, and the array is never twice as long as it
 * need be.
 */
#include "registry.h"

#define HOLES_KEPT 64 /* a short array is not worth the packing */

typedef struct
{
  guint64 serial;
  RegistryItem *item; /* NULL: a hole */
} Place;

struct _Registry
{
  GHashTable *by_key; /* the item's own key -> RegistryItem, a reference */
  GArray *order;      /* of Place, ascending serial */
  guint holes;        /* in order */
  guint first;        /* index in order: only holes stand before it */
  guint64 last_serial;
};

Registry *
registry_new (void)
{
  Registry *registry = g_new0 (Registry, 1);

  registry->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  registry->order = g_array_new (FALSE, FALSE, sizeof (Place));
  return registry;
}

void
registry_free (Registry *registry)
{
  gpointer item;

  if (registry == NULL)
    return;
  while ((item = registry_next (registry, 0)) != NULL)
    registry_remove (registry, item);
  g_hash_table_unref (registry->by_key);
  g_array_unref (registry->order);
  g_free (registry);
}

void
registry_item_init (gpointer item, GDestroyNotify free_item)
{
  RegistryItem *self = item;

  *self = (RegistryItem){ .free_item = free_item };
  g_ref_count_init (&self->refs);
}

gpointer
registry_item_ref (gpointer item)
{
  g_ref_count_inc (&((RegistryItem *)item)->refs);
  return item;
}

void
registry_item_unref (gpointer item)
{
  RegistryItem *self = item;

  if (!g_ref_count_dec (&self->refs))
    return;
  registry_item_set_watch (item, NULL, NULL);
  self->free_item (item);
}

gboolean
registry_item_is_alive (gconstpointer item)
{
  return ((const RegistryItem *)item)->registry != NULL;
}

guint64
registry_item_serial (gconstpointer item)
{
  return ((const RegistryItem *)item)->serial;
}

const char *
registry_item_key (gconstpointer item)
{
  return ((const RegistryItem *)item)->key;
}

void
registry_item_set_watch (gpointer item, gpointer watch, GDestroyNotify free_watch)
{
  RegistryItem *self = item;
  gpointer old = self->watch;
  GDestroyNotify free_old = self->free_watch;

  self->watch = watch;
  self->free_watch = free_watch;
  if (old != NULL && free_old != NULL)
    free_old (old);
}

gpointer
registry_item_watch (gconstpointer item)
{
  return ((const RegistryItem *)item)->watch;
}

/* The index of the first place whose serial is greater than `after`. */
static guint
registry_place_after (const Registry *registry, guint64 after)
{
  guint low = 0, high = registry->order->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (registry->order, Place, middle).serial > after)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static void
registry_pack (Registry *registry)
{
  Place *places = (Place *)(gpointer)registry->order->data;
  guint kept = 0;

  for (guint i = 0; i < registry->order->len; i++)
    if (places[i].item != NULL)
      places[kept++] = places[i];
  g_array_set_size (registry->order, kept);
  registry->holes = registry->first = 0;
}

gboolean
registry_add (Registry *registry, gpointer item, const char *key)
{
  RegistryItem *self = item;
  Place place;

  if (g_hash_table_contains (registry->by_key, key))
    return FALSE;
  self->registry = registry;
  self->key = key;
  self->serial = ++registry->last_serial;
  place = (Place){ self->serial, self };
  g_array_append_val (registry->order, place);
  g_hash_table_insert (registry->by_key, (gpointer)key, self);
  return TRUE;
}

gboolean
registry_rename (Registry *registry, gpointer item, const char *key)
{
  RegistryItem *self = item;

  if (g_hash_table_contains (registry->by_key, key))
    return FALSE;
  g_hash_table_remove (registry->by_key, self->key);
  self->key = key;
  g_hash_table_insert (registry->by_key, (gpointer)key, self);
  return TRUE;
}

/* A list that drops its oldest, again and again, has all its holes at the front: they are skipped
 * at once. */
static void
registry_skip_holes (Registry *registry)
{
  while (registry->first < registry->order->len
         && g_array_index (registry->order, Place, registry->first).item == NULL)
    registry->first++;
}

void
registry_remove (Registry *registry, gpointer item)
{
  RegistryItem *self = item;
  guint index;

  if (self->registry != registry)
    return;
  index = registry_place_after (registry, self->serial - 1);
  g_array_index (registry->order, Place, index).item = NULL;
  g_hash_table_remove (registry->by_key, self->key);
  self->registry = NULL;
  registry_skip_holes (registry);
  if (++registry->holes > HOLES_KEPT && registry->holes > registry->order->len / 2)
    registry_pack (registry);
  registry_item_unref (item);
}

gpointer
registry_find (const Registry *registry, const char *key)
{
  return g_hash_table_lookup (registry->by_key, key);
}

gpointer
registry_next (const Registry *registry, guint64 after)
{
  for (guint i = MAX (registry->first, registry_place_after (registry, after));
       i < registry->order->len; i++)
    if (g_array_index (registry->order, Place, i).item != NULL)
      return g_array_index (registry->order, Place, i).item;
  return NULL;
}

guint
registry_size (const Registry *registry)
{
  return g_hash_table_size (registry->by_key);
}

guint64
registry_n_added (const Registry *registry)
{
  return registry->last_serial;
}
