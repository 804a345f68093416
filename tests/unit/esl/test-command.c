/* SPDX-License-Identifier: MIT */
/* test-command.c - what goes to the switch, and what must never. */
#include <string.h>

#include "esl-command.h"
#include "transcript.h"

#define TRAP "reload mod_event_socket"

static void
assert_text (GString *out, gboolean ok, const char *wanted)
{
  g_assert_true (ok);
  g_assert_cmpstr (out->str, ==, wanted);
  g_assert_cmpuint (out->len, ==, strlen (wanted));
  g_string_truncate (out, 0);
}

/* Refused, with `out` as it was. */
static void
assert_refused (GString *out, gboolean ok, GError **error, EslCommandError code)
{
  g_assert_false (ok);
  g_assert_error (*error, ESL_COMMAND_ERROR, (int)code);
  g_assert_cmpstr (out->str, ==, "before");
  g_clear_error (error);
}

static void
test_lines (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  assert_text (out, esl_command_auth (out, NULL, "ClueCon", NULL), "auth ClueCon\n\n");
  assert_text (out, esl_command_auth (out, "u@d", "p w", NULL), "userauth u@d:p w\n\n");
  assert_text (out, esl_command_line (out, "event json all", -1, NULL), "event json all\n\n");
  assert_text (out, esl_command_line (out, "exit...", 4, NULL), "exit\n\n");
  assert_text (out, esl_command_api (out, "status", -1, NULL), "api status\n\n");
  assert_text (out, esl_command_bgapi (out, "originate x y", -1, "id-1", NULL),
               "bgapi originate x y\nJob-UUID: id-1\n\n");
  assert_text (out, esl_command_bgapi (out, "status", -1, NULL, NULL), "bgapi status\n\n");
}

static void
test_execute (void)
{
  static const char argument[] = "say \n\nreload mod_event_socket";
  g_autoptr (GString) out = g_string_new (NULL);
  EslExecute execute = { .app = "park" };
  g_autofree char *wanted = NULL;

  assert_text (out, esl_command_execute (out, &execute, NULL),
               "sendmsg\ncall-command: execute\nexecute-app-name: park\n\n");
  execute = (EslExecute){ .uuid = "U",
                          .app = "log",
                          .arg = argument,
                          .arg_len = -1,
                          .event_uuid = "E",
                          .loops = 3,
                          .async = TRUE,
                          .event_lock = TRUE };
  wanted = g_strdup_printf ("sendmsg U\ncall-command: execute\nexecute-app-name: log\n"
                            "Event-UUID: E\nloops: 3\nasync: true\nevent-lock: true\n"
                            "Content-Type: text/plain\nContent-Length: %zu\n\n%s",
                            strlen (argument), argument);
  assert_text (out, esl_command_execute (out, &execute, NULL), wanted);
}

static void
test_messages (void)
{
  static const char *const cells[] = { "a", "b" };
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (EslEvent) event = esl_event_new ();

  esl_event_add (event, "call-command", "hangup");
  esl_event_add (event, "content-length", "99");
  esl_event_add_array (event, "Content-Length", cells, 2);
  esl_event_add_array (event, "Arr", cells, 2);
  esl_event_add (event, "Empty", "");
  assert_text (out, esl_command_sendmsg (out, "U", event, NULL),
               "sendmsg U\ncall-command: hangup\nArr: ARRAY::a|:b\nEmpty: \n\n");
  assert_text (out, esl_command_sendmsg (out, NULL, event, NULL),
               "sendmsg\ncall-command: hangup\nArr: ARRAY::a|:b\nEmpty: \n\n");
  esl_event_set_body (event, "\n\n\xff", 3);
  assert_text (out, esl_command_sendevent (out, "CUSTOM", event, NULL),
               "sendevent CUSTOM\ncall-command: hangup\nArr: ARRAY::a|:b\nEmpty: \n"
               "Content-Length: 3\n\n\n\n\xff");
}

