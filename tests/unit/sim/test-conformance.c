/* SPDX-License-Identifier: MIT */
/* test-conformance.c - the simulated switch says what FreeSWITCH 1.10.12 said.
 *
 * Each recorded scenario is played again. Then, connection by connection:
 *
 *   - replies and notices: the same frames in the same order, the same header names,
 *     the same text once uuids, times and counters are masked;
 *   - events: for each channel the same Event-Names in the same order, and for each
 *     event the same set of header names.
 *
 * What may differ is in the tables of exceptions below, each with its reason.
 */
#include <string.h>

#include "plain-text.h"
#include "replay.h"
#include "xml-reader.h"

/* ---- scenarios ---- */

#define MAKE(before, frames)                                                                       \
  {                                                                                                \
    before, frames, "api originate null/alice &park", TRUE                                         \
  }
#define KILL(before, frames)                                                                       \
  {                                                                                                \
    before, frames, "api uuid_kill %s"                                                             \
  }

static const Scenario scenarios[] = {
  { "auth_ok", 1 },
  { "auth_bad", 1 },
  { "auth_unauthed_commands", 1 },
  { "userauth_ok", 1 },
  { "userauth_bad", 1 },
  { "api_basic", 1, { MAKE (1, 2), { 37, 38, "api uuid_kill %s", FALSE, TRUE } } },
  { "api_show_tables", 1 },
  { "bgapi", 1 },
  { "bgapi_json", 1 },
  { "life_plain", 2 },
  { "life_json", 2 },
  { "life_xml", 2 },
  { "failed_call", 2 },
  { "sendmsg", 1, { MAKE (1, 2), MAKE (14, 0) } },
  { "filters", 2 },
  { "myevents", 1, { MAKE (1, 2), KILL (REPLAY_AT_END, 10) } },
  { "myevents_linger", 1, { MAKE (1, 2), KILL (3, 4) } },
  { "sendevent", 4 },
  { "log7", 1, { { 5, 6, "api log info hello from eslfs" }, MAKE (5, 6), KILL (5, 6) } },
  { "event_replies", 1 },
  { "framing", 1 },
  { "burst50", 1 },
  { "exit_cmd", 1 },
  { "variables", 1 },
  { "outbound_async", 1, { { 0 } }, "8084" },
  { "outbound_sync", 1, { { 0 } }, "8085" },
  { "hangup_no_linger", 1, { { REPLAY_AT_END, 2, "api hupall" } }, "8084" },
  { "slow_api", 1, { { REPLAY_AT_END, 3, "sendevent CUSTOM\nEvent-Subclass: z::z" } } },
};

/* Recordings that are not played:
 *
 *   multiline_sdp: a SIP call, its media description and its codecs. The simulator has no SIP. */

/* ---- exceptions ---- */

/* Header names that an event (or a dump of a channel) may have on one side only. */
static const struct
{
  const char *recording; /* NULL: any */
  const char *event;     /* NULL: any */
  const char *header;
  const char *reason;
} header_exceptions[] = {
  { "life_", "CHANNEL_HANGUP_COMPLETE", "variable_bridge_hangup_cause",
    "the other leg's thread sets it: life_plain has it, life_json and life_xml were too early" },
};

/* Tables whose rows are the switch's own: only the columns are compared. */
static const char *const own_tables[] = { "name", "type", "task_id" };

static gboolean
header_is_excepted (const char *recording, const char *event, const char *header)
{
  for (guint i = 0; i < G_N_ELEMENTS (header_exceptions); i++)
    {
      const char *r = header_exceptions[i].recording, *e = header_exceptions[i].event;
      if ((!r || g_str_has_prefix (recording, r)) && (!e || strcmp (event, e) == 0)
          && g_ascii_strcasecmp (header, header_exceptions[i].header) == 0)
        return TRUE;
    }
  return FALSE;
}

/* ---- sets of header names ---- */

static GHashTable *
names_of (const EslEvent *event)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < esl_event_n_headers (event); i++)
    {
      EslHeader header;
      esl_event_header (event, i, &header);
      g_hash_table_add (names, g_strdup (header.name));
    }
  return names;
}

