/* SPDX-License-Identifier: MIT */
/* sim-writer.h - what waits to go out on a socket: whole frames, shared, never copied. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  int fd;
  GQueue frames; /* GBytes */
  gsize offset;  /* bytes of the first that are gone */
} SimWriter;

typedef enum
{
  SIM_WRITER_EMPTY,  /* everything is out */
  SIM_WRITER_FULL,   /* the socket takes no more now */
  SIM_WRITER_BROKEN, /* the peer is gone */
} SimWriterResult;

void sim_writer_push (SimWriter *writer, GBytes *frame);
SimWriterResult sim_writer_flush (SimWriter *writer);
gboolean sim_writer_is_empty (const SimWriter *writer);
/* Forgets what waits; a frame that is half out stays half. */
void sim_writer_clear (SimWriter *writer);

G_END_DECLS
