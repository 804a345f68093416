#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# events.xml is a view of the ring, as events and events.json are: its size is exact, it grows, and
# an open of it keeps no copy.
# live: no, it fires events by the thousand
. "$(dirname -- "$0")/lib.sh"

start_switch
start_mount
count() { # FILE
  grep -c '^<event>' <"$1"
}
has_all() {
  [ "$(grep -c test::flood <"$M/events.json")" = "$1" ]
}
flood 3000 2000
await has_all 3000

note "the same events, whole, with an exact size"
same "$(wc -l <"$M/events.json")" "$(count "$M/events.xml")" "events"
exec 3<"$M/events.xml"
size=$(stat -Lc %s /dev/fd/3)
cat <&3 >"$WORK/xml"
exec 3<&-
same "$size" "$(stat -c %s "$WORK/xml")" "size"
{
  echo '<events>'
  cat "$WORK/xml"
  echo '</events>'
} >"$WORK/whole"
check "$PYTHON" -c 'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' "$WORK/whole"

note "it grows"
tail -n0 -f "$M/events.xml" >"$WORK/tail" &
tail_pid=$!
follows() {
  flood 1 10
  grep -q '^</event>' "$WORK/tail"
}
await follows
kill $tail_pid

note "forty opens, and no copy of what they show"
resident() {
  awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$mount_pid/status"
}
before=$(resident)
fds=()
for ((i = 0; i < 40; i++)); do
  exec {fd}<"$M/events.xml"
  check eval 'head -c 1000 <&$fd >/dev/null'
  fds+=("$fd")
done
[ $(($(resident) - before)) -lt 100 ] || fail "$before MB became $(resident)"
for fd in "${fds[@]}"; do exec {fd}<&-; done
