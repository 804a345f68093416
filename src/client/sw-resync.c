/* SPDX-License-Identifier: MIT */
/* sw-resync.c - a look is a number of questions, and over when all are answered.
 *
 * What an event told shortly before the link was lost, the tables may not know yet: about those
 * channels (a few, on a busy switch up to FRESH_MAX) `uuid_exists` is asked.
 *
 * Answers may come when their look doesn't count any more, because the link was lost or a question
 * failed: then it isn't the current one.
 */
#include "sw-resync.h"
#include "sw-command.h"
#include "sw-uuid.h"

/* `show channels` of 100,000 channels takes seconds: a minute, as a query has 5 s. */
#define PATIENCE 12
#define FRESH_MAX 256
#define SETTLE ((guint)(SW_MODEL_LAG / 1000) + 500) /* ms */
#define POLL 10000                                  /* ms */

typedef struct
{
  SwResync *resync;
  guint n_asked; /* answers to come; freed with the last */
} Look;

struct _SwResync
{
  SwLink *link;
  SwPool *pool;
  SwModel *model;
  SwCatalog *catalog;
  guint deadline;
  SwResyncFuncs funcs;
  gpointer data;
  Look *current; /* NULL: none, or it doesn't count any more */
  guint again;   /* the timer of the next one */
  char *refused;
};

/* Whether one channel is still there. */
typedef struct
{
  Look *look;
  char *uuid;
} Existence;

static void look_again_in (SwResync *resync, guint delay);

SwResync *
sw_resync_new (SwLink *link, SwPool *pool, SwModel *model, SwCatalog *catalog, guint deadline,
               const SwResyncFuncs *funcs, gpointer data)
{
  SwResync *resync = g_new0 (SwResync, 1);

  resync->link = link;
  resync->pool = pool;
  resync->model = model;
  resync->catalog = catalog;
  resync->deadline = deadline;
  resync->funcs = *funcs;
  resync->data = data;
  return resync;
}

void
sw_resync_stop (SwResync *resync)
{
  resync->current = NULL;
  g_clear_handle_id (&resync->again, g_source_remove);
}

void
sw_resync_free (SwResync *resync)
{
  sw_resync_stop (resync);
  g_free (resync->refused);
  g_free (resync);
}

const char *
sw_resync_refused (const SwResync *resync)
{
  return resync->refused;
}

/* ---- a look ---- */

static Look *
look_new (SwResync *resync)
{
  Look *look = g_new0 (Look, 1);

  look->resync = resync;
  resync->current = look;
  return look;
}

static gboolean
look_counts (const Look *look)
{
  return look->resync->current == look;
}

static void
look_ask (Look *look, const char *line, SwReplyFunc func, gpointer data)
{
  look->n_asked++;
  sw_pool_query (look->resync->pool, line, look->resync->deadline * PATIENCE,
                 sw_command_new (func, data));
}

static void
look_finish (SwResync *resync)
{
  gboolean first = sw_link_state (resync->link) == SW_LINK_FIRST_LOOK;

  resync->current = NULL;
  if (first)
    look_again_in (resync, SETTLE);
  else if (!sw_link_sees_channels (resync->link) && resync->refused == NULL)
    look_again_in (resync, POLL);
  if (first)
    resync->funcs.compared (resync->data);
  else
    resync->funcs.settled (resync->data);
  sw_link_looked (resync->link);
}

/* What couldn't be had leaves the table uncertain. The first look is worth a new link; the second
 * can wait. */
static void
look_fail (SwResync *resync, const GError *error)
{
  resync->current = NULL;
  if (sw_link_state (resync->link) == SW_LINK_FIRST_LOOK)
    {
      sw_link_drop (resync->link, error);
      return;
    }
  look_again_in (resync, SETTLE);
  sw_link_looked (resync->link);
}

/* One answer less to wait for; to be called last. */
static void
look_answered (Look *look, const GError *error)
{
  if (look_counts (look))
    look->resync->funcs.answered (look->resync->data);
  if (look_counts (look) && error != NULL)
    look_fail (look->resync, error);
  else if (look_counts (look) && look->n_asked == 1)
    look_finish (look->resync);
  if (--look->n_asked == 0)
    g_free (look);
}

