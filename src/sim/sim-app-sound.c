/* SPDX-License-Identifier: MIT */
/* sim-app-sound.c - applications that play something.
 *
 * tone_stream and silence_stream take the time that they name; a relative
 * path with an extension stands for the sounds that come with FreeSWITCH and takes three
 * seconds; an absolute path must exist.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim-app-parts.h"

#define SOUND_MSEC 3000
#define SAMPLES_PER_MSEC 8
#define FOREVER G_MAXUINT

/* "%(on,off,hz)" with everything that may stand around it: the sum of on and off. */
static guint
tone_msec (const char *spec)
{
  guint total = 0;
  const char *loops;
  int n;

  for (const char *at = strstr (spec, "%("); at != NULL; at = strstr (at + 2, "%("))
    {
      guint on = 0, off = 0;

      if (sscanf (at, "%%(%u,%u", &on, &off) >= 1)
        total += on + off;
    }
  loops = strstr (spec, "loops=");
  n = loops != NULL ? atoi (loops + strlen ("loops=")) : 1;
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

/* FALSE when there is no such sound. `ret_type` gets the type that events name, or
 * NULL. */
static gboolean
sound_length (const char *path, guint *ret_msec, char **ret_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    if (g_str_has_prefix (path, streams[i].prefix))
      {
        *ret_msec = streams[i].msec (path + strlen (streams[i].prefix));
        *ret_type = streams[i].msec == tone_msec ? g_strdup ("tone_stream") : NULL;
        return TRUE;
      }
  *ret_msec = SOUND_MSEC;
  *ret_type = NULL;
  if (g_path_is_absolute (path))
    return g_file_test (path, G_FILE_TEST_IS_REGULAR);
  return strchr (path, '.') != NULL;
}

static void
sound_note_played (SimChannel *channel, guint msec)
{
  sim_vars_setf (channel->vars, "playback_last_offset_pos", "%u", msec * SAMPLES_PER_MSEC);
  sim_vars_setf (channel->vars, "playback_seconds", "%u", msec / 1000);
  sim_vars_setf (channel->vars, "playback_ms", "%u", msec);
  sim_vars_setf (channel->vars, "playback_samples", "%u", msec * SAMPLES_PER_MSEC);
}

guint
sim_app_prompt (SimChannel *channel, const char *path)
{
  guint msec;
  g_autofree char *type = NULL;

  if (!sound_length (path, &msec, &type))
    return 0;
  sim_channel_fire_tail (channel, ESL_EVENT_PLAYBACK_START, "Playback-File-Type", type,
                         "Playback-File-Path", path, NULL);
  return msec;
}

void
sim_app_prompt_over (SimChannel *channel, const char *path, guint msec)
{
  guint length;
  g_autofree char *type = NULL;

  sound_length (path, &length, &type);
  sound_note_played (channel, msec);
  sim_channel_fire_tail (channel, ESL_EVENT_PLAYBACK_STOP, "Playback-File-Type", type,
                         "Playback-File-Path", path, "Playback-Status", "done", NULL);
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

  sound_note_played (channel, msec);
  sim_channel_fire_tail (channel, ESL_EVENT_PLAYBACK_STOP, "Playback-File-Type", sound->type,
                         "Playback-File-Path", frame->data, "Playback-Status", status, NULL);
  sim_channel_set (channel, "current_application_response", "FILE PLAYED");
}

void
sim_app_playback_start (SimChannel *channel, SimFrame *frame)
{
  guint msec;
  g_autofree char *type = NULL;
  Sound *sound;

  if (frame->data == NULL || !sound_length (frame->data, &msec, &type))
    {
      sim_app_done (frame, "FILE NOT FOUND");
      return;
    }
  sim_channel_fire_tail (channel, ESL_EVENT_PLAYBACK_START, "Playback-File-Type", type,
                         "Playback-File-Path", frame->data, NULL);
  sound = g_new (Sound, 1);
  sound->type = g_steal_pointer (&type);
  sound->msec = msec;
  if (frame->state != NULL)
    frame->state_free (frame->state);
  frame->state = sound;
  frame->state_free = sound_free;
  if (msec != FOREVER)
    sim_app_wait (frame, msec);
}

void
sim_app_playback_stop (SimChannel *channel, SimFrame *frame)
{
  if (frame->state == NULL)
    return;
  playback_stopped (channel, frame, "done");
  if (channel->cause != NULL)
    sim_channel_set (channel, "current_application_response", "PLAYBACK ERROR");
}

void
sim_app_playback_expired (SimChannel *channel, SimFrame *frame)
{
  playback_stopped (channel, frame, frame->loops == 0 ? "break" : "done");
  sim_app_done (frame, "FILE PLAYED");
}

void
sim_app_endless_start (SimChannel *channel, SimFrame *frame)
{
  sim_app_playback_start (channel, frame);
  if (frame->timer != NULL)
    sim_app_wait (frame, G_MAXINT);
}
