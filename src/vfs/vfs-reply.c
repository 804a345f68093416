/* SPDX-License-Identifier: MIT */
/* vfs-reply.c - the last reply to a write, by file and user.
 *
 * A convenience for people at a shell (`echo x > api/status; cat api/status`); scripts use
 * conversations. Bounded: REPLIES_MAX replies, the least recently used go first, REPLY_MAX bytes
 * each. A user who has REPLIES_OF_ONE of them loses his own, nobody else's.
 */
#include "vfs-private.h"

#define REPLIES_MAX 256
#define REPLIES_OF_ONE (REPLIES_MAX / 4)
#define REPLY_MAX ((gsize)64 * 1024)

typedef struct
{
  guint64 ino;
  uid_t uid;
  GBytes *text;
  GList link; /* in the queue, oldest use first */
} Reply;

struct _VfsReplies
{
  GHashTable *table; /* Reply as its own key */
  GQueue order;
};

static guint
reply_hash (gconstpointer key)
{
  const Reply *reply = key;

  return g_int64_hash (&reply->ino) ^ (guint)reply->uid;
}

static gboolean
reply_equal (gconstpointer a, gconstpointer b)
{
  const Reply *left = a, *right = b;

  return left->ino == right->ino && left->uid == right->uid;
}

static void
reply_free (Reply *reply)
{
  g_bytes_unref (reply->text);
  g_free (reply);
}

VfsReplies *
vfs_replies_new (void)
{
  VfsReplies *replies = g_new0 (VfsReplies, 1);

  replies->table = g_hash_table_new (reply_hash, reply_equal);
  return replies;
}

static void
drop (VfsReplies *replies, Reply *reply)
{
  g_queue_unlink (&replies->order, &reply->link);
  g_hash_table_remove (replies->table, reply);
  reply_free (reply);
}

void
vfs_replies_free (VfsReplies *replies)
{
  while (replies->order.head != NULL)
    drop (replies, replies->order.head->data);
  g_hash_table_unref (replies->table);
  g_free (replies);
}

static Reply *
find (VfsReplies *replies, guint64 ino, uid_t uid)
{
  Reply key = { .ino = ino, .uid = uid };

  return g_hash_table_lookup (replies->table, &key);
}

GBytes *
vfs_text_with_final_newline (GBytes *text)
{
  gsize len;
  const char *bytes = g_bytes_get_data (text, &len);
  GString *ended;

  if (len == 0 || bytes[len - 1] == '\n')
    return g_bytes_ref (text);
  ended = g_string_new_len (bytes, (gssize)len);
  g_string_append_c (ended, '\n');
  return g_string_free_to_bytes (ended);
}

/* The one to go for another of that user's. */
static Reply *
replies_oldest (VfsReplies *replies, uid_t uid)
{
  Reply *own = NULL;
  guint n_own = 0;

  for (GList *link = replies->order.tail; link != NULL; link = link->prev)
    if (((Reply *)link->data)->uid == uid)
      {
        own = link->data;
        n_own++;
      }
  return n_own > REPLIES_OF_ONE ? own : replies->order.head->data;
}

void
vfs_replies_put (VfsReplies *replies, guint64 ino, uid_t uid, GBytes *text)
{
  g_autoptr (GBytes) ended = vfs_text_with_final_newline (text);
  Reply *reply = find (replies, ino, uid);

  if (reply != NULL)
    drop (replies, reply);
  reply = g_new0 (Reply, 1);
  reply->ino = ino;
  reply->uid = uid;
  reply->text = g_bytes_new_from_bytes (ended, 0, MIN (g_bytes_get_size (ended), REPLY_MAX));
  reply->link.data = reply;
  g_hash_table_add (replies->table, reply);
  g_queue_push_tail_link (&replies->order, &reply->link);
  if (replies->order.length > REPLIES_MAX)
    drop (replies, replies_oldest (replies, uid));
}

GBytes *
vfs_replies_get (VfsReplies *replies, guint64 ino, uid_t uid)
{
  Reply *reply = find (replies, ino, uid);

  if (reply == NULL)
    return NULL;
  g_queue_unlink (&replies->order, &reply->link);
  g_queue_push_tail_link (&replies->order, &reply->link);
  return g_bytes_ref (reply->text);
}
