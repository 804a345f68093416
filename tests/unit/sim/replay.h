/* SPDX-License-Identifier: MIT */
/* replay.h - a recorded scenario played again, against the simulated switch.
 *
 * A scenario is one or more recorded connections, and what a helper that wasn't
 * recorded did meanwhile. The clients' bytes are sent as they were, with the
 * recorded channels' uuids replaced by those of the channels made now. Each write waits until
 * all has come that had come before it in the recording.
 */
#pragma once

#include "recording.h"
#include "switch-client.h"

G_BEGIN_DECLS

#define REPLAY_CONNECTIONS_MAX 4
#define REPLAY_STEPS_MAX 6
#define REPLAY_AT_END 1000

/* Something the helper does before the first connection's write of that index, once as many frames
 * have come to it. */
typedef struct
{
  guint before;
  guint frames;
  const char *command; /* %s: the uuid of the channel made last */
  gboolean makes;      /* a channel, which stands for the recording's next unknown uuid */
  gboolean kills;      /* the channel: wait until it is gone */
} ReplayStep;

typedef struct
{
  const char *name;
  guint connections; /* NAME, NAME.2 ... */
  ReplayStep steps[REPLAY_STEPS_MAX];
  const char *extension; /* outbound: the one that dials us; NULL: inbound */
} Scenario;

typedef struct
{
  const Scenario *scenario;
  Recording *recordings[REPLAY_CONNECTIONS_MAX];
  TestClient *clients[REPLAY_CONNECTIONS_MAX];
} Replay;

/* Plays it to its end. */
Replay *replay_run (const Scenario *scenario);
void replay_free (Replay *replay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Replay, replay_free)

/* The frames that are compared: without heartbeats, which come when they like, and log lines. */
GPtrArray *replay_comparable (GPtrArray *frames);

G_END_DECLS
