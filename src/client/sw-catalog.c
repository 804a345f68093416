/* SPDX-License-Identifier: MIT */
/* sw-catalog.c - two lists, asked for once a link and then kept up by the modules' events. */
#include "sw-catalog.h"

#include <string.h>

typedef struct
{
  void (*func) (gpointer data);
  gpointer data;
} CatalogWaiter;

struct _SwCatalog
{
  SwPool *pool;
  guint deadline;
  GHashTable *usages;       /* api name -> usage */
  GPtrArray *names;         /* its keys, sorted, NULL-terminated; NULL: to be made */
  GHashTable *applications; /* folded names; NULL: not known */
  GHashTable *syntaxes;     /* application, in lower case -> its arguments, for those that tell */
  GArray *waiters;          /* of CatalogWaiter */
  guint n_asked;            /* answers to come */
};

SwCatalog *
sw_catalog_new (SwPool *pool, guint deadline)
{
  SwCatalog *catalog = g_new0 (SwCatalog, 1);

  catalog->pool = pool;
  catalog->deadline = deadline;
  catalog->usages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  catalog->syntaxes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  catalog->waiters = g_array_new (FALSE, FALSE, sizeof (CatalogWaiter));
  return catalog;
}

void
sw_catalog_free (SwCatalog *catalog)
{
  g_clear_pointer (&catalog->names, g_ptr_array_unref);
  g_hash_table_unref (catalog->usages);
  g_hash_table_unref (catalog->syntaxes);
  g_clear_pointer (&catalog->applications, g_hash_table_unref);
  g_array_unref (catalog->waiters);
  g_free (catalog);
}

/* Like `show api`, which leaves out what has no description. */
static void
add_api (SwCatalog *catalog, const EslEvent *row)
{
  const char *name = esl_event_get_last (row, "name");
  const char *syntax = esl_event_get_last (row, "syntax");
  const char *description = esl_event_get_last (row, "description");

  if (name == NULL || *name == '\0' || description == NULL || *description == '\0')
    return;
  g_clear_pointer (&catalog->names, g_ptr_array_unref);
  g_hash_table_replace (catalog->usages, g_strdup (name),
                        g_strdup_printf ("%s - %s", syntax != NULL ? syntax : "", description));
}

static void
on_api_row (const EslEvent *row, gpointer data)
{
  add_api (data, row);
}

static void
on_interface_row (const EslEvent *row, gpointer data)
{
  GHashTable *applications = data;
  const char *name = esl_event_get (row, "name");

  if (name != NULL && g_strcmp0 (esl_event_get (row, "type"), "application") == 0)
    g_hash_table_add (applications, g_ascii_strdown (name, -1));
}

void
sw_catalog_apply (SwCatalog *catalog, const EslEvent *event, gboolean loaded)
{
  const char *type = esl_event_get_last (event, "type");
  const char *name = esl_event_get_last (event, "name");

  if (type == NULL || name == NULL)
    return;
  if (strcmp (type, "api") == 0 && loaded)
    add_api (catalog, event);
  else if (strcmp (type, "api") == 0 && g_hash_table_remove (catalog->usages, name))
    g_clear_pointer (&catalog->names, g_ptr_array_unref);
  else if (strcmp (type, "application") == 0 && catalog->applications != NULL)
    {
      g_autofree char *folded = g_ascii_strdown (name, -1);

      if (loaded)
        g_hash_table_add (catalog->applications, g_steal_pointer (&folded));
      else
        g_hash_table_remove (catalog->applications, folded);
    }
}

static void
answered (SwCatalog *catalog)
{
  g_autoptr (GArray) waiters = NULL;

  if (--catalog->n_asked > 0)
    return;
  waiters = g_steal_pointer (&catalog->waiters);
  catalog->waiters = g_array_new (FALSE, FALSE, sizeof (CatalogWaiter));
  for (guint i = 0; i < waiters->len; i++)
    {
      const CatalogWaiter *waiter = &g_array_index (waiters, CatalogWaiter, i);

      waiter->func (waiter->data);
    }
}

static void
on_apis (const char *text, gsize len, const GError *error, gpointer data)
{
  SwCatalog *catalog = data;

  if (error == NULL && esl_event_parse_rows (text, len, NULL, NULL, NULL))
    {
      g_clear_pointer (&catalog->names, g_ptr_array_unref);
      g_hash_table_remove_all (catalog->usages);
      esl_event_parse_rows (text, len, on_api_row, catalog, NULL);
    }
  answered (catalog);
}

static void
on_application_row (const EslEvent *row, gpointer data)
{
  SwCatalog *catalog = data;
  const char *name = esl_event_get (row, "name");
  const char *syntax = esl_event_get (row, "syntax");

  if (name != NULL && syntax != NULL && syntax[0] != '\0')
    g_hash_table_insert (catalog->syntaxes, g_ascii_strdown (name, -1), g_strdup (syntax));
}

static void
on_applications (const char *text, gsize len, const GError *error, gpointer data)
{
  SwCatalog *catalog = data;

  if (error == NULL)
    esl_event_parse_rows (text, len, on_application_row, catalog, NULL);
  answered (catalog);
}

static void
on_interfaces (const char *text, gsize len, const GError *error, gpointer data)
{
  SwCatalog *catalog = data;
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (error == NULL)
    esl_event_parse_rows (text, len, on_interface_row, found, NULL);
  if (g_hash_table_size (found) > 0)
    {
      g_clear_pointer (&catalog->applications, g_hash_table_unref);
      catalog->applications = g_steal_pointer (&found);
    }
  answered (catalog);
}

void
sw_catalog_refresh (SwCatalog *catalog, void (*done) (gpointer data), gpointer data)
{
  CatalogWaiter waiter = { done, data };

  g_array_append_val (catalog->waiters, waiter);
  if (catalog->n_asked > 0)
    return;
  catalog->n_asked = 3;
  sw_pool_query (catalog->pool, "show api as json", catalog->deadline,
                 sw_command_new (on_apis, catalog));
  sw_pool_query (catalog->pool, "show interfaces as json", catalog->deadline,
                 sw_command_new (on_interfaces, catalog));
  sw_pool_query (catalog->pool, "show application as json", catalog->deadline,
                 sw_command_new (on_applications, catalog));
}

SwCatalogAnswer
sw_catalog_application (const SwCatalog *catalog, const char *name)
{
  g_autofree char *folded = g_ascii_strdown (name, -1);

  if (catalog->applications == NULL)
    return SW_CATALOG_UNKNOWN;
  return g_hash_table_contains (catalog->applications, folded) ? SW_CATALOG_LISTED
                                                               : SW_CATALOG_UNLISTED;
}

const char *
sw_catalog_syntax (const SwCatalog *catalog, const char *name)
{
  g_autofree char *folded = g_ascii_strdown (name, -1);

  return g_hash_table_lookup (catalog->syntaxes, folded);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

const char *const *
sw_catalog_api_names (SwCatalog *catalog)
{
  if (catalog->names == NULL)
    {
      GHashTableIter iter;
      gpointer name;

      catalog->names = g_ptr_array_new ();
      g_hash_table_iter_init (&iter, catalog->usages);
      while (g_hash_table_iter_next (&iter, &name, NULL))
        g_ptr_array_add (catalog->names, name);
      g_ptr_array_sort (catalog->names, compare_names);
      g_ptr_array_add (catalog->names, NULL);
    }
  return (const char *const *)catalog->names->pdata;
}

const char *
sw_catalog_api_usage (const SwCatalog *catalog, const char *name)
{
  return g_hash_table_lookup (catalog->usages, name);
}
