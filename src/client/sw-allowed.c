/* SPDX-License-Identifier: MIT */
/* sw-allowed.c - Allowed-Events, Allowed-API and Allowed-LOG of the login's answer. */
#include "sw-allowed.h"

#include <string.h>

/* The login's answer cuts its lists near 490 bytes, perhaps within a name. */
#define ALLOWED_CUT 480

/* "all", or no such header: not restricted. */
static char *
restriction (const EslReply *auth, const char *header)
{
  const char *value = esl_event_get (auth->frame->headers, header);

  return value == NULL || g_ascii_strcasecmp (value, "all") == 0 ? NULL : g_strdup (value);
}

void
sw_allowed_clear (SwAllowed *allowed)
{
  g_clear_pointer (&allowed->events, g_free);
  g_clear_pointer (&allowed->api, g_free);
  allowed->log = TRUE;
}

void
sw_allowed_take (SwAllowed *allowed, const EslReply *auth)
{
  const char *log = auth != NULL ? esl_event_get (auth->frame->headers, "Allowed-LOG") : NULL;

  sw_allowed_clear (allowed);
  if (auth == NULL)
    return;
  allowed->events = restriction (auth, "Allowed-Events");
  allowed->api = restriction (auth, "Allowed-API");
  allowed->log = log == NULL || g_ascii_strcasecmp (log, "false") != 0;
}

/* The switch names the events as its directory does: separated by spaces if there are any,
 * otherwise by commas. */
void
sw_allowed_append_events (const SwAllowed *allowed, GString *line)
{
  g_auto (GStrv) names = NULL;
  guint n;

  if (allowed->events == NULL)
    {
      g_string_append (line, " all");
      return;
    }
  names = g_strsplit (allowed->events, strchr (allowed->events, ' ') != NULL ? " " : ",", -1);
  n = g_strv_length (names);
  if (strlen (allowed->events) >= ALLOWED_CUT && n > 0)
    n--;
  for (guint i = 0; i < n; i++)
    if (*names[i] != '\0')
      g_string_append_printf (line, " %s", names[i]);
}

gboolean
sw_allowed_sees_channels (const SwAllowed *allowed)
{
  static const char *const needed[] = { "CHANNEL_CREATE", "CHANNEL_STATE", "CHANNEL_DESTROY" };

  if (allowed->events == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if (strstr (allowed->events, needed[i]) == NULL)
      return FALSE;
  return TRUE;
}
