/* SPDX-License-Identifier: MIT */
/* sim-app-table.c - the applications of the simulated switch.
 *
 * Sounds: tone_stream and silence_stream take the time that they name; a relative
 * path stands for the sounds that come with FreeSWITCH and takes three seconds; an
 * absolute path must exist.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim-app.h"
#include "sim-bridge.h"
#include "sim-dialplan.h"
#include "sim-life.h"
#include "sim-log.h"
#include "sim-outbound.h"

#define SOUND_MSEC 3000
#define SAMPLES_PER_MSEC 8
#define FOREVER G_MAXUINT

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
  if (channel->twin)
    sim_life_ring (channel->twin);
  sim_app_done (frame, NULL);
}

static void
hangup_start (SimChannel *channel, SimFrame *frame)
{
  sim_life_hangup_self (channel, frame->data ? frame->data : "NORMAL_CLEARING");
}

static void
park_start (SimChannel *channel, SimFrame *frame)
{
  sim_channel_fire (channel, SIM_EVENT_CHANNEL_PARK);
}

static void
park_stop (SimChannel *channel, SimFrame *frame)
{
  sim_channel_fire (channel, SIM_EVENT_CHANNEL_UNPARK);
}

static void
wait_start (SimChannel *channel, SimFrame *frame)
{
}

static void
sleep_start (SimChannel *channel, SimFrame *frame)
{
  int msec = frame->data ? atoi (frame->data) : 0;
  if (msec > 0)
    sim_app_wait (frame, (guint)msec);
  else
    sim_app_done (frame, NULL);
}

static void
transfer_start (SimChannel *channel, SimFrame *frame)
{
  g_auto (GStrv) words = sim_words_split (frame->data, 4);
  sim_dialplan_transfer (channel, words[0], words[0] && words[1] && words[2] ? words[2] : NULL);
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

/* ---- sound ---- */

/* "%(on,off,hz)" with everything that may stand around it: the sum of on and off. */
static guint
tone_msec (const char *spec)
{
  guint total = 0;
  for (const char *at = strstr (spec, "%("); at; at = strstr (at + 2, "%("))
    {
      guint on = 0, off = 0;
      if (sscanf (at, "%%(%u,%u", &on, &off) >= 1)
        total += on + off;
    }
  const char *loops = strstr (spec, "loops=");
  int n = loops ? atoi (loops + strlen ("loops=")) : 1;
  return n < 0 ? FOREVER : total * (guint)n;
}

static guint
silence_msec (const char *spec)
{
  int msec = atoi (spec);
  return msec <= 0 ? FOREVER : (guint)msec;
}

static guint
endless_msec (const char *spec)
{
  return FOREVER;
}

static const struct
{
  const char *prefix;
  guint (*msec) (const char *spec);
} streams[] = {
  { "tone_stream://", tone_msec },
  { "silence_stream://", silence_msec },
  { "local_stream://", endless_msec },
};

