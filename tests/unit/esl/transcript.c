/* SPDX-License-Identifier: MIT */
/* transcript.c - loads recorded traffic. */
#include "transcript.h"

static void
transcript_free (gpointer data)
{
  Transcript *transcript = data;

  g_free (transcript->name);
  g_free (transcript->bytes);
  g_free (transcript);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  const Transcript *const *left = a, *const *right = b;

  return strcmp ((*left)->name, (*right)->name);
}

GPtrArray *
transcripts_load (void)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (transcript_free);
  const char *folder = g_test_get_dir (G_TEST_DIST);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *file;

  g_assert_no_error (error);
  while ((file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, file, NULL);
      Transcript *transcript;

      if (!g_str_has_suffix (file, ".server"))
        continue;
      transcript = g_new0 (Transcript, 1);
      transcript->name = g_strndup (file, strlen (file) - strlen (".server"));
      g_file_get_contents (path, &transcript->bytes, &transcript->len, &error);
      g_assert_no_error (error);
      g_ptr_array_add (all, transcript);
    }
  g_assert_cmpuint (all->len, >, 0);
  g_ptr_array_sort (all, by_name);
  return all;
}

GRand *
transcript_rand (void)
{
  return g_rand_new_with_seed ((guint32)g_test_rand_int ());
}

gboolean
transcript_is_event (const EslFrame *frame, EslFormat *ret_format)
{
  static const struct
  {
    const char *type;
    EslFormat format;
  } types[] = {
    { "text/event-plain", ESL_FORMAT_PLAIN },
    { "text/event-json", ESL_FORMAT_JSON },
    { "text/event-xml", ESL_FORMAT_XML },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (strcmp (frame->content_type, types[i].type) == 0)
      {
        *ret_format = types[i].format;
        return TRUE;
      }
  return FALSE;
}
