#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The switch is killed and started again under the mount: no hang, then everything is right without a remount.
# live: no, it kills the switch
. "$(dirname -- "$0")/lib.sh"

start_switch --heartbeat 3600
start_mount
channel
other=$u
channel
old=$u
reader mine "$M/events.json" "myevents $old"
reader its "$M/calls/$old/events.json"
exec 3<>"$M/calls/$old/callstate"
exec 4>"$M/calls/$old/execute"
reader live "$M/events.json"
tail -s 0.1 -f "$M/events.json" >"$WORK/tail" 2>"$WORK/tail.err" &
port=$PORT
stop_sim KILL
await is_down
same EHOSTDOWN "$(wrote "$M/api/echo" 'x\n')"
same EHOSTDOWN "$(wrote "$M/calls/$old/hangup" '\n')"
check quick ls "$M/calls" >/dev/null
check_not quick cat "$M/calls/$old/vars" 2>"$WORK/message"
contains "$(cat "$WORK/message")" "Host is down"
await grep -q 'refused' "$M/eslfs/connection"

start_sim "$port"
await is_up
await test ! -e "$M/calls/$old"
await has_event "$WORK/live" Event-Subclass eslfs::gap
same true "$(jq -r 'select(."Event-Subclass" == "eslfs::gap") | ."Switch-Restarted"' <"$WORK/live")"
await has_event "$WORK/live" Event-Subclass eslfs::connected
note "the ended call's files"
for name in mine its; do
  await not runs "${readers[$name]}"
  same "$old" "$(jq -r 'select(."Event-Subclass" == "eslfs::lost") | ."Unique-ID"' <"$WORK/$name")" "$name"
  check_not grep -q "$other" "$WORK/$name"
done
contains_output ACTIVE cat <&3 # the value stream of a call that is gone ends
same ENXIO "$("$PYTHON" -c 'import errno, os
try:
    os.write(4, b"set a=b\n")
except OSError as error:
    print(errno.errorcode[error.errno])')"
exec 3>&- 4>&-
note "new calls and events"
channel
await has_event "$WORK/live" Unique-ID "$u"
check grep -q "^uuid=$u" "$M/calls/$u/vars"
await has_event "$WORK/tail" Unique-ID "$u"
same "" "$(cat "$WORK/tail.err")" "what tail said"

note "a switch that forgets everything and says nothing"
switch_api "sim restart" >/dev/null 2>&1 || true
await test ! -e "$M/calls/$u"
await is_up
channel

