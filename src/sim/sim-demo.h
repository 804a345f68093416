/* SPDX-License-Identifier: MIT */
/* sim-demo.h - calls that come and go by themselves, for a newcomer to look at. */
#pragma once

#include "sim-core.h"

G_BEGIN_DECLS

SimDemo *sim_demo_new (SimSwitch *sim);
void sim_demo_free (SimDemo *demo);
/* How many calls to keep up from now on; those that live end by themselves. */
void sim_demo_set_calls (SimDemo *demo, guint calls);

G_END_DECLS
