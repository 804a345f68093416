/* SPDX-License-Identifier: MIT */
/* sw-request.c - a command's bytes and its callers. */
#include "sw-request.h"

#include <string.h>

#define TITLE_MAX 80

SwRequest *
sw_request_new (GString *bytes, const char *line, guint deadline, SwCommand *command)
{
  SwRequest *request = g_new0 (SwRequest, 1);

  request->bytes = bytes;
  request->line = g_strdup (line);
  request->patience = deadline;
  request->deadline = g_get_monotonic_time () + (gint64)deadline * 1000;
  request->pending.data = request;
  g_queue_init (&request->callers);
  g_queue_push_tail (&request->callers, command);
  return request;
}

void
sw_request_free (SwRequest *request)
{
  g_queue_clear_full (&request->callers, (GDestroyNotify)sw_command_free);
  g_string_free (request->bytes, TRUE);
  g_free (request->line);
  g_free (request);
}

SwStake
sw_request_stake (const SwRequest *request)
{
  SwStake stake = SW_ABANDONED;

  for (const GList *l = request->callers.head; l != NULL; l = l->next)
    stake = MIN (stake, sw_command_stake (l->data));
  return stake;
}

void
sw_request_answer (SwRequest *request, const char *text, gsize len, const GError *error)
{
  SwCommand *command;

  while ((command = g_queue_pop_head (&request->callers)) != NULL)
    sw_command_answer (command, text, len, error);
}

char *
sw_request_title (const SwRequest *request)
{
  gsize len = strcspn (request->bytes->str, "\n");
  g_autofree char *line =
      g_utf8_make_valid (request->bytes->str, (gssize)MIN (len, (gsize)TITLE_MAX));

  return g_strdup_printf ("%s%s", line, len > TITLE_MAX ? "..." : "");
}
