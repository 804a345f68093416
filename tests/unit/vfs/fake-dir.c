/* SPDX-License-Identifier: MIT */
/* The fake's directories: names that come and go, each standing for an object. */
#include "fake.h"

#include <string.h>

void
fake_object_unref (gpointer data)
{
  FakeObject *object = data;

  if (--object->refs > 0)
    return;
  g_free (object->name);
  g_free (object);
}

static void
node_object_free (gpointer data)
{
  FakeObject *object = data;

  object->fake->objects--;
  fake_object_unref (object);
}

static FakeObject *
object_find (Fake *fake, const char *name)
{
  for (guint i = 0; i < fake->names->len; i++)
    {
      FakeObject *object = fake->names->pdata[i];

      if (strcmp (object->name, name) == 0)
        return object;
    }
  return NULL;
}

static const VfsEntry *
dir_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  Fake *fake = vfs_node_context (dir);
  FakeObject *object = object_find (fake, name);

  fake->lookups++;
  if (object == NULL)
    return NULL;
  object->refs++;
  fake->objects++;
  *ret_object = object;
  return &fake_dir_names[0];
}

static const VfsEntry *
dir_create (VfsNode *dir, const char *name, gpointer *ret_object)
{
  if (name[0] == '-')
    return NULL;
  fake_add_name (vfs_node_context (dir), name);
  return dir_lookup (dir, name, ret_object);
}

static void
dir_list (VfsNode *dir, GPtrArray *ret_names)
{
  Fake *fake = vfs_node_context (dir);

  for (guint i = 0; i < fake->names->len; i++)
    g_ptr_array_add (ret_names, g_strdup (((FakeObject *)fake->names->pdata[i])->name));
}

static gboolean
dir_next (VfsNode *dir, guint64 *cookie, const char **ret_name)
{
  Fake *fake = vfs_node_context (dir);

  for (guint i = 0; i < fake->names->len; i++)
    {
      FakeObject *object = fake->names->pdata[i];

      if (object->number <= *cookie)
        continue;
      *cookie = object->number;
      *ret_name = object->name;
      return TRUE;
    }
  return FALSE;
}

static void
dir_prepare (VfsNode *dir, Request *request)
{
  Fake *fake = vfs_node_context (dir);

  fake_ask (fake, "prepare", "attribute", 9, request, fake->prepare_slow);
}

static gboolean
object_alive (gpointer object)
{
  return !((FakeObject *)object)->gone;
}

static void
object_times (gpointer object, gint64 *ret_mtime, gint64 *ret_ctime)
{
  *ret_mtime = 2000000;
  *ret_ctime = 1000000;
}

const VfsDirOps fake_next_ops = { .next = dir_next,
                                  .lookup = dir_lookup,
                                  .create = dir_create,
                                  .object_free = node_object_free,
                                  .object_alive = object_alive,
                                  .object_times = object_times };
const VfsDirOps fake_list_ops = { .list = dir_list,
                                  .lookup = dir_lookup,
                                  .object_free = node_object_free,
                                  .object_alive = object_alive };
const VfsDirOps fake_prepare_ops = {
  .prepare = dir_prepare, .list = dir_list, .lookup = dir_lookup, .object_free = node_object_free
};

static gsize
volatile_size (VfsNode *node)
{
  return 3;
}

static const VfsEntry volatile_names[] = { { .name = "<name>",
                                             .mode = VFS_PUBLIC,
                                             .help = "perhaps",
                                             .flags = VFS_VOLATILE,
                                             .size = volatile_size },
                                           { NULL } };

static const VfsEntry *
volatile_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  return dir_lookup (dir, name, ret_object) != NULL ? &volatile_names[0] : NULL;
}

/* Without object_alive: what is looked up is there, until it is looked up again. */
const VfsDirOps fake_volatile_ops = { .list = dir_list,
                                      .lookup = volatile_lookup,
                                      .object_free = node_object_free };

void
fake_add_name (Fake *fake, const char *name)
{
  static guint64 numbers;
  FakeObject *object = g_new0 (FakeObject, 1);

  object->fake = fake;
  object->name = g_strdup (name);
  object->number = ++numbers;
  object->refs = 1;
  g_ptr_array_add (fake->names, object);
}

void
fake_remove_name (Fake *fake, const char *name)
{
  FakeObject *object = object_find (fake, name);

  g_assert_nonnull (object);
  object->gone = TRUE;
  g_ptr_array_remove (fake->names, object);
}
