/* SPDX-License-Identifier: MIT */
/* tree-table.c - all rows as a table, from which the documents' tables are made. */
#include "tree-private.h"

#include <string.h>

const VfsEntry *
tree_row (const VfsEntry *rows, const char *name)
{
  while (rows->name != NULL && strcmp (rows->name, name) != 0)
    rows++;
  g_assert (rows->name != NULL);
  return rows;
}

static const char *
kind (const VfsEntry *row)
{
  if (S_ISDIR (row->mode))
    return "d";
  return S_ISLNK (row->mode) ? "l" : "";
}

static void
append_rows (const VfsEntry *rows, const char *path, GString *out)
{
  for (const VfsEntry *row = rows; row->name != NULL; row++)
    {
      g_autofree char *below =
          g_strdup_printf ("%s%s%s", path, row->name, S_ISDIR (row->mode) ? "/" : "");

      g_string_append_printf (out, "%s\t%s%04o\t%s\n", below, kind (row), row->mode & 07777,
                              row->help);
      if (row->children != NULL)
        append_rows (row->children, below, out);
    }
}

void
tree_append_table (GString *out)
{
  append_rows (tree_root_entry ()->children, "", out);
}
