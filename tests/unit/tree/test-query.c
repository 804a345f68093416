/* SPDX-License-Identifier: MIT */
/* test-query.c - which names query/ takes: those that only look, and never one that acts, as the
 * switch would read it (tests/fuzz/query-oracle.c). */
#include <string.h>

#include "query-oracle.h"
#include "tree-private.h"

static const char *const looks[] = {
  "acl 10.0.0.1 loopback.auto",
  "acl 10.0.0.1 10.0.0.0/8",
  "callcenter_config queue list",
  "callcenter_config queue list members support@default",
  "callcenter_config agent list 1000@default",
  "conference list",
  "conference count",
  "conference 3000 list",
  "conference list list", /* of that name, or as a verb: it tells both ways */
  "conference 3000-10.0.0.1 json_list",
  "db list",
  "db select/realm/key",
  "db_cache status",
  "fifo list",
  "fifo count cool_fifo@10.0.0.1",
  "global_getvar",
  "global_getvar domain",
  "hash select/realm/key",
  "limit_usage hash realm id",
  "local_stream show moh",
  "show application",
  "show calls count",
  "show channels as json",
  "show channels as delim |",
  "show channels like 10 as xml",
  "show api status",
  "sofia status",
  "sofia jsonstatus",
  "sofia status gateway example.com",
  "sofia status profile internal reg",
  "sofia status profile internal reg 1000@example.com",
  "sofia xmlstatus profile internal",
  "sofia_contact internal/1000@example.com",
  "sofia_contact */1000@example.com",
  "status",
  "uptime ms",
  "uuid_dump 2f2e8a4e-7c4b-4f0d-9d9e-7f0c3a1f2b3c json",
  "uuid_getvar 2f2e8a4e read_codec",
  "valet_info",
  "valet_info lot1",
  "version short",
};

static const char *const refused[] = {
  "",
  " ",
  " status",
  "status ",
  "status x",
  "STATUS",
  "sofia Status",
  "show\tchannels",
  "show  channels",
  "show channels\nhupall",
  "show channels\n\napi hupall",
  "show channels\r\rhupall",
  "status;; hupall",
  "status;;hupall",
  "$(hupall)",
  "show channels like ${api(hupall)}",
  "show channels like $${x}",
  "show channels like @{x}",
  "show channels like 'x'",
  "show channels like a\"b",
  "show channels like x\\",
  "show channels as json\\",
  "show status",
  "show statusX",
  "show statusreloadxml",
  "show nosuch",
  "show channels as delim ;",
  "help ^^",
  "uuid_dump ^^,u",
  "uuid_getvar u v\\",
  "uuid_getvar u x`id`",
  "uuid_getvar u \xc3\xa9",
  "uuid_dump",
  "uuid_dump u json x",
  /* All words in one pair of quotes, or another separator: what is found here is not what runs. */
  "conference 'a list b' dial {api_on_originate='system id'}null/x",
  "conference ^^,3001,kick,all, list",
  "conference a\\ list hup",
  "conference list hup all",
  "conference count kick all",
  "conference 3000 hup all",
  "conference 3000 list x",
  "conference dial list x",
  "conference 3000",
  "conference",
  "conference  list",
  "conference 3000 list\\",
  "hash ^^:insert:a:b:c",
  "hash insert/a/b/c",
  "hash delete/a/b",
  "hash select",
  "hash select/a",
  "hash select/a/b/c",
  "hash select//",
  "hash 'select/a/b'/insert",
  "db insert/a/b/c",
  "db ^^:delete:a:b list",
  "sofia",
  "sofia profile internal restart",
  "sofia ^^,profile,internal,restart status",
  "sofia 'profile' internal restart",
  "sofia status profile internal restart x y",
  "sofia global siptrace on",
  "local_stream reload x",
  "local_stream hup moh",
  "fifo debug 1",
  "fifo reparse",
  "fifo importance f 3",
  "callcenter_config queue load x",
  "callcenter_config agent set status x Logged",
  "callcenter_config queue list agents",
  "callcenter_config ^^,queue,unload,x list",
  "limit_usage redis realm id",
  "limit_usage realm id",
  /* They act, ask others, expand, or show secrets. */
  "group_call sales",
  "user_exists id 1000 example.com",
  "domain_exists example.com",
  "in_group 1000 sales",
  "list_users",
  "eval ${domain}",
  "expand status",
  "regex a|b",
  "cond 1 == 1 ? a : b",
  "json {\"command\":\"status\"}",
  "xml_locate root",
  "find_user_xml id 1000 x",
  "user_data 1000@x param password",
  "reload mod_event_socket",
  "load mod_x",
  "originate null/x &park",
  "system ls",
  "lua x.lua",
  "fsctl shutdown",
  "hupall",
  "reloadxml",
  "log 7 x",
  "echo x",
  "msleep 1000",
  "sched_api +1 none hupall",
  "uuid_kill x",
  "uuid_setvar u a b",
  "global_setvar a=b",
  "create_uuid",
  "nat_map reinit",
  "complete add x",
  "bgapi status",
  "api status",
  "console_execute status",
  "event",
};

