/* SPDX-License-Identifier: MIT */
#include "fake.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static Fake *
fake_of (VfsNode *node)
{
  return vfs_node_context (node);
}

/* ---- commands ---- */

static void
call_free (gpointer data)
{
  FakeCall *call = data;

  g_assert_null (call->request);
  g_string_free (call->text, TRUE);
  g_free (call);
}

static void
call_answer (FakeCall *call, int error)
{
  Request *request = g_steal_pointer (&call->request);
  g_autofree char *text = g_strdup_printf ("%s %s", error == 0 ? "+OK" : "-ERR", call->text->str);

  request_on_cancel (request, NULL, NULL);
  if (error == 0)
    request_data (request, g_bytes_new (text, strlen (text)));
  else if (error == EREMOTEIO)
    request_refuse (request, error, g_bytes_new (text, strlen (text)));
  else
    request_fail (request, error);
  request_unref (request);
}

static void
on_cancel (Request *request, gpointer data)
{
  FakeCall *call = data;

  call->cancelled = TRUE;
  g_clear_pointer (&call->request, request_unref);
  request_fail (request, EINTR);
}

void
fake_ask (Fake *fake, const char *what, const char *text, gsize len, Request *request,
          gboolean is_slow)
{
  FakeCall *call = g_new0 (FakeCall, 1);

  call->what = what;
  call->text = g_string_new_len (text, (gssize)len);
  call->request = request_ref (request);
  request_on_cancel (request, on_cancel, call);
  g_ptr_array_add (fake->calls, call);
  if (is_slow || g_str_has_prefix (text, "slow"))
    return;
  if (g_str_has_prefix (text, "bad"))
    call_answer (call, EREMOTEIO);
  else if (g_str_has_prefix (text, "down"))
    call_answer (call, EHOSTDOWN);
  else if (g_str_has_prefix (text, "late"))
    call_answer (call, ETIMEDOUT);
  else if (g_str_has_prefix (text, "local"))
    call_answer (call, EINVAL);
  else if (g_str_has_prefix (text, "attribute"))
    {
      g_clear_pointer (&call->request, request_unref);
      request_done (request, 0);
    }
  else
    call_answer (call, 0);
}

static void
store (VfsFile *file, const char *line, gsize len, Request *request)
{
  g_assert_cmpint (line[len], ==, '\0');
  fake_ask (fake_of (vfs_file_node (file)), "store", line, len, request, FALSE);
}

static void
call (VfsFile *file, const char *line, gsize len, Request *request)
{
  g_assert_cmpint (line[len], ==, '\0');
  fake_ask (fake_of (vfs_file_node (file)), "call", line, len, request, FALSE);
}

static void
put (VfsFile *file, const char *value, gsize len, Request *request)
{
  fake_ask (fake_of (vfs_file_node (file)), "put", value, len, request, FALSE);
}

static void
fetch (VfsNode *node, Request *request)
{
  const char *name = vfs_node_name (node);

  fake_ask (fake_of (node), "fetch", name, strlen (name), request, fake_of (node)->fetch_slow);
}

static void
show (VfsNode *node, GString *out)
{
  g_assert_true (vfs_node_alive (node));
  g_string_append (out, fake_of (node)->shown->str);
}

static void
release (VfsFile *file)
{
  fake_of (vfs_file_node (file))->releases++;
}

static int
open_counted (VfsFile *file)
{
  Fake *fake = fake_of (vfs_file_node (file));

  if (fake->open_error == 0)
    fake->opens++;
  return fake->open_error;
}

/* ---- streams ---- */

static int
stream_open (VfsFile *file)
{
  Fake *fake = fake_of (vfs_file_node (file));

  if (fake->stream_error != 0)
    return fake->stream_error;
  fake->streams++;
  vfs_file_set_state (file, fake);
  vfs_file_watch (file, fake->queue);
  return 0;
}

static int
stream_line (VfsFile *file, const char *line, gsize len, const char **ret_why)
{
  Fake *fake = vfs_file_state (file);

  fake_news (fake, line);
  return g_str_has_prefix (line, "bad") ? EINVAL : 0;
}

static void
stream_bytes (VfsFile *file, const void *bytes, gsize len, Request *request)
{
  fake_ask (vfs_file_state (file), "bytes", bytes, len, request, FALSE);
}

