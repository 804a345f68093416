/* SPDX-License-Identifier: MIT */
/* tree-job.c - jobs/, and the list of them that bgapi shows. What a list says of a job is counted
 * as it changes: stat makes no text.
 */
#include "tree-job.h"

#include <errno.h>
#include <string.h>

void
tree_job_append_text (GString *out, const char *text, gsize len)
{
  g_string_append_len (out, text, (gssize)len);
  if (len == 0 || text[len - 1] != '\n')
    g_string_append_c (out, '\n');
}

/* ---- the job's own news ---- */

static void
watch_free (gpointer data)
{
  JobWatch *watch = data;

  wait_queue_free (watch->queue);
  if (watch->talk != NULL)
    tree_job_talk_unref (watch->talk);
  g_free (watch);
}

JobWatch *
tree_job_watch (SwJob *job)
{
  JobWatch *watch = registry_item_watch (job);

  if (watch != NULL)
    return watch;
  watch = g_new0 (JobWatch, 1);
  watch->queue = wait_queue_new ();
  registry_item_set_watch (job, watch, watch_free);
  return watch;
}

SwJob *
tree_job_start (VfsFile *file, const char *line, gsize len, const char *job_uuid,
                SwReplyFunc started, gpointer data, int *ret_error)
{
  Tree *tree = tree_of (vfs_file_node (file));
  uid_t uid = vfs_file_uid (file);
  SwJob *job;

  *ret_error = EBUSY;
  if (!vfs_budget_take (vfs_tree_budget (tree->vfs), VFS_BUDGET_JOBS, uid, 1))
    return NULL;
  job = sw_bgapi_start (tree->bgapi, line, len, job_uuid, started, data, ret_error);
  if (job == NULL)
    {
      vfs_budget_give (vfs_tree_budget (tree->vfs), VFS_BUDGET_JOBS, uid, 1);
      return NULL;
    }
  tree_job_watch (job)->charged = TRUE;
  tree_job_watch (job)->uid = uid;
  return job;
}

/* It has ended, or is forgotten. */
static void
job_discharge (Tree *tree, JobWatch *watch)
{
  if (watch->charged)
    vfs_budget_give (vfs_tree_budget (tree->vfs), VFS_BUDGET_JOBS, watch->uid, 1);
  watch->charged = FALSE;
}

void
tree_job_changed (SwJob *job, gpointer data)
{
  JobWatch *watch = tree_job_watch (job);
  JobTalk *talk = g_steal_pointer (&watch->talk);

  wait_queue_wake (watch->queue);
  if (talk == NULL)
    return;
  tree_job_talk_tell (talk, job);
  tree_job_talk_unref (talk);
}

/* done, or failed by what the switch said: judged once, when it is said. */
static const char *
judge (SwJob *job)
{
  GBytes *reply = sw_job_reply (job);
  gsize len;
  const char *text;

  if (sw_job_state (job) == SW_JOB_RUNNING)
    return "running";
  if (sw_job_state (job) != SW_JOB_DONE)
    return sw_job_state (job) == SW_JOB_LOST ? "lost" : "failed";
  text = g_bytes_get_data (reply, &len);
  return tree_errno_of_reply (sw_job_command (job), text, len) != 0 ? "failed" : "done";
}

static const char *
state_word (SwJob *job)
{
  return tree_job_watch (job)->word;
}

static void
append_elapsed (SwJob *job, GString *out)
{
  gint64 elapsed = sw_job_elapsed (job, sw_now ());

  g_string_append_printf (out, "%" G_GINT64_FORMAT ".%03d", elapsed / G_USEC_PER_SEC,
                          (int)(elapsed % G_USEC_PER_SEC / 1000));
}

/* How long one that runs has run by now is left out: that has no constant length. */
static void
append_constant (SwJob *job, GString *out)
{
  tree_escape (out, sw_job_uuid (job), strlen (sw_job_uuid (job)));
  g_string_append_printf (out, "\t%s\t", state_word (job));
  if (sw_job_state (job) != SW_JOB_RUNNING)
    append_elapsed (job, out);
}

static void
append_command (SwJob *job, GString *out)
{
  g_string_append_c (out, '\t');
  tree_escape (out, sw_job_command (job), strlen (sw_job_command (job)));
  g_string_append_c (out, '\n');
}

void
tree_bgapi_show (VfsNode *node, GString *out)
{
  const Registry *jobs = sw_jobs_registry (tree_of (node)->jobs);

  for (SwJob *job = registry_next (jobs, 0); job != NULL;
       job = registry_next (jobs, registry_item_serial (job)))
    {
      append_constant (job, out);
      if (sw_job_state (job) == SW_JOB_RUNNING)
        append_elapsed (job, out);
      append_command (job, out);
    }
}

/* ---- sizes, without making the text ---- */

void
tree_job_listed (SwJob *job, gpointer data)
{
  Tree *tree = data;
  JobWatch *watch = tree_job_watch (job);
  g_autoptr (GString) line = NULL;

  tree->jobs_listed -= watch->listed;
  tree->jobs_elapsed_good = 0;
  watch->word = judge (job);
  watch->listed = 0;
  if (!sw_job_kept (job) || sw_job_state (job) != SW_JOB_RUNNING)
    job_discharge (tree, watch);
  if (!sw_job_kept (job))
    return;
  line = g_string_new (NULL);
  append_constant (job, line);
  append_command (job, line);
  watch->listed = line->len;
  tree->jobs_listed += watch->listed;
}

/* Bytes of append_elapsed()'s text for so many microseconds, and for how many more it has as many.
 */
