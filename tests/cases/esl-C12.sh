#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C12 execute: the reply of a written line, the result of exactly that run in a conversation.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
execute=$M/calls/$u/execute
note "written: the switch's reply"
echo "set greeting=hello  there" >"$execute"
same "+OK" "$(cat "$execute")"
is_set() { [ "$(getvar "$u" greeting)" = "hello  there" ]; }
await is_set

note "open for both: it returns when the application is done"
exec 3<>"$execute"
for i in 1 2 3; do
  echo "set count=$i" >&3
  contains_output "?" cat <&3
  same "$i" "$(getvar "$u" count)"
done

note "two opens, each its own result"
exec 4<>"$execute"
echo "playback tone_stream://%(300,0,440)" >&3
echo "playback /no/such/file.wav" >&4
same_output "FILE NOT FOUND" cat <&4
same_output "FILE PLAYED" cat <&3

note "an argument far over 4,095 bytes"
"$PYTHON" -c 'print("x%41 " * 20000 + "end")' >"$WORK/long"
printf 'set long=%s\n' "$(cat "$WORK/long")" >&3
contains_output "?" cat <&3
getvar "$u" long >"$WORK/got"
echo >>"$WORK/got"
check cmp "$WORK/long" "$WORK/got"

note "no argument, and the call's end"
echo "park" >&4
begun() { [ "$(cat "$M/calls/$u/application")" = park ]; }
await begun
echo "event-lock: true" >&3
echo "playback tone_stream://%(60000,0,440)" >&3
plays() { [ "$(cat "$M/calls/$u/application")" = playback ]; }
await plays
exec 5<>"$execute" 6<>"$execute"
echo "set late=yes" >&5
echo "playback tone_stream://%(200,0,440)" >&6
hang_up "$u"
for fd in 3 4; do contains_output "?" cat <&$fd; done
same_output "_none_" cat <&5 # it needs no call, and ran
same_output "-ERR call ended" cat <&6 # it needs a call, and never ran
exec 3>&- 4>&- 5>&- 6>&-
check grep -qx "late=yes" "$M/ended/$u/vars"
