/* SPDX-License-Identifier: MIT */
/* client-fixture.c - see client-fixture.h. */
#include "client-fixture.h"

static void
on_added (SwModel *model, SwChannel *channel, gpointer data)
{
  ClientFixture *f = data;

  g_string_append_printf (f->names, "+%s ", sw_channel_uuid (channel));
}

static void
on_ended (SwModel *model, SwChannel *channel, const EslEvent *event, gpointer data)
{
  ClientFixture *f = data;

  g_string_append_printf (f->names, "-%s ", sw_channel_uuid (channel));
}

static void
on_state (SwClient *client, gpointer data)
{
  ClientFixture *f = data;

  f->n_states++;
}

static void
on_event (SwClient *client, const EslEvent *event, const char *json, gsize len, gpointer data)
{
  ClientFixture *f = data;
  const char *subclass = esl_event_get (event, "Event-Subclass");

  g_ptr_array_add (f->events, g_strndup (json, len));
  g_string_append_printf (f->names, "%s ", subclass != NULL ? subclass : esl_event_name (event));
}

static void
on_log (SwClient *client, const EslEvent *headers, const char *text, gsize len, gpointer data)
{
  ClientFixture *f = data;

  g_string_append_len (f->log, text, (gssize)len);
}

void
client_make (ClientFixture *f, SwClientOptions options)
{
  static const SwModelFuncs model_funcs = { on_added, NULL, on_ended };
  static const SwClientFuncs funcs = { on_state, on_event, on_log };

  sw_client_free (f->client);
  options.target.host = "127.0.0.1";
  options.target.port = fake_switch_port (f->fake);
  options.target.password = "pw";
  f->client = sw_client_new (&options, &model_funcs, &funcs, f);
}

void
client_set_up (ClientFixture *f, gconstpointer data)
{
  f->fake = fake_switch_new ();
  f->events = g_ptr_array_new_with_free_func (g_free);
  f->names = g_string_new (NULL);
  f->log = g_string_new (NULL);
  client_make (f, (SwClientOptions){ 0 });
}

void
client_tear_down (ClientFixture *f, gconstpointer data)
{
  sw_client_free (f->client);
  fake_switch_free (f->fake);
  g_ptr_array_unref (f->events);
  g_string_free (f->names, TRUE);
  g_string_free (f->log, TRUE);
}

void
client_start (ClientFixture *f)
{
  sw_client_start (f->client);
  WAIT_UNTIL (sw_client_state (f->client) == SW_CLIENT_UP);
}

void
client_settle (ClientFixture *f)
{
  g_auto (Reply) reply = { 0 };

  while (g_main_context_iteration (NULL, FALSE))
    ;
  sw_client_query (f->client, "settle", on_reply, &reply);
  WAIT_UNTIL (reply.n > 0);
}

void
on_reply (const char *text, gsize len, const GError *error, gpointer data)
{
  Reply *reply = data;

  g_assert_cmpuint (reply->n++, ==, 0);
  g_assert_cmpuint (strlen (text), ==, len);
  reply->text = g_strdup (text);
  reply->error = error != NULL ? g_error_copy (error) : NULL;
  if (reply->cancel != NULL)
    sw_command_cancel (reply->cancel);
}

void
reply_clear (Reply *reply)
{
  g_clear_pointer (&reply->text, g_free);
  g_clear_error (&reply->error);
  reply->n = 0;
}
