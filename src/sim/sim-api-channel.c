/* SPDX-License-Identifier: MIT */
/* sim-api-channel.c - api commands about channels.
 *
 * There is no uniform shape of replies; each is as FreeSWITCH says it (protocol:
 * reply shapes).
 */
#include <stdlib.h>
#include <string.h>

#include "esl-cause.h"
#include "sim-api.h"
#include "sim-app.h"
#include "sim-bridge.h"
#include "sim-dial.h"
#include "sim-dialplan.h"
#include "sim-life.h"

#define NO_SUCH_CHANNEL "-ERR No such channel!\n"
#define DTMF_SAMPLES 2000
#define DIGITS_MAX 1000u

static void
say (SimApiCall *call, const char *text)
{
  g_string_append (call->out, text);
}

/* The command's words, at least `min` of them; usage said and NULL returned otherwise. */
static GStrv
words_or_usage (SimApiCall *call, guint min, guint max)
{
  g_auto (GStrv) words = sim_words_split (call->args, max);

  if (!*words[0] || g_strv_length (words) < min)
    {
      sim_api_usage (call);
      return NULL;
    }
  return g_steal_pointer (&words);
}

/* The channel that the first word names; `complaint` said when there is none. */
static SimChannel *
channel_or (SimApiCall *call, const char *uuid, const char *complaint)
{
  SimChannel *channel = sim_channel_find (call->sim, uuid);

  if (channel == NULL)
    say (call, complaint);
  return channel;
}

/* ---- ending ---- */

static void
run_uuid_kill (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 1, 2);
  SimChannel *channel = words != NULL ? channel_or (call, words[0], NO_SUCH_CHANNEL) : NULL;

  if (channel == NULL)
    return;
  sim_life_hangup (channel, words[1] != NULL ? words[1] : "NORMAL_CLEARING");
  say (call, "+OK\n");
}

static void
run_hupall (SimApiCall *call)
{
  g_auto (GStrv) words = sim_words_split (call->args, 3);
  const char *cause = *words[0] ? esl_cause_name (words[0]) : "MANAGER_REQUEST";
  const char *var = *words[0] ? words[1] : NULL;
  const char *wanted = var != NULL ? words[2] : NULL;

  for (GList *link = call->sim->order.head, *next; link != NULL; link = next)
    {
      SimChannel *channel = link->data;
      const char *value = var != NULL ? sim_vars_get (channel->vars, var) : NULL;

      next = link->next;
      if (var == NULL || (value != NULL && wanted != NULL && strcmp (value, wanted) == 0))
        sim_life_hangup (channel, cause);
    }
  g_string_append_printf (call->out, "+OK hangup all channels with cause %s\n", cause);
}

/* ---- variables ---- */

static void
run_uuid_exists (SimApiCall *call)
{
  say (call, sim_channel_find (call->sim, call->args) != NULL ? "true" : "false");
}

static void
run_uuid_getvar (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 2, 3);
  SimChannel *channel = words != NULL ? channel_or (call, words[0], NO_SUCH_CHANNEL) : NULL;
  const char *value;

  if (channel == NULL)
    return;
  value = sim_channel_get (channel, words[1]);
  say (call, value != NULL ? value : "_undef_");
}

static void
run_uuid_setvar (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 2, 3);
  SimChannel *channel = words != NULL ? channel_or (call, words[0], NO_SUCH_CHANNEL) : NULL;

  if (channel == NULL)
    return;
  sim_channel_set (channel, words[1], words[2]);
  say (call, "+OK\n");
}

static void
run_uuid_setvar_multi (SimApiCall *call)
{
  g_auto (GStrv) halves = g_strsplit (call->args, " ", 2);
  SimChannel *channel = halves[0] != NULL ? sim_channel_find (call->sim, halves[0]) : NULL;
  g_auto (GStrv) pairs = NULL;

  if (halves[0] == NULL || channel == NULL)
    {
      if (halves[0] != NULL)
        say (call, NO_SUCH_CHANNEL);
      sim_api_usage (call);
      return;
    }
  if (halves[1] == NULL)
    return;
  pairs = sim_words_split_at (halves[1], ';', 64);
  for (char **pair = pairs; *pair != NULL; pair++)
    {
      char *equals = strchr (*pair, '=');

      if (equals != NULL)
        *equals = '\0';
      if (**pair)
        sim_channel_set (channel, *pair, equals != NULL ? equals + 1 : NULL);
    }
  say (call, "+OK\n");
}

