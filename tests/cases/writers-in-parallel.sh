#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Writers to one file at once do not wait for each other: three slow commands are at the switch together.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_mount
under_way() { # COUNT
  [ "$(awk -F '\t' '$6 == "1" { n++ } END { print n + 0 }' "$M/eslfs/connection")" -ge "$1" ]
}
pids=()
for _ in 1 2 3; do
  bash -c 'echo 2000 >"$1"' - "$M/api/msleep" &
  pids+=($!)
done
# All three are unanswered at one moment: none has waited for another.
await under_way 3
for pid in "${pids[@]}"; do
  check runs "$pid"
done
for pid in "${pids[@]}"; do
  check wait "$pid"
done

note "the same with conversations"
pids=()
for _ in 1 2 3; do
  bash -c 'exec 3<>"$1"; echo 2000 >&3; cat <&3' - "$M/api/msleep" >/dev/null &
  pids+=($!)
done
await under_way 3
for pid in "${pids[@]}"; do
  check wait "$pid"
done

note "and while one file is being written slowly, it can be read"
bash -c 'echo 2000 >"$1"' - "$M/api/msleep" &
slow=$!
await under_way 1
quick cat "$M/api/msleep" >/dev/null
check runs "$slow"
check wait "$slow"
