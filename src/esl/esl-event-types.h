/* SPDX-License-Identifier: MIT */
/* esl-event-types.h - the names of FreeSWITCH's events, in its own order. ALL is a subscription,
 * never an event.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One name after the other, as many as fit in a line. */
/* clang-format off */
#define ESL_EVENT_TYPES(X)                                                                         \
  X (CUSTOM) X (CLONE) X (CHANNEL_CREATE) X (CHANNEL_DESTROY) X (CHANNEL_STATE)                    \
  X (CHANNEL_CALLSTATE) X (CHANNEL_ANSWER) X (CHANNEL_HANGUP) X (CHANNEL_HANGUP_COMPLETE)          \
  X (CHANNEL_EXECUTE) X (CHANNEL_EXECUTE_COMPLETE) X (CHANNEL_HOLD) X (CHANNEL_UNHOLD)             \
  X (CHANNEL_BRIDGE) X (CHANNEL_UNBRIDGE) X (CHANNEL_PROGRESS) X (CHANNEL_PROGRESS_MEDIA)          \
  X (CHANNEL_OUTGOING) X (CHANNEL_PARK) X (CHANNEL_UNPARK) X (CHANNEL_APPLICATION)                 \
  X (CHANNEL_ORIGINATE) X (CHANNEL_UUID) X (API) X (LOG) X (INBOUND_CHAN) X (OUTBOUND_CHAN)        \
  X (STARTUP) X (SHUTDOWN) X (PUBLISH) X (UNPUBLISH) X (TALK) X (NOTALK) X (SESSION_CRASH)         \
  X (MODULE_LOAD) X (MODULE_UNLOAD) X (DTMF) X (MESSAGE) X (PRESENCE_IN) X (NOTIFY_IN)             \
  X (PRESENCE_OUT) X (PRESENCE_PROBE) X (MESSAGE_WAITING) X (MESSAGE_QUERY) X (ROSTER) X (CODEC)   \
  X (BACKGROUND_JOB) X (DETECTED_SPEECH) X (DETECTED_TONE) X (PRIVATE_COMMAND) X (HEARTBEAT)       \
  X (TRAP) X (ADD_SCHEDULE) X (DEL_SCHEDULE) X (EXE_SCHEDULE) X (RE_SCHEDULE) X (RELOADXML)        \
  X (NOTIFY) X (PHONE_FEATURE) X (PHONE_FEATURE_SUBSCRIBE) X (SEND_MESSAGE) X (RECV_MESSAGE)       \
  X (REQUEST_PARAMS) X (CHANNEL_DATA) X (GENERAL) X (COMMAND) X (SESSION_HEARTBEAT)                \
  X (CLIENT_DISCONNECTED) X (SERVER_DISCONNECTED) X (SEND_INFO) X (RECV_INFO) X (RECV_RTCP_MESSAGE)\
  X (SEND_RTCP_MESSAGE) X (CALL_SECURE) X (NAT) X (RECORD_START) X (RECORD_STOP) X (PLAYBACK_START)\
  X (PLAYBACK_STOP) X (CALL_UPDATE) X (FAILURE) X (SOCKET_DATA) X (MEDIA_BUG_START)                \
  X (MEDIA_BUG_STOP) X (CONFERENCE_DATA_QUERY) X (CONFERENCE_DATA) X (CALL_SETUP_REQ)              \
  X (CALL_SETUP_RESULT) X (CALL_DETAIL) X (DEVICE_STATE) X (TEXT) X (SHUTDOWN_REQUESTED) X (ALL)
/* clang-format on */

typedef enum
{
#define ESL_EVENT_ENUM(name) ESL_EVENT_##name,
  ESL_EVENT_TYPES (ESL_EVENT_ENUM)
#undef ESL_EVENT_ENUM
      ESL_EVENT_LAST,
} EslEventType;

/* "CHANNEL_CREATE" for ESL_EVENT_CHANNEL_CREATE. */
const char *esl_event_type_name (EslEventType type);
/* The type of that name, whatever its case (len -1: up to the NUL); ESL_EVENT_LAST when there is
 * none. */
EslEventType esl_event_type_parse (const char *name, gssize len);

G_END_DECLS
