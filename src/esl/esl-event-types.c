/* SPDX-License-Identifier: MIT */
/* esl-event-types.c - see the header. The look-up is linear: it runs once per word of a
 * subscription command. */
#include "esl-event-types.h"

#include <string.h>

static const char *const type_names[] = {
#define ESL_EVENT_NAME(name) #name,
  ESL_EVENT_TYPES (ESL_EVENT_NAME)
#undef ESL_EVENT_NAME
};

const char *
esl_event_type_name (EslEventType type)
{
  return type_names[type];
}

EslEventType
esl_event_type_parse (const char *name, gssize len)
{
  gsize n = len < 0 ? strlen (name) : (gsize)len;

  for (guint i = 0; i < ESL_EVENT_LAST; i++)
    if (strlen (type_names[i]) == n && g_ascii_strncasecmp (type_names[i], name, n) == 0)
      return (EslEventType)i;
  return ESL_EVENT_LAST;
}
