#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A menu in ten lines of shell drives a call by its digits; and dtmf read, live and written.
. "$(dirname -- "$0")/lib.sh"

menu() { # UUID
  local digit _
  cat <>"$M/calls/$1/dtmf" | while read -r digit _; do
    case $digit in
      1) echo "set choice=sales" >"$M/calls/$1/execute" ;;
      2) echo "playback tone_stream://%(60000,0,440)" >"$M/calls/$1/execute" ;;
      '#') echo >"$M/calls/$1/break" ;;
      \*) echo USER_BUSY >"$M/calls/$1/hangup" ;;
    esac
  done
}

switch_and_mount
u=$(cat "$M/uuid")
own_channels+=("$u")
echo "{origination_uuid=$u}loopback/9196/default &park" >"$M/api/originate"
await test -d "$M/calls/$u"
menu "$u" &
menu=$!
press() { # DIGIT
  echo "$u $1" >"$M/api/uuid_recv_dtmf"
}
chosen() { # presses until the menu has heard: it may have opened the file late
  press 1
  [ "$(getvar "$u" choice)" = sales ]
}
await chosen
reader sound "$M/calls/$u/events.json"
press 2
await has_event "$WORK/sound" Event-Name PLAYBACK_START
press '#'
await has_event "$WORK/sound" Playback-Status break
stop_reader sound
contains "$(cat "$M/calls/$u/dtmf")" "1 "
same "2" "$(cut -d' ' -f1 "$M/calls/$u/dtmf" | grep -vx 1 | head -n 1)"
press '*'
await test ! -e "$M/calls/$u"
check quick tail --pid="$menu" -f /dev/null
same USER_BUSY "$(cat "$M/ended/$u/cause")"

note "digits written are sent"
u=$(cat "$M/uuid")
own_channels+=("$u")
echo "{origination_uuid=$u}loopback/9196/default &park" >"$M/api/originate"
await test -d "$M/calls/$u"
same OK "$(wrote "$M/calls/$u/dtmf" '12#\n')"
same EINVAL "$(wrote "$M/calls/$u/dtmf" 'hangup\n')"
same EINVAL "$(wrote "$M/calls/$u/dtmf" '\n')"
hang_up "$u"
