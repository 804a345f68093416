/* SPDX-License-Identifier: MIT */
/* sim-dialplan.c - see the header.
 *
 * The numbers are those of FreeSWITCH's example dialplan where it has them, and 8084 to 8087 for
 * outbound sockets. The global variable `outbound_socket` says where those are dialled. A user
 * (1000 to 1019) rings for a moment, then answers.
 */
#include "sim-dialplan.h"

#include <string.h>

#include "sim-app.h"
#include "sim-life.h"

#define STEPS_MAX 6

typedef struct
{
  const char *pattern; /* a glob */
  struct
  {
    const char *app;
    const char *data;
  } steps[STEPS_MAX];
} Extension;

static const Extension extensions[] = {
  { "9196", { { "answer", NULL }, { "echo", NULL } } },
  { "9664", { { "answer", NULL }, { "playback", "local_stream://moh" } } },
  { "9198", { { "answer", NULL }, { "playback", "tone_stream://%(500,500,440);loops=10" } } },
  { "8084", { { "socket", "${outbound_socket} async full" } } },
  { "8085", { { "socket", "${outbound_socket} full" } } },
  { "8086", { { "socket", "${outbound_socket}" } } },
  { "8087", { { "socket", "${outbound_socket} async full" }, { "park", NULL } } },
  { "10??",
    { { "ring_ready", NULL },
      { "sleep", "${user_rings}" },
      { "answer", NULL },
      { "echo", NULL } } },
  { "5000",
    { { "answer", NULL },
      { "play_and_get_digits",
        "1 4 1 10000 # ivr/ivr-welcome.wav ivr/ivr-invalid.wav choice \\d+" },
      { "playback", "ivr/ivr-thank_you.wav" },
      { "hangup", NULL } } },
};

/* The dialplan "inline": the destination itself is "app:argument,app:argument". */
static gboolean
route_inline (SimChannel *channel)
{
  g_auto (GStrv) steps = g_strsplit (channel->profile->destination, ",", -1);

  for (guint i = 0; steps[i] != NULL; i++)
    {
      g_auto (GStrv) step = g_strsplit (steps[i], ":", 2);

      if (step[0] != NULL)
        sim_plan_add (channel, step[0], step[1]);
    }
  return TRUE;
}

gboolean
sim_dialplan_route (SimChannel *channel)
{
  if (channel->profile->dialplan != NULL
      && g_ascii_strcasecmp (channel->profile->dialplan, "inline") == 0)
    return route_inline (channel);
  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++)
    {
      if (!g_pattern_match_simple (extensions[i].pattern, channel->profile->destination))
        continue;
      for (guint s = 0; s < STEPS_MAX && extensions[i].steps[s].app != NULL; s++)
        sim_plan_add (channel, extensions[i].steps[s].app, extensions[i].steps[s].data);
      return TRUE;
    }
  return FALSE;
}

void
sim_dialplan_send (SimChannel *channel, const char *extension, const char *context)
{
  SimProfile *profile = channel->profile;

  sim_plan_clear (channel);
  g_free (profile->rdnis);
  profile->rdnis = profile->destination;
  profile->destination = g_strdup (extension != NULL ? extension : "");
  if (context != NULL)
    {
      g_free (profile->context);
      profile->context = g_strdup (context);
    }
  if (profile->dialplan == NULL)
    profile->dialplan = g_strdup ("XML");
  profile->index++;
  sim_channel_set (channel, "max_forwards", "70");
  profile->times[SIM_TIME_PROFILE_CREATED] = g_get_real_time ();
}

void
sim_dialplan_transfer (SimChannel *channel, const char *extension, const char *context)
{
  const SimProfile *profile = channel->profile;
  g_autofree char *where = NULL;

  sim_dialplan_send (channel, extension, context);
  where = g_strdup_printf ("bl_xfer:%s/%s/%s", profile->destination, profile->context,
                           profile->dialplan);
  sim_channel_set_transfer_source (channel, where);
  sim_channel_forget_other (channel);
  sim_life_redirect (channel, SIM_GO_ROUTE);
}
