/* SPDX-License-Identifier: MIT */
/* fuzz-command.c - what the command writer lets through, the switch reads as exactly what was
 * meant.
 *
 * The input's first byte chooses a command, the rest is its parts, with a byte 0xfe between them.
 * What is written is read here as mod_event_socket reads it (protocol: what a client sends), and
 * its api arguments as the switch's tokeniser does, both without a look at the writer: it must be
 * one command, of the line, headers and body that were asked for, and never the reload trap. */
#include <string.h>

#include "esl-command.h"

#define SEPARATOR 0xfe
#define PARTS_MAX 12

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* ---- the switch's reading ---- */

typedef struct
{
  char *line;
  GPtrArray *names, *values;
  const guint8 *body;
  gsize body_len;
  gsize taken; /* bytes of the input, body and all */
} Heard;

static void
heard_clear (Heard *heard)
{
  g_free (heard->line);
  g_ptr_array_unref (heard->names);
  g_ptr_array_unref (heard->values);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Heard, heard_clear)

/* Up to and with the empty line: two line feeds with only carriage returns between. 0: there is
 * none. */
static gsize
head_length (const char *text, gsize len)
{
  gboolean blank = FALSE;

  for (gsize i = 0; i < len; i++)
    {
      if (text[i] == '\n' && blank)
        return i + 1;
      blank = text[i] == '\n' || (blank && text[i] == '\r');
    }
  return 0;
}

static gboolean
has_word (const char *text, const char *word)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  return strstr (lower, word) != NULL;
}

static gboolean
is_trap (const char *head)
{
  return has_word (head, "mod_event_socket")
         && (has_word (head, "reload") || has_word (head, "unload"));
}

static void
hear_header (Heard *heard, const char *line)
{
  const char *colon = strchr (line, ':');
  const char *value;

  if (colon == NULL)
    return;
  value = colon + 1 + strspn (colon + 1, " ");
  g_ptr_array_add (heard->names, g_strndup (line, (gsize)(colon - line)));
  g_ptr_array_add (heard->values, g_strdup (value));
  if (g_ascii_strcasecmp (g_ptr_array_index (heard->names, heard->names->len - 1), "Content-Length")
      == 0)
    heard->body_len = (gsize)MAX (g_ascii_strtoll (value, NULL, 10), 0);
}

/* FALSE: no whole command is there. */
static gboolean
hear (Heard *heard, const char *text, gsize len, gboolean *ret_trap)
{
  gsize head_len = head_length (text, len);
  g_autofree char *head = g_strndup (text, head_len); /* a NUL ends it */
  g_auto (GStrv) lines = g_strsplit_set (head, "\r\n", -1);

  heard->names = g_ptr_array_new_with_free_func (g_free);
  heard->values = g_ptr_array_new_with_free_func (g_free);
  heard->line = g_strdup (lines[0]);
  *ret_trap = is_trap (head);
  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++)
    hear_header (heard, lines[i]);
  heard->body = (const guint8 *)text + head_len;
  heard->taken = head_len + heard->body_len;
  return head_len > 0 && heard->taken <= len;
}

/* ---- the tokeniser ---- */

/* One word of api arguments, unquoted: backslash escapes, quotes in pairs, spaces between words.
 * The rest of the line belongs to the last. */
static char *
next_word (const char **at, gboolean is_last)
{
  static const char *const escapes = "nrts\\'", *const bytes = "\n\r\t \\'";
  GString *word = g_string_new (NULL);
  gboolean quoted = FALSE;
  const char *p = *at + strspn (*at, " ");

  for (; *p != '\0' && (*p != ' ' || quoted || is_last); p++)
    {
      const char *escape = *p == '\\' && p[1] != '\0' ? strchr (escapes, p[1]) : NULL;

      if (escape != NULL)
        {
          g_string_append_c (word, bytes[escape - escapes]);
          p++;
        }
      else if (*p == '\'' && (quoted || strchr (p + 1, '\'') != NULL))
        quoted = !quoted;
      else
        g_string_append_c (word, *p);
    }
  *at = p;
  return g_string_free (word, FALSE);
}

/* Outer white space of api arguments goes before they are split; a form feed is none. */
static char *
stripped (const char *args)
{
  static const char space[] = "\r\n\t \v";
  gsize len;

  args += strspn (args, space);
  len = strlen (args);
  while (len > 0 && strchr (space, args[len - 1]) != NULL)
    len--;
  return g_strndup (args, len);
}

/* ---- what was meant ---- */

typedef struct
{
  const char *text;
  gsize len;
} Part;

typedef struct
{
  GString *copy; /* each part NUL-terminated */
  Part part[PARTS_MAX];
  guint n;
} Parts;

