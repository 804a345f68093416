/* SPDX-License-Identifier: MIT */
#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static void
on_answered (Request *request, gpointer data)
{
  Ask *ask = data;
  g_autoptr (GBytes) text = request_dup_text (request);

  ask->answers++;
  ask->error = request_error (request);
  ask->count = request_count (request);
  if (text != NULL)
    g_string_append_len (ask->text, g_bytes_get_data (text, NULL), (gssize)g_bytes_get_size (text));
}

Ask *
ask_new (uid_t uid)
{
  Ask *ask = g_new0 (Ask, 1);
  Caller caller = { .uid = uid, .gid = uid, .pid = 1 };

  ask->text = g_string_new (NULL);
  ask->request = request_new (on_answered, ask, &caller);
  return ask;
}

void
ask_free (Ask *ask)
{
  g_assert_cmpuint (ask->answers, ==, 1);
  request_unref (ask->request);
  g_string_free (ask->text, TRUE);
  g_free (ask);
}

Ask *
ask_open (VfsNode *node, int flags)
{
  Ask *ask = ask_new (1000);

  vfs_open (node, flags, ask->request, &ask->file);
  return ask;
}

Ask *
ask_read (VfsFile *file, guint64 offset, gsize size)
{
  Ask *ask = ask_new (1000);

  vfs_read (file, offset, size, FALSE, ask->request);
  return ask;
}

Ask *
ask_read_nonblock (VfsFile *file, gsize size)
{
  Ask *ask = ask_new (1000);

  vfs_read (file, 0, size, TRUE, ask->request);
  return ask;
}

Ask *
ask_write (VfsFile *file, guint64 offset, const char *bytes, gssize len, guint64 owner)
{
  Ask *ask = ask_new (1000);
  gsize size = len < 0 ? strlen (bytes) : (gsize)len;
  /* Exactly as long as said, and gone after the call: who reads on is found out. */
  g_autofree char *copy = g_memdup2 (bytes, size);

  vfs_write (file, offset, copy, size, owner, ask->request);
  return ask;
}

Ask *
ask_flush (VfsFile *file, guint64 owner)
{
  Ask *ask = ask_new (1000);

  vfs_flush (file, owner, FALSE, ask->request);
  return ask;
}

void
flush_dying (VfsFile *file, guint64 owner)
{
  g_autoptr (Ask) ask = ask_new (1000);

  vfs_flush (file, owner, TRUE, ask->request);
  g_assert_cmpint (ask->error, ==, 0);
}

VfsFile *
open_now (VfsNode *node, int flags)
{
  g_autoptr (Ask) ask = ask_open (node, flags);

  g_assert_cmpint (ask->error, ==, 0);
  g_assert_nonnull (ask->file);
  return ask->file;
}

char *
read_now (VfsFile *file, guint64 offset, gsize size)
{
  g_autoptr (Ask) ask = ask_read (file, offset, size);

  g_assert_cmpint (ask->error, ==, 0);
  g_assert_cmpuint (ask->text->len, <=, size);
  return g_strdup (ask->text->str);
}

GString *
read_all (VfsFile *file, gsize piece)
{
  GString *all = g_string_new (NULL);

  while (TRUE)
    {
      g_autoptr (Ask) ask = ask_read (file, all->len, piece);

      g_assert_cmpint (ask->error, ==, 0);
      if (ask->text->len == 0)
        return all;
      g_string_append_len (all, ask->text->str, (gssize)ask->text->len);
    }
}

int
write_now (VfsFile *file, const char *text)
{
  g_autoptr (Ask) ask = ask_write (file, 0, text, -1, 1);

  if (ask->error == 0)
    g_assert_cmpuint (ask->count, ==, strlen (text));
  return ask->error;
}

void
check_write (VfsFile *file, guint64 offset, const char *text, int error, gsize count)
{
  g_autoptr (Ask) ask = ask_write (file, offset, text, -1, WRITER);

  g_assert_cmpint (ask->error, ==, error);
  g_assert_cmpuint (ask->count, ==, count);
}

void
check_taken (VfsFile *file, const char *text)
{
  check_write (file, 0, text, 0, strlen (text));
}

void
check_flush (VfsFile *file, guint64 owner, int error)
{
  g_autoptr (Ask) ask = ask_flush (file, owner);

  g_assert_cmpint (ask->error, ==, error);
}

VfsDir *
open_dir (VfsNode *node)
{
  const Caller caller = { .uid = 1000, .gid = 1000, .pid = 1 };
  VfsDir *dir;

  g_assert_cmpint (vfs_dir_open (node, &caller, &dir), ==, 0);
  return dir;
}

VfsNode *
tree_root (VfsTree *tree)
{
  return vfs_tree_node (tree, VFS_ROOT_ID);
}

VfsNode *
walk (VfsTree *tree, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  VfsNode *node = vfs_node_ref (tree_root (tree));

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (VfsNode) dir = node;

      node = NULL;
      if (vfs_lookup (dir, names[i], &node) != 0)
        return NULL;
    }
  return node;
}

void
turn (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
