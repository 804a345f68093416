/* SPDX-License-Identifier: MIT */
/* esl-command.c - one builder for every command.
 *
 * A command is written straight into the caller's string, each part checked as it
 * goes in; the first refusal is kept, what follows is ignored, and finish() takes
 * everything back. The reload trap is looked for at the end, in the header text as
 * a whole: its two words may come from different parts.
 */
#include <string.h>

#include "esl-command.h"

/* Of what is refused, this much stands in the error. */
#define SHOWN_BYTES 60

G_DEFINE_QUARK (esl_command_error, esl_command_error)

typedef struct
{
  GString *out;
  gsize start; /* of the command, in `out` */
  GError *refusal;
} Builder;

static Builder
begin (GString *out)
{
  return (Builder){ .out = out, .start = out->len };
}

static char *
shown (const char *text, gsize len)
{
  g_autofree char *part = g_strndup (text, MIN (len, SHOWN_BYTES));

  return g_strescape (part, NULL);
}

static void
refuse (Builder *b, EslCommandError code, const char *what)
{
  if (b->refusal == NULL)
    b->refusal = g_error_new_literal (ESL_COMMAND_ERROR, code, what);
}

static void
put_literal (Builder *b, const char *text)
{
  if (b->refusal == NULL)
    g_string_append (b->out, text);
}

/* TRUE when so many bytes more may follow. */
static gboolean
fits (Builder *b, gsize len)
{
  if (b->refusal == NULL && len <= ESL_COMMAND_MAX
      && b->out->len - b->start <= ESL_COMMAND_MAX - len)
    return TRUE;
  refuse (b, ESL_COMMAND_ERROR_TOO_LONG, "a command has at most 8 MiB");
  return FALSE;
}

static gboolean
ends_line (const char *text, gsize len)
{
  return memchr (text, '\n', len) != NULL || memchr (text, '\r', len) != NULL
         || memchr (text, '\0', len) != NULL;
}

/* Text of a command or header line. */
static void
put_text (Builder *b, const char *what, const char *text, gsize len)
{
  if (!fits (b, len))
    return;
  if (ends_line (text, len))
    {
      g_autofree char *part = shown (text, len);
      g_autofree char *message =
          g_strdup_printf ("%s can't have a line end or a NUL in it: \"%s\"", what, part);

      refuse (b, ESL_COMMAND_ERROR_INVALID, message);
      return;
    }
  g_string_append_len (b->out, text, (gssize)len);
}

/* The same, of something that can't be left out. */
static void
put_word (Builder *b, const char *what, const char *text, gsize len)
{
  if (len == 0)
    {
      g_autofree char *message = g_strdup_printf ("%s is missing", what);

      refuse (b, ESL_COMMAND_ERROR_INVALID, message);
      return;
    }
  put_text (b, what, text, len);
}

/* As put_word, but nothing of it is ever shown: what is refused goes to terminals and journals. */
static void
put_password (Builder *b, const char *password)
{
  gsize len = password == NULL ? 0 : strlen (password);

  if (len > 0 && ends_line (password, len))
    refuse (b, ESL_COMMAND_ERROR_INVALID, "the password can't have a line end in it");
  else
    put_word (b, "the password", password, len);
}

/* The blank line; then the body, which the switch takes as a C string: a NUL would cut it. */
static void
put_body (Builder *b, const void *body, gsize len)
{
  if (len > 0 && fits (b, len + 64))
    g_string_append_printf (b->out, "Content-Length: %" G_GSIZE_FORMAT "\n", len);
  put_literal (b, "\n");
  if (b->refusal == NULL
      && esl_command_is_reload_trap (b->out->str + b->start, b->out->len - b->start))
    refuse (b, ESL_COMMAND_ERROR_RELOAD,
            "the switch would take this text as an order to restart its event socket, and drop "
            "every client, since it has \"reload\" or \"unload\" and \"mod_event_socket\" in it");
  if (b->refusal != NULL || len == 0)
    return;
  if (memchr (body, '\0', len) != NULL)
    refuse (b, ESL_COMMAND_ERROR_INVALID, "a message's body can't have a NUL in it");
  else
    g_string_append_len (b->out, body, (gssize)len);
}

static gboolean
finish (Builder *b, GError **error)
{
  if (b->refusal == NULL)
    return TRUE;
  g_string_truncate (b->out, b->start);
  g_propagate_error (error, b->refusal);
  return FALSE;
}

static gsize
length_of (const char *text, gssize len)
{
  return len < 0 ? strlen (text) : (gsize)len;
}

gboolean
esl_command_auth (GString *out, const char *user, const char *password, GError **error)
{
  Builder b = begin (out);

  if (user == NULL)
    {
      put_literal (&b, "auth ");
    }
  else
    {
      put_literal (&b, "userauth ");
      put_word (&b, "the user", user, strlen (user));
      put_literal (&b, ":");
    }
  put_password (&b, password);
  put_literal (&b, "\n");
  put_body (&b, NULL, 0);
  return finish (&b, error);
}

