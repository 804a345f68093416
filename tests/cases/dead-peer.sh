#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A switch that has vanished without a word: one read waits for it, then all fail at once.
# live: no, it makes the switch vanish
. "$(dirname -- "$0")/lib.sh"

start_switch --heartbeat 3600
start_mount -o query_timeout=500
for _ in 1 2 3; do channel; done
kill -STOP "$sim_pid"
status=0
quick grep -r no-such-text "$M/calls" >/dev/null 2>"$WORK/said" || status=$?
check test "$status" -lt 100
contains "$(cat "$WORK/said")" "Connection timed out"
await is_down
contains "$(cat "$M/eslfs/connection")" "did not answer when asked"
check_not quick cat "$M/calls/$u/vars" 2>"$WORK/said"
contains "$(cat "$WORK/said")" "Host is down"
kill -CONT "$sim_pid"
await is_up
check quick cat "$M/calls/$u/vars" >/dev/null
