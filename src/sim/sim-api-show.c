/* SPDX-License-Identifier: MIT */
/* sim-api-show.c - `show` and `sofia`: a row for each table that can be shown. */
#include <string.h>

#include "sim-api.h"
#include "sim-app.h"
#include "sim-core-info.h"
#include "sim-db.h"
#include "sim-table.h"

typedef struct
{
  SimApiCall *call;
  GStrv words;  /* the arguments without the format */
  char *format; /* NULL: csv */
  char *delimiter;
} Show;

/* ---- channels and calls ---- */

static const SimColumn like_columns[] = {
  SIM_COL_UUID, SIM_COL_NAME,          SIM_COL_CID_NAME,    SIM_COL_CID_NUM,
  SIM_COL_DEST, SIM_COL_PRESENCE_DATA, SIM_COL_ACCOUNTCODE,
};

static gboolean
row_is_like (const SimRow *row, const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (like_columns); i++)
    {
      const char *value = row->values[like_columns[i]];

      if (value != NULL && strstr (value, text) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
fill_channels (const Show *show, SimTable *table)
{
  const char *like = NULL;

  if (show->words[1] != NULL && g_ascii_strcasecmp (show->words[1], "like") == 0)
    like = show->words[2];
  for (GList *link = sim_db_rows (show->call->sim)->head; link != NULL; link = link->next)
    {
      const SimRow *row = link->data;

      if (like == NULL || row_is_like (row, like))
        memcpy (sim_table_add (table), row->values, sizeof row->values);
    }
}

/* Columns of one leg in `show calls`. */
static const SimColumn call_columns[] = {
  SIM_COL_UUID,
  SIM_COL_DIRECTION,
  SIM_COL_CREATED,
  SIM_COL_CREATED_EPOCH,
  SIM_COL_NAME,
  SIM_COL_STATE,
  SIM_COL_CID_NAME,
  SIM_COL_CID_NUM,
  SIM_COL_IP_ADDR,
  SIM_COL_DEST,
  SIM_COL_PRESENCE_ID,
  SIM_COL_PRESENCE_DATA,
  SIM_COL_ACCOUNTCODE,
  SIM_COL_CALLSTATE,
  SIM_COL_CALLEE_NAME,
  SIM_COL_CALLEE_NUM,
  SIM_COL_CALLEE_DIRECTION,
  SIM_COL_CALL_UUID,
  SIM_COL_HOSTNAME,
  SIM_COL_SENT_CALLEE_NAME,
  SIM_COL_SENT_CALLEE_NUM,
};

static const char *const calls_names[] = {
  "uuid",
  "direction",
  "created",
  "created_epoch",
  "name",
  "state",
  "cid_name",
  "cid_num",
  "ip_addr",
  "dest",
  "presence_id",
  "presence_data",
  "accountcode",
  "callstate",
  "callee_name",
  "callee_num",
  "callee_direction",
  "call_uuid",
  "hostname",
  "sent_callee_name",
  "sent_callee_num",
  "b_uuid",
  "b_direction",
  "b_created",
  "b_created_epoch",
  "b_name",
  "b_state",
  "b_cid_name",
  "b_cid_num",
  "b_ip_addr",
  "b_dest",
  "b_presence_id",
  "b_presence_data",
  "b_accountcode",
  "b_callstate",
  "b_callee_name",
  "b_callee_num",
  "b_callee_direction",
  "b_sent_callee_name",
  "b_sent_callee_num",
  "call_created_epoch",
  NULL,
};

static void
fill_call (const char **cells, const SimRow *row, const SimRow *other)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (call_columns); i++)
    cells[n++] = row->values[call_columns[i]];
  for (guint i = 0; i < G_N_ELEMENTS (call_columns); i++)
    if (call_columns[i] != SIM_COL_CALL_UUID && call_columns[i] != SIM_COL_HOSTNAME)
      cells[n++] = other != NULL ? other->values[call_columns[i]] : NULL;
  cells[n] = other != NULL ? row->bridged_epoch : NULL;
}

/* A leg that was called stands in its caller's row. */
static void
fill_calls (const Show *show, SimTable *table)
{
  SimSwitch *sim = show->call->sim;
  gboolean bridged = g_str_has_prefix (show->words[0], "bridged");

  for (GList *link = sim_db_rows (sim)->head; link != NULL; link = link->next)
    {
      const SimRow *row = link->data;
      const SimRow *other = sim_db_row (sim, row->callee);

      if (!row->is_callee && (other != NULL || !bridged))
        fill_call (sim_table_add (table), row, other);
    }
}

/* ---- what the switch has ---- */

static const char *const command_names[] = { "name", "description", "syntax", "ikey", NULL };

static gboolean
name_is_wanted (const Show *show, const char *name)
{
  return show->words[1] == NULL || g_ascii_strcasecmp (show->words[1], name) == 0;
}

