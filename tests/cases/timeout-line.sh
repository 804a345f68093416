#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A line timeout MS makes reads of a conversation end; 0 at once, -1 never.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
for name in events events.json "calls/$u/callstate" "calls/$u/execute" eslfs/connection; do
  exec 3<>"$M/$name"
  echo "timeout 0" >&3
  quick cat <&3 >/dev/null || fail "$name"
  echo "timeout 50" >&3
  quick cat <&3 >/dev/null || fail "$name"
  check_not eval 'echo "timeout never" >&3' 2>/dev/null
  check_not eval 'echo "timeout -2" >&3' 2>/dev/null
  exec 3>&-
done

note "what comes in time is read, and the clock starts with the read"
exec 3<>"$M/events.json"
echo "event json CUSTOM test::flood" >&3
echo "timeout 30000" >&3
cat <&3 >"$WORK/got" &
reader=$!
flood 3 10
await has_event "$WORK/got" Number 2
check runs "$reader"
kill "$reader"

note "-1: never"
printf '%s\n' "timeout 0" "timeout -1" >&3
cat <&3 >"$WORK/got" &
reader=$!
flood 1 10
await has_event "$WORK/got" Number 0
check runs "$reader"
kill "$reader"
exec 3>&-

note "api has no timeout line: it is data"
exec 3<>"$M/api/echo"
echo "timeout 5" >&3
same_output "timeout 5" cat <&3
