/* SPDX-License-Identifier: MIT */
/* sw-catalog.h - the names that the switch's modules offer: api commands and applications.
 *
 * API commands are those that `show api` lists. Applications are taken from `show interfaces`,
 * since `show application` leaves out those without a description (page, cv, ...).
 */
#pragma once

#include "sw-pool.h"

G_BEGIN_DECLS

typedef struct _SwCatalog SwCatalog;

typedef enum
{
  SW_CATALOG_LISTED,
  SW_CATALOG_UNLISTED,
  SW_CATALOG_UNKNOWN, /* the switch did not tell: no permission, perhaps */
} SwCatalogAnswer;

SwCatalog *sw_catalog_new (SwPool *pool, guint deadline);
void sw_catalog_free (SwCatalog *catalog);

/* Asks the switch. `done` runs once, when all lists were answered or won't be; never before the
 * call has returned. What can't be had stays as it was. */
void sw_catalog_refresh (SwCatalog *catalog, void (*done) (gpointer data), gpointer data);
/* A MODULE_LOAD or MODULE_UNLOAD event: it names what came or went, well before the tables do. */
void sw_catalog_apply (SwCatalog *catalog, const EslEvent *event, gboolean loaded);

/* Names are compared without regard to case, as the switch does. */
SwCatalogAnswer sw_catalog_application (const SwCatalog *catalog, const char *name);
/* What `show application` says of its arguments ("<path>"); NULL when it says nothing. */
const char *sw_catalog_syntax (const SwCatalog *catalog, const char *name);
/* Sorted, NULL-terminated, lent until the next refresh or apply. */
const char *const *sw_catalog_api_names (SwCatalog *catalog);
const char *sw_catalog_api_usage (const SwCatalog *catalog, const char *name);

G_END_DECLS
