/* SPDX-License-Identifier: MIT */
/* vfs-file.c - open files: which of the four kinds an open is, and its snapshot.
 *
 * The open of a file whose text must be asked for waits for the answer, so that a failure is the
 * open's errno, which every tool reports with the file's name. References: one for the open, one
 * for each command under way, so that a command may be answered after the file was closed.
 */
#include "vfs-private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

VfsFile *
vfs_file_ref (VfsFile *file)
{
  file->refs++;
  return file;
}

void
vfs_file_unref (VfsFile *file)
{
  if (--file->refs > 0)
    return;
  g_clear_pointer (&file->snapshot, g_bytes_unref);
  vfs_budget_give (vfs_tree_budget (file->node->tree), VFS_BUDGET_BYTES, file->caller.uid,
                   file->charged);
  vfs_view_clear (&file->view);
  vfs_lines_clear (&file->lines);
  vfs_node_unref (file->node);
  g_free (file);
}

gboolean
vfs_file_charge (VfsFile *file, gsize bytes)
{
  VfsBudget *budget = vfs_tree_budget (file->node->tree);

  if (!vfs_budget_take (budget, VFS_BUDGET_BYTES, file->caller.uid, bytes))
    return FALSE;
  file->charged += bytes;
  return TRUE;
}

void
vfs_file_discharge (VfsFile *file, gsize bytes)
{
  g_return_if_fail (bytes <= file->charged);
  file->charged -= bytes;
  vfs_budget_give (vfs_tree_budget (file->node->tree), VFS_BUDGET_BYTES, file->caller.uid, bytes);
}

void
vfs_file_keep (VfsFile *file, gsize *counted, gsize bytes)
{
  VfsBudget *budget = vfs_tree_budget (file->node->tree);
  gsize before = *counted;

  *counted = bytes;
  if (bytes < before)
    vfs_file_discharge (file, before - bytes);
  else if (bytes > before)
    {
      vfs_budget_force (budget, VFS_BUDGET_BYTES, file->caller.uid, bytes - before);
      file->charged += bytes - before;
    }
}

VfsNode *
vfs_file_node (const VfsFile *file)
{
  return file->node;
}

uid_t
vfs_file_uid (const VfsFile *file)
{
  return file->caller.uid;
}

void
vfs_file_set_state (VfsFile *file, gpointer state)
{
  file->state = state;
}

gpointer
vfs_file_state (const VfsFile *file)
{
  return file->state;
}

void
vfs_file_watch (VfsFile *file, WaitQueue *queue)
{
  if (queue != NULL)
    waiter_join (&file->waiter, queue);
  else
    waiter_leave (&file->waiter);
}

gboolean
vfs_file_is_talk (const VfsFile *file)
{
  return file->is_talk;
}

gboolean
vfs_file_is_view (const VfsFile *file)
{
  return !file->is_talk && file->access != O_WRONLY && file->node->entry->ring != NULL;
}

gboolean
vfs_file_is_stream (const VfsFile *file)
{
  return file->is_talk;
}

guint64
vfs_file_size (const VfsFile *file)
{
  const VfsEntry *entry = file->node->entry;

  if (file->snapshot != NULL)
    return g_bytes_get_size (file->snapshot);
  if (!file->is_talk && entry->ring != NULL)
    return vfs_ring_end (entry->ring (file->node), entry->ring_format) - file->view.skew;
  return 0;
}

gboolean
vfs_file_is_written (const VfsFile *file)
{
  return file->access != O_RDONLY;
}

static void
on_wake (Waiter *waiter)
{
  VfsFile *file = (VfsFile *)((char *)waiter - G_STRUCT_OFFSET (VfsFile, waiter));

  vfs_talk_wake (file);
}

/* Are lines that are written on this open for a stream? */
static gboolean
is_said_to_stream (const VfsFile *file)
{
  const VfsEntry *entry = file->node->entry;

  return entry->stream != NULL && (file->is_talk || !vfs_entry_takes_commands (entry));
}

