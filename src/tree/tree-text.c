/* SPDX-License-Identifier: MIT */
/* tree-text.c - escapes of `vars`, `globals`, `channels` and `jobs`. One table for both ways. */
#include "tree-text.h"

static const struct
{
  char byte;
  char letter;
} escapes[] = { { '\n', 'n' }, { '\r', 'r' }, { '\t', 't' }, { '\\', '\\' } };

static char
letter_of (char byte)
{
  for (gsize i = 0; i < G_N_ELEMENTS (escapes); i++)
    if (escapes[i].byte == byte)
      return escapes[i].letter;
  return '\0';
}

static char
byte_of (char letter)
{
  for (gsize i = 0; i < G_N_ELEMENTS (escapes); i++)
    if (escapes[i].letter == letter)
      return escapes[i].byte;
  return '\0';
}

void
tree_escape (GString *out, const char *bytes, gsize len)
{
  for (gsize i = 0; i < len; i++)
    {
      guchar c = (guchar)bytes[i];
      char letter = letter_of (bytes[i]);

      if (letter != '\0')
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, letter);
        }
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (out, "\\0%03o", c);
      else
        g_string_append_c (out, bytes[i]);
    }
}

/* "\0ooo", up to three octal digits after the 0: bytes used, 0 when it is none. */
static gsize
octal (const char *text, gsize left, guint *ret_byte)
{
  gsize used = 2;

  if (left < 2 || text[1] != '0')
    return 0;
  *ret_byte = 0;
  for (; used < left && used < 5 && text[used] >= '0' && text[used] <= '7'; used++)
    *ret_byte = *ret_byte * 8 + (guint)(text[used] - '0');
  return used;
}

char *
tree_unescape (const char *text, gsize len, gsize *ret_len)
{
  g_autoptr (GString) out = g_string_sized_new (len);

  for (gsize i = 0; i < len;)
    {
      guint byte = 0;
      gsize used = text[i] == '\\' ? octal (text + i, len - i, &byte) : 0;
      char plain = text[i] == '\\' && i + 1 < len ? byte_of (text[i + 1]) : '\0';

      if (used > 0 && (byte & 0xff) == 0)
        return NULL;
      if (used > 0)
        g_string_append_c (out, (char)(byte & 0xff));
      else if (plain != '\0')
        g_string_append_c (out, plain);
      else
        g_string_append_c (out, text[i]);
      i += used > 0 ? used : plain != '\0' ? 2 : 1;
    }
  *ret_len = out->len;
  return g_string_free (g_steal_pointer (&out), FALSE);
}
