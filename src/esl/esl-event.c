/* SPDX-License-Identifier: MIT */
/* esl-event.c - what an event holds: building, reading, and which file knows which text.
 *
 * Growth makes a new block and frees the old one last, so a name or value that
 * belongs to the event itself may be added to it again.
 */
#include "esl-event-private.h"

/* What a cleared event keeps. A larger block was for an exceptional event and goes back. */
#define KEPT_BYTES ((gsize)1024 * 1024)
#define KEPT_ENTRIES (16u * 1024)

#define ARENA_MAX G_MAXUINT32

G_DEFINE_QUARK (esl_event_error, esl_event_error)

/* A block of `arena`'s bytes and room for `len` more; its old block goes to `ret_old` when it was
 * replaced, for the caller to free once nothing points into it. */
static void
arena_reserve (EslArena *arena, gsize len, char **ret_old)
{
  gsize need = arena->used + len + ESL_ARENA_SLACK;
  char *bytes;

  *ret_old = NULL;
  if (arena->bytes != NULL && need <= arena->size)
    return;
  need = MAX (need, arena->size * 2);
  need = MAX (need, 256);
  bytes = g_malloc (need);
  if (arena->bytes != NULL)
    memcpy (bytes, arena->bytes, arena->used);
  *ret_old = arena->bytes;
  arena->bytes = bytes;
  arena->size = need;
}

static void
arena_clear (EslArena *arena)
{
  arena->used = 0;
  if (arena->size > KEPT_BYTES)
    {
      g_clear_pointer (&arena->bytes, g_free);
      arena->size = 0;
    }
}

static guint32
arena_push (EslArena *arena, const char *text, gsize len)
{
  guint32 offset = (guint32)arena->used;

  if (len > 0)
    memmove (arena->bytes + offset, text, len);
  arena->bytes[offset + len] = '\0';
  arena->used += len + 1;
  return offset;
}

EslEvent *
esl_event_new (void)
{
  return g_new0 (EslEvent, 1);
}

/* The copy is as small as it can be. */
EslEvent *
esl_event_copy (const EslEvent *event)
{
  EslEvent *copy = g_new0 (EslEvent, 1);

  if (event->arena.used > 0)
    {
      copy->arena.bytes = g_memdup2 (event->arena.bytes, event->arena.used);
      copy->arena.used = copy->arena.size = event->arena.used;
    }
  if (event->n_entries > 0)
    {
      copy->entries = g_memdup2 (event->entries, event->n_entries * sizeof (EslEntry));
      copy->n_entries = copy->entries_size = event->n_entries;
    }
  if (event->has_body)
    esl_event_set_body (copy, event->body.bytes, event->body.used);
  return copy;
}

void
esl_event_free (EslEvent *event)
{
  if (event == NULL)
    return;
  g_free (event->arena.bytes);
  g_free (event->body.bytes);
  g_free (event->entries);
  g_free (event);
}

void
esl_event_clear (EslEvent *event)
{
  arena_clear (&event->arena);
  arena_clear (&event->body);
  event->has_body = FALSE;
  event->n_entries = 0;
  if (event->entries_size > KEPT_ENTRIES)
    {
      g_clear_pointer (&event->entries, g_free);
      event->entries_size = 0;
    }
}

void
esl_event_reserve (EslEvent *event, gsize len)
{
  g_autofree char *old = NULL;

  if (G_UNLIKELY (len > ARENA_MAX - ESL_ARENA_SLACK - event->arena.used))
    g_error ("an event of more than 4 GiB");
  arena_reserve (&event->arena, len, &old);
}

void
esl_event_grow_entries (EslEvent *event)
{
  event->entries_size = event->entries_size == 0 ? 32 : event->entries_size * 2;
  event->entries = g_renew (EslEntry, event->entries, event->entries_size);
}

char *
esl_event_reserve_body (EslEvent *event, gsize len)
{
  g_autofree char *old = NULL;

  event->body.used = 0;
  event->has_body = TRUE;
  arena_reserve (&event->body, len, &old);
  return event->body.bytes;
}

void
esl_event_size_body (EslEvent *event, gsize len)
{
  event->body.used = len;
  event->body.bytes[len] = '\0';
}