static void
test_looks (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      g_autofree char *why = tree_query_refusal (looks[i]);

      g_test_message ("%s", looks[i]);
      g_assert_cmpstr (why, ==, NULL);
      g_assert_cmpstr (query_oracle_deed (looks[i]), ==, NULL);
    }
}

static void
test_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *why = tree_query_refusal (refused[i]);

      g_test_message ("%s", refused[i]);
      g_assert_nonnull (why);
      g_assert_cmpstr (why, !=, "");
    }
}

static void
check_reason (const char *line, const char *words)
{
  g_autofree char *why = tree_query_refusal (line);

  g_assert_nonnull (why);
  if (strstr (why, words) == NULL)
    g_error ("%s: %s", line, why);
}

/* The reason names the rule. */
static void
test_reasons (void)
{
  check_reason ("conference 'a list b' dial x", "word 2 of \"conference NAME");
  check_reason ("conference 'a list b' dial x", "a name (letters, digits and ._@+:-)");
  check_reason ("conference 3000 kick all", "word 3 of \"conference NAME");
  check_reason ("conference 3000", "words are missing");
  check_reason ("status now", "nothing may follow");
  check_reason ("hupall", "no command that only looks");
}

static void
check_listed (const char *line, gpointer data)
{
  guint *n = data;
  g_autofree char *why = tree_query_refusal (line);

  g_assert_cmpstr (why, ==, NULL);
  g_assert_cmpstr (query_oracle_deed (line), ==, NULL);
  g_assert_null (strstr (line, "NAME"));
  ++*n;
}

static void
test_listed (void)
{
  guint n = 0;

  tree_query_each_listed (check_listed, &n);
  g_assert_cmpuint (n, >, 40);
}

/* The oracle finds what was once let through. */
static void
test_oracle (void)
{
  g_assert_nonnull (query_oracle_deed ("conference 'a list b' dial {x}null/x"));
  g_assert_nonnull (query_oracle_deed ("conference ^^,3001,kick,all, list"));
  g_assert_nonnull (query_oracle_deed ("conference a\\ list hup"));
  g_assert_nonnull (query_oracle_deed ("conference 3000 'hup'"));
  g_assert_nonnull (query_oracle_deed ("show statusX"));
  g_assert_nonnull (query_oracle_deed ("show channels as json\\"));
  g_assert_nonnull (query_oracle_deed ("hash ^^:insert:a:b:c"));
  g_assert_nonnull (query_oracle_deed ("group_call sales"));
  g_assert_null (query_oracle_deed ("conference 'a b' list"));
  g_assert_null (query_oracle_deed ("show channels like 'a b'"));
}

/* ---- lines made at random ---- */

static const char *const pieces[] = {
  "^^", "^^0", "^^,", "^^ ", ",",      "'",    "\"",      "\\",   "/",    " ",  "|",   "$",
  "{",  "X",   "0",   "-",   "status", "kick", "hup all", "dial", "list", "as", "all", "insert",
};

static const char *
any_of (const char *const *strings, gsize n)
{
  return strings[g_test_rand_int_range (0, (int)n)];
}

/* Any place, or the beginning of the arguments, where "^^" means something. */
static gsize
random_place (const GString *line)
{
  gsize arguments = strcspn (line->str, " ") + 1;

  if (arguments < line->len && g_test_rand_bit ())
    return arguments;
  return (gsize)g_test_rand_int_range (0, (int)line->len + 1);
}

/* A line that looks, with pieces put into it, or written over it. */
static char *
random_line (void)
{
  GString *line = g_string_new (any_of (looks, G_N_ELEMENTS (looks)));

  for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
    {
      const char *piece = any_of (pieces, G_N_ELEMENTS (pieces));
      gsize at = random_place (line);

      if (g_test_rand_bit ())
        g_string_insert (line, (gssize)at, piece);
      else
        g_string_overwrite (line, at, piece);
    }
  return g_string_free (line, FALSE);
}

/* What gets through only tells. */
static void
test_random (void)
{
  guint n_looks = 0;

  for (guint i = 0; i < 30000; i++)
    {
      g_autofree char *line = random_line ();
      g_autofree char *why = tree_query_refusal (line);

      if (why == NULL && query_oracle_deed (line) != NULL)
        g_error ("%s: %s", line, query_oracle_deed (line));
      n_looks += why == NULL;
    }
  g_test_message ("%u lines got through", n_looks);
  g_assert_cmpuint (n_looks, >, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/query/looks", test_looks);
  g_test_add_func ("/query/refused", test_refused);
  g_test_add_func ("/query/reasons", test_reasons);
  g_test_add_func ("/query/listed", test_listed);
  g_test_add_func ("/query/oracle", test_oracle);
  g_test_add_func ("/query/random", test_random);
  return g_test_run ();
}
