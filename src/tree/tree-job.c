/* SPDX-License-Identifier: MIT */
/* tree-job.c - bgapi and jobs/.
 *
 * bgapi as a conversation: each command's answer is the line "+OK Job-UUID: ...", then, when it
 * comes, the job's result. While one job is under way its result comes as it is; with several, each
 * is one escaped line, "<job-uuid>\t<text>". With none outstanding a read is at the end of the
 * file.
 */
#include "tree-private.h"

#include <errno.h>
#include <string.h>

#define NEWS_MAX ((gsize)64 * 1024 * 1024) /* unread results of one conversation, then EBUSY */

/* One open of bgapi for both. It outlives the open until its last command is answered. */
typedef struct
{
  guint refs; /* the open, commands under way, jobs that report here */
  Tree *tree;
  VfsWaitQueue *queue; /* NULL: closed */
  GString *news;
  char *next_uuid;   /* of a "Job-UUID:" line */
  guint outstanding; /* commands and jobs */
  gboolean several;  /* since there was none: results carry their job's id */
} JobTalk;

/* What the tree keeps about a job. */
typedef struct
{
  VfsWaitQueue *queue; /* readers of state and reply that wait for the end */
  JobTalk *talk;       /* the conversation that started it, while it is open; NULL: none */
} JobWatch;

/* ---- conversations ---- */

static void
talk_unref (JobTalk *talk)
{
  if (--talk->refs > 0)
    return;
  g_string_free (talk->news, TRUE);
  g_free (talk->next_uuid);
  g_free (talk);
}

static void
talk_settled (JobTalk *talk)
{
  if (--talk->outstanding == 0)
    talk->several = FALSE;
  if (talk->queue != NULL)
    vfs_wait_queue_wake (talk->queue);
}

static void
append_text (GString *out, const char *text, gsize len)
{
  g_string_append_len (out, text, (gssize)len);
  if (len == 0 || text[len - 1] != '\n')
    g_string_append_c (out, '\n');
}

static void
append_result (JobTalk *talk, SwJob *job)
{
  gsize len;
  const char *text = g_bytes_get_data (sw_job_reply (job), &len);

  if (!talk->several)
    {
      append_text (talk->news, text != NULL ? text : "", len);
      return;
    }
  tree_escape (talk->news, sw_job_uuid (job), strlen (sw_job_uuid (job)));
  g_string_append_c (talk->news, '\t');
  tree_escape (talk->news, text != NULL ? text : "", len);
  g_string_append_c (talk->news, '\n');
}

/* ---- the job's own news ---- */

static void
watch_free (gpointer data)
{
  JobWatch *watch = data;

  vfs_wait_queue_free (watch->queue);
  if (watch->talk != NULL)
    talk_unref (watch->talk);
  g_free (watch);
}

static JobWatch *
watch_of (SwJob *job)
{
  JobWatch *watch = sw_job_watch (job);

  if (watch != NULL)
    return watch;
  watch = g_new0 (JobWatch, 1);
  watch->queue = vfs_wait_queue_new ();
  sw_job_set_watch (job, watch, watch_free);
  return watch;
}

void
tree_job_changed (SwJob *job, gpointer data)
{
  JobWatch *watch = watch_of (job);
  JobTalk *talk = g_steal_pointer (&watch->talk);

  vfs_wait_queue_wake (watch->queue);
  if (talk == NULL)
    return;
  /* What a refusal said has been told as the answer to the command. */
  if (sw_job_state (job) != SW_JOB_REFUSED)
    append_result (talk, job);
  talk_settled (talk);
  talk_unref (talk);
}

/* ---- bgapi, open for both ---- */

static void
on_started (const char *text, gsize len, const GError *error, gpointer data)
{
  JobTalk *talk = data;

  if (error != NULL && g_error_matches (error, SW_ERROR, SW_ERROR_LOST))
    g_string_append (talk->news, "-ERR link lost\n");
  else if (error != NULL)
    g_string_append_printf (talk->news, "-ERR %s\n", error->message);
  else
    append_text (talk->news, text, len);
  talk_settled (talk);
  talk_unref (talk);
}

