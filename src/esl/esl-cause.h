/* SPDX-License-Identifier: MIT */
/* esl-cause.h - why a channel ended: FreeSWITCH's names and their Q.850 numbers. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The static name of a cause given by name or number; "NORMAL_CLEARING" for an unknown one. */
const char *esl_cause_name (const char *text);
/* FALSE for what is no cause's name. */
gboolean esl_cause_is_known (const char *text);
/* The number to report as hangup_cause_q850: causes of FreeSWITCH's own count as 16. */
guint esl_cause_q850 (const char *name);

G_END_DECLS
