/* SPDX-License-Identifier: MIT */
/* vfs-block.c - where a block ends, for rows whose commands are blocks: lines of text, a blank
 * line, and perhaps a body of as many bytes as a Content-Length line said.
 *
 * Blank lines before a block belong to it and mean nothing. Without a Content-Length a block ends
 * at its blank line in a conversation, and elsewhere with the file: the body is all that is
 * written.
 */
#include "vfs-private.h"

#include <string.h>

#define BODY_LENGTH "Content-Length:"

/* The value of the last Content-Length line in the head; FALSE: there is none that is a number. */
static gboolean
body_length (const char *head, gsize len, gsize *ret_length)
{
  const char *end = head + len;
  gboolean found = FALSE;

  for (const char *line = head; line < end;)
    {
      const char *newline = memchr (line, '\n', (gsize)(end - line));
      const char *stop = newline != NULL ? newline : end;
      g_autofree char *text = g_strndup (line, (gsize)(stop - line));
      guint64 length;

      if (g_ascii_strncasecmp (text, BODY_LENGTH, strlen (BODY_LENGTH)) == 0
          && g_ascii_string_to_unsigned (g_strstrip (text + strlen (BODY_LENGTH)), 10, 0, G_MAXINT,
                                         &length, NULL))
        {
          *ret_length = length;
          found = TRUE;
        }
      line = stop + 1;
    }
  return found;
}

gsize
vfs_block_length (const char *text, gsize len, gboolean ends_at_blank)
{
  gsize start = strspn (text, "\n");
  const char *blank = start < len ? strstr (text + start, "\n\n") : NULL;
  gsize head, body = 0;

  if (blank == NULL)
    return 0;
  head = (gsize)(blank - text) + 2;
  if (!body_length (text + start, head - start, &body) && !ends_at_blank)
    return 0;
  return len - head >= body ? head + body : 0;
}
