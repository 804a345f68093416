/* SPDX-License-Identifier: MIT */
/* sw-model-apply.c - an event to the model.
 *
 * Most events of a busy switch come this way, so an event's headers (a hundred or so) are walked
 * once: a hash of a name's length and three of its letters finds whether it matters, and what
 * matters is gathered in one array. The event's kind, one table look-up, says which columns may be
 * taken from it and what else it does.
 *
 * Where a header is given twice the last one counts: the core adds its own behind those that a
 * sendevent brought.
 */
#include "sw-model-private.h"

#include <string.h>

typedef struct
{
  const char *value[SW_N_FIELDS]; /* NULL: the event doesn't have it */
} Fields;

#define BIT(symbol) (G_GUINT64_CONSTANT (1) << SW_COLUMN_##symbol)

/* Caller-*: an event that has the caller profile leaves out what is empty in it. */
#define PROFILE_COLUMNS                                                                            \
  (BIT (CID_NAME) | BIT (CID_NUM) | BIT (IP_ADDR) | BIT (DEST) | BIT (DIALPLAN) | BIT (CONTEXT)    \
   | BIT (CALLEE_NAME) | BIT (CALLEE_NUM))
/* What any event of a channel may change. */
#define COMMON_COLUMNS                                                                             \
  (PROFILE_COLUMNS | BIT (DIRECTION) | BIT (NAME) | BIT (STATE) | BIT (READ_CODEC)                 \
   | BIT (READ_RATE) | BIT (READ_BIT_RATE) | BIT (WRITE_CODEC) | BIT (WRITE_RATE)                  \
   | BIT (WRITE_BIT_RATE) | BIT (HOSTNAME) | BIT (PRESENCE_ID) | BIT (PRESENCE_DATA)               \
   | BIT (ACCOUNTCODE) | BIT (CALLSTATE) | BIT (SENT_CALLEE_NAME) | BIT (SENT_CALLEE_NUM))

typedef struct _EventKind EventKind;

typedef struct
{
  SwModel *model;
  const EslEvent *event;
  const EventKind *kind;
  const Fields *fields;
  SwNow now;
} Application;

struct _EventKind
{
  const char *name;
  guint64 columns; /* that may be taken from it */
  void (*apply) (const Application *application);
};

static const char *const field_names[SW_N_FIELDS] = {
#define FIELD_NAME(symbol, name, header) [SW_COLUMN_##symbol] = header,
  SW_COLUMNS (FIELD_NAME)
#undef FIELD_NAME
      [SW_FIELD_EVENT_NAME] = "Event-Name",
  [SW_FIELD_SEQUENCE] = "Event-Sequence",
  [SW_FIELD_DATE_LOCAL] = "Event-Date-Local",
  [SW_FIELD_TIMESTAMP] = "Event-Date-Timestamp",
  [SW_FIELD_OLD_UUID] = "Old-Unique-ID",
  [SW_FIELD_CALLER_UUID] = "Caller-Unique-ID",
  [SW_FIELD_CALLER_DIRECTION] = "Caller-Direction",
  [SW_FIELD_CREATED_TIME] = "Caller-Channel-Created-Time",
  [SW_FIELD_OTHER_LEG_UUID] = "Other-Leg-Unique-ID",
  [SW_FIELD_BRIDGE_A] = "Bridge-A-Unique-ID",
  [SW_FIELD_BRIDGE_B] = "Bridge-B-Unique-ID",
  [SW_FIELD_DTMF_DIGIT] = "DTMF-Digit",
  [SW_FIELD_DTMF_DURATION] = "DTMF-Duration",
};

/* Bit 5 is all that tells an upper case letter from a lower case one. */
static guint
bucket_of (const char *name, gsize len)
{
  guint third = (guint)name[len / 3] | 0x20, middle = (guint)name[len / 2] | 0x20;
  guint last = (guint)name[len - 1] | 0x20;

  return (guint)(len * 7 + third * 5 + middle * 3 + last) % SW_FIELD_BUCKETS;
}

