/* SPDX-License-Identifier: MIT */
/* sim-event.c - see the header.
 *
 * Building an event is skipped when nobody listens to its type: thousands of
 * channels can come and go on a switch without clients at next to no cost.
 */
#include "sim-event.h"

#include <string.h>
#include <time.h>

/* Documentation addresses: the simulated switch has no network of its own. */
#define SIM_IPV4 "192.0.2.1"
#define SIM_IPV6 "2001:db8::1"

static const SimOrigin no_origin = { "switch_event.c", "switch_event_fire", 1 };
static const SimOrigin origins[ESL_EVENT_LAST] = {
  [ESL_EVENT_API] = { "switch_loadable_module.c", "switch_api_execute", 2954 },
  [ESL_EVENT_BACKGROUND_JOB] = { "mod_event_socket.c", "api_exec", 1572 },
  [ESL_EVENT_CALL_UPDATE] = { "switch_channel.c", "switch_channel_flip_cid", 3277 },
  [ESL_EVENT_CHANNEL_ANSWER] = { "switch_channel.c", "switch_channel_perform_mark_answered", 3846 },
  [ESL_EVENT_CHANNEL_BRIDGE] = { "switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", 1689 },
  [ESL_EVENT_CHANNEL_CALLSTATE] = { "switch_channel.c", "switch_channel_perform_set_callstate",
                                    301 },
  [ESL_EVENT_CHANNEL_CREATE] = { "switch_core_state_machine.c", "switch_core_session_run", 626 },
  [ESL_EVENT_CHANNEL_DATA] = { "mod_commands.c", "uuid_dump_function", 6468 },
  [ESL_EVENT_CHANNEL_DESTROY] = { "switch_core_session.c", "switch_core_session_perform_destroy",
                                  1584 },
  [ESL_EVENT_CHANNEL_EXECUTE] = { "switch_core_session.c", "switch_core_session_exec", 2944 },
  [ESL_EVENT_CHANNEL_EXECUTE_COMPLETE] = { "switch_core_session.c", "switch_core_session_exec",
                                           2967 },
  [ESL_EVENT_CHANNEL_HANGUP] = { "switch_channel.c", "switch_channel_perform_hangup", 3445 },
  [ESL_EVENT_CHANNEL_HANGUP_COMPLETE] = { "switch_core_state_machine.c",
                                          "switch_core_session_reporting_state", 943 },
  [ESL_EVENT_CHANNEL_HOLD] = { "switch_ivr.c", "switch_ivr_hold", 1558 },
  [ESL_EVENT_CHANNEL_UNHOLD] = { "switch_ivr.c", "switch_ivr_unhold", 1596 },
  [ESL_EVENT_CHANNEL_ORIGINATE] = { "switch_core_state_machine.c", "switch_core_session_run", 632 },
  [ESL_EVENT_CHANNEL_OUTGOING] = { "switch_core_session.c", "switch_core_session_outgoing_channel",
                                   768 },
  [ESL_EVENT_CHANNEL_PARK] = { "switch_ivr.c", "switch_ivr_park", 1002 },
  [ESL_EVENT_CHANNEL_STATE] = { "switch_channel.c", "switch_channel_perform_set_running_state",
                                2408 },
  [ESL_EVENT_CHANNEL_UNBRIDGE] = { "switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge",
                                   1879 },
  [ESL_EVENT_CHANNEL_UNPARK] = { "switch_ivr.c", "switch_ivr_park", 1213 },
  [ESL_EVENT_CHANNEL_UUID] = { "switch_core_session.c", "switch_core_session_set_uuid", 2051 },
  [ESL_EVENT_CHANNEL_PROGRESS] = { "switch_channel.c",
                                   "switch_channel_perform_mark_ring_ready_value", 3525 },
  [ESL_EVENT_CODEC] = { "switch_core_codec.c", "switch_core_session_set_read_codec", 279 },
  [ESL_EVENT_CUSTOM] = { "mod_event_socket.c", "parse_command", 2275 },
  [ESL_EVENT_DTMF] = { "switch_channel.c", "switch_channel_dequeue_dtmf", 677 },
  [ESL_EVENT_HEARTBEAT] = { "switch_core.c", "send_heartbeat", 95 },
  [ESL_EVENT_PLAYBACK_START] = { "switch_ivr_play_say.c", "switch_ivr_play_file", 1646 },
  [ESL_EVENT_PLAYBACK_STOP] = { "switch_ivr_play_say.c", "switch_ivr_play_file", 2020 },
  [ESL_EVENT_PRIVATE_COMMAND] = { "switch_ivr.c", "switch_ivr_parse_next_event", 804 },
  [ESL_EVENT_RE_SCHEDULE] = { "switch_scheduler.c", "switch_scheduler_execute", 73 },
};

