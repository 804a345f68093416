/* SPDX-License-Identifier: MIT */
/* null-fs.c - the least that a libfuse low-level file system can be: calls/u0/f, calls/u1/f, ...,
 * files of 64 bytes, answered from a constant. What eslfs's rates are held against: the paths are
 * as deep as a call's files, and the kernel may keep as much of them, so that it asks for the same
 * things.
 *
 *   null-fs DIR CALLS     mounts and stays in the foreground */
#define FUSE_USE_VERSION 35
#include <errno.h>
#include <fuse_lowlevel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SIZE 64
/* Seconds; the name of a call may vanish at any time. */
#define NAME_TIMEOUT 3600.0
#define ATTR_TIMEOUT 0.001

/* The root, calls, and then by turns a call and its file. */
#define CALLS_INO 2
#define FIRST_INO 3

static const char text[SIZE];
static fuse_ino_t n_calls;

static int
is_file (fuse_ino_t ino)
{
  return ino > FIRST_INO && ino % 2 == 0;
}

static void
fill (fuse_ino_t ino, struct stat *attr)
{
  memset (attr, 0, sizeof *attr);
  attr->st_ino = ino;
  attr->st_nlink = 1;
  attr->st_mode = is_file (ino) ? S_IFREG | 0444 : S_IFDIR | 0755;
  attr->st_size = is_file (ino) ? SIZE : 0;
}

/* 0: no such name. */
static fuse_ino_t
find (fuse_ino_t parent, const char *name)
{
  unsigned long call;
  char *end;

  if (parent == FUSE_ROOT_ID)
    return strcmp (name, "calls") == 0 ? CALLS_INO : 0;
  if (parent != CALLS_INO)
    return !is_file (parent) && strcmp (name, "f") == 0 ? parent + 1 : 0;
  call = *name == 'u' ? strtoul (name + 1, &end, 10) : n_calls;
  return call < n_calls && *end == '\0' ? FIRST_INO + 2 * call : 0;
}

static void
null_lookup (fuse_req_t req, fuse_ino_t parent, const char *name)
{
  struct fuse_entry_param entry = { .ino = find (parent, name), .attr_timeout = ATTR_TIMEOUT };

  if (entry.ino == 0)
    {
      fuse_reply_err (req, ENOENT);
      return;
    }
  entry.entry_timeout = parent == CALLS_INO ? 0 : NAME_TIMEOUT;
  fill (entry.ino, &entry.attr);
  fuse_reply_entry (req, &entry);
}

static void
null_getattr (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  struct stat attr;

  fill (ino, &attr);
  fuse_reply_attr (req, &attr, ATTR_TIMEOUT);
}

static void
null_readdir (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
              struct fuse_file_info *info)
{
  fuse_ino_t n = ino == CALLS_INO ? n_calls : 0;
  char *buffer = malloc (size), name[32];
  size_t used = 0;

  for (fuse_ino_t i = (fuse_ino_t)offset; i < n; i++)
    {
      struct stat attr;
      size_t need;

      fill (FIRST_INO + 2 * i, &attr);
      snprintf (name, sizeof name, "u%lu", (unsigned long)i);
      need = fuse_add_direntry (req, buffer + used, size - used, name, &attr, (off_t)i + 1);
      if (need > size - used)
        break;
      used += need;
    }
  fuse_reply_buf (req, buffer, used);
  free (buffer);
}

static void
null_open (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  info->direct_io = 1;
  info->noflush = 1;
  fuse_reply_open (req, info);
}

static void
null_read (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *info)
{
  size_t left = offset < SIZE ? SIZE - (size_t)offset : 0;

  fuse_reply_buf (req, text, size < left ? size : left);
}

int
main (int argc, char **argv)
{
  static const struct fuse_lowlevel_ops ops = { .lookup = null_lookup,
                                                .getattr = null_getattr,
                                                .readdir = null_readdir,
                                                .open = null_open,
                                                .read = null_read };
  struct fuse_args args = FUSE_ARGS_INIT (1, argv);
  struct fuse_session *session = fuse_session_new (&args, &ops, sizeof ops, NULL);
  int failed;

  if (argc != 3 || session == NULL || fuse_set_signal_handlers (session) != 0
      || fuse_session_mount (session, argv[1]) != 0)
    return 1;
  n_calls = strtoul (argv[2], NULL, 10);
  failed = fuse_session_loop (session);
  fuse_session_unmount (session);
  fuse_session_destroy (session);
  return failed != 0;
}
