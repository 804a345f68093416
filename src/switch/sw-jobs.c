/* SPDX-License-Identifier: MIT */
/* sw-jobs.c - the registry of jobs, and two lists: what runs, and what has ended.
 *
 * So what has to go is found at once: the job that has run for too long is the oldest of the
 * registry, and the one that ended longest ago stands first among the ended.
 */
#include "sw-jobs.h"

#include <errno.h>
#include <string.h>

struct _SwJob
{
  RegistryItem item;
  GList link; /* in running or ended */
  char *uuid;
  char *command;
  SwJobState state;
  GBytes *reply;
  gint64 changed; /* since the epoch */
  SwNow start;
  gint64 elapsed;       /* how long it ran; 0: it still does */
  gboolean unanswered;  /* bgapi is not answered yet, or its starter has not heard of it */
  gboolean may_be_over; /* it ran when the link was lost: its result may have been missed */
};

struct _SwJobs
{
  SwJobFunc changed, listed; /* listed: NULL, or whoever keeps a list */
  gpointer data;
  Registry *registry;
  GQueue running, ended; /* by their links, oldest first */
  gsize reply_bytes;     /* of all replies that are kept */
  char *core_uuid;
};

static void
job_free (gpointer data)
{
  SwJob *job = data;

  g_clear_pointer (&job->reply, g_bytes_unref);
  g_free (job->uuid);
  g_free (job->command);
  g_free (job);
}

SwJobs *
sw_jobs_new (SwJobFunc changed, SwJobFunc listed, gpointer data)
{
  SwJobs *jobs = g_new0 (SwJobs, 1);

  jobs->changed = changed;
  jobs->listed = listed;
  jobs->data = data;
  jobs->registry = registry_new ();
  return jobs;
}

static void
jobs_tell_listed (SwJobs *jobs, SwJob *job)
{
  if (jobs->listed != NULL)
    jobs->listed (job, jobs->data);
}

static gsize
job_reply_size (const SwJob *job)
{
  return job->reply != NULL ? g_bytes_get_size (job->reply) : 0;
}

static void
jobs_forget (SwJobs *jobs, SwJob *job)
{
  g_autoptr (SwJob) kept = sw_job_ref (job);

  if (!sw_job_kept (job))
    return;
  jobs->reply_bytes -= job_reply_size (job);
  g_queue_unlink (job->state == SW_JOB_RUNNING ? &jobs->running : &jobs->ended, &job->link);
  registry_remove (jobs->registry, job);
  jobs_tell_listed (jobs, job);
}

void
sw_jobs_free (SwJobs *jobs)
{
  SwJob *job;

  while ((job = registry_next (jobs->registry, 0)) != NULL)
    jobs_forget (jobs, job);
  registry_free (jobs->registry);
  g_free (jobs->core_uuid);
  g_free (jobs);
}

/* Ended once; but the result of one that was given up for lost is still welcome. */
static void
jobs_finish (SwJobs *jobs, SwJob *job, SwJobState state, GBytes *reply, SwNow now)
{
  gboolean was_running = job->state == SW_JOB_RUNNING;

  if (!sw_job_kept (job) || (!was_running && !(job->state == SW_JOB_LOST && state == SW_JOB_DONE)))
    {
      g_bytes_unref (reply);
      return;
    }
  jobs->reply_bytes += g_bytes_get_size (reply) - job_reply_size (job);
  g_clear_pointer (&job->reply, g_bytes_unref);
  job->state = state;
  job->reply = reply;
  job->changed = now.date;
  if (was_running)
    {
      job->elapsed = now.clock - job->start.clock;
      g_queue_unlink (&jobs->running, &job->link);
      g_queue_push_tail_link (&jobs->ended, &job->link);
    }
  jobs_tell_listed (jobs, job);
  if (!job->unanswered)
    jobs->changed (job, jobs->data);
}

static void
jobs_lose (SwJobs *jobs, SwJob *job, const char *why, SwNow now)
{
  jobs_finish (jobs, job, SW_JOB_LOST, g_bytes_new (why, strlen (why)), now);
}

/* The reply of the job that has just ended is kept, whatever its size. */
static gboolean
jobs_are_too_much (const SwJobs *jobs)
{
  return registry_size (jobs->registry) > SW_JOBS_MAX
         || (jobs->reply_bytes > SW_JOBS_BYTES && jobs->ended.length > 1);
}

/* What is too old goes, whatever it does; then, while there is too much, what has ended. */
static void
jobs_prune (SwJobs *jobs, SwNow now)
{
  SwJob *oldest;

  while ((oldest = registry_next (jobs->registry, 0)) != NULL
         && oldest->start.clock < now.clock - SW_JOBS_AGE)
    {
      g_autoptr (SwJob) kept = sw_job_ref (oldest);

      jobs_lose (jobs, oldest, "-ERR job lost: it has been running for a day\n", now);
      jobs_forget (jobs, oldest);
    }
  while (jobs_are_too_much (jobs) && jobs->ended.head != NULL)
    jobs_forget (jobs, jobs->ended.head->data);
}

/* ---- starting ---- */

static gboolean
job_uuid_is_good (const char *uuid)
{
  gsize len = strlen (uuid);

  if (len == 0 || len > 256 || uuid[0] == ' ')
    return FALSE;
  for (const char *p = uuid; *p != '\0'; p++)
    if ((guchar)*p < 0x20 || *p == 0x7f)
      return FALSE;
  return TRUE;
}

