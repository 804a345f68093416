#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C5 getInfo: outbound/<uuid>/info and info.json are the CHANNEL_DATA; inbound there is no such file.
. "$(dirname -- "$0")/outbound-lib.sh"

switch_and_mount -o outbound=0
outbound_port
channel
check_not test -e "$M/calls/$u/info"
check_not test -e "$M/calls/$u/info.json"
exec 3<>"$M/outbound/accept"
for mode in "async full" "full" ""; do
  note "the mode: $mode"
  send_call "$mode"
  read -r accepted <&3
  same "$u" "$accepted"
  check_not test -e "$M/calls/$u/info"
  info=$M/outbound/$u/info
  quick cat "$info" >"$WORK/info"
  check grep -qx "Unique-ID: $u" "$WORK/info"
  check grep -qx "Event-Name: CHANNEL_DATA" "$WORK/info"
  expected="static single-channel"
  case $mode in "async full") expected="async full" ;; full) expected="static full" ;; esac
  same "CHANNEL_DATA $u $u $expected" \
    "$(jq -r '"\(."Event-Name") \(."Unique-ID") \(.variable_uuid) \(."Socket-Mode") \(.Control)"' <"$info.json")"
  note "it is what it was when the socket came"
  echo later >"$M/calls/$u/var/hint"
  check cmp "$WORK/info" "$info"
  hang_up "$u"
  await test ! -e "$info"
done
exec 3>&-
