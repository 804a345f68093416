/* SPDX-License-Identifier: MIT */
/* test-input.c - a client's bytes to commands, however they are cut. */
#include <string.h>

#include "sim-input.h"

typedef struct
{
  const char *name;
  const char *bytes;
  gsize len;            /* 0: up to the NUL */
  const char *lines[4]; /* the commands' first lines */
  const char *headers;  /* of the first: "Name=value;..." in order, Command left out */
  const char *body;     /* of the first */
} InputCase;

static const InputCase cases[] = {
  { "plain", "api status\n\n", 0, { "api status" }, "", NULL },
  { "blank lines before", "\n\r\n\n\napi x\n\n", 0, { "api x" }, "", NULL },
  { "crlf", "api x\r\n\r\n", 0, { "api x" }, "", NULL },
  { "lf crlf", "api x\n\r\n", 0, { "api x" }, "", NULL },
  { "crlf lf", "api x\r\n\n", 0, { "api x" }, "", NULL },
  { "crs alone end nothing", "api x\r\ry\n\n", 0, { "api x" }, "", NULL },
  { "leading space stays", " api x\n\n", 0, { " api x" }, "", NULL },
  { "cr ends the line", "api echo a\rb\n\n", 0, { "api echo a" }, "", NULL },
  { "nul ends the text", "api echo a\0b\nA: 1\n\n", 19, { "api echo a" }, "", NULL },
  { "two commands", "one\n\ntwo\n\n", 0, { "one", "two" }, "", NULL },
  { "headers",
    "sendmsg u\nA: 1\nfoo\nB:  two words\n\n",
    0,
    { "sendmsg u" },
    "A=1;B=two words;",
    NULL },
  { "empty value", "sendevent X\nA: 1\nEmpty: \nA:\n\n", 0, { "sendevent X" }, "", NULL },
  { "twice", "x\nA: 1\nA: 2\n\n", 0, { "x" }, "A=1;A=2;", NULL },
  { "crlf headers", "x\r\nA: 1\r\nB: 2\r\n\r\n", 0, { "x" }, "A=1;B=2;", NULL },
  { "a cr ahead hides an lf", "x\nA: 1\nB: 2\r\nC: 3\n\n", 0, { "x" }, "C=3;", NULL },
  { "body", "x\nContent-Length: 5\n\nhelloy\n\n", 0, { "x", "y" }, "Content-Length=5;", "hello" },
  { "body with blank lines",
    "x\ncontent-length: 4\n\na\n\nbz\n\n",
    0,
    { "x", "z" },
    "content-length=4;",
    "a\n\nb" },
  { "length zero", "x\nContent-Length: 0\n\ny\n\n", 0, { "x", "y" }, "Content-Length=0;", NULL },
  { "length below zero",
    "x\nContent-Length: -3\n\ny\n\n",
    0,
    { "x", "y" },
    "Content-Length=-3;",
    NULL },
  { "length no number",
    "x\nContent-Length: abc\n\ny\n\n",
    0,
    { "x", "y" },
    "Content-Length=abc;",
    NULL },
  { "body cut at a nul",
    "x\nContent-Length: 3\n\na\0by\n\n",
    27,
    { "x", "y" },
    "Content-Length=3;",
    "a" },
};

