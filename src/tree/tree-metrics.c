/* SPDX-License-Identifier: MIT */
/* tree-metrics.c - eslfs/metrics: counters and gauges in Prometheus's text format.
 *
 * One table: a metric is a row with a function that reads it from memory. Nothing is asked of the
 * switch, and nothing is counted for this file's sake alone but a few additions.
 */
#include "tree-private.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static double
is_up (Tree *tree)
{
  return sw_client_state (tree->client) == SW_CLIENT_UP;
}

#define COUNT(name)                                                                                \
  static double count_##name (Tree *tree)                                                          \
  {                                                                                                \
    return (double)sw_client_counts (tree->client)->name;                                          \
  }
COUNT (links)
COUNT (events)
COUNT (event_bytes)
COUNT (echoes)
COUNT (missing)
COUNT (log_lines)
COUNT (queries)
COUNT (queries_sent)
COUNT (commands)
COUNT (waiting)
COUNT (live_readers)
COUNT (outbound_calls)

static double
n_channels (Tree *tree)
{
  return sw_model_n_channels (sw_client_model (tree->client));
}

static double
n_ended (Tree *tree)
{
  return (double)registry_n_added (sw_history_registry (tree->history));
}

static double
n_records (Tree *tree)
{
  return (double)(vfs_ring_next (tree->events) - vfs_ring_first (tree->events));
}

static double
n_jobs_running (Tree *tree)
{
  return sw_jobs_n_running (tree->jobs);
}

static double
n_open_files (Tree *tree)
{
  return vfs_tree_n_open (tree->vfs);
}

static double
n_failures (Tree *tree)
{
  return (double)tree->n_failures;
}

static double
cpu_seconds (Tree *tree)
{
  struct rusage usage;

  if (getrusage (RUSAGE_SELF, &usage) != 0)
    return 0;
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
}

/* Second word of statm: resident pages. */
static double
resident_bytes (Tree *tree)
{
  g_autofree char *text = NULL;
  unsigned long size, resident;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL)
      || sscanf (text, "%lu %lu", &size, &resident) != 2)
    return 0;
  return (double)resident * (double)sysconf (_SC_PAGESIZE);
}

static const struct
{
  const char *name; /* those that end in _total only grow */
  const char *help;
  double (*value) (Tree *tree);
} metrics[] = {
  { "eslfs_up", "1 while the switch is connected", is_up },
  { "eslfs_links_total", "times that the switch was connected", count_links },
  { "eslfs_channels", "channels that live", n_channels },
  { "eslfs_channels_ended_total", "channels that ended", n_ended },
  { "eslfs_events_total", "events that the switch sent", count_events },
  { "eslfs_event_bytes_total", "their size as JSON", count_event_bytes },
  { "eslfs_events_own_total", "events caused by eslfs's own reads, left out", count_echoes },
  { "eslfs_events_missing_total", "events that may have been missed, at most", count_missing },
  { "eslfs_event_records", "records that the events file holds", n_records },
  { "eslfs_log_lines_total", "lines of the switch's log", count_log_lines },
  { "eslfs_queries_total", "questions that reads asked", count_queries },
  { "eslfs_queries_sent_total", "questions sent to the switch for them", count_queries_sent },
  { "eslfs_commands_total", "commands that were written", count_commands },
  { "eslfs_commands_waiting", "commands that wait for a connection", count_waiting },
  { "eslfs_jobs_running", "background jobs under way", n_jobs_running },
  { "eslfs_failures_total", "failures, as in eslfs/errors", n_failures },
  { "eslfs_outbound_calls_total", "calls taken from the dialplan", count_outbound_calls },
  { "eslfs_open_files", "open files", n_open_files },
  { "eslfs_live_readers", "readers that wait for events", count_live_readers },
  { "process_cpu_seconds_total", "user and system time", cpu_seconds },
  { "process_resident_memory_bytes", "resident memory", resident_bytes },
};

static void
append_head (GString *out, const char *name, const char *help)
{
  const char *type = g_str_has_suffix (name, "_total") ? "counter" : "gauge";

  g_string_append_printf (out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static const char *const roles[] = { "events", "read", "write", "log" };

static void
count_role (EslConnection *connection, const char *role, gpointer data)
{
  guint *counts = data;

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    counts[i] += strcmp (role, roles[i]) == 0;
}

static void
append_connections (Tree *tree, GString *out)
{
  guint counts[G_N_ELEMENTS (roles)] = { 0 };

  sw_client_visit (tree->client, count_role, counts);
  append_head (out, "eslfs_connections", "connections to the switch");
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    g_string_append_printf (out, "eslfs_connections{role=\"%s\"} %u\n", roles[i], counts[i]);
}

static void
append_metrics (Tree *tree, GString *out)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  append_head (out, "eslfs_build_info", "always 1");
  g_string_append (out, "eslfs_build_info{version=\"" ESLFS_VERSION "\"} 1\n");
  for (gsize i = 0; i < G_N_ELEMENTS (metrics); i++)
    {
      append_head (out, metrics[i].name, metrics[i].help);
      g_ascii_formatd (number, sizeof number, "%.15g", metrics[i].value (tree));
      g_string_append_printf (out, "%s %s\n", metrics[i].name, number);
    }
  append_connections (tree, out);
}

void
tree_metrics_show (VfsNode *node, GString *out)
{
  Tree *tree = tree_of (node);

  append_metrics (tree, out);
  tree->metrics_size = out->len;
  tree->metrics_asked = g_get_monotonic_time ();
}

/* They differ from one moment to the next: what they were a second ago will do. */
gsize
tree_metrics_size (VfsNode *node)
{
  Tree *tree = tree_of (node);
  g_autoptr (GString) text = NULL;

  if (tree->metrics_size > 0 && g_get_monotonic_time () - tree->metrics_asked < G_USEC_PER_SEC)
    return tree->metrics_size;
  text = g_string_new (NULL);
  tree_metrics_show (node, text);
  return tree->metrics_size;
}
