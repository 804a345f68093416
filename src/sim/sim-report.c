/* SPDX-License-Identifier: MIT */
/* sim-report.c - see the header. The variables of HANGUP_COMPLETE are set in the switch's order. */
#include "sim-report.h"

#include "esl-cause.h"
#include "sim-app.h"
#include "sim-bridge.h"
#include "sim-life.h"

typedef struct
{
  const char *name;
  SimTime time;
} ReportTime;

/* A stamp is left out for what never happened; epochs are 0. */
static const ReportTime stamps[] = {
  { "start", SIM_TIME_CREATED },     { "profile_start", SIM_TIME_PROFILE_CREATED },
  { "answer", SIM_TIME_ANSWERED },   { "bridge", SIM_TIME_BRIDGED },
  { "progress", SIM_TIME_PROGRESS }, { "progress_media", SIM_TIME_PROGRESS_MEDIA },
  { "end", SIM_TIME_HANGUP },
};

static const ReportTime epochs[] = {
  { "start", SIM_TIME_CREATED },       { "profile_start", SIM_TIME_PROFILE_CREATED },
  { "answer", SIM_TIME_ANSWERED },     { "bridge", SIM_TIME_BRIDGED },
  { "last_hold", SIM_TIME_LAST_HOLD },
};

static const ReportTime late_epochs[] = {
  { "resurrect", SIM_TIME_RESURRECT },
  { "progress", SIM_TIME_PROGRESS },
  { "progress_media", SIM_TIME_PROGRESS_MEDIA },
  { "end", SIM_TIME_HANGUP },
};

static void
report_stamps (SimChannel *channel)
{
  for (guint i = 0; i < G_N_ELEMENTS (stamps); i++)
    {
      gint64 time = channel->profile->times[stamps[i].time];
      char stamp[32], name[32];

      if (time == 0)
        continue;
      sim_stamp_local (time, stamp, sizeof stamp);
      g_snprintf (name, sizeof name, "%s_stamp", stamps[i].name);
      sim_channel_set (channel, name, stamp);
    }
}

static void
report_epochs (SimChannel *channel, const ReportTime *table, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      gint64 time = channel->profile->times[table[i].time];
      char name[32];

      g_snprintf (name, sizeof name, "%s_epoch", table[i].name);
      sim_vars_setf (channel->vars, name, "%" G_GINT64_FORMAT, time / G_USEC_PER_SEC);
      g_snprintf (name, sizeof name, "%s_uepoch", table[i].name);
      sim_vars_setf (channel->vars, name, "%" G_GINT64_FORMAT, time);
    }
}

static void
report_hold (SimChannel *channel)
{
  gint64 held = channel->profile->times[SIM_TIME_HOLD_ACCUM];

  sim_vars_setf (channel->vars, "hold_accum_seconds", "%" G_GINT64_FORMAT, held / G_USEC_PER_SEC);
  sim_vars_setf (channel->vars, "hold_accum_usec", "%" G_GINT64_FORMAT, held);
  sim_vars_setf (channel->vars, "hold_accum_ms", "%" G_GINT64_FORMAT, held / 1000);
}

/* The time between two points in a unit; 0 when either never came. */
static void
report_span (SimChannel *channel, const char *name, const char *unit, gint64 divisor, SimTime from,
             SimTime to)
{
  const gint64 *times = channel->profile->times;
  char full[48];
  gint64 span =
      times[from] == 0 || times[to] == 0 ? 0 : times[to] / divisor - times[from] / divisor;

  g_snprintf (full, sizeof full, "%s%s", name, unit);
  sim_vars_setf (channel->vars, full, "%" G_GINT64_FORMAT, MAX (span, 0));
}

static void
report_spans (SimChannel *channel)
{
  static const struct
  {
    const char *duration; /* "duration", "mduration", "uduration" */
    const char *unit;     /* billsec, billmsec, billusec */
    gint64 divisor;
  } units[] = {
    { "duration", "sec", G_USEC_PER_SEC },
    { "mduration", "msec", 1000 },
    { "uduration", "usec", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      const char *unit = units[i].unit;
      gint64 divisor = units[i].divisor;

      report_span (channel, units[i].duration, "", divisor, SIM_TIME_CREATED, SIM_TIME_HANGUP);
      report_span (channel, "bill", unit, divisor, SIM_TIME_ANSWERED, SIM_TIME_HANGUP);
      report_span (channel, "progress", unit, divisor, SIM_TIME_CREATED, SIM_TIME_PROGRESS);
      report_span (channel, "answer", unit, divisor, SIM_TIME_CREATED, SIM_TIME_ANSWERED);
      report_span (channel, "wait", unit, divisor, SIM_TIME_CREATED, SIM_TIME_BRIDGED);
      report_span (channel, "progress_media", unit, divisor, SIM_TIME_CREATED,
                   SIM_TIME_PROGRESS_MEDIA);
      report_span (channel, "flow_bill", unit, divisor, SIM_TIME_ANSWERED, SIM_TIME_HANGUP);
    }
}

static void
report_vars (SimChannel *channel)
{
  const SimProfile *profile = channel->profile;

  sim_channel_set (channel, "hangup_cause", channel->cause);
  sim_vars_setf (channel->vars, "hangup_cause_q850", "%u", esl_cause_q850 (channel->cause));
  sim_channel_set (channel, "digits_dialed", channel->dialed->len ? channel->dialed->str : "none");
  report_stamps (channel);
  report_epochs (channel, epochs, G_N_ELEMENTS (epochs));
  report_hold (channel);
  report_epochs (channel, late_epochs, G_N_ELEMENTS (late_epochs));
  if (channel->last_app != NULL)
    sim_channel_set (channel, "last_app", channel->last_app);
  if (channel->last_arg != NULL)
    sim_channel_set (channel, "last_arg", channel->last_arg);
  if (profile->cid_name != NULL)
    sim_vars_setf (channel->vars, "caller_id", "\"%s\" <%s>", profile->cid_name,
                   profile->cid_num != NULL ? profile->cid_num : "");
  else
    sim_channel_set (channel, "caller_id", profile->cid_num);
  report_spans (channel);
  if (channel->twin != NULL || sim_vars_get (channel->vars, "loopback_leg") != NULL)
    sim_channel_set (channel, "is_loopback", "1");
}

/* Whoever waits for an answer learns that none will come; a loopback's other end goes too. */
static void
report_tell (SimChannel *channel)
{
  SimChannelFunc changed = channel->changed;

  channel->changed = NULL;
  if (channel->twin != NULL)
    sim_life_hangup_self (channel->twin, channel->cause);
  if (changed != NULL)
    changed (channel, channel->changed_data);
}

void
sim_report_end (SimChannel *channel)
{
  if (channel->running == SIM_CS_HANGUP)
    return;
  if (channel->keeper != NULL)
    {
      sim_app_unwind_messages (channel);
      return;
    }
  sim_app_unwind (channel);
  sim_bridge_leave (channel);
  sim_channel_run_state (channel, SIM_CS_HANGUP);
  sim_channel_mark (channel, SIM_TIME_HANGUP);
  sim_channel_set_callstate (channel, SIM_CCS_HANGUP);
  report_tell (channel);
  channel->state = SIM_CS_REPORTING;
  sim_channel_run_state (channel, SIM_CS_REPORTING);
  report_vars (channel);
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_HANGUP_COMPLETE);
  channel->reported = TRUE;
  if (channel->locks == 0)
    sim_life_destroy (channel);
}
