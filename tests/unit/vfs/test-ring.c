/* SPDX-License-Identifier: MIT */
/* Rings: what is kept, where it is, in each format; against a plain list of all there ever was. */
#include "front.h"

#include <string.h>

/* Two formats: the bytes as they are, and each byte as two hexadecimal digits. */
static void
render_hex (const VfsRecord *record, GString *out, gpointer data)
{
  const char digits[] = "0123456789abcdef";

  for (gsize i = 0; i < record->len; i++)
    {
      g_string_append_c (out, digits[record->bytes[i] >> 4]);
      g_string_append_c (out, digits[record->bytes[i] & 15]);
    }
}

static void
gap (guint64 records, guint64 bytes, GString *out, gpointer data)
{
  g_string_append_printf (out, "gap %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s\n", records,
                          bytes, (const char *)data);
}

static const VfsRingFormat formats[] = { { .gap = gap }, { .render = render_hex, .gap = gap } };

static VfsRing *
ring_new (gsize capacity)
{
  static char data[] = "data";

  return vfs_ring_new (capacity, formats, 2, data);
}

static void
append (VfsRing *ring, const char *bytes, gsize len, guint32 tag, gint64 time)
{
  const gsize lengths[] = { len, len * 2 };

  vfs_ring_append (ring, bytes, len, tag, time, lengths);
}

static char *
text_of (VfsRing *ring, guint format, guint64 number)
{
  g_autoptr (GString) out = g_string_new ("<");

  vfs_ring_render (ring, format, number, out);
  g_string_append_c (out, '>');
  return g_strdup (out->str);
}

/* What is lent is the stored bytes of whole records of one tag, in few pieces. */
static void
test_lend (void)
{
  g_autoptr (VfsRing) ring = ring_new (64 * 1024);
  g_autoptr (GString) got = g_string_new (NULL);
  struct iovec pieces[8];
  int n = 8;

  g_assert_cmpuint (vfs_ring_lend (ring, 1, 0, 100, pieces, &n), ==, 1);
  g_assert_cmpint (n, ==, 0);
  append (ring, "one\n", 4, 0, 1);
  append (ring, "two\n", 4, 0, 2);
  append (ring, "other\n", 6, 1, 3);
  append (ring, "last\n", 5, 0, 4);
  n = 8;
  g_assert_cmpuint (vfs_ring_lend (ring, 1, 0, 100, pieces, &n), ==, 3);
  for (int i = 0; i < n; i++)
    g_string_append_len (got, pieces[i].iov_base, (gssize)pieces[i].iov_len);
  g_assert_cmpstr (got->str, ==, "one\ntwo\n");
  n = 8;
  g_assert_cmpuint (vfs_ring_lend (ring, 1, 0, 7, pieces, &n), ==, 2);
  n = 8;
  g_assert_cmpuint (vfs_ring_lend (ring, 1, 0, 3, pieces, &n), ==, 1);
  g_assert_cmpint (n, ==, 0);
  n = 8;
  g_assert_cmpuint (vfs_ring_lend (ring, 3, 0, 100, pieces, &n), ==, 3);
  n = 8;
  g_assert_cmpuint (vfs_ring_lend (ring, 4, 0, 100, pieces, &n), ==, 5);
  g_assert_cmpmem (pieces[0].iov_base, pieces[0].iov_len, "last\n", 5);
}

static void
test_empty (void)
{
  g_autoptr (VfsRing) ring = ring_new (4096);
  VfsRecord record;

  g_assert_cmpuint (vfs_ring_first (ring), ==, 1);
  g_assert_cmpuint (vfs_ring_next (ring), ==, 1);
  g_assert_cmpuint (vfs_ring_start (ring, 0), ==, 0);
  g_assert_cmpuint (vfs_ring_end (ring, 1), ==, 0);
  g_assert_cmpint (vfs_ring_time (ring), ==, 0);
  g_assert_false (vfs_ring_record (ring, 1, &record));
}

static void
test_formats (void)
{
  g_autoptr (VfsRing) ring = ring_new (4096);
  g_autofree char *plain = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *none = NULL;
  g_autoptr (GString) lost = g_string_new (NULL);
  VfsRecord record;

  append (ring, "abc", 3, 7, 1000);
  append (ring, "de", 2, 8, 2000);
  plain = text_of (ring, 0, 1);
  hex = text_of (ring, 1, 2);
  none = text_of (ring, 0, 3);
  g_assert_cmpstr (plain, ==, "<abc>");
  g_assert_cmpstr (hex, ==, "<6465>");
  g_assert_cmpstr (none, ==, "<>");
  g_assert_cmpuint (vfs_ring_end (ring, 0), ==, 5);
  g_assert_cmpuint (vfs_ring_end (ring, 1), ==, 10);
  g_assert_true (vfs_ring_record (ring, 2, &record));
  g_assert_cmpmem (record.bytes, record.len, "de", 2);
  g_assert_cmpuint (record.tag, ==, 8);
  g_assert_cmpuint (record.number, ==, 2);
  g_assert_cmpint (record.time, ==, 2000);
  g_assert_cmpint (vfs_ring_time (ring), ==, 2000);
  vfs_ring_render_gap (ring, 1, 4, 5, lost);
  g_assert_cmpstr (lost->str, ==, "gap 4 5 data\n");
}

