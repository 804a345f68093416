/* SPDX-License-Identifier: MIT */
/* sim-log.c - see the header. A frame is made once and shared; none is when nobody listens. */
#include "sim-log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim-event.h"
#include "sim-listener.h"

static const char *const level_names[] = {
  "CONSOLE", "ALERT", "CRIT", "ERR", "WARNING", "NOTICE", "INFO", "DEBUG",
};

int
sim_log_level_parse (const char *text)
{
  if (g_ascii_isdigit (*text) || *text == '-')
    return CLAMP (atoi (text), 0, 63);
  for (guint i = 0; i < G_N_ELEMENTS (level_names); i++)
    if (g_ascii_strcasecmp (text, level_names[i]) == 0)
      return (int)i;
  return -1;
}

const char *
sim_log_level_name (int level)
{
  return level_names[CLAMP (level, 0, SIM_LOG_DEBUG)];
}

static GBytes *
log_frame (SimLogLevel level, const char *uuid, const char *file, const char *function, guint line,
           const char *text)
{
  char stamp[32];
  gint64 now = g_get_real_time ();
  g_autofree char *body = NULL;
  char *frame;

  sim_stamp_local (now, stamp, sizeof stamp);
  body = g_strdup_printf ("%s.%06d 99.00%% [%s] %s:%u %s\n", stamp, (int)(now % G_USEC_PER_SEC),
                          level_names[level], file, line, text);
  frame =
      g_strdup_printf ("Content-Type: log/data\nContent-Length: %" G_GSIZE_FORMAT
                       "\nLog-Level: %d\nText-Channel: 3\nLog-File: %s\nLog-Func: %s\n"
                       "Log-Line: %u\nUser-Data: %s\n\n%s",
                       strlen (body), level, file, function, line, uuid != NULL ? uuid : "", body);
  return g_bytes_new_take (frame, strlen (frame));
}

void
sim_log (SimSwitch *sim, SimLogLevel level, const char *uuid, const char *file,
         const char *function, guint line, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) frame = NULL;
  va_list args;

  if ((int)level > sim->log_wanted || (int)level > sim->log_level)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  frame = log_frame (level, uuid, file, function, line, text);
  for (guint i = 0; i < sim->listeners->len; i++)
    {
      SimListener *listener = g_ptr_array_index (sim->listeners, i);

      if (!listener->closing && listener->log_on && listener->log_level >= (int)level)
        sim_listener_offer_log (listener, frame);
    }
}
