#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# ended/<uuid>/: a call that is over, with its variables, cause, duration and columns.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel "note='a  value=with;marks'"
check_not test -e "$M/ended/$u"
echo CALL_REJECTED >"$M/calls/$u/hangup"
await test -d "$M/ended/$u"
await test ! -e "$M/calls/$u"
check grep -qx "hangup_cause=CALL_REJECTED" "$M/ended/$u/vars"
check grep -qx "note=a  value=with;marks" "$M/ended/$u/vars"
same "CALL_REJECTED $u" "$(jq -r '"\(.hangup_cause) \(.uuid)"' <"$M/ended/$u/vars.json")"
same CALL_REJECTED "$(cat "$M/ended/$u/cause")"
check grep -qxE '[0-9]+' "$M/ended/$u/duration"
same "$u" "$(cat "$M/ended/$u/uuid")"
same outbound "$(cat "$M/ended/$u/direction")"
note "nothing there can be changed"
same "dr-xr-x---" "$(stat -c %A "$M/ended/$u")"
check_not test -e "$M/ended/$u/execute"
check_not rmdir "$M/ended/$u" 2>/dev/null
same 0 "$(find "$M/ended/$u" -type f -perm /222 | wc -l)"
note "several"
for cause in NORMAL_CLEARING USER_BUSY NO_ANSWER; do
  channel
  echo "$cause" >"$M/calls/$u/hangup"
  await test -d "$M/ended/$u"
  same "$cause" "$(cat "$M/ended/$u/cause")"
done
