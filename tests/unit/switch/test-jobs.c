/* SPDX-License-Identifier: MIT */
/* test-jobs.c - the table of jobs: ids, results, what is kept and for how long, what is lost. */
#include "sw-jobs.h"

#include <errno.h>
#include <string.h>

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

typedef struct
{
  SwJobs *jobs;
  GString *told; /* "UUID=state " */
  guint listed;
} Fixture;

static void
on_changed (SwJob *job, gpointer data)
{
  Fixture *f = data;
  static const char *const words[] = { "running", "done", "lost", "refused" };

  g_string_append_printf (f->told, "%s=%s ", sw_job_uuid (job), words[sw_job_state (job)]);
}

static void
on_listed (SwJob *job, gpointer data)
{
  ((Fixture *)data)->listed++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->jobs = sw_jobs_new (on_changed, on_listed, f);
  f->told = g_string_new (NULL);
  f->listed = 0;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sw_jobs_free (f->jobs);
  g_string_free (f->told, TRUE);
}

static SwNow
at (gint64 clock)
{
  return (SwNow){ .clock = clock, .date = 1000 + clock };
}

/* Added at that time, and its bgapi answered. */
static SwJob *
start (Fixture *f, const char *uuid, gint64 clock)
{
  int error = -1;
  SwJob *job = sw_jobs_add (f->jobs, "echo x", 6, uuid, at (clock), &error);

  g_assert_cmpint (error, ==, 0);
  sw_jobs_answered (f->jobs, job);
  return job;
}

static void
result (Fixture *f, const char *uuid, const char *text, gint64 clock)
{
  g_autoptr (EslEvent) event = esl_event_new ();

  esl_event_add (event, "Event-Name", "BACKGROUND_JOB");
  esl_event_add (event, "Job-UUID", uuid);
  esl_event_set_body (event, text, strlen (text));
  sw_jobs_apply (f->jobs, event, at (clock));
}

static SwJob *
found (const Fixture *f, const char *uuid)
{
  return registry_find (sw_jobs_registry (f->jobs), uuid);
}

static void
test_result (Fixture *f, gconstpointer data)
{
  SwJob *job = start (f, "one", 100);
  gsize len;

  g_assert_cmpstr (sw_job_command (job), ==, "echo x");
  g_assert_cmpint (sw_job_started (job), ==, 1100);
  g_assert_cmpint (sw_job_elapsed (job, at (150)), ==, 50);
  result (f, "one", "+OK\n", 170);
  g_assert_cmpstr (f->told->str, ==, "one=done ");
  g_assert_cmpint (sw_job_elapsed (job, at (900)), ==, 70);
  g_assert_cmpint (sw_job_changed (job), ==, 1170);
  g_assert_cmpmem (g_bytes_get_data (sw_job_reply (job), &len), 4, "+OK\n", 4);
  g_assert_cmpuint (sw_jobs_n_running (f->jobs), ==, 0);
  g_assert_cmpuint (f->listed, ==, 2);
}

/* The result may overtake the answer to bgapi; whoever started the job hears of both in order. */
static void
test_overtaken (Fixture *f, gconstpointer data)
{
  int error;
  SwJob *job = sw_jobs_add (f->jobs, "x", 1, "one", at (1), &error);

  result (f, "one", "+OK\n", 2);
  g_assert_cmpstr (f->told->str, ==, "");
  sw_jobs_answered (f->jobs, job);
  g_assert_cmpstr (f->told->str, ==, "one=done ");
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  int error;
  g_autoptr (SwJob) job = sw_job_ref (sw_jobs_add (f->jobs, "x", 1, "one", at (1), &error));

  sw_jobs_refuse (f->jobs, job, g_bytes_new ("-ERR", 4), at (2));
  g_assert_true (sw_job_kept (job));
  sw_jobs_answered (f->jobs, job);
  g_assert_cmpstr (f->told->str, ==, "one=refused ");
  g_assert_false (sw_job_kept (job));
  g_assert_null (found (f, "one"));
}