/* A line end in user text would start a header, an empty line a command, a NUL end the text. */
static void
test_injection (void)
{
  static const char *const bad[] = { "a\nb", "a\n\napi create_uuid", "a\rb", "\n", "a\r\n\r\nb" };
  g_autoptr (GString) out = g_string_new ("before");
  g_autoptr (GError) error = NULL;
  const EslCommandError invalid = ESL_COMMAND_ERROR_INVALID;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (EslEvent) in_value = esl_event_new ();
      g_autoptr (EslEvent) in_name = esl_event_new ();
      EslExecute app = { .uuid = "U", .app = bad[i] }, uuid = { .uuid = bad[i], .app = "park" },
                 id = { .uuid = "U", .app = "park", .event_uuid = bad[i] };

      esl_event_add (in_value, "Name", bad[i]);
      esl_event_add (in_name, bad[i], "value");
      assert_refused (out, esl_command_auth (out, NULL, bad[i], &error), &error, invalid);
      assert_refused (out, esl_command_auth (out, bad[i], "p", &error), &error, invalid);
      assert_refused (out, esl_command_line (out, bad[i], -1, &error), &error, invalid);
      assert_refused (out, esl_command_api (out, bad[i], -1, &error), &error, invalid);
      assert_refused (out, esl_command_bgapi (out, bad[i], -1, NULL, &error), &error, invalid);
      assert_refused (out, esl_command_bgapi (out, "a", -1, bad[i], &error), &error, invalid);
      assert_refused (out, esl_command_execute (out, &app, &error), &error, invalid);
      assert_refused (out, esl_command_execute (out, &uuid, &error), &error, invalid);
      assert_refused (out, esl_command_execute (out, &id, &error), &error, invalid);
      assert_refused (out, esl_command_sendmsg (out, bad[i], in_value, &error), &error, invalid);
      assert_refused (out, esl_command_sendmsg (out, "U", in_value, &error), &error, invalid);
      assert_refused (out, esl_command_sendmsg (out, "U", in_name, &error), &error, invalid);
      assert_refused (out, esl_command_sendevent (out, bad[i], in_name, &error), &error, invalid);
    }
}

/* What is refused is shown, but never a password: errors go to terminals and journals. */
static void
test_password_is_not_shown (void)
{
  static const char *const users[] = { NULL, "u@d" };
  static const char *const bad[] = { "Sup3rS3cret\r", "Sup3rS3cret\nx", "\nSup3rS3cret" };
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (users); i++)
    for (guint j = 0; j < G_N_ELEMENTS (bad); j++)
      {
        g_autoptr (GError) error = NULL;

        g_assert_false (esl_command_auth (out, users[i], bad[j], &error));
        g_assert_error (error, ESL_COMMAND_ERROR, ESL_COMMAND_ERROR_INVALID);
        g_assert_nonnull (strstr (error->message, "the password"));
        g_assert_null (strstr (error->message, "S3cret"));
      }
}

static void
test_refusals (void)
{
  g_autoptr (GString) out = g_string_new ("before");
  g_autoptr (GError) error = NULL;
  g_autoptr (EslEvent) event = esl_event_new ();
  g_autofree char *large = g_strnfill (ESL_COMMAND_MAX, 'x');
  EslExecute cut = { .uuid = "U", .app = "log", .arg = "a\0b", .arg_len = 3 };
  const EslCommandError invalid = ESL_COMMAND_ERROR_INVALID;

  assert_refused (out, esl_command_auth (out, NULL, "", &error), &error, invalid);
  assert_refused (out, esl_command_auth (out, NULL, NULL, &error), &error, invalid);
  assert_refused (out, esl_command_line (out, "", 0, &error), &error, invalid);
  assert_refused (out, esl_command_line (out, "a\0b", 3, &error), &error, invalid);
  assert_refused (out, esl_command_api (out, "", -1, &error), &error, invalid);
  assert_refused (out, esl_command_execute (out, &cut, &error), &error, invalid);
  assert_refused (out, esl_command_setvar (out, "U", "n", "a\0b", 3, &error), &error, invalid);
  assert_refused (out, esl_command_setvar (out, "", "n", "v", 1, &error), &error, invalid);
  assert_refused (out, esl_command_setvar (out, "U", "", "v", 1, &error), &error, invalid);
  assert_refused (out, esl_command_sendevent (out, "", event, &error), &error, invalid);
  esl_event_add (event, "a:b", "v");
  assert_refused (out, esl_command_sendevent (out, "N", event, &error), &error, invalid);
  esl_event_clear (event);
  esl_event_set_body (event, "a\0b", 3);
  assert_refused (out, esl_command_sendevent (out, "N", event, &error), &error, invalid);
  assert_refused (out, esl_command_api (out, large, -1, &error), &error,
                  ESL_COMMAND_ERROR_TOO_LONG);
  assert_refused (out, esl_command_setvar (out, "U", "n", large, ESL_COMMAND_MAX, &error), &error,
                  ESL_COMMAND_ERROR_TOO_LONG);
  memset (large, ' ', ESL_COMMAND_MAX);
  assert_refused (out, esl_command_setvar (out, "U", "n", large, ESL_COMMAND_MAX / 2, &error),
                  &error, ESL_COMMAND_ERROR_TOO_LONG);
}

