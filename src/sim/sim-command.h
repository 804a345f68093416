/* SPDX-License-Identifier: MIT */
/* sim-command.h - what a connection may say: the command table of mod_event_socket. */
#pragma once

#include "sim-listener.h"

G_BEGIN_DECLS

/* Runs one command and writes its reply, now or when it is over. */
void sim_command_run (SimListener *listener, SimCommand *command);

/* The subscription commands (sim-subscribe.c). `args` is what follows the command word; each writes
 * its reply's text. */
void sim_subscribe_event (SimListener *listener, const char *args, GString *reply);
void sim_subscribe_nixevent (SimListener *listener, const char *args, GString *reply);
void sim_subscribe_noevents (SimListener *listener, GString *reply);
void sim_subscribe_myevents (SimListener *listener, const char *args, GString *reply);

/* The login commands (sim-login.c). */
void sim_login_auth (SimListener *listener, const char *password, GString *reply);
void sim_login_userauth (SimListener *listener, const char *credentials, GString *reply);
/* FALSE when the user may not run that api command. */
gboolean sim_login_allows_api (SimListener *listener, const char *name, const char *args);

G_END_DECLS
