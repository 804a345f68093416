#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What one reader's filters may take is bounded: a regular expression that takes too much ends alone,
# and says so in that reader's stream; who piles up too much is refused, with the reason.
# live: no, it fires events by the hundred
. "$(dirname -- "$0")/lib.sh"

start_switch
start_mount
bad='/^(([a-zA-Z0-9 :_.,-]+)+)+[!?]$/'
cat >"$WORK/end" <<'END'
CUSTOM
Event-Subclass: test::flood
Number: end

END

note "fifty bad filters end, one record each, and the good one goes on"
lines=("event json CUSTOM test::flood")
for ((i = 0; i < 50; i++)); do lines+=("filter Event-Date-Local $bad"); done
reader fifty "$M/events.json" "${lines[@]}" "filter Number end"
reader plain "$M/events" "event plain CUSTOM test::flood" "filter Event-Date-Local $bad" "filter Number end"
reader xml "$M/events.xml" "event xml CUSTOM test::flood" "filter Event-Date-Local $bad" "filter Number end"
reader other "$M/events.json" "event json CUSTOM test::flood"
flood 300 500
"$PYTHON" "$CASES/esl.py" fire "$WORK/end"
await has_event "$WORK/other" Number end
same 301 "$(jq -c . <"$WORK/other" | wc -l)"
await has_event "$WORK/fifty" Number end
same 51 "$(jq -c . <"$WORK/fifty" | wc -l)"
same "eslfs::filter $bad" "$(jq -r 'select(.Number == null) | ."Event-Subclass" + " " + ."Filter-Value"' <"$WORK/fifty" | sort -u)"
await grep -q '^Number: end' "$WORK/plain"
same 1 "$(grep -c '^Event-Subclass: eslfs%3A%3Afilter' "$WORK/plain")"
await grep -q '<Number>end</Number>' "$WORK/xml"
same 1 "$(grep -c '<Event-Subclass>eslfs%3A%3Afilter' "$WORK/xml")"

note "what is too much is refused, and eslfs/errors says why"
exec 3<>"$M/events.json"
says() { # LINE
  echo "$1" >&3 2>/dev/null
}
check_not says "filter Header $(printf '%05000d' 0)"
check grep -q "4096 bytes at most" "$M/eslfs/errors"
for ((i = 0; i < 100; i++)); do check says "filter Header value"; done
check_not says "filter Header value"
check grep -q "100 filters at most" "$M/eslfs/errors"
check_not says "event json CUSTOM $(seq -f s::%g 1001 | tr '\n' ' ')"
check grep -q "1000 subclasses at most" "$M/eslfs/errors"
check says "filter delete all"
check_not says "filter Header /(/"
check grep -q "regular expression can't be used" "$M/eslfs/errors"
exec 3>&-

note "a record of eslfs can't be forged: whoever asked for something else doesn't see it"
reader narrow "$M/events.json" "event json CUSTOM test::flood"
sed 's/test::flood/eslfs::gap/' "$WORK/end" >"$WORK/forged"
"$PYTHON" "$CASES/esl.py" fire "$WORK/forged"
"$PYTHON" "$CASES/esl.py" fire "$WORK/end"
await has_event "$WORK/narrow" Number end
same test::flood "$(jq -r '."Event-Subclass"' <"$WORK/narrow" | sort -u)"
