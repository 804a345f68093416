/* SPDX-License-Identifier: MIT */
/* sw-now.h - one moment, on two clocks.
 *
 * What is compared is monotonic time: nobody sets that clock. The date is only shown. Both in
 * microseconds. They travel as one value, so that nothing can be handed the wrong one.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 clock; /* monotonic */
  gint64 date;  /* since the epoch */
} SwNow;

static inline SwNow
sw_now (void)
{
  SwNow now = { g_get_monotonic_time (), g_get_real_time () };

  return now;
}

G_END_DECLS