static void
cut (Parts *parts, const guint8 *data, gsize size)
{
  const guint8 *end = data + size;

  parts->copy = g_string_sized_new (size + PARTS_MAX);
  while (parts->n < PARTS_MAX)
    {
      const guint8 *stop = memchr (data, SEPARATOR, (gsize)(end - data));
      gsize len = (gsize)((stop != NULL ? stop : end) - data);

      parts->part[parts->n++] = (Part){ .text = parts->copy->str + parts->copy->len, .len = len };
      g_string_append_len (parts->copy, (const char *)data, (gssize)len);
      g_string_append_c (parts->copy, '\0');
      if (stop == NULL)
        return;
      data = stop + 1;
    }
}

static const Part none = { "", 0 };

static const Part *
nth (const Parts *parts, guint n)
{
  return n < parts->n ? &parts->part[n] : &none;
}

/* The wire drops spaces before a header's value. */
static void
expect_header (const Heard *heard, guint index, const char *name, const char *value)
{
  g_assert_cmpuint (index, <, heard->names->len);
  g_assert_cmpstr (g_ptr_array_index (heard->names, index), ==, name);
  g_assert_cmpstr (g_ptr_array_index (heard->values, index), ==, value + strspn (value, " "));
}

static void
expect_body (const Heard *heard, const void *body, gsize len)
{
  g_assert_cmpmem (heard->body, heard->body_len, body, len);
}

/* ---- the commands ---- */

typedef enum
{
  LINE,
  API,
  BGAPI,
  EXECUTE,
  SENDMSG,
  SENDEVENT,
  SETVAR,
  GLOBAL_SETVAR,
  AUTH,
  N_KINDS
} Kind;

static EslEvent *
event_of (const Parts *parts)
{
  EslEvent *event = esl_event_new ();
  guint last = parts->n - 1;

  for (guint i = 1; i + 1 < last; i += 2)
    esl_event_add (event, nth (parts, i)->text, nth (parts, i + 1)->text);
  if (last > 0 && nth (parts, last)->len > 0)
    esl_event_set_body (event, nth (parts, last)->text, (gssize)nth (parts, last)->len);
  return event;
}

static gboolean
write_message (Kind kind, const Parts *parts, GString *out, GError **error)
{
  g_autoptr (EslEvent) event = event_of (parts);
  const char *target = nth (parts, 0)->text;

  if (kind == SENDMSG)
    return esl_command_sendmsg (out, target, event, error);
  return esl_command_sendevent (out, target, event, error);
}

static gboolean
write_execute (const Parts *parts, GString *out, GError **error)
{
  const EslExecute execute = { .uuid = nth (parts, 0)->text,
                               .app = nth (parts, 1)->text,
                               .event_uuid = nth (parts, 2)->text,
                               .arg = nth (parts, 3)->text,
                               .arg_len = (gssize)nth (parts, 3)->len,
                               .loops = parts->n > 4 ? 3 : 0 };

  return esl_command_execute (out, &execute, error);
}

static gboolean
write_one (Kind kind, const Parts *parts, GString *out, GError **error)
{
  const Part *first = nth (parts, 0), *second = nth (parts, 1), *third = nth (parts, 2);

  switch (kind)
    {
    case LINE:
      return esl_command_line (out, first->text, (gssize)first->len, error);
    case API:
      return esl_command_api (out, first->text, (gssize)first->len, error);
    case BGAPI:
      return esl_command_bgapi (out, first->text, (gssize)first->len, second->text, error);
    case EXECUTE:
      return write_execute (parts, out, error);
    case SETVAR:
      return esl_command_setvar (out, first->text, second->text, third->text, third->len, error);
    case GLOBAL_SETVAR:
      return esl_command_global_setvar (out, "name", first->text, first->len, error);
    case AUTH:
      return esl_command_auth (out, first->text, second->text, error);
    default:
      return write_message (kind, parts, out, error);
    }
}

/* The headers and the body of a message, in order, without the Content-Lengths that were given. */
static void
check_message (const Heard *heard, const char *word, const Parts *parts)
{
  g_autoptr (EslEvent) event = event_of (parts);
  g_autofree char *line = g_strdup_printf ("%s %s", word, nth (parts, 0)->text);
  const guint8 *body;
  gsize len;
  guint n = 0;

  g_assert_cmpstr (heard->line, ==, line);
  for (guint i = 0; i < esl_event_n_headers (event); i++)
    {
      EslHeader header;

      esl_event_header (event, i, &header);
      if (header.kind != ESL_HEADER_SINGLE)
        return; /* arrays are the unit tests' */
      if (g_ascii_strcasecmp (header.name, "Content-Length") != 0)
        expect_header (heard, n++, header.name, header.value);
    }
  body = esl_event_body (event, &len);
  g_assert_cmpuint (heard->names->len, ==, n + (len > 0 ? 1 : 0));
  expect_body (heard, body, len);
}

