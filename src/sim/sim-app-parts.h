/* SPDX-License-Identifier: MIT */
/* sim-app-parts.h - the handlers of those applications that have a file of their own; used by the
 * table in sim-app-table.c alone. */
#pragma once

#include "sim-app.h"

G_BEGIN_DECLS

/* sim-app-sound.c */
void sim_app_playback_start (SimChannel *channel, SimFrame *frame);
void sim_app_playback_stop (SimChannel *channel, SimFrame *frame);
void sim_app_playback_expired (SimChannel *channel, SimFrame *frame);
void sim_app_endless_start (SimChannel *channel, SimFrame *frame);

/* A prompt inside another application: PLAYBACK_START now, and its length in milliseconds; 0 when
 * there is no such sound. PLAYBACK_STOP is said by sim_app_prompt_over(). */
guint sim_app_prompt (SimChannel *channel, const char *path);
void sim_app_prompt_over (SimChannel *channel, const char *path, guint msec);

/* sim-app-digits.c */
void sim_app_send_dtmf_start (SimChannel *channel, SimFrame *frame);
void sim_app_flush_dtmf_start (SimChannel *channel, SimFrame *frame);
void sim_app_read_start (SimChannel *channel, SimFrame *frame);
void sim_app_play_and_get_digits_start (SimChannel *channel, SimFrame *frame);
void sim_app_collect_digits (SimChannel *channel, SimFrame *frame);
void sim_app_collect_expired (SimChannel *channel, SimFrame *frame);
void sim_app_collect_stop (SimChannel *channel, SimFrame *frame);

G_END_DECLS
