#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# calls/<uuid>/events, events.json and log: stat says exactly what a read gives, from kept sizes, and
# an event that carries several Unique-IDs is of the last.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_mount
channel
first=$u
channel
second=$u
cat "$M/log" >/dev/null
await grep -q '^log.*ready' "$M/eslfs/connection"
size_of() { # FILE
  stat -c %s "$1"
}
grew() { # FILE SIZE
  [ "$(size_of "$1")" -gt "$2" ]
}
same_size() { # FILE
  [ "$(size_of "$1")" = "$(wc -c <"$1")" ]
}
has_number() { # FILE NUMBER
  grep -q "\"Number\":\"$2\"" <"$1"
}

note "an event with several is the last one's"
fire_with() { # NUMBER UUID UUID
  printf 'CUSTOM\nEvent-Subclass: test::twice\nUnique-ID: %s\nUnique-ID: %s\nNumber: %s\n\n' \
    "$2" "$3" "$1" >"$WORK/event"
  "$PYTHON" "$CASES/esl.py" fire "$WORK/event"
  await has_number "$M/events.json" "$1"
}
fire_with 1 no-such-channel "$second"
await has_number "$M/calls/$second/events.json" 1
# The switch looks for the first, and adds what it knows of that channel, the Unique-ID again.
fire_with 2 "$first" "$second"
await has_number "$M/calls/$first/events.json" 2
check_not has_number "$M/calls/$second/events.json" 2

note "sizes are exact, before and after there is more"
exec 3<>"$M/calls/$first/execute"
for round in 1 2 3; do
  for file in events events.json log; do
    await same_size "$M/calls/$first/$file"
  done
  before=$(size_of "$M/calls/$first/events")
  echo "log info round $round of $first" >&3
  await grew "$M/calls/$first/events" "$before"
done
exec 3<&-
await grep -q "round 3 of $first" "$M/calls/$first/log"
await same_size "$M/calls/$first/log"
check_not grep -q "round 3" "$M/calls/$second/log"
