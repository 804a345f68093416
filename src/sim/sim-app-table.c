/* SPDX-License-Identifier: MIT */
/* sim-app-table.c - the applications of the simulated switch, and the short ones among them.
 */
#include <stdlib.h>
#include <string.h>

#include "sim-app-parts.h"
#include "sim-bridge.h"
#include "sim-dialplan.h"
#include "sim-life.h"
#include "sim-log.h"
#include "sim-outbound.h"

/* ---- call control ---- */

static void
answer_start (SimChannel *channel, SimFrame *frame)
{
  sim_life_answer (channel);
  sim_app_done (frame, NULL);
}

static void
ring_start (SimChannel *channel, SimFrame *frame)
{
  sim_life_ring (channel);
  if (channel->twin != NULL)
    sim_life_ring (channel->twin);
  sim_app_done (frame, NULL);
}

static void
hangup_start (SimChannel *channel, SimFrame *frame)
{
  sim_life_hangup_self (channel, frame->data != NULL ? frame->data : "NORMAL_CLEARING");
}

static void
park_start (SimChannel *channel, SimFrame *frame)
{
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_PARK);
}

static void
park_stop (SimChannel *channel, SimFrame *frame)
{
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_UNPARK);
}

static void
wait_start (SimChannel *channel, SimFrame *frame)
{
}

static void
sleep_start (SimChannel *channel, SimFrame *frame)
{
  int msec = frame->data != NULL ? atoi (frame->data) : 0;

  if (msec > 0)
    sim_app_wait (frame, (guint)msec);
  else
    sim_app_done (frame, NULL);
}

static void
transfer_start (SimChannel *channel, SimFrame *frame)
{
  g_auto (GStrv) words = sim_words_split (frame->data, 4);

  sim_dialplan_transfer (channel, words[0],
                         words[0] != NULL && words[1] != NULL && words[2] != NULL ? words[2]
                                                                                  : NULL);
}

static void
bridge_start (SimChannel *channel, SimFrame *frame)
{
  sim_bridge_dial (channel, frame);
}

static void
bridge_stop (SimChannel *channel, SimFrame *frame)
{
  sim_bridge_give_up (channel, frame);
}

static void
socket_start (SimChannel *channel, SimFrame *frame)
{
  sim_outbound_start (channel, frame);
}

static void
socket_stop (SimChannel *channel, SimFrame *frame)
{
  sim_outbound_stop (channel, frame);
}

/* ---- variables ---- */

static void
set_pair (SimChannel *channel, const char *pair)
{
  g_auto (GStrv) halves = g_strsplit (pair != NULL ? pair : "", "=", 2);

  if (halves[0] != NULL && *halves[0])
    sim_channel_set (channel, g_strstrip (halves[0]), halves[1]);
}

static void
set_start (SimChannel *channel, SimFrame *frame)
{
  set_pair (channel, frame->data);
  sim_app_done (frame, NULL);
}

/* "nolocal:" isn't looked for here: neither does FreeSWITCH. */
static void
export_start (SimChannel *channel, SimFrame *frame)
{
  const char *before = sim_vars_get (channel->vars, "export_vars");
  g_auto (GStrv) halves = g_strsplit (frame->data != NULL ? frame->data : "", "=", 2);

  set_pair (channel, frame->data);
  if (halves[0] != NULL && *halves[0])
    {
      g_autofree char *names =
          g_strconcat (before != NULL ? before : "", before != NULL ? "," : "", halves[0], NULL);

      sim_channel_set (channel, "export_vars", names);
    }
  sim_app_done (frame, NULL);
}

static void
multiset_start (SimChannel *channel, SimFrame *frame)
{
  const char *data = frame->data != NULL ? frame->data : "";
  char separator = ' ';
  g_auto (GStrv) pairs = NULL;

  if (g_str_has_prefix (data, "^^") && data[2])
    {
      separator = data[2];
      data += 3;
    }
  pairs = sim_words_split_at (data, separator, 1000);
  for (char **pair = pairs; *pair != NULL; pair++)
    set_pair (channel, *pair);
  sim_app_done (frame, NULL);
}

