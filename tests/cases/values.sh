#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The files of a call: one value each, now and after each change; channels, channels.json, peer, dump, and its end.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
call=$M/calls/$u
same "$u" "$(cat "$call/uuid")"
same ACTIVE "$(cat "$call/callstate")"
contains "$(cat "$call/name")" null/
same park "$(cat "$call/application")"

note "tables"
same "$u" "$(awk -F '\t' -v u="$u" 'NR > 1 && $1 == u { print $1 }' "$M/channels")"
check grep -q '^uuid	direction	created' "$M/channels"
same ACTIVE "$(jq -r --arg u "$u" 'select(.uuid == $u) | .callstate' "$M/channels.json")"

note "dumps"
same "$u" "$(jq -r '."Unique-ID"' "$call/dump.json")"
check grep -qx "Unique-ID: $u" "$call/dump"
check "$PYTHON" -c 'import sys, xml.etree.ElementTree as xml; assert xml.parse(sys.argv[1]).getroot().find("headers/Unique-ID").text == sys.argv[2]' "$call/dump.xml" "$u"
same "$u" "$(jq -r .uuid "$call/vars.json")"

note "bridged: peer"
check test ! -e "$call/peer"
first=$u
channel
second=$u
echo "$second" >"$M/calls/$first/bridge"
await test -L "$M/calls/$first/peer"
await test -L "$M/calls/$second/peer"
same "$second" "$(cat "$M/calls/$first/peer/uuid")"
same "$first" "$(cat "$M/calls/$second/peer/uuid")"

note "a stream of values ends with the call"
channel
exec 3<>"$M/calls/$u/application"
exec 4<>"$M/calls/$u/callstate"
echo "playback tone_stream://%(10000,0,440)" >"$M/calls/$u/execute"
plays() {
  [ "$(cat "$M/calls/$u/application")" = playback ]
}
await plays
echo NORMAL_CLEARING >"$M/calls/$u/hangup"
quick cat <&3 >"$WORK/applications"
same "park playback " "$(head -n 2 "$WORK/applications" | tr '\n' ' ')"
same_output $'ACTIVE\nHANGUP' cat <&4
exec 3>&- 4>&-
await test ! -e "$M/calls/$u"

note "the verbs"
channel
echo >"$M/calls/$u/park"
echo on >"$M/calls/$u/hold"
# A null channel can't be held, and the switch says so only now.
same EREMOTEIO "$(wrote "$M/calls/$u/hold" 'off\n')"
echo all >"$M/calls/$u/break"
exec 4<"$M/calls/$u"
(cd "$M/calls/$u" && echo USER_BUSY >hangup)
await test ! -e "$M/calls/$u"
busy() {
  jq -e -s --arg u "$u" 'any(."Unique-ID" == $u and ."Hangup-Cause" == "USER_BUSY")' "$M/events.json" >/dev/null
}
await busy
note "inside the directory of a call that ended"
check test -z "$(ls "/proc/self/fd/4/")"
exec 4<&-

note "two uuids are two"
check test "$(cat "$M/uuid")" != "$(cat "$M/uuid")"
check grep -q 'calls/<uuid>/execute' "$M/README"
check grep -q '^eslfs ' "$M/eslfs/version"
