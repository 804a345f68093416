/* SPDX-License-Identifier: MIT */
/* test-selection.c - what a ring holds of one thing: sizes without texts, texts in pieces. */
#include "tree-selection.h"

#include <errno.h>
#include <string.h>

#define CAPACITY ((gsize)64 * 1024)

typedef struct
{
  VfsRing *ring;
  TreeSelection *selection;
  Request *request;
  GString *got; /* NULL: no answer yet */
  int error;
  gboolean slow; /* each record takes a turn to render */
} Fixture;

static void
render_twice (const VfsRecord *record, GString *out, gpointer data)
{
  Fixture *f = data;
  gint64 end = g_get_monotonic_time () + (f->slow ? SELECTION_TURN_MAX : 0);

  while (g_get_monotonic_time () < end)
    ;
  for (int i = 0; i < 2; i++)
    g_string_append_len (out, (const char *)record->bytes, (gssize)record->len);
}

static void
render_gap (guint64 records, guint64 bytes, GString *out, gpointer data)
{
  g_string_append_printf (out, "<%" G_GUINT64_FORMAT ">", bytes);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  const VfsRingFormat formats[] = { { 0 }, { .render = render_twice, .gap = render_gap } };

  f->ring = vfs_ring_new (CAPACITY, formats, G_N_ELEMENTS (formats), f);
  f->selection = tree_selection_new (f->ring);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  tree_selection_unref (f->selection);
  vfs_ring_free (f->ring);
  if (f->got != NULL)
    g_string_free (f->got, TRUE);
}

static void
append (Fixture *f, const char *text, gboolean selected)
{
  const gsize lengths[VFS_RING_MAX_FORMATS] = { strlen (text), 2 * strlen (text) };

  vfs_ring_append (f->ring, text, strlen (text), 0, 0, lengths);
  if (selected)
    tree_selection_add (f->selection, vfs_ring_next (f->ring) - 1);
}

static void
on_answered (Request *request, gpointer data)
{
  Fixture *f = data;
  g_autoptr (GBytes) text = request_dup_text (request);

  f->error = request_error (request);
  f->got = g_string_new (NULL);
  if (text != NULL)
    g_string_append_len (f->got, g_bytes_get_data (text, NULL), (gssize)g_bytes_get_size (text));
  f->request = NULL;
  request_unref (request);
}

static void
ask (Fixture *f, guint format)
{
  f->request = request_new (on_answered, f, &(Caller){ 0 });
  tree_selection_snapshot (f->selection, format, f->request);
}

static void
wait_for_answer (Fixture *f)
{
  while (f->got == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_some_of_many (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (tree_selection_size (f->selection, 0), ==, 0);
  append (f, "one ", TRUE);
  append (f, "other ", FALSE);
  append (f, "three ", TRUE);
  g_assert_cmpuint (tree_selection_length (f->selection), ==, 2);
  g_assert_cmpuint (tree_selection_size (f->selection, 0), ==, 10);
  g_assert_cmpuint (tree_selection_size (f->selection, 1), ==, 20);
  ask (f, 1);
  wait_for_answer (f);
  g_assert_cmpstr (f->got->str, ==, "one one three three ");
}

/* The size is what the snapshot has, whatever the ring has dropped. */
static void
test_follows_the_ring (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *text = g_strdup_printf ("record %u\n", i);

      append (f, text, i % 3 != 0);
      if (i % 1000 != 999)
        continue;
      ask (f, 0);
      wait_for_answer (f);
      g_assert_cmpuint (tree_selection_size (f->selection, 0), ==, f->got->len);
      g_assert_true (g_str_has_suffix (f->got->str, i % 3 != 0 ? text : "\n"));
      g_string_free (g_steal_pointer (&f->got), TRUE);
    }
  g_assert_cmpuint (vfs_ring_first (f->ring), >, 1);
  g_assert_cmpuint (tree_selection_length (f->selection), <, 20000 / 3);
}

/* Nobody else waits while a long one is made; what is new then is not in it, nor what has gone. */
static void
test_in_pieces (Fixture *f, gconstpointer data)
{
  append (f, "a", TRUE);
  append (f, "b", TRUE);
  append (f, "c", TRUE);
  f->slow = TRUE;
  ask (f, 1);
  g_assert_null (f->got);
  append (f, "d", TRUE);
  wait_for_answer (f);
  g_assert_cmpstr (f->got->str, ==, "aabbcc");
}

/* What the ring drops meanwhile leaves a mark where it was missed, also at the end. */
static void
test_overtaken (Fixture *f, gconstpointer data)
{
  gboolean all = data != NULL;

  append (f, "a", TRUE);
  append (f, "bb", TRUE);
  append (f, "ccc", TRUE);
  f->slow = TRUE;
  ask (f, 1);
  g_assert_null (f->got);
  while (vfs_ring_first (f->ring) < (all ? 4 : 3))
    append (f, "d", FALSE);
  wait_for_answer (f);
  g_assert_cmpstr (f->got->str, ==, all ? "aa<10>" : "aa<4>cccccc");
}

static void
test_given_up (Fixture *f, gconstpointer data)
{
  append (f, "a", TRUE);
  append (f, "b", TRUE);
  f->slow = TRUE;
  ask (f, 1);
  g_assert_null (f->got);
  request_cancel (f->request);
  g_assert_cmpint (f->error, ==, EINTR);
  g_assert_false (g_main_context_pending (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/tree/selection/some-of-many", Fixture, NULL, set_up, test_some_of_many, tear_down);
  g_test_add ("/tree/selection/follows-the-ring", Fixture, NULL, set_up, test_follows_the_ring,
              tear_down);
  g_test_add ("/tree/selection/in-pieces", Fixture, NULL, set_up, test_in_pieces, tear_down);
  g_test_add ("/tree/selection/overtaken", Fixture, NULL, set_up, test_overtaken, tear_down);
  g_test_add ("/tree/selection/overtaken-at-the-end", Fixture, "all", set_up, test_overtaken,
              tear_down);
  g_test_add ("/tree/selection/given-up", Fixture, NULL, set_up, test_given_up, tear_down);
  return g_test_run ();
}
