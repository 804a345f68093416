#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each live reader has its own subscription and filters; two with different ones, and one without.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_mount
channel
cat >"$WORK/sentinel" <<'END'
CUSTOM
Event-Subclass: test::flood
Number: end

END
reader everything "$M/events.json"
reader three "$M/events.json" "event json CUSTOM test::flood" "filter Number 3" "filter Number end"
reader regex "$M/events.json" "event json CUSTOM test::flood" "filter Number /^[12]$/" "filter Number end"
reader without "$M/events.json" "event json CUSTOM test::flood" "filter Number /./" "filter Number -5"
reader deleted "$M/events.json" "event json CUSTOM test::flood" "filter Number 7" "filter delete Number 7"
reader nixed "$M/events.json" "event json CUSTOM test::other test::flood" "nixevent CUSTOM test::flood" "event json HEARTBEAT CUSTOM test::sentinel"
reader other "$M/events.json" "event json CHANNEL_CREATE"
reader mine "$M/events.json" "myevents $u"
flood 10 50
"$PYTHON" "$CASES/esl.py" fire "$WORK/sentinel"
sed 's/test::flood/test::sentinel/' "$WORK/sentinel" >"$WORK/sentinel2"
"$PYTHON" "$CASES/esl.py" fire "$WORK/sentinel2"
got() {
  jq -r '.Number // ."Event-Name"' <"$WORK/$1" | tr '\n' ' '
}
for name in everything three regex without deleted; do
  await has_event "$WORK/$name" Number end
done
await has_event "$WORK/nixed" Event-Subclass test::sentinel
same "3 end " "$(got three)"
same "1 2 end " "$(got regex)"
same "0 1 2 3 4 6 7 8 9 end " "$(got without)"
same "0 1 2 3 4 5 6 7 8 9 end " "$(got deleted)"
same "end " "$(got nixed | sed 's/HEARTBEAT //g')"
for i in 0 9; do check has_event "$WORK/everything" Number "$i"; done

note "one call's own events, to its end"
mine=$u
channel
hang_up "$mine"
await has_event "$WORK/mine" Event-Name CHANNEL_HANGUP_COMPLETE
same "$mine" "$(jq -r '."Unique-ID"' <"$WORK/mine" | sort -u)"
await has_event "$WORK/other" Unique-ID "$u"
same CHANNEL_CREATE "$(jq -r '."Event-Name"' <"$WORK/other" | sort -u)"

note "lines that mean nothing are refused and put nothing in the stream"
exec 3<>"$M/events.json"
check eval 'echo noevents >&3'
for line in 'event' 'filter' 'no such command' 'timeout soon' 'api hupall' 'exit'; do
  check_not eval 'echo "$line" >&3' 2>/dev/null
done
check eval 'echo "timeout 0" >&3'
same_output "" cat <&3
exec 3>&-