/* ---- its questions ---- */

static void
on_existence (const char *text, gsize len, const GError *error, gpointer data)
{
  Existence *existence = data;
  Look *look = existence->look;

  if (look_counts (look) && error == NULL && g_str_has_prefix (text, "false"))
    sw_model_gone (look->resync->model, existence->uuid, sw_now ());
  g_free (existence->uuid);
  g_free (existence);
  look_answered (look, error);
}

static void
ask_existence (Look *look)
{
  g_auto (GStrv) uuids = sw_model_too_fresh (look->resync->model, FRESH_MAX, sw_now ());

  for (char **uuid = uuids; *uuid != NULL; uuid++)
    {
      g_autofree char *line = g_strconcat ("uuid_exists ", *uuid, NULL);
      Existence *existence;

      /* One that can't be asked for stays: only its events can tell. */
      if (!sw_uuid_is_plain (*uuid, NULL))
        continue;
      existence = g_new0 (Existence, 1);
      existence->look = look;
      existence->uuid = g_strdup (*uuid);
      look_ask (look, line, on_existence, existence);
    }
}

/* Without it the links between legs are missing, no more. */
static void
on_bridges (const char *text, gsize len, const GError *error, gpointer data)
{
  Look *look = data;

  if (look_counts (look) && error == NULL)
    sw_model_resync_bridges (look->resync->model, text, len, sw_now (), NULL);
  look_answered (look, error);
}

/* A refusal leaves this user without the table, which is said; what can't be read would leave
 * everybody with an empty or an old one that passes for the truth: FALSE, as if nothing had come.
 */
static gboolean
take_channels (SwResync *resync, const char *text, gsize len, GError **error)
{
  g_clear_pointer (&resync->refused, g_free);
  if (*text == '-')
    {
      resync->refused = g_strchomp (g_strdup (text));
      return TRUE;
    }
  if (sw_model_resync_rows (resync->model, text, len, sw_now (), error))
    return TRUE;
  g_prefix_error (error, "the answer to \"show channels as json\" can't be read: ");
  resync->refused = g_strdup ((*error)->message);
  return FALSE;
}

static void
on_channels (const char *text, gsize len, const GError *error, gpointer data)
{
  Look *look = data;
  g_autoptr (GError) unreadable = NULL;

  if (look_counts (look) && error == NULL && take_channels (look->resync, text, len, &unreadable))
    {
      look_ask (look, "show bridged_calls as json", on_bridges, look);
      ask_existence (look);
    }
  look_answered (look, error != NULL ? error : unreadable);
}

/* Before anything else: another core has none of the channels known so far. */
static void
on_core (const char *text, gsize len, const GError *error, gpointer data)
{
  Look *look = data;
  SwResync *resync = look->resync;
  g_autofree char *core_uuid = g_strstrip (g_strdup (text));

  if (look_counts (look) && error == NULL)
    {
      if (*core_uuid != '\0' && *core_uuid != '-')
        resync->funcs.core (core_uuid, resync->data);
      look_ask (look, "show channels as json", on_channels, look);
    }
  look_answered (look, error);
}

static void
on_catalog (gpointer data)
{
  look_answered (data, NULL);
}

/* ---- when ---- */

void
sw_resync_start (SwResync *resync)
{
  Look *look = look_new (resync);

  sw_model_resync_begin (resync->model, sw_now ());
  look_ask (look, "global_getvar core_uuid", on_core, look);
  look->n_asked++;
  sw_catalog_refresh (resync->catalog, on_catalog, look);
}

static gboolean
on_again (gpointer data)
{
  SwResync *resync = data;
  Look *look = look_new (resync);

  resync->again = 0;
  if (!sw_link_sees_channels (resync->link))
    sw_model_resync_begin (resync->model, sw_now ());
  sw_link_look_again (resync->link);
  look_ask (look, "show channels as json", on_channels, look);
  return G_SOURCE_REMOVE;
}

static void
look_again_in (SwResync *resync, guint delay)
{
  resync->again = g_timeout_add (delay, on_again, resync);
}
