/* SPDX-License-Identifier: MIT */
/* esl-text.c - control bytes made visible. */
#include "esl-text.h"

#include <string.h>

#define FIRST_PRINTABLE 0x20
#define DEL 0x7f
#define FIRST_AFTER_CONTROLS 0xa0 /* U+0080 to U+009F are control characters too */

/* Bytes of the character at `text`; 0: no character, or one that isn't printed. */
static gsize
printable_len (const char *text, gsize left)
{
  gunichar c = g_utf8_get_char_validated (text, (gssize)left);

  if (c == (gunichar)-1 || c == (gunichar)-2 || c < FIRST_PRINTABLE
      || (c >= DEL && c < FIRST_AFTER_CONTROLS))
    return 0;
  return (gsize)g_unichar_to_utf8 (c, NULL);
}

void
esl_text_append (GString *out, const char *text, gssize len)
{
  gsize left = len < 0 ? strlen (text) : (gsize)len;

  while (left > 0)
    {
      gsize used = printable_len (text, left);

      if (used > 0)
        g_string_append_len (out, text, (gssize)used);
      else
        g_string_append_printf (out, "\\0%03o", (guchar)*text);
      used = MAX (used, 1);
      text += used;
      left -= used;
    }
}

char *
esl_text_of (const char *text)
{
  GString *out;

  if (text == NULL)
    return NULL;
  out = g_string_new (NULL);
  esl_text_append (out, text, -1);
  return g_string_free (out, FALSE);
}
