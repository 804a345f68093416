/* SPDX-License-Identifier: MIT */
/* sw-raw.c - two buffers with bounds around a connection in the raw mode. */
#include "sw-raw.h"

#include "sw-client-private.h"

struct _SwRaw
{
  EslConnection *connection;
  void (*changed) (gpointer data);
  gpointer data;
  GByteArray *early; /* written before the login was done */
  GString *unread;
  gsize taken; /* bytes at its start that were taken */
  gboolean paused;
  GError *error;
};

static gsize
n_unread (const SwRaw *raw)
{
  return raw->unread->len - raw->taken;
}

static void
on_bytes (EslConnection *connection, const guint8 *bytes, gsize len, gpointer data)
{
  SwRaw *raw = data;

  g_string_append_len (raw->unread, (const char *)bytes, (gssize)len);
  raw->paused = n_unread (raw) >= SW_RAW_MAX_UNREAD;
  if (raw->paused)
    esl_connection_set_reading (connection, FALSE);
  raw->changed (raw->data);
}

static void
on_ready (EslConnection *connection, const EslReply *auth, gpointer data)
{
  SwRaw *raw = data;

  esl_connection_set_raw (connection, on_bytes);
  if (raw->early->len > 0)
    esl_connection_send_raw (connection, raw->early->data, raw->early->len);
  g_byte_array_set_size (raw->early, 0);
  raw->changed (raw->data);
}

static void
on_closed (EslConnection *connection, const GError *error, gpointer data)
{
  SwRaw *raw = data;

  raw->error = g_error_copy (error);
  raw->changed (raw->data);
}

static void
on_drained (EslConnection *connection, gpointer data)
{
  SwRaw *raw = data;

  raw->changed (raw->data);
}

SwRaw *
sw_raw_new (SwClient *client, void (*changed) (gpointer data), gpointer data)
{
  static const EslConnectionFuncs funcs = { .ready = on_ready,
                                            .closed = on_closed,
                                            .drained = on_drained };
  SwRaw *raw = g_new0 (SwRaw, 1);

  raw->changed = changed;
  raw->data = data;
  raw->early = g_byte_array_new ();
  raw->unread = g_string_new (NULL);
  raw->connection = esl_connection_new (&funcs, raw);
  esl_connection_open (raw->connection, &client->options.target);
  return raw;
}

void
sw_raw_free (SwRaw *raw)
{
  esl_connection_free (raw->connection);
  g_byte_array_unref (raw->early);
  g_string_free (raw->unread, TRUE);
  g_clear_error (&raw->error);
  g_free (raw);
}

gsize
sw_raw_take (SwRaw *raw, GString *out, gsize max)
{
  gsize len = MIN (n_unread (raw), max);

  g_string_append_len (out, raw->unread->str + raw->taken, (gssize)len);
  raw->taken += len;
  /* A reader that is always a little behind never takes the last byte. */
  if (raw->taken >= raw->unread->len / 2)
    {
      g_string_erase (raw->unread, 0, (gssize)raw->taken);
      raw->taken = 0;
    }
  if (raw->paused && n_unread (raw) <= SW_RAW_MAX_UNREAD / 2)
    {
      raw->paused = FALSE;
      esl_connection_set_reading (raw->connection, TRUE);
    }
  return len;
}

gsize
sw_raw_kept (const SwRaw *raw)
{
  return raw->unread->len + raw->early->len + esl_connection_unsent (raw->connection);
}

gboolean
sw_raw_write (SwRaw *raw, const void *bytes, gsize len)
{
  gsize kept = raw->early->len + esl_connection_unsent (raw->connection);

  if (raw->error != NULL || kept >= SW_RAW_MAX_KEPT)
    return FALSE;
  if (esl_connection_state (raw->connection) == ESL_CONNECTION_READY)
    esl_connection_send_raw (raw->connection, bytes, len);
  else
    g_byte_array_append (raw->early, bytes, (guint)len);
  return TRUE;
}

gboolean
sw_raw_is_busy (const SwRaw *raw)
{
  if (raw->error != NULL)
    return FALSE;
  return esl_connection_state (raw->connection) != ESL_CONNECTION_READY
         || esl_connection_unsent (raw->connection) > SW_RAW_MAX_UNSENT;
}

void
sw_raw_close (SwRaw *raw)
{
  esl_connection_close (raw->connection);
}

void
sw_raw_describe (const SwRaw *raw, GString *out)
{
  sw_describe_connection (raw->connection, "esl", out);
}

const GError *
sw_raw_error (const SwRaw *raw)
{
  return raw->error;
}
