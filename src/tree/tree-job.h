/* SPDX-License-Identifier: MIT */
/* tree-job.h - what the list of jobs and the conversations that start them share. */
#pragma once

#include "tree-private.h"

G_BEGIN_DECLS

typedef struct _JobTalk JobTalk;

/* What the tree keeps about a job, freed with it. */
typedef struct
{
  WaitQueue *queue; /* readers of state and reply that wait for the end */
  JobTalk *talk;    /* the conversation that started it, a reference; NULL: none, or told */
  const char *word; /* its state */
  gsize listed;     /* what it adds to the tree's jobs_listed */
  gboolean charged; /* it counts among those that `uid` has under way */
  uid_t uid;
} JobWatch;

/* sw_jobs_start(), within the share of who opened the file: else NULL with EBUSY, too. */
SwJob *tree_job_start (VfsFile *file, const char *line, gsize len, const char *job_uuid,
                       SwReplyFunc started, gpointer data, int *ret_error);
/* Never NULL; lent. */
JobWatch *tree_job_watch (SwJob *job);
/* Appends len bytes and, if they have none, a final newline. */
void tree_job_append_text (GString *out, const char *text, gsize len);

/* tree-bgapi.c: the job has ended: its result goes to its conversation. */
void tree_job_talk_tell (JobTalk *talk, SwJob *job);
void tree_job_talk_unref (JobTalk *talk);

G_END_DECLS
