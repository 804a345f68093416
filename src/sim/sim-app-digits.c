/* SPDX-License-Identifier: MIT */
/* sim-app-digits.c - applications that send or collect DTMF digits. */
#include <stdlib.h>
#include <string.h>

#include "sim-app-parts.h"
#include "sim-bridge.h"

void
sim_app_send_dtmf_start (SimChannel *channel, SimFrame *frame)
{
  sim_bridge_send_digits (channel, frame->data ? frame->data : "", 2000);
  sim_app_done (frame, NULL);
}

void
sim_app_flush_dtmf_start (SimChannel *channel, SimFrame *frame)
{
  g_string_truncate (channel->digits, 0);
  sim_app_done (frame, NULL);
}

/* What `read` and `play_and_get_digits` look for. */
typedef struct
{
  guint min, max;
  guint timeout; /* milliseconds */
  char *terminators;
  char *variable;
} Collect;

static void
collect_free (gpointer data)
{
  Collect *collect = data;
  g_free (collect->terminators);
  g_free (collect->variable);
  g_free (collect);
}

void
sim_app_collect_end (SimChannel *channel, SimFrame *frame)
{
  const Collect *collect = frame->state;
  gboolean enough = channel->digits->len >= collect->min;
  sim_channel_set (channel, collect->variable, enough ? channel->digits->str : NULL);
  sim_channel_set (channel, "read_result", enough ? "success" : "timeout");
  g_string_truncate (channel->digits, 0);
  sim_app_done (frame, NULL);
}

void
sim_app_collect_digits (SimChannel *channel, SimFrame *frame)
{
  const Collect *collect = frame->state;
  char last[2] = { channel->digits->str[channel->digits->len - 1], '\0' };
  gboolean ended = strchr (collect->terminators, *last) != NULL;
  if (ended)
    {
      g_string_truncate (channel->digits, channel->digits->len - 1);
      sim_channel_set (channel, "read_terminator_used", last);
    }
  if (ended || channel->digits->len >= collect->max)
    sim_app_collect_end (channel, frame);
}

/* `words`: where in the arguments minimum, maximum, variable, time-out and terminators stand. */
static void
collect_start (SimChannel *channel, SimFrame *frame, const guint words[5])
{
  g_auto (GStrv) args = sim_words_split (frame->data, 12);
  guint n = g_strv_length (args);
  for (guint i = 0; i < 5; i++)
    if (words[i] >= n)
      {
        sim_app_done (frame, NULL);
        return;
      }
  Collect *collect = g_new (Collect, 1);
  collect->min = (guint)MAX (atoi (args[words[0]]), 0);
  collect->max = (guint)MAX (atoi (args[words[1]]), 1);
  collect->variable = g_strdup (args[words[2]]);
  collect->timeout = (guint)MAX (atoi (args[words[3]]), 1);
  collect->terminators = g_strdup (args[words[4]]);
  frame->state = collect;
  frame->state_free = collect_free;
  sim_app_wait (frame, collect->timeout);
}

void
sim_app_read_start (SimChannel *channel, SimFrame *frame)
{
  /* <min> <max> <file> <variable> <timeout> <terminators> */
  collect_start (channel, frame, (const guint[]){ 0, 1, 3, 4, 5 });
}

void
sim_app_play_and_get_digits_start (SimChannel *channel, SimFrame *frame)
{
  /* <min> <max> <tries> <timeout> <terminators> <file> <invalid_file> <variable> <regexp> */
  collect_start (channel, frame, (const guint[]){ 0, 1, 7, 3, 4 });
}
