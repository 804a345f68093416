/* SPDX-License-Identifier: MIT */
/* sw-jobs.h - background jobs of ours, as the switch's events tell of them. Pure: no I/O, the time
 * is passed in; src/client/sw-bgapi.h starts them.
 *
 *   added -> bgapi is answered -> ... -> BACKGROUND_JOB -> done
 *
 * A BACKGROUND_JOB event reaches every subscriber and may overtake the answer, hence a Job-UUID of
 * our own, known before anything is sent (protocol: bgapi); its starter hears of both in their
 * order. A job survives a reconnect to the same core; a new Core-UUID makes it lost. The last
 * SW_JOBS_MAX jobs, or SW_JOBS_AGE, or SW_JOBS_BYTES of replies, are kept; one that runs is not
 * forgotten before it is old, nor the one that has just ended.
 */
#pragma once

#include "esl-event.h"
#include "registry.h"
#include "sw-now.h"

G_BEGIN_DECLS

#define SW_JOBS_MAX 1000
#define SW_JOBS_BYTES ((gsize)64 * 1024 * 1024) /* of the replies that are kept */
#define SW_JOBS_AGE ((gint64)24 * 3600 * G_USEC_PER_SEC)

/* An item of the table's registry, by its Job-UUID: alive until the table forgets it. */
typedef struct _SwJob SwJob;
typedef struct _SwJobs SwJobs;

typedef enum
{
  SW_JOB_RUNNING,
  SW_JOB_DONE,    /* the result is there, whatever it says */
  SW_JOB_LOST,    /* it will not come, as far as is known; when it comes all the same, it is done */
  SW_JOB_REFUSED, /* the switch did not take the command; forgotten at once */
} SwJobState;

typedef void (*SwJobFunc) (SwJob *job, gpointer data);

/* `changed` runs when a job's state has changed, never before sw_jobs_answered(). `listed` runs at
 * once when what a list says of a job is another than before: it was added, has ended, or is
 * forgotten (sw_job_kept()); NULL: nobody keeps a list. */
SwJobs *sw_jobs_new (SwJobFunc changed, SwJobFunc listed, gpointer data);
void sw_jobs_free (SwJobs *jobs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwJobs, sw_jobs_free)

/* A job that is about to be sent; lent. NULL, with *ret_error EEXIST when one of that id is
 * running, EINVAL when the id is empty, longer than 256 bytes (the switch cuts there) or has
 * control bytes, EBUSY when SW_JOBS_MAX are running. */
SwJob *sw_jobs_add (SwJobs *jobs, const char *line, gsize len, const char *job_uuid, SwNow now,
                    int *ret_error);
/* The switch did not take it; `said` is taken over. To be followed by sw_jobs_answered(). */
void sw_jobs_refuse (SwJobs *jobs, SwJob *job, GBytes *said, SwNow now);
/* Its starter has heard how bgapi was answered: what has become of it meanwhile is told now. */
void sw_jobs_answered (SwJobs *jobs, SwJob *job);

/* For every BACKGROUND_JOB event. */
void sw_jobs_apply (SwJobs *jobs, const EslEvent *event, SwNow now);
/* The core that answers now, whenever that is known: jobs of another one are lost. */
void sw_jobs_note_core (SwJobs *jobs, const char *core_uuid, SwNow now);
/* The link is lost: of what runs now the result may be missed. FALSE: nothing does. */
gboolean sw_jobs_note_link_lost (SwJobs *jobs);
/* The results that may have been missed are not waited for any more. */
void sw_jobs_give_up_missed (SwJobs *jobs, SwNow now);

/* Of SwJob, by Job-UUID, in the order of their start; lent. */
const Registry *sw_jobs_registry (const SwJobs *jobs);
guint sw_jobs_n_running (const SwJobs *jobs);
/* Of those that run, the one that was added after that; NULL: the first, and at the end. Lent. */
SwJob *sw_jobs_next_running (const SwJobs *jobs, const SwJob *after);

SwJob *sw_job_ref (SwJob *job);
void sw_job_unref (SwJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwJob, sw_job_unref)

const char *sw_job_uuid (const SwJob *job);
const char *sw_job_command (const SwJob *job);
SwJobState sw_job_state (const SwJob *job);
/* Lent; NULL while it runs. A lost job's says so. */
GBytes *sw_job_reply (const SwJob *job);
/* Microseconds since the epoch. */
gint64 sw_job_started (const SwJob *job);
gint64 sw_job_changed (const SwJob *job);
/* Microseconds that it ran, or has run by now. */
gint64 sw_job_elapsed (const SwJob *job, SwNow now);
/* FALSE once the table has forgotten it. */
gboolean sw_job_kept (const SwJob *job);

G_END_DECLS