static int
jobs_may_add (SwJobs *jobs, const char *job_uuid)
{
  SwJob *same;

  if (!job_uuid_is_good (job_uuid))
    return EINVAL;
  if (jobs->running.length >= SW_JOBS_MAX)
    return EBUSY;
  same = registry_find (jobs->registry, job_uuid);
  if (same == NULL)
    return 0;
  if (same->state == SW_JOB_RUNNING)
    return EEXIST;
  jobs_forget (jobs, same);
  return 0;
}

SwJob *
sw_jobs_add (SwJobs *jobs, const char *line, gsize len, const char *job_uuid, SwNow now,
             int *ret_error)
{
  SwJob *job;

  *ret_error = jobs_may_add (jobs, job_uuid);
  if (*ret_error != 0)
    return NULL;
  job = g_new0 (SwJob, 1);
  registry_item_init (job, job_free);
  job->link.data = job;
  job->uuid = g_strdup (job_uuid);
  job->command = g_strndup (line, len);
  job->start = now;
  job->changed = now.date;
  job->unanswered = TRUE;
  registry_add (jobs->registry, job, job->uuid);
  g_queue_push_tail_link (&jobs->running, &job->link);
  jobs_tell_listed (jobs, job);
  jobs_prune (jobs, now);
  return job;
}

void
sw_jobs_refuse (SwJobs *jobs, SwJob *job, GBytes *said, SwNow now)
{
  jobs_finish (jobs, job, SW_JOB_REFUSED, said, now);
}

void
sw_jobs_answered (SwJobs *jobs, SwJob *job)
{
  g_autoptr (SwJob) kept = sw_job_ref (job);

  job->unanswered = FALSE;
  if (job->state != SW_JOB_RUNNING && sw_job_kept (job))
    jobs->changed (job, jobs->data);
  if (job->state == SW_JOB_REFUSED)
    jobs_forget (jobs, job);
}

/* ---- results ---- */

void
sw_jobs_apply (SwJobs *jobs, const EslEvent *event, SwNow now)
{
  const char *uuid = esl_event_get_last (event, "Job-UUID");
  SwJob *job = uuid != NULL ? registry_find (jobs->registry, uuid) : NULL;
  const guint8 *body;
  gsize len = 0;

  if (job == NULL)
    return;
  body = esl_event_body (event, &len);
  jobs_finish (jobs, job, SW_JOB_DONE, g_bytes_new (body, body != NULL ? len : 0), now);
  jobs_prune (jobs, now);
}

/* `missed`: those alone whose result may have been. Whoever hears of one may start others. */
static void
jobs_lose_all (SwJobs *jobs, gboolean missed, const char *why, SwNow now)
{
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func (registry_item_unref);

  for (GList *link = jobs->running.head; link != NULL; link = link->next)
    if (!missed || ((SwJob *)link->data)->may_be_over)
      g_ptr_array_add (lost, sw_job_ref (link->data));
  for (guint i = 0; i < lost->len; i++)
    jobs_lose (jobs, lost->pdata[i], why, now);
}

void
sw_jobs_give_up_missed (SwJobs *jobs, SwNow now)
{
  jobs_lose_all (jobs, TRUE, "-ERR job lost: its result may have come while the link was down\n",
                 now);
}

gboolean
sw_jobs_note_link_lost (SwJobs *jobs)
{
  for (GList *link = jobs->running.head; link != NULL; link = link->next)
    ((SwJob *)link->data)->may_be_over = TRUE;
  return jobs->running.length > 0;
}

void
sw_jobs_note_core (SwJobs *jobs, const char *core_uuid, SwNow now)
{
  if (core_uuid == NULL || g_strcmp0 (jobs->core_uuid, core_uuid) == 0)
    return;
  if (jobs->core_uuid != NULL)
    jobs_lose_all (jobs, FALSE, "-ERR job lost: the switch was restarted\n", now);
  g_free (jobs->core_uuid);
  jobs->core_uuid = g_strdup (core_uuid);
}

/* ---- looking ---- */

const Registry *
sw_jobs_registry (const SwJobs *jobs)
{
  return jobs->registry;
}

guint
sw_jobs_n_running (const SwJobs *jobs)
{
  return jobs->running.length;
}

SwJob *
sw_jobs_next_running (const SwJobs *jobs, const SwJob *after)
{
  const GList *next = after == NULL ? jobs->running.head : after->link.next;

  return next != NULL ? next->data : NULL;
}

SwJob *
sw_job_ref (SwJob *job)
{
  return registry_item_ref (job);
}

void
sw_job_unref (SwJob *job)
{
  registry_item_unref (job);
}

const char *
sw_job_uuid (const SwJob *job)
{
  return job->uuid;
}

const char *
sw_job_command (const SwJob *job)
{
  return job->command;
}

SwJobState
sw_job_state (const SwJob *job)
{
  return job->state;
}

GBytes *
sw_job_reply (const SwJob *job)
{
  return job->reply;
}

gint64
sw_job_started (const SwJob *job)
{
  return job->start.date;
}

gint64
sw_job_changed (const SwJob *job)
{
  return job->changed;
}

gint64
sw_job_elapsed (const SwJob *job, SwNow now)
{
  return job->state == SW_JOB_RUNNING ? now.clock - job->start.clock : job->elapsed;
}

gboolean
sw_job_kept (const SwJob *job)
{
  return registry_item_is_alive (job);
}
