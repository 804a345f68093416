/* SPDX-License-Identifier: MIT */
/* sim-table.c - see the header. Each format has its own way to be empty (protocol: channels through
 * the api). Commas in a csv cell aren't quoted: neither does FreeSWITCH. */
#include "sim-table.h"

#include <string.h>

#include "esl-event.h"

void
sim_table_init (SimTable *table, const char *const *columns)
{
  table->columns = columns;
  table->rows = g_ptr_array_new_with_free_func (g_free);
}

void
sim_table_clear (SimTable *table)
{
  g_clear_pointer (&table->rows, g_ptr_array_unref);
}

static guint
table_width (const SimTable *table)
{
  return g_strv_length ((char **)table->columns);
}

const char **
sim_table_add (SimTable *table)
{
  const char **row = g_new0 (const char *, table_width (table));

  g_ptr_array_add (table->rows, row);
  return row;
}

static const char *
cell (const char *const *row, guint column)
{
  return row[column] != NULL ? row[column] : "";
}

static void
append_csv (const SimTable *table, const char *delimiter, GString *out)
{
  guint width = table_width (table);

  for (guint c = 0; table->rows->len > 0 && c < width; c++)
    g_string_append_printf (out, "%s%s", c > 0 ? delimiter : "", table->columns[c]);
  if (table->rows->len > 0)
    g_string_append_c (out, '\n');
  for (guint r = 0; r < table->rows->len; r++)
    {
      const char *const *row = g_ptr_array_index (table->rows, r);

      for (guint c = 0; c < width; c++)
        {
          g_string_append (out, c > 0 ? delimiter : "");
          g_string_append (out, cell (row, c));
        }
      g_string_append_c (out, '\n');
    }
  sim_table_append_count (table->rows->len, "csv", out);
}

static void
append_json (const SimTable *table, GString *out)
{
  guint width = table_width (table);

  if (table->rows->len == 0)
    {
      g_string_append (out, "{\"row_count\": 0}\n");
      return;
    }
  g_string_append_printf (out, "{\"row_count\":%u,\"rows\":[", table->rows->len);
  for (guint r = 0; r < table->rows->len; r++)
    {
      const char *const *row = g_ptr_array_index (table->rows, r);

      g_string_append (out, r > 0 ? ",{" : "{");
      for (guint c = 0; c < width; c++)
        {
          g_string_append (out, c > 0 ? ",\"" : "\"");
          g_string_append (out, table->columns[c]);
          g_string_append (out, "\":");
          esl_json_append_string (out, cell (row, c), strlen (cell (row, c)), FALSE);
        }
      g_string_append_c (out, '}');
    }
  g_string_append (out, "]}");
}

static void
append_xml (const SimTable *table, GString *out)
{
  guint width = table_width (table);

  if (table->rows->len == 0)
    {
      g_string_append (out, "<result row_count=\"0\"/>\n");
      return;
    }
  g_string_append_printf (out, "<result row_count=\"%u\">\n", table->rows->len);
  for (guint r = 0; r < table->rows->len; r++)
    {
      const char *const *row = g_ptr_array_index (table->rows, r);

      g_string_append_printf (out, "  <row row_id=\"%u\">\n", r + 1);
      for (guint c = 0; c < width; c++)
        {
          g_autofree char *text = g_markup_escape_text (cell (row, c), -1);

          g_string_append_printf (out, "    <%s>%s</%s>\n", table->columns[c], text,
                                  table->columns[c]);
        }
      g_string_append (out, "  </row>\n");
    }
  g_string_append (out, "</result>\n");
}

static gboolean
format_is (const char *format, const char *name)
{
  return format != NULL && g_ascii_strcasecmp (format, name) == 0;
}

gboolean
sim_table_append (const SimTable *table, const char *format, const char *delimiter, GString *out)
{
  if (format == NULL || format_is (format, "csv") || format_is (format, "delim"))
    append_csv (table, delimiter != NULL ? delimiter : ",", out);
  else if (format_is (format, "json"))
    append_json (table, out);
  else if (format_is (format, "xml"))
    append_xml (table, out);
  else
    return FALSE;
  return TRUE;
}

void
sim_table_append_count (guint n, const char *format, GString *out)
{
  if (format_is (format, "json"))
    g_string_append_printf (out, "{\"row_count\":%u,\"rows\":[]}", n);
  else if (format_is (format, "xml"))
    g_string_append_printf (out, "<result row_count=\"%u\"/>\n", n);
  else
    g_string_append_printf (out, "\n%u total.\n", n);
}
