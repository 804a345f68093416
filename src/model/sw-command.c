/* SPDX-License-Identifier: MIT */
/* sw-command.c - the answer function of a command, run once or never. */
#include "sw-command.h"

struct _SwCommand
{
  SwReplyFunc func;
  gpointer data;
  gboolean cancelled;
  void (*abandoned) (gpointer data);
  gpointer abandoned_data;
};

GQuark
sw_error_quark (void)
{
  return g_quark_from_static_string ("sw-error-quark");
}

SwCommand *
sw_command_new (SwReplyFunc func, gpointer data)
{
  SwCommand *command = g_new0 (SwCommand, 1);

  command->func = func;
  command->data = data;
  return command;
}

gboolean
sw_command_cancelled (const SwCommand *command)
{
  return command->cancelled;
}

void
sw_command_set_abandoned (SwCommand *command, void (*abandoned) (gpointer data), gpointer data)
{
  command->abandoned = abandoned;
  command->abandoned_data = data;
}

/* Freed after its function has run, which may cancel it meanwhile. */
void
sw_command_answer (SwCommand *command, const char *text, gsize len, const GError *error)
{
  command->abandoned = NULL;
  if (!command->cancelled && command->func != NULL)
    command->func (error == NULL ? text : "", error == NULL ? len : 0, error, command->data);
  sw_command_free (command);
}

void
sw_command_free (SwCommand *command)
{
  g_free (command);
}

void
sw_command_cancel (SwCommand *command)
{
  if (command->cancelled)
    return;
  command->cancelled = TRUE;
  if (command->abandoned != NULL)
    command->abandoned (command->abandoned_data);
}
