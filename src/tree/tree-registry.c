/* SPDX-License-Identifier: MIT */
/* tree-registry.c - directories of what a registry keeps: calls/, jobs/, ended/, outbound/. */
#include "tree-private.h"

gboolean
tree_registry_next (const Registry *registry, guint64 *cookie, const char **ret_name)
{
  gpointer item = registry_next (registry, *cookie);

  if (item == NULL)
    return FALSE;
  *cookie = registry_item_serial (item);
  *ret_name = registry_item_key (item);
  return TRUE;
}

const VfsEntry *
tree_registry_lookup (const Registry *registry, const char *name, const VfsEntry *row,
                      gpointer *ret_object)
{
  gpointer item = registry_find (registry, name);

  if (item == NULL)
    return NULL;
  *ret_object = registry_item_ref (item);
  return row;
}

gboolean
tree_registry_alive (gpointer item)
{
  return registry_item_is_alive (item);
}
