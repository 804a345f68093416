/* SPDX-License-Identifier: MIT */
/* vfs-budget.c - shares; see the header. A user without anything has no account. */
#include "vfs-budget.h"

typedef struct
{
  gint64 uid;
  guint64 used[VFS_BUDGET_N];
} Account;

struct _VfsBudget
{
  uid_t owner;
  guint64 max[VFS_BUDGET_N];
  guint64 used[VFS_BUDGET_N];
  GHashTable *accounts; /* &account->uid -> Account */
};

VfsBudget *
vfs_budget_new (uid_t owner, guint64 max_open, guint64 max_memory)
{
  VfsBudget *budget = g_new0 (VfsBudget, 1);

  budget->owner = owner;
  budget->max[VFS_BUDGET_FILES] = max_open != 0 ? max_open : VFS_MAX_OPEN;
  budget->max[VFS_BUDGET_DIRS] = budget->max[VFS_BUDGET_FILES];
  budget->max[VFS_BUDGET_BYTES] = max_memory != 0 ? max_memory : VFS_MAX_MEMORY;
  budget->accounts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return budget;
}

void
vfs_budget_free (VfsBudget *budget)
{
  g_hash_table_unref (budget->accounts);
  g_free (budget);
}

void
vfs_budget_bound (VfsBudget *budget, VfsBudgetItem item, guint64 max)
{
  budget->max[item] = max;
}

static Account *
budget_account (const VfsBudget *budget, uid_t uid)
{
  gint64 key = uid;

  return g_hash_table_lookup (budget->accounts, &key);
}

/* May `used` grow to `max`, less one part in `parts`? (0: nothing is left out.) */
static gboolean
budget_fits (guint64 used, guint64 count, guint64 max, guint64 parts)
{
  guint64 bound = parts != 0 ? max - max / parts : max;

  return used <= bound && count <= bound - used;
}

static gboolean
budget_allows (const VfsBudget *budget, VfsBudgetItem item, uid_t uid, guint64 count)
{
  guint64 max = budget->max[item];
  guint64 used = budget->used[item];

  if (uid == 0)
    return budget_fits (used, count, max, 0);
  if (uid == budget->owner)
    return budget_fits (used, count, max, VFS_ROOT_RESERVE_PARTS);
  return budget_fits (used, count, max, VFS_RESERVE_PARTS)
         && budget_fits (vfs_budget_used_by (budget, item, uid), count, max / VFS_SHARE_PARTS, 0);
}

void
vfs_budget_force (VfsBudget *budget, VfsBudgetItem item, uid_t uid, guint64 count)
{
  Account *account = budget_account (budget, uid);

  if (account == NULL)
    {
      account = g_new0 (Account, 1);
      account->uid = uid;
      g_hash_table_insert (budget->accounts, &account->uid, account);
    }
  account->used[item] += count;
  budget->used[item] += count;
}

gboolean
vfs_budget_take (VfsBudget *budget, VfsBudgetItem item, uid_t uid, guint64 count)
{
  if (!budget_allows (budget, item, uid, count))
    return FALSE;
  vfs_budget_force (budget, item, uid, count);
  return TRUE;
}

static gboolean
account_is_empty (const Account *account)
{
  for (guint i = 0; i < VFS_BUDGET_N; i++)
    if (account->used[i] != 0)
      return FALSE;
  return TRUE;
}

void
vfs_budget_give (VfsBudget *budget, VfsBudgetItem item, uid_t uid, guint64 count)
{
  Account *account = budget_account (budget, uid);

  if (count == 0)
    return;
  g_return_if_fail (account != NULL && account->used[item] >= count);
  account->used[item] -= count;
  budget->used[item] -= count;
  if (account_is_empty (account))
    g_hash_table_remove (budget->accounts, &account->uid);
}

guint64
vfs_budget_used (const VfsBudget *budget, VfsBudgetItem item)
{
  return budget->used[item];
}

guint64
vfs_budget_used_by (const VfsBudget *budget, VfsBudgetItem item, uid_t uid)
{
  const Account *account = budget_account (budget, uid);

  return account != NULL ? account->used[item] : 0;
}
