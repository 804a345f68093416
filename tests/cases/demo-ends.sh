#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The simulated switch of --demo is a process of its own, which ends with the mount, whatever ends that.
# live: no, it is a switch of its own
. "$(dirname -- "$0")/lib.sh"

# start_demo: in the foreground; sets mount_pid, and sim to the simulator's.
start_demo() {
  mkdir -p "$M"
  "$ESLFS" -f --demo "$M" -o calls=2 >"$WORK/eslfs.out" 2>&1 &
  mount_pid=$!
  await mount_is_ready
  sim=$(ps -o pid= --ppid "$mount_pid" | tr -d ' ')
  check runs "$sim"
  contains "$(tr '\0' ' ' <"/proc/$sim/cmdline")" "eslfs-sim "
}
gone() { # PID: not even a zombie
  [ ! -d "/proc/$1" ]
}
kill_mount() {
  kill -KILL "$mount_pid"
  wait "$mount_pid" 2>/dev/null || true
  mount_pid=''
}

note "an unmount ends it"
start_demo
stop_mount
check gone "$sim"

note "a signal to eslfs does, too; those of the terminal are for eslfs alone"
start_demo
check_not [ "$(ps -o sid= -p "$sim")" = "$(ps -o sid= -p "$mount_pid")" ]
kill -INT "$mount_pid"
check wait "$mount_pid"
mount_pid=''
check gone "$sim"

note "so does the death of eslfs"
start_demo
kill_mount
await gone "$sim"
fusermount3 -u "$M"

note "even of one that is stuck"
start_demo
kill -STOP "$sim"
kill_mount
await gone "$sim"
fusermount3 -u "$M"
start_demo
kill -STOP "$sim"
stop_mount
check gone "$sim"

note "it dies first: the mount says that it is disconnected, and can be unmounted"
start_demo
await is_up
kill -KILL "$sim"
await is_down
check grep -q "eslfs-sim ended" "$WORK/eslfs.out"
check gone "$sim"
check_not quick cat "$M/calls/none/vars" 2>/dev/null
stop_mount

note "nothing of eslfs's is handed on: no open file, no secret, no terminal"
exec 7>"$WORK/open"
export ESL_PASSWORD=of-another-switch
start_demo
exec 7>&-
unset ESL_PASSWORD
check_not grep -qz '^ESL_PASSWORD=' "/proc/$sim/environ"
for fd in "/proc/$sim/fd/"*; do
  check_not [ "$(readlink "$fd")" = "$WORK/open" ]
done
stop_mount
