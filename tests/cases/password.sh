#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The password: from a file that others can't read, or the environment; never seen in ps, environ, /proc/mounts, options or errors.
. "$(dirname -- "$0")/lib.sh"

start_switch
mkdir -p "$M"
secret=$PASSWORD
export -n ESL_SECRET LIVE_PASSWORD
status_of() {
  local status=0
  quick "$@" >"$WORK/said" 2>&1 </dev/null || status=$?
  echo "$status"
}
seen_nowhere() {
  local pid=$1
  check_not grep -aqF "$secret" "/proc/$pid/cmdline"
  check_not grep -aqF "$secret" "/proc/$pid/environ"
  check_not grep -qF "$secret" /proc/self/mountinfo
  check_not grep -rqF "$secret" "$M/eslfs"
  check_not grep -qF "$secret" "$M/README"
  check_not grep -qF "$secret" "$WORK/eslfs.out"
}

note "the environment"
start_mount
seen_nowhere "$mount_pid"
stop_mount

note "a file"
printf '%s\nother lines\n' "$secret" >"$WORK/secret"
chmod 600 "$WORK/secret"
ESL_PASSWORD=wrong "$ESLFS" -f -o "password_file=$WORK/secret" "$HOST:$PORT" "$M" >"$WORK/eslfs.out" 2>&1 &
mount_pid=$!
await mount_is_ready
seen_nowhere "$mount_pid"
check grep -qF "password_file=$WORK/secret" "$M/eslfs/options"
stop_mount

note "a file that others may read, none, an empty one"
chmod 644 "$WORK/secret"
same 78 "$(status_of "$ESLFS" -o "password_file=$WORK/secret" "$HOST:$PORT" "$M")"
contains "$(cat "$WORK/said")" "chmod 600"
check_not grep -qF "$secret" "$WORK/said"
same 78 "$(status_of "$ESLFS" -o "password_file=$WORK/none" "$HOST:$PORT" "$M")"
: >"$WORK/empty"
chmod 600 "$WORK/empty"
same 78 "$(status_of "$ESLFS" -o "password_file=$WORK/empty" "$HOST:$PORT" "$M")"

note "no password and no terminal"
same 78 "$(status_of setsid -w "$ESLFS" "$HOST:$PORT" "$M")"
contains "$(cat "$WORK/said")" ESL_PASSWORD
check_not is_mounted "$M"

note "asked for at a terminal, without echo"
"$PYTHON" - "$ESLFS" "$HOST:$PORT" "$M" "$secret" >"$WORK/terminal" <<'END'
import os, pty, sys
eslfs, target, mount, secret = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(eslfs, [eslfs, target, mount])
seen = b''
while b'Password' not in seen:
    seen += os.read(terminal, 1000)
os.write(terminal, secret.encode() + b'\n')
_, status = os.waitpid(pid, 0)
try:
    while piece := os.read(terminal, 1000):
        seen += piece
except OSError:
    pass
assert status == 0, (status, seen)
assert secret.encode() not in seen, seen
END
check test -s "$M/README"
fusermount3 -u "$M"
