/* SPDX-License-Identifier: MIT */
/* vfs-name.c - any bytes as a file name, and back.
 *
 * One name has one spelling: what decode accepts is exactly what encode writes, so that a thing
 * can't be reached by two paths.
 */
#include "vfs-tree.h"

#include <string.h>

static gboolean
needs_escape (const char *raw, gsize i)
{
  guchar c = (guchar)raw[i];

  return c < 0x20 || c == 0x7f || c == '/' || c == '%' || (c == '.' && i == 0);
}

gboolean
vfs_name_encode (const char *raw, GString *out)
{
  gsize start = out->len;

  for (gsize i = 0; raw[i] != '\0'; i++)
    {
      if (needs_escape (raw, i))
        g_string_append_printf (out, "%%%02X", (guchar)raw[i]);
      else
        g_string_append_c (out, raw[i]);
      if (out->len - start > VFS_NAME_MAX)
        {
          g_string_truncate (out, start);
          return FALSE;
        }
    }
  return out->len > start;
}

char *
vfs_name_decode (const char *encoded)
{
  g_autoptr (GString) raw = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);

  for (const char *p = encoded; *p != '\0'; p++)
    {
      int high, low;

      if (*p != '%')
        {
          g_string_append_c (raw, *p);
          continue;
        }
      high = g_ascii_xdigit_value (p[1]);
      low = high < 0 ? -1 : g_ascii_xdigit_value (p[2]);
      if (low < 0 || (high == 0 && low == 0))
        return NULL;
      g_string_append_c (raw, (char)(high * 16 + low));
      p += 2;
    }
  if (!vfs_name_encode (raw->str, again) || strcmp (again->str, encoded) != 0)
    return NULL;
  return g_string_free (g_steal_pointer (&raw), FALSE);
}
