/* SPDX-License-Identifier: MIT */
/* sim-report.h - the last part of a channel's life: CS_HANGUP, CS_REPORTING and what it reports. */
#pragma once

#include "sim-channel.h"

G_BEGIN_DECLS

/* The thread of a hung up channel comes round: applications end, then the bridge, then the channel
 * reports and is destroyed, unless it is locked. */
void sim_report_end (SimChannel *channel);

G_END_DECLS
