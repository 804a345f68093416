/* SPDX-License-Identifier: MIT */
/* tree-bgapi.c - bgapi, written to: starts jobs.
 *
 * As a conversation: each command's answer is the line "+OK Job-UUID: ...", then, when it comes,
 * the job's result. While one job is under way its result comes as it is; with several, each is one
 * escaped line, "<job-uuid>\t<text>". With none outstanding a read is at the end of the file.
 */
#include "tree-job.h"

#include <errno.h>
#include <string.h>

#define NEWS_MAX ((gsize)64 * 1024 * 1024) /* unread results of one conversation, then EBUSY */

/* One open of bgapi for both. It outlives the open until its last command is answered. */
struct _JobTalk
{
  guint refs; /* the open, commands under way, jobs that report here */
  Tree *tree;
  VfsFile *file;    /* NULL: closed */
  WaitQueue *queue; /* likewise */
  GString *news;
  gsize kept;        /* bytes of it, as they were counted for the open */
  char *next_uuid;   /* of a "Job-UUID:" line */
  guint outstanding; /* commands and jobs */
  gboolean several;  /* since there was none: results carry their job's id */
};

/* ---- conversations ---- */

void
tree_job_talk_unref (JobTalk *talk)
{
  if (--talk->refs > 0)
    return;
  g_string_free (talk->news, TRUE);
  g_free (talk->next_uuid);
  g_free (talk);
}

static void
talk_count (JobTalk *talk)
{
  if (talk->file != NULL)
    vfs_file_keep (talk->file, &talk->kept, talk->news->len);
}

static void
talk_settled (JobTalk *talk)
{
  talk_count (talk);
  if (--talk->outstanding == 0)
    talk->several = FALSE;
  if (talk->queue != NULL)
    wait_queue_wake (talk->queue);
}

static void
append_result (JobTalk *talk, SwJob *job)
{
  gsize len;
  const char *text = g_bytes_get_data (sw_job_reply (job), &len);

  if (!talk->several)
    {
      tree_job_append_text (talk->news, text != NULL ? text : "", len);
      return;
    }
  tree_escape (talk->news, sw_job_uuid (job), strlen (sw_job_uuid (job)));
  g_string_append_c (talk->news, '\t');
  tree_escape (talk->news, text != NULL ? text : "", len);
  g_string_append_c (talk->news, '\n');
}

void
tree_job_talk_tell (JobTalk *talk, SwJob *job)
{
  /* What a refusal said has been told as the answer to the command. */
  if (sw_job_state (job) != SW_JOB_REFUSED)
    append_result (talk, job);
  talk_settled (talk);
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
    tree_job_append_text (talk->news, text, len);
  talk_settled (talk);
  tree_job_talk_unref (talk);
}

static int
talk_open (VfsFile *file)
{
  JobTalk *talk = g_new0 (JobTalk, 1);

  talk->refs = 1;
  talk->tree = tree_of (vfs_file_node (file));
  talk->file = file;
  talk->queue = wait_queue_new ();
  talk->news = g_string_new (NULL);
  vfs_file_set_state (file, talk);
  vfs_file_watch (file, talk->queue);
  return 0;
}

static int
talk_start (VfsFile *file, const char *line, gsize len)
{
  JobTalk *talk = vfs_file_state (file);
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
  job = tree_job_start (file, line, len, uuid, on_started, talk, &error);
  if (job == NULL)
    return error;
  talk->several |= talk->outstanding > 0;
  talk->outstanding += 2; /* the answer to the command, and the result */
  talk->refs += 2;
  tree_job_watch (job)->talk = talk;
  return 0;
}

/* What an errno of tree_job_start() means. */
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

  if (take_attribute (line, &talk->next_uuid, &error))
    *ret_why = reason (error);
  else if ((*ret_why = tree_belt_api (talk->tree->belt, line)) != NULL)
    error = EPERM;
  else
    {
      error = talk_start (file, line, len);
      *ret_why = reason (error);
    }
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
  talk_count (talk);
  return VFS_PULL_DATA;
}

static void
talk_close (VfsFile *file)
{
  JobTalk *talk = vfs_file_state (file);

  vfs_file_watch (file, NULL);
  talk->file = NULL;
  g_clear_pointer (&talk->queue, wait_queue_free);
  vfs_file_set_state (file, NULL);
  tree_job_talk_unref (talk);
}

const VfsStreamOps tree_bgapi_ops = {
  .open = talk_open, .line = talk_line, .pull = talk_pull, .close = talk_close
};

/* ---- bgapi, written or read ---- */

void
tree_bgapi_store (VfsFile *file, const char *line, gsize len, Request *request)
{
  Tree *tree = tree_of (vfs_file_node (file));
  char *uuid = vfs_file_state (file);
  TreeAsk *ask;
  int error = 0;

  if (take_attribute (line, &uuid, &error))
    {
      vfs_file_set_state (file, uuid);
      if (error == 0)
        request_done (request, 0);
      else
        request_refuse (request, error, tree_bytes ("-USAGE: Job-UUID: id\n"));
      return;
    }
  if (len == 0)
    {
      request_refuse (request, EINVAL, tree_bytes ("-USAGE: command [arguments]\n"));
      return;
    }
  if (tree_ask_denied (request, tree_belt_api (tree->belt, line)))
    return;
  tree->epoch++;
  ask = tree_ask_new (tree, request, "bgapi");
  vfs_file_set_state (file, NULL);
  if (tree_job_start (file, line, len, uuid, tree_ask_reply, ask, &error) != NULL)
    {
      g_free (uuid);
      tree_ask_sent (ask, NULL);
      return;
    }
  g_free (uuid);
  tree_ask_drop (ask);
  if (error == EHOSTDOWN)
    request_fail (request, error);
  else
    request_refuse (request, error, tree_bytes (reason (error)));
}

void
tree_bgapi_release (VfsFile *file)
{
  g_free (vfs_file_state (file));
}
