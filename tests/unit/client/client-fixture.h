/* SPDX-License-Identifier: MIT */
/* client-fixture.h - a client on a fake switch, and what it was told. */
#pragma once

#include "fake-switch.h"
#include "sw-client.h"

G_BEGIN_DECLS

typedef struct
{
  FakeSwitch *fake;
  SwClient *client;
  GPtrArray *events; /* of char: the JSON of each */
  GString *names; /* "NAME " or "eslfs::SUBCLASS " of each event; "+uuid ", "-uuid " of channels */
  GString *log;
  guint n_states;
} ClientFixture;

/* What a command was answered with. */
typedef struct
{
  guint n; /* how often: never more than 1 */
  char *text;
  GError *error;
  SwCommand *cancel; /* is cancelled by the answer */
} Reply;

void client_set_up (ClientFixture *f, gconstpointer data);
void client_tear_down (ClientFixture *f, gconstpointer data);
/* Makes the client anew with these; `target` is set here. */
void client_make (ClientFixture *f, SwClientOptions options);
/* Starts it and waits until it is up. */
void client_start (ClientFixture *f);

void on_reply (const char *text, gsize len, const GError *error, gpointer data);
void reply_clear (Reply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reply, reply_clear)

/* Runs the main loop until it is so. */
#define WAIT_UNTIL(condition)                                                                      \
  while (!(condition))                                                                             \
  g_main_context_iteration (NULL, TRUE)

/* Lets everything happen that is due: the fake switch and the client share one main loop, and a
 * round trip through both leaves nothing of what went before unhandled. */
void client_settle (ClientFixture *f);

G_END_DECLS
