#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# cat <>events and jq . <>events.json: live from the open on, whole records, readers that come and go.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_mount
flood 5 100
logged() {
  grep -q '^Number: 4$' "$M/events"
}
await logged
note "jq on the stream itself"
exec {fd}<>"$M/events.json"
jq --unbuffered -r 'select(."Event-Subclass" == "test::flood") | .Number' <&"$fd" >"$WORK/jq" &
exec {fd}>&-
reader plain "$M/events"
flood 200 1000
seq 0 199 >"$WORK/expected"
jq_has_all() {
  cmp -s "$WORK/jq" "$WORK/expected"
}
await jq_has_all
plain_has_all() {
  numbers "$WORK/plain" | cmp -s - "$WORK/expected"
}
await plain_has_all
stop_reader plain

note "the same event in both formats, and its body"
exec 3<>"$M/events" 4<>"$M/events.json"
printf '%s\n' "event plain CUSTOM test::shape" >&3
printf '%s\n' "event json CUSTOM test::shape" >&4
printf 'CUSTOM\nEvent-Subclass: test::shape\nOdd: 100%% %%41 "quotes" \\ back\nTwice: one\nTwice: two\n\nthe body,\ntwo lines' >"$WORK/event"
"$PYTHON" "$CASES/esl.py" fire "$WORK/event"
printf 'timeout 200\n' >&3
printf 'timeout 200\n' >&4
await_plain() {
  cat <&3 >>"$WORK/shape"
  [ -s "$WORK/shape" ]
}
await await_plain
await_json() {
  cat <&4 >>"$WORK/shape.json"
  [ -s "$WORK/shape.json" ]
}
await await_json
check grep -qx 'Odd: 100%25%20%2541%20%22quotes%22%20%5C%20back' "$WORK/shape"
check grep -qx 'Event-Subclass: test%3A%3Ashape' "$WORK/shape"
check grep -q '^the body,$' "$WORK/shape"
same '100% %41 "quotes" \ back' "$(jq -r .Odd "$WORK/shape.json")"
same $'the body,\ntwo lines' "$(jq -r ._body "$WORK/shape.json")"
same 1 "$(wc -l <"$WORK/shape.json")" "lines of one JSON event"
exec 3>&- 4>&-
