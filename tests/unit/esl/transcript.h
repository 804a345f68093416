/* SPDX-License-Identifier: MIT */
/* transcript.h - recorded traffic of FreeSWITCH 1.10.12, for the tests. */
#pragma once

#include "esl-parser.h"

G_BEGIN_DECLS

/* What the switch sent in one session. */
typedef struct
{
  char *name; /* file name without its ".server" */
  char *bytes;
  gsize len;
} Transcript;

/* Every *.server file of G_TEST_SRCDIR, in order of name; at least one, or the test fails. */
GPtrArray *transcripts_load (void);

/* A fresh random number generator with a seed taken from g_test's --seed, which GTest prints. */
GRand *transcript_rand (void);

/* TRUE and the format when the frame is a text/event-*. */
gboolean transcript_is_event (const EslFrame *frame, EslFormat *ret_format);

G_END_DECLS
