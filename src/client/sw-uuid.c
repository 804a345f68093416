/* SPDX-License-Identifier: MIT */
/* sw-uuid.c - see the header. */
#include "sw-uuid.h"

#include <string.h>

/* What the switch's tokeniser takes for more than itself, anywhere. */
static gboolean
is_special (char c)
{
  return c == ' ' || c == '\'' || c == '\\' || c == '\n' || c == '\r';
}

/* The switch strips white space from both ends of a command's arguments. */
static gboolean
is_stripped (char c)
{
  return (guchar)c <= ' ' || c == 0x7f;
}

gboolean
sw_uuid_is_plain (const char *uuid, GError **error)
{
  gsize len = strlen (uuid);
  const char *why = NULL;

  if (len == 0)
    why = "is empty";
  else if (g_str_has_prefix (uuid, "^^"))
    why = "begins with ^^, which makes the switch split the command anew";
  else if (is_stripped (uuid[0]) || is_stripped (uuid[len - 1]))
    why = "begins or ends with a control byte or a space, which the switch drops";
  for (const char *p = uuid; *p != '\0' && why == NULL; p++)
    if (is_special (*p))
      why = "has a space, a single quote, a backslash or a line end";
  if (why != NULL)
    g_set_error (error, SW_ERROR, SW_ERROR_INVALID,
                 "the channel's uuid %s: no api command can name it (execute and sendmsg can)",
                 why);
  return why == NULL;
}