/* The field of that header, -1: none. */
static int
field_of (const SwModel *model, const EslHeader *header)
{
  if (header->name_len == 0)
    return -1;
  for (int field = model->buckets[bucket_of (header->name, header->name_len)]; field >= 0;
       field = model->chain[field])
    if (model->lengths[field] == header->name_len
        && (memcmp (field_names[field], header->name, header->name_len) == 0
            || g_ascii_strncasecmp (field_names[field], header->name, header->name_len) == 0))
      return field;
  return -1;
}

static void
gather (const SwModel *model, const EslEvent *event, Fields *fields)
{
  guint n = esl_event_n_headers (event);

  memset (fields, 0, sizeof *fields);
  for (guint i = 0; i < n; i++)
    {
      EslHeader header;
      int field;

      esl_event_header (event, i, &header);
      field = field_of (model, &header);
      if (field >= 0)
        fields->value[field] = header.value;
    }
}

static guint64
number (const char *text)
{
  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;
}

static SwChannel *
channel_named (const Application *a, int field)
{
  const char *uuid = a->fields->value[field];

  return uuid != NULL ? sw_model_channel (a->model, uuid) : NULL;
}

/* How many columns changed. */
static guint
take_columns (const Application *a, SwChannel *channel)
{
  gboolean profile = a->fields->value[SW_FIELD_CALLER_DIRECTION] != NULL;
  guint changes = 0;

  sw_channel_touch (channel, a->now);
  for (guint column = 0; column < SW_N_COLUMNS; column++)
    {
      guint64 bit = G_GUINT64_CONSTANT (1) << column;
      const char *value = a->fields->value[column];

      if ((a->kind->columns & bit) == 0)
        continue;
      if (value == NULL && !(profile && (PROFILE_COLUMNS & bit) != 0))
        continue;
      changes += sw_channel_set (channel, column, value);
    }
  return changes;
}

/* An application without data has none, not its predecessor's. */
static guint
take_application (const Application *a, SwChannel *channel)
{
  const char *data = a->fields->value[SW_COLUMN_APPLICATION_DATA];

  return sw_channel_set (channel, SW_COLUMN_APPLICATION_DATA, data != NULL ? data : "");
}

static void
tell_added (const Application *a, SwChannel *channel)
{
  if (a->model->funcs.channel_added != NULL)
    a->model->funcs.channel_added (a->model, channel, a->model->data);
}

/* A channel in one of these is not made yet, or as good as gone. */
static gboolean
is_passing_state (const char *state)
{
  static const char *const passing[] = { "CS_NONE",      "CS_NEW",     "CS_INIT", "CS_HANGUP",
                                         "CS_REPORTING", "CS_DESTROY", NULL };

  return state == NULL || g_strv_contains (passing, state);
}

/* A channel in the midst of its life that is not known: its CHANNEL_CREATE was missed, and the
 * tables may not have it yet. An event of a dead one that comes late is no reason. */
static SwChannel *
adopt (const Application *a)
{
  const char *uuid = a->fields->value[SW_COLUMN_UUID];
  guint64 created = number (a->fields->value[SW_FIELD_CREATED_TIME]);
  SwChannel *channel;

  if ((a->kind->columns & BIT (STATE)) == 0 || is_passing_state (a->fields->value[SW_COLUMN_STATE])
      || sw_model_ended (a->model, uuid, NULL))
    return NULL;
  channel = sw_model_add (a->model, uuid, a->now);
  if (created > 0 && created < G_MAXINT64)
    sw_channel_set_created (channel, (gint64)created, a->now);
  return channel;
}

/* Takes what the event's kind may change, `more` besides, and tells of it. */
static void
take_all (const Application *a, guint (*more) (const Application *a, SwChannel *channel))
{
  SwChannel *channel = channel_named (a, SW_COLUMN_UUID);
  gboolean known = channel != NULL;
  guint changes;

  if (!known)
    channel = adopt (a);
  if (channel == NULL)
    return;
  changes = take_columns (a, channel);
  if (more != NULL)
    changes += more (a, channel);
  if (known)
    sw_model_changed (a->model, channel, a->event, changes);
  else
    tell_added (a, channel);
}

