/* SPDX-License-Identifier: MIT */
/* fuzz-options.c - any SOURCE and any words of -o are taken or refused with a reason.
 *
 * The input's first line is SOURCE, each other one a list of words. */
#include <string.h>

#include "options.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_taken (Options *options)
{
  g_autofree char *source = options_source (options);
  g_autofree char *described = options_describe (options);

  g_assert (options->host[0] != '\0' && strcmp (options->dir, "/m") == 0);
  g_assert (options->loglevel >= 0 && options->loglevel <= 7);
  g_assert (g_str_has_prefix (described, "source=") && strlen (source) > 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (Options) options = options_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (argv, (char *)"eslfs");
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    {
      g_ptr_array_add (argv, (char *)"-o");
      g_ptr_array_add (argv, lines[i]);
    }
  g_ptr_array_add (argv, (char *)"--");
  g_ptr_array_add (argv, lines[0] != NULL ? lines[0] : (char *)"");
  g_ptr_array_add (argv, (char *)"/m");
  g_ptr_array_add (argv, NULL);
  if (options_parse (options, (char **)argv->pdata, &error))
    check_taken (options);
  else
    g_assert (error != NULL && error->message[0] != '\0');
  return 0;
}