gboolean
esl_command_line (GString *out, const char *line, gssize len, GError **error)
{
  Builder b = begin (out);

  put_word (&b, "the command", line, length_of (line, len));
  put_literal (&b, "\n");
  put_body (&b, NULL, 0);
  return finish (&b, error);
}

/* The two commands whose very purpose is what the trap does. */
static gboolean
is_reload (const char *line, gsize len)
{
  static const char *const orders[] = { "reload mod_event_socket", "unload mod_event_socket" };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    if (len == strlen (orders[i]) && memcmp (line, orders[i], len) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
put_api (GString *out, const char *verb, const char *line, gssize line_len, const char *job_uuid,
         GError **error)
{
  Builder b = begin (out);
  gsize len = length_of (line, line_len);

  put_literal (&b, verb);
  put_word (&b, "the api command", line, len);
  put_literal (&b, "\n");
  if (job_uuid != NULL)
    {
      put_literal (&b, "Job-UUID: ");
      put_word (&b, "the Job-UUID", job_uuid, strlen (job_uuid));
      put_literal (&b, "\n");
    }
  if (b.refusal == NULL && is_reload (line, len))
    put_literal (&b, "\n");
  else
    put_body (&b, NULL, 0);
  return finish (&b, error);
}

gboolean
esl_command_api (GString *out, const char *line, gssize len, GError **error)
{
  return put_api (out, "api ", line, len, NULL, error);
}

gboolean
esl_command_bgapi (GString *out, const char *line, gssize len, const char *job_uuid, GError **error)
{
  return put_api (out, "bgapi ", line, len, job_uuid, error);
}

static void
put_sendmsg_line (Builder *b, const char *uuid)
{
  put_literal (b, "sendmsg");
  if (uuid != NULL)
    {
      put_literal (b, " ");
      put_word (b, "the channel's uuid", uuid, strlen (uuid));
    }
  put_literal (b, "\n");
}

gboolean
esl_command_execute (GString *out, const EslExecute *execute, GError **error)
{
  Builder b = begin (out);
  const char *arg = execute->arg == NULL ? "" : execute->arg;
  gsize arg_len = length_of (arg, execute->arg == NULL ? 0 : execute->arg_len);

  put_sendmsg_line (&b, execute->uuid);
  put_literal (&b, "call-command: execute\nexecute-app-name: ");
  put_word (&b, "the application", execute->app, strlen (execute->app));
  put_literal (&b, "\n");
  if (execute->event_uuid != NULL)
    {
      put_literal (&b, "Event-UUID: ");
      put_word (&b, "the Event-UUID", execute->event_uuid, strlen (execute->event_uuid));
      put_literal (&b, "\n");
    }
  if (execute->loops > 0 && b.refusal == NULL)
    g_string_append_printf (out, "loops: %u\n", execute->loops);
  if (execute->async)
    put_literal (&b, "async: true\n");
  if (execute->event_lock)
    put_literal (&b, "event-lock: true\n");
  if (arg_len > 0)
    put_literal (&b, "Content-Type: text/plain\n");
  put_body (&b, arg, arg_len);
  return finish (&b, error);
}

static guint
next_header (const EslEvent *event, guint index)
{
  EslHeader header = { .kind = ESL_HEADER_CELL };

  for (index++; index < esl_event_n_headers (event); index++)
    {
      esl_event_header (event, index, &header);
      if (header.kind != ESL_HEADER_CELL)
        break;
    }
  return index;
}

/* One header line; its cells, up to `stop`, as the switch reads an array. */
static void
put_header (Builder *b, const EslEvent *event, guint index, guint stop)
{
  EslHeader header;

  esl_event_header (event, index, &header);
  if (g_ascii_strcasecmp (header.name, "Content-Length") == 0)
    return;
  if (memchr (header.name, ':', header.name_len) != NULL)
    refuse (b, ESL_COMMAND_ERROR_INVALID, "a header's name can't have a colon in it");
  put_word (b, "a header's name", header.name, header.name_len);
  put_literal (b, header.kind == ESL_HEADER_ARRAY ? ": ARRAY::" : ": ");
  put_text (b, header.name, header.value, header.value_len);
  while (++index < stop)
    {
      esl_event_header (event, index, &header);
      put_literal (b, "|:");
      put_text (b, header.name, header.value, header.value_len);
    }
  put_literal (b, "\n");
}

static gboolean
put_message (Builder *b, const EslEvent *event, GError **error)
{
  const guint8 *body;
  gsize len;

  for (guint i = 0, stop; i < esl_event_n_headers (event); i = stop)
    {
      stop = next_header (event, i);
      put_header (b, event, i, stop);
    }
  body = esl_event_body (event, &len);
  put_body (b, body, len);
  return finish (b, error);
}

gboolean
esl_command_sendmsg (GString *out, const char *uuid, const EslEvent *message, GError **error)
{
  Builder b = begin (out);

  put_sendmsg_line (&b, uuid);
  return put_message (&b, message, error);
}

gboolean
esl_command_sendevent (GString *out, const char *name, const EslEvent *event, GError **error)
{
  Builder b = begin (out);

  put_literal (&b, "sendevent ");
  put_word (&b, "the event's name", name, strlen (name));
  put_literal (&b, "\n");
  return put_message (&b, event, error);
}

/* The letter after a backslash that stands for the byte, 0 when it stands for itself. */
static char
escape_of (char byte)
{
  switch (byte)
    {
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case ' ':
      return 's';
    case '\\':
    case '\'':
      return byte;
    default:
      return 0;
    }
}

/* Whether the word starts at `at`, without regard to case; it is in lower case itself. */
static gboolean
starts_word (const char *at, gsize left, const char *word, gsize word_len)
{
  return left >= word_len && g_ascii_tolower (*at) == *word
         && g_ascii_strncasecmp (at, word, word_len) == 0;
}

/* Breaks "reload" and "unload" from `from` on: the tokeniser removes a pair of quotes. Looks at the
 * escaped text, where a carriage return before "eload" makes the word too. */
static void
break_words (GString *out, gsize from)
{
  gsize len = out->len - from, done = 0;
  g_autofree char *text = NULL;

  for (gsize i = 0; i < len; i++)
    {
      const char *at = (text == NULL ? out->str + from : text) + i;

      if (!starts_word (at, len - i, "reload", 6) && !starts_word (at, len - i, "unload", 6))
        continue;
      if (text == NULL)
        {
          text = g_strndup (out->str + from, len);
          g_string_truncate (out, from);
        }
      g_string_append_len (out, text + done, (gssize)(i + 3 - done));
      g_string_append (out, "''");
      done = i + 3;
    }
  if (text != NULL)
    g_string_append_len (out, text + done, (gssize)(len - done));
}

/* The tokeniser's rules (protocol: variables), and two more facts: the reload trap reads the text
 * before it is unquoted, and an api argument's outer white space is dropped before that, vertical
 * tabs too, which have no escape. */
void
esl_command_escape (GString *out, const char *value, gsize len)
{
  gsize from = out->len;

  for (gsize i = 0; i < len; i++)
    {
      char letter = escape_of (value[i]);

      if (letter != 0)
        g_string_append_c (out, '\\');
      g_string_append_c (out, letter != 0 ? letter : value[i]);
    }
  break_words (out, from);
  if (len > 0 && value[len - 1] == '\v')
    g_string_append (out, "''");
}

static void
put_escaped (Builder *b, const char *before, const char *what, const char *text, gsize len)
{
  g_autofree char *message = NULL;

  if (!fits (b, len))
    return;
  if (memchr (text, '\0', len) != NULL)
    {
      message = g_strdup_printf ("%s can't have a NUL in it", what);
      refuse (b, ESL_COMMAND_ERROR_INVALID, message);
      return;
    }
  put_literal (b, before);
  esl_command_escape (b->out, text, len);
  (void)fits (b, 0);
}

/* What stands before the first argument of an api command. The switch drops outer white space
 * before it reads escapes, and takes a leading "^^X" as the order to split at X: an empty pair of
 * quotes shields both, and is removed by the tokeniser. */
static const char *
shield (const char *first)
{
  return *first == '\v' || g_str_has_prefix (first, "^^") ? " ''" : " ";
}

gboolean
esl_command_setvar (GString *out, const char *uuid, const char *name, const char *value, gsize len,
                    GError **error)
{
  Builder b = begin (out);

  if (*uuid == '\0' || *name == '\0')
    refuse (&b, ESL_COMMAND_ERROR_INVALID, "a channel's uuid and a variable's name are needed");
  put_literal (&b, "api uuid_setvar");
  put_escaped (&b, shield (uuid), "the channel's uuid", uuid, strlen (uuid));
  put_escaped (&b, " ", "a variable's name", name, strlen (name));
  if (len > 0)
    put_escaped (&b, " ", "a variable's value", value, len);
  put_literal (&b, "\n");
  put_body (&b, NULL, 0);
  return finish (&b, error);
}

/* In quotes, since a second "=" would make the assignment a conditional one. */
gboolean
esl_command_global_setvar (GString *out, const char *name, const char *value, gsize len,
                           GError **error)
{
  Builder b = begin (out);

  if (*name == '\0')
    refuse (&b, ESL_COMMAND_ERROR_INVALID, "a variable's name is needed");
  if (g_strstr_len (value, (gssize)len, "${") != NULL)
    refuse (&b, ESL_COMMAND_ERROR_INVALID, "the switch would change ${ to %{ in a global variable");
  put_escaped (&b, "api global_setvar ", "a variable's name", name, strlen (name));
  put_literal (&b, "=");
  if (len > 0)
    put_escaped (&b, "'", "a variable's value", value, len);
  put_literal (&b, len > 0 ? "'\n" : "\n");
  put_body (&b, NULL, 0);
  return finish (&b, error);
}

static gboolean
contains (const char *text, gsize len, const char *word)
{
  gsize word_len = strlen (word);

  for (gsize i = 0; i + word_len <= len; i++)
    if (starts_word (text + i, len - i, word, word_len))
      return TRUE;
  return FALSE;
}

gboolean
esl_command_is_reload_trap (const char *text, gsize len)
{
  return contains (text, len, "mod_event_socket")
         && (contains (text, len, "reload") || contains (text, len, "unload"));
}
