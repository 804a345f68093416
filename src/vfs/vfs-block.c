/* SPDX-License-Identifier: MIT */
/* vfs-block.c - where a block ends, for rows whose commands are blocks: lines of text, a blank
 * line, and perhaps a body of as many bytes as a Content-Length line said.
 *
 * Blank lines before a block belong to it and mean nothing. Without a Content-Length a block ends
 * at its blank line in a conversation, and elsewhere with the file: the body is all that is
 * written. It may come in pieces of any size: what was searched is not searched again.
 */
#include "vfs-private.h"

#include <string.h>

#define BODY_LENGTH "Content-Length:"
#define NOT_SAID G_MAXSIZE

/* The value of the last Content-Length line in the head. */
static gsize
body_length (const char *head, gsize len)
{
  const char *end = head + len;
  gsize found = NOT_SAID;

  for (const char *line = head; line < end;)
    {
      const char *newline = memchr (line, '\n', (gsize)(end - line));
      const char *stop = newline != NULL ? newline : end;
      g_autofree char *text = g_strndup (line, (gsize)(stop - line));
      guint64 length;

      if (g_ascii_strncasecmp (text, BODY_LENGTH, strlen (BODY_LENGTH)) == 0
          && g_ascii_string_to_unsigned (g_strstrip (text + strlen (BODY_LENGTH)), 10, 0, G_MAXINT,
                                         &length, NULL))
        found = length;
      line = stop + 1;
    }
  return found;
}

static void
find_head (VfsBlock *block, const char *text, gsize len)
{
  const char *blank;

  while (block->start < len && text[block->start] == '\n')
    block->start++;
  block->searched = MAX (block->searched, block->start);
  blank = memmem (text + block->searched, len - block->searched, "\n\n", 2);
  if (blank == NULL)
    {
      /* The last byte may be the first half of it. */
      block->searched = len > block->start ? len - 1 : len;
      return;
    }
  block->head = (gsize)(blank - text) + 2;
  block->body = body_length (text + block->start, block->head - block->start);
}

gsize
vfs_block_length (VfsBlock *block, const char *text, gsize len, gboolean ends_at_blank)
{
  gsize need;

  if (block->head == 0)
    find_head (block, text, len);
  if (block->head == 0 || (block->body == NOT_SAID && !ends_at_blank))
    return 0;
  need = block->head + (block->body != NOT_SAID ? block->body : 0);
  return len >= need ? need : 0;
}

gboolean
vfs_block_ends_with_file (const VfsBlock *block)
{
  return block->head > 0 && block->body == NOT_SAID;
}

gboolean
vfs_block_is_cut (const VfsBlock *block)
{
  return block->head > 0 && block->body != NOT_SAID;
}