static gsize
elapsed_size (gint64 elapsed, gint64 *ret_good)
{
  gint64 power = 10;
  gsize digits = 1;

  for (; elapsed / G_USEC_PER_SEC >= power; power *= 10)
    digits++;
  *ret_good = power * G_USEC_PER_SEC - elapsed;
  return digits + strlen (".000");
}

/* A job's elapsed time gains a digit four or five times in a day. */
static void
count_elapsed (Tree *tree)
{
  gint64 good = G_MAXINT64, job_good;
  SwNow now = sw_now ();

  tree->jobs_elapsed = 0;
  for (SwJob *job = sw_jobs_next_running (tree->jobs, NULL); job != NULL;
       job = sw_jobs_next_running (tree->jobs, job))
    {
      tree->jobs_elapsed += elapsed_size (sw_job_elapsed (job, now), &job_good);
      good = MIN (good, job_good);
    }
  tree->jobs_elapsed_good = good == G_MAXINT64 ? good : now.clock + good;
}

gsize
tree_bgapi_size (VfsNode *node)
{
  Tree *tree = tree_of (node);

  if (g_get_monotonic_time () >= tree->jobs_elapsed_good)
    count_elapsed (tree);
  return tree->jobs_listed + tree->jobs_elapsed;
}

/* ---- jobs/ ---- */

static gboolean
jobs_next (VfsNode *dir, guint64 *cookie, const char **ret_name)
{
  return tree_registry_next (sw_jobs_registry (tree_of (dir)->jobs), cookie, ret_name);
}

static const VfsEntry *
jobs_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  return tree_registry_lookup (sw_jobs_registry (tree_of (dir)->jobs), name,
                               tree_row (tree_job_dirs, "<job-uuid>"), ret_object);
}

static void
job_times (gpointer object, gint64 *ret_mtime, gint64 *ret_ctime)
{
  *ret_mtime = sw_job_changed (object);
  *ret_ctime = sw_job_started (object);
}

const VfsDirOps tree_jobs_ops = { .next = jobs_next,
                                  .lookup = jobs_lookup,
                                  .object_free = registry_item_unref,
                                  .object_alive = tree_registry_alive,
                                  .object_times = job_times };

static SwJob *
job_of (VfsNode *node)
{
  return vfs_node_object (node);
}

static void
command_show (VfsNode *node, GString *out)
{
  g_string_append_printf (out, "%s\n", sw_job_command (job_of (node)));
}

static gsize
command_size (VfsNode *node)
{
  return strlen (sw_job_command (job_of (node))) + 1;
}

static gsize
state_size (VfsNode *node)
{
  return strlen (state_word (job_of (node))) + 1;
}

static gsize
reply_size (VfsNode *node)
{
  GBytes *reply = sw_job_reply (job_of (node));
  gsize len = 0;
  const char *text = reply != NULL ? g_bytes_get_data (reply, &len) : NULL;

  return len > 0 && text[len - 1] != '\n' ? len + 1 : len;
}

static gsize
elapsed_file_size (VfsNode *node)
{
  gint64 good;

  return elapsed_size (sw_job_elapsed (job_of (node), sw_now ()), &good) + 1;
}

static void
state_show (VfsNode *node, GString *out)
{
  g_string_append_printf (out, "%s\n", state_word (job_of (node)));
}

static void
reply_show (VfsNode *node, GString *out)
{
  GBytes *reply = sw_job_reply (job_of (node));
  gsize len = 0;
  const char *text = reply != NULL ? g_bytes_get_data (reply, &len) : NULL;

  if (text != NULL && len > 0)
    tree_job_append_text (out, text, len);
}

static void
elapsed_show (VfsNode *node, GString *out)
{
  append_elapsed (job_of (node), out);
  g_string_append_c (out, '\n');
}

/* state and reply, open for both: what they show, once the job has ended. */
static int
ending_open (VfsFile *file)
{
  vfs_file_watch (file, tree_job_watch (job_of (vfs_file_node (file)))->queue);
  return 0;
}

static VfsPull
ending_pull (VfsFile *file, GString *out, gsize want)
{
  VfsNode *node = vfs_file_node (file);

  if (sw_job_state (job_of (node)) == SW_JOB_RUNNING)
    return VFS_PULL_WAIT;
  if (vfs_file_state (file) != NULL)
    return VFS_PULL_END;
  vfs_file_set_state (file, file); /* shown */
  vfs_node_entry (node)->show (node, out);
  return out->len > 0 ? VFS_PULL_DATA : VFS_PULL_END;
}

static const VfsStreamOps ending_ops = { .open = ending_open, .pull = ending_pull };

static const VfsEntry job_rows[] = {
  { .name = "command",
    .mode = VFS_CALL_DATA,
    .help = "the job's command line",
    .show = command_show,
    .size = command_size },
  { .name = "state",
    .mode = VFS_CALL_LIVE,
    .help = "running, done, failed or lost; <>: waits for the end",
    .show = state_show,
    .size = state_size,
    .stream = &ending_ops },
  { .name = "reply",
    .mode = VFS_CALL_LIVE,
    .help = "what the switch said at the end; <>: waits for it",
    .show = reply_show,
    .size = reply_size,
    .stream = &ending_ops },
  { .name = "elapsed",
    .mode = VFS_CALL_DATA,
    .help = "seconds it ran, or has run by now",
    .show = elapsed_show,
    .size = elapsed_file_size },
  { NULL },
};

const VfsEntry tree_job_dirs[] = {
  { .name = "<job-uuid>",
    .mode = VFS_DIR_CALL_DATA,
    .help = "one background job",
    .children = job_rows },
  { NULL },
};
