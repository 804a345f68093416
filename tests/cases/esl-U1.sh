#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# U1 getting a uuid: inbound, each open of uuid; outbound, the word read from outbound/accept.
. "$(dirname -- "$0")/outbound-lib.sh"

switch_and_mount -o outbound=0
outbound_port
for ((i = 0; i < 100; i++)); do cat "$M/uuid"; done >"$WORK/uuids"
same 100 "$(sort -u "$WORK/uuids" | wc -l)"
same 100 "$(grep -cE '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' "$WORK/uuids")"
exec 3<"$M/uuid"
first=$(cat <&3)
check test -n "$first"
same "" "$(cat <&3)" "one open has one"
exec 3<&-

note "it names a channel, and a job"
u=$(cat "$M/uuid")
own_channels+=("$u")
exec 3<>"$M/bgapi"
printf '%s\n' "Job-UUID: $first" "originate {origination_uuid=$u}null/x &park" >&3
read -r _ <&3
read -r result <&3
same "+OK $u" "$result"
await test -d "$M/calls/$u"
check test -d "$M/jobs/$first"
exec 3>&-

note "outbound"
exec 4<>"$M/outbound/accept"
send_call "async full"
read -r word <&4
same "$u" "$word"
same "$word" "$(jq -r '."Unique-ID"' <"$M/outbound/$word/info.json")"
exec 4>&-
