/* SPDX-License-Identifier: MIT */
/* sim-session.c - see the header. */
#include "sim-session.h"

#include "sim-channel.h"

void
sim_session_bind (SimListener *listener, SimChannel *channel)
{
  listener->session = sim_channel_ref (channel);
  sim_channel_lock (channel);
}

void
sim_session_unbind (SimListener *listener)
{
  SimChannel *channel = g_steal_pointer (&listener->session);

  if (channel == NULL)
    return;
  if (channel->diverts == listener)
    channel->diverts = NULL;
  sim_channel_unlock (channel);
  sim_channel_unref (channel);
}

static void
session_say_linger (SimListener *listener)
{
  listener->lingering = TRUE;
  sim_listener_printf (listener,
                       "Content-Type: text/disconnect-notice\n"
                       "Controlled-Session-UUID: %s\n"
                       "Content-Disposition: linger\n"
                       "Channel-Name: %s\n"
                       "Linger-Time: %d\n"
                       "Content-Length: 0\n\n",
                       listener->session->uuid, listener->session->name, listener->linger_seconds);
  if (listener->linger_seconds >= 0)
    listener->linger_until =
        g_get_monotonic_time () + (gint64)listener->linger_seconds * G_USEC_PER_SEC;
}

void
sim_session_check (SimListener *listener)
{
  if (listener->closing || listener->session == NULL)
    return;
  if (listener->lingering)
    {
      if (listener->linger_until > 0 && g_get_monotonic_time () > listener->linger_until)
        sim_listener_finish (listener, SIM_GOODBYE);
      return;
    }
  if (!sim_channel_is_down (listener->session))
    return;
  if (listener->linger)
    session_say_linger (listener);
  else
    sim_listener_finish (listener, SIM_GOODBYE);
}
