/* SPDX-License-Identifier: MIT */
/* sw-rows.h - the answer of `show ... as json`: {"row_count":N,"rows":[{...},...]}.
 *
 * Every row is a flat object of strings, so each is read as an event is. With no rows there is
 * no "rows" either. Pure.
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

/* One row, lent for the time of the call. */
typedef void (*SwRowFunc) (const EslEvent *row, gpointer data);

/* Calls `func` for every row, in order, once all of them were found to be well-formed; FALSE with
 * an error (ESL_EVENT_ERROR) otherwise, and then `func` did not run. */
gboolean sw_rows_parse (const char *json, gsize len, SwRowFunc func, gpointer data, GError **error);

G_END_DECLS
