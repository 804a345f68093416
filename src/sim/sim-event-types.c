/* SPDX-License-Identifier: MIT */
/* sim-event-types.c - see the header. The look-up is linear: it runs once per word of a
 * subscription command. */
#include "sim-event-types.h"

#include <string.h>

static const char *const type_names[] = {
#define SIM_EVENT_NAME(name) #name,
  SIM_EVENT_TYPES (SIM_EVENT_NAME)
#undef SIM_EVENT_NAME
};

const char *
sim_event_type_name (SimEventType type)
{
  return type_names[type];
}

SimEventType
sim_event_type_parse (const char *name, gssize len)
{
  gsize n = len < 0 ? strlen (name) : (gsize)len;
  for (guint i = 0; i < SIM_EVENT_LAST; i++)
    if (strlen (type_names[i]) == n && g_ascii_strncasecmp (type_names[i], name, n) == 0)
      return (SimEventType)i;
  return SIM_EVENT_LAST;
}