static int
talk_open (VfsFile *file)
{
  JobTalk *talk = g_new0 (JobTalk, 1);

  talk->refs = 1;
  talk->tree = tree_of (vfs_file_node (file));
  talk->queue = vfs_wait_queue_new ();
  talk->news = g_string_new (NULL);
  vfs_file_set_state (file, talk);
  vfs_file_watch (file, talk->queue);
  return 0;
}

static int
talk_start (JobTalk *talk, const char *line, gsize len)
{
  g_autofree char *uuid = g_steal_pointer (&talk->next_uuid);
  int error = 0;
  SwJob *job;

  if (len == 0)
    return EINVAL;
  if (sw_client_state (talk->tree->client) != SW_CLIENT_UP)
    return EHOSTDOWN;
  if (talk->news->len > NEWS_MAX)
    return EBUSY;
  talk->tree->epoch++;
  job = sw_jobs_start (talk->tree->jobs, line, len, uuid, on_started, talk, &error);
  if (job == NULL)
    return error;
  talk->several |= talk->outstanding > 0;
  talk->outstanding += 2; /* the answer to the command, and the result */
  talk->refs += 2;
  watch_of (job)->talk = talk;
  return 0;
}

/* What an errno of sw_jobs_start() means. */
static const char *
reason (int error)
{
  if (error == EEXIST)
    return "-ERR a job of that id is running\n";
  if (error == EBUSY)
    return "-ERR too many jobs are running, or too much of this conversation is unread\n";
  return error == EHOSTDOWN ? NULL : "-USAGE: command [arguments], or: Job-UUID: id\n";
}

/* "Job-UUID: id" sets the id of the next command on this open. FALSE: the line is none. */
static gboolean
take_attribute (const char *line, char **next_uuid, int *ret_error)
{
  static const char attribute[] = "Job-UUID:";

  if (g_ascii_strncasecmp (line, attribute, strlen (attribute)) != 0)
    return FALSE;
  g_free (*next_uuid);
  *next_uuid = g_strstrip (g_strdup (line + strlen (attribute)));
  *ret_error = **next_uuid != '\0' ? 0 : EINVAL;
  return TRUE;
}

static int
talk_line (VfsFile *file, const char *line, gsize len, const char **ret_why)
{
  JobTalk *talk = vfs_file_state (file);
  int error;

  if (!take_attribute (line, &talk->next_uuid, &error))
    error = talk_start (talk, line, len);
  *ret_why = reason (error);
  return error;
}

static VfsPull
talk_pull (VfsFile *file, GString *out, gsize want)
{
  JobTalk *talk = vfs_file_state (file);

  if (talk->news->len == 0)
    return talk->outstanding > 0 ? VFS_PULL_WAIT : VFS_PULL_EOF;
  g_string_append_len (out, talk->news->str, (gssize)talk->news->len);
  g_string_truncate (talk->news, 0);
  return VFS_PULL_DATA;
}

static void
talk_close (VfsFile *file)
{
  JobTalk *talk = vfs_file_state (file);

  vfs_file_watch (file, NULL);
  g_clear_pointer (&talk->queue, vfs_wait_queue_free);
  vfs_file_set_state (file, NULL);
  talk_unref (talk);
}

const VfsStreamOps tree_bgapi_ops = {
  .open = talk_open, .line = talk_line, .pull = talk_pull, .close = talk_close
};

/* ---- bgapi, written or read ---- */

