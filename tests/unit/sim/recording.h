/* SPDX-License-Identifier: MIT */
/* recording.h - a recorded conversation (tests/transcripts): what each side sent, and when. */
#pragma once

#include "frames.h"

G_BEGIN_DECLS

/* One whole write of the client. */
typedef struct
{
  const guint8 *bytes;
  gsize len;
  double time; /* seconds since the connection began */
} ClientWrite;

typedef struct
{
  char *name;
  char *client; /* bytes */
  gsize client_len;
  GArray *writes;    /* ClientWrite */
  GPtrArray *frames; /* Frame: all that the switch sent */
  GArray *times;     /* double: when each of them was whole */
  double end;        /* when the connection ended */
  gboolean closed_by_switch;
} Recording;

/* NULL when there is no such recording. */
Recording *recording_load (const char *name);
void recording_free (Recording *recording);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Recording, recording_free)

G_END_DECLS
