/* SPDX-License-Identifier: MIT */
/* sim-outbound.c - see the header.
 *
 * The frame of the application owns an Outbound. It may end while the dialling is
 * still under way (the caller hangs up): then the Outbound is left to the dialling's
 * end, with its frame taken away.
 */
#include "sim-outbound.h"

#include <stdlib.h>
#include <string.h>

#include "sim-log.h"
#include "sim-report.h"

#define DEFAULT_PORT 8084

typedef struct
{
  SimChannel *channel;   /* held */
  SimFrame *frame;       /* NULL: ended */
  SimListener *listener; /* held; NULL: not connected */
  GCancellable *cancellable;
  gboolean dialling;
  gboolean async;
  gboolean full;
  gboolean parked;
} Outbound;

static void
outbound_free (Outbound *outbound)
{
  sim_channel_unref (outbound->channel);
  g_object_unref (outbound->cancellable);
  if (outbound->listener != NULL)
    sim_listener_unref (outbound->listener);
  g_free (outbound);
}

/* The frame goes. */
static void
outbound_release (gpointer data)
{
  Outbound *outbound = data;

  outbound->frame = NULL;
  g_cancellable_cancel (outbound->cancellable);
  if (!outbound->dialling)
    outbound_free (outbound);
}

static void
outbound_failed (Outbound *outbound, const GError *error)
{
  SimChannel *channel = outbound->channel;

  sim_log (channel->sim, SIM_LOG_ERROR, channel->uuid, "mod_event_socket.c", "socket_function", 500,
           "Socket Error: %s", error->message);
  sim_app_done (outbound->frame, NULL);
}

static void
outbound_dialled (GObject *source, GAsyncResult *result, gpointer data)
{
  Outbound *outbound = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) stream =
      g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);
  SimChannel *channel;
  SimListener *listener;

  outbound->dialling = FALSE;
  if (outbound->frame == NULL)
    {
      outbound_free (outbound);
      return;
    }
  if (stream == NULL)
    {
      outbound_failed (outbound, error);
      return;
    }
  channel = outbound->channel;
  listener =
      sim_listener_new_outbound (channel->sim, stream, channel, outbound->async, outbound->full);
  outbound->listener = sim_listener_ref (listener);
  outbound->frame->deaf = !outbound->async;
  if (!outbound->async)
    channel->keeper = listener;
}

void
sim_outbound_start (SimChannel *channel, SimFrame *frame)
{
  g_auto (GStrv) words = sim_words_split (frame->data, 8);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  Outbound *outbound = g_new0 (Outbound, 1);
  g_autofree char *host = NULL;

  outbound->channel = sim_channel_ref (channel);
  outbound->frame = frame;
  outbound->cancellable = g_cancellable_new ();
  outbound->dialling = TRUE;
  for (guint i = 1; words[0][0] && words[i] != NULL; i++)
    {
      outbound->async |= g_ascii_strcasecmp (words[i], "async") == 0;
      outbound->full |= g_ascii_strcasecmp (words[i], "full") == 0;
    }
  frame->state = outbound;
  frame->state_free = outbound_release;
  host = g_strndup (words[0], strcspn (words[0], ":"));
  sim_channel_set (channel, "socket_host", host);
  g_socket_client_connect_to_host_async (client, words[0], DEFAULT_PORT, outbound->cancellable,
                                         outbound_dialled, outbound);
}

void
sim_outbound_stop (SimChannel *channel, SimFrame *frame)
{
  const Outbound *outbound = frame->state;

  if (outbound->parked)
    sim_channel_fire (channel, ESL_EVENT_CHANNEL_UNPARK);
}

static SimFrame *
outbound_frame (const SimListener *listener)
{
  GPtrArray *frames = listener->session->frames;

  for (guint i = 0; i < frames->len; i++)
    {
      SimFrame *frame = g_ptr_array_index (frames, i);
      const Outbound *outbound = frame->state;

      if (frame->state_free == outbound_release && outbound->listener == listener)
        return frame;
    }
  return NULL;
}

void
sim_outbound_connect (SimListener *listener)
{
  SimChannel *channel = listener->session;
  g_autoptr (EslEvent) esl = esl_event_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  SimFrame *frame;

  sim_event_stamp (channel->sim, esl, ESL_EVENT_CHANNEL_DATA,
                   &(SimOrigin){ "mod_event_socket.c", "parse_command", 2021 });
  sim_channel_describe_profile (channel, "Channel-", esl);
  sim_channel_describe (channel, esl, TRUE);
  esl_event_add (esl, "Content-Type", "command/reply");
  esl_event_add (esl, "Reply-Text", "+OK\n");
  esl_event_add (esl, "Socket-Mode", listener->async ? "async" : "static");
  esl_event_add (esl, "Control", listener->full ? "full" : "single-channel");
  esl_event_append (esl, ESL_FORMAT_PLAIN, ESL_AS_SWITCH, text);
  sim_listener_write (listener, text->str, text->len);
  frame = listener->outbound && !listener->connected ? outbound_frame (listener) : NULL;
  listener->connected = TRUE;
  if (frame == NULL || !listener->async)
    return;
  ((Outbound *)frame->state)->parked = TRUE;
  sim_channel_fire (channel, ESL_EVENT_CHANNEL_PARK);
}

static gboolean
outbound_resumes (const SimListener *listener)
{
  return listener->resume
         || sim_word_is_true (sim_vars_get (listener->session->vars, "socket_resume"));
}

/* async: the channel stays parked, unless `resume` was said. sync: the plan goes on; with `resume`,
 * of all things, the channel is left in CS_RESET and does nothing any more. All as measured. */
static void
outbound_go_on (SimChannel *channel, SimFrame *frame, gboolean resumes)
{
  Outbound *outbound = frame->state;
  gboolean async = outbound->async;

  if (async && !resumes)
    return;
  /* What a message had it play ends first: measured for `resume`, then `exit`. */
  if (sim_app_innermost (channel) != frame)
    sim_app_break (channel, FALSE);
  sim_outbound_stop (channel, frame);
  outbound->parked = FALSE;
  sim_app_done (frame, NULL);
  if (async || !resumes)
    return;
  channel->transferring = TRUE;
  sim_channel_enter (channel, SIM_CS_RESET);
}

void
sim_outbound_ended (SimListener *listener)
{
  SimChannel *channel = listener->session;
  SimFrame *frame;

  if (channel == NULL || !listener->outbound)
    return;
  frame = outbound_frame (listener);
  if (channel->keeper == listener)
    channel->keeper = NULL;
  if (channel->cause != NULL)
    sim_channel_later (channel, sim_report_end);
  else if (frame != NULL)
    outbound_go_on (channel, frame, outbound_resumes (listener));
}