static void
say_missing (GString *out, const char *recording, const char *event, GHashTable *from,
             GHashTable *in, const char *what)
{
  GHashTableIter iter;
  gpointer name;
  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (in, name) && !header_is_excepted (recording, event, name))
      g_string_append_printf (out, "%s: %s: %s %s\n", recording, event, what, (char *)name);
}

static char *
order_of (const EslEvent *event)
{
  GString *names = g_string_new (NULL);
  for (guint i = 0; i < esl_event_n_headers (event); i++)
    {
      EslHeader header;
      esl_event_header (event, i, &header);
      g_string_append_printf (names, "%s ", header.name);
    }
  return g_string_free (names, FALSE);
}

/* An event that a client sent has its headers in the client's order, but for the subclass. */
static void
compare_order (GString *out, const char *recording, const EslEvent *theirs, const EslEvent *ours)
{
  g_autofree char *a = order_of (theirs), *b = order_of (ours);
  if (esl_event_get (theirs, "Event-Subclass") && strcmp (a, b) != 0)
    g_string_append_printf (out, "%s: headers in another order: %s, here %s\n", recording, a, b);
}

static void
compare_names (GString *out, const char *recording, const char *event, const EslEvent *theirs,
               const EslEvent *ours)
{
  g_autoptr (GHashTable) a = names_of (theirs);
  g_autoptr (GHashTable) b = names_of (ours);
  say_missing (out, recording, event, a, b, "missing");
  say_missing (out, recording, event, b, a, "too much:");
  compare_order (out, recording, theirs, ours);
}

/* Headers whose values are the time's or the machine's. */
static const char *const own_values[] = {
  "FreeSWITCH-IPv4", "FreeSWITCH-IPv6", "Event-Date-GMT", "Event-Sequence", "variable_session_id",
};

/* Ends of the names of variables that hold a length of time. */
static const char *const own_lengths[] = { "sec", "duration", "_ms" };

static gboolean
value_is_own (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_lengths); i++)
    if (g_str_has_suffix (name, own_lengths[i]))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (own_values); i++)
    if (strcmp (own_values[i], name) == 0)
      return TRUE;
  return FALSE;
}

/* The values of all headers that both have. */
static void
compare_values (GString *out, const char *recording, const char *event, const EslEvent *theirs,
                const EslEvent *ours)
{
  for (guint i = 0; i < esl_event_n_headers (theirs); i++)
    {
      EslHeader header;
      esl_event_header (theirs, i, &header);
      const char *here = esl_event_get (ours, header.name);
      if (!here || value_is_own (header.name))
        continue;
      g_autofree char *a = plain_text (esl_event_get (theirs, header.name));
      g_autofree char *b = plain_text (here);
      if (strcmp (a, b) != 0)
        g_string_append_printf (out, "%s: %s: %s: recorded %s, here %s\n", recording, event,
                                header.name, a, b);
    }
}

/* ---- replies ---- */

static gboolean
text_begins (const char *text, const char *prefix)
{
  return text && g_str_has_prefix (text, prefix);
}

/* "Name: [value]" lines; a value may go over several. */
static EslEvent *
parse_bracketed (const char *text)
{
  EslEvent *event = esl_event_new ();
  g_autoptr (GRegex) line = g_regex_new ("^([^\n:]+): \\[(.*?)\\]$",
                                         G_REGEX_MULTILINE | G_REGEX_DOTALL | G_REGEX_RAW, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  for (g_regex_match (line, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);
      g_autofree char *value = g_match_info_fetch (match, 2);
      esl_event_add (event, name, value);
    }
  return event;
}

/* A channel's dump in any of its formats, as an event; NULL for another text. */
static EslEvent *
parse_dump (const Frame *frame)
{
  static const char *const begins[] = { "Event-Name: CHANNEL_DATA",
                                        "{\"Event-Name\":\"CHANNEL_DATA\"", "<event>" };
  if (text_begins (frame->body, "Event-Name: [CHANNEL_DATA]"))
    return parse_bracketed (frame->body);
  for (guint i = 0; i < G_N_ELEMENTS (begins); i++)
    {
      if (!text_begins (frame->body, begins[i]))
        continue;
      if (i == ESL_FORMAT_XML)
        return xml_read (frame->body, frame->body_len);
      g_autoptr (GError) error = NULL;
      EslEvent *event = esl_event_new ();
      esl_event_parse (event, (EslFormat)i, frame->body, frame->body_len, &error);
      g_assert_no_error (error);
      return event;
    }
  return NULL;
}

/* The names of the first row's columns in `{"row_count":N,"rows":[{...`, and of a csv's. */
static char *
table_columns (const char *body)
{
  const char *row = strstr (body, "[{");
  if (!row)
    return g_strndup (body, strcspn (body, "\n"));
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autofree char *first = g_strndup (row + 1, strcspn (row, "}"));
  g_autoptr (GRegex) key = g_regex_new ("\"([a-z_]+)\":", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  for (g_regex_match (key, first, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);
      g_string_append_printf (columns, "%s,", name);
    }
  return g_string_free (g_steal_pointer (&columns), FALSE);
}

static gboolean
is_own_table (const char *body)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_tables); i++)
    {
      g_autofree char *json = g_strdup_printf (",\"rows\":[{\"%s\":", own_tables[i]);
      g_autofree char *csv = g_strdup_printf ("%s,", own_tables[i]);
      if (strstr (body, json) || g_str_has_prefix (body, csv))
        return TRUE;
    }
  return FALSE;
}

