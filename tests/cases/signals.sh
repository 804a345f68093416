#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Signals that mean nothing do nothing; those that end eslfs unmount.
# live: no, it is about mounting, whatever the switch
. "$(dirname -- "$0")/lib.sh"

start_switch
note "SIGUSR1, SIGUSR2 and SIGPIPE"
start_mount
kill -USR1 "$mount_pid"
kill -USR2 "$mount_pid"
kill -PIPE "$mount_pid"
# Signals are taken before the process goes on to the next request.
same "$HOST:$PORT" "$(sed -n 's/^source=//p' "$M/eslfs/options")"
check runs "$mount_pid"

for signal in HUP INT TERM; do
  note "SIG$signal"
  [ -n "$mount_pid" ] || start_mount
  kill "-$signal" "$mount_pid"
  status=0
  wait "$mount_pid" || status=$?
  mount_pid=''
  same 0 "$status" "status after SIG$signal"
  check_not is_mounted "$M"
done

note "a mount whose program was killed says what it is"
start_mount
kill -KILL "$mount_pid"
wait "$mount_pid" || true
mount_pid=''
status=0
ESL_PASSWORD=$PASSWORD quick "$ESLFS" "$HOST:$PORT" "$M" >"$WORK/said" 2>&1 || status=$?
same 71 "$status"
contains "$(cat "$WORK/said")" "dead mount"
contains "$(cat "$WORK/said")" "fusermount3 -u '$M'"
fusermount3 -u "$M"
start_mount
stop_mount
