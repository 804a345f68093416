/* SPDX-License-Identifier: MIT */
/* vfs-refusal.c - the last refused write of an open file, for whoever repeats it.
 *
 * Two kinds of programs do. Those that got a short count write what it left, which begins with the
 * refused line: they have not been told the errno yet, and get it now, wherever they write (with
 * O_APPEND the offset says nothing). And Python's close() writes a refused buffer once more, at the
 * same offset: it gets the same errno. Neither runs the line again.
 *
 * After ETIMEDOUT and EHOSTDOWN, once told, a repetition is a new attempt at the whole line: what
 * earlier writes had put before it is put there again.
 */
#include "vfs-private.h"

#include <errno.h>
#include <string.h>

void
vfs_refusal_clear (VfsRefusal *refusal)
{
  g_clear_pointer (&refusal->bytes, g_bytes_unref);
  g_clear_pointer (&refusal->before, g_bytes_unref);
}

static gboolean
is_same (GBytes *refused, const guint8 *bytes, gsize len)
{
  gsize refused_len;
  const guint8 *refused_bytes = g_bytes_get_data (refused, &refused_len);

  return refused_len == len && memcmp (refused_bytes, bytes, len) == 0;
}

static gboolean
may_be_tried_again (int error)
{
  return error == ETIMEDOUT || error == EHOSTDOWN;
}

int
vfs_refusal_of (VfsRefusal *refusal, guint64 offset, const guint8 *bytes, gsize len, guint64 owner,
                GString *ret_before)
{
  if (refusal->bytes == NULL || refusal->owner != owner || !is_same (refusal->bytes, bytes, len))
    return 0;
  if (refusal->told && refusal->offset != offset)
    return 0;
  if (!refusal->told || !may_be_tried_again (refusal->error))
    {
      refusal->told = TRUE;
      return refusal->error;
    }
  if (refusal->before != NULL)
    g_string_append_len (ret_before, g_bytes_get_data (refusal->before, NULL),
                         (gssize)g_bytes_get_size (refusal->before));
  return 0;
}