static void
apply_common (const Application *a)
{
  take_all (a, NULL);
}

static void
apply_execute (const Application *a)
{
  take_all (a, take_application);
}

/* What `show channels` keeps from CHANNEL_CREATE alone. */
static void
take_creation (const Application *a, SwChannel *channel)
{
  static const struct
  {
    SwColumn initial, now;
  } pairs[] = {
    { SW_COLUMN_INITIAL_CID_NAME, SW_COLUMN_CID_NAME },
    { SW_COLUMN_INITIAL_CID_NUM, SW_COLUMN_CID_NUM },
    { SW_COLUMN_INITIAL_IP_ADDR, SW_COLUMN_IP_ADDR },
    { SW_COLUMN_INITIAL_DEST, SW_COLUMN_DEST },
    { SW_COLUMN_INITIAL_DIALPLAN, SW_COLUMN_DIALPLAN },
    { SW_COLUMN_INITIAL_CONTEXT, SW_COLUMN_CONTEXT },
  };
  guint64 stamp = number (a->fields->value[SW_FIELD_TIMESTAMP]);
  char epoch[24];

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    sw_channel_set (channel, pairs[i].initial, a->fields->value[pairs[i].now]);
  sw_channel_set (channel, SW_COLUMN_CREATED, a->fields->value[SW_FIELD_DATE_LOCAL]);
  if (stamp == 0)
    return;
  g_snprintf (epoch, sizeof epoch, "%" G_GUINT64_FORMAT, stamp / G_USEC_PER_SEC);
  sw_channel_set (channel, SW_COLUMN_CREATED_EPOCH, epoch);
}

/* TRUE when the channel's end has come before this, its creation: FreeSWITCH dispatches events
 * with several threads when it is busy. */
static gboolean
overtaken_by_its_end (const Application *a, const char *uuid)
{
  guint64 sequence = number (a->fields->value[SW_FIELD_SEQUENCE]), end = 0;

  return sw_model_ended (a->model, uuid, &end) && sequence != 0 && sequence < end;
}

static void
apply_create (const Application *a)
{
  const char *uuid = a->fields->value[SW_COLUMN_UUID];
  SwChannel *channel = sw_model_channel (a->model, uuid);

  if (channel != NULL)
    {
      guint changes = take_columns (a, channel);

      take_creation (a, channel);
      sw_model_changed (a->model, channel, a->event, changes + 1);
      return;
    }
  if (overtaken_by_its_end (a, uuid))
    return;
  channel = sw_model_add (a->model, uuid, a->now);
  take_columns (a, channel);
  take_creation (a, channel);
  tell_added (a, channel);
}

static void
apply_destroy (const Application *a)
{
  const char *uuid = a->fields->value[SW_COLUMN_UUID];
  SwChannel *channel = sw_model_channel (a->model, uuid);

  sw_model_remember_end (a->model, uuid, number (a->fields->value[SW_FIELD_SEQUENCE]), a->now);
  if (channel == NULL)
    return;
  take_columns (a, channel);
  sw_model_end (a->model, channel, a->event);
}

/* CS_DESTROY comes after CHANNEL_DESTROY: a channel that is still there is one whose end fell
 * between the snapshot and the subscription. */
static void
apply_state (const Application *a)
{
  if (g_strcmp0 (a->fields->value[SW_COLUMN_STATE], "CS_DESTROY") == 0)
    apply_destroy (a);
  else
    apply_common (a);
}