static void
check_execute (const Heard *heard, const Parts *parts)
{
  g_autofree char *line = g_strdup_printf ("sendmsg %s", nth (parts, 0)->text);
  guint n = 3;

  g_assert_cmpstr (heard->line, ==, line);
  expect_header (heard, 0, "call-command", "execute");
  expect_header (heard, 1, "execute-app-name", nth (parts, 1)->text);
  expect_header (heard, 2, "Event-UUID", nth (parts, 2)->text);
  if (parts->n > 4)
    expect_header (heard, n++, "loops", "3");
  if (nth (parts, 3)->len > 0)
    expect_header (heard, n++, "Content-Type", "text/plain");
  expect_body (heard, nth (parts, 3)->text, nth (parts, 3)->len);
}

static void
check_setvar (const Heard *heard, const Parts *parts)
{
  g_autofree char *args = NULL;
  const char *at;

  g_assert_true (g_str_has_prefix (heard->line, "api uuid_setvar "));
  args = stripped (heard->line + strlen ("api uuid_setvar "));
  g_assert_false (
      g_str_has_prefix (args, "^^")); /* would choose another separator than the space */
  at = args;
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *word = next_word (&at, i == 2);

      g_assert_cmpstr (word, ==, nth (parts, i)->text);
    }
}

static void
check_global (const Heard *heard, const Parts *parts)
{
  const char *start = "api global_setvar name=";
  g_autofree char *value = NULL;
  g_autofree char *args = NULL;
  const char *at;

  g_assert_true (g_str_has_prefix (heard->line, start));
  args = stripped (heard->line + strlen (start));
  at = args;
  value = next_word (&at, TRUE);
  g_assert_cmpstr (value, ==, nth (parts, 0)->text);
}

static void
check_line (const Heard *heard, const char *before, const char *text)
{
  g_autofree char *line = g_strconcat (before, text, NULL);

  g_assert_cmpstr (heard->line, ==, line);
  g_assert_cmpuint (heard->body_len, ==, 0);
}

static void
check_one (Kind kind, const Heard *heard, const Parts *parts)
{
  g_autofree char *login = NULL;

  switch (kind)
    {
    case LINE:
    case API:
      check_line (heard, kind == API ? "api " : "", nth (parts, 0)->text);
      g_assert_cmpuint (heard->names->len, ==, 0);
      break;
    case BGAPI:
      check_line (heard, "bgapi ", nth (parts, 0)->text);
      expect_header (heard, 0, "Job-UUID", nth (parts, 1)->text);
      break;
    case EXECUTE:
      check_execute (heard, parts);
      break;
    case SETVAR:
      check_setvar (heard, parts);
      break;
    case GLOBAL_SETVAR:
      check_global (heard, parts);
      break;
    case AUTH:
      login = g_strdup_printf ("userauth %s:", nth (parts, 0)->text);
      check_line (heard, login, nth (parts, 1)->text);
      break;
    default:
      check_message (heard, kind == SENDMSG ? "sendmsg" : "sendevent", parts);
    }
}

/* The two orders that may pass, since the trap does just what they say. */
static gboolean
is_reload_order (Kind kind, const Part *line)
{
  return (kind == API || kind == BGAPI)
         && (strcmp (line->text, "reload mod_event_socket") == 0
             || strcmp (line->text, "unload mod_event_socket") == 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GString) out = g_string_new ("before");
  g_autoptr (GError) error = NULL;
  g_auto (Heard) heard = { 0 };
  Parts parts = { 0 };
  gboolean trap;
  Kind kind;

  if (size == 0)
    {
      heard.names = g_ptr_array_new ();
      heard.values = g_ptr_array_new ();
      return 0;
    }
  kind = data[0] % N_KINDS;
  cut (&parts, data + 1, size - 1);
  if (!write_one (kind, &parts, out, &error))
    {
      g_assert_cmpstr (out->str, ==, "before");
      g_assert_true (error != NULL && error->message[0] != '\0');
      g_string_free (parts.copy, TRUE);
      heard.names = g_ptr_array_new ();
      heard.values = g_ptr_array_new ();
      return 0;
    }
  g_string_erase (out, 0, strlen ("before"));
  g_assert_true (hear (&heard, out->str, out->len, &trap));
  g_assert_cmpuint (heard.taken, ==, out->len);
  g_assert_true (!trap || is_reload_order (kind, nth (&parts, 0)));
  check_one (kind, &heard, &parts);
  g_string_free (parts.copy, TRUE);
  return 0;
}
