/* SPDX-License-Identifier: MIT */
/* sim-input.c - see the header for the grammar.
 *
 * Bytes wait in one buffer. `scanned` and `newlines` remember the search for the
 * empty line, so that byte-by-byte input costs linear time. Once the header text
 * is whole, `command` is set and `missing` body bytes are awaited.
 */
#include "sim-input.h"

#include <stdlib.h>
#include <string.h>

struct _SimInput
{
  GByteArray *buffer;
  gsize start;         /* bytes of `buffer` that are used up */
  gsize scanned;       /* bytes after `start` that the search has seen */
  guint newlines;      /* LFs in a row, CRs not counted */
  SimCommand *command; /* header text parsed, body under way */
  gsize missing;       /* bytes of that body */
  gboolean overrun;
};

/* Used bytes are moved out in one go, when they are this many or all. */
#define INPUT_COMPACT 65536u

SimInput *
sim_input_new (void)
{
  SimInput *input = g_new0 (SimInput, 1);

  input->buffer = g_byte_array_new ();
  return input;
}

void
sim_input_free (SimInput *input)
{
  g_byte_array_unref (input->buffer);
  g_clear_pointer (&input->command, sim_command_free);
  g_free (input);
}

void
sim_command_free (SimCommand *command)
{
  g_free (command->line);
  g_free (command->text);
  g_clear_pointer (&command->message, esl_event_free);
  g_free (command);
}

void
sim_input_feed (SimInput *input, const void *bytes, gsize len)
{
  g_byte_array_append (input->buffer, bytes, (guint)len);
}

static const guint8 *
input_data (const SimInput *input)
{
  return input->buffer->data + input->start;
}

static gsize
input_len (const SimInput *input)
{
  return input->buffer->len - input->start;
}

gboolean
sim_input_is_partial (const SimInput *input)
{
  return input->command != NULL || input_len (input) > 0;
}

gboolean
sim_input_is_overrun (const SimInput *input)
{
  return input->overrun;
}

static void
input_consume (SimInput *input, gsize len)
{
  input->start += len;
  input->scanned = 0;
  input->newlines = 0;
  if (input->start < input->buffer->len && input->start < INPUT_COMPACT)
    return;
  g_byte_array_remove_range (input->buffer, 0, (guint)input->start);
  input->start = 0;
}

static void
input_skip_blank (SimInput *input)
{
  const guint8 *data = input_data (input);
  gsize n = 0;

  while (n < input_len (input) && (data[n] == '\r' || data[n] == '\n'))
    n++;
  if (n > 0)
    input_consume (input, n);
}

/* Length of the header text with its empty line, 0 when it isn't whole. */
static gsize
input_find_end (SimInput *input)
{
  const guint8 *data = input_data (input);

  for (gsize i = input->scanned; i < input_len (input); i++)
    {
      if (data[i] == '\n')
        input->newlines++;
      else if (data[i] != '\r')
        input->newlines = 0;
      if (input->newlines == 2 || i + 1 >= SIM_INPUT_MAX)
        return i + 1;
    }
  input->scanned = input_len (input);
  return 0;
}

/* Start of the next line. The switch looks for a CR first, however far away it is. */
static char *
next_line (char *at)
{
  char *end = strchr (at, '\r');

  if (end == NULL)
    end = strchr (at, '\n');
  return end != NULL ? end + strspn (end, "\r\n") : NULL;
}

/* Cells are pushed one by one on the switch, and an empty one can't begin an array. */
static void
header_add_array (EslEvent *event, const char *name, const char *value)
{
  g_auto (GStrv) cells = g_strsplit (value + strlen ("ARRAY::"), "|:", -1);
  char **first = cells;

  while (*first != NULL && !**first)
    first++;
  if (*first != NULL)
    esl_event_add_array (event, name, (const char *const *)first, g_strv_length (first));
}

void
sim_header_add (EslEvent *event, const char *name, const char *value)
{
  if (value == NULL || !*value)
    esl_event_remove (event, name);
  else if (g_str_has_prefix (value, "ARRAY::") && value[7])
    header_add_array (event, name, value);
  else
    esl_event_add (event, name, value);
}

static void
input_parse_header (SimInput *input, char *line)
{
  char *value;
  int length;

  line[strcspn (line, "\r\n")] = '\0';
  value = strchr (line, ':');
  if (value == NULL || value == line)
    return;
  *value++ = '\0';
  value += strspn (value, " ");
  sim_header_add (input->command->message, line, value);
  length = g_ascii_strcasecmp (line, "content-length") == 0 ? atoi (value) : 0;
  if (length > 0)
    input->missing = (gsize)length;
  input->overrun = input->missing > SIM_INPUT_BODY_MAX;
}

static void
input_parse_text (SimInput *input, gsize len)
{
  SimCommand *command = input->command = g_new0 (SimCommand, 1);
  g_autofree char *scratch = NULL;

  command->text = g_strndup ((const char *)input_data (input), len);
  command->line = g_strndup (command->text, strcspn (command->text, "\r\n"));
  command->message = esl_event_new ();
  esl_event_add (command->message, "Command", command->line);
  input_consume (input, len);
  scratch = g_strdup (command->text);
  for (char *line = next_line (scratch); line != NULL && *line;)
    {
      char *next = next_line (line);

      input_parse_header (input, line);
      line = next;
    }
}

/* The body is a C string on the switch: cut at a NUL. */
static void
input_take_body (SimInput *input)
{
  const char *body = (const char *)input_data (input);

  esl_event_set_body (input->command->message, body, strnlen (body, input->missing));
  input_consume (input, input->missing);
  input->missing = 0;
}

SimCommand *
sim_input_next (SimInput *input)
{
  if (input->command == NULL)
    {
      gsize len;

      input_skip_blank (input);
      len = input_find_end (input);
      if (len == 0)
        return NULL;
      input_parse_text (input, len);
    }
  if (input->overrun || input_len (input) < input->missing)
    return NULL;
  if (input->missing > 0)
    input_take_body (input);
  return g_steal_pointer (&input->command);
}