static void
test_find (void)
{
  g_autoptr (VfsRing) ring = ring_new (4096);
  guint64 start;

  append (ring, "abc", 3, 0, 0);
  append (ring, "", 0, 0, 0);
  append (ring, "", 0, 0, 0);
  append (ring, "de", 2, 0, 0);
  g_assert_cmpuint (vfs_ring_find (ring, 0, 0, &start), ==, 1);
  g_assert_cmpuint (start, ==, 0);
  g_assert_cmpuint (vfs_ring_find (ring, 0, 2, &start), ==, 1);
  /* Records without a text in this format hold no byte of it. */
  g_assert_cmpuint (vfs_ring_find (ring, 0, 3, &start), ==, 4);
  g_assert_cmpuint (start, ==, 3);
  g_assert_cmpuint (vfs_ring_find (ring, 1, 9, &start), ==, 4);
  g_assert_cmpuint (start, ==, 6);
}

static void
test_eviction (void)
{
  g_autoptr (VfsRing) ring = ring_new (64 * 1024);
  char record[200];
  guint64 kept;

  memset (record, 'x', sizeof record);
  for (int i = 0; i < 5000; i++)
    append (ring, record, sizeof record, 0, i);
  kept = (vfs_ring_next (ring) - vfs_ring_first (ring)) * sizeof record;
  g_assert_cmpuint (vfs_ring_next (ring), ==, 5001);
  g_assert_cmpuint (kept, <=, 64 * 1024);
  g_assert_cmpuint (kept, >=, 24 * 1024);
  g_assert_cmpuint (vfs_ring_end (ring, 0), ==, 5000 * sizeof record);
  g_assert_cmpuint (vfs_ring_start (ring, 0), ==, vfs_ring_end (ring, 0) - kept);
  g_assert_cmpuint (vfs_ring_start (ring, 1), ==, vfs_ring_end (ring, 1) - 2 * kept);
}

/* The index counts too: records of no length can't grow it without end. */
static void
test_tiny_records (void)
{
  g_autoptr (VfsRing) ring = ring_new (64 * 1024);

  for (int i = 0; i < 100000; i++)
    append (ring, "", 0, 0, 0);
  g_assert_cmpuint (vfs_ring_next (ring) - vfs_ring_first (ring), <=, 64 * 1024 / 40);
  g_assert_cmpuint (vfs_ring_next (ring) - vfs_ring_first (ring), >=, 100);
}

static void
test_record_over_capacity (void)
{
  g_autoptr (VfsRing) ring = ring_new (4096);
  g_autofree char *large = g_strnfill (100000, 'L');
  g_autofree char *text = NULL;

  append (ring, "small", 5, 0, 0);
  append (ring, large, 100000, 0, 0);
  g_assert_cmpuint (vfs_ring_first (ring), ==, 2);
  text = text_of (ring, 0, 2);
  g_assert_cmpuint (strlen (text), ==, 100002);
  append (ring, "small", 5, 0, 0);
  g_assert_cmpuint (vfs_ring_first (ring), ==, 3);
  g_assert_cmpuint (vfs_ring_next (ring), ==, 4);
}

static void
render_short (const VfsRecord *record, GString *out, gpointer data)
{
  g_string_append (out, "ab");
}

static GLogWriterOutput
count_criticals (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if ((level & G_LOG_LEVEL_CRITICAL) == 0)
    return g_log_writer_default (level, fields, n_fields, NULL);
  ++*(guint *)data;
  return G_LOG_WRITER_HANDLED;
}

/* A text of another length than was said must not move the offsets of what follows. */
static void
test_miscounted_text (void)
{
  const VfsRingFormat wrong = { .render = render_short, .gap = gap };
  g_autoptr (VfsRing) ring = vfs_ring_new (4096, &wrong, 1, NULL);
  g_autofree char *filled = NULL;
  g_autofree char *cut = NULL;
  static guint criticals;

  g_log_set_writer_func (count_criticals, &criticals, NULL);
  vfs_ring_append (ring, "x", 1, 0, 0, (const gsize[]){ 4 });
  vfs_ring_append (ring, "x", 1, 0, 0, (const gsize[]){ 1 });
  filled = text_of (ring, 0, 1);
  cut = text_of (ring, 0, 2);
  g_assert_cmpstr (filled, ==, "<ab  >");
  g_assert_cmpstr (cut, ==, "<a>");
  g_assert_cmpuint (criticals, ==, 2);
}