/* The other leg's own name for this one changes with it. */
static void
apply_uuid (const Application *a)
{
  SwChannel *channel = channel_named (a, SW_FIELD_OLD_UUID);
  SwChannel *taken = channel_named (a, SW_COLUMN_UUID);
  const char *old = a->fields->value[SW_FIELD_OLD_UUID], *uuid = a->fields->value[SW_COLUMN_UUID];
  SwChannel *peer = NULL;

  if (old != NULL && strcmp (old, uuid) != 0)
    sw_model_remember_end (a->model, old, 0, a->now);
  if (channel == NULL || channel == taken)
    {
      apply_common (a);
      return;
    }
  if (taken != NULL)
    sw_model_end (a->model, taken, NULL);
  if (sw_channel_peer (channel) != NULL)
    peer = sw_model_channel (a->model, sw_channel_peer (channel));
  sw_model_rename (a->model, channel, uuid);
  sw_model_changed (a->model, channel, a->event, 1 + take_columns (a, channel));
  if (peer != NULL)
    sw_model_set_peers (a->model, channel, peer, a->event, channel);
}

static void
take_call_uuid (const Application *a, SwChannel *channel, const char *call_uuid,
                const SwChannel *told)
{
  if (channel == NULL || !sw_channel_set (channel, SW_COLUMN_CALL_UUID, call_uuid))
    return;
  a->model->generation++;
  if (channel != told)
    sw_model_changed (a->model, channel, a->event, 0);
}

/* Both legs of a bridge event. An event of an older making names none: then the one it is about
 * and its other leg. */
static void
find_legs (const Application *a, SwChannel **ret_a, SwChannel **ret_b)
{
  const char *const *value = a->fields->value;
  gboolean named = value[SW_FIELD_BRIDGE_A] != NULL && value[SW_FIELD_BRIDGE_B] != NULL;

  *ret_a = channel_named (a, named ? SW_FIELD_BRIDGE_A : SW_FIELD_CALLER_UUID);
  *ret_b = channel_named (a, named ? SW_FIELD_BRIDGE_B : SW_FIELD_OTHER_LEG_UUID);
}

static void
apply_bridge (const Application *a)
{
  SwChannel *subject = channel_named (a, SW_COLUMN_UUID), *first, *second;
  const char *call_uuid = a->fields->value[SW_COLUMN_CALL_UUID];

  find_legs (a, &first, &second);
  if (first != NULL && second != NULL && first != second)
    {
      sw_model_set_peers (a->model, first, second, a->event, subject);
      take_call_uuid (a, first, call_uuid, subject);
      take_call_uuid (a, second, call_uuid, subject);
    }
  apply_common (a);
}

/* A leg that has been bridged with another one meanwhile keeps that. */
static void
part (const Application *a, SwChannel *channel, const SwChannel *other, const SwChannel *told)
{
  const char *peer = channel != NULL ? sw_channel_peer (channel) : NULL;

  if (peer == NULL || (other != NULL && strcmp (peer, sw_channel_uuid (other)) != 0))
    return;
  sw_model_set_peers (a->model, channel, NULL, a->event, told);
  take_call_uuid (a, channel, sw_channel_uuid (channel), told);
}

static void
apply_unbridge (const Application *a)
{
  SwChannel *subject = channel_named (a, SW_COLUMN_UUID), *first, *second;

  find_legs (a, &first, &second);
  if (second == NULL && first != NULL && sw_channel_peer (first) != NULL)
    second = sw_model_channel (a->model, sw_channel_peer (first));
  part (a, first, second, subject);
  take_call_uuid (a, second, second != NULL ? sw_channel_uuid (second) : NULL, subject);
  apply_common (a);
}

static void
apply_dtmf (const Application *a)
{
  SwChannel *channel = channel_named (a, SW_COLUMN_UUID);
  const char *digit = a->fields->value[SW_FIELD_DTMF_DIGIT];
  const char *duration = a->fields->value[SW_FIELD_DTMF_DURATION];

  if (channel == NULL)
    return;
  sw_channel_touch (channel, a->now);
  if (digit != NULL)
    sw_channel_add_dtmf (channel, digit, duration != NULL ? duration : "");
  sw_model_changed (a->model, channel, a->event, digit != NULL);
}