static void
test_ids (Fixture *f, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (256, 'x'), *longer = g_strnfill (257, 'x');
  const char *const bad[] = { "", " x", "a\nb", "a\x7f", longer };
  int error = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (sw_jobs_add (f->jobs, "echo", 4, bad[i], at (1), &error));
      g_assert_cmpint (error, ==, EINVAL);
    }
  start (f, longest, 1);
  g_assert_null (sw_jobs_add (f->jobs, "echo", 4, longest, at (1), &error));
  g_assert_cmpint (error, ==, EEXIST);
  result (f, longest, "+OK\n", 2);
  start (f, longest, 3);
  g_assert_cmpuint (sw_jobs_n_running (f->jobs), ==, 1);
  g_assert_cmpuint (registry_size (sw_jobs_registry (f->jobs)), ==, 1);
}

/* When there are too many, those go that have ended, first ended first; none that runs. */
static void
test_kept (Fixture *f, gconstpointer data)
{
  int error;

  start (f, "runs", 1);
  start (f, "slow", 1);
  start (f, "fast", 1);
  result (f, "fast", "+OK\n", 2);
  result (f, "slow", "+OK\n", 3);
  for (guint i = 3; i < SW_JOBS_MAX + 1; i++)
    {
      g_autofree char *uuid = g_strdup_printf ("%u", i);

      start (f, uuid, 4);
    }
  g_assert_null (found (f, "fast"));
  g_assert_nonnull (found (f, "slow"));
  start (f, "last", 5);
  g_assert_null (found (f, "slow"));
  g_assert_nonnull (found (f, "runs"));
  g_assert_cmpuint (registry_size (sw_jobs_registry (f->jobs)), ==, SW_JOBS_MAX);
  g_assert_null (sw_jobs_add (f->jobs, "x", 1, "more", at (6), &error));
  g_assert_cmpint (error, ==, EBUSY);
}

/* What is a day old is forgotten, whatever it does. */
static void
test_old (Fixture *f, gconstpointer data)
{
  g_autoptr (SwJob) job = sw_job_ref (start (f, "one", 100));

  start (f, "two", SW_JOBS_AGE);
  start (f, "three", 101 + SW_JOBS_AGE);
  g_assert_cmpstr (f->told->str, ==, "one=lost ");
  g_assert_false (sw_job_kept (job));
  g_assert_cmpuint (registry_size (sw_jobs_registry (f->jobs)), ==, 2);
}

static void
test_running (Fixture *f, gconstpointer data)
{
  SwJob *one = start (f, "one", 1), *three;

  start (f, "two", 2);
  three = start (f, "three", 3);
  result (f, "two", "+OK\n", 4);
  g_assert_true (sw_jobs_next_running (f->jobs, NULL) == one);
  g_assert_true (sw_jobs_next_running (f->jobs, one) == three);
  g_assert_null (sw_jobs_next_running (f->jobs, three));
}

static void
test_core (Fixture *f, gconstpointer data)
{
  start (f, "one", 1);
  sw_jobs_note_core (f->jobs, "core-1", at (2));
  sw_jobs_note_core (f->jobs, NULL, at (2));
  sw_jobs_note_core (f->jobs, "core-1", at (2));
  g_assert_cmpstr (f->told->str, ==, "");
  sw_jobs_note_core (f->jobs, "core-2", at (3));
  g_assert_cmpstr (f->told->str, ==, "one=lost ");
}

/* Of what ran when the link was lost the result may have been missed; late, it is welcome. */
static void
test_missed (Fixture *f, gconstpointer data)
{
  g_assert_false (sw_jobs_note_link_lost (f->jobs));
  start (f, "before", 1);
  g_assert_true (sw_jobs_note_link_lost (f->jobs));
  start (f, "after", 2);
  sw_jobs_give_up_missed (f->jobs, at (3));
  g_assert_cmpstr (f->told->str, ==, "before=lost ");
  result (f, "before", "+OK late\n", 9);
  g_assert_cmpstr (f->told->str, ==, "before=lost before=done ");
  g_assert_cmpint (sw_job_elapsed (found (f, "before"), at (99)), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/jobs/result", test_result);
  ADD ("/jobs/overtaken", test_overtaken);
  ADD ("/jobs/refused", test_refused);
  ADD ("/jobs/ids", test_ids);
  ADD ("/jobs/kept", test_kept);
  ADD ("/jobs/old", test_old);
  ADD ("/jobs/running", test_running);
  ADD ("/jobs/core", test_core);
  ADD ("/jobs/missed", test_missed);
  return g_test_run ();
}