/* ---- dump ---- */

/* Values in brackets and raw: what `uuid_dump U plain` shows. */
static void
dump_bracketed (const EslEvent *esl, GString *out)
{
  g_autoptr (GString) scratch = g_string_new (NULL);

  for (guint i = 0; i < esl_event_n_headers (esl); i++)
    {
      EslHeader header;
      const char *value;

      esl_event_header (esl, i, &header);
      value = esl_event_whole (esl, &i, scratch);
      g_string_append_printf (out, "%s: [%s]\n", header.name, value);
    }
}

static void
run_uuid_dump (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 1, 3);
  SimChannel *channel = words != NULL ? channel_or (call, words[0], NO_SUCH_CHANNEL) : NULL;
  const char *format = words != NULL && words[1] != NULL ? words[1] : "";
  g_autoptr (EslEvent) esl = NULL;

  if (channel == NULL)
    return;
  esl = esl_event_new ();
  sim_event_stamp (call->sim, esl, ESL_EVENT_CHANNEL_DATA, NULL);
  sim_channel_describe (channel, esl, TRUE);
  if (g_ascii_strcasecmp (format, "plain") == 0)
    dump_bracketed (esl, call->out);
  else if (g_ascii_strcasecmp (format, "json") == 0)
    esl_event_append (esl, ESL_FORMAT_JSON, ESL_AS_SWITCH, call->out);
  else if (g_ascii_strcasecmp (format, "xml") == 0)
    esl_event_append (esl, ESL_FORMAT_XML, ESL_AS_SWITCH, call->out);
  else
    esl_event_append (esl, ESL_FORMAT_PLAIN, ESL_AS_SWITCH, call->out);
}

/* ---- what a channel does ---- */

static void
run_uuid_answer (SimApiCall *call)
{
  SimChannel *channel = channel_or (call, call->args, "-ERROR\n");

  if (channel == NULL)
    return;
  sim_life_answer (channel);
  say (call, "+OK\n");
}

static void
run_uuid_pre_answer (SimApiCall *call)
{
  SimChannel *channel = channel_or (call, call->args, "-ERROR\n");

  if (channel == NULL)
    return;
  sim_life_ring (channel);
  say (call, "+OK\n");
}

static void
run_uuid_ring_ready (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 1, 2);
  SimChannel *channel = words != NULL ? channel_or (call, words[0], "-ERROR\n") : NULL;

  if (channel == NULL)
    return;
  sim_life_ring (channel);
  say (call, "+OK\n");
}

static void
run_uuid_bridge (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 2, 3);
  SimChannel *a = words != NULL ? sim_channel_find (call->sim, words[0]) : NULL;
  SimChannel *b = words != NULL ? sim_channel_find (call->sim, words[1]) : NULL;

  if (words == NULL)
    return;
  if (a == NULL || b == NULL)
    {
      say (call, "-ERR Invalid uuid\n");
      return;
    }
  if (a != b)
    sim_bridge_join (a, b);
  g_string_append_printf (call->out, "+OK %s\n", b->uuid);
}

/* The lie is FreeSWITCH's: holding a channel that doesn't exist succeeds. */
static void
run_uuid_hold (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 1, 3);
  gboolean off;
  gboolean toggle;
  SimChannel *channel;
  gboolean done;

  if (words == NULL)
    {
      say (call, "-ERR Operation failed\n");
      return;
    }
  off = g_ascii_strcasecmp (words[0], "off") == 0;
  toggle = g_ascii_strcasecmp (words[0], "toggle") == 0;
  channel = sim_channel_find (call->sim, off || toggle ? words[1] : words[0]);
  done = channel == NULL;
  if (channel != NULL)
    done = sim_bridge_hold (channel, toggle ? !channel->held : !off);
  say (call, done ? "+OK Success\n" : "-ERR Operation failed\n");
}