static char *
comparable_body (const char *body)
{
  if (is_own_table (body))
    return table_columns (body);
  if (text_begins (body, "UP "))
    return plain_figures (body);
  return plain_text (body);
}

static void
compare_bodies (GString *out, const char *recording, const Frame *theirs, const Frame *ours)
{
  g_autoptr (EslEvent) a = parse_dump (theirs);
  g_autoptr (EslEvent) b = parse_dump (ours);
  if (a && b)
    {
      compare_names (out, recording, "uuid_dump", a, b);
      compare_values (out, recording, "uuid_dump", a, b);
      return;
    }
  g_autofree char *x = comparable_body (theirs->body ? theirs->body : "");
  g_autofree char *y = comparable_body (ours->body ? ours->body : "");
  if (strcmp (x, y) != 0)
    g_string_append_printf (out, "%s: body\n  recorded %s\n  here     %s\n", recording, x, y);
}

static void
compare_reply (GString *out, const char *recording, const Frame *theirs, const Frame *ours)
{
  const char *text = esl_event_get (theirs->headers, "Reply-Text");
  const char *here = esl_event_get (ours->headers, "Reply-Text");
  g_autofree char *a = plain_text (text ? text : "");
  g_autofree char *b = plain_text (here ? here : "");
  compare_names (out, recording, theirs->type, theirs->headers, ours->headers);
  if (strcmp (theirs->type, ours->type) != 0 || strcmp (a, b) != 0)
    g_string_append_printf (out, "%s: recorded %s %s, here %s %s\n", recording, theirs->type, a,
                            ours->type, b);
  else
    compare_bodies (out, recording, theirs, ours);
}

static GPtrArray *
replies_of (GPtrArray *frames)
{
  GPtrArray *replies = g_ptr_array_new ();
  for (guint i = 0; i < frames->len; i++)
    if (!frame_is_event (g_ptr_array_index (frames, i)))
      g_ptr_array_add (replies, g_ptr_array_index (frames, i));
  return replies;
}

static void
compare_replies (GString *out, const char *recording, GPtrArray *theirs, GPtrArray *ours)
{
  g_autoptr (GPtrArray) a = replies_of (theirs);
  g_autoptr (GPtrArray) b = replies_of (ours);
  if (a->len != b->len)
    g_string_append_printf (out, "%s: recorded %u replies, here %u\n", recording, a->len, b->len);
  for (guint i = 0; i < MIN (a->len, b->len); i++)
    compare_reply (out, recording, g_ptr_array_index (a, i), g_ptr_array_index (b, i));
}

/* ---- events ---- */

/* Events of one channel (or those of none), in order. */
typedef struct
{
  GPtrArray *keys;   /* char *: uuids, as they first appear */
  GHashTable *lists; /* uuid to GPtrArray of Frame */
} EventGroups;

static const char *
group_of (const Frame *frame)
{
  const char *old = frame_event_get (frame, "Old-Unique-ID");
  return *old ? old : frame_event_get (frame, "Unique-ID");
}

