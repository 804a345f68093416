/* SPDX-License-Identifier: MIT */
/* sw-uuid.c - see the header. */
#include "sw-uuid.h"

#include <string.h>

/* What the switch's tokeniser takes for more than itself. */
static gboolean
is_special (char c)
{
  return (guchar)c <= ' ' || c == 0x7f || strchr ("'\"\\", c) != NULL;
}

gboolean
sw_uuid_is_plain (const char *uuid, GError **error)
{
  const char *why = NULL;

  if (uuid[0] == '\0')
    why = "is empty";
  else if (g_str_has_prefix (uuid, "^^"))
    why = "begins with ^^, which makes the switch split the command anew";
  for (const char *p = uuid; *p != '\0' && why == NULL; p++)
    if (is_special (*p))
      why = "has a space, a quote, a backslash or a control byte";
  if (why != NULL)
    g_set_error (error, SW_ERROR, SW_ERROR_INVALID,
                 "the channel's uuid %s: no api command can name it (execute and sendmsg can)",
                 why);
  return why == NULL;
}
