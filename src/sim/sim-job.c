/* SPDX-License-Identifier: MIT */
/* sim-job.c - see the header. An empty result is an empty body: `-ERR no reply` is said to
 * connections only (protocol: bgapi). */
#include "sim-job.h"

#include "sim-api.h"

typedef struct
{
  SimSwitch *sim;
  char *name;
  char *args; /* NULL: none */
  char *uuid;
  char *owner;
} Job;

static void
job_free (Job *job)
{
  g_free (job->name);
  g_free (job->args);
  g_free (job->uuid);
  g_free (job->owner);
  g_free (job);
}

static void
job_done (SimApiCall *call, gpointer data)
{
  Job *job = data;
  SimEvent *event = sim_event_begin (job->sim, ESL_EVENT_BACKGROUND_JOB, NULL);

  if (event != NULL)
    {
      esl_event_add (event->esl, "Job-UUID", job->uuid);
      if (job->owner != NULL)
        esl_event_add (event->esl, "Job-Owner-UUID", job->owner);
      if (*job->name)
        esl_event_add (event->esl, "Job-Command", job->name);
      if (job->args != NULL && *job->args)
        esl_event_add (event->esl, "Job-Command-Arg", job->args);
      esl_event_set_body (event->esl, call->out->str, (gssize)call->out->len);
      sim_event_fire (job->sim, event);
    }
  job_free (job);
}

static void
job_run (gpointer data)
{
  Job *job = data;

  sim_api_run (job->sim, job->name, job->args, job_done, job);
}

void
sim_job_start (SimSwitch *sim, const char *name, const char *args, const char *job_uuid,
               const char *owner)
{
  Job *job = g_new (Job, 1);

  job->sim = sim;
  job->name = g_strdup (name);
  job->args = g_strdup (args);
  job->uuid = g_strdup (job_uuid);
  job->owner = g_strdup (owner);
  sim_task_add (sim, job_run, job, NULL);
}
