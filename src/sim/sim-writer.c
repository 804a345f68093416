/* SPDX-License-Identifier: MIT */
/* sim-writer.c - see the header. Many frames go in one system call. */
#include "sim-writer.h"

#include <errno.h>
#include <sys/socket.h>

#define FRAMES_PER_CALL 64

void
sim_writer_push (SimWriter *writer, GBytes *frame)
{
  g_queue_push_tail (&writer->frames, g_bytes_ref (frame));
}

gboolean
sim_writer_is_empty (const SimWriter *writer)
{
  return writer->frames.length == 0;
}

void
sim_writer_clear (SimWriter *writer)
{
  g_queue_clear_full (&writer->frames, (GDestroyNotify)g_bytes_unref);
  writer->offset = 0;
}

static guint
writer_gather (const SimWriter *writer, struct iovec *iov)
{
  guint n = 0;
  gsize skip = writer->offset;

  for (GList *link = writer->frames.head; link != NULL && n < FRAMES_PER_CALL; link = link->next)
    {
      gsize len;
      const guint8 *data = g_bytes_get_data (link->data, &len);

      iov[n].iov_base = (void *)(data + skip);
      iov[n++].iov_len = len - skip;
      skip = 0;
    }
  return n;
}

static void
writer_written (SimWriter *writer, gsize len)
{
  GBytes *head;

  len += writer->offset;
  while ((head = g_queue_peek_head (&writer->frames)) != NULL && len >= g_bytes_get_size (head))
    {
      len -= g_bytes_get_size (head);
      g_bytes_unref (g_queue_pop_head (&writer->frames));
    }
  writer->offset = len;
}

SimWriterResult
sim_writer_flush (SimWriter *writer)
{
  struct iovec iov[FRAMES_PER_CALL];

  while (writer->frames.length > 0)
    {
      struct msghdr msg = { .msg_iov = iov, .msg_iovlen = writer_gather (writer, iov) };
      ssize_t n = sendmsg (writer->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && errno == EAGAIN)
        return SIM_WRITER_FULL;
      if (n < 0 && errno != EINTR)
        return SIM_WRITER_BROKEN;
      if (n > 0)
        writer_written (writer, (gsize)n);
    }
  return SIM_WRITER_EMPTY;
}
