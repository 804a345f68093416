/* SPDX-License-Identifier: MIT */
/* sim-subscribe.c - event, nixevent, noevents, myevents.
 *
 * Subscriptions add up. Every word behind CUSTOM is a subclass. A list with one
 * denied name fails as a whole, but the names before it, and the format, stay in
 * force (protocol: auth, commands and replies).
 */
#include <string.h>

#include "sim-channel.h"
#include "sim-command.h"
#include "sim-session.h"

/* Bound on the subclasses that a client can pile up. */
#define SUBCLASSES_MAX 10000u

static const char *const format_words[] = { "plain", "json", "xml" };

static gboolean
subscribe_format (SimListener *listener, const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (format_words); i++)
    if (g_ascii_strcasecmp (word, format_words[i]) == 0)
      {
        listener->format = (EslFormat)i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
subscribe_subclass (SimListener *listener, const char *name)
{
  if (listener->may_subclasses != NULL && !g_hash_table_contains (listener->may_subclasses, name))
    return FALSE;
  if (g_hash_table_size (listener->subclasses) < SUBCLASSES_MAX)
    g_hash_table_add (listener->subclasses, g_strdup (name));
  return TRUE;
}

static void
subscribe_type (SimListener *listener, EslEventType type)
{
  for (guint i = 0; type == ESL_EVENT_ALL && i < ESL_EVENT_LAST; i++)
    listener->listens[i] = TRUE;
  listener->listens[type] = TRUE;
  if (type == ESL_EVENT_ALL)
    listener->all_subclasses = TRUE;
}

/* One word of the list. FALSE: permission denied. */
static gboolean
subscribe_word (SimListener *listener, const char *word, gboolean *custom, guint *n)
{
  EslEventType type;

  if (*custom)
    return subscribe_subclass (listener, word);
  type = esl_event_type_parse (word, -1);
  if (type == ESL_EVENT_LAST)
    return TRUE;
  if (listener->may_listen != NULL && !listener->may_listen[type])
    return FALSE;
  (*n)++;
  subscribe_type (listener, type);
  *custom = type == ESL_EVENT_CUSTOM;
  return TRUE;
}

void
sim_subscribe_event (SimListener *listener, const char *args, GString *reply)
{
  const char *list = strchr (args, ' ');
  g_auto (GStrv) words = g_strsplit (list != NULL ? list + 1 : "", " ", -1);
  gboolean custom = FALSE;
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (i == 0 && subscribe_format (listener, words[0]))
        continue;
      if (!subscribe_word (listener, words[i], &custom, &n))
        {
          g_string_append (reply, "-ERR permission denied");
          return;
        }
    }
  if (n == 0)
    {
      g_string_append (reply, "-ERR no keywords supplied");
      return;
    }
  listener->events_on = TRUE;
  g_string_append_printf (reply, "+OK event listener enabled %s", format_words[listener->format]);
}

static void
nix_type (SimListener *listener, EslEventType type)
{
  /* `all` had brought the subclasses that modules have registered, of which there are none here. */
  if (listener->listens[ESL_EVENT_ALL])
    listener->all_subclasses = FALSE;
  if (type == ESL_EVENT_ALL)
    memset (listener->listens, 0, sizeof listener->listens);
  listener->listens[ESL_EVENT_ALL] = FALSE;
  listener->listens[type] = FALSE;
}

void
sim_subscribe_nixevent (SimListener *listener, const char *args, GString *reply)
{
  const char *list = strchr (args, ' ');
  g_auto (GStrv) words = g_strsplit (list != NULL ? list + 1 : "", " ", -1);
  gboolean custom = FALSE;
  guint n = 0;

  for (char **word = words; *word != NULL; word++)
    {
      EslEventType type = esl_event_type_parse (*word, -1);

      if (custom)
        g_hash_table_remove (listener->subclasses, *word);
      if (custom || type == ESL_EVENT_LAST)
        continue;
      n++;
      custom = type == ESL_EVENT_CUSTOM;
      if (!custom)
        nix_type (listener, type);
    }
  if (n == 0)
    {
      g_string_append (reply, "-ERR no keywords supplied");
      return;
    }
  listener->events_on = TRUE;
  g_string_append (reply, "+OK events nixed");
}

