/* SPDX-License-Identifier: MIT */
/* sim-demo.c - see the header.
 *
 * Each call is an incoming channel with a plan of its own and a script: what its
 * people do, and when (press digits, hold, take back, hang up). Plans and scripts
 * are rows of tables; a generator with a fixed seed picks rows and times. Twice a
 * second the demo looks who is gone and lets others come. With no calls wanted
 * it has no timer.
 */
#include "sim-demo.h"

#include <string.h>

#include "sim-app.h"
#include "sim-bridge.h"
#include "sim-life.h"
#include "sim-timer.h"

#define TICK_MSEC 500
#define ACTIONS_MAX 8
#define DOMAIN "sim.example"

typedef struct
{
  const char *number;
  const char *name;
} DemoPerson;

static const DemoPerson people[] = {
  { "1000", "Ada Lovelace" },    { "1001", "Alan Turing" },      { "1002", "Grace Hopper" },
  { "1003", "Claude Shannon" },  { "1004", "Hedy Lamarr" },      { "1005", "Agner Erlang" },
  { "1006", "Alexander Bell" },  { "1007", "Antonio Meucci" },   { "1008", "Elisha Gray" },
  { "1009", "Almon Strowger" },  { "1010", "Harry Nyquist" },    { "1011", "Erna Hoover" },
  { "1012", "Radia Perlman" },   { "1013", "Karen Jones" },      { "1014", "Edsger Dijkstra" },
  { "1015", "Barbara Liskov" },  { "1016", "Donald Knuth" },     { "1017", "Dennis Ritchie" },
  { "1018", "Lynn Conway" },     { "1019", "Vinton Cerf" },      { "5550100", "Acme Anvils" },
  { "5550117", "City Library" }, { "5550142", "Corner Bakery" }, { "5550168", "Night Nurse" },
};

typedef enum
{
  ACT_DIGITS,
  ACT_HOLD,
  ACT_UNHOLD,
  ACT_CALLER_HANGS_UP,
  ACT_CALLEE_HANGS_UP,
} DemoAct;

typedef struct
{
  DemoAct act;
  guint after;  /* milliseconds after the one before, at least */
  guint spread; /* and at most that much more */
  const char *text;
} DemoAction;

/* A kind of call. In the plan's data, %s is the callee's dial string. */
typedef struct
{
  guint weight;
  struct
  {
    const char *app;
    const char *data;
  } plan[4];
  DemoAction script[ACTIONS_MAX];
} DemoKind;

#define TALK_ENDS(who)                                                                             \
  {                                                                                                \
    who, 4000, 26000                                                                               \
  }

static const DemoKind kinds[] = {
  { 8, { { "bridge", "%s" } }, { TALK_ENDS (ACT_CALLER_HANGS_UP) } },
  { 6, { { "bridge", "%s" } }, { TALK_ENDS (ACT_CALLEE_HANGS_UP), { ACT_CALLER_HANGS_UP, 1000 } } },
  { 4,
    { { "ring_ready", NULL }, { "bridge", "%s" } },
    { { ACT_HOLD, 6000, 6000 },
      { ACT_UNHOLD, 4000, 8000 },
      TALK_ENDS (ACT_CALLEE_HANGS_UP),
      { ACT_CALLER_HANGS_UP, 1000 } } },
  { 4,
    { { "answer", NULL },
      { "playback", "ivr/ivr-welcome.wav" },
      { "play_and_get_digits", "4 4 1 15000 # ivr/ivr-enter.wav ivr/ivr-invalid.wav choice \\d+" },
      { "bridge", "%s" } },
    { { ACT_DIGITS, 3500, 500, "1" },
      { ACT_DIGITS, 300, 400, "0" },
      { ACT_DIGITS, 300, 400, "0" },
      { ACT_DIGITS, 300, 400, "7" },
      TALK_ENDS (ACT_CALLER_HANGS_UP) } },
  { 2, { { "bridge", "error/USER_BUSY" } }, { { ACT_CALLER_HANGS_UP, 3000 } } },
  { 1, { { "bridge", "error/CALL_REJECTED" } }, { { ACT_CALLER_HANGS_UP, 3000 } } },
  { 2,
    { { "bridge", "{sim_answer_after=600000}%s" } },
    { { ACT_CALLER_HANGS_UP, 3000, 4000, "ORIGINATOR_CANCEL" } } },
  { 3,
    { { "answer", NULL }, { "playback", "local_stream://moh" } },
    { { ACT_DIGITS, 3000, 3000, "9" }, { ACT_CALLER_HANGS_UP, 3000, 15000 } } },
};

typedef struct
{
  SimDemo *demo;
  SimChannel *caller; /* held */
  const DemoKind *kind;
  guint next; /* of the script */
  SimTimer *timer;
} DemoCall;

struct _SimDemo
{
  SimSwitch *sim;
  guint wanted;
  GPtrArray *calls; /* DemoCall */
  SimTimer *tick;
};

static guint
demo_random (SimDemo *demo, guint below)
{
  return below == 0 ? 0 : (guint)g_rand_int_range (demo->sim->random, 0, (gint32)below);
}

/* ---- what people do ---- */

