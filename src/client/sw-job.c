/* SPDX-License-Identifier: MIT */
/* sw-job.c - the table of jobs: by id for the events, in the order of their start for the listing,
 * where "the next one after this serial" costs a walk down a tree.
 */
#include "sw-job.h"

#include <errno.h>
#include <string.h>

struct _SwJob
{
  grefcount refs;
  SwJobs *jobs; /* NULL: forgotten */
  GList link;
  char *uuid;
  char *command;
  SwJobState state;
  GBytes *reply;
  guint64 serial;
  gint64 started; /* real time */
  gint64 changed;
  gint64 begun;      /* monotonic */
  gint64 elapsed;    /* how long it ran; 0: it still does */
  gboolean starting; /* bgapi is not answered yet */
  gboolean doubtful; /* it ran when the link was lost: its result may have been missed */
  gpointer watch;
  GDestroyNotify free_watch;
};

struct _SwJobs
{
  SwClient *client;
  SwJobFunc changed, listed; /* listed: NULL, or whoever keeps a list */
  gpointer data;
  GHashTable *by_uuid; /* uuid -> SwJob */
  GQueue order;        /* by their links, oldest first */
  GTree *by_serial;    /* the same */
  GTree *running;      /* those that run */
  guint64 next_serial;
  GQueue starts; /* of Start, by their links */
  char *core_uuid;
  gsize reply_bytes; /* of all replies that are kept */
  guint patience;    /* ms */
  gboolean doubtful; /* some are, and no timer runs yet: the link is down */
  guint doubts;      /* the timer that ends them */
};

/* A bgapi command that the switch has not answered yet. */
typedef struct
{
  SwJobs *jobs;
  SwJob *job;
  SwCommand *sent;
  SwReplyFunc started;
  gpointer data;
  GList link;
} Start;

static void on_started (const char *text, gsize len, const GError *error, gpointer data);

SwJob *
sw_job_ref (SwJob *job)
{
  g_ref_count_inc (&job->refs);
  return job;
}

void
sw_job_unref (SwJob *job)
{
  if (!g_ref_count_dec (&job->refs))
    return;
  if (job->watch != NULL)
    job->free_watch (job->watch);
  g_clear_pointer (&job->reply, g_bytes_unref);
  g_free (job->uuid);
  g_free (job->command);
  g_free (job);
}

static int
compare_serials (gconstpointer left, gconstpointer right, gpointer data)
{
  guint64 a = *(const guint64 *)left, b = *(const guint64 *)right;

  return (a > b) - (a < b);
}

SwJobs *
sw_jobs_new (SwClient *client, guint patience, SwJobFunc changed, gpointer data)
{
  SwJobs *jobs = g_new0 (SwJobs, 1);

  jobs->client = client;
  jobs->patience = patience;
  jobs->changed = changed;
  jobs->data = data;
  jobs->by_uuid = g_hash_table_new (g_str_hash, g_str_equal);
  jobs->by_serial = g_tree_new_full (compare_serials, NULL, NULL, NULL);
  jobs->running = g_tree_new_full (compare_serials, NULL, NULL, NULL);
  return jobs;
}

void
sw_jobs_on_listed (SwJobs *jobs, SwJobFunc listed)
{
  jobs->listed = listed;
}

static void
tell_listed (SwJob *job, const SwJobs *jobs)
{
  if (jobs->listed != NULL)
    jobs->listed (job, jobs->data);
}

static gsize
reply_size (const SwJob *job)
{
  return job->reply != NULL ? g_bytes_get_size (job->reply) : 0;
}

static void
forget (SwJob *job)
{
  SwJobs *jobs = job->jobs;

  if (jobs == NULL)
    return;
  jobs->reply_bytes -= reply_size (job);
  g_tree_remove (jobs->running, &job->serial);
  g_tree_remove (jobs->by_serial, &job->serial);
  g_hash_table_remove (jobs->by_uuid, job->uuid);
  g_queue_unlink (&jobs->order, &job->link);
  job->jobs = NULL;
  tell_listed (job, jobs);
  sw_job_unref (job);
}

void
sw_jobs_free (SwJobs *jobs)
{
  g_autoptr (GError) error =
      g_error_new_literal (SW_ERROR, SW_ERROR_LOST, "the file system was unmounted");
  Start *start;

  g_clear_handle_id (&jobs->doubts, g_source_remove);
  while ((start = g_queue_peek_head (&jobs->starts)) != NULL)
    {
      sw_command_cancel (start->sent);
      on_started ("", 0, error, start);
    }
  while (jobs->order.head != NULL)
    forget (jobs->order.head->data);
  g_hash_table_unref (jobs->by_uuid);
  g_tree_unref (jobs->by_serial);
  g_tree_unref (jobs->running);
  g_free (jobs->core_uuid);
  g_free (jobs);
}