static VfsFile *
file_new (VfsNode *node, int access, const Caller *caller)
{
  VfsFile *file = g_new0 (VfsFile, 1);

  file->refs = 1;
  file->node = vfs_node_ref (node);
  node->n_writers += access != O_RDONLY;
  file->access = access;
  file->caller = *caller;
  file->is_talk = access == O_RDWR && (node->entry->call != NULL || node->entry->stream != NULL);
  waiter_init (&file->waiter, on_wake);
  vfs_lines_init (&file->lines, is_said_to_stream (file) ? VFS_STREAM_LINE_MAX : VFS_LINE_MAX);
  file->link.data = file;
  g_queue_push_tail_link (vfs_tree_files (node->tree), &file->link);
  return file;
}

/* Takes the reference. Returns 0 or ENOMEM. */
static int
set_snapshot (VfsFile *file, GBytes *text)
{
  gsize size = g_bytes_get_size (text);

  if (!vfs_file_charge (file, size))
    {
      g_bytes_unref (text);
      return ENOMEM;
    }
  file->snapshot = text;
  file->node->snapshots++;
  file->node->snapshot_size = size;
  return 0;
}

static void
file_close (VfsFile *file)
{
  file->released = TRUE;
  if (file->snapshot != NULL)
    file->node->snapshots--;
  if (file->is_talk)
    vfs_talk_close (file, ENOTCONN);
  vfs_lines_release (file);
  if (file->let_in && file->node->entry->release != NULL)
    file->node->entry->release (file);
  waiter_leave (&file->waiter);
  file->node->n_writers -= file->access != O_RDONLY;
  g_queue_unlink (vfs_tree_files (file->node->tree), &file->link);
  vfs_budget_give (vfs_tree_budget (file->node->tree), VFS_BUDGET_FILES, file->caller.uid, 1);
  vfs_file_unref (file);
}

void
vfs_release (VfsFile *file)
{
  file->released = TRUE;
  /* At the shutdown an open may still wait: its failure closes the file. */
  if (file->fetching != NULL)
    request_cancel (file->fetching);
  else
    file_close (file);
}

/* Can a file of this row be opened this way at all? (The row's mode bits are the kernel's business,
 * and don't hold for root.) */
static int
check_access (const VfsNode *node, int access)
{
  const VfsEntry *entry = node->entry;
  gboolean lines = vfs_entry_takes_commands (entry);
  gboolean talk = entry->call != NULL || entry->stream != NULL;

  if (S_ISDIR (entry->mode))
    return EISDIR;
  if (access != O_RDONLY && vfs_tree_monitors (node->tree) && vfs_entry_is_control (entry))
    return EROFS;
  if (access == O_WRONLY && !lines && entry->stream == NULL)
    return EACCES;
  if (access == O_RDWR && !lines && !talk)
    return EACCES;
  return 0;
}

static void
open_failed (VfsFile *file, int error, GBytes *said)
{
  Request *opening = g_steal_pointer (&file->opening);

  if (error != EINTR && error != ENOTCONN)
    vfs_tree_failure (file->node->tree, &file->caller, file->node, error,
                      file->access == O_RDONLY ? "(read)" : "(open)", 6, said);
  *file->ret_file = NULL;
  file_close (file);
  request_fail (opening, error);
  request_unref (opening);
}

static void
open_done (VfsFile *file)
{
  Request *opening = g_steal_pointer (&file->opening);

  request_done (opening, 0);
  request_unref (opening);
}

static void
on_fetched (Request *fetch, gpointer data)
{
  VfsFile *file = data;
  g_autoptr (GBytes) text = request_dup_text (fetch);
  int error = request_error (fetch);

  file->fetching = NULL;
  if (error == 0)
    error = set_snapshot (file, text != NULL ? g_bytes_ref (text) : g_bytes_new (NULL, 0));
  if (error != 0)
    {
      open_failed (file, file->released ? ENOTCONN : error, text);
    }
  else
    open_done (file);
  vfs_file_unref (file);
  request_unref (fetch);
}

static void
on_open_cancelled (Request *opening, gpointer data)
{
  VfsFile *file = data;

  request_cancel (file->fetching);
}

static void
fetch_snapshot (VfsFile *file)
{
  file->fetching = request_new (on_fetched, vfs_file_ref (file), &file->caller);
  request_on_cancel (file->opening, on_open_cancelled, file);
  file->node->entry->fetch (file->node, file->fetching);
}

/* One that is known to be too large needn't be made. */
static gboolean
has_room_for (VfsFile *file, gsize size)
{
  if (!vfs_file_charge (file, size))
    return FALSE;
  vfs_file_discharge (file, size);
  return TRUE;
}

