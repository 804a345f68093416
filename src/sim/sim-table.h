/* SPDX-License-Identifier: MIT */
/* sim-table.h - a result of rows and columns, in the formats of `show`. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *const *columns; /* names, NULL-terminated */
  GPtrArray *rows;            /* const char **: one cell a column, NULL for empty; owned arrays of
                                 borrowed strings */
} SimTable;

void sim_table_init (SimTable *table, const char *const *columns);
void sim_table_clear (SimTable *table);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimTable, sim_table_clear)
/* A new empty row, to be filled. */
const char **sim_table_add (SimTable *table);

/* `format`: NULL or "csv", "delim", "json", "xml". FALSE for another one. */
gboolean sim_table_append (const SimTable *table, const char *format, const char *delimiter,
                           GString *out);
/* The number of rows alone. */
void sim_table_append_count (guint n, const char *format, GString *out);

G_END_DECLS