static char *
headers_of (const EslEvent *message)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 1; i < esl_event_n_headers (message); i++)
    {
      EslHeader header;
      esl_event_header (message, i, &header);
      g_string_append_printf (text, "%s=%s;", header.name, header.value);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
check_first (const InputCase *c, const SimCommand *command)
{
  g_autofree char *headers = headers_of (command->message);
  gsize len = 0;
  const guint8 *body = esl_event_body (command->message, &len);
  g_assert_cmpstr (headers, ==, c->headers);
  g_assert_cmpmem (body ? (const char *)body : "", len, c->body ? c->body : "",
                   c->body ? strlen (c->body) : 0);
}

/* Feeds `step` bytes at a time. */
static void
check_cut (const InputCase *c, gsize step)
{
  g_autoptr (SimInput) input = sim_input_new ();
  gsize len = c->len ? c->len : strlen (c->bytes);
  guint n = 0;
  for (gsize at = 0; at < len; at += step)
    {
      sim_input_feed (input, c->bytes + at, MIN (step, len - at));
      SimCommand *command;
      for (; (command = sim_input_next (input)); n++)
        {
          g_assert_cmpuint (n, <, G_N_ELEMENTS (c->lines));
          g_assert_cmpstr (command->line, ==, c->lines[n]);
          if (n == 0)
            check_first (c, command);
          sim_command_free (command);
        }
    }
  g_assert_true (n == G_N_ELEMENTS (c->lines) || !c->lines[n]);
  g_assert_false (sim_input_is_partial (input));
}

static void
test_case (gconstpointer data)
{
  const InputCase *c = data;
  gsize len = c->len ? c->len : strlen (c->bytes);
  for (gsize step = 1; step <= len; step++)
    check_cut (c, step);
}

static void
test_partial (void)
{
  g_autoptr (SimInput) input = sim_input_new ();
  g_assert_false (sim_input_is_partial (input));
  sim_input_feed (input, "\n\r\n", 3);
  g_assert_null (sim_input_next (input));
  g_assert_false (sim_input_is_partial (input));
  sim_input_feed (input, "a", 1);
  g_assert_null (sim_input_next (input));
  g_assert_true (sim_input_is_partial (input));
  sim_input_feed (input, "\nContent-Length: 2\n\n", 20);
  g_assert_null (sim_input_next (input));
  g_assert_true (sim_input_is_partial (input));
  sim_input_feed (input, "bb", 2);
  g_autoptr (SimCommand) command = sim_input_next (input);
  g_assert_nonnull (command);
  g_assert_false (sim_input_is_partial (input));
}

/* The switch takes the text as complete at 10,485,760 bytes. */
static void
test_too_long (void)
{
  g_autoptr (SimInput) input = sim_input_new ();
  g_autofree char *bytes = g_malloc (SIM_INPUT_MAX);
  memset (bytes, 'a', SIM_INPUT_MAX);
  sim_input_feed (input, bytes, SIM_INPUT_MAX - 1);
  g_assert_null (sim_input_next (input));
  sim_input_feed (input, "abc\n\n", 5);
  g_autoptr (SimCommand) first = sim_input_next (input);
  g_assert_nonnull (first);
  g_assert_cmpuint (strlen (first->line), ==, SIM_INPUT_MAX);
  g_autoptr (SimCommand) second = sim_input_next (input);
  g_assert_nonnull (second);
  g_assert_cmpstr (second->line, ==, "bc");
}

static void
test_body_bound (void)
{
  g_autoptr (SimInput) input = sim_input_new ();
  g_autofree char *text = g_strdup_printf ("x\nContent-Length: %u\n\n", SIM_INPUT_BODY_MAX + 1);
  sim_input_feed (input, text, strlen (text));
  g_assert_null (sim_input_next (input));
  g_assert_true (sim_input_is_overrun (input));
}

static void
test_arrays (void)
{
  g_autoptr (EslEvent) event = esl_event_new ();
  sim_header_add (event, "A", "ARRAY::one|:two");
  sim_header_add (event, "B", "ARRAY::single");
  sim_header_add (event, "C", "ARRAY::|:|:z");
  sim_header_add (event, "D", "ARRAY::");
  g_autoptr (GString) json = g_string_new (NULL);
  esl_event_append (event, ESL_FORMAT_JSON, ESL_AS_SWITCH, json);
  g_assert_cmpstr (json->str, ==,
                   "{\"A\":[\"one\",\"two\"],\"B\":[\"single\"],\"C\":[\"z\"],\"D\":\"ARRAY::\"}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/sim/input/", cases[i].name, NULL);
      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/sim/input/partial", test_partial);
  g_test_add_func ("/sim/input/too-long", test_too_long);
  g_test_add_func ("/sim/input/body-bound", test_body_bound);
  g_test_add_func ("/sim/input/arrays", test_arrays);
  return g_test_run ();
}
