#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# events and events.json read by cat, wc, tac, tail, tar, cp, dd, python from behind: the same bytes, whole records.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_mount
flood 300 700
holds_all() {
  grep -q '^Number: 299$' "$M/events"
}
await holds_all

for name in events events.json; do
  note "$name"
  file=$M/$name
  all=$WORK/all
  got=$WORK/got
  quick cat "$file" >"$all"
  check test "$(stat -c %s "$all")" -gt 200000

  quick cp "$file" "$got"
  check begins_with "$got" "$all"
  quick tail -n 100000 "$file" >"$got"
  check begins_with "$got" "$all"
  quick tail -c +1 "$file" >"$got"
  check begins_with "$got" "$all"
  quick tac "$file" | tac >"$got"
  check begins_with "$got" "$all"
  quick dd if="$file" of="$got" bs=777 status=none
  check begins_with "$got" "$all"
  mkdir -p "$WORK/untar"
  quick tar -C "$M" -cf - "$name" | tar -C "$WORK/untar" -xf -
  check begins_with "$WORK/untar/$name" "$all"
  quick head -c 100000 "$file" >"$got"
  check begins_with "$all" "$got"
  quick tail -c +50001 "$file" >"$got"
  tail -c +50001 "$all" >"$WORK/rest"
  check begins_with "$got" "$WORK/rest"
  quick dd if="$file" of="$got" bs=1000 skip=60 count=70 status=none
  dd if="$all" of="$WORK/rest" bs=1000 skip=60 count=70 status=none
  check cmp "$got" "$WORK/rest"
  while IFS= read -r line; do printf '%s\n' "$line"; done <"$file" >"$got"
  check begins_with "$got" "$all"
  check test "$(wc -c <"$file")" -ge "$(stat -c %s "$all")"
  check test "$(stat -c %s "$file")" -ge "$(stat -c %s "$all")"
  check test "$(wc -l <"$file")" -ge "$(wc -l <"$all")"

  note "$name read backwards, as less does"
  quick "$PYTHON" - "$file" "$got" <<'END'
import os, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
end = os.lseek(fd, 0, os.SEEK_END)
pieces = []
while end > 0:
    start = max(0, end - 8191)
    piece = b''
    while len(piece) < end - start:
        more = os.pread(fd, end - start - len(piece), start + len(piece))
        assert more, 'a hole'
        piece += more
    pieces.insert(0, piece)
    end = start
open(sys.argv[2], 'wb').write(b''.join(pieces))
END
  check begins_with "$got" "$all"
done

note "each line of events.json is an object, and both files hold the same events"
seq 0 299 >"$WORK/expected"
quick cat "$M/events.json" | jq -r 'select(."Event-Subclass" == "test::flood") | .Number' >"$got"
check cmp "$WORK/expected" "$got"
quick cat "$M/events" >"$WORK/plain"
numbers "$WORK/plain" >"$got"
check cmp "$WORK/expected" "$got"
same "$(stat -c %i "$M/events")" "$(stat -c %i "$M/events")" "the inode number"