static void
fill_api (const Show *show, SimTable *table)
{
  const SimApi *api;

  for (guint i = 0; (api = sim_api_nth (show->call->sim, i)) != NULL; i++)
    {
      const char **row;

      if (api->description == NULL || !name_is_wanted (show, api->name))
        continue;
      row = sim_table_add (table);
      row[0] = api->name;
      row[1] = api->description;
      row[2] = api->syntax;
      row[3] = api->module;
    }
}

static void
fill_application (const Show *show, SimTable *table)
{
  for (guint i = 0; i < sim_n_apps; i++)
    {
      const char **row;

      if (!name_is_wanted (show, sim_apps[i].name))
        continue;
      row = sim_table_add (table);
      row[0] = sim_apps[i].name;
      row[1] = sim_apps[i].description;
      row[2] = sim_apps[i].syntax;
      row[3] = sim_apps[i].module;
    }
}

static const struct
{
  const char *type;
  const char *name;
  const char *module;
} interfaces[] = {
  { "codec", "PROXY PASS-THROUGH", "CORE_PCM_MODULE" },
  { "codec", "G.711 alaw", "CORE_PCM_MODULE" },
  { "codec", "G.711 ulaw", "CORE_PCM_MODULE" },
  { "dialplan", "XML", "mod_dialplan_xml" },
  { "dialplan", "inline", "mod_dptools" },
  { "endpoint", "error", "mod_dptools" },
  { "endpoint", "loopback", "mod_loopback" },
  { "endpoint", "null", "mod_loopback" },
  { "endpoint", "sofia", "mod_sofia" },
  { "endpoint", "user", "mod_dptools" },
  { "file", "tone_stream", "mod_tone_stream" },
  { "file", "silence_stream", "mod_tone_stream" },
  { "file", "local_stream", "mod_local_stream" },
  { "generic", "mod_event_socket", "mod_event_socket" },
  { "say", "en", "mod_say_en" },
  { "timer", "soft", "CORE_SOFTTIMER_MODULE" },
};

gboolean
sim_module_exists (const char *name)
{
  if (strcmp (name, "mod_commands") == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (interfaces); i++)
    if (strcmp (interfaces[i].module, name) == 0)
      return TRUE;
  return FALSE;
}

static const char *const interface_names[] = { "type", "name", "ikey", NULL };

static void
add_interface (SimTable *table, const char *type, const char *name, const char *module)
{
  const char **row = sim_table_add (table);

  row[0] = type;
  row[1] = name;
  row[2] = module;
}

static void
fill_interfaces (const Show *show, SimTable *table)
{
  for (guint i = 0; i < G_N_ELEMENTS (interfaces); i++)
    if (g_ascii_strcasecmp (interfaces[i].type, show->words[0]) == 0
        || g_str_has_prefix (show->words[0], interfaces[i].type))
      add_interface (table, interfaces[i].type, interfaces[i].name, interfaces[i].module);
}

/* Every one, sorted by type; commands and applications without a description too. */
static void
fill_all_interfaces (const Show *show, SimTable *table)
{
  const SimApi *api;

  for (guint i = 0; (api = sim_api_nth (show->call->sim, i)) != NULL; i++)
    add_interface (table, "api", api->name, api->module);
  for (guint i = 0; i < sim_n_apps; i++)
    add_interface (table, "application", sim_apps[i].name, sim_apps[i].module);
  for (guint i = 0; i < G_N_ELEMENTS (interfaces); i++)
    add_interface (table, interfaces[i].type, interfaces[i].name, interfaces[i].module);
}

static const char *const module_names[] = { "type", "name", "ikey", "filename", NULL };

static void
add_module (SimTable *table, const char *type, const char *name, const char *module)
{
  g_autofree char *file = NULL;
  const char **row;

  add_interface (table, type, name, module);
  file = g_strdup_printf ("/usr/lib/freeswitch/mod/%s.so", module);
  row = g_ptr_array_index (table->rows, table->rows->len - 1);
  row[3] = g_intern_string (file);
}

static void
fill_modules (const Show *show, SimTable *table)
{
  const SimApi *api;

  for (guint i = 0; (api = sim_api_nth (show->call->sim, i)) != NULL; i++)
    if (api->description != NULL)
      add_module (table, "api", api->name, api->module);
  for (guint i = 0; i < sim_n_apps; i++)
    add_module (table, "application", sim_apps[i].name, sim_apps[i].module);
  for (guint i = 0; i < G_N_ELEMENTS (interfaces); i++)
    add_module (table, interfaces[i].type, interfaces[i].name, interfaces[i].module);
}

static const char *const registration_names[] = {
  "reg_user",     "realm",         "token",    "url",      "expires", "network_ip",
  "network_port", "network_proto", "hostname", "metadata", NULL
};
static const char *const task_names[] = {
  "task_id", "task_desc", "task_group", "task_runtime", "task_sql_manager", "hostname", NULL
};
static const char *const alias_names[] = { "sticky", "alias", "command", "hostname", NULL };

