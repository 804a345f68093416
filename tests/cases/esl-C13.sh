#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C13 executeAsync: a line "async: true" before it on the same open, or the raw block in sendmsg.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_proxy
start_mount
channel
sent() { # ARGUMENT: the header lines of the message whose arguments these were; its body is left out
  grep -a "sendmsg $u" "$WORK/wire" | grep -ac "$1" || true
}
is_set() { # NAME
  [ "$(getvar "$u" "$1")" = yes ]
}
printf '%s\n' "async: true" "set one=yes" >"$M/calls/$u/execute"
await is_set one
same 1 "$(sent 'async: true')"
note "another open has nothing of it"
echo "set two=yes" >"$M/calls/$u/execute"
await is_set two
same 1 "$(sent 'async: true')"

note "a raw block"
printf '%s\n' "call-command: execute" "execute-app-name: set" "execute-app-arg: three=yes" "async: true" "" \
  >"$M/calls/$u/sendmsg"
await is_set three
same 2 "$(sent 'async: true')"
exec 3<>"$M/calls/$u/sendmsg"
printf '%s\n' "call-command: execute" "execute-app-name: set" "content-type: text/plain" "async: true" \
  "content-length: 8" "" "four=yes" >&3
same_output "+OK" cat <&3
await is_set four
exec 3>&-
