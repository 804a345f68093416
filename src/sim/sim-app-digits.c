/* SPDX-License-Identifier: MIT */
/* sim-app-digits.c - applications that send or collect DTMF digits. */
#include <stdlib.h>
#include <string.h>

#include "sim-app-parts.h"
#include "sim-bridge.h"

void
sim_app_send_dtmf_start (SimChannel *channel, SimFrame *frame)
{
  sim_bridge_send_digits (channel, frame->data != NULL ? frame->data : "", 2000);
  sim_app_done (frame, NULL);
}

void
sim_app_flush_dtmf_start (SimChannel *channel, SimFrame *frame)
{
  g_string_truncate (channel->digits, 0);
  sim_app_done (frame, NULL);
}

/* What `read` and `play_and_get_digits` look for. The prompt comes first; a digit ends it. */
typedef struct
{
  guint min, max;
  guint timeout; /* milliseconds after the prompt */
  char *terminators;
  char *variable;
  char *prompt;
  guint prompt_msec; /* its length while it plays, else 0 */
} Collect;

static void
collect_free (gpointer data)
{
  Collect *collect = data;

  g_free (collect->terminators);
  g_free (collect->variable);
  g_free (collect->prompt);
  g_free (collect);
}

static void
collect_prompt_over (SimChannel *channel, SimFrame *frame)
{
  Collect *collect = frame->state;
  gint64 played;

  if (collect->prompt_msec == 0)
    return;
  played = (g_get_monotonic_time () - frame->started) / 1000;
  sim_app_prompt_over (channel, collect->prompt, (guint)MIN (played, collect->prompt_msec));
  collect->prompt_msec = 0;
  sim_app_wait (frame, collect->timeout);
}

static void
collect_end (SimChannel *channel, SimFrame *frame)
{
  const Collect *collect = frame->state;
  gboolean enough = channel->digits->len >= collect->min;

  sim_channel_set (channel, collect->variable, enough ? channel->digits->str : NULL);
  sim_channel_set (channel, "read_result", enough ? "success" : "timeout");
  g_string_truncate (channel->digits, 0);
  sim_app_done (frame, NULL);
}

void
sim_app_collect_expired (SimChannel *channel, SimFrame *frame)
{
  if (((const Collect *)frame->state)->prompt_msec > 0)
    collect_prompt_over (channel, frame);
  else
    collect_end (channel, frame);
}

void
sim_app_collect_stop (SimChannel *channel, SimFrame *frame)
{
  if (frame->state != NULL)
    collect_prompt_over (channel, frame);
}

void
sim_app_collect_digits (SimChannel *channel, SimFrame *frame)
{
  const Collect *collect = frame->state;
  char last[2] = { channel->digits->str[channel->digits->len - 1], '\0' };
  gboolean ended = strchr (collect->terminators, *last) != NULL;

  collect_prompt_over (channel, frame);
  if (ended)
    {
      g_string_truncate (channel->digits, channel->digits->len - 1);
      sim_channel_set (channel, "read_terminator_used", last);
    }
  if (ended || channel->digits->len >= collect->max)
    collect_end (channel, frame);
}

/* Where in the arguments of an application each thing stands. */
typedef struct
{
  guint min, max, prompt, variable, timeout, terminators;
  guint words; /* needed at least */
} CollectSyntax;

static void
collect_start (SimChannel *channel, SimFrame *frame, const CollectSyntax *syntax)
{
  g_auto (GStrv) args = sim_words_split (frame->data, 12);
  Collect *collect;

  if (g_strv_length (args) < syntax->words)
    {
      sim_app_done (frame, NULL);
      return;
    }
  collect = g_new (Collect, 1);
  collect->min = (guint)MAX (atoi (args[syntax->min]), 0);
  collect->max = (guint)MAX (atoi (args[syntax->max]), 1);
  collect->timeout = (guint)MAX (atoi (args[syntax->timeout]), 1);
  collect->variable = g_strdup (args[syntax->variable]);
  collect->terminators = g_strdup (args[syntax->terminators]);
  collect->prompt = g_strdup (args[syntax->prompt]);
  collect->prompt_msec = sim_app_prompt (channel, collect->prompt);
  frame->state = collect;
  frame->state_free = collect_free;
  sim_app_wait (frame, collect->prompt_msec > 0 ? collect->prompt_msec : collect->timeout);
}

void
sim_app_read_start (SimChannel *channel, SimFrame *frame)
{
  /* <min> <max> <file> <variable> <timeout> <terminators> */
  static const CollectSyntax syntax = {
    .min = 0, .max = 1, .prompt = 2, .variable = 3, .timeout = 4, .terminators = 5, .words = 6
  };

  collect_start (channel, frame, &syntax);
}

void
sim_app_play_and_get_digits_start (SimChannel *channel, SimFrame *frame)
{
  /* <min> <max> <tries> <timeout> <terminators> <file> <invalid_file> <variable> <regexp> */
  static const CollectSyntax syntax = {
    .min = 0, .max = 1, .prompt = 5, .variable = 7, .timeout = 3, .terminators = 4, .words = 8
  };

  collect_start (channel, frame, &syntax);
}