void
tree_bgapi_store (VfsFile *file, const char *line, gsize len, VfsRequest *request)
{
  Tree *tree = tree_of (vfs_file_node (file));
  char *uuid = vfs_file_state (file);
  TreeAsk *ask;
  int error = 0;

  if (take_attribute (line, &uuid, &error))
    {
      vfs_file_set_state (file, uuid);
      if (error == 0)
        vfs_request_done (request, 0);
      else
        vfs_request_refuse (request, error, tree_bytes ("-USAGE: Job-UUID: id\n"));
      return;
    }
  if (len == 0)
    {
      vfs_request_refuse (request, EINVAL, tree_bytes ("-USAGE: command [arguments]\n"));
      return;
    }
  tree->epoch++;
  ask = tree_ask_new (tree, request, "bgapi");
  vfs_file_set_state (file, NULL);
  if (sw_jobs_start (tree->jobs, line, len, uuid, tree_ask_reply, ask, &error) != NULL)
    {
      g_free (uuid);
      tree_ask_sent (ask, NULL);
      return;
    }
  g_free (uuid);
  tree_ask_drop (ask);
  if (error == EHOSTDOWN)
    vfs_request_fail (request, error);
  else
    vfs_request_refuse (request, error, tree_bytes (reason (error)));
}

void
tree_bgapi_release (VfsFile *file)
{
  g_free (vfs_file_state (file));
}

/* done, or failed by what the switch said. */
static const char *
state_word (SwJob *job)
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

static void
append_elapsed (SwJob *job, GString *out)
{
  gint64 elapsed = sw_job_elapsed (job);

  g_string_append_printf (out, "%" G_GINT64_FORMAT ".%03d", elapsed / G_USEC_PER_SEC,
                          (int)(elapsed % G_USEC_PER_SEC / 1000));
}

void
tree_bgapi_show (VfsNode *node, GString *out)
{
  SwJobs *jobs = tree_of (node)->jobs;

  for (SwJob *job = sw_jobs_next (jobs, 0); job != NULL;
       job = sw_jobs_next (jobs, sw_job_serial (job)))
    {
      tree_escape (out, sw_job_uuid (job), strlen (sw_job_uuid (job)));
      g_string_append_printf (out, "\t%s\t", state_word (job));
      append_elapsed (job, out);
      g_string_append_c (out, '\t');
      tree_escape (out, sw_job_command (job), strlen (sw_job_command (job)));
      g_string_append_c (out, '\n');
    }
}

/* ---- jobs/ ---- */

static gboolean
jobs_next (VfsNode *dir, guint64 *cookie, const char **ret_name)
{
  SwJob *job = sw_jobs_next (tree_of (dir)->jobs, *cookie);

  if (job == NULL)
    return FALSE;
  *cookie = sw_job_serial (job);
  *ret_name = sw_job_uuid (job);
  return TRUE;
}

static const VfsEntry *
jobs_lookup (VfsNode *dir, const char *name, gpointer *ret_object)
{
  SwJob *job = sw_jobs_find (tree_of (dir)->jobs, name);

  if (job == NULL)
    return NULL;
  *ret_object = sw_job_ref (job);
  return &tree_job_dirs[0];
}

static void
job_free (gpointer object)
{
  sw_job_unref (object);
}

static gboolean
job_alive (gpointer object)
{
  return sw_job_kept (object);
}

static void
job_times (gpointer object, gint64 *ret_mtime, gint64 *ret_ctime)
{
  *ret_mtime = sw_job_changed (object);
  *ret_ctime = sw_job_started (object);
}

const VfsDirOps tree_jobs_ops = { .next = jobs_next,
                                  .lookup = jobs_lookup,
                                  .object_free = job_free,
                                  .object_alive = job_alive,
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
    append_text (out, text, len);
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
  vfs_file_watch (file, watch_of (job_of (vfs_file_node (file)))->queue);
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
  { .name = "command", .mode = VFS_VIEW, .help = "the job's command line", .show = command_show },
  { .name = "state",
    .mode = VFS_STREAM,
    .help = "running, done, failed or lost; <>: waits for the end",
    .show = state_show,
    .stream = &ending_ops },
  { .name = "reply",
    .mode = VFS_STREAM,
    .help = "what the switch said at the end; <>: waits for it",
    .show = reply_show,
    .stream = &ending_ops },
  { .name = "elapsed",
    .mode = VFS_VIEW,
    .help = "seconds it ran, or has run by now",
    .show = elapsed_show },
  { NULL },
};

const VfsEntry tree_job_dirs[] = {
  { .name = "<job-uuid>",
    .mode = S_IFDIR | 0555,
    .help = "one background job",
    .children = job_rows },
  { NULL },
};
