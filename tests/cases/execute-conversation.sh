#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# execute open for both: each line's own result is read, in order; it ends with the call.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
exec 3<>"$M/calls/$u/execute"
echo "playback tone_stream://%(200,0,440)" >&3
same_output "FILE PLAYED" cat <&3
note "nothing asked: the end"
same_output "" cat <&3
note "two under way, read in order"
printf '%s\n' "playback tone_stream://%(300,0,440)" "playback /no/such/file.wav" >&3
same_output "FILE PLAYED" cat <&3
same_output "FILE NOT FOUND" cat <&3
note "an application's own response, not that of one which ran inside it"
exec 4<>"$M/calls/$u/execute"
runs_app() { [ "$(cat "$M/calls/$u/application")" = "$1" ]; }
for outer in "sleep 700" "playback tone_stream://%(700,0,440)"; do
  echo "$outer" >&3
  await runs_app "${outer%% *}"
  echo "playback /no/such/file.wav" >&4
  same_output "FILE NOT FOUND" cat <&4
  quick cat <&3
done >"$WORK/outer"
same "_none_,FILE PLAYED" "$(paste -sd, "$WORK/outer")"
exec 4>&-
note "a refusal is read, not an error of the write"
check eval 'echo "no_such_application x" >&3'
contains_output "-ERR" cat <&3
check test -d "$M/calls/$u"
note "the call ends first"
echo "playback tone_stream://%(60000,0,440)" >&3
echo "$u" >"$M/api/uuid_kill"
contains_output "?" cat <&3
exec 3>&-
