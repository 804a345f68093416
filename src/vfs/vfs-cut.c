/* SPDX-License-Identifier: MIT */
/* vfs-cut.c - written bytes cut into commands: lines, blocks, or whole values.
 *
 * What has no end yet is pending and waits for more. Nothing is longer than its file allows; and
 * since the rest of what was too long must not become a command of its own, in whichever write it
 * comes, it is dropped: of a line up to its newline, of a block, whose end nobody knows then, until
 * the writer closes.
 */
#include "vfs-private.h"

#include <string.h>

/* The command's text is `length` bytes of what is pending. */
static void
take_pending (VfsLines *lines, gsize length, GString *command)
{
  g_string_truncate (command, 0);
  g_string_append_len (command, lines->pending->str, (gssize)length);
  g_string_truncate (lines->pending, 0);
  lines->block = (VfsBlock){ 0 };
}

static VfsCut
too_long (VfsLines *lines, gboolean has_ended)
{
  g_string_truncate (lines->pending, 0);
  lines->block = (VfsBlock){ 0 };
  lines->overlong = !has_ended;
  return VFS_CUT_TOO_LONG;
}

VfsCut
vfs_cut_line (VfsLines *lines, const guint8 *bytes, gsize len, GString *command, gsize *ret_used)
{
  const guint8 *newline = memchr (bytes, '\n', len);
  gsize line_len = newline != NULL ? (gsize)(newline - bytes) : len;

  if (lines->overlong && newline != NULL)
    {
      VfsCut cut = VFS_CUT_MORE;

      lines->overlong = FALSE;
      if (line_len + 1 < len)
        cut = vfs_cut_line (lines, newline + 1, len - line_len - 1, command, ret_used);
      *ret_used += line_len + 1;
      return cut;
    }
  if (lines->overlong || lines->pending->len + line_len > lines->max)
    return too_long (lines, newline != NULL);
  g_string_append_len (lines->pending, (const char *)bytes, (gssize)line_len);
  *ret_used = newline != NULL ? line_len + 1 : len;
  if (newline == NULL)
    return VFS_CUT_MORE;
  take_pending (lines, lines->pending->len, command);
  return VFS_CUT_COMMAND;
}

VfsCut
vfs_cut_block (VfsLines *lines, const guint8 *bytes, gsize len, gboolean ends_at_blank,
               GString *command, gsize *ret_used)
{
  GString *pending = lines->pending;
  gsize length, excess;

  g_string_append_len (pending, (const char *)bytes, (gssize)len);
  length = vfs_block_length (&lines->block, pending->str, pending->len, ends_at_blank);
  if (lines->overlong || length > lines->max || (length == 0 && pending->len > lines->max))
    return too_long (lines, FALSE);
  excess = length > 0 ? pending->len - length : 0;
  *ret_used = len - excess;
  if (length == 0)
    return VFS_CUT_MORE;
  take_pending (lines, length, command);
  return VFS_CUT_COMMAND;
}

VfsCut
vfs_cut_value (VfsLines *lines, const guint8 *bytes, gsize len, GString *command, gsize *ret_used)
{
  gsize value_len;

  if (lines->value == NULL)
    lines->value = g_string_new (NULL);
  if (lines->value->len + len > lines->max)
    return VFS_CUT_TOO_LONG;
  g_string_append_len (lines->value, (const char *)bytes, (gssize)len);
  value_len = lines->value->len;
  if (lines->value->str[value_len - 1] == '\n')
    value_len--;
  g_string_truncate (command, 0);
  g_string_append_len (command, lines->value->str, (gssize)value_len);
  *ret_used = len;
  return VFS_CUT_COMMAND;
}

void
vfs_cut_rest (VfsLines *lines, GString *command)
{
  take_pending (lines, lines->pending->len, command);
}