void
sim_subscribe_noevents (SimListener *listener, GString *reply)
{
  g_queue_clear_full (&listener->events, (GDestroyNotify)sim_event_unref);
  memset (listener->listens, 0, sizeof listener->listens);
  g_hash_table_remove_all (listener->subclasses);
  listener->all_subclasses = FALSE;
  g_string_append (reply, listener->events_on ? "+OK no longer listening for events"
                                              : "-ERR not listening for events");
  listener->events_on = FALSE;
}

static const EslEventType own_events[] = {
  ESL_EVENT_CHANNEL_ANSWER,
  ESL_EVENT_CHANNEL_APPLICATION,
  ESL_EVENT_CHANNEL_BRIDGE,
  ESL_EVENT_CHANNEL_CREATE,
  ESL_EVENT_CHANNEL_DATA,
  ESL_EVENT_CHANNEL_DESTROY,
  ESL_EVENT_CHANNEL_EXECUTE,
  ESL_EVENT_CHANNEL_EXECUTE_COMPLETE,
  ESL_EVENT_CHANNEL_HANGUP,
  ESL_EVENT_CHANNEL_HANGUP_COMPLETE,
  ESL_EVENT_CHANNEL_ORIGINATE,
  ESL_EVENT_CHANNEL_UUID,
  ESL_EVENT_CHANNEL_OUTGOING,
  ESL_EVENT_CHANNEL_PARK,
  ESL_EVENT_CHANNEL_PROGRESS,
  ESL_EVENT_CHANNEL_PROGRESS_MEDIA,
  ESL_EVENT_CHANNEL_STATE,
  ESL_EVENT_CHANNEL_UNBRIDGE,
  ESL_EVENT_CHANNEL_UNPARK,
  ESL_EVENT_DETECTED_SPEECH,
  ESL_EVENT_DTMF,
  ESL_EVENT_NOTALK,
  ESL_EVENT_TALK,
};

/* An inbound connection names the channel. Without a format word behind it, an unknown uuid isn't
 * noticed, and the events of every channel come. */
static gboolean
myevents_bind (SimListener *listener, const char *args, GString *reply)
{
  g_auto (GStrv) words = g_strsplit (args, " ", 2);
  SimChannel *channel = words[0] != NULL ? sim_channel_find (listener->sim, words[0]) : NULL;

  if (channel == NULL && words[0] != NULL && words[1] != NULL)
    {
      g_string_append (reply, "-ERR invalid uuid");
      return FALSE;
    }
  if (channel != NULL)
    sim_session_bind (listener, channel);
  listener->async = TRUE;
  return TRUE;
}

/* The first word of an inbound connection's arguments is cut off before the format is looked for,
 * so that there it never counts. */
static void
myevents_format (SimListener *listener, const char *args)
{
  if (strstr (args, "xml") != NULL || strstr (args, "XML") != NULL)
    listener->format = ESL_FORMAT_XML;
  if (strstr (args, "json") != NULL || strstr (args, "JSON") != NULL)
    listener->format = ESL_FORMAT_JSON;
}

void
sim_subscribe_myevents (SimListener *listener, const char *args, GString *reply)
{
  if (listener->myevents)
    {
      g_string_append (reply, "-ERR aready enabled.");
      return;
    }
  if (listener->session == NULL && !myevents_bind (listener, args, reply))
    return;
  if (listener->outbound)
    myevents_format (listener, args);
  for (guint i = 0; i < G_N_ELEMENTS (own_events); i++)
    listener->listens[own_events[i]] = TRUE;
  listener->myevents = listener->events_on = TRUE;
  g_string_append (reply, "+OK Events Enabled");
}