static void
run_uuid_transfer (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 2, 6);
  SimChannel *channel = words != NULL ? channel_or (call, words[0], NO_SUCH_CHANNEL) : NULL;
  guint at;
  gboolean both;
  gboolean bleg;
  SimChannel *peer;
  const char *extension;
  const char *context;

  if (channel == NULL)
    return;
  at = 1;
  both = g_ascii_strcasecmp (words[1], "-both") == 0;
  bleg = g_ascii_strcasecmp (words[1], "-bleg") == 0;
  if (both || bleg)
    at = 2;
  peer = channel->partner;
  extension = words[at];
  context = extension != NULL && words[at + 1] != NULL ? words[at + 2] : NULL;
  if (extension == NULL)
    {
      sim_api_usage (call);
      return;
    }
  if (peer != NULL && (both || bleg))
    sim_dialplan_transfer (peer, extension, context);
  if (!bleg || peer == NULL)
    sim_dialplan_transfer (channel, extension, context);
  say (call, "+OK\n");
}

static void
run_uuid_park (SimApiCall *call)
{
  SimChannel *channel = channel_or (call, call->args, NO_SUCH_CHANNEL);

  if (channel == NULL)
    return;
  sim_plan_clear (channel);
  sim_life_redirect (channel, SIM_GO_PARK);
  say (call, "+OK\n");
}

static void
run_uuid_break (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 1, 3);
  SimChannel *channel = words != NULL ? channel_or (call, words[0], NO_SUCH_CHANNEL) : NULL;

  if (channel == NULL)
    return;
  sim_app_break (channel, words[1] != NULL && g_ascii_strcasecmp (words[1], "all") == 0);
  say (call, "+OK\n");
}

/* A path plays; `app::args` (or app!cause) executes. */
static void
broadcast (SimChannel *channel, const char *what)
{
  g_auto (GStrv) halves = g_strsplit (what, "::", 2);
  gboolean app = halves[1] != NULL && sim_app_find (halves[0]) != NULL;
  EslEvent *event = esl_event_new ();

  esl_event_add (event, "call-command", "execute");
  esl_event_add (event, "execute-app-name", app ? halves[0] : "playback");
  esl_event_add (event, "execute-app-arg", app ? halves[1] : what);
  esl_event_add (event, "lead-frames", "5");
  esl_event_add (event, "event-lock", "true");
  esl_event_add (event, "hold-bleg", "true");
  sim_app_message (channel, &(SimMessage){ .event = event });
}

static void
run_uuid_broadcast (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 2, 4);
  SimChannel *channel = words != NULL ? channel_or (call, words[0], "-ERR invalid uuid\n") : NULL;
  const char *leg;
  gboolean both;

  if (channel == NULL)
    return;
  leg = words[2] != NULL ? words[2] : "aleg";
  both = g_ascii_strcasecmp (leg, "both") == 0;
  if (channel->partner != NULL && (both || g_ascii_strcasecmp (leg, "bleg") == 0))
    broadcast (channel->partner, words[1]);
  if (both || g_ascii_strcasecmp (leg, "bleg") != 0)
    broadcast (channel, words[1]);
  say (call, "+OK Message sent\n");
}

/* ---- digits ---- */

/* "12#@300": the digits and how long each lasts, in samples. */
static guint
split_digits (char *text)
{
  char *at = strchr (text, '@');

  if (at == NULL)
    return DTMF_SAMPLES;
  *at = '\0';
  return (guint)MAX (atoi (at + 1), 1) * 8;
}

/* Digits are heard by the channel's own thread. */
static void
hear_digits (SimChannel *channel)
{
  g_autofree char *digits = g_strndup (channel->heard->str, channel->heard->len);

  g_string_truncate (channel->heard, 0);
  sim_app_digits (channel, digits, channel->heard_samples);
}