static void
fill_nothing (const Show *show, SimTable *table)
{
}

static void
fill_tasks (const Show *show, SimTable *table)
{
  const char **row = sim_table_add (table);

  row[0] = "1";
  row[1] = "heartbeat";
  row[2] = "core";
  row[3] = "0";
  row[4] = "0";
  row[5] = show->call->sim->hostname;
}

/* ---- the table of tables ---- */

static const struct
{
  const char *name;
  const char *const *columns;
  void (*fill) (const Show *show, SimTable *table);
  gboolean named; /* a word behind it names one row, and csv is all there is */
} shown[] = {
  { "channels", sim_column_names, fill_channels },
  { "calls", calls_names, fill_calls },
  { "detailed_calls", calls_names, fill_calls },
  { "bridged_calls", calls_names, fill_calls },
  { "detailed_bridged_calls", calls_names, fill_calls },
  { "api", command_names, fill_api, TRUE },
  { "application", command_names, fill_application, TRUE },
  { "interfaces", interface_names, fill_all_interfaces },
  { "modules", module_names, fill_modules },
  { "codec", interface_names, fill_interfaces },
  { "dialplan", interface_names, fill_interfaces },
  { "endpoint", interface_names, fill_interfaces },
  { "endpoints", interface_names, fill_interfaces },
  { "file", interface_names, fill_interfaces },
  { "say", interface_names, fill_interfaces },
  { "timer", interface_names, fill_interfaces },
  { "registrations", registration_names, fill_nothing },
  { "aliases", alias_names, fill_nothing },
  { "tasks", task_names, fill_tasks },
};

/* Cuts "as FORMAT [DELIMITER]" off the end. */
static void
show_take_format (Show *show)
{
  guint n = g_strv_length (show->words);

  for (guint i = 1; i + 1 < n; i++)
    if (g_ascii_strcasecmp (show->words[i], "as") == 0)
      {
        show->format = show->words[i + 1];
        show->delimiter = i + 2 < n ? show->words[i + 2] : NULL;
        g_free (show->words[i]);
        show->words[i] = NULL;
        return;
      }
}

static gboolean
show_is_count (const Show *show)
{
  return show->words[1] != NULL && g_ascii_strcasecmp (show->words[1], "count") == 0;
}

static void
show_run (Show *show, guint index)
{
  GString *out = show->call->out;
  g_auto (SimTable) table;

  sim_table_init (&table, shown[index].columns);
  shown[index].fill (show, &table);
  if (shown[index].named && show->words[1] != NULL)
    show->format = NULL;
  if (show_is_count (show))
    sim_table_append_count (table.rows->len, show->format, out);
  else if (!sim_table_append (&table, show->format, show->delimiter, out))
    g_string_append_printf (out, "-ERR Cannot find format %s\n", show->format);
}

/* The words that show_take_format() cut off are still the array's: freed with it. */
static void
show_words_free (GStrv words, guint n)
{
  for (guint i = 0; i < n; i++)
    g_free (words[i]);
  g_free (words);
}

static void
run_show (SimApiCall *call)
{
  Show show = { .call = call, .words = sim_words_split (call->args, 8) };
  guint n = g_strv_length (show.words), found = G_N_ELEMENTS (shown);

  show_take_format (&show);
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    if (g_ascii_strcasecmp (show.words[0], shown[i].name) == 0)
      found = i;
  if (found < G_N_ELEMENTS (shown))
    show_run (&show, found);
  else
    sim_api_usage (call);
  show_words_free (show.words, n);
}

/* ---- sofia ---- */

#define RULER                                                                                      \
  "====================================================================================="          \
  "============\n"

static void
run_sofia (SimApiCall *call)
{
  if (strcmp (call->args, "status") != 0)
    {
      g_string_append_printf (call->out, "Unknown Command [%s]\n", call->args);
      return;
    }
  g_string_append_printf (call->out, "%25s\t%7s\t%42s\t%s\n" RULER, "Name", "Type", "Data",
                          "State");
  g_string_append_printf (call->out, "%25s\t%7s\t%42s\t%s\n", "internal", "profile",
                          "sip:mod_sofia@192.0.2.1:5060", "RUNNING (0)");
  g_string_append_printf (call->out, "%25s\t%7s\t%42s\t%s\n" RULER "2 profiles 0 aliases\n",
                          "external", "profile", "sip:mod_sofia@192.0.2.1:5080", "RUNNING (0)");
}

const SimApi sim_api_show[] = {
  { "show", "Lists what the switch has",
    "codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels [count|like <match "
    "string>]|calls|detailed_calls|bridged_calls|detailed_bridged_calls|aliases|complete|chat|"
    "management|modules|nat_map|say|interfaces|interface_types|tasks|limits|status",
    "mod_commands", run_show },
  { "sofia", "State of the SIP profiles", "status", "mod_sofia", run_sofia },
  { NULL },
};