/* FALSE when there is no such sound. `ret_type` gets the part before "://", or NULL. */
static gboolean
sound_length (const char *path, guint *ret_msec, char **ret_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    if (g_str_has_prefix (path, streams[i].prefix))
      {
        *ret_msec = streams[i].msec (path + strlen (streams[i].prefix));
        *ret_type = g_strndup (path, strlen (streams[i].prefix) - strlen ("://"));
        return TRUE;
      }
  *ret_msec = SOUND_MSEC;
  *ret_type = NULL;
  return !g_path_is_absolute (path) || g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

typedef struct
{
  char *type;
  guint msec;
} Sound;

static void
sound_free (gpointer data)
{
  Sound *sound = data;
  g_free (sound->type);
  g_free (sound);
}

static void
playback_stopped (SimChannel *channel, SimFrame *frame, const char *status)
{
  const Sound *sound = frame->state;
  gint64 played = (g_get_monotonic_time () - frame->started) / 1000;
  guint msec = (guint)MIN (played, (gint64)sound->msec);
  sim_vars_setf (channel->vars, "playback_last_offset_pos", "%u", msec * SAMPLES_PER_MSEC);
  sim_vars_setf (channel->vars, "playback_seconds", "%u", msec / 1000);
  sim_vars_setf (channel->vars, "playback_ms", "%u", msec);
  sim_vars_setf (channel->vars, "playback_samples", "%u", msec * SAMPLES_PER_MSEC);
  sim_channel_fire_tail (channel, SIM_EVENT_PLAYBACK_STOP, "Playback-File-Type", sound->type,
                         "Playback-File-Path", frame->data, "Playback-Status", status, NULL);
  sim_channel_set (channel, "current_application_response", "FILE PLAYED");
}

static void
playback_start (SimChannel *channel, SimFrame *frame)
{
  guint msec;
  g_autofree char *type = NULL;
  if (!frame->data || !sound_length (frame->data, &msec, &type))
    {
      sim_app_done (frame, "FILE NOT FOUND");
      return;
    }
  sim_channel_fire_tail (channel, SIM_EVENT_PLAYBACK_START, "Playback-File-Type", type,
                         "Playback-File-Path", frame->data, NULL);
  Sound *sound = g_new (Sound, 1);
  sound->type = g_steal_pointer (&type);
  sound->msec = msec;
  if (frame->state)
    frame->state_free (frame->state);
  frame->state = sound;
  frame->state_free = sound_free;
  if (msec != FOREVER)
    sim_app_wait (frame, msec);
}

static void
playback_stop (SimChannel *channel, SimFrame *frame)
{
  if (frame->state)
    playback_stopped (channel, frame, "done");
}

static void
playback_expired (SimChannel *channel, SimFrame *frame)
{
  playback_stopped (channel, frame, frame->loops == 0 ? "break" : "done");
  sim_app_done (frame, "FILE PLAYED");
}

static void
endless_start (SimChannel *channel, SimFrame *frame)
{
  playback_start (channel, frame);
  if (frame->timer)
    sim_app_wait (frame, G_MAXINT);
}

/* ---- variables ---- */

static void
set_pair (SimChannel *channel, const char *pair)
{
  g_auto (GStrv) halves = g_strsplit (pair ? pair : "", "=", 2);
  if (halves[0] && *halves[0])
    sim_channel_set (channel, g_strstrip (halves[0]), halves[1]);
}

static void
set_start (SimChannel *channel, SimFrame *frame)
{
  set_pair (channel, frame->data);
  sim_app_done (frame, NULL);
}

static void
export_start (SimChannel *channel, SimFrame *frame)
{
  const char *data = frame->data ? frame->data : "";
  set_pair (channel, g_str_has_prefix (data, "nolocal:") ? data + strlen ("nolocal:") : data);
  sim_app_done (frame, NULL);
}

static void
multiset_start (SimChannel *channel, SimFrame *frame)
{
  const char *data = frame->data ? frame->data : "";
  char separator = ' ';
  if (g_str_has_prefix (data, "^^") && data[2])
    {
      separator = data[2];
      data += 3;
    }
  g_auto (GStrv) pairs = sim_words_split_at (data, separator, 1000);
  for (char **pair = pairs; *pair; pair++)
    set_pair (channel, *pair);
  sim_app_done (frame, NULL);
}

static void
set_global_start (SimChannel *channel, SimFrame *frame)
{
  g_auto (GStrv) halves = g_strsplit (frame->data ? frame->data : "", "=", 2);
  if (halves[0] && halves[1])
    sim_vars_set (channel->sim->globals, halves[0], halves[1]);
  sim_app_done (frame, NULL);
}

static void
unset_start (SimChannel *channel, SimFrame *frame)
{
  if (frame->data)
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
  int level = words[0] && words[1] ? sim_log_level_parse (words[0]) : -1;
  const char *text = level >= 0 ? words[1] : frame->data;
  sim_log (channel->sim, level >= 0 ? (SimLogLevel)level : SIM_LOG_DEBUG, channel->uuid,
           "mod_dptools.c", "log_function", 1865, "%s", text ? text : "");
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
  SimEventType type = SIM_EVENT_CHANNEL_APPLICATION;
  for (char **pair = pairs; *pair; pair++)
    {
      g_auto (GStrv) halves = g_strsplit (*pair, "=", 2);
      if (!halves[0] || !halves[1])
        continue;
      if (g_ascii_strcasecmp (halves[0], "Event-Name") == 0)
        type = sim_event_type_parse (halves[1], -1);
      else
        esl_event_add (message, halves[0], halves[1]);
    }
  if (type >= SIM_EVENT_ALL)
    type = SIM_EVENT_CUSTOM;
  SimEvent *event =
      sim_event_wrap (channel->sim, type, &(SimOrigin){ "mod_dptools.c", "event_function", 1782 },
                      g_steal_pointer (&message));
  sim_channel_describe (channel, event->esl, sim_event_type_has_variables (type));
  sim_event_fire (channel->sim, event);
  sim_app_done (frame, NULL);
}

/* ---- digits ---- */

static void
send_dtmf_start (SimChannel *channel, SimFrame *frame)
{
  sim_bridge_send_digits (channel, frame->data ? frame->data : "", 2000);
  sim_app_done (frame, NULL);
}

static void
flush_dtmf_start (SimChannel *channel, SimFrame *frame)
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

static void
collect_digits (SimChannel *channel, SimFrame *frame)
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
    collect_end (channel, frame);
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

static void
read_start (SimChannel *channel, SimFrame *frame)
{
  /* <min> <max> <file> <variable> <timeout> <terminators> */
  collect_start (channel, frame, (const guint[]){ 0, 1, 3, 4, 5 });
}

static void
play_and_get_digits_start (SimChannel *channel, SimFrame *frame)
{
  /* <min> <max> <tries> <timeout> <terminators> <file> <invalid_file> <variable> <regexp> */
  collect_start (channel, frame, (const guint[]){ 0, 1, 7, 3, 4 });
}

/* ---- the table ---- */

#define DPTOOLS "mod_dptools"

const SimApp sim_apps[] = {
  { "answer", "Answers the call", "", DPTOOLS, answer_start },
  { "break", "Ends the broadcast under way", "", DPTOOLS, nothing_start },
  { "bridge", "Dials another leg and connects the two", "<channel_url>", DPTOOLS, bridge_start,
    bridge_stop, NULL, SIM_APP_READS },
  { "echo", "Sends the caller's audio back", "", DPTOOLS, wait_start, NULL, NULL, SIM_APP_READS },
  { "endless_playback", "Plays a sound again and again", "<path>", DPTOOLS, endless_start,
    playback_stop, playback_expired, SIM_APP_READS | SIM_APP_BREAKABLE },
  { "eval", "Expands variables and does nothing with them", "", DPTOOLS, nothing_start },
  { "event", "Fires an event", "<name>=<value>,...", DPTOOLS, event_start },
  { "export", "Sets a variable here and on legs to come", "<varname>=<value>", DPTOOLS,
    export_start },
  { "flush_dtmf", "Forgets the digits received so far", "", DPTOOLS, flush_dtmf_start },
  { "gentones", "Plays tones", "<tgml_script>[|<loops>]", DPTOOLS, playback_start, playback_stop,
    playback_expired, SIM_APP_READS | SIM_APP_BREAKABLE },
  { "hangup", "Ends the call", "[<cause>]", DPTOOLS, hangup_start },
  { "info", "Writes all that is known of the channel to the log", "", DPTOOLS, info_start },
  { "log", "Writes a line to the log", "<log_level> <log_string>", DPTOOLS, log_start },
  { "multiset", "Sets several variables", "[^^<delim>]<varname>=<value> ...", DPTOOLS,
    multiset_start },
  { "park", "Waits for what others do with the call", "", DPTOOLS, park_start, park_stop, NULL,
    SIM_APP_READS },
  { "play_and_get_digits", "Plays a prompt and collects digits",
    "<min> <max> <tries> <timeout> <terminators> <file> <invalid_file> <var_name> <regexp>",
    DPTOOLS, play_and_get_digits_start, NULL, collect_end, SIM_APP_READS, collect_digits },
  { "playback", "Plays a sound", "<path>", DPTOOLS, playback_start, playback_stop, playback_expired,
    SIM_APP_READS | SIM_APP_BREAKABLE },
  { "pre_answer", "Opens the audio before the answer", "", DPTOOLS, ring_start },
  { "read", "Collects digits", "<min> <max> <file> <var name> <timeout> <terminators>", DPTOOLS,
    read_start, NULL, collect_end, SIM_APP_READS, collect_digits },
  { "ring_ready", "Says that the destination rings", "", DPTOOLS, ring_start },
  { "send_dtmf", "Sends digits", "<dtmf_data>", DPTOOLS, send_dtmf_start },
  { "set", "Sets a channel variable", "<varname>=<value>", DPTOOLS, set_start },
  { "set_global", "Sets a global variable", "<varname>=<value>", DPTOOLS, set_global_start },
  { "sleep", "Waits", "<pausemilliseconds>", DPTOOLS, sleep_start, NULL, NULL,
    SIM_APP_READS | SIM_APP_BREAKABLE },
  { "socket", "Hands the call to a program that listens", "<ip>[:<port>] [async] [full]",
    "mod_event_socket", socket_start, socket_stop, NULL, SIM_APP_READS },
  { "transfer", "Sends the call to another extension", "<exten> [<dialplan> <context>]", DPTOOLS,
    transfer_start },
  { "unset", "Removes a channel variable", "<varname>", DPTOOLS, unset_start },
};

const guint sim_n_apps = G_N_ELEMENTS (sim_apps);