static void
act (DemoCall *call, const DemoAction *action)
{
  SimChannel *caller = call->caller, *callee = caller->partner;

  switch (action->act)
    {
    case ACT_DIGITS:
      sim_app_digits (caller, action->text, 2000);
      break;
    case ACT_HOLD:
    case ACT_UNHOLD:
      if (callee != NULL)
        sim_bridge_hold (callee, action->act == ACT_HOLD);
      break;
    case ACT_CALLEE_HANGS_UP:
      if (callee != NULL)
        sim_life_hangup_self (callee, "NORMAL_CLEARING");
      break;
    case ACT_CALLER_HANGS_UP:
      sim_life_hangup_self (caller, action->text != NULL ? action->text : "NORMAL_CLEARING");
      break;
    }
}

static void demo_call_wait (DemoCall *call);

static void
demo_call_act (gpointer data)
{
  DemoCall *call = data;

  call->timer = NULL;
  if (call->caller->cause != NULL)
    return;
  act (call, &call->kind->script[call->next++]);
  demo_call_wait (call);
}

static void
demo_call_wait (DemoCall *call)
{
  const DemoAction *action;
  guint msec;

  if (call->next >= ACTIONS_MAX || call->kind->script[call->next].after == 0)
    return;
  action = &call->kind->script[call->next];
  msec = action->after + demo_random (call->demo, action->spread);
  call->timer = sim_timer_add (call->demo->sim, msec, demo_call_act, call, NULL);
}

/* ---- calls ---- */

static void
demo_call_free (gpointer data)
{
  DemoCall *call = data;

  if (call->timer != NULL)
    sim_timer_cancel (call->demo->sim, call->timer);
  sim_channel_unref (call->caller);
  g_free (call);
}

static const DemoKind *
demo_pick_kind (SimDemo *demo)
{
  guint total = 0;
  guint at;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    total += kinds[i].weight;
  at = demo_random (demo, total);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (at < kinds[i].weight)
        return &kinds[i];
      at -= kinds[i].weight;
    }
  return &kinds[0];
}

static char *
demo_dial_string (SimDemo *demo, const DemoPerson *callee)
{
  return g_strdup_printf ("[origination_callee_id_name='%s',sim_answer_after=%u]"
                          "sofia/internal/%s@" DOMAIN,
                          callee->name, 800 + demo_random (demo, 3500), callee->number);
}

static void
demo_give_plan (SimChannel *caller, const DemoKind *kind, const char *dial)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind->plan) && kind->plan[i].app != NULL; i++)
    {
      g_auto (GStrv) halves =
          g_strsplit (kind->plan[i].data != NULL ? kind->plan[i].data : "", "%s", 2);
      g_autofree char *data = halves[0] != NULL && halves[1] != NULL
                                  ? g_strconcat (halves[0], dial, halves[1], NULL)
                                  : g_strdup (kind->plan[i].data);

      sim_plan_add (caller, kind->plan[i].app, data);
    }
}

static void
demo_begin_call (SimDemo *demo)
{
  guint from = demo_random (demo, G_N_ELEMENTS (people));
  guint to = (from + 1 + demo_random (demo, G_N_ELEMENTS (people) - 1)) % G_N_ELEMENTS (people);
  g_autofree char *name = g_strdup_printf ("sofia/internal/%s@" DOMAIN, people[from].number);
  g_autofree char *dial = demo_dial_string (demo, &people[to]);
  DemoCall *call = g_new0 (DemoCall, 1);

  call->demo = demo;
  call->kind = demo_pick_kind (demo);
  call->caller = sim_channel_ref (sim_life_incoming (
      demo->sim, name, people[from].name, people[from].number, people[to].number, "default"));
  call->caller->signalled = TRUE;
  demo_give_plan (call->caller, call->kind, dial);
  g_ptr_array_add (demo->calls, call);
  demo_call_wait (call);
}

/* Who is gone leaves room; one in eight of what is missing comes at each tick. */
static void
demo_tick (gpointer data)
{
  SimDemo *demo = data;
  guint missing;

  demo->tick = NULL;
  for (guint i = demo->calls->len; i-- > 0;)
    {
      const DemoCall *call = g_ptr_array_index (demo->calls, i);

      if (call->caller->link == NULL)
        g_ptr_array_remove_index (demo->calls, i);
    }
  missing = demo->wanted > demo->calls->len ? demo->wanted - demo->calls->len : 0;
  for (guint i = 0; i < (missing + 7) / 8; i++)
    demo_begin_call (demo);
  if (demo->wanted > 0 || demo->calls->len > 0)
    demo->tick = sim_timer_add (demo->sim, TICK_MSEC, demo_tick, demo, NULL);
}

SimDemo *
sim_demo_new (SimSwitch *sim)
{
  SimDemo *demo = g_new0 (SimDemo, 1);

  demo->sim = sim;
  demo->calls = g_ptr_array_new_with_free_func (demo_call_free);
  return demo;
}

void
sim_demo_free (SimDemo *demo)
{
  if (demo->tick != NULL)
    sim_timer_cancel (demo->sim, demo->tick);
  g_ptr_array_unref (demo->calls);
  g_free (demo);
}

void
sim_demo_set_calls (SimDemo *demo, guint calls)
{
  demo->wanted = calls;
  if (calls > 0 && demo->tick == NULL)
    demo->tick = sim_timer_add (demo->sim, 0, demo_tick, demo, NULL);
}
