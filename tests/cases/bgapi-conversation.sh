#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bgapi open for both: the id, then the result; a failure's cause; several under way; 500 at once.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
exec 3<>"$M/bgapi"
same_output "" cat <&3 # nothing asked
u=$(cat "$M/uuid")
own_channels+=("$u")
echo "originate {origination_uuid=$u}null/x &park" >&3
read -r id <&3
read -r result <&3
contains "$id" "+OK Job-UUID: "
same "+OK $u" "$result"
same_output "" cat <&3 # nothing outstanding

note "a cause"
for cause in USER_BUSY NO_ANSWER CALL_REJECTED; do
  echo "originate error/$cause &park" >&3
  read -r id <&3
  same_output "-ERR $cause" cat <&3
  same failed "$(cat "$M/jobs/${id#+OK Job-UUID: }/state")"
  same "-ERR $cause" "$(cat "$M/jobs/${id#+OK Job-UUID: }/reply")"
done

note "two under way: a line each, with its id"
printf '%s\n' "Job-UUID: slow-$u" "msleep 500" "Job-UUID: quick-$u" "show channels count" >&3
quick cat <&3 | sort >"$WORK/several"
check grep -qx "+OK Job-UUID: slow-$u" "$WORK/several"
check grep -qx "slow-$u	+OK\(\\\\n\)\?" "$WORK/several"
check grep -qE "^quick-$u	\\\\n[0-9]+ total\.(\\\\n)?$" "$WORK/several"
note "and one alone again"
echo "echo alone" >&3
read -r id <&3
contains "$id" "+OK Job-UUID: "
same_output alone cat <&3
exec 3>&-

note "refusals of eslfs itself"
same EINVAL "$(wrote "$M/bgapi" '\n')"
same EINVAL "$(wrote "$M/bgapi" 'echo a\rb\n')"
same EINVAL "$(wrote "$M/bgapi" 'echo please reload the mod_event_socket now\n')"

note "500 at once"
exec 3<>"$M/bgapi"
mark=$(cat "$M/uuid")
{
  printf 'Job-UUID: %s-slow\nmsleep 2000\n' "$mark" # so that none is alone
  for ((i = 0; i < 500; i++)); do printf 'Job-UUID: %s-%d\necho result %d\n' "$mark" "$i" "$i"; done
} >&3
quick cat <&3 >"$WORK/many"
exec 3>&-
for ((i = 0; i < 500; i++)); do printf '%s-%d\tresult %d\n' "$mark" "$i" "$i"; done | sort >"$WORK/expected"
sed -n "s/^\($mark-[0-9]*	result [0-9]*\).*/\1/p" "$WORK/many" | sort >"$WORK/got"
check cmp "$WORK/expected" "$WORK/got"
same 501 "$(grep -c "^+OK Job-UUID: $mark-" "$WORK/many")"
same 501 "$(cat "$M/jobs/$mark-"*/state | grep -cx "done")"