/* Ended once; but the result of one that was given up for lost is still welcome. */
static void
finish (SwJob *job, SwJobState state, GBytes *reply)
{
  gboolean was_running = job->state == SW_JOB_RUNNING;

  if (!was_running && !(job->state == SW_JOB_LOST && state == SW_JOB_DONE))
    {
      g_bytes_unref (reply);
      return;
    }
  if (job->jobs != NULL)
    job->jobs->reply_bytes += g_bytes_get_size (reply) - reply_size (job);
  g_clear_pointer (&job->reply, g_bytes_unref);
  job->state = state;
  job->reply = reply;
  job->changed = g_get_real_time ();
  if (was_running)
    job->elapsed = g_get_monotonic_time () - job->begun;
  if (job->jobs == NULL)
    return;
  g_tree_remove (job->jobs->running, &job->serial);
  tell_listed (job, job->jobs);
  /* Its starter hears the answer to bgapi first. */
  if (!job->starting)
    job->jobs->changed (job, job->jobs->data);
}

static void
lose (SwJob *job, const char *why)
{
  finish (job, SW_JOB_LOST, g_bytes_new (why, strlen (why)));
}

static gboolean
is_too_much (const SwJobs *jobs)
{
  return jobs->order.length > SW_JOBS_MAX || jobs->reply_bytes > SW_JOBS_BYTES;
}

/* Ended jobs go first, oldest first, but `spared`; then those that are too old, whatever they do.
 */
static void
prune (SwJobs *jobs, const SwJob *spared)
{
  gint64 old = g_get_monotonic_time () - SW_JOBS_AGE;
  GList *next;

  for (GList *link = jobs->order.head; link != NULL; link = next)
    {
      SwJob *job = link->data;

      next = link->next;
      if (job->begun < old)
        lose (job, "-ERR job lost: it has been running for a day\n");
      if (job->begun < old || (is_too_much (jobs) && job->state != SW_JOB_RUNNING && job != spared))
        forget (job);
      else if (!is_too_much (jobs))
        return;
    }
}

static gboolean
is_good_uuid (const char *uuid)
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
may_start (SwJobs *jobs, const char *job_uuid)
{
  SwJob *same;

  if (!is_good_uuid (job_uuid))
    return EINVAL;
  if (sw_jobs_running (jobs) >= SW_JOBS_MAX)
    return EBUSY;
  same = g_hash_table_lookup (jobs->by_uuid, job_uuid);
  if (same == NULL)
    return 0;
  if (same->state == SW_JOB_RUNNING)
    return EEXIST;
  forget (same);
  return 0;
}

static SwJob *
job_new (SwJobs *jobs, const char *line, gsize len, const char *job_uuid)
{
  SwJob *job = g_new0 (SwJob, 1);

  g_ref_count_init (&job->refs);
  job->jobs = jobs;
  job->link.data = job;
  job->uuid = g_strdup (job_uuid);
  job->command = g_strndup (line, len);
  job->serial = ++jobs->next_serial;
  job->started = job->changed = g_get_real_time ();
  job->begun = g_get_monotonic_time ();
  job->starting = TRUE;
  g_hash_table_insert (jobs->by_uuid, job->uuid, job);
  g_queue_push_tail_link (&jobs->order, &job->link);
  g_tree_insert (jobs->by_serial, &job->serial, job);
  g_tree_insert (jobs->running, &job->serial, job);
  tell_listed (job, jobs);
  return job;
}

/* ---- sending ---- */

static void
on_started (const char *text, gsize len, const GError *error, gpointer data)
{
  Start *start = data;
  SwJob *job = start->job;
  gboolean taken = error == NULL && g_str_has_prefix (text, "+OK");

  /* Lost with the link: it may run, and its result may come yet. */
  gboolean refused = !taken && !g_error_matches (error, SW_ERROR, SW_ERROR_LOST)
                     && !g_error_matches (error, SW_ERROR, SW_ERROR_TIMEOUT);

  if (refused)
    finish (job, SW_JOB_REFUSED, g_bytes_new (text, len));
  g_queue_unlink (&start->jobs->starts, &start->link);
  job->starting = FALSE;
  if (start->started != NULL)
    start->started (text, len, error, start->data);
  if (job->state != SW_JOB_RUNNING && job->jobs != NULL)
    job->jobs->changed (job, job->jobs->data);
  if (refused)
    forget (job);
  sw_job_unref (job);
  g_free (start);
}

