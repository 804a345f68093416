/* SPDX-License-Identifier: MIT */
/* sim-api.h - api commands: the tables, and a call of one.
 *
 * A handler writes its output to `call->out` and returns. One that takes time sets
 * `call->pending` and ends with sim_api_finish() later: the connection that
 * asked waits, as on the real switch. Each call fires an API event when it is over.
 */
#pragma once

#include "sim-event.h"
#include "sim-vars.h"

G_BEGIN_DECLS

typedef struct _SimApiCall SimApiCall;
typedef void (*SimApiDoneFunc) (SimApiCall *call, gpointer data);

struct _SimApiCall
{
  SimSwitch *sim;
  char *name; /* as given */
  char *args; /* outer white space removed; never NULL */
  GString *out;
  gboolean unknown; /* no such command, or it says it failed: `-ERR NAME Command not found!` */
  gboolean pending;
  gboolean running; /* inside its handler */
  SimEvent *event;  /* the API event, NULL when nobody wants it */
  SimApiDoneFunc done;
  gpointer data;
};

typedef struct
{
  const char *name;
  const char *description; /* for `show api`; rows without one are not shown */
  const char *syntax;
  const char *module;
  void (*run) (SimApiCall *call);
} SimApi;

/* The tables, each ended by a row without a name. */
extern const SimApi sim_api_core[];
extern const SimApi sim_api_channel[];
extern const SimApi sim_api_show[];
extern const SimApi sim_api_fault[];

/* Rows of all tables, in order; NULL behind the last. */
const SimApi *sim_api_nth (SimSwitch *sim, guint index);
const SimApi *sim_api_find (SimSwitch *sim, const char *name);

/* Runs `name args` (`args` may be NULL) and calls `done` once, perhaps before it returns. */
void sim_api_run (SimSwitch *sim, const char *name, const char *args, SimApiDoneFunc done,
                  gpointer data);
/* The same for a console line: `;;` separates commands, whose outputs are joined. The call that
 * `done` sees has the whole output. */
void sim_api_run_console (SimSwitch *sim, const char *line, SimApiDoneFunc done, gpointer data);
/* Ends a pending call; inside the handler it takes effect once that returns. */
void sim_api_finish (SimApiCall *call);

/* "-USAGE: <its syntax>" for a call of a command in the tables. */
void sim_api_usage (SimApiCall *call);

G_END_DECLS