static void
test_reload_trap (void)
{
  static const char *const traps[] = { "echo please RELOAD the mod_event_socket now",
                                       "mod_EVENT_socket unloaded", "reload  mod_event_socket",
                                       "reload mod_event_socket x", "Reload mod_event_socket" };
  g_autoptr (GString) out = g_string_new ("before");
  g_autoptr (GError) error = NULL;
  g_autoptr (EslEvent) event = esl_event_new ();

  for (guint i = 0; i < G_N_ELEMENTS (traps); i++)
    {
      g_assert_true (esl_command_is_reload_trap (traps[i], strlen (traps[i])));
      assert_refused (out, esl_command_line (out, traps[i], -1, &error), &error,
                      ESL_COMMAND_ERROR_RELOAD);
      assert_refused (out, esl_command_api (out, traps[i], -1, &error), &error,
                      ESL_COMMAND_ERROR_RELOAD);
    }
  /* the words in different parts */
  assert_refused (out, esl_command_bgapi (out, "reload x", -1, "mod_event_socket", &error), &error,
                  ESL_COMMAND_ERROR_RELOAD);
  esl_event_add (event, "unload", "1");
  esl_event_add (event, "X", "mod_event_socket");
  assert_refused (out, esl_command_sendevent (out, "N", event, &error), &error,
                  ESL_COMMAND_ERROR_RELOAD);

  g_assert_false (esl_command_is_reload_trap ("reload mod_event_socke", 22));
  g_assert_false (esl_command_is_reload_trap ("load mod_event_socket", 21));
  g_string_truncate (out, 0);
  assert_text (out, esl_command_api (out, TRAP, -1, NULL), "api " TRAP "\n\n");
  assert_text (out, esl_command_bgapi (out, "unload mod_event_socket", -1, "J", NULL),
               "bgapi unload mod_event_socket\nJob-UUID: J\n\n");
}

/* The switch's tokeniser as the protocol describes it, in two steps: words are cut at blanks
 * outside quotes, three at most; then quotes and escapes of each are undone. */
static GPtrArray *
cut_words (const char *argument)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) word = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (const char *at = argument; *at != '\0'; at++)
    {
      if (*at == ' ' && !quoted && words->len < 2)
        {
          if (word->len > 0)
            g_ptr_array_add (words, g_strdup (word->str));
          g_string_truncate (word, 0);
          continue;
        }
      g_string_append_c (word, *at);
      if (*at == '\\' && at[1] != '\0')
        g_string_append_c (word, *++at);
      else if (*at == '\'')
        quoted = !quoted;
    }
  if (word->len > 0)
    g_ptr_array_add (words, g_strdup (word->str));
  return words;
}

static char *
unquote (const char *word)
{
  static const char letters[] = "nrts\\'\"", meanings[] = "\n\r\t \\'\"";
  g_autoptr (GString) value = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (; *word != '\0'; word++)
    {
      const char *letter = *word == '\\' && word[1] != '\0' ? strchr (letters, word[1]) : NULL;

      if (letter != NULL)
        {
          g_string_append_c (value, meanings[letter - letters]);
          word++;
        }
      else if (*word == '\'' && (quoted || strchr (word + 1, '\'') != NULL))
        {
          quoted = !quoted;
        }
      else
        {
          g_string_append_c (value, *word);
        }
    }
  return g_strdup (value->str);
}