#define CREATION_COLUMNS (COMMON_COLUMNS | BIT (CALL_UUID))
#define EXECUTE_COLUMNS (COMMON_COLUMNS | BIT (APPLICATION) | BIT (APPLICATION_DATA))

static const EventKind any_event = { "", 0, apply_common };
static const EventKind event_kinds[] = {
  { "CHANNEL_CREATE", CREATION_COLUMNS, apply_create },
  { "CHANNEL_UUID", CREATION_COLUMNS, apply_uuid },
  { "CHANNEL_DESTROY", COMMON_COLUMNS, apply_destroy },
  { "CHANNEL_STATE", COMMON_COLUMNS, apply_state },
  { "CHANNEL_CALLSTATE", COMMON_COLUMNS, apply_common },
  { "CHANNEL_ANSWER", COMMON_COLUMNS, apply_common },
  { "CHANNEL_HANGUP", COMMON_COLUMNS, apply_common },
  { "CHANNEL_HANGUP_COMPLETE", COMMON_COLUMNS, apply_common },
  { "CHANNEL_EXECUTE", EXECUTE_COLUMNS, apply_execute },
  { "CHANNEL_EXECUTE_COMPLETE", COMMON_COLUMNS, apply_common },
  { "CHANNEL_HOLD", COMMON_COLUMNS, apply_common },
  { "CHANNEL_UNHOLD", COMMON_COLUMNS, apply_common },
  { "CHANNEL_BRIDGE", CREATION_COLUMNS, apply_bridge },
  { "CHANNEL_UNBRIDGE", COMMON_COLUMNS, apply_unbridge },
  { "CHANNEL_PROGRESS", COMMON_COLUMNS, apply_common },
  { "CHANNEL_PROGRESS_MEDIA", COMMON_COLUMNS, apply_common },
  { "CHANNEL_OUTGOING", COMMON_COLUMNS, apply_common },
  { "CHANNEL_PARK", COMMON_COLUMNS, apply_common },
  { "CHANNEL_UNPARK", COMMON_COLUMNS, apply_common },
  { "CHANNEL_APPLICATION", COMMON_COLUMNS, apply_common },
  { "CHANNEL_ORIGINATE", CREATION_COLUMNS, apply_common },
  /* What uuid_dump gives; no event of the stream. */
  { "CHANNEL_DATA", CREATION_COLUMNS, apply_common },
  { "CODEC", COMMON_COLUMNS, apply_common },
  { "CALL_UPDATE", COMMON_COLUMNS | BIT (CALLEE_DIRECTION), apply_common },
  { "CALL_SECURE", COMMON_COLUMNS | BIT (SECURE), apply_common },
  { "DTMF", 0, apply_dtmf },
};

void
sw_model_init_fields (SwModel *model)
{
  memset (model->buckets, -1, sizeof model->buckets);
  for (int field = SW_N_FIELDS - 1; field >= 0; field--)
    {
      const char *name = field_names[field];
      guint bucket;

      if (name == NULL)
        continue;
      model->lengths[field] = (guint8)strlen (name);
      bucket = bucket_of (name, strlen (name));
      model->chain[field] = model->buckets[bucket];
      model->buckets[bucket] = (gint8)field;
    }
  model->kinds = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < G_N_ELEMENTS (event_kinds); i++)
    g_hash_table_insert (model->kinds, (gpointer)event_kinds[i].name, (gpointer)&event_kinds[i]);
}

void
sw_model_apply (SwModel *model, const EslEvent *event, SwNow now)
{
  Fields fields;
  Application application = { model, event, &any_event, &fields, now };
  const EventKind *kind = NULL;

  gather (model, event, &fields);
  if (fields.value[SW_COLUMN_UUID] == NULL || *fields.value[SW_COLUMN_UUID] == '\0')
    return;
  if (fields.value[SW_FIELD_EVENT_NAME] != NULL)
    kind = g_hash_table_lookup (model->kinds, fields.value[SW_FIELD_EVENT_NAME]);
  if (kind != NULL)
    application.kind = kind;
  application.kind->apply (&application);
}
