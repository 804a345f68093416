#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C14 setAsyncExecute, setEventLock: attribute lines hold for the rest of their open, for no other.
. "$(dirname -- "$0")/outbound-lib.sh"

start_switch
start_proxy
start_mount -o outbound=0
outbound_port
channel
execute=$M/calls/$u/execute
count() { # TEXT: messages that have it
  grep -a "sendmsg $u" "$WORK/wire" | grep -ac -- "$1" || true
}
exec 3<>"$execute" 4<>"$execute"
run() { # FD
  echo "set x=y" >&"$1"
  quick cat <&"$1" >/dev/null
}
note "they hold for what follows on that open"
printf '%s\n' "async: true" "event-lock: true" >&3
same_output "" cat <&3 # an attribute has no answer
for i in 1 2 3; do run 3; done
run 4
same "3 3 4" "$(count 'async: true') $(count 'event-lock: true') $(count 'execute-app-name: set')"
echo "async: false" >&3
run 3
same "3 4" "$(count 'async: true') $(count 'event-lock: true')"
for line in "async: perhaps" "event-lock: 1" "loops: none" "loops: 0"; do
  check_not eval 'echo "$line" >&3' 2>/dev/null
done
exec 3>&- 4>&-

note "event-lock: what comes next waits for the application, else it runs in the middle"
names() { # the applications' beginnings and ends, in order
  jq -r 'select(."Event-Name" == "CHANNEL_EXECUTE" or ."Event-Name" == "CHANNEL_EXECUTE_COMPLETE") |
    "\(."Application") \(."Event-Name" == "CHANNEL_EXECUTE_COMPLETE")"' <"$WORK/order" | paste -sd,
}
both_done() {
  [[ $(names) == *"playback true"* && $(names) == *"set true"* ]]
}
for lock in true false; do
  reader order "$M/calls/$u/events.json"
  exec 3>"$execute"
  echo "event-lock: $lock" >&3
  echo "playback tone_stream://%(700,0,440)" >&3
  exec 3>&-
  begun() { [[ $(names) == *"playback false"* ]]; }
  await begun
  echo "set x=y" >"$execute"
  await both_done
  if [ "$lock" = true ]; then
    contains "$(names)" "playback true,set false"
  else
    contains "$(names)" "set true,playback true"
  fi
  stop_reader order
done

note "under outbound/, async says whether the write waits"
exec 5<>"$M/outbound/accept"
send_call full
read -r accepted <&5
same "$u" "$accepted"
reader sound "$M/calls/$u/events.json"
sounds() { # COUNT NAME
  [ "$(jq -r '."Event-Name"' <"$WORK/sound" | grep -cx "$2")" = "$1" ]
}
(echo "playback tone_stream://%(60000,0,440)" >"$M/outbound/$u/execute") &
writer=$!
await sounds 1 PLAYBACK_START
check runs "$writer"
echo >"$M/calls/$u/break"
check wait "$writer"
await sounds 1 PLAYBACK_STOP

note "async: true: it is queued, and runs once the socket lets go of the call"
quick sh -c 'printf "%s\n" "async: true" "playback tone_stream://%(60000,0,440)" >"$1"' - "$M/outbound/$u/execute"
same 1 "$(jq -r '."Event-Name"' <"$WORK/sound" | grep -cx PLAYBACK_START)"
echo exit >"$M/outbound/$u/ctl"
await sounds 2 PLAYBACK_START
stop_reader sound
exec 5>&-