typedef struct
{
  Waiter waiter;
  guint wakes;
} Sleeper;

static void
on_wake (Waiter *waiter)
{
  ((Sleeper *)waiter)->wakes++;
}

static void
test_append_wakes (void)
{
  g_autoptr (VfsRing) ring = ring_new (4096);
  Sleeper sleeper = { 0 };

  waiter_init (&sleeper.waiter, on_wake);
  waiter_join (&sleeper.waiter, vfs_ring_queue (ring));
  append (ring, "a", 1, 0, 0);
  append (ring, "b", 1, 0, 0);
  turn ();
  g_assert_cmpuint (sleeper.wakes, ==, 1);
  waiter_leave (&sleeper.waiter);
}

/* ---- against a list ---- */

typedef struct
{
  GPtrArray *all; /* of GBytes: record n is at n - 1 */
  VfsRing *ring;
  gsize capacity;
} Model;

static void
check_record (Model *model, guint64 number, guint64 *offset)
{
  gsize len, found_len;
  const char *bytes = g_bytes_get_data (model->all->pdata[number - 1], &len);
  g_autoptr (GString) text = g_string_new (NULL);
  VfsRecord record;
  guint64 start;

  g_assert_true (vfs_ring_record (model->ring, number, &record));
  g_assert_cmpmem (record.bytes, record.len, bytes, len);
  g_assert_cmpuint (record.tag, ==, (guint32)number);
  vfs_ring_render (model->ring, 1, number, text);
  found_len = text->len;
  g_assert_cmpuint (found_len, ==, 2 * len);
  if (len > 0)
    {
      guint64 at = *offset + (guint64)g_test_rand_int_range (0, (gint)(2 * len));

      g_assert_cmpuint (vfs_ring_find (model->ring, 1, at, &start), ==, number);
      g_assert_cmpuint (start, ==, *offset);
    }
  *offset += 2 * len;
}

static void
check (Model *model)
{
  guint64 first = vfs_ring_first (model->ring), next = vfs_ring_next (model->ring);
  guint64 offset = vfs_ring_start (model->ring, 1);
  guint64 before = 0;
  VfsRecord record;

  g_assert_cmpuint (next, ==, model->all->len + 1);
  g_assert_cmpuint (first, <, next);
  g_assert_false (vfs_ring_record (model->ring, first - 1, &record));
  g_assert_false (vfs_ring_record (model->ring, next, &record));
  for (guint64 number = 1; number < first; number++)
    before += 2 * g_bytes_get_size (model->all->pdata[number - 1]);
  g_assert_cmpuint (offset, ==, before);
  g_assert_cmpuint (vfs_ring_start (model->ring, 0), ==, before / 2);
  for (guint64 number = first; number < next; number++)
    check_record (model, number, &offset);
  g_assert_cmpuint (offset, ==, vfs_ring_end (model->ring, 1));
  g_assert_cmpuint (offset, ==, 2 * vfs_ring_end (model->ring, 0));
  if (next - first > 1)
    g_assert_cmpuint ((offset - vfs_ring_start (model->ring, 1)) / 2, <=, model->capacity);
}

static void
append_random (Model *model)
{
  gint most = g_test_rand_bit () ? 40 : g_test_rand_int_range (1, 3) * 900;
  gsize len = (gsize)g_test_rand_int_range (0, most);
  g_autofree char *bytes = g_malloc (len + 1);

  for (gsize i = 0; i < len; i++)
    bytes[i] = (char)g_test_rand_int_range (0, 256);
  g_ptr_array_add (model->all, g_bytes_new (bytes, len));
  append (model->ring, bytes, len, model->all->len, model->all->len);
}

static void
test_against_a_list (void)
{
  for (int round = 0; round < 10; round++)
    {
      gsize capacity = (gsize)g_test_rand_int_range (0, 40000);
      g_autoptr (VfsRing) ring = ring_new (capacity);
      g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
      Model model = { .all = all, .ring = ring, .capacity = capacity };

      for (int i = 0; i < 400; i++)
        {
          append_random (&model);
          if (i % 23 == 0 || i < 20)
            check (&model);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vfs/ring/empty", test_empty);
  g_test_add_func ("/vfs/ring/formats", test_formats);
  g_test_add_func ("/vfs/ring/find", test_find);
  g_test_add_func ("/vfs/ring/eviction", test_eviction);
  g_test_add_func ("/vfs/ring/lend", test_lend);
  g_test_add_func ("/vfs/ring/tiny-records", test_tiny_records);
  g_test_add_func ("/vfs/ring/record-over-capacity", test_record_over_capacity);
  g_test_add_func ("/vfs/ring/append-wakes", test_append_wakes);
  g_test_add_func ("/vfs/ring/against-a-list", test_against_a_list);
  g_test_add_func ("/vfs/ring/miscounted-text", test_miscounted_text);
  return g_test_run ();
}