/* The first reader that pulls takes all: like a queue of things, each for one. */
static VfsPull
stream_pull (VfsFile *file, GString *out, gsize want)
{
  Fake *fake = vfs_file_state (file);

  if (fake->looks > 0)
    {
      fake->looks--;
      wait_queue_wake (fake->queue);
      return VFS_PULL_MORE;
    }
  if (fake->news->len > 0)
    {
      g_string_append_len (out, fake->news->str, (gssize)fake->news->len);
      g_string_truncate (fake->news, 0);
      return VFS_PULL_DATA;
    }
  if (fake->ended)
    return VFS_PULL_END;
  return fake->eof ? VFS_PULL_EOF : VFS_PULL_WAIT;
}

static void
stream_close (VfsFile *file)
{
  Fake *fake = vfs_file_state (file);

  fake->streams--;
}

static const VfsStreamOps stream_ops = {
  .open = stream_open, .line = stream_line, .pull = stream_pull, .close = stream_close
};
static const VfsStreamOps silent_ops = { .open = stream_open,
                                         .pull = stream_pull,
                                         .close = stream_close };
static const VfsStreamOps raw_ops = {
  .open = stream_open, .bytes = stream_bytes, .pull = stream_pull, .close = stream_close
};

void
fake_news (Fake *fake, const char *text)
{
  g_string_append (fake->news, text);
  wait_queue_wake (fake->queue);
}

/* ---- rows ---- */

static gboolean
link_to (VfsNode *node, GString *out)
{
  Fake *fake = fake_of (node);

  g_assert_cmpstr (vfs_node_name (node), ==, "link");
  if (fake->link_target == NULL)
    return FALSE;
  g_string_append (out, fake->link_target);
  return TRUE;
}

static VfsRing *
ring_of (VfsNode *node)
{
  return fake_of (node)->ring;
}

static int
ready (VfsNode *node)
{
  return fake_of (node)->ready_error;
}

static const VfsEntry below_name[] = {
  { .name = "text", .mode = VFS_PUBLIC, .help = "shown", .show = show },
  { .name = "value", .mode = VFS_CONTROL, .help = "a value", .fetch = fetch, .put = put },
  { .name = "link", .mode = VFS_LINK, .help = "a link", .link = link_to },
  { NULL }
};
const VfsEntry fake_dir_names[] = {
  { .name = "<name>", .mode = VFS_DIR_CALL_MAKE, .help = "a thing", .children = below_name },
  { NULL }
};

static const VfsEntry own_rows[] = {
  { .name = "own", .mode = VFS_PUBLIC, .help = "shown when ready", .ready = ready, .show = show },
  { NULL }
};

static const VfsEntry rows[] = {
  { .name = "text", .mode = VFS_PUBLIC, .help = "shown", .show = show },
  { .name = "asked", .mode = VFS_PUBLIC, .help = "fetched", .fetch = fetch },
  { .name = "either", .mode = VFS_CONTROL, .help = "both", .show = show, .store = store },
  { .name = "value", .mode = VFS_CONTROL, .help = "a value", .fetch = fetch, .put = put },
  { .name = "store", .mode = VFS_CONTROL, .help = "a line", .store = store, .release = release },
  { .name = "call",
    .mode = VFS_CONTROL,
    .help = "a question",
    .flags = VFS_LAST_REPLY,
    .show = vfs_show_help,
    .call = call },
  { .name = "timed", .mode = VFS_CONTROL, .help = "timed", .flags = VFS_TIMED, .call = call },
  { .name = "block", .mode = VFS_CONTROL, .help = "a block", .flags = VFS_BLOCKS, .call = call },
  { .name = "stream", .mode = VFS_CALL_LIVE, .help = "news", .show = show, .stream = &stream_ops },
  { .name = "silent", .mode = VFS_CALL_LIVE, .help = "news", .stream = &silent_ops },
  { .name = "counted",
    .mode = VFS_CALL_LIVE,
    .help = "opens and releases",
    .open = open_counted,
    .ready = ready,
    .fetch = fetch,
    .stream = &stream_ops,
    .release = release },
  { .name = "raw", .mode = VFS_CONTROL, .help = "bytes", .stream = &raw_ops },
  { .name = "log", .mode = VFS_PUBLIC, .help = "grows", .ring = ring_of },
  { .name = "link", .mode = VFS_LINK, .help = "a link", .link = link_to },
  { .name = "dir",
    .mode = VFS_DIR_CALL_MAKE,
    .help = "things, one at a time",
    .children = fake_dir_names,
    .dir = &fake_next_ops },
  { .name = "list",
    .mode = VFS_DIR_CALL_MAKE,
    .help = "things, all at once",
    .children = fake_dir_names,
    .dir = &fake_list_ops },
  { .name = "prepared",
    .mode = VFS_DIR_CALL_MAKE,
    .help = "things to ask for first",
    .children = fake_dir_names,
    .dir = &fake_prepare_ops },
  { .name = "volatile", .mode = VFS_DIR_CALL_MAKE, .help = "perhaps", .dir = &fake_volatile_ops },
  { .name = "also",
    .mode = VFS_DIR_CALL_MAKE,
    .help = "two tables",
    .children = own_rows,
    .also = below_name },
  { NULL }
};
static const VfsEntry root = {
  .name = "", .mode = VFS_DIR_PUBLIC, .help = "root", .children = rows
};

