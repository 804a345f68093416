#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Outbound calls, sync and async, with full control and of one channel: info, execute, ctl, going on.
. "$(dirname -- "$0")/outbound-lib.sh"

tone="playback tone_stream://%(60000,0,440)"

plays() { # UUID
  [ "$(cat "$M/calls/$1/application")" = playback ]
}

stop_playing() { # UUID: again and again, since it may be just about to begin
  echo >"$M/calls/$1/break" && [ "$(getvar "$1" over)" = yes ]
}

switch_and_mount -o outbound=0
outbound_port
exec 4<>"$M/outbound/accept"
contains "$(cat "$M/outbound/accept")" "usage: " "a look"

for mode in "async full" "full" "async" ""; do
  note "socket ${mode:-with neither word}"
  send_call "$mode"
  read -r word <&4
  same "$u" "$word" "the word that was accepted"
  dir=$M/outbound/$u
  contains "$(cat "$dir/info")" "Unique-ID: $u"
  contains "$(cat "$dir/info")" "Event-Name: CHANNEL_DATA"
  contains "$(cat "$dir/info")" "Socket-Mode: $([[ $mode == *async* ]] && echo async || echo static)"
  control=$([[ $mode == *full* ]] && echo full || echo single-channel)
  contains "$(cat "$dir/info.json")" "\"Control\":\"$control\""
  check cmp "$dir/uuid" "$M/calls/$u/uuid"
  check test -d "$dir/var"
  check grep -q "^outbound	[0-9]*	127" "$M/eslfs/connection"

  note "an application and its result, over the call's own socket"
  exec 5<>"$dir/execute"
  echo "playback tone_stream://%(100,0,440)" >&5
  same_output "FILE PLAYED" cat <&5
  exec 5>&-
  same EOPNOTSUPP "$(wrote "$dir/execute" 'no_such_application x\n')"
  check test -d "$M/calls/$u"
  check eval 'printf "call-command: execute\nexecute-app-name: set\nexecute-app-arg: by=sendmsg\n\n" >"$dir/sendmsg"'
  await eval '[ "$(getvar "$u" by)" = sendmsg ]'

  if [[ $mode == *async* ]]; then
    note "async: the write does not wait for the application"
    quick sh -c 'echo "$1" >"$2"' - "$tone" "$dir/execute"
    await plays "$u"
    quick sh -c 'echo "set over=yes" >"$1"' - "$dir/execute"
    await stop_playing "$u"
  else
    note "sync: the write waits for it"
    (echo "$tone" >"$dir/execute" && echo over >"$WORK/over") &
    await plays "$u"
    check test ! -e "$WORK/over"
    env echo >"$M/calls/$u/break" # a child ends meanwhile: SIGCHLD would interrupt the shell's own write
    await test -e "$WORK/over"
    rm "$WORK/over"
    note "unless async: true was said (the switch runs it when the socket lets it)"
    quick sh -c 'printf "async: true\nset later=yes\n" >"$1"' - "$dir/execute"
  fi

  note "ctl"
  if [[ $mode == *full* ]]; then
    for line in "linger 5" linger nolinger; do same OK "$(wrote "$dir/ctl" "$line\n")" "$line"; done
  else
    same EOPNOTSUPP "$(wrote "$dir/ctl" 'linger 5\n')"
  fi
  for line in "divert_events on" myevents "divert_events off" myevents; do
    same OK "$(wrote "$dir/ctl" "$line\n")" "$line"
  done
  for line in bogus "linger x" "api status" "divert_events" ""; do
    same EINVAL "$(wrote "$dir/ctl" "$line\n")" "$line"
  done

  note "resume, exit: it goes on in the dialplan"
  same OK "$(wrote "$dir/ctl" 'resume\n')"
  same OK "$(wrote "$dir/ctl" 'exit\n')"
  await test ! -e "$dir"
  await went_on "$u"
  hang_up "$u"
done

note "a hangup ends the socket, and what waits on it"
send_call "full"
read -r word <&4
(wrote "$M/outbound/$u/execute" "$tone\n" >"$WORK/status") &
await plays "$u"
env echo >"$M/outbound/$u/hangup"
await test -s "$WORK/status"
await test ! -e "$M/outbound/$u"
await test ! -e "$M/calls/$u"

note "with linger the socket stays for a while after the call"
send_call "async full"
read -r word <&4
same OK "$(wrote "$M/outbound/$u/ctl" 'linger 3600\n')"
echo "$u" >"$M/api/uuid_kill"
await grep -q "^CS_HANGUP\|^CS_REPORTING\|^CS_DESTROY" "$M/outbound/$u/state"
check test -d "$M/outbound/$u"
same OK "$(wrote "$M/outbound/$u/ctl" 'exit\n')"
await test ! -e "$M/outbound/$u"
