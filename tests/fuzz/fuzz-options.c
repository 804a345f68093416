/* SPDX-License-Identifier: MIT */
/* fuzz-options.c - any SOURCE and any words of -o are taken or refused with a reason.
 *
 * The input's first line is SOURCE, each other one a list of words. */
#include <string.h>

#include "options.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* The first word of the list, as libfuse takes it out, is SOURCE, whatever that is: nothing of it
 * can become an option. */
static void
check_for_libfuse (const Options *options, const char *source)
{
  g_autofree char *list = options_for_libfuse (options);
  g_autoptr (GString) word = g_string_new (NULL);

  for (const char *p = list; *p != '\0' && *p != ','; p++)
    {
      if (p[0] == '\\' && p[1] != '\0')
        {
          p++;
          g_assert (!(p[0] >= '0' && p[0] <= '3')); /* the beginning of an octal number */
        }
      g_string_append_c (word, *p);
    }
  g_assert (g_str_has_prefix (word->str, "fsname="));
  g_assert_cmpstr (word->str + strlen ("fsname="), ==, source);
}

static void
check_taken (Options *options)
{
  g_autofree char *source = options_source (options);
  g_autofree char *described = options_describe (options);

  g_assert (options->host[0] != '\0' && strcmp (options->dir, "/m") == 0);
  g_assert (options->loglevel >= 0 && options->loglevel <= 7);
  g_assert (g_str_has_prefix (described, "source=") && strlen (source) > 0);
  check_for_libfuse (options, source);
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