static int
show_snapshot (VfsFile *file)
{
  const VfsEntry *entry = file->node->entry;
  GBytes *text = NULL;
  GString *shown;

  if ((entry->flags & VFS_LAST_REPLY) != 0)
    text = vfs_replies_get (vfs_tree_replies (file->node->tree), file->node->ino, file->caller.uid);
  if (text == NULL && !has_room_for (file, entry->size != NULL ? entry->size (file->node) : 0))
    return ENOMEM;
  if (text == NULL)
    {
      shown = g_string_new (NULL);
      if (entry->show != NULL)
        entry->show (file->node, shown);
      text = g_string_free_to_bytes (shown);
    }
  return set_snapshot (file, text);
}

/* What the row says to this open: 0 or an errno. */
static int
let_in (VfsFile *file)
{
  const VfsEntry *entry = file->node->entry;
  int error = entry->open != NULL ? entry->open (file) : 0;

  file->let_in = error == 0;
  if (error == 0 && file->access != O_WRONLY && !file->is_talk && entry->ready != NULL)
    error = entry->ready (file->node);
  return error;
}

void
vfs_open (VfsNode *node, int flags, Request *request, VfsFile **ret_file)
{
  int access = flags & O_ACCMODE;
  int error = check_access (node, access);
  VfsFile *file;

  *ret_file = NULL;
  if (error == 0 && !vfs_node_alive (node))
    error = ENXIO;
  if (error == 0 && access != O_RDONLY
      && vfs_contention_refuses (vfs_tree_contention (node->tree), node, request_caller (request)))
    error = ESTALE;
  if (error == 0
      && !vfs_budget_take (vfs_tree_budget (node->tree), VFS_BUDGET_FILES,
                           request_caller (request)->uid, 1))
    error = ENFILE;
  if (error != 0)
    {
      request_fail (request, error);
      return;
    }
  *ret_file = file = file_new (node, access, request_caller (request));
  file->ret_file = ret_file;
  file->opening = request_ref (request);
  error = let_in (file);
  if (error != 0)
    {
      open_failed (file, error, NULL);
      return;
    }
  if (file->is_talk)
    error = vfs_talk_open (file);
  else if (vfs_file_is_view (file))
    vfs_view_open (file);
  else if (access != O_WRONLY && node->entry->fetch != NULL)
    {
      fetch_snapshot (file);
      return;
    }
  else if (access != O_WRONLY)
    error = show_snapshot (file);
  if (error != 0)
    open_failed (file, error, NULL);
  else
    open_done (file);
}

static void
read_snapshot (VfsFile *file, guint64 offset, gsize size, Request *request)
{
  gsize len;
  const guint8 *text = g_bytes_get_data (file->snapshot, &len);
  struct iovec piece;

  if (offset >= len)
    {
      request_done (request, 0);
      return;
    }
  piece.iov_base = (void *)(text + offset);
  piece.iov_len = MIN (size, len - offset);
  request_lend (request, &piece, 1);
}

void
vfs_read (VfsFile *file, guint64 offset, gsize size, gboolean nonblock, Request *request)
{
  if (file->is_talk)
    vfs_talk_read (file, size, nonblock, request);
  else if (file->node->entry->ring != NULL)
    vfs_view_read (file, offset, size, request);
  else if (file->snapshot != NULL)
    read_snapshot (file, offset, size, request);
  else
    request_fail (request, EBADF);
}

void
vfs_write (VfsFile *file, guint64 offset, const void *bytes, gsize len, guint64 owner,
           Request *request)
{
  const VfsStreamOps *stream = file->is_talk ? file->node->entry->stream : NULL;

  if (len == 0)
    request_done (request, 0);
  else if (stream != NULL && stream->bytes != NULL)
    stream->bytes (file, bytes, len, request);
  else
    vfs_lines_write (file, offset, bytes, len, owner, request);
}

void
vfs_flush (VfsFile *file, guint64 owner, gboolean dying, Request *request)
{
  if (vfs_file_is_written (file))
    vfs_rest_flush (file, owner, dying, request);
  else
    request_done (request, 0);
}

guint
vfs_poll (VfsFile *file, VfsNotifyFunc notify, gpointer handle)
{
  if (file->is_talk)
    return vfs_talk_poll (file, notify, handle);
  if (handle != NULL)
    notify (handle, FALSE);
  return POLLIN | POLLOUT;
}
