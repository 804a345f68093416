#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# E8 addHeader, delHeader: lines of the block, written or not; repeated names stay, in order.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
reader json "$M/events.json" "event json CUSTOM test::e8"
reader plain "$M/events" "event plain CUSTOM test::e8"
cat >"$WORK/block" <<'END'
CUSTOM
Event-Subclass: test::e8
Colour: red
Size: 10
Colour: green
Deleted: yes
colour: blue
Colour: red
Space:   three before, two after  
Colon: a: b:c

END
sed '/^Deleted:/d' "$WORK/block" >"$M/sendevent"
await has_event "$WORK/json" Size 10
own() { # the headers that we gave
  grep -iE '^(colour|size|deleted|space|colon):' "$WORK/plain"
}
is_written() { own | grep -q Colon; }
await is_written
same "Colour: red
Size: 10
Colour: green
colour: blue
Colour: red
Space: three%20before,%20two%20after%20%20
Colon: a%3A%20b%3Ac" "$(own)"
note "JSON as a stream of names and values, since an object has each name once"
same '[["Colour","red"],["Colour","green"],["colour","blue"],["Colour","red"]]' "$("$PYTHON" -c '
import json, sys
pairs = json.loads(sys.stdin.readline(), object_pairs_hook=lambda pairs: pairs)
print(json.dumps([pair for pair in pairs if pair[0].lower() == "colour"], separators=(",", ":")))' <"$WORK/json")"
check_not has_event "$WORK/json" Deleted yes
