/* SPDX-License-Identifier: MIT */
/* test-bgapi.c - background jobs: what their starter is told and in which order, ids, a new core.
 */
#include "client-fixture.h"
#include "sw-bgapi.h"

#include <errno.h>
#include <string.h>

#define ADD(path, func) g_test_add (path, BgapiFixture, NULL, set_up, func, tear_down)

typedef struct
{
  ClientFixture base;
  SwJobs *jobs;
  SwBgapi *bgapi;
  GString *told; /* "started " and "UUID=state " */
} BgapiFixture;

static void
on_changed (SwJob *job, gpointer data)
{
  BgapiFixture *f = data;
  static const char *const words[] = { "running", "done", "lost", "refused" };

  g_string_append_printf (f->told, "%s=%s ", sw_job_uuid (job), words[sw_job_state (job)]);
}

static void
on_started (const char *text, gsize len, const GError *error, gpointer data)
{
  BgapiFixture *f = data;

  g_string_append (f->told,
                   error == NULL && g_str_has_prefix (text, "+OK") ? "started " : "refused ");
}

static void
set_up (BgapiFixture *f, gconstpointer data)
{
  client_set_up (&f->base, data);
  client_start (&f->base);
  f->jobs = sw_jobs_new (on_changed, NULL, f);
  f->bgapi = sw_bgapi_new (f->base.client, f->jobs, 1);
  f->told = g_string_new (NULL);
}

static void
tear_down (BgapiFixture *f, gconstpointer data)
{
  sw_bgapi_free (f->bgapi);
  sw_jobs_free (f->jobs);
  client_tear_down (&f->base, data);
  g_string_free (f->told, TRUE);
}

static SwJob *
start (BgapiFixture *f, const char *job_uuid)
{
  int error = -1;
  SwJob *job = sw_bgapi_start (f->bgapi, "echo x", 6, job_uuid, on_started, f, &error);

  g_assert_cmpint (error, ==, 0);
  return job;
}

static void
result (BgapiFixture *f, const char *job_uuid, const char *text)
{
  g_autoptr (EslEvent) event = esl_event_new ();

  esl_event_add (event, "Event-Name", "BACKGROUND_JOB");
  esl_event_add (event, "Job-UUID", job_uuid);
  esl_event_set_body (event, text, strlen (text));
  sw_jobs_apply (f->jobs, event, sw_now ());
}

/* What the core adds stands behind what a user gave to sendevent. */
static void
test_last_header_counts (BgapiFixture *f, gconstpointer data)
{
  g_autoptr (EslEvent) event = esl_event_new ();

  start (f, "one");
  start (f, "two");
  WAIT_UNTIL (strstr (f->told->str, "started started") != NULL);
  g_string_truncate (f->told, 0);
  esl_event_add (event, "Job-UUID", "one");
  esl_event_add (event, "Event-Name", "BACKGROUND_JOB");
  esl_event_add (event, "Job-UUID", "two");
  sw_jobs_apply (f->jobs, event, sw_now ());
  g_assert_cmpstr (f->told->str, ==, "two=done ");
}

static void
test_in_order (BgapiFixture *f, gconstpointer data)
{
  SwJob *job = start (f, "one");

  WAIT_UNTIL (f->told->len > 0);
  g_assert_cmpstr (f->told->str, ==, "started ");
  result (f, "another", "+OK\n");
  g_assert_cmpint (sw_job_state (job), ==, SW_JOB_RUNNING);
  result (f, "one", "+OK\n");
  g_assert_cmpstr (f->told->str, ==, "started one=done ");
  result (f, "one", "-ERR twice\n");
  g_assert_cmpstr (f->told->str, ==, "started one=done ");
  g_assert_cmpmem (g_bytes_get_data (sw_job_reply (job), NULL), 4, "+OK\n", 4);
}

/* The event may overtake the answer to bgapi. */
static void
test_overtaken (BgapiFixture *f, gconstpointer data)
{
  SwJob *job;

  fake_switch_hold (f->base.fake, "bgapi");
  job = start (f, "one");
  WAIT_UNTIL (fake_switch_count (f->base.fake, "bgapi") == 1);
  result (f, "one", "+OK\n");
  g_assert_cmpint (sw_job_state (job), ==, SW_JOB_DONE);
  g_assert_cmpstr (f->told->str, ==, "");
  fake_switch_release (f->base.fake);
  WAIT_UNTIL (f->told->len > 0);
  g_assert_cmpstr (f->told->str, ==, "started one=done ");
}

