/* SPDX-License-Identifier: MIT */
/* sw-job.h - background jobs of ours: bgapi with a Job-UUID that is known before anything is sent.
 *
 *   start: register -> send bgapi -> "+OK Job-UUID" -> ... -> BACKGROUND_JOB -> done
 *
 * A BACKGROUND_JOB event reaches every subscriber and may overtake the reply, hence a Job-UUID of
 * our own, registered first (protocol: bgapi); its starter hears of both in their order. A job
 * survives a reconnect to the same core; a new Core-UUID makes it lost. One whose result came while
 * the link was down can't be told from one that still runs: it is lost when no result has come for
 * as long as a command may take, after the link came back. The last SW_JOBS_MAX jobs, or
 * SW_JOBS_AGE, or SW_JOBS_BYTES of replies, are kept; one that runs is not forgotten before it is
 * old, nor the one that has just ended.
 */
#pragma once

#include "sw-client.h"

G_BEGIN_DECLS

#define SW_JOBS_MAX 1000
#define SW_JOBS_BYTES ((gsize)64 * 1024 * 1024)
#define SW_JOBS_AGE ((gint64)24 * 3600 * G_USEC_PER_SEC)

typedef struct _SwJob SwJob;
typedef struct _SwJobs SwJobs;

typedef enum
{
  SW_JOB_RUNNING,
  SW_JOB_DONE,    /* the result is there, whatever it says */
  SW_JOB_LOST,    /* it will not come, as far as is known; when it comes all the same, it is done */
  SW_JOB_REFUSED, /* the switch did not take the command; forgotten at once */
} SwJobState;

/* Runs when a job's state has changed, never before its `started`. */
typedef void (*SwJobFunc) (SwJob *job, gpointer data);

/* `patience`: milliseconds after a reconnect in which the result of a job from before may come. */
SwJobs *sw_jobs_new (SwClient *client, guint patience, SwJobFunc changed, gpointer data);
/* `listed` runs, with the same data, at once when what a list says of a job is another than before:
 * it was added, has ended, or is forgotten (sw_job_kept()). NULL: nobody keeps a list. */
void sw_jobs_on_listed (SwJobs *jobs, SwJobFunc listed);
/* Before the client. */
void sw_jobs_free (SwJobs *jobs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwJobs, sw_jobs_free)

/* Registers a job and sends it. `job_uuid` NULL: a random one. `started` gets the switch's answer
 * to the bgapi command, as a SwReplyFunc; a job that the switch did not take changes to refused
 * after that, and is gone.
 * Returns NULL, and `started` won't run, with *ret_error EEXIST when a job of that id is running,
 * EINVAL when the id is empty, longer than 256 bytes (the switch cuts there) or has control bytes,
 * EBUSY when SW_JOBS_MAX are running. The job is lent. */
SwJob *sw_jobs_start (SwJobs *jobs, const char *line, gsize len, const char *job_uuid,
                      SwReplyFunc started, gpointer data, int *ret_error);
/* For every BACKGROUND_JOB event. */
void sw_jobs_apply (SwJobs *jobs, const EslEvent *event);
/* For every time the link is up: `core_uuid` tells whether it is the same core. */
void sw_jobs_core (SwJobs *jobs, const char *core_uuid);
/* For every time it is lost: results may be missed from now on. */
void sw_jobs_link_lost (SwJobs *jobs);

guint sw_jobs_running (const SwJobs *jobs);
SwJob *sw_jobs_find (const SwJobs *jobs, const char *job_uuid);
/* The first job whose serial is greater than `after`, NULL at the end; lent. */
SwJob *sw_jobs_next (const SwJobs *jobs, guint64 after);
/* The same of those that run. */
SwJob *sw_jobs_next_running (const SwJobs *jobs, guint64 after);

SwJob *sw_job_ref (SwJob *job);
void sw_job_unref (SwJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwJob, sw_job_unref)

const char *sw_job_uuid (const SwJob *job);
const char *sw_job_command (const SwJob *job);
SwJobState sw_job_state (const SwJob *job);
/* Lent; NULL while it runs. A lost job's says so. */
GBytes *sw_job_reply (const SwJob *job);
guint64 sw_job_serial (const SwJob *job);
/* Microseconds: since the epoch; and how long it ran, or has run by now. */
gint64 sw_job_started (const SwJob *job);
gint64 sw_job_elapsed (const SwJob *job);
gint64 sw_job_changed (const SwJob *job);
/* FALSE once the table has forgotten it. */
gboolean sw_job_kept (const SwJob *job);
/* A place for one watcher, freed with the job. */
void sw_job_set_watch (SwJob *job, gpointer watch, GDestroyNotify free_watch);
gpointer sw_job_watch (const SwJob *job);

G_END_DECLS
