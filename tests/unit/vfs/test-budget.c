/* SPDX-License-Identifier: MIT */
/* Shares: nobody takes another's, and the owner and root always find something. */
#include "fake.h"
#include "vfs-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define OWNER 5 /* as fake.c has it */
#define ALICE 1001
#define BOB 1002

static void
test_shares (void)
{
  VfsBudget *budget = vfs_budget_new (OWNER, 1000, 0);

  g_assert_true (vfs_budget_take (budget, VFS_BUDGET_FILES, ALICE, 200));
  g_assert_false (vfs_budget_take (budget, VFS_BUDGET_FILES, ALICE, 1));
  g_assert_true (vfs_budget_take (budget, VFS_BUDGET_DIRS, ALICE, 1));
  for (uid_t uid = BOB; uid < BOB + 3; uid++)
    g_assert_true (vfs_budget_take (budget, VFS_BUDGET_FILES, uid, 200));
  g_assert_true (vfs_budget_take (budget, VFS_BUDGET_FILES, BOB + 3, 100));
  g_assert_false (vfs_budget_take (budget, VFS_BUDGET_FILES, BOB + 4, 1));
  g_assert_true (vfs_budget_take (budget, VFS_BUDGET_FILES, OWNER, 90));
  g_assert_false (vfs_budget_take (budget, VFS_BUDGET_FILES, OWNER, 1));
  g_assert_true (vfs_budget_take (budget, VFS_BUDGET_FILES, 0, 10));
  g_assert_false (vfs_budget_take (budget, VFS_BUDGET_FILES, 0, 1));
  vfs_budget_give (budget, VFS_BUDGET_FILES, ALICE, 200);
  g_assert_cmpuint (vfs_budget_used_by (budget, VFS_BUDGET_FILES, ALICE), ==, 0);
  g_assert_cmpuint (vfs_budget_used (budget, VFS_BUDGET_FILES), ==, 800);
  g_assert_true (vfs_budget_take (budget, VFS_BUDGET_FILES, BOB + 4, 100));
  vfs_budget_free (budget);
}

static void
test_force (void)
{
  VfsBudget *budget = vfs_budget_new (OWNER, 0, 1000);

  vfs_budget_force (budget, VFS_BUDGET_BYTES, ALICE, 5000);
  g_assert_false (vfs_budget_take (budget, VFS_BUDGET_BYTES, ALICE, 0));
  g_assert_false (vfs_budget_take (budget, VFS_BUDGET_BYTES, 0, 1));
  g_assert_false (vfs_budget_take (budget, VFS_BUDGET_BYTES, ALICE, G_MAXUINT64));
  vfs_budget_give (budget, VFS_BUDGET_BYTES, ALICE, 5000);
  g_assert_true (vfs_budget_take (budget, VFS_BUDGET_BYTES, ALICE, 200));
  vfs_budget_free (budget);
}

static Ask *
open_as (VfsNode *node, int flags, uid_t uid)
{
  Ask *ask = ask_new (uid);

  vfs_open (node, flags, ask->request, &ask->file);
  return ask;
}

/* The last free handles are not for everybody. */
static void
test_handles (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "stream");
  g_autoptr (Ask) alice = NULL;
  g_autoptr (Ask) owner = NULL;

  for (int i = 0; i < VFS_MAX_OPEN / VFS_SHARE_PARTS; i++)
    {
      alice = open_as (node, O_RDONLY, ALICE);
      g_assert_cmpint (alice->error, ==, 0);
      g_clear_pointer (&alice, ask_free);
    }
  alice = open_as (node, O_RDONLY, ALICE);
  g_assert_cmpint (alice->error, ==, ENFILE);
  owner = open_as (node, O_RDONLY, OWNER);
  g_assert_cmpint (owner->error, ==, 0);
}

static void
test_dirs (Fake *fake, gconstpointer data)
{
  const Caller alice = { .uid = ALICE }, root = { .uid = 0 };
  g_autoptr (VfsNode) node = fake_node (fake, "dir");
  VfsDir *dir = NULL;

  for (int i = 0; i < VFS_MAX_OPEN / VFS_SHARE_PARTS; i++)
    g_assert_cmpint (vfs_dir_open (node, &alice, &dir), ==, 0);
  vfs_dir_close (dir);
  g_assert_cmpint (vfs_dir_open (node, &alice, &dir), ==, 0);
  g_assert_cmpint (vfs_dir_open (node, &alice, &dir), ==, ENFILE);
  g_assert_null (dir);
  g_assert_cmpint (vfs_dir_open (node, &root, &dir), ==, 0);
}

#define MIB ((gsize)1024 * 1024)
#define SHARE (VFS_MAX_MEMORY / VFS_SHARE_PARTS)

static guint64
kept_by (Fake *fake, uid_t uid)
{
  return vfs_budget_used_by (vfs_tree_budget (fake->tree), VFS_BUDGET_BYTES, uid);
}

