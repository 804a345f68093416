/* SPDX-License-Identifier: MIT */
#include "sw-bgapi.h"

#include <errno.h>

struct _SwBgapi
{
  SwClient *client;
  SwJobs *jobs;
  GQueue starts;        /* of Start, by their links */
  guint patience;       /* ms */
  gboolean some_missed; /* results may have been, and the link is not back yet */
  guint grace;          /* the timer in which those may come yet */
};

/* A bgapi command that the switch has not answered yet. */
typedef struct
{
  SwBgapi *bgapi;
  SwJob *job;
  SwCommand *sent;
  SwReplyFunc started;
  gpointer data;
  GList link;
} Start;

static void on_started (const char *text, gsize len, const GError *error, gpointer data);

SwBgapi *
sw_bgapi_new (SwClient *client, SwJobs *jobs, guint patience)
{
  SwBgapi *bgapi = g_new0 (SwBgapi, 1);

  bgapi->client = client;
  bgapi->jobs = jobs;
  bgapi->patience = patience;
  return bgapi;
}

void
sw_bgapi_free (SwBgapi *bgapi)
{
  g_autoptr (GError) error =
      g_error_new_literal (SW_ERROR, SW_ERROR_LOST, "the file system was unmounted");
  Start *start;

  g_clear_handle_id (&bgapi->grace, g_source_remove);
  while ((start = g_queue_peek_head (&bgapi->starts)) != NULL)
    {
      sw_command_cancel (start->sent);
      on_started ("", 0, error, start);
    }
  g_free (bgapi);
}

static void
on_started (const char *text, gsize len, const GError *error, gpointer data)
{
  Start *start = data;
  SwBgapi *bgapi = start->bgapi;
  gboolean taken = error == NULL && g_str_has_prefix (text, "+OK");

  /* Lost with the link: it may run, and its result may come yet. */
  gboolean refused = !taken && !g_error_matches (error, SW_ERROR, SW_ERROR_LOST)
                     && !g_error_matches (error, SW_ERROR, SW_ERROR_TIMEOUT);

  if (refused)
    sw_jobs_refuse (bgapi->jobs, start->job, g_bytes_new (text, len), sw_now ());
  g_queue_unlink (&bgapi->starts, &start->link);
  if (start->started != NULL)
    start->started (text, len, error, start->data);
  sw_jobs_answered (bgapi->jobs, start->job);
  sw_job_unref (start->job);
  g_free (start);
}

SwJob *
sw_bgapi_start (SwBgapi *bgapi, const char *line, gsize len, const char *job_uuid,
                SwReplyFunc started, gpointer data, int *ret_error)
{
  g_autoptr (GString) command = g_string_new (NULL);
  g_autofree char *random = g_uuid_string_random ();
  Start *start;
  SwJob *job;

  if (job_uuid == NULL)
    job_uuid = random;
  *ret_error = EINVAL;
  if (!esl_command_bgapi (command, line, (gssize)len, job_uuid, NULL))
    return NULL;
  job = sw_jobs_add (bgapi->jobs, line, len, job_uuid, sw_now (), ret_error);
  if (job == NULL)
    return NULL;
  start = g_new0 (Start, 1);
  start->bgapi = bgapi;
  start->job = sw_job_ref (job);
  start->started = started;
  start->data = data;
  start->link.data = start;
  g_queue_push_tail_link (&bgapi->starts, &start->link);
  start->sent = sw_client_send (bgapi->client, command->str, command->len, on_started, start);
  return job;
}

static gboolean
on_grace_over (gpointer data)
{
  SwBgapi *bgapi = data;

  bgapi->grace = 0;
  sw_jobs_give_up_missed (bgapi->jobs, sw_now ());
  return G_SOURCE_REMOVE;
}

void
sw_bgapi_link_lost (SwBgapi *bgapi)
{
  g_clear_handle_id (&bgapi->grace, g_source_remove);
  bgapi->some_missed = sw_jobs_note_link_lost (bgapi->jobs);
}

void
sw_bgapi_link_up (SwBgapi *bgapi, const char *core_uuid)
{
  if (bgapi->some_missed)
    bgapi->grace = g_timeout_add (bgapi->patience, on_grace_over, bgapi);
  bgapi->some_missed = FALSE;
  sw_jobs_note_core (bgapi->jobs, core_uuid, sw_now ());
}