/* The oldest replies go; those that run, and the one that has just come, don't. */
static void
test_replies_are_bounded (BgapiFixture *f, gconstpointer data)
{
  g_autofree char *half = g_strnfill (SW_JOBS_BYTES / 2, 'x');
  g_autofree char *whole = g_strnfill (SW_JOBS_BYTES + 1, 'x');

  start (f, "runs");
  start (f, "one");
  start (f, "two");
  start (f, "three");
  client_settle (&f->base);
  result (f, "one", half);
  result (f, "two", half);
  g_assert_nonnull (registry_find (sw_jobs_registry (f->jobs), "one"));
  result (f, "three", "+OK\n");
  g_assert_null (registry_find (sw_jobs_registry (f->jobs), "one"));
  g_assert_nonnull (registry_find (sw_jobs_registry (f->jobs), "two"));
  result (f, "runs", whole);
  g_assert_null (registry_find (sw_jobs_registry (f->jobs), "two"));
  g_assert_null (registry_find (sw_jobs_registry (f->jobs), "three"));
  g_assert_nonnull (registry_find (sw_jobs_registry (f->jobs), "runs"));
}

static void
test_ids (BgapiFixture *f, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (256, 'x'), *longer = g_strnfill (257, 'x');
  const char *const bad[] = { "", " x", "a\nb", "a\x7f", longer };
  int error = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (sw_bgapi_start (f->bgapi, "echo", 4, bad[i], on_started, f, &error));
      g_assert_cmpint (error, ==, EINVAL);
    }
  start (f, longest);
  g_assert_null (sw_bgapi_start (f->bgapi, "echo", 4, longest, on_started, f, &error));
  g_assert_cmpint (error, ==, EEXIST);
  result (f, longest, "+OK\n");
  start (f, longest);
  g_assert_cmpuint (sw_jobs_n_running (f->jobs), ==, 1);
}

static void
test_core (BgapiFixture *f, gconstpointer data)
{
  SwJob *job = start (f, "one");

  WAIT_UNTIL (f->told->len > 0);
  sw_bgapi_link_up (f->bgapi, "core-1");
  sw_bgapi_link_up (f->bgapi, "core-1");
  g_assert_cmpint (sw_job_state (job), ==, SW_JOB_RUNNING);
  sw_bgapi_link_up (f->bgapi, "core-2");
  g_assert_cmpstr (f->told->str, ==, "started one=lost ");
}

static void
test_refused (BgapiFixture *f, gconstpointer data)
{
  g_autoptr (SwJob) job = NULL;

  fake_switch_answer (f->base.fake, "bgapi", NULL);
  job = sw_job_ref (start (f, "one"));
  WAIT_UNTIL (!sw_job_kept (job));
  g_assert_cmpstr (f->told->str, ==, "refused one=refused ");
  g_assert_null (registry_find (sw_jobs_registry (f->jobs), "one"));
  g_assert_cmpuint (sw_jobs_n_running (f->jobs), ==, 0);
}

/* The same core comes back: a result may come yet, but is not waited for without end. */
static void
test_link_lost (BgapiFixture *f, gconstpointer data)
{
  SwJob *before = start (f, "before"), *after;

  WAIT_UNTIL (f->told->len > 0);
  sw_bgapi_link_up (f->bgapi, "core-1");
  sw_bgapi_link_lost (f->bgapi);
  sw_bgapi_link_up (f->bgapi, "core-1");
  after = start (f, "after");
  WAIT_UNTIL (sw_job_state (before) != SW_JOB_RUNNING);
  g_assert_nonnull (strstr (f->told->str, "before=lost "));
  g_assert_cmpint (sw_job_state (after), ==, SW_JOB_RUNNING);
  result (f, "before", "+OK late\n");
  g_assert_cmpint (sw_job_state (before), ==, SW_JOB_DONE);
  g_assert_nonnull (strstr (f->told->str, "before=done "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/bgapi/last-header-counts", test_last_header_counts);
  ADD ("/bgapi/in-order", test_in_order);
  ADD ("/bgapi/overtaken", test_overtaken);
  ADD ("/bgapi/replies-are-bounded", test_replies_are_bounded);
  ADD ("/bgapi/ids", test_ids);
  ADD ("/bgapi/core", test_core);
  ADD ("/bgapi/refused", test_refused);
  ADD ("/bgapi/link-lost", test_link_lost);
  return g_test_run ();
}
