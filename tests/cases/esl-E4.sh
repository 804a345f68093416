#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# E4 getHeader: jq and grep on the live files; names are the switch's, values decoded by jq.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
value=$'one  two;three=%41 "q" \\ caf\xc3\xa9\ttab'
jq --unbuffered -r '.Value' <>"$M/events.json" >"$WORK/json" &
reader=$!
fires() { # the readers above take some time to open
  printf 'CUSTOM\nEvent-Subclass: test::e4\nValue: %s\nPlain: word\n\n' "$value" >"$M/sendevent"
  grep -qxF -- "$value" "$WORK/json"
}
await fires
end_process "$reader"

note "of one reader's own event"
exec 3<>"$M/events.json" 4<>"$M/events"
for fd in 3 4; do echo "event plain CUSTOM test::e4" >&$fd; done
fires
output_of head -n 1 <&3
same "$value" "$(jq -r .Value <<<"$output")"
same_output "Plain: word" grep -m1 '^Plain:' <&4
exec 3>&- 4>&-

note "in the growing file"
check grep -q '^Plain: word$' "$M/events"
same test::e4 "$(jq -r 'select(.Plain == "word") | ."Event-Subclass"' <"$M/events.json" | sort -u)"
note "a header that the event has not"
same null "$(jq -s 'map(select(.Plain == "word"))[0]."No-Such-Header"' <"$M/events.json")"
