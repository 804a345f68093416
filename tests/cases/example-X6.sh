#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/examples/every-event.sh prints events as they come, and ends with the mount.
. "$(dirname -- "$0")/lib.sh"
export F=$M

switch_and_mount
"$ROOT/docs/examples/every-event.sh" >"$WORK/said" &
script=$!
# It is open once it prints; what was fired before is not for it.
printed() {
  flood 1 10
  grep -q '^Event-Subclass: test%3A%3Aflood' "$WORK/said"
}
await printed
channel example=X6
hang_up "$u"
is_complete() {
  grep -q "^Event-Name: CHANNEL_HANGUP_COMPLETE" "$WORK/said"
}
await is_complete
check grep -qx "Unique-ID: $u" "$WORK/said"
stop_mount_under_reader() {
  kill "$mount_pid"
  wait "$mount_pid" || true
  mount_pid=''
}
stop_mount_under_reader
await not runs "$script"
