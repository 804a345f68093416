#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# With allow_other the modes decide who may do what, and nobody is shown another user's replies.
. "$(dirname -- "$0")/lib.sh"

[ "$(id -u)" -eq 0 ] || skip "only root can try what other users may do"
start_switch
chmod 755 "$WORK"
as() { # UID COMMAND...
  local uid=$1
  shift
  quick setpriv --reuid "$uid" --regid "$uid" --clear-groups -- "$@"
}
may() { # UID COMMAND of bash
  as "$1" bash -c "$2" 2>/dev/null
}

note "without allow_other nobody else sees anything"
start_mount
if [ -x "$(command -v setpriv)" ] && as 12345 test -d "$WORK"; then
  check_not may 12345 "ls '$M'"
else
  skip "other users can't come to $WORK"
fi
stop_mount

note "with it: what is public"
start_mount -o allow_other
channel
check may 12345 "cat '$M/README' '$M/uuid' '$M/eslfs/metrics' '$M/eslfs/connection' >/dev/null"
for file in channels events.json log eslfs/errors eslfs/options "calls/$u/callstate" api/echo globals; do
  check_not may 12345 "cat '$M/$file'"
done
check_not may 12345 "exec 3<>'$M/events.json'"
check_not may 12345 "echo x >'$M/api/echo'"
for dir in calls "calls/$u" ended jobs outbound api query; do check_not may 12345 "ls '$M/$dir'"; done
check_not may 12345 "cat '$M/query/status'"
stop_mount

note "with gid=: what is said on the switch, and nothing that acts"
start_mount -o allow_other,gid=12345
check may 12345 "cat '$M/channels' '$M/calls/$u/callstate' '$M/calls/$u/dump.json' '$M/calls/$u/vars' >/dev/null"
check may 12345 "exec 3<>'$M/events.json'; echo noevents >&3"
check_not may 12345 "echo x >'$M/api/echo'"
check_not may 12345 "cat '$M/api/echo'"
check_not may 12345 "echo a=b >'$M/calls/$u/vars'"
check_not may 12345 "echo 'set a=b' >'$M/calls/$u/execute'"
check_not may 12345 "cat '$M/globals'"
check_not may 12345 "cat '$M/query/status'"
check test -d "$M/calls/$u"
stop_mount

note "with umask=0: all may, and each has replies of his own"
start_mount -o allow_other,umask=0
check may 12345 "echo hers >'$M/api/echo'"
check may 12346 "echo his >'$M/api/echo'"
same hers "$(as 12345 cat "$M/api/echo")"
same his "$(as 12346 cat "$M/api/echo")"
contains "$(cat "$M/api/echo")" "usage: echo"
check_not may 12345 "echo x >'$M/api/uuid_dump'"
contains "$(tail -n 1 "$M/eslfs/errors")" "uid 12345"
stop_mount

note "with uid= and umask=027"
start_mount -o allow_other,uid=12345,gid=12345,umask=027
check may 12345 "echo mine >'$M/api/echo'"
check_not may 12346 "cat '$M/README'"
