#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Removing, renaming and making files on the mount is refused, and ends no call.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_proxy
start_mount
channel
call=$M/calls/$u
errno() { # EXPRESSION of Python
  "$PYTHON" - "$1" "$call" "$M" <<'END'
import errno, os, sys
call, mount = sys.argv[2:]
try:
    eval(sys.argv[1])
    print('OK')
except OSError as error:
    print(errno.errorcode[error.errno])
END
}
: >"$WORK/wire"
for what in 'os.unlink(call + "/vars")' 'os.unlink(call + "/var/uuid")' 'os.unlink(mount + "/events")' \
  'os.rmdir(call)' 'os.rmdir(mount + "/calls")' 'os.rename(call, call + "x")' \
  'os.rename(call + "/vars", call + "/x")' 'os.mkdir(call + "/x")' 'os.mkdir(mount + "/calls/x")' \
  'os.symlink("x", call + "/x")' 'os.link(call + "/vars", call + "/x")' \
  'os.mknod(call + "/x")' 'os.mkfifo(mount + "/fifo")' \
  'os.open(mount + "/x", os.O_CREAT | os.O_WRONLY)' 'os.open(call + "/x", os.O_CREAT | os.O_WRONLY)'; do
  same EPERM "$(errno "$what")" "$what"
done
same ENOENT "$(errno 'os.open(mount + "/calls/no-such-channel/vars", os.O_RDONLY)')"
same ENOENT "$(errno 'os.unlink(call + "/no-such-file")')"

check_not quick rm -rf "$call" 2>/dev/null
check_not quick find "$M/calls" -delete 2>/dev/null
quick "$PYTHON" -c 'import shutil, sys; shutil.rmtree(sys.argv[1], ignore_errors=True)' "$M"
check_not quick mv "$call/vars" "$WORK/" 2>/dev/null
check_not quick sed -i s/a/b/ "$call/vars" 2>/dev/null

same true "$(switch_api uuid_exists "$u")"
check test -d "$call"
check test -f "$call/vars"
acting=$(sed 's/^[0-9]*\t//; s/\t.*//' "$WORK/wire" | grep -vE '^(auth|event|filter) |^api (show |uuid_dump )' || true)
same "" "$acting" "commands that are no questions"
