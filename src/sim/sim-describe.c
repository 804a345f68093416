/* SPDX-License-Identifier: MIT */
/* sim-describe.c - a channel as headers: its state, its codecs, its caller profile and that of the
 * other leg, its variables. */
#include <stddef.h>
#include <string.h>

#include "sim-channel.h"

/* ---- profiles ---- */

SimProfile *
sim_profile_new (const char *uuid, const char *name, gboolean inbound)
{
  SimProfile *profile = g_new0 (SimProfile, 1);

  profile->inbound = profile->logical_inbound = inbound;
  profile->uuid = g_strdup (uuid);
  profile->channel_name = g_strdup (name);
  profile->source = g_strdup ("mod_loopback");
  profile->context = g_strdup ("default");
  profile->index = 1;
  profile->times[SIM_TIME_CREATED] = profile->times[SIM_TIME_PROFILE_CREATED] = g_get_real_time ();
  return profile;
}

/* The Caller-... headers that hold text: in order, before the index and the times. */
static const struct
{
  const char *header;
  const char *field; /* as uuid_getvar knows it */
  gsize offset;
} profile_texts[] = {
  { "Dialplan", "dialplan", offsetof (SimProfile, dialplan) },
  { "Caller-ID-Name", "caller_id_name", offsetof (SimProfile, cid_name) },
  { "Caller-ID-Number", "caller_id_number", offsetof (SimProfile, cid_num) },
  { "Orig-Caller-ID-Name", "orig_caller_id_name", offsetof (SimProfile, orig_cid_name) },
  { "Orig-Caller-ID-Number", "orig_caller_id_number", offsetof (SimProfile, orig_cid_num) },
  { "Callee-ID-Name", "callee_id_name", offsetof (SimProfile, callee_name) },
  { "Callee-ID-Number", "callee_id_number", offsetof (SimProfile, callee_num) },
  { "ANI", "ani", offsetof (SimProfile, ani) },
  { "Destination-Number", "destination_number", offsetof (SimProfile, destination) },
  { "Unique-ID", "uuid", offsetof (SimProfile, uuid) },
  { "Source", "source", offsetof (SimProfile, source) },
  { "Transfer-Source", "transfer_source", offsetof (SimProfile, transfer_source) },
  { "Context", "context", offsetof (SimProfile, context) },
  { "RDNIS", "rdnis", offsetof (SimProfile, rdnis) },
  { "Channel-Name", "chan_name", offsetof (SimProfile, channel_name) },
};

static const char *const profile_time_headers[] = {
  "Profile-Created-Time",  "Channel-Created-Time",        "Channel-Answered-Time",
  "Channel-Progress-Time", "Channel-Progress-Media-Time", "Channel-Hangup-Time",
  "Channel-Transfer-Time", "Channel-Resurrect-Time",      "Channel-Bridged-Time",
  "Channel-Last-Hold",     "Channel-Hold-Accum",
};

#define PROFILE_TEXT(profile, i) ((char **)((char *)(profile) + profile_texts[i].offset))

SimProfile *
sim_profile_copy (const SimProfile *profile)
{
  SimProfile *copy = g_new (SimProfile, 1);

  *copy = *profile;
  for (guint i = 0; i < G_N_ELEMENTS (profile_texts); i++)
    *PROFILE_TEXT (copy, i) = g_strdup (*PROFILE_TEXT (profile, i));
  return copy;
}

void
sim_profile_free (SimProfile *profile)
{
  for (guint i = 0; i < G_N_ELEMENTS (profile_texts); i++)
    g_free (*PROFILE_TEXT (profile, i));
  g_free (profile);
}

