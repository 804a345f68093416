/* SPDX-License-Identifier: MIT */
/* switch-client.h - a simulated switch and its clients in one process, on one loop.
 *
 * Everything waits on the main context: no function sleeps. A wait that isn't
 * fulfilled ends after a generous time and says so by its result; what is asserted is
 * what came, never how fast.
 */
#pragma once

#include <gio/gio.h>

#include "frames.h"
#include "sim-switch.h"

G_BEGIN_DECLS

/* A switch that listens on a free port: no lag, no demo calls, no heartbeat, queues of 1,000
 * events, the faults available.
 */
SimSwitch *test_switch_new (guint16 *ret_port);

typedef struct
{
  GSocketConnection *stream;
  GSource *source;
  EslParser *parser;
  GPtrArray *frames; /* Frame, all that came */
  GByteArray *bytes; /* the same, raw */
  gboolean raw;      /* set to keep bytes unparsed from now on */
  gboolean eof;
} TestClient;

/* Dials the switch; the greeting has not been read yet. */
TestClient *test_client_new (guint16 port);
/* A connection that the switch dialled. */
TestClient *test_client_adopt (GSocketConnection *stream);
/* The same, logged in, with both frames of that forgotten. */
TestClient *test_client_login (guint16 port);
void test_client_free (TestClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestClient, test_client_free)

void test_client_send (TestClient *client, const void *bytes, gssize len);
/* Leaves what comes in the kernel, and takes it again. */
void test_client_stop_reading (TestClient *client);
void test_client_start_reading (TestClient *client);
/* Forgets what came. */
void test_client_clear (TestClient *client);
/* Sends `text` and an empty line, waits for the reply to it (events that come before it stay) and
 * gives it: for api/response the body, else the Reply-Text. Belongs to the client. */
const char *test_client_ask (TestClient *client, const char *text);
const char *test_client_askf (TestClient *client, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Turns the loop until `done` says so; FALSE after two minutes, when something must hang. */
typedef gboolean (*TestCondition) (gpointer data);
gboolean test_wait (TestCondition done, gpointer data);
gboolean test_client_wait_frames (TestClient *client, guint n);
gboolean test_client_wait_eof (TestClient *client);
/* Waits for an event of that name; NULL when it didn't come. */
Frame *test_client_wait_event (TestClient *client, const char *name);
/* Waits until as many events of that name have come. */
gboolean test_client_wait_events (TestClient *client, const char *name, guint n);
guint test_client_count_events (TestClient *client, const char *name);

G_END_DECLS