static const char *const format_names[] = { "plain", "json", "xml" };

void
sim_stamp_local (gint64 usec, char *out, gsize size)
{
  time_t seconds = (time_t)(usec / G_USEC_PER_SEC);
  struct tm tm;

  localtime_r (&seconds, &tm);
  strftime (out, size, "%Y-%m-%d %H:%M:%S", &tm);
}

static void
switch_stamp (SimSwitch *sim, gint64 now)
{
  time_t seconds = (time_t)(now / G_USEC_PER_SEC);
  struct tm tm;

  if (sim->stamp_second == seconds)
    return;
  gmtime_r (&seconds, &tm);
  strftime (sim->stamp_gmt, sizeof sim->stamp_gmt, "%a, %d %b %Y %H:%M:%S GMT", &tm);
  sim_stamp_local (now, sim->stamp_local, sizeof sim->stamp_local);
  sim->stamp_second = seconds;
}

static void
event_add_number (EslEvent *esl, const char *name, guint64 number)
{
  char text[24];
  int len = g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, number);

  esl_event_add_len (esl, name, -1, text, len);
}

void
sim_event_stamp (SimSwitch *sim, EslEvent *esl, EslEventType type, const SimOrigin *origin)
{
  gint64 now = g_get_real_time ();

  if (origin == NULL)
    origin = origins[type].file != NULL ? &origins[type] : &no_origin;
  switch_stamp (sim, now);
  esl_event_add (esl, "Event-Name", esl_event_type_name (type));
  esl_event_add (esl, "Core-UUID", sim->core_uuid);
  esl_event_add (esl, "FreeSWITCH-Hostname", sim->hostname);
  esl_event_add (esl, "FreeSWITCH-Switchname", sim->hostname);
  esl_event_add (esl, "FreeSWITCH-IPv4", SIM_IPV4);
  esl_event_add (esl, "FreeSWITCH-IPv6", SIM_IPV6);
  esl_event_add (esl, "Event-Date-Local", sim->stamp_local);
  esl_event_add (esl, "Event-Date-GMT", sim->stamp_gmt);
  event_add_number (esl, "Event-Date-Timestamp", (guint64)now);
  esl_event_add (esl, "Event-Calling-File", origin->file);
  esl_event_add (esl, "Event-Calling-Function", origin->function);
  event_add_number (esl, "Event-Calling-Line-Number", origin->line);
  event_add_number (esl, "Event-Sequence", ++sim->sequence);
}

SimEvent *
sim_event_bare (EslEventType type, EslEvent *message)
{
  SimEvent *event = g_new0 (SimEvent, 1);

  g_ref_count_init (&event->refs);
  event->type = type;
  event->esl = message;
  return event;
}

SimEvent *
sim_event_wrap (SimSwitch *sim, EslEventType type, const SimOrigin *origin, EslEvent *message)
{
  sim_event_stamp (sim, message, type, origin);
  return sim_event_bare (type, message);
}

SimEvent *
sim_event_begin (SimSwitch *sim, EslEventType type, const SimOrigin *origin)
{
  if (sim->wanted[type] == 0)
    {
      sim->sequence++;
      return NULL;
    }
  return sim_event_wrap (sim, type, origin, esl_event_new ());
}

void
sim_event_fire (SimSwitch *sim, SimEvent *event)
{
  if (event == NULL)
    return;
  g_queue_push_tail (&sim->dispatch, event);
  sim_switch_wake (sim);
}

SimEvent *
sim_event_ref (SimEvent *event)
{
  g_ref_count_inc (&event->refs);
  return event;
}

void
sim_event_unref (SimEvent *event)
{
  if (!g_ref_count_dec (&event->refs))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (event->frames); i++)
    g_clear_pointer (&event->frames[i], g_bytes_unref);
  esl_event_free (event->esl);
  g_free (event);
}

/* The length stands before the text but is known after it. */
static GBytes *
event_render (const EslEvent *esl, EslFormat format)
{
  g_autoptr (GString) text = g_string_sized_new (4096);
  char head[96];
  int len;

  esl_event_append (esl, format, ESL_AS_SWITCH, text);
  len = g_snprintf (head, sizeof head,
                    "Content-Length: %" G_GSIZE_FORMAT "\nContent-Type: text/event-%s\n\n",
                    text->len, format_names[format]);
  g_string_insert_len (text, 0, head, len);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

GBytes *
sim_event_frame (SimEvent *event, EslFormat format)
{
  if (event->frames[format] == NULL)
    event->frames[format] = event_render (event->esl, format);
  return event->frames[format];
}
