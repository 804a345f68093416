#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# -o monitor: no file that acts; views and live streams as ever, also for root.
. "$(dirname -- "$0")/lib.sh"

same 64 "$("$ESLFS" -f nowhere.invalid "$WORK" -o monitor,outbound=0 >/dev/null 2>&1 || echo $?)"
switch_and_mount -o monitor
for path in api bgapi sendevent esl; do
  check_not test -e "$M/$path"
  check_not grep -q "^${path}[/ ]" "$M/README"
done
same "" "$(find "$M" -perm /222 ! -type l ! -perm 0660 ! -path "$M/eslfs/connection")" "what can be written, but for streams"
same "" "$(find "$M" -type d -perm /222)"

u=$(switch_api create_uuid)
own_channels+=("$u")
switch_api "originate {origination_uuid=$u,colour=red}null/x &park" >/dev/null
await test -d "$M/calls/$u"
check grep -qx "colour=red" "$M/calls/$u/vars"
same red "$(cat "$M/calls/$u/var/colour")"
check grep -q "^core_uuid=" "$M/globals"
contains "$(cat "$M/query/status")" "FreeSWITCH"
for file in execute hangup sendmsg park; do check_not test -e "$M/calls/$u/$file"; done
for file in "calls/$u/vars" "calls/$u/var/colour" globals eslfs/loglevel; do
  same EROFS "$(wrote "$M/$file" 'colour=blue\n')"
  check_not eval 'exec 3<>"$M/$file"' 2>/dev/null
done
check_not eval 'echo x >"$M/calls/$u/var/new"' 2>/dev/null
same red "$(getvar "$u" colour)"

note "live streams stay"
reader live "$M/events.json" "event json CHANNEL_HANGUP_COMPLETE" "filter Unique-ID $u"
reader state "$M/calls/$u/callstate"
switch_api "uuid_kill $u" >/dev/null
await has_event "$WORK/live" Unique-ID "$u"
await not runs "${readers[state]}"
same HANGUP "$(tail -n 1 "$WORK/state")"
await test -d "$M/ended/$u"
