/* SPDX-License-Identifier: MIT */
/* sw-command.c - the answer function of a command, run once or never. */
#include "sw-command.h"

struct _SwCommand
{
  SwReplyFunc func;
  gpointer data;
  gboolean cancelled;
  SwStake stake;
  void (*stake_func) (gpointer data);
  gpointer stake_data;
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

SwStake
sw_command_stake (const SwCommand *command)
{
  return command->stake;
}

gboolean
sw_command_is_cancelled (const SwCommand *command)
{
  return command->cancelled;
}

void
sw_command_on_stake (SwCommand *command, void (*func) (gpointer data), gpointer data)
{
  command->stake_func = func;
  command->stake_data = data;
}

void
sw_command_set_stake (SwCommand *command, SwStake stake)
{
  if (command->stake == stake || command->stake == SW_ABANDONED)
    return;
  command->stake = stake;
  if (command->stake_func != NULL)
    command->stake_func (command->stake_data);
}

/* Freed after its function has run, which may cancel it meanwhile. */
void
sw_command_answer (SwCommand *command, const char *text, gsize len, const GError *error)
{
  command->stake_func = NULL;
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
  command->cancelled = TRUE;
  sw_command_set_stake (command, SW_UNWATCHED);
}