static void
groups_init (EventGroups *groups, GPtrArray *frames)
{
  groups->keys = g_ptr_array_new_with_free_func (g_free);
  groups->lists =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  g_autofree char *renamed = NULL; /* the uuid that the first channel took */
  g_autofree char *original = NULL;
  for (guint i = 0; i < frames->len; i++)
    {
      const Frame *frame = g_ptr_array_index (frames, i);
      if (!frame_is_event (frame))
        continue;
      const char *key = group_of (frame);
      if (renamed && strcmp (key, renamed) == 0)
        key = original;
      if (strcmp (frame_event_get (frame, "Event-Name"), "CHANNEL_UUID") == 0)
        {
          g_assert_null (renamed);
          renamed = g_strdup (frame_event_get (frame, "Unique-ID"));
          original = g_strdup (key);
        }
      GPtrArray *list = g_hash_table_lookup (groups->lists, key);
      if (!list)
        {
          list = g_ptr_array_new ();
          g_ptr_array_add (groups->keys, g_strdup (key));
          g_hash_table_insert (groups->lists, groups->keys->pdata[groups->keys->len - 1], list);
        }
      g_ptr_array_add (list, (gpointer)frame);
    }
}

static void
groups_clear (EventGroups *groups)
{
  g_hash_table_unref (groups->lists);
  g_ptr_array_unref (groups->keys);
}

static char *
names_in_order (GPtrArray *list)
{
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint i = 0; i < list->len; i++)
    g_string_append_printf (names, "%s ",
                            frame_event_get (g_ptr_array_index (list, i), "Event-Name"));
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
compare_group (GString *out, const char *recording, GPtrArray *theirs, GPtrArray *ours)
{
  g_autofree char *a = names_in_order (theirs);
  g_autofree char *b = names_in_order (ours);
  if (strcmp (a, b) != 0)
    {
      g_string_append_printf (out, "%s: order\n  recorded %s\n  here     %s\n", recording, a, b);
      return;
    }
  for (guint i = 0; i < theirs->len; i++)
    {
      const Frame *x = g_ptr_array_index (theirs, i), *y = g_ptr_array_index (ours, i);
      compare_names (out, recording, frame_event_get (x, "Event-Name"), x->event, y->event);
      compare_values (out, recording, frame_event_get (x, "Event-Name"), x->event, y->event);
    }
}

static void
compare_events (GString *out, const char *recording, GPtrArray *theirs, GPtrArray *ours)
{
  EventGroups a, b;
  groups_init (&a, theirs);
  groups_init (&b, ours);
  if (a.keys->len != b.keys->len)
    g_string_append_printf (out, "%s: recorded %u channels, here %u\n", recording, a.keys->len,
                            b.keys->len);
  for (guint i = 0; i < MIN (a.keys->len, b.keys->len); i++)
    compare_group (out, recording, g_hash_table_lookup (a.lists, a.keys->pdata[i]),
                   g_hash_table_lookup (b.lists, b.keys->pdata[i]));
  groups_clear (&a);
  groups_clear (&b);
}

/* ---- tests ---- */

static void
test_scenario (gconstpointer data)
{
  const Scenario *scenario = data;
  g_autoptr (Replay) replay = replay_run (scenario);
  g_autoptr (GString) differences = g_string_new (NULL);
  for (guint c = 0; c < scenario->connections; c++)
    {
      const Recording *recording = replay->recordings[c];
      g_autoptr (GPtrArray) theirs = replay_comparable (recording->frames);
      g_autoptr (GPtrArray) ours = replay_comparable (replay->clients[c]->frames);
      /* The recorder left: what comes after that has nothing to be compared with. */
      if (!recording->closed_by_switch && ours->len > theirs->len)
        g_ptr_array_set_size (ours, (gint)theirs->len);
      compare_replies (differences, recording->name, theirs, ours);
      compare_events (differences, recording->name, theirs, ours);
    }
  if (differences->len > 0)
    g_test_message ("%s", differences->str);
  g_assert_cmpuint (differences->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    {
      g_autofree char *path = g_strconcat ("/sim/conformance/", scenarios[i].name, NULL);
      g_test_add_data_func (path, &scenarios[i], test_scenario);
    }
  return g_test_run ();
}