/* A snapshot beyond the share is refused, and what is closed is given back. */
static void
test_snapshots (Fake *fake, gconstpointer data)
{
  g_autoptr (VfsNode) node = fake_node (fake, "text");
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)vfs_release);
  g_autoptr (Ask) last = NULL;

  g_string_set_size (fake->shown, 10 * MIB);
  memset (fake->shown->str, 'x', 10 * MIB);
  for (guint i = 0; i < SHARE / (10 * MIB); i++)
    {
      g_autoptr (Ask) ask = open_as (node, O_RDONLY, ALICE);

      g_assert_cmpint (ask->error, ==, 0);
      g_ptr_array_add (files, ask->file);
    }
  g_assert_cmpuint (kept_by (fake, ALICE), ==, files->len * 10 * MIB);
  last = open_as (node, O_RDONLY, ALICE);
  g_assert_cmpint (last->error, ==, ENOMEM);
  g_clear_pointer (&last, ask_free);
  last = open_as (node, O_RDONLY, BOB);
  g_assert_cmpint (last->error, ==, 0);
  vfs_release (last->file);
  g_clear_pointer (&files, g_ptr_array_unref);
  g_assert_cmpuint (kept_by (fake, ALICE), ==, 0);
  g_assert_cmpuint (kept_by (fake, BOB), ==, 0);
}

/* What is written and waits for its end is counted; what has run isn't. */
static void
test_lines (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "store", O_WRONLY);

  check_taken (file, "whole\n");
  g_assert_cmpuint (kept_by (fake, 1000), ==, 0);
  check_taken (file, "half");
  g_assert_cmpuint (kept_by (fake, 1000), ==, 4);
  g_assert_true (vfs_file_charge (file, SHARE - 7));
  check_write (file, 0, "abcd", ENOSPC, 0);
  vfs_file_discharge (file, SHARE - 7);
  check_taken (file, "abcd\n");
  g_assert_cmpuint (kept_by (fake, 1000), ==, 0);
  check_write (file, 0, "bad\n", EREMOTEIO, 0);
  g_assert_cmpuint (kept_by (fake, 1000), >, 0);
  g_assert_true (vfs_file_charge (file, 1));
  vfs_release (file);
  g_assert_cmpuint (kept_by (fake, 1000), ==, 0);
}

/* An answer that nobody has room for is still an answer. */
static void
test_answers (Fake *fake, gconstpointer data)
{
  VfsFile *file = fake_open (fake, "call", O_RDWR);
  g_autofree char *got = NULL;

  check_taken (file, "ask\n");
  g_assert_cmpuint (kept_by (fake, 1000), ==, strlen ("+OK ask\n"));
  check_taken (file, "slow\n");
  g_assert_true (vfs_file_charge (file, SHARE - kept_by (fake, 1000)));
  fake_answer (fake, "slow", 0);
  vfs_file_discharge (file, SHARE - strlen ("+OK ask\n"));
  got = read_now (file, 0, 100);
  g_assert_cmpstr (got, ==, "+OK ask\n");
  g_free (g_steal_pointer (&got));
  got = read_now (file, 0, 100);
  g_assert_cmpstr (got, ==, "");
  g_free (g_steal_pointer (&got));
  got = read_now (file, 0, 100);
  g_assert_cmpstr (got, ==, "-ERR Cannot allocate memory\n");
  vfs_release (file);
  g_assert_cmpuint (kept_by (fake, 1000), ==, 0);
}

/* What is said to a stream is short. */
static void
test_lines_of_streams (Fake *fake, gconstpointer data)
{
  g_autofree char *longest = g_strnfill (VFS_STREAM_LINE_MAX, 'x');
  VfsFile *file = fake_open (fake, "stream", O_RDWR);

  check_write (file, 0, longest, 0, VFS_STREAM_LINE_MAX);
  check_write (file, 0, "y", E2BIG, 0);
  vfs_release (file);
}

/* Whoever has many last replies loses his own; one reply of another user stays. */
static void
test_replies (void)
{
  VfsReplies *replies = vfs_replies_new ();
  g_autoptr (GBytes) text = g_bytes_new_static ("+OK\n", 4);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) newest = NULL;
  g_autoptr (GBytes) kept = NULL;

  vfs_replies_put (replies, 1, OWNER, text);
  for (guint64 ino = 1; ino <= 1000; ino++)
    vfs_replies_put (replies, ino, ALICE, text);
  kept = vfs_replies_get (replies, 1, OWNER);
  g_assert_nonnull (kept);
  newest = vfs_replies_get (replies, 1000, ALICE);
  g_assert_nonnull (newest);
  first = vfs_replies_get (replies, 1, ALICE);
  g_assert_null (first);
  vfs_replies_free (replies);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/vfs/budget/" name, Fake, NULL, fake_set_up, func, fake_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vfs/budget/shares", test_shares);
  g_test_add_func ("/vfs/budget/force", test_force);
  g_test_add_func ("/vfs/budget/replies", test_replies);
  ADD ("handles", test_handles);
  ADD ("dirs", test_dirs);
  ADD ("snapshots", test_snapshots);
  ADD ("lines", test_lines);
  ADD ("answers", test_answers);
  ADD ("lines-of-streams", test_lines_of_streams);
  return g_test_run ();
}
