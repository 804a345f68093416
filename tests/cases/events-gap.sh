#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A reader that was too slow finds one gap record that says how much is missing, and then whole records.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_mount -o event_buffer=64K

note "a reader of the log"
exec 3<"$M/events.json"
exec 4<>"$M/events.json"
exec 5<"$M/events"
flood 5 1000
has_flood() {
  grep -q '"Number":"4"' "$M/events.json"
}
await has_flood
head -c 3000 <&3 >"$WORK/log"
head -c 3000 <&5 >"$WORK/plain"
flood 300 1000
has_end() {
  grep -q '"Number":"299"' "$M/events.json"
}
await has_end
quick cat <&3 >>"$WORK/log"
quick cat <&5 >>"$WORK/plain"
echo "timeout 0" >&4
quick cat <&4 >"$WORK/live"

check_gap() { # FILE WHERE: one gap record; what follows it is without holes, to the end
  jq -e -s '
    [.[] | select(."Event-Subclass" == "eslfs::lost")] | length == 1' <"$1" >/dev/null \
    || fail "$2: not one gap record"
  jq -r -s '
    . as $all
    | ([$all[] | ."Event-Subclass" == "eslfs::lost"] | index(true)) as $at
    | $all[$at + 1:] | .[] | select(."Event-Subclass" == "test::flood") | .Number' <"$1" >"$WORK/after"
  check cmp "$WORK/after" <(seq "$(head -n 1 "$WORK/after")" 299)
}
check_gap "$WORK/log" "the log"
check_gap "$WORK/live" "a live reader"
check test "$(jq -r 'select(."Event-Subclass" == "eslfs::lost") | ."Lost-Events"' <"$WORK/live")" -gt 200
same 1 "$(grep -c '^Event-Subclass: eslfs%3A%3Alost' "$WORK/plain")" "gap records in plain text"

note "a stopped tail -f"
tail -n 1 -s 0.1 -f "$M/events.json" >"$WORK/tail" 2>"$WORK/tail.err" &
tail_pid=$!
await test -s "$WORK/tail"
kill -STOP "$tail_pid"
flood 300 1000
await has_end
kill -CONT "$tail_pid"
tail_has_end() {
  grep -q '"Number":"299"' "$WORK/tail" && grep -q 'eslfs::lost' "$WORK/tail"
}
await tail_has_end
check_gap "$WORK/tail" "tail -f"
same "" "$(cat "$WORK/tail.err")" "what tail said"
flood 1 10
tail_goes_on() {
  [ "$(grep -c '"Number":"0"' "$WORK/tail")" -ge 1 ]
}
await tail_goes_on
