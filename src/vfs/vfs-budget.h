/* SPDX-License-Identifier: MIT */
/* vfs-budget.h - shares: what one user, and all together, can make eslfs keep.
 *
 * Counted are, for each uid and in all: open files, open directories, bytes that an open file or
 * directory keeps, connections of somebody's own, and jobs under way. What is left of each is for:
 *
 *   root      all of it
 *   the owner (of the mount) all but a hundredth
 *   others    all but a tenth; and each of them not more than a fifth of the whole
 *
 * So whatever others do, the owner and root find a free handle and memory to look with.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

#define VFS_MAX_OPEN 10000                          /* files, and as many directories */
#define VFS_MAX_MEMORY ((guint64)512 * 1024 * 1024) /* bytes that they keep */
#define VFS_SHARE_PARTS 5          /* one other user's share: one part in so many */
#define VFS_RESERVE_PARTS 10       /* what others leave: one part in so many */
#define VFS_ROOT_RESERVE_PARTS 100 /* what the owner leaves */

typedef enum
{
  VFS_BUDGET_FILES,
  VFS_BUDGET_DIRS,
  VFS_BUDGET_BYTES,
  VFS_BUDGET_LINKS, /* these two are the tree's to take, give and bound */
  VFS_BUDGET_JOBS,
  VFS_BUDGET_N
} VfsBudgetItem;

typedef struct _VfsBudget VfsBudget;

/* 0: the defaults above. */
VfsBudget *vfs_budget_new (uid_t owner, guint64 max_open, guint64 max_memory);
void vfs_budget_free (VfsBudget *budget);
/* How many there may be in all; of links and jobs none, until this has been said. */
void vfs_budget_bound (VfsBudget *budget, VfsBudgetItem item, guint64 max);

/* Counts so many more; FALSE: they are more than that user may have, and nothing was counted. */
gboolean vfs_budget_take (VfsBudget *budget, VfsBudgetItem item, uid_t uid, guint64 count);
/* The same for what is there already, and can't be refused: what comes next will be. */
void vfs_budget_force (VfsBudget *budget, VfsBudgetItem item, uid_t uid, guint64 count);
void vfs_budget_give (VfsBudget *budget, VfsBudgetItem item, uid_t uid, guint64 count);

/* In all, and of one user. */
guint64 vfs_budget_used (const VfsBudget *budget, VfsBudgetItem item);
guint64 vfs_budget_used_by (const VfsBudget *budget, VfsBudgetItem item, uid_t uid);

G_END_DECLS