/* Reads a uuid_setvar command as the switch would. */
static void
assert_setvar (const char *command, const char *uuid, const char *name, const char *value)
{
  const char *wanted[] = { uuid, name, value };
  g_autofree char *argument = NULL;
  g_autoptr (GPtrArray) words = NULL;

  g_assert_true (g_str_has_prefix (command, "api uuid_setvar "));
  g_assert_true (g_str_has_suffix (command, "\n\n"));
  g_assert_null (strpbrk (command, "\r"));
  g_assert_true (strchr (command, '\n') == command + strlen (command) - 2);
  g_assert_false (esl_command_is_reload_trap (command, strlen (command)));
  /* outer white space goes before anything else: space, \t, \n, \v, \r */
  argument = g_strdup (command + strlen ("api uuid_setvar "));
  for (gsize len = strlen (argument); len > 0 && strchr (" \t\n\v\r", argument[len - 1]); len--)
    argument[len - 1] = '\0';
  words = cut_words (argument);
  g_assert_cmpuint (words->len, ==, *value == '\0' ? 2 : 3);
  for (guint i = 0; i < words->len; i++)
    {
      g_autofree char *got = unquote (words->pdata[i]);

      g_assert_cmpstr (got, ==, wanted[i]);
    }
}

static char *
random_value (GRand *rand, int min)
{
  static const char *const pieces[] = { "reload",  "UNLOAD", "mod_event_socket",
                                        "\reload", "eload",  "\r",
                                        "\n",      "'",      "''",
                                        "\\",      "\\'",    " ",
                                        "  ",      "\t",     "\v",
                                        ";",       "\"",     "%",
                                        "${x}" };
  g_autoptr (GString) value = g_string_new (NULL);

  for (int i = g_rand_int_range (rand, min, 12); i > 0; i--)
    {
      if (g_rand_boolean (rand))
        g_string_append_c (value, (char)g_rand_int_range (rand, 1, 256));
      else
        g_string_append (value, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
    }
  return g_strdup (value->str);
}

static void
test_setvar_any_value (void)
{
  g_autoptr (GRand) rand = transcript_rand ();
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *name = i % 2 ? g_strdup ("a_name[2]") : random_value (rand, 1);
      g_autofree char *value = random_value (rand, 0);

      g_string_truncate (out, 0);
      g_assert_true (esl_command_setvar (out, "U-1", name, value, strlen (value), NULL));
      assert_setvar (out->str, "U-1", name, value);
    }
}

static void
test_setvar_text (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  assert_text (out, esl_command_setvar (out, "U", "n", TRAP, strlen (TRAP), NULL),
               "api uuid_setvar U n rel''oad\\smod_event_socket\n\n");
  assert_text (out, esl_command_setvar (out, "U", "mod_event_socket", "\runload\reload", 13, NULL),
               "api uuid_setvar U mod_event_socket \\runl''oad\\rel''oad\n\n");
  assert_text (out, esl_command_setvar (out, "U", "n", "", 0, NULL), "api uuid_setvar U n\n\n");
  esl_command_escape (out, "a b\t\\'\r\n", 8);
  assert_text (out, TRUE, "a\\sb\\t\\\\\\'\\r\\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/esl/command/lines", test_lines);
  g_test_add_func ("/esl/command/execute", test_execute);
  g_test_add_func ("/esl/command/messages", test_messages);
  g_test_add_func ("/esl/command/injection", test_injection);
  g_test_add_func ("/esl/command/password-is-not-shown", test_password_is_not_shown);
  g_test_add_func ("/esl/command/refusals", test_refusals);
  g_test_add_func ("/esl/command/reload-trap", test_reload_trap);
  g_test_add_func ("/esl/command/setvar-any-value", test_setvar_any_value);
  g_test_add_func ("/esl/command/setvar-text", test_setvar_text);
  return g_test_run ();
}
