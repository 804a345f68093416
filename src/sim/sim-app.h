/* SPDX-License-Identifier: MIT */
/* sim-app.h - dialplan applications: the table, and a channel's stack of those under way.
 *
 * A channel works through its plan (what the dialplan gave it) one application after
 * the other. While one waits, it may read messages (sendmsg): each can execute a
 * further application inside it. So the applications under way are a stack, and
 * only the innermost one's time runs.
 *
 * An application either ends inside its `start`, by sim_app_done(), or later, when
 * its timer runs or something happens. If the channel is hung up or goes elsewhere
 * first, `stop` is called instead.
 */
#pragma once

#include "sim-channel.h"

G_BEGIN_DECLS

typedef struct _SimFrame SimFrame;

typedef enum
{
  SIM_APP_READS = 1 << 0,     /* looks at messages while it waits */
  SIM_APP_BREAKABLE = 1 << 1, /* uuid_break ends it */
  SIM_APP_ZOMBIE = 1 << 2,    /* runs on a channel that was hung up as well; ends at once */
} SimAppFlags;

typedef struct
{
  const char *name;
  const char *description; /* for `show application` */
  const char *syntax;
  const char *module;
  void (*start) (SimChannel *channel, SimFrame *frame);
  void (*stop) (SimChannel *channel, SimFrame *frame);    /* may be NULL */
  void (*expired) (SimChannel *channel, SimFrame *frame); /* its timer ran; NULL: done */
  guint flags;
  void (*digits) (SimChannel *channel, SimFrame *frame); /* channel->digits grew; may be NULL */
} SimApp;

extern const SimApp sim_apps[];
extern const guint sim_n_apps;
const SimApp *sim_app_find (const char *name);

/* A message for a channel, and who waits for its end. */
typedef struct
{
  EslEvent *event;
  void (*done) (gpointer data); /* NULL: nobody waits, and PRIVATE_COMMAND is fired */
  gpointer data;
} SimMessage;

struct _SimFrame
{
  gboolean deaf; /* looks at no message after all: a socket that isn't async */
  SimChannel *channel;
  const SimApp *app;
  char *data; /* NULL: none; variables are expanded */
  char *uuid; /* Application-UUID */
  SimTimer *timer;
  guint left;         /* milliseconds that a held timer has */
  SimMessage message; /* event NULL: from the plan */
  guint loop;
  guint loops;
  gint64 started;  /* monotonic */
  gboolean locks;  /* event-lock: no messages inside */
  gboolean silent; /* no events of its own: CS_PARK is no application */
  gboolean ending; /* COMPLETE is being fired */
  gpointer state;  /* the application's own */
  GDestroyNotify state_free;
};

void sim_frame_free (gpointer frame);
/* A channel leaves the table: its frames' timers and waiting ends go without a word. */
void sim_frames_forget (SimChannel *channel);

/* Appends to the plan. */
void sim_plan_add (SimChannel *channel, const char *app, const char *data);
void sim_plan_clear (SimChannel *channel);
void sim_step_free (gpointer step);
/* The channel's thread goes on: reads a message, or takes the plan's next application, or ends. */
void sim_app_pump (SimChannel *channel);

/* The innermost application waits `msec` at most. */
void sim_app_wait (SimFrame *frame, guint msec);
/* The application is over; `response` (may be NULL) becomes its Application-Response. */
void sim_app_done (SimFrame *frame, const char *response);
SimFrame *sim_app_innermost (SimChannel *channel);

/* Parks the channel without an application, as CS_PARK does. */
void sim_app_park (SimChannel *channel);
/* Queues a message; takes its event. */
void sim_app_message (SimChannel *channel, const SimMessage *message);
/* Ends what is breakable; `all` drops waiting messages too. */
void sim_app_break (SimChannel *channel, gboolean all);
/* Stops every application, innermost first. */
void sim_app_unwind (SimChannel *channel);
/* Those that messages run only: the one that they were sent to goes on. */
void sim_app_unwind_messages (SimChannel *channel);
/* DTMF digits that the channel received (`duration` in samples): fires events, and feeds the
 * application that collects them. */
void sim_app_digits (SimChannel *channel, const char *digits, guint duration);

G_END_DECLS
