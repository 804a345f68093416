#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# E9 firstHeader, nextHeader: an event's headers are in its order, the same in every format.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
names=()
for name in events events.json events.xml; do
  reader "$name" "$M/$name" "event plain CUSTOM test::e9"
done
while read -r name; do names+=("$name"); done < <(for i in $(seq 60); do echo "Name-$i"; done | shuf)
{
  printf 'CUSTOM\nEvent-Subclass: test::e9\n'
  printf '%s: x\n' "${names[@]}"
  echo
} >"$M/sendevent"
complete() {
  grep -qs '^$' "$WORK/events" && grep -qs '}$' "$WORK/events.json" && grep -qs '^</event>' "$WORK/events.xml"
}
await complete
sed -n '/^$/q; s/:.*//p' "$WORK/events" >"$WORK/plain"
"$PYTHON" -c '
import json, sys
print(*[name for name, _ in json.loads(sys.stdin.readline(), object_pairs_hook=list)], sep="\n")' <"$WORK/events.json" >"$WORK/json"
sed -n 's/^    <\([^/>]*\)>.*/\1/p' "$WORK/events.xml" >"$WORK/xml"
check cmp "$WORK/plain" "$WORK/json"
check cmp "$WORK/plain" "$WORK/xml"
same "${names[*]}" "$(grep '^Name-' "$WORK/plain" | paste -sd' ')"
check grep -qx Event-Name "$WORK/plain"
note "the same headers, in the same order, when it is looked at later"
check cmp "$WORK/events.json" <(grep -F test::e9 "$M/events.json")
