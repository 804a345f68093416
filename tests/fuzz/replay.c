/* SPDX-License-Identifier: MIT */
/* replay.c - runs a fuzz target over files, without a fuzzer: replay PATTERN...
 *
 * Each pattern must match at least one file. A target aborts when it finds something. */
#include <glib.h>
#include <glob.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
main (int argc, char **argv)
{
  guint n = 0;

  for (int i = 1; i < argc; i++)
    {
      glob_t found;

      if (glob (argv[i], 0, NULL, &found) != 0)
        g_error ("no file matches %s", argv[i]);
      for (gsize k = 0; k < found.gl_pathc; k++, n++)
        {
          g_autofree char *bytes = NULL;
          g_autoptr (GError) error = NULL;
          gsize len;

          if (!g_file_get_contents (found.gl_pathv[k], &bytes, &len, &error))
            g_error ("%s", error->message);
          g_print ("%s\n", found.gl_pathv[k]);
          LLVMFuzzerTestOneInput ((const guint8 *)bytes, len);
        }
      globfree (&found);
    }
  g_print ("%u inputs\n", n);
  return n > 0 ? 0 : 1;
}
