/* SPDX-License-Identifier: MIT */
/* sim-job.h - background jobs: an api command whose result is a BACKGROUND_JOB event. */
#pragma once

#include "sim-core.h"

G_BEGIN_DECLS

/* Starts `name args` in a later turn. `owner`: uuid of the channel whose connection asked, NULL:
 * none. */
void sim_job_start (SimSwitch *sim, const char *name, const char *args, const char *job_uuid,
                    const char *owner);

G_END_DECLS
