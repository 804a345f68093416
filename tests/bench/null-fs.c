/* SPDX-License-Identifier: MIT */
/* null-fs.c - the least that a libfuse low-level file system can be: one file of 64 bytes, answered
 * from a constant. What eslfs's rates are held against.
 *
 *   null-fs DIR     mounts and stays in the foreground */
#define FUSE_USE_VERSION 35
#include <errno.h>
#include <fuse_lowlevel.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_INO 2
#define SIZE 64

static const char text[SIZE];

static void
fill (fuse_ino_t ino, struct stat *attr)
{
  memset (attr, 0, sizeof *attr);
  attr->st_ino = ino;
  attr->st_nlink = 1;
  attr->st_mode = ino == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0444;
  attr->st_size = ino == FUSE_ROOT_ID ? 0 : SIZE;
}

/* The same time-outs as a live file of eslfs. */
static void
null_lookup (fuse_req_t req, fuse_ino_t parent, const char *name)
{
  struct fuse_entry_param entry = { .ino = FILE_INO, .attr_timeout = 0.001 };

  if (strcmp (name, "f") != 0)
    {
      fuse_reply_err (req, ENOENT);
      return;
    }
  fill (FILE_INO, &entry.attr);
  fuse_reply_entry (req, &entry);
}

static void
null_getattr (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  struct stat attr;

  fill (ino, &attr);
  fuse_reply_attr (req, &attr, 0.001);
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
  static const struct fuse_lowlevel_ops ops = {
    .lookup = null_lookup, .getattr = null_getattr, .open = null_open, .read = null_read
  };
  struct fuse_args args = FUSE_ARGS_INIT (1, argv);
  struct fuse_session *session = fuse_session_new (&args, &ops, sizeof ops, NULL);
  int failed;

  if (argc != 2 || session == NULL || fuse_set_signal_handlers (session) != 0
      || fuse_session_mount (session, argv[1]) != 0)
    return 1;
  failed = fuse_session_loop (session);
  fuse_session_unmount (session);
  fuse_session_destroy (session);
  return failed != 0;
}
