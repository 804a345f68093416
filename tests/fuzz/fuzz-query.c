/* SPDX-License-Identifier: MIT */
/* fuzz-query.c - nothing that can act gets through query/'s list of shapes: an input is one name.
 *
 * What is let through is read as the switch reads it, by query-oracle.c, which knows nothing of the
 * list. */
#include <string.h>

#include "esl-command.h"
#include "query-oracle.h"
#include "tree-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *line = g_strndup ((const char *)data, size);
  g_autofree char *why = tree_query_refusal (line);
  g_autoptr (GString) bytes = g_string_new (NULL);
  const char *deed = query_oracle_deed (line);

  if (why != NULL && why[0] == '\0')
    g_error ("refused without a reason: %s", line);
  if (why == NULL && deed != NULL)
    g_error ("this gets through: %s (%s)", line, deed);
  /* A line with these words is replaced by the switch, whatever it was: it must not be sent. */
  if (why == NULL && esl_command_is_reload_trap (line, strlen (line))
      && esl_command_api (bytes, line, -1, NULL))
    g_error ("this would unload the event socket: %s", line);
  return 0;
}