static void
run_uuid_send_dtmf (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 2, 2);
  SimChannel *channel =
      words != NULL ? channel_or (call, words[0], "-ERR Cannot locate session!\n") : NULL;
  guint duration;

  if (channel == NULL)
    return;
  g_string_append_printf (call->out, "+OK %s sent DTMF %s.\n", channel->uuid, words[1]);
  duration = split_digits (words[1]);
  if (!channel->signalled && channel->twin == NULL)
    sim_channel_set (channel, "null_channel_dtmf_queued", words[1]);
  sim_channel_set (channel, "last_dtmf_duration", "1000");
  sim_bridge_send_digits (channel, words[1], duration);
}

static void
run_uuid_recv_dtmf (SimApiCall *call)
{
  g_auto (GStrv) words = words_or_usage (call, 2, 2);
  SimChannel *channel =
      words != NULL ? channel_or (call, words[0], "-ERR Cannot locate session!\n") : NULL;

  if (channel == NULL)
    return;
  g_string_append_printf (call->out, "+OK %s received DTMF %s.\n", channel->uuid, words[1]);
  channel->heard_samples = split_digits (words[1]);
  if (channel->heard->len < DIGITS_MAX)
    g_string_append (channel->heard, words[1]);
  sim_channel_later (channel, hear_digits);
}

#define COMMANDS "mod_commands"

const SimApi sim_api_channel[] = {
  { "hupall", "Hangs up all channels, or those with a variable of a value",
    "<cause> [<var> <value>]", COMMANDS, run_hupall },
  { "originate", "Makes a call",
    "<call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] "
    "[<cid_num>] [<timeout_sec>]",
    COMMANDS, sim_originate_run },
  { "uuid_answer", "Answers a channel", "<uuid>", COMMANDS, run_uuid_answer },
  { "uuid_break", "Ends what a channel plays", "<uuid> [all]", COMMANDS, run_uuid_break },
  { "uuid_bridge", "Connects two channels", "<uuid> <other_uuid>", COMMANDS, run_uuid_bridge },
  { "uuid_broadcast", "Plays or executes something in a call",
    "<uuid> <path> [aleg|bleg|holdb|both]", COMMANDS, run_uuid_broadcast },
  { "uuid_dump", "All headers and variables of a channel", "<uuid> [format]", COMMANDS,
    run_uuid_dump },
  { "uuid_exists", "Tells whether a channel lives", "<uuid>", COMMANDS, run_uuid_exists },
  { "uuid_getvar", "Reads a channel variable", "<uuid> <var>", COMMANDS, run_uuid_getvar },
  { "uuid_hold", "Puts a call on hold", "[off|toggle] <uuid> [<display>]", COMMANDS,
    run_uuid_hold },
  { "uuid_kill", "Hangs up a channel", "<uuid> [cause]", COMMANDS, run_uuid_kill },
  { "uuid_park", "Parks a channel", "<uuid>", COMMANDS, run_uuid_park },
  { "uuid_pre_answer", "Opens a channel's audio before the answer", "<uuid>", COMMANDS,
    run_uuid_pre_answer },
  { "uuid_recv_dtmf", "Has a channel receive digits", "<uuid> <dtmf_data>", COMMANDS,
    run_uuid_recv_dtmf },
  { "uuid_ring_ready", "Says that a channel rings", "<uuid> [queued]", COMMANDS,
    run_uuid_ring_ready },
  { "uuid_send_dtmf", "Has a channel send digits", "<uuid> <dtmf_data>", COMMANDS,
    run_uuid_send_dtmf },
  { "uuid_setvar", "Sets a channel variable", "<uuid> <var> [value]", COMMANDS, run_uuid_setvar },
  { "uuid_setvar_multi", "Sets several channel variables", "<uuid> <var>=<value>;<var>=<value>...",
    COMMANDS, run_uuid_setvar_multi },
  { "uuid_transfer", "Sends a channel to another extension",
    "<uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]", COMMANDS, run_uuid_transfer },
  { NULL },
};
