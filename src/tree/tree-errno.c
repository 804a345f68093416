/* SPDX-License-Identifier: MIT */
/* tree-errno.c - refusals to errno.
 *
 * Three tables: refusals by their text, commands whose replies are data whatever they look like,
 * and commands whose refusal comes in a later line or in a form of its own.
 */
#include "tree-errno.h"

#include <errno.h>
#include <string.h>

/* The first row whose words occur in the refusal's first line decides; no row: EREMOTEIO. */
static const struct
{
  const char *words;
  int error;
} refusals[] = {
  { "-ERR No such channel", ENXIO },
  { "-ERR No Such Channel", ENXIO },
  { "-ERR Cannot locate session", ENXIO },
  { "-ERR Invalid session", ENXIO },
  { "-ERR invalid session id", ENXIO },
  { "-ERR invalid uuid", ENXIO },
  { "-ERR Invalid uuid", ENXIO },
  { "-ERR call ended", ECANCELED },
  { "Command not found", EOPNOTSUPP },
  { "-ERR command not found", EOPNOTSUPP },
  { "-ERR unknown application", EOPNOTSUPP },
  { "-ERR permission denied", EACCES },
  { "-USAGE", EINVAL },
  { "-ERR Usage", EINVAL },
  { "-ERR Invalid command", EINVAL },
  { "-ERR invalid", EINVAL },
  { "-ERR Invalid", EINVAL },
  { "-ERR no keywords supplied", EINVAL },
  { "-ERR missing value", EINVAL },
  { "-ERR link lost", ECONNRESET },
};

/* Their answer is somebody's data: only "no such channel" is the switch's own word. */
static const char *const data_commands[] = { "echo", "eval", "global_getvar", "uuid_getvar" };

/* A refusal may stand in a later line ("+OK Reloading XML", "-ERR ..."), or begin as no other does.
 */
static const struct
{
  const char *command;
  const char *prefix; /* of any line */
  int error;          /* 0: as the refusal table says */
} late_refusals[] = {
  { "reload", "-ERR", 0 },
  { "load", "-ERR", 0 },
  { "unload", "-ERR", 0 },
  { "expand", "-ERR", 0 },
  { "reloadxml", "-ERR", 0 },
  { "uuid_setvar_multi", "-ERR", 0 },
  { "uuid_answer", "-ERROR", ENXIO },
  { "uuid_pre_answer", "-ERROR", ENXIO },
  { "sofia", "Unknown Command", EOPNOTSUPP },
  { "sofia", "Invalid Profile", EINVAL },
  { "sofia", "Invalid Gateway", EINVAL },
};

static const struct
{
  int code;
  int error;
} client_errors[] = {
  { SW_ERROR_DOWN, EHOSTDOWN },  { SW_ERROR_LOST, ECONNRESET }, { SW_ERROR_TIMEOUT, ETIMEDOUT },
  { SW_ERROR_BUSY, EBUSY },      { SW_ERROR_INVALID, EINVAL },  { SW_ERROR_TOO_LONG, E2BIG },
  { SW_ERROR_ABANDONED, EINTR },
};

static gboolean
word_is (const char *command, const char *word)
{
  gsize len = strlen (word);

  return g_ascii_strncasecmp (command, word, len) == 0
         && (command[len] == ' ' || command[len] == '\0');
}

static gboolean
is_data_command (const char *command)
{
  for (gsize i = 0; i < G_N_ELEMENTS (data_commands); i++)
    if (word_is (command, data_commands[i]))
      return TRUE;
  return FALSE;
}

/* `line` is no string: len bytes, without its newline. */
static int
refusal_errno (const char *line, gsize len)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (memmem (line, len, refusals[i].words, strlen (refusals[i].words)) != NULL)
      return refusals[i].error;
  return EREMOTEIO;
}

static gboolean
begins (const char *line, gsize len, const char *prefix)
{
  return len >= strlen (prefix) && memcmp (line, prefix, strlen (prefix)) == 0;
}

/* Up to the newline, or the end of the text. */
static gsize
line_len (const char *line, const char *end)
{
  const char *newline = memchr (line, '\n', (gsize)(end - line));

  return (gsize)((newline != NULL ? newline : end) - line);
}

static int
late_refusal (const char *command, const char *text, gsize len)
{
  const char *end = text + len;

  for (gsize i = 0; i < G_N_ELEMENTS (late_refusals); i++)
    {
      const char *prefix = late_refusals[i].prefix;

      if (!word_is (command, late_refusals[i].command))
        continue;
      for (const char *line = text; line < end; line += line_len (line, end) + 1)
        if (begins (line, line_len (line, end), prefix))
          return late_refusals[i].error != 0 ? late_refusals[i].error
                                             : refusal_errno (line, line_len (line, end));
    }
  return 0;
}

gboolean
tree_reply_is_empty (const char *text, gsize len)
{
  return (len == 14 && memcmp (text, "-ERR no reply\n", 14) == 0)
         || (len == 13 && memcmp (text, "-ERR no reply", 13) == 0);
}

int
tree_errno_of_reply (const char *command, const char *text, gsize len)
{
  if (len == 0 || tree_reply_is_empty (text, len))
    return 0;
  if (is_data_command (command))
    return begins (text, len, "-ERR No such channel!") ? ENXIO : 0;
  if (!begins (text, len, "-ERR ") && !begins (text, len, "-USAGE"))
    {
      int late = late_refusal (command, text, len);

      return late == 0 && begins (text, len, "-ERR") ? EREMOTEIO : late;
    }
  return refusal_errno (text, line_len (text, text + len));
}

int
tree_errno_of_error (const GError *error)
{
  if (error == NULL)
    return 0;
  for (gsize i = 0; error->domain == SW_ERROR && i < G_N_ELEMENTS (client_errors); i++)
    if (client_errors[i].code == error->code)
      return client_errors[i].error;
  return EIO;
}
