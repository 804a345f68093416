/* SPDX-License-Identifier: MIT */
/* fuzz-names.c - any bytes as a file's name, as text in a line, as a reply of the switch.
 *
 * Names: encode and decode are each other's inverse, and what encode writes is a name. Escapes:
 * undone here as `printf %b` does it, and by their own reader. Replies: judged by their length, in
 * a block of just so many bytes, so that a look behind its end is seen; and no NUL behind them
 * changes the verdict. */
#include <string.h>

#include "tree-errno.h"
#include "tree-text.h"
#include "vfs-tree.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_is_name (const char *name)
{
  g_assert_cmpuint (strlen (name), <=, 255);
  g_assert_true (name[0] != '\0' && name[0] != '.' && strchr (name, '/') == NULL);
  for (const char *p = name; *p != '\0'; p++)
    g_assert_false ((guchar)*p < 0x20 || *p == 0x7f);
}

static void
check_name (const char *raw)
{
  g_autoptr (GString) name = g_string_new ("before");
  g_autofree char *again = NULL;
  gsize before = name->len;

  if (!vfs_name_encode (raw, name))
    {
      g_assert_cmpuint (name->len, ==, before);
      return;
    }
  check_is_name (name->str + before);
  again = vfs_name_decode (name->str + before);
  g_assert_cmpstr (again, ==, raw);
}

/* The other way: what can be decoded has this one spelling. */
static void
check_spelling (const char *name)
{
  g_autofree char *raw = vfs_name_decode (name);
  g_autoptr (GString) again = g_string_new (NULL);

  if (raw == NULL)
    return;
  g_assert_true (vfs_name_encode (raw, again));
  g_assert_cmpstr (again->str, ==, name);
}

/* As `printf %b` reads the escapes that are written here. */
static void
undo (const char *text, GString *out)
{
  for (const char *p = text; *p != '\0'; p++)
    if (*p != '\\')
      g_string_append_c (out, *p);
    else if (*++p == '0')
      {
        g_string_append_c (out, (char)((p[1] - '0') * 64 + (p[2] - '0') * 8 + (p[3] - '0')));
        p += 3;
      }
    else
      g_string_append_c (out, *p == 'n' ? '\n' : *p == 'r' ? '\r' : *p == 't' ? '\t' : *p);
}

static void
check_escapes (const char *bytes, gsize len)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) undone = g_string_new (NULL);
  g_autofree char *read = NULL;
  gsize read_len = 0;

  tree_escape (text, bytes, len);
  for (gsize i = 0; i < text->len; i++)
    g_assert_false ((guchar)text->str[i] < 0x20 || text->str[i] == 0x7f);
  undo (text->str, undone);
  g_assert_cmpmem (undone->str, undone->len, bytes, len);
  read = tree_unescape (text->str, text->len, &read_len);
  g_assert_true ((read == NULL) == (memchr (bytes, '\0', len) != NULL));
  if (read != NULL)
    g_assert_cmpmem (read, read_len, bytes, len);
}

/* What a person wrote: any text is read as bytes, none of them NUL. */
static void
check_written (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  gsize len = 0;
  g_autofree char *bytes = tree_unescape (text, strlen (text), &len);

  if (bytes != NULL)
    g_assert_true (len <= strlen (text) && strlen (bytes) == len);
}

/* The first line is the command, the rest its reply. */
static void
check_reply (const guint8 *data, gsize size)
{
  const guint8 *newline = memchr (data, '\n', size);
  gsize len = newline == NULL ? 0 : size - (gsize)(newline + 1 - data);
  g_autofree char *command = g_strndup ((const char *)data, size - len - (newline == NULL ? 0 : 1));
  g_autofree char *reply = g_malloc (MAX (len, 1));
  g_autofree char *longer = g_malloc (len + 32);
  int error;

  if (len > 0)
    memcpy (reply, newline + 1, len);
  memcpy (longer, reply, len);
  memcpy (longer + len, "-ERR invalid\n-USAGE: -ERROR\n", 28);
  error = tree_errno_of_reply (command, reply, len);
  g_assert_cmpint (error, >=, 0);
  g_assert_cmpint (error, ==, tree_errno_of_reply (command, longer, len));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *raw = g_strndup ((const char *)data, size);

  check_name (raw);
  check_spelling (raw);
  check_escapes ((const char *)data, size);
  check_written (data, size);
  check_reply (data, size);
  return 0;
}
