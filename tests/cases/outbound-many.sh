#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# 200 outbound calls at once: each is accepted once, runs its application, and goes on.
. "$(dirname -- "$0")/outbound-lib.sh"

n=200
switch_and_mount -o outbound=0
outbound_port
exec 4<>"$M/outbound/accept"
for ((i = 0; i < n; i++)); do own_channels+=("$(cat "$M/uuid")"); done
# It reads while they come, many at once: what nobody has read within 20 s goes on in the dialplan.
quick head -n "$n" <&4 >"$WORK/accepted" &
reader=$!
printf "api originate {origination_uuid=%s}null/x 'socket:127.0.0.1:$port async full,$onwards' inline\n" \
  "${own_channels[@]}" | "$PYTHON" "$CASES/esl.py" pipe
check wait "$reader"
same "$(printf '%s\n' "${own_channels[@]}" | sort)" "$(sort "$WORK/accepted")"
same "$n" "$(find "$M/outbound" -mindepth 1 -maxdepth 1 -type d | wc -l)"
same "$n" "$(grep -c '^outbound' "$M/eslfs/connection")"

note "each by its own socket, all at the same time"
while read -r uuid; do
  echo "set mine=$uuid" >"$M/outbound/$uuid/execute" &
  pids[i++]=$!
done <"$WORK/accepted"
for pid in "${pids[@]}"; do check wait "$pid"; done
while read -r uuid; do
  await eval '[ "$(cat "$M/outbound/$uuid/var/mine" 2>/dev/null)" = "$uuid" ]'
done <"$WORK/accepted"

note "all of them go on"
while read -r uuid; do printf 'resume\nexit\n' >"$M/outbound/$uuid/ctl"; done <"$WORK/accepted"
none_is_left() {
  [ -z "$(find "$M/outbound" -mindepth 1 -maxdepth 1 -type d)" ]
}
await none_is_left
while read -r uuid; do
  await eval '[ "$(cat "$M/calls/$uuid/var/went_on" 2>/dev/null)" = yes ]'
done <"$WORK/accepted"
