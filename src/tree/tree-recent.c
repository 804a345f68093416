/* SPDX-License-Identifier: MIT */
/* tree-recent.c - the plain text of the newest events, made once for all live readers.
 *
 * One buffer with the records one after the other, so that what a reader asks for is one piece. It
 * is made while somebody reads live, from the event that has just been parsed anyway; when it is
 * full it begins anew, and a reader that is further behind has its records rendered from the ring.
 */
#include "tree-recent.h"

#define RECENT_MAX ((gsize)4 * 1024 * 1024)

struct _TreeRecent
{
  GString *text;
  GArray *ends;  /* gsize: where each record's text ends */
  guint64 first; /* number of the first record; 0: none */
};

TreeRecent *
tree_recent_new (void)
{
  TreeRecent *recent = g_new0 (TreeRecent, 1);

  recent->text = g_string_new (NULL);
  recent->ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  return recent;
}

void
tree_recent_free (TreeRecent *recent)
{
  g_string_free (recent->text, TRUE);
  g_array_unref (recent->ends);
  g_free (recent);
}

void
tree_recent_clear (TreeRecent *recent)
{
  if (recent->first == 0)
    return;
  recent->first = 0;
  g_string_free (recent->text, TRUE);
  recent->text = g_string_new (NULL);
  g_array_set_size (recent->ends, 0);
}

GString *
tree_recent_begin (TreeRecent *recent, guint64 number)
{
  gboolean follows = recent->first != 0 && number == recent->first + recent->ends->len;

  if (!follows || recent->text->len >= RECENT_MAX)
    {
      g_string_truncate (recent->text, 0);
      g_array_set_size (recent->ends, 0);
      recent->first = number;
    }
  return recent->text;
}

gsize
tree_recent_end (TreeRecent *recent)
{
  gsize start =
      recent->ends->len > 0 ? g_array_index (recent->ends, gsize, recent->ends->len - 1) : 0;

  g_array_append_val (recent->ends, recent->text->len);
  return recent->text->len - start;
}

guint64
tree_recent_lend (const TreeRecent *recent, guint64 number, gsize want, const char **ret_text,
                  gsize *ret_len)
{
  guint64 at = number - recent->first;
  gsize start, end;

  *ret_len = 0;
  if (recent->first == 0 || number < recent->first || at >= recent->ends->len)
    return number;
  start = at > 0 ? g_array_index (recent->ends, gsize, at - 1) : 0;
  *ret_text = recent->text->str + start;
  for (; at < recent->ends->len; at++, number++)
    {
      end = g_array_index (recent->ends, gsize, at);
      if (end - start > want)
        break;
      *ret_len = end - start;
    }
  return number;
}
