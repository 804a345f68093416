/* SPDX-License-Identifier: MIT */
/* sim-switch.h - a simulated FreeSWITCH that speaks mod_event_socket.
 *
 * It listens like mod_event_socket 1.10.12, holds channels that live (originate,
 * answer, execute, DTMF, bridge, hang up), runs a table of api commands and
 * background jobs, writes log lines and dials outbound sockets. What it says is
 * held against recorded conversations in tests/transcripts/.
 *
 * All of it runs on the main context that is the thread's default when
 * sim_switch_new() is called, and never blocks it: what takes time on the real
 * switch (msleep, playback, a ringing leg) takes as long here, as a timer.
 *
 * Faults for tests are an api command of their own, `sim VERB ...`, which is there only with
 * `controls` set; sim-fault.h lists the verbs.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _SimSwitch SimSwitch;

typedef struct
{
  const char *password; /* NULL: "ClueCon" */
  guint calls;          /* living demo calls to keep up, 0: none */
  gboolean controls;    /* the api command `sim` with its faults */
  guint db_lag;         /* milliseconds by which `show` lags behind events, 0: none */
  guint32 seed;         /* of the demo calls: the same seed gives the same calls */
  const char *hostname; /* NULL: the machine's */
  guint queue;          /* events a connection's queue holds; 0: 100,000, as FreeSWITCH */
  guint heartbeat;      /* seconds between HEARTBEAT events; 0: 20, as FreeSWITCH */
  const char *ledger;   /* file that gets a line for each command that was run, NULL: none */
} SimOptions;

/* Never fails. The strings of `options` are copied. */
SimSwitch *sim_switch_new (const SimOptions *options);

/* Starts to listen. `host`: a numeric IPv4 or IPv6 address; `port` 0: any. `ret_port` (may be NULL)
 * gets the port taken. FALSE with a GIOError that names address and reason. */
gboolean sim_switch_listen (SimSwitch *sim, const char *host, guint16 port, guint16 *ret_port,
                            GError **error);

/* Ends every channel and connection without another word on the wire. */
void sim_switch_free (SimSwitch *sim);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimSwitch, sim_switch_free)

G_END_DECLS