static void
describe_profile (SimProfile *profile, const char *prefix, EslEvent *esl)
{
  char name[64], number[24];
  gsize n = g_strlcpy (name, prefix, sizeof name);

#define ADD(header, value)                                                                         \
  (g_strlcpy (name + n, header, sizeof name - n), esl_event_add (esl, name, value))
  ADD ("Direction", profile->inbound ? "inbound" : "outbound");
  ADD ("Logical-Direction", profile->logical_inbound ? "inbound" : "outbound");
  for (guint i = 0; i < G_N_ELEMENTS (profile_texts); i++)
    {
      const char *value = *PROFILE_TEXT (profile, i);

      if (value != NULL && *value)
        ADD (profile_texts[i].header, value);
    }
  if (profile->index > 0)
    {
      g_snprintf (number, sizeof number, "%u", profile->index);
      ADD ("Profile-Index", number);
    }
  for (guint i = 0; i < G_N_ELEMENTS (profile_time_headers); i++)
    {
      g_snprintf (number, sizeof number, "%" G_GINT64_FORMAT, profile->times[i]);
      ADD (profile_time_headers[i], number);
    }
  ADD ("Screen-Bit", "true");
  ADD ("Privacy-Hide-Name", "false");
  ADD ("Privacy-Hide-Number", "false");
#undef ADD
}

const char *
sim_profile_get (SimProfile *profile, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (profile_texts); i++)
    if (g_ascii_strcasecmp (profile_texts[i].field, name) == 0)
      return *PROFILE_TEXT (profile, i);
  return NULL;
}

/* ---- headers ---- */

static void
describe_codec (EslEvent *esl, const char *side)
{
  char name[64];

  g_snprintf (name, sizeof name, "Channel-%s-Codec-Name", side);
  esl_event_add (esl, name, "L16");
  g_snprintf (name, sizeof name, "Channel-%s-Codec-Rate", side);
  esl_event_add (esl, name, "8000");
  g_snprintf (name, sizeof name, "Channel-%s-Codec-Bit-Rate", side);
  esl_event_add (esl, name, "128000");
}

static void
describe_state (SimChannel *channel, EslEvent *esl)
{
  char number[16];
  const char *direction = channel->inbound ? "inbound" : "outbound";
  const char *call_uuid = sim_vars_get (channel->vars, "call_uuid");
  const char *presence = sim_vars_get (channel->vars, "presence_id");

  g_snprintf (number, sizeof number, "%d", channel->state);
  esl_event_add (esl, "Channel-State", sim_state_name (channel->running));
  esl_event_add (esl, "Channel-Call-State", sim_callstate_name (channel->callstate));
  esl_event_add (esl, "Channel-State-Number", number);
  esl_event_add (esl, "Channel-Name", channel->name);
  esl_event_add (esl, "Unique-ID", channel->uuid);
  esl_event_add (esl, "Call-Direction", direction);
  esl_event_add (esl, "Presence-Call-Direction", direction);
  esl_event_add (esl, "Channel-HIT-Dialplan", channel->hit_dialplan ? "true" : "false");
  if (presence != NULL)
    esl_event_add (esl, "Channel-Presence-ID", presence);
  esl_event_add (esl, "Channel-Call-UUID", call_uuid != NULL ? call_uuid : channel->uuid);
  esl_event_add (esl, "Answer-State", sim_answer_state_name (channel));
  if (channel->cause != NULL)
    esl_event_add (esl, "Hangup-Cause", channel->cause);
}

void
sim_channel_describe (SimChannel *channel, EslEvent *esl, gboolean with_variables)
{
  describe_state (channel, esl);
  if (channel->codec_read)
    describe_codec (esl, "Read");
  if (channel->codec_write)
    describe_codec (esl, "Write");
  if (channel->state != SIM_CS_NEW)
    describe_profile (channel->profile, "Caller-", esl);
  if (channel->other != NULL)
    {
      gboolean originator = channel->other_type == SIM_OTHER_ORIGINATOR;

      esl_event_add (esl, "Other-Type", originator ? "originator" : "originatee");
      describe_profile (channel->other, "Other-Leg-", esl);
    }
  if (with_variables)
    sim_vars_describe (channel->vars, esl, "variable_");
}

void
sim_channel_describe_profile (SimChannel *channel, const char *prefix, EslEvent *esl)
{
  describe_profile (channel->profile, prefix, esl);
}
