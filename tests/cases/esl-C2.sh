#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C2 new(fd), outbound: the dialplan's socket application dials -o outbound=, and each call is one reader's.
. "$(dirname -- "$0")/outbound-lib.sh"

switch_and_mount -o outbound=0
outbound_port
check test "$port" -gt 0
contains "$(cat "$M/eslfs/options")" "outbound=0"
exec 3<>"$M/outbound/accept" 4<>"$M/outbound/accept"
for mode in "async full" "full" "async" ""; do
  note "the dialplan says: socket $mode"
  send_call "$mode"
  read -r word <&3
  same "$u" "$word"
  same 2 "$(find "$M/outbound" -mindepth 1 -maxdepth 1 | wc -l)" "accept and the call"
  for file in info info.json ctl execute sendmsg vars dtmf events hangup; do
    check test -e "$M/outbound/$u/$file"
  done
  check test -d "$M/calls/$u"
  echo "set greeting=hello" >"$M/outbound/$u/execute"
  is_set() { [ "$(getvar "$u" greeting)" = hello ]; }
  await is_set
  hang_up "$u"
  await test ! -e "$M/outbound/$u"
done
note "each to exactly one reader"
echo "timeout 0" >&3
same "" "$(cat <&3)"
send_call "async full"
read -r word <&4
same "$u" "$word"
same "" "$(cat <&3)"
exec 3>&- 4>&-
