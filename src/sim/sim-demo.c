/* SPDX-License-Identifier: MIT */
/* sim-demo.c - see the header. */
#include "sim-demo.h"

struct _SimDemo
{
  SimSwitch *sim;
  guint calls;
};

SimDemo *
sim_demo_new (SimSwitch *sim)
{
  SimDemo *demo = g_new0 (SimDemo, 1);
  demo->sim = sim;
  return demo;
}

void
sim_demo_free (SimDemo *demo)
{
  g_free (demo);
}

void
sim_demo_set_calls (SimDemo *demo, guint calls)
{
  demo->calls = calls;
}
