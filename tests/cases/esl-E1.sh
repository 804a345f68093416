#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# E1 new ESLevent(type, subclass): the first line and the Event-Subclass of a block for sendevent.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
reader all "$M/events.json"
mark=$(cat "$M/uuid")

make() { # NAME [LINE...]: an event with our mark
  printf '%s\n' "$1" "Mark: $mark" "${@:2}" '' >"$M/sendevent"
}
ours() { # FILTER of jq over our events, as an array
  jq -s --arg mark "$mark" "[.[] | select(.Mark == \$mark)] | $1" -r <"$WORK/all"
}

make CUSTOM "Event-Subclass: test::e1"
make MESSAGE
make NO_SUCH_NAME
are_there() { # COUNT
  [ "$(ours length)" = "$1" ]
}
await are_there 3
same "CUSTOM MESSAGE CUSTOM" "$(ours 'map(."Event-Name") | join(" ")')"
same "test::e1" "$(ours '.[0]."Event-Subclass"')"
same "null" "$(ours '.[1]."Event-Subclass"')"

note "the answer names the event"
exec 3<>"$M/sendevent"
printf '%s\n' CUSTOM "Mark: $mark" "Event-Subclass: test::e1" '' >&3
output_of cat <&3
answer=$output
exec 3>&-
await are_there 4
same "+OK $(ours '.[3]."Event-UUID"')" "$answer"

note "what is no event"
for block in 'Event-Name: CUSTOM\n\n' 'CUSTOM test::e1\n\n' 'CUSTOM\nno header\n\n' 'CUSTOM\n: x\n\n' \
  'CUSTOM\nContent-Length: 5\n\nabc' 'CUSTOM\nContent-Length: five\n\nabc' 'CUSTOM\nA: b\rc\n\n' 'CUSTOM\nA: b\0c\n\n'; do
  same EINVAL "$(wrote "$M/sendevent" "$block")" "the block $block"
done
make CUSTOM "Event-Subclass: test::e1"
await are_there 5