static void
set_global_start (SimChannel *channel, SimFrame *frame)
{
  g_auto (GStrv) halves = g_strsplit (frame->data != NULL ? frame->data : "", "=", 2);

  if (halves[0] != NULL && halves[1] != NULL)
    sim_vars_set (channel->sim->globals, halves[0], halves[1]);
  sim_app_done (frame, NULL);
}

static void
unset_start (SimChannel *channel, SimFrame *frame)
{
  if (frame->data != NULL)
    sim_channel_set (channel, frame->data, NULL);
  sim_app_done (frame, NULL);
}

static void
nothing_start (SimChannel *channel, SimFrame *frame)
{
  sim_app_done (frame, NULL);
}

/* ---- telling ---- */

static void
log_start (SimChannel *channel, SimFrame *frame)
{
  g_auto (GStrv) words = sim_words_split (frame->data, 2);
  int level = words[0] != NULL && words[1] != NULL ? sim_log_level_parse (words[0]) : -1;
  const char *text = level >= 0 ? words[1] : frame->data;

  sim_log (channel->sim, level >= 0 ? (SimLogLevel)level : SIM_LOG_DEBUG, channel->uuid,
           "mod_dptools.c", "log_function", 1865, "%s", text != NULL ? text : "");
  sim_app_done (frame, NULL);
}

static void
info_start (SimChannel *channel, SimFrame *frame)
{
  g_autoptr (EslEvent) esl = esl_event_new ();
  g_autoptr (GString) text = g_string_new ("CHANNEL_DATA:\n");

  sim_channel_describe (channel, esl, TRUE);
  for (guint i = 0; i < esl_event_n_headers (esl); i++)
    {
      EslHeader header;

      esl_event_header (esl, i, &header);
      g_string_append_printf (text, "%s: [%s]\n", header.name, header.value);
    }
  sim_log (channel->sim, SIM_LOG_INFO, channel->uuid, "mod_dptools.c", "info_function", 1965, "%s",
           text->str);
  sim_app_done (frame, NULL);
}

/* "Event-Name=CUSTOM,Event-Subclass=a::b,Name=value" */
static void
event_start (SimChannel *channel, SimFrame *frame)
{
  g_autoptr (EslEvent) message = esl_event_new ();
  g_auto (GStrv) pairs = sim_words_split_at (frame->data, ',', 1000);
  EslEventType type = ESL_EVENT_CHANNEL_APPLICATION;
  SimEvent *event;

  for (char **pair = pairs; *pair != NULL; pair++)
    {
      g_auto (GStrv) halves = g_strsplit (*pair, "=", 2);

      if (halves[0] == NULL || halves[1] == NULL)
        continue;
      if (g_ascii_strcasecmp (halves[0], "Event-Name") == 0)
        type = esl_event_type_parse (halves[1], -1);
      else
        esl_event_add (message, halves[0], halves[1]);
    }
  if (type >= ESL_EVENT_ALL)
    type = ESL_EVENT_CUSTOM;
  event =
      sim_event_wrap (channel->sim, type, &(SimOrigin){ "mod_dptools.c", "event_function", 1782 },
                      g_steal_pointer (&message));
  sim_channel_describe (channel, event->esl, sim_event_type_has_variables (type));
  sim_event_fire (channel->sim, event);
  sim_app_done (frame, NULL);
}

/* ---- the table ---- */

#define DPTOOLS "mod_dptools"

