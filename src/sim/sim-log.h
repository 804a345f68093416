/* SPDX-License-Identifier: MIT */
/* sim-log.h - the console log, as `log/data` frames to those who asked. */
#pragma once

#include "sim-core.h"

G_BEGIN_DECLS

typedef enum
{
  SIM_LOG_CONSOLE,
  SIM_LOG_ALERT,
  SIM_LOG_CRIT,
  SIM_LOG_ERROR,
  SIM_LOG_WARNING,
  SIM_LOG_NOTICE,
  SIM_LOG_INFO,
  SIM_LOG_DEBUG,
} SimLogLevel;

/* One line (without its newline) for all whose level reaches `level`; `uuid` NULL or the channel
 * that it is about. The three after it are where FreeSWITCH would say it. */
void sim_log (SimSwitch *sim, SimLogLevel level, const char *uuid, const char *file,
              const char *function, guint line, const char *format, ...) G_GNUC_PRINTF (7, 8);

/* A level's number or name; -1 when it is neither. Numbers are bounded to 0..63, as the switch
 * does. */
int sim_log_level_parse (const char *text);
const char *sim_log_level_name (int level);

G_END_DECLS
