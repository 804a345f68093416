#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# eslfs --demo DIR: a switch of its own whose calls come and go, for those who have none.
# live: no, it is a switch of its own
. "$(dirname -- "$0")/lib.sh"

mkdir -p "$M"
check start_daemon --demo "$M" -o calls=4
same demo "$(awk -v dir="$M" '$5 == dir { for (i = 7; $i != "-"; i++); print $(i + 2) }' /proc/self/mountinfo)"
some_calls() {
  [ "$(find "$M/calls" -mindepth 1 -maxdepth 1 | wc -l)" -gt 0 ]
}
await some_calls
note "they come and go"
exec 3<>"$M/events.json"
quick grep -m1 CHANNEL_CREATE <&3 >"$WORK/created"
quick grep -m1 CHANNEL_HANGUP_COMPLETE <&3 >"$WORK/ended"
check jq -e '."Unique-ID"' "$WORK/created" >/dev/null
exec 3>&-
note "and can be worked with"
u=$(cat "$M/uuid")
echo "{origination_uuid=$u}null/x &park" >"$M/api/originate"
await test -d "$M/calls/$u"
check grep -q "^uuid=$u" "$M/calls/$u/vars"
exec 3<>"$M/calls/$u/execute"
echo "playback tone_stream://%(200,0,440)" >&3
same_output "FILE PLAYED" cat <&3
exec 3>&-
check fusermount3 -u "$M"
daemon_ends
