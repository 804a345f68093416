#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# E5 getBody: _body in JSON; in plain text the Content-Length bytes after the blank line.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
exec 3<>"$M/events.json" 4<>"$M/events"
for fd in 3 4; do echo "event plain CUSTOM test::e5" >&$fd; done
{
  printf 'CUSTOM\nEvent-Subclass: test::e5\n\n'
  printf 'first line\n\nthird: line after a blank one, caf\303\251 %%41\n'
} >"$M/sendevent"
printf 'first line\n\nthird: line after a blank one, caf\303\251 %%41\n' >"$WORK/expected"

quick head -n 1 <&3 >"$WORK/event.json"
jq -j ._body <"$WORK/event.json" >"$WORK/body"
check cmp "$WORK/expected" "$WORK/body"
same "$(stat -c %s "$WORK/expected")" "$(jq -r '."Content-Length"' <"$WORK/event.json")"

note "in plain text, with bash's own read: it takes a byte at a time, and no more than the line"
length=''
while IFS= read -r line <&4 && [ -n "$line" ]; do
  case $line in Content-Length:*) length=${line#*: } ;; esac
done
same "$(stat -c %s "$WORK/expected")" "$length"
quick dd bs=1 count="$length" <&4 >"$WORK/body" 2>/dev/null
check cmp "$WORK/expected" "$WORK/body"

note "an event without a body"
printf 'CUSTOM\nEvent-Subclass: test::e5\n\n' >"$M/sendevent"
output_of head -n 1 <&3
same "null null" "$(jq -r '"\(._body) \(."Content-Length")"' <<<"$output")"
exec 3>&- 4>&-
