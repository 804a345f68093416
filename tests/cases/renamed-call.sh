#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A channel that is given another uuid has one directory, of the new name; files that were open go on; its old name may become another channel's.
# live: no, the events are made up
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
made_up() { # NAME HEADER...
  printf '%s\n' "$@" "" >"$M/sendevent"
}
old=first-$(cat "$M/uuid") new=second-$(cat "$M/uuid")
made_up CHANNEL_CREATE "Unique-ID: $old" "Channel-State: CS_EXECUTE" "Channel-Name: one"
await test -d "$M/calls/$old"
same one "$(cat "$M/calls/$old/name")"
exec 3<"$M/calls/$old/name" 4<"$M/calls/$old"
made_up CHANNEL_UUID "Unique-ID: $new" "Old-Unique-ID: $old" "Channel-State: CS_EXECUTE" "Channel-Name: one"
await test -d "$M/calls/$new"

note "one thing, one path"
check_not test -e "$M/calls/$old"
check_not cat "$M/calls/$old/name" 2>/dev/null
same "$new" "$(cat "$M/calls/$new/uuid")"
same "$new" "$(ls "$M/calls")"
same one "$(cat <&3)" "a file that was open"

note "another channel by the old name"
made_up CHANNEL_CREATE "Unique-ID: $old" "Channel-State: CS_EXECUTE" "Channel-Name: two" "Event-Sequence: 99999999"
is_two() { [ "$(cat "$M/calls/$old/name" 2>/dev/null)" = two ]; }
await is_two
same one "$(cat "$M/calls/$new/name")"
made_up CHANNEL_DESTROY "Unique-ID: $new"
made_up CHANNEL_DESTROY "Unique-ID: $old"
nobody() { [ -z "$(ls "$M/calls")" ]; }
await nobody
