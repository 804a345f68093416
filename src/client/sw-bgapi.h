/* SPDX-License-Identifier: MIT */
/* sw-bgapi.h - starts background jobs, and says of which the results can't be waited for any more.
 *
 * The table of jobs (sw-jobs.h) hears of each before anything is sent. A job whose result came
 * while the link was down can't be told from one that still runs: it is lost when no result has
 * come for as long as a command may take, after the link came back.
 */
#pragma once

#include "sw-client.h"
#include "sw-jobs.h"

G_BEGIN_DECLS

typedef struct _SwBgapi SwBgapi;

/* `patience`: milliseconds after a reconnect in which the result of a job from before may come.
 * Client and jobs are lent, and outlive it. */
SwBgapi *sw_bgapi_new (SwClient *client, SwJobs *jobs, guint patience);
/* Answers those that wait for the switch's answer to bgapi. */
void sw_bgapi_free (SwBgapi *bgapi);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwBgapi, sw_bgapi_free)

/* Registers a job and sends it. `job_uuid` NULL: a random one. `started` gets the switch's answer
 * to the bgapi command, as a SwReplyFunc; a job that the switch did not take changes to refused
 * after that, and is gone. Returns NULL, and `started` won't run, with *ret_error as sw_jobs_add()
 * has it, or EINVAL when the line can't be sent. The job is lent. */
SwJob *sw_bgapi_start (SwBgapi *bgapi, const char *line, gsize len, const char *job_uuid,
                       SwReplyFunc started, gpointer data, int *ret_error);
/* For every time the link is up: `core_uuid` tells whether it is the same core. */
void sw_bgapi_link_up (SwBgapi *bgapi, const char *core_uuid);
/* For every time it is lost: results may be missed from now on. */
void sw_bgapi_link_lost (SwBgapi *bgapi);

G_END_DECLS