static void
add_entry (EslEvent *event, const char *name, gsize name_len, const char *value, gsize value_len,
           EslHeaderKind kind)
{
  g_autofree char *old = NULL;
  EslEntry entry = { .name_len = (guint32)name_len,
                     .value_len = (guint32)value_len,
                     .kind = (guint8)kind };

  if (G_UNLIKELY (name_len + value_len > ARENA_MAX - ESL_ARENA_SLACK - 2 - event->arena.used))
    g_error ("an event of more than 4 GiB");
  arena_reserve (&event->arena, name_len + value_len + 2, &old);
  entry.name = arena_push (&event->arena, name, name_len);
  entry.value = arena_push (&event->arena, value, value_len);
  *esl_event_push (event) = entry;
}

void
esl_event_add (EslEvent *event, const char *name, const char *value)
{
  add_entry (event, name, strlen (name), value, strlen (value), ESL_HEADER_SINGLE);
}

void
esl_event_add_len (EslEvent *event, const char *name, gssize name_len, const char *value,
                   gssize value_len)
{
  add_entry (event, name, name_len < 0 ? strlen (name) : strnlen (name, name_len), value,
             value_len < 0 ? strlen (value) : strnlen (value, value_len), ESL_HEADER_SINGLE);
}

void
esl_event_add_array (EslEvent *event, const char *name, const char *const *cells, guint n_cells)
{
  g_autofree char *own_name = g_strdup (name);

  for (guint i = 0; i < n_cells; i++)
    add_entry (event, own_name, strlen (own_name), cells[i], strlen (cells[i]),
               i == 0 ? ESL_HEADER_ARRAY : ESL_HEADER_CELL);
}

static gboolean
entry_is (const EslEvent *event, const EslEntry *entry, const char *name, gsize name_len)
{
  return entry->name_len == name_len
         && g_ascii_strncasecmp (esl_event_at (event, entry->name), name, name_len) == 0;
}

static const EslEntry *
find_first (const EslEvent *event, const char *name)
{
  gsize name_len = strlen (name);

  for (guint i = 0; i < event->n_entries; i++)
    if (entry_is (event, &event->entries[i], name, name_len))
      return &event->entries[i];
  return NULL;
}

static const EslEntry *
find_last (const EslEvent *event, const char *name)
{
  gsize name_len = strlen (name);

  for (guint i = event->n_entries; i > 0; i--)
    if (entry_is (event, &event->entries[i - 1], name, name_len))
      return &event->entries[i - 1];
  return NULL;
}

/* Removes the entries from `from` on that are called `name`. */
static guint
remove_from (EslEvent *event, guint from, const char *name)
{
  gsize name_len = strlen (name);
  guint kept = from, removed;

  for (guint i = from; i < event->n_entries; i++)
    if (!entry_is (event, &event->entries[i], name, name_len))
      event->entries[kept++] = event->entries[i];
  removed = event->n_entries - kept;
  event->n_entries = kept;
  return removed;
}

/* Returns how many entries it removed, the cells of an array one by one. */
guint
esl_event_remove (EslEvent *event, const char *name)
{
  return remove_from (event, 0, name);
}

/* `body` NULL: no body, which is not the same as an empty one. */
void
esl_event_move_first (EslEvent *event, const char *name)
{
  const EslEntry *found = find_first (event, name);
  EslEntry entry;

  if (found == NULL)
    return;
  entry = *found;
  remove_from (event, 0, name);
  memmove (event->entries + 1, event->entries, event->n_entries * sizeof entry);
  event->entries[0] = entry;
  event->n_entries++;
}

void
esl_event_set_body (EslEvent *event, const void *body, gsize len)
{
  g_autofree char *old = NULL;

  event->has_body = body != NULL;
  event->body.used = 0;
  if (body == NULL)
    return;
  arena_reserve (&event->body, len, &old);
  memmove (event->body.bytes, body, len);
  esl_event_size_body (event, len);
}

guint
esl_event_n_headers (const EslEvent *event)
{
  return event->n_entries;
}

void
esl_event_header (const EslEvent *event, guint index, EslHeader *ret_header)
{
  const EslEntry *entry = &event->entries[index];

  g_assert (index < event->n_entries);
  ret_header->name = esl_event_at (event, entry->name);
  ret_header->name_len = entry->name_len;
  ret_header->value = esl_event_at (event, entry->value);
  ret_header->value_len = entry->value_len;
  ret_header->kind = entry->kind;
}

const char *
esl_event_get (const EslEvent *event, const char *name)
{
  const EslEntry *entry = find_first (event, name);

  return entry == NULL ? NULL : esl_event_at (event, entry->value);
}

const char *
esl_event_get_last (const EslEvent *event, const char *name)
{
  const EslEntry *entry = find_last (event, name);

  return entry == NULL ? NULL : esl_event_at (event, entry->value);
}