const SimApp sim_apps[] = {
  { "answer", "Answers the call", "", DPTOOLS, answer_start },
  { "break", "Ends the broadcast under way", "", DPTOOLS, nothing_start },
  { "bridge", "Dials another leg and connects the two", "<channel_url>", DPTOOLS, bridge_start,
    bridge_stop, NULL, SIM_APP_READS },
  { "echo", "Sends the caller's audio back", "", DPTOOLS, wait_start, NULL, NULL, SIM_APP_READS },
  { "endless_playback", "Plays a sound again and again", "<path>", DPTOOLS, sim_app_endless_start,
    sim_app_playback_stop, sim_app_playback_expired, SIM_APP_READS | SIM_APP_BREAKABLE },
  { "eval", "Expands variables and does nothing with them", "", DPTOOLS, nothing_start, NULL, NULL,
    SIM_APP_ZOMBIE },
  { "event", "Fires an event", "<name>=<value>,...", DPTOOLS, event_start, NULL, NULL,
    SIM_APP_ZOMBIE },
  { "export", "Sets a variable here and on legs to come", "<varname>=<value>", DPTOOLS,
    export_start, NULL, NULL, SIM_APP_ZOMBIE },
  { "flush_dtmf", "Forgets the digits received so far", "", DPTOOLS, sim_app_flush_dtmf_start },
  { "gentones", "Plays tones", "<tgml_script>[|<loops>]", DPTOOLS, sim_app_playback_start,
    sim_app_playback_stop, sim_app_playback_expired, SIM_APP_READS | SIM_APP_BREAKABLE },
  { "hangup", "Ends the call", "[<cause>]", DPTOOLS, hangup_start },
  { "info", "Writes all that is known of the channel to the log", "", DPTOOLS, info_start, NULL,
    NULL, SIM_APP_ZOMBIE },
  { "log", "Writes a line to the log", "<log_level> <log_string>", DPTOOLS, log_start, NULL, NULL,
    SIM_APP_ZOMBIE },
  { "multiset", "Sets several variables", "[^^<delim>]<varname>=<value> ...", DPTOOLS,
    multiset_start, NULL, NULL, SIM_APP_ZOMBIE },
  { "park", "Waits for what others do with the call", "", DPTOOLS, park_start, park_stop, NULL,
    SIM_APP_READS },
  { "play_and_get_digits", "Plays a prompt and collects digits",
    "<min> <max> <tries> <timeout> <terminators> <file> <invalid_file> <var_name> <regexp>",
    DPTOOLS, sim_app_play_and_get_digits_start, sim_app_collect_stop, sim_app_collect_expired,
    SIM_APP_READS, sim_app_collect_digits },
  { "playback", "Plays a sound", "<path>", DPTOOLS, sim_app_playback_start, sim_app_playback_stop,
    sim_app_playback_expired, SIM_APP_READS | SIM_APP_BREAKABLE },
  { "pre_answer", "Opens the audio before the answer", "", DPTOOLS, ring_start },
  { "read", "Collects digits", "<min> <max> <file> <var name> <timeout> <terminators>", DPTOOLS,
    sim_app_read_start, sim_app_collect_stop, sim_app_collect_expired, SIM_APP_READS,
    sim_app_collect_digits },
  { "ring_ready", "Says that the destination rings", "", DPTOOLS, ring_start },
  { "send_dtmf", "Sends digits", "<dtmf_data>", DPTOOLS, sim_app_send_dtmf_start },
  { "set", "Sets a channel variable", "<varname>=<value>", DPTOOLS, set_start, NULL, NULL,
    SIM_APP_ZOMBIE },
  { "set_global", "Sets a global variable", "<varname>=<value>", DPTOOLS, set_global_start, NULL,
    NULL, SIM_APP_ZOMBIE },
  { "sleep", "Waits", "<pausemilliseconds>", DPTOOLS, sleep_start, NULL, NULL,
    SIM_APP_READS | SIM_APP_BREAKABLE },
  { "socket", "Hands the call to a program that listens", "<ip>[:<port>] [async] [full]",
    "mod_event_socket", socket_start, socket_stop, NULL, SIM_APP_READS },
  { "transfer", "Sends the call to another extension", "<exten> [<dialplan> <context>]", DPTOOLS,
    transfer_start },
  { "unset", "Removes a channel variable", "<varname>", DPTOOLS, unset_start, NULL, NULL,
    SIM_APP_ZOMBIE },
};

const guint sim_n_apps = G_N_ELEMENTS (sim_apps);
