/* SPDX-License-Identifier: MIT */
/* tree-selection.c - numbers of records, with the lengths of all before them.
 *
 * What the ring has dropped is a prefix; it is skipped as it is met, and removed when it is half of
 * the list, so that each record costs the same however long the list is.
 */
#include "tree-selection.h"

#include <string.h>

typedef struct
{
  guint64 number;
  guint64 starts[VFS_RING_MAX_FORMATS]; /* bytes of the texts before it */
} Selected;

struct _TreeSelection
{
  guint refs;
  VfsRing *ring;
  GArray *records; /* of Selected */
  guint first;     /* those before it are gone */
  guint64 ends[VFS_RING_MAX_FORMATS];
};

TreeSelection *
tree_selection_new (VfsRing *ring)
{
  TreeSelection *selection = g_new0 (TreeSelection, 1);

  selection->refs = 1;
  selection->ring = ring;
  selection->records = g_array_new (FALSE, FALSE, sizeof (Selected));
  return selection;
}

void
tree_selection_unref (TreeSelection *selection)
{
  if (--selection->refs > 0)
    return;
  g_array_unref (selection->records);
  g_free (selection);
}

static const Selected *
selected_at (const TreeSelection *selection, guint index)
{
  return &g_array_index (selection->records, Selected, index);
}

static void
forget_gone (TreeSelection *selection)
{
  GArray *records = selection->records;

  while (selection->first < records->len
         && selected_at (selection, selection->first)->number < vfs_ring_first (selection->ring))
    selection->first++;
  if (selection->first <= records->len / 2)
    return;
  g_array_remove_range (records, 0, selection->first);
  selection->first = 0;
}

void
tree_selection_add (TreeSelection *selection, guint64 number)
{
  Selected record = { .number = number };

  forget_gone (selection);
  memcpy (record.starts, selection->ends, sizeof record.starts);
  g_array_append_val (selection->records, record);
  for (guint format = 0; format < VFS_RING_MAX_FORMATS; format++)
    selection->ends[format] += vfs_ring_length (selection->ring, format, number);
}

guint
tree_selection_length (TreeSelection *selection)
{
  forget_gone (selection);
  return selection->records->len - selection->first;
}

gsize
tree_selection_size (TreeSelection *selection, guint format)
{
  if (tree_selection_length (selection) == 0)
    return 0;
  return selection->ends[format] - selected_at (selection, selection->first)->starts[format];
}

/* ---- its text ---- */

typedef struct
{
  TreeSelection *selection;
  guint format;
  Request *request;
  GString *out;
  guint64 from; /* bytes of the selection's texts before what is to be made next */
  guint64 end;  /* what came after the open is not waited for */
  guint source;
} Snapshot;

static void
snapshot_free (Snapshot *snapshot)
{
  g_clear_handle_id (&snapshot->source, g_source_remove);
  if (snapshot->out != NULL)
    g_string_free (snapshot->out, TRUE);
  request_unref (snapshot->request);
  tree_selection_unref (snapshot->selection);
  g_free (snapshot);
}

/* The place of the first record whose text begins at `start` or behind it. */
static guint
find_place (TreeSelection *selection, guint format, guint64 start)
{
  guint low, high;

  forget_gone (selection);
  high = selection->records->len;
  low = selection->first;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (selected_at (selection, middle)->starts[format] < start)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Says what the ring has dropped since the last turn, when there is something. */
static void
snapshot_tell_gap (Snapshot *snapshot, guint64 until)
{
  if (until > snapshot->from)
    vfs_ring_render_gap (snapshot->selection->ring, snapshot->format, 0, until - snapshot->from,
                         snapshot->out);
  snapshot->from = MAX (snapshot->from, until);
}

/* FALSE: there is more to be made. */
static gboolean
snapshot_go_on (Snapshot *snapshot)
{
  TreeSelection *selection = snapshot->selection;
  guint format = snapshot->format;
  gint64 end = g_get_monotonic_time () + SELECTION_TURN_MAX;

  for (guint at = find_place (selection, format, snapshot->from); at < selection->records->len;
       at++)
    {
      const Selected *record = selected_at (selection, at);

      if (record->starts[format] >= snapshot->end)
        break;
      snapshot_tell_gap (snapshot, record->starts[format]);
      vfs_ring_render (selection->ring, format, record->number, snapshot->out);
      snapshot->from += vfs_ring_length (selection->ring, format, record->number);
      if (g_get_monotonic_time () >= end)
        return FALSE;
    }
  snapshot_tell_gap (snapshot, snapshot->end);
  request_on_cancel (snapshot->request, NULL, NULL);
  request_data (snapshot->request, g_string_free_to_bytes (g_steal_pointer (&snapshot->out)));
  return TRUE;
}

static gboolean
on_snapshot_turn (gpointer data)
{
  Snapshot *snapshot = data;

  if (!snapshot_go_on (snapshot))
    return G_SOURCE_CONTINUE;
  snapshot->source = 0;
  snapshot_free (snapshot);
  return G_SOURCE_REMOVE;
}

static void
on_snapshot_cancelled (Request *request, gpointer data)
{
  snapshot_free (data);
}

void
tree_selection_snapshot (TreeSelection *selection, guint format, Request *request)
{
  Snapshot *snapshot = g_new0 (Snapshot, 1);
  gsize size;

  selection->refs++;
  snapshot->selection = selection;
  snapshot->format = format;
  snapshot->request = request_ref (request);
  size = tree_selection_size (selection, format);
  snapshot->end = selection->ends[format];
  snapshot->from = snapshot->end - size;
  snapshot->out = g_string_sized_new (size + 1);
  request_on_cancel (request, on_snapshot_cancelled, snapshot);
  if (snapshot_go_on (snapshot))
    snapshot_free (snapshot);
  else
    snapshot->source = g_idle_add_full (G_PRIORITY_DEFAULT, on_snapshot_turn, snapshot, NULL);
}
