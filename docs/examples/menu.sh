#!/bin/bash
# SPDX-License-Identifier: MIT
# A menu for the calls that the dialplan hands over with <action application="socket"
# data="HOST:PORT async full"/>. usage: menu.sh FILE; F: the mount (/mnt/fs), which has
# -o outbound=PORT
F=${F:-/mnt/fs}

serve() { # UUID FILE
  c=$F/outbound/$1
  printf '%s\n' myevents "divert_events on" >"$c/ctl"
  jq --unbuffered -r '"EVENT: " + ."Event-Name"' 0<>"$c/events.json" &
  echo "$(date '+%F %T') [$1] Call to [$(cat "$c/dest")]"
  printf '%s\n' "log 1 Wee-wa-wee-wa" info answer "playback $2" >"$c/execute"
  while read -r digit duration; do
    echo "DTMF DIGIT $digit ($duration)"
    case $digit in
      5) echo "log 1 WHA HA HA. User pressed 5" >"$c/execute" ;;
      8) printf '%s\n' resume exit >"$c/ctl" && break ;; # on in the dialplan, no hangup
      9) echo "transfer 99355151" >"$c/execute" && break ;;
    esac
  done <>"$c/dtmf"
  echo "Connection closed"
}

while read -r u; do serve "$u" "$1" & done <>"$F/outbound/accept"
