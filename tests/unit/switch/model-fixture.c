/* SPDX-License-Identifier: MIT */
/* model-fixture.c - see model-fixture.h. */
#include "model-fixture.h"

static void
on_added (SwModel *model, SwChannel *channel, gpointer data)
{
  Heard *heard = data;

  g_assert_true (sw_channel_alive (channel));
  g_assert_true (sw_model_channel (model, sw_channel_uuid (channel)) == channel);
  heard->added++;
  g_string_append_printf (heard->log, "+%s ", sw_channel_uuid (channel));
}

static void
on_changed (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  Heard *heard = data;

  g_assert_true (sw_model_channel (model, sw_channel_uuid (channel)) == channel);
  g_string_append (heard->log, ". ");
}

static void
on_ended (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  Heard *heard = data;

  g_assert_false (sw_channel_alive (channel));
  g_assert_null (sw_model_channel (model, sw_channel_uuid (channel)));
  heard->ended++;
  g_string_append_printf (heard->log, "-%s ", sw_channel_uuid (channel));
}

const SwModelFuncs heard_funcs = { on_added, on_changed, on_ended };

void
model_set_up (ModelFixture *f, gconstpointer data)
{
  f->heard.log = g_string_new (NULL);
  f->model = sw_model_new (&heard_funcs, &f->heard);
}

void
model_tear_down (ModelFixture *f, gconstpointer data)
{
  sw_model_free (f->model);
  g_string_free (f->heard.log, TRUE);
}

void
assert_consistent (const SwModel *model)
{
  guint64 after = 0;
  guint n = 0;
  SwChannel *channel;

  while ((channel = sw_model_next (model, after)) != NULL)
    {
      g_assert_cmpuint (sw_channel_serial (channel), >, after);
      g_assert_true (sw_model_channel (model, sw_channel_uuid (channel)) == channel);
      after = sw_channel_serial (channel);
      n++;
    }
  g_assert_cmpuint (n, ==, sw_model_n_channels (model));
}

const char *
column_of (const SwModel *model, const char *uuid, SwColumn column)
{
  SwChannel *channel = sw_model_channel (model, uuid);

  g_assert_nonnull (channel);
  return sw_channel_column (channel, column);
}