const char *
esl_event_whole (const EslEvent *event, guint *index, GString *scratch)
{
  const EslEntry *entry = &event->entries[*index];
  const EslEntry *end = event->entries + event->n_entries;
  const char *value = esl_event_at (event, entry->value);

  if (entry + 1 == end || entry[1].kind != ESL_HEADER_CELL)
    return value;
  g_string_assign (scratch, "ARRAY::");
  g_string_append_len (scratch, value, (gssize)entry->value_len);
  for (entry++; entry < end && entry->kind == ESL_HEADER_CELL; entry++, ++*index)
    {
      g_string_append (scratch, "|:");
      g_string_append_len (scratch, esl_event_at (event, entry->value), (gssize)entry->value_len);
    }
  return scratch->str;
}

const char *
esl_event_get_whole (const EslEvent *event, const char *name, GString *scratch)
{
  const EslEntry *entry = find_first (event, name);
  guint index;

  if (entry == NULL)
    return NULL;
  index = (guint)(entry - event->entries);
  return esl_event_whole (event, &index, scratch);
}

/* The last Event-Name: an event made by sendevent may carry one from its author, and the switch
 * adds its own behind it (protocol: plain events). */
const char *
esl_event_name (const EslEvent *event)
{
  return esl_event_get_last (event, "Event-Name");
}

const guint8 *
esl_event_body (const EslEvent *event, gsize *ret_len)
{
  if (ret_len != NULL)
    *ret_len = event->has_body ? event->body.used : 0;
  return event->has_body ? (const guint8 *)event->body.bytes : NULL;
}

gboolean
esl_parse_length (const char *text, gsize len, gsize *ret_value)
{
  gsize value = 0;

  if (len == 0 || len > 18)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      value = value * 10 + (gsize)(text[i] - '0');
    }
  *ret_value = value;
  return TRUE;
}

gboolean
esl_event_lacks_length (const EslEvent *event, char ret_digits[ESL_DIGITS])
{
  const EslEntry *last;

  g_snprintf (ret_digits, ESL_DIGITS, "%" G_GSIZE_FORMAT, event->body.used);
  if (!event->has_body)
    return FALSE;
  if (event->n_entries == 0)
    return TRUE;
  last = &event->entries[event->n_entries - 1];
  return last->kind != ESL_HEADER_SINGLE
         || !entry_is (event, last, "Content-Length", strlen ("Content-Length"))
         || strcmp (esl_event_at (event, last->value), ret_digits) != 0;
}

gboolean
esl_syntax_error (GError **error, const char *format, gsize offset, const char *expected)
{
  g_set_error (error, ESL_EVENT_ERROR, ESL_EVENT_ERROR_SYNTAX,
               "not a %s event: at byte %" G_GSIZE_FORMAT " %s", format, offset, expected);
  return FALSE;
}

/* Replaces what `event` held. After an error it is empty. */
gboolean
esl_event_parse (EslEvent *event, EslFormat format, const void *text, gsize len, GError **error)
{
  gboolean ok = FALSE;

  esl_event_clear (event);
  switch (format)
    {
    case ESL_FORMAT_PLAIN:
      ok = esl_event_parse_plain (event, text, len, error);
      break;
    case ESL_FORMAT_JSON:
      ok = esl_event_parse_json (event, text, len, error);
      break;
    case ESL_FORMAT_XML:
      ok = esl_syntax_error (error, "XML", 0, "an event is written, never read");
      break;
    }
  if (!ok)
    esl_event_clear (event);
  return ok;
}

static void
write_text (const EslEvent *event, EslFormat format, EslFidelity fidelity, EslSink *sink)
{
  switch (format)
    {
    case ESL_FORMAT_PLAIN:
      esl_event_write_plain (event, fidelity, sink);
      break;
    case ESL_FORMAT_JSON:
      esl_event_write_json (event, fidelity, sink);
      break;
    case ESL_FORMAT_XML:
      esl_event_write_xml (event, fidelity, sink);
      break;
    }
}

void
esl_event_append (const EslEvent *event, EslFormat format, EslFidelity fidelity, GString *out)
{
  EslSink sink = { .out = out };

  write_text (event, format, fidelity, &sink);
  out->str[out->len] = '\0';
}

/* As many bytes as esl_event_append() would add, without making the text. */
gsize
esl_event_length (const EslEvent *event, EslFormat format, EslFidelity fidelity)
{
  EslSink sink = { .out = NULL };

  write_text (event, format, fidelity, &sink);
  return sink.len;
}
