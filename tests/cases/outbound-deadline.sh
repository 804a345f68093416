#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Without async a call's socket answers when the application has ended: -o command_timeout= frees who
# writes, and a conversation still reads the result.
. "$(dirname -- "$0")/outbound-lib.sh"

switch_and_mount -o outbound=0,command_timeout=1000
outbound_port
exec 4<>"$M/outbound/accept"
send_call full
read -r word <&4
same "$u" "$word"
execute=$M/outbound/$u/execute

note "a write"
same ETIMEDOUT "$(wrote "$execute" 'playback tone_stream://%(60000,0,440)\n')"
contains "$(tail -n1 "$M/eslfs/errors")" "the call's socket did not answer in time"
same playback "$(cat "$M/calls/$u/application")" "it runs on"
echo >"$M/calls/$u/break"

note "a conversation: 3 s of it, and the result"
exec 5<>"$execute"
echo "playback tone_stream://%(3000,0,440)" >&5
same_output "FILE PLAYED" cat <&5
exec 5>&-
