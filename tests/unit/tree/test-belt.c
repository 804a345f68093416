/* SPDX-License-Identifier: MIT */
/* test-belt.c - what isn't run by mistake, and the ways to name it. */
#include <string.h>

#include "tree-belt.h"

typedef struct
{
  const char *line;
  gboolean denied;
} Row;

static void
assert_said (const char *line, const char *said, gboolean denied)
{
  if ((said != NULL) != denied)
    g_error ("%s: %s", line, said != NULL ? said : "went through");
  if (said != NULL)
    {
      g_assert_true (g_str_has_prefix (said, "-ERR "));
      g_assert_true (g_str_has_suffix (said, "\n"));
    }
}

static void
test_api (void)
{
  static const Row rows[] = {
    { "system id", TRUE },
    { "SYSTEM id", TRUE },
    { " system", TRUE },
    { "bg_spawn x", TRUE },
    { "lua x.lua", TRUE },
    { "jsrun x.js", TRUE },
    { "jsx", TRUE },
    { "python3 x", TRUE },
    { "javascript x", TRUE },
    { "spawn_later x", TRUE },
    { "spaw x", FALSE },
    { "status", FALSE },
    { "systemx", FALSE },
    { "echo system id", FALSE },
    { "load mod_x", FALSE },
    { "fsctl shutdown", FALSE },
    { "shutdown", FALSE },
    { "bgapi system id", TRUE },
    { "bgapi bgapi  system id", TRUE },
    { "expand system id", TRUE },
    { "expand uuid:x system id", TRUE },
    { "bgapi echo system id", FALSE },
    { "sched_api +3 none system id", TRUE },
    { "sched_api +3 system status", FALSE },
    { "sched_api +3", FALSE },
    { "originate null/x &system(id)", TRUE },
    { "originate null/x &lua", TRUE },
    { "originate null/x &park", FALSE },
    { "originate null/x 'set:a=b,system:id' inline", TRUE },
    { "originate null/x system:id", FALSE },
    { "originate {api_on_answer='system id'}null/x &park", TRUE },
    { "originate {a=b,execute_on_answer=lua x.lua}null/x &park", TRUE },
    { "originate {a=system}null/x &park", FALSE },
    { "uuid_transfer U system:id inline", TRUE },
    { "uuid_transfer U -both 'sleep:5,lua:x' inline default", TRUE },
    { "uuid_transfer U system XML default", FALSE },
    { "uuid_broadcast U system::id", TRUE },
    { "uuid_broadcast U system!!id both", TRUE },
    { "uuid_broadcast U shell_stream://id", TRUE },
    { "uuid_setvar U api_hangup_hook system id", TRUE },
    { "uuid_setvar U note system id", FALSE },
    { "eval ${system(id)}", TRUE },
    { "eval ${system id}", TRUE },
    { "eval ${system}", FALSE },
    { "", FALSE },
  };
  g_autoptr (TreeBelt) belt = tree_belt_new (NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_said (rows[i].line, tree_belt_api (belt, rows[i].line), rows[i].denied);
  g_assert_cmpstr (
      tree_belt_api (belt, "system id"), ==,
      "-ERR system reaches beyond telephony: this mount denies it; -o allow=system (or "
      "allow=shell) lets it through\n");
}

static void
test_lists (void)
{
  static const struct
  {
    const char *deny, *allow, *line;
    gboolean denied;
  } rows[] = {
    { NULL, "shell", "system id", FALSE },
    { NULL, "system", "system id", FALSE },
    { NULL, "system", "bg_system id", TRUE },
    { NULL, "x,System", "system id", FALSE },
    { NULL, "python3", "python3 x", FALSE },
    { NULL, "python3", "python3run x", TRUE },
    { "lua", "shell", "lua x", TRUE },
    { "lua", "shell", "system x", FALSE },
    { "lua", "lua", "lua x", FALSE },
    { "modules", NULL, "load mod_x", TRUE },
    { "modules", NULL, "reload mod_x", TRUE },
    { "modules", NULL, "reloadxml", FALSE },
    { "modules", NULL, "system id", TRUE },
    { "modules", "reload", "reload mod_x", FALSE },
    { "modules", "reload", "unload mod_x", TRUE },
    { "shutdown", NULL, "shutdown", TRUE },
    { "shutdown", NULL, "fsctl shutdown now", TRUE },
    { "shutdown", NULL, "fsctl crash", TRUE },
    { "shutdown", NULL, "fsctl shutdown_check", FALSE },
    { "shutdown", NULL, "fsctl loglevel 7", FALSE },
    { "shutdown", NULL, "bgapi fsctl  shutdown", TRUE },
    { "hupall:fsctl", NULL, "hupall", TRUE },
    { "hupall:fsctl", NULL, "fsctl loglevel 7", TRUE },
    { "hupall", NULL, "eval ${hupall()}", TRUE },
    { "", "", "status", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TreeBelt) belt = tree_belt_new (rows[i].deny, rows[i].allow);

      assert_said (rows[i].line, tree_belt_api (belt, rows[i].line), rows[i].denied);
    }
}

static void
test_application (void)
{
  g_autoptr (TreeBelt) belt = tree_belt_new (NULL, NULL);

  assert_said ("system", tree_belt_application (belt, "system", "id"), TRUE);
  assert_said ("Lua", tree_belt_application (belt, "Lua", NULL), TRUE);
  assert_said ("playback", tree_belt_application (belt, "playback", NULL), FALSE);
  assert_said ("playback", tree_belt_application (belt, "playback", "shell_stream://id"), TRUE);
  assert_said ("set", tree_belt_application (belt, "set", "a=${system(id)}"), TRUE);
  assert_said ("set", tree_belt_application (belt, "set", "api_hangup_hook=system id"), TRUE);
  assert_said ("log", tree_belt_application (belt, "log", "the system is well"), FALSE);
  assert_said ("hook", tree_belt_variable (belt, "api_hangup_hook", "lua x.lua"), TRUE);
  assert_said ("hook", tree_belt_variable (belt, "api_hangup_hook", "status"), FALSE);
  assert_said ("variable", tree_belt_variable (belt, "note", "lua x.lua"), FALSE);
}

static void
test_message (void)
{
  static const struct
  {
    const char *name, *value, *body;
    gboolean denied;
  } rows[] = {
    { "execute-app-name", "system", NULL, TRUE },
    { "Execute-App-Name", "bgsystem", NULL, TRUE },
    { "execute-app-name", "playback", "${system(id)}", TRUE },
    { "execute-app-name", "playback", "system", FALSE },
    { "execute-app-arg", "${lua(x)}", NULL, TRUE },
    { "application", "system id", NULL, TRUE },
    { "application", "park", NULL, FALSE },
    { "hangup-cause", "system", NULL, FALSE },
  };
  g_autoptr (TreeBelt) belt = tree_belt_new (NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (EslEvent) message = esl_event_new ();

      esl_event_add (message, "call-command", "execute");
      esl_event_add (message, rows[i].name, rows[i].value);
      if (rows[i].body != NULL)
        esl_event_set_body (message, rows[i].body, strlen (rows[i].body));
      assert_said (rows[i].value, tree_belt_message (belt, message), rows[i].denied);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree/belt/api", test_api);
  g_test_add_func ("/tree/belt/lists", test_lists);
  g_test_add_func ("/tree/belt/application", test_application);
  g_test_add_func ("/tree/belt/message", test_message);
  return g_test_run ();
}
