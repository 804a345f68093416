/* SPDX-License-Identifier: MIT */
/* sim-core-info.h - what the simulated core says it is. */
#pragma once

#include "sim-core.h"

G_BEGIN_DECLS

#define SIM_VERSION "1.10.12-release+git~20240802T210227Z~a88d069d6f~64bit"
#define SIM_VERSION_SHORT "1.10.12-release git a88d069 2024-08-02 21:02:27Z 64bit"
#define SIM_VERSION_LONG SIM_VERSION " (git a88d069 2024-08-02 21:02:27Z 64bit)"

/* "0 years, 0 days, 0 hours, 29 minutes, 1 second, 121 milliseconds, 814 microseconds" */
void sim_core_append_uptime (SimSwitch *sim, GString *out);
gboolean sim_module_exists (const char *name);

G_END_DECLS
