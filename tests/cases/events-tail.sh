#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# tail -f, tail -n 5 -f and tail -F follow the events: none missing, none twice, nothing said of truncation.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_mount
flood 20 300
filled() {
  grep -q '^Number: 19$' "$M/events"
}
await filled
if ! is_live; then
  tail -n 5 "$M/events" >"$WORK/last5"
fi
tail -f "$M/events" >"$WORK/f" 2>"$WORK/f.err" &
tail -n 5 -f "$M/events" >"$WORK/n5" 2>"$WORK/n5.err" &
tail -F "$M/events.json" >"$WORK/F" 2>"$WORK/F.err" &
tail -s 0.1 -n +1 -f "$M/events" >"$WORK/plus1" 2>"$WORK/plus1.err" &
tail -c 2000 -f "$M/events" "$M/README" >"$WORK/two" 2>"$WORK/two.err" &
all_begun() {
  local name
  for name in f n5 F plus1 two; do [ -s "$WORK/$name" ] || return 1; done
}
await all_begun
if ! is_live; then
  head -n 5 "$WORK/n5" | check cmp - "$WORK/last5"
fi
for round in 1 2 3; do
  flood 100 300
  # Each round is waited for: later ones find a tail that has already polled.
  enough() {
    [ "$(grep -c '^Number: 99$' "$WORK/f")" -eq "$round" ] \
      && [ "$(grep -c '^Number: 99$' "$WORK/n5")" -eq "$round" ] \
      && [ "$(grep -c '^Number: 99$' "$WORK/plus1")" -eq "$round" ] \
      && [ "$(grep -c '^Number: 99$' "$WORK/two")" -eq "$round" ] \
      && [ "$(grep -c '"Number":"99"' "$WORK/F")" -eq "$round" ]
  }
  await enough
done
for _ in 1 2 3; do seq 0 99; done >"$WORK/expected"
for name in f n5 two; do
  numbers "$WORK/$name" | tail -n 300 | check cmp - "$WORK/expected"
  same "" "$(cat "$WORK/$name.err")" "what tail said"
done
(
  seq 0 19
  cat "$WORK/expected"
) >"$WORK/expected.all"
numbers "$WORK/plus1" | check cmp - "$WORK/expected.all"
# tail's last line may be cut when a record was not begun at its start.
sed -n 's/.*"Number":"\([0-9]*\)".*/\1/p' "$WORK/F" | tail -n 300 | check cmp - "$WORK/expected"
same "" "$(cat "$WORK/F.err")" "what tail -F said"