/* ---- life ---- */

static void
on_failure (gpointer context, const Caller *caller, const char *path, int error,
            const char *command, const char *text)
{
  Fake *fake = context;

  g_ptr_array_add (fake->failures,
                   g_strdup_printf ("%s %s %s|%s", path, g_strerror (error), command, text));
}

void
fake_set_up (Fake *fake, gconstpointer data)
{
  const VfsOwnership ownership = { .uid = 5, .gid = 6, .umask = -1 };
  const VfsRingFormat format = { 0 };

  *fake = (Fake){ 0 };
  fake->calls = g_ptr_array_new_with_free_func (call_free);
  fake->failures = g_ptr_array_new_with_free_func (g_free);
  fake->names = g_ptr_array_new_with_free_func (fake_object_unref);
  fake->queue = wait_queue_new ();
  fake->news = g_string_new (NULL);
  fake->shown = g_string_new ("shown\n");
  fake->ring = vfs_ring_new (4096, &format, 1, NULL);
  fake->tree = vfs_tree_new (&root, &ownership, fake, on_failure);
}

void
fake_tear_down (Fake *fake, gconstpointer data)
{
  vfs_tree_shutdown (fake->tree);
  vfs_tree_free (fake->tree);
  g_assert_cmpuint (fake->objects, ==, 0);
  g_assert_cmpuint (fake->streams, ==, 0);
  g_ptr_array_unref (fake->calls);
  g_ptr_array_unref (fake->failures);
  g_ptr_array_unref (fake->names);
  wait_queue_free (fake->queue);
  vfs_ring_free (fake->ring);
  g_string_free (fake->news, TRUE);
  g_string_free (fake->shown, TRUE);
  g_free (fake->link_target);
}

VfsNode *
fake_node (Fake *fake, const char *path)
{
  VfsNode *node = walk (fake->tree, path);

  g_assert_nonnull (node);
  return node;
}

VfsFile *
fake_open (Fake *fake, const char *path, int flags)
{
  g_autoptr (VfsNode) node = fake_node (fake, path);
  g_autoptr (Ask) ask = ask_open (node, flags);
  g_autoptr (VfsNode) another = NULL;

  /* As the kernel does. */
  if (ask->error != ESTALE)
    {
      g_assert_cmpint (ask->error, ==, 0);
      return ask->file;
    }
  another = fake_node (fake, path);
  return open_now (another, flags);
}

char *
fake_asked (const Fake *fake, const char *what)
{
  GString *all = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < fake->calls->len; i++)
    {
      const FakeCall *asked = fake->calls->pdata[i];

      if (strcmp (asked->what, what) != 0)
        continue;
      if (n++ > 0)
        g_string_append (all, "; ");
      g_string_append_len (all, asked->text->str, (gssize)asked->text->len);
    }
  return g_string_free (all, FALSE);
}

FakeCall *
fake_find (Fake *fake, const char *text)
{
  for (guint i = 0; i < fake->calls->len; i++)
    {
      FakeCall *asked = fake->calls->pdata[i];

      if (asked->request != NULL && strcmp (asked->text->str, text) == 0)
        return asked;
    }
  return NULL;
}

void
fake_answer (Fake *fake, const char *text, int error)
{
  FakeCall *asked = fake_find (fake, text);

  g_assert_nonnull (asked);
  call_answer (asked, error);
}