SwJob *
sw_jobs_start (SwJobs *jobs, const char *line, gsize len, const char *job_uuid, SwReplyFunc started,
               gpointer data, int *ret_error)
{
  g_autoptr (GString) command = g_string_new (NULL);
  g_autofree char *random = g_uuid_string_random ();
  Start *start;
  SwJob *job;

  if (job_uuid == NULL)
    job_uuid = random;
  *ret_error = may_start (jobs, job_uuid);
  if (*ret_error == 0 && !esl_command_bgapi (command, line, (gssize)len, job_uuid, NULL))
    *ret_error = EINVAL;
  if (*ret_error != 0)
    return NULL;
  job = job_new (jobs, line, len, job_uuid);
  prune (jobs, job);
  start = g_new0 (Start, 1);
  start->jobs = jobs;
  start->job = sw_job_ref (job);
  start->started = started;
  start->data = data;
  start->link.data = start;
  g_queue_push_tail_link (&jobs->starts, &start->link);
  start->sent = sw_client_send (jobs->client, command->str, command->len, on_started, start);
  return job;
}

/* ---- results ---- */

void
sw_jobs_apply (SwJobs *jobs, const EslEvent *event)
{
  const char *uuid = esl_event_get_last (event, "Job-UUID");
  SwJob *job = uuid != NULL ? g_hash_table_lookup (jobs->by_uuid, uuid) : NULL;
  const guint8 *body;
  gsize len = 0;

  if (job == NULL)
    return;
  body = esl_event_body (event, &len);
  finish (job, SW_JOB_DONE, g_bytes_new (body, body != NULL ? len : 0));
  prune (jobs, job);
}

/* `doubtful`: those alone. */
static void
lose_all (SwJobs *jobs, gboolean doubtful, const char *why)
{
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func ((GDestroyNotify)sw_job_unref);

  for (GList *link = jobs->order.head; link != NULL; link = link->next)
    if (!doubtful || ((SwJob *)link->data)->doubtful)
      g_ptr_array_add (lost, sw_job_ref (link->data));
  for (guint i = 0; i < lost->len; i++)
    lose (lost->pdata[i], why);
}

static gboolean
on_patience_over (gpointer data)
{
  SwJobs *jobs = data;

  jobs->doubts = 0;
  lose_all (jobs, TRUE, "-ERR job lost: its result may have come while the link was down\n");
  return G_SOURCE_REMOVE;
}

void
sw_jobs_link_lost (SwJobs *jobs)
{
  g_clear_handle_id (&jobs->doubts, g_source_remove);
  jobs->doubtful = sw_jobs_running (jobs) > 0;
  for (GList *link = jobs->order.head; link != NULL; link = link->next)
    ((SwJob *)link->data)->doubtful = TRUE;
}

void
sw_jobs_core (SwJobs *jobs, const char *core_uuid)
{
  if (jobs->doubtful)
    jobs->doubts = g_timeout_add (jobs->patience, on_patience_over, jobs);
  jobs->doubtful = FALSE;
  if (core_uuid == NULL || g_strcmp0 (jobs->core_uuid, core_uuid) == 0)
    return;
  if (jobs->core_uuid != NULL)
    lose_all (jobs, FALSE, "-ERR job lost: the switch was restarted\n");
  g_free (jobs->core_uuid);
  jobs->core_uuid = g_strdup (core_uuid);
}

/* ---- looking ---- */

guint
sw_jobs_running (const SwJobs *jobs)
{
  return (guint)g_tree_nnodes (jobs->running);
}

SwJob *
sw_jobs_find (const SwJobs *jobs, const char *job_uuid)
{
  return g_hash_table_lookup (jobs->by_uuid, job_uuid);
}

static SwJob *
next_of (GTree *tree, guint64 after)
{
  GTreeNode *node = g_tree_upper_bound (tree, &after);

  return node != NULL ? g_tree_node_value (node) : NULL;
}

SwJob *
sw_jobs_next (const SwJobs *jobs, guint64 after)
{
  return next_of (jobs->by_serial, after);
}

SwJob *
sw_jobs_next_running (const SwJobs *jobs, guint64 after)
{
  return next_of (jobs->running, after);
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

guint64
sw_job_serial (const SwJob *job)
{
  return job->serial;
}

gint64
sw_job_started (const SwJob *job)
{
  return job->started;
}

gint64
sw_job_elapsed (const SwJob *job)
{
  return job->state == SW_JOB_RUNNING ? g_get_monotonic_time () - job->begun : job->elapsed;
}

gint64
sw_job_changed (const SwJob *job)
{
  return job->changed;
}

gboolean
sw_job_kept (const SwJob *job)
{
  return job->jobs != NULL;
}

void
sw_job_set_watch (SwJob *job, gpointer watch, GDestroyNotify free_watch)
{
  if (job->watch != NULL)
    job->free_watch (job->watch);
  job->watch = watch;
  job->free_watch = free_watch;
}

gpointer
sw_job_watch (const SwJob *job)
{
  return job->watch;
}
