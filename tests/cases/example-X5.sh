#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/examples/menu.sh: digits drive two calls at once; 8 sends one on in the dialplan, 9 transfers.
. "$(dirname -- "$0")/lib.sh"
export F=$M

if is_live && [ "$LIVE_HOST" != 127.0.0.1 ]; then skip "the switch can't dial us"; fi
# shellcheck disable=SC2119
start_switch
port=$("$PYTHON" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
start_mount -o "outbound=$port"
where="'socket:127.0.0.1:$port async full,park:' inline"
"$ROOT/docs/examples/menu.sh" 'tone_stream://%(60000,0,440)' >"$WORK/said" &
menu_call() { # sets u
  u=$(cat "$M/uuid")
  own_channels+=("$u")
  echo "{origination_uuid=$u}null/x $where" >"$M/api/originate"
  await grep -q "\[$u\] Call to" "$WORK/said"
  await playing "$u"
}
playing() {
  [ "$(cat "$M/calls/$1/application" 2>/dev/null)" = playback ]
}
parked() {
  [ "$(cat "$M/calls/$1/application" 2>/dev/null)" = park ]
}
menu_call
one=$u
menu_call
two=$u

note "5 is logged, and the call goes on"
reader log "$M/log"
# The log comes over a connection that is made when somebody cares.
log_comes() {
  echo "1 here comes the log" >"$M/api/log"
  grep -q 'here comes the log' "$WORK/log"
}
await log_comes
echo "$one 15" >"$M/api/uuid_recv_dtmf"
await grep -q '^DTMF DIGIT 5 (' "$WORK/said"
await grep -q 'WHA HA HA. User pressed 5' "$WORK/log"
stop_reader log
check grep -q '^EVENT: DTMF' "$WORK/said"
check test -d "$M/outbound/$one"

note "8: the call goes on in the dialplan"
echo "$one 8" >"$M/api/uuid_recv_dtmf"
await parked "$one"
await test ! -e "$M/outbound/$one"
check test -d "$M/outbound/$two"

note "9: the other is transferred"
reader seen "$M/events.json" "event json CHANNEL_EXECUTE"
echo "$two 9" >"$M/api/uuid_recv_dtmf"
transferred() {
  jq -e -s --arg u "$two" \
    'any(.[]; ."Unique-ID" == $u and .Application == "transfer" and ."Application-Data" == "99355151")' \
    <"$WORK/seen" >/dev/null
}
await transferred
await test ! -e "$M/outbound/$two"
stop_reader seen
two_are_closed() {
  [ "$(grep -c '^Connection closed' "$WORK/said")" -eq 2 ]
}
await two_are_closed
