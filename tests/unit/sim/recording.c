/* SPDX-License-Identifier: MIT */
/* recording.c - see the header. The chunk list is read by hand: `["C",0.001493,14]`, and so on. */
#include "recording.h"

#include <stdio.h>
#include <string.h>

static char *
load_part (const char *name, const char *suffix, gsize *ret_len)
{
  g_autofree char *file = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, file, NULL);
  g_autofree char *text = NULL;
  g_file_get_contents (path, &text, ret_len, NULL);
  return g_steal_pointer (&text);
}

static void
walk_chunks (Recording *recording, const char *json, const char *server)
{
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  gsize sent = 0, received = 0;
  const char *at = strstr (json, "\"chunks\":[");
  g_assert_nonnull (at);
  for (at = strstr (at, "[\""); at; at = strstr (at + 1, "[\""))
    {
      char direction[8];
      double time;
      unsigned long n;
      if (sscanf (at, "[\"%7[a-zA-Z]\",%lf,%lu]", direction, &time, &n) != 3)
        continue;
      recording->end = time;
      if (direction[0] == 'C')
        {
          ClientWrite write = { .bytes = (const guint8 *)recording->client + sent,
                                .len = n,
                                .time = time };
          g_array_append_val (recording->writes, write);
          sent += n;
        }
      else if (direction[0] == 'S')
        {
          esl_parser_feed (parser, server + received, n);
          frames_take (parser, recording->frames);
          while (recording->times->len < recording->frames->len)
            g_array_append_val (recording->times, time);
          received += n;
        }
    }
}

Recording *
recording_load (const char *name)
{
  gsize json_len, server_len;
  g_autofree char *json = load_part (name, ".json", &json_len);
  g_autofree char *server = load_part (name, ".server", &server_len);
  if (!json || !server)
    return NULL;
  Recording *recording = g_new0 (Recording, 1);
  recording->name = g_strdup (name);
  recording->client = load_part (name, ".client", &recording->client_len);
  recording->writes = g_array_new (FALSE, FALSE, sizeof (ClientWrite));
  recording->times = g_array_new (FALSE, FALSE, sizeof (double));
  recording->frames = g_ptr_array_new_with_free_func (frame_free);
  walk_chunks (recording, json, server);
  const Frame *last = g_ptr_array_index (recording->frames, recording->frames->len - 1);
  recording->closed_by_switch = strcmp (last->type, "text/disconnect-notice") == 0;
  return recording;
}

void
recording_free (Recording *recording)
{
  g_free (recording->name);
  g_free (recording->client);
  g_array_unref (recording->writes);
  g_array_unref (recording->times);
  g_ptr_array_unref (recording->frames);
  g_free (recording);
}
