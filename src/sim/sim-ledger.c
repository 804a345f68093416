/* SPDX-License-Identifier: MIT */
/* sim-ledger.c - see the header. Each line is one write: who kills the switch finds whole lines. */
#include "sim-ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct _SimLedger
{
  int fd;
};

SimLedger *
sim_ledger_new (const char *path)
{
  SimLedger *ledger;
  int fd;

  if (path == NULL)
    return NULL;
  fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      g_warning ("can't write the ledger %s: %s", path, g_strerror (errno));
      return NULL;
    }
  ledger = g_new (SimLedger, 1);
  ledger->fd = fd;
  return ledger;
}

void
sim_ledger_free (SimLedger *ledger)
{
  if (ledger == NULL)
    return;
  close (ledger->fd);
  g_free (ledger);
}

static void
ledger_write (SimLedger *ledger, GString *line)
{
  g_string_append_c (line, '\n');
  if (write (ledger->fd, line->str, line->len) != (gssize)line->len)
    g_warning ("the ledger misses a line: %s", g_strerror (errno));
}

static void
ledger_append (GString *line, const char *text)
{
  g_autofree char *escaped = g_strescape (text, NULL);

  g_string_append (line, escaped);
}

void
sim_ledger_api (SimLedger *ledger, const char *name, const char *args)
{
  g_autoptr (GString) line = NULL;

  if (ledger == NULL)
    return;
  line = g_string_new ("api\t");
  ledger_append (line, name);
  g_string_append_c (line, ' ');
  ledger_append (line, args != NULL ? args : "");
  ledger_write (ledger, line);
}

void
sim_ledger_message (SimLedger *ledger, const EslEvent *message)
{
  g_autoptr (GString) line = NULL;
  const char *body;
  gsize len;

  if (ledger == NULL)
    return;
  line = g_string_new ("message");
  for (guint i = 0; i < esl_event_n_headers (message); i++)
    {
      EslHeader header;

      esl_event_header (message, i, &header);
      g_string_append_c (line, '\t');
      ledger_append (line, header.name);
      g_string_append (line, ": ");
      ledger_append (line, header.value);
    }
  body = (const char *)esl_event_body (message, &len);
  if (body != NULL)
    {
      g_string_append (line, "\t\t");
      ledger_append (line, body);
    }
  ledger_write (ledger, line);
}
