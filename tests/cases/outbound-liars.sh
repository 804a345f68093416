#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Who lies to the outbound port gets no call, takes none from its socket, and forges no digit.
. "$(dirname -- "$0")/outbound-lib.sh"

liar() {
  quick "$PYTHON" "$CASES/liar.py" "$@"
}

created() { # UUID: as a liar that has the switch's ear would know it
  switch_api uuid_dump "$1" json | jq -r '."Caller-Channel-Created-Time"'
}

# What the port says to this claim, in words.
told() {
  liar claim "$@" | tr '\n' ' '
}

mkfifo "$WORK/lies" "$WORK/silence"
exec 5<>"$WORK/lies" 6<>"$WORK/silence"
switch_and_mount -o outbound=0
outbound_port
exec 4<>"$M/outbound/accept"

note "a living channel that is in no socket, an unknown one, a name with control bytes"
channel
parked=$u
told "$port" "$parked" "$(created "$parked")" >"$WORK/told.parked" &
pids=($!)
told "$port" no-such-channel 1 >"$WORK/told.unknown" &
pids+=($!)
told "$port" $'\e]0;gotcha\a%0A' 1 >"$WORK/told.odd" &
pids+=($!)
for pid in "${pids[@]}"; do check wait "$pid"; done
for who in parked unknown odd; do same "resume  exit  " "$(cat "$WORK/told.$who")" "$who"; done
check test ! -e "$M/outbound/$parked"
check_not grep -q $'[\e\a]' "$WORK/eslfs.out"
echo "timeout 0" >&4
same_output "" cat <&4
echo "timeout -1" >&4

note "a second socket of a call is closed without a word, whatever it knows"
send_call "async full"
read -r word <&4
same "$u" "$word"
same "" "$(told "$port" "$u" "$(created "$u")")"
check test -d "$M/outbound/$u"
same OK "$(wrote "$M/outbound/$u/execute" 'set mine=yes\n')"
await eval '[ "$(getvar "$u" mine)" = yes ]'
check_not went_on "$u"
note "also when the first has gone"
same OK "$(wrote "$M/outbound/$u/ctl" 'exit\n')"
await test ! -e "$M/outbound/$u"
told "$port" "$u" "$(created "$u")" >"$WORK/told.after"
check test ! -e "$M/outbound/$u"
hang_up "$u"

note "a channel that is in another one's socket"
"$PYTHON" -c 'import socket, sys
listener = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1], "w") as out: out.write(str(listener.getsockname()[1]))
peer = listener.accept()[0]
peer.sendall(b"connect\n\n")
sys.stdin.read()' "$WORK/other.port" <&6 4<&- &
await test -s "$WORK/other.port"
ours=$port port=$(cat "$WORK/other.port")
send_call "async full"
await eval '[ "$(cat "$M/calls/$u/application" 2>/dev/null)" = socket ]'
same "" "$(told "$ours" "$u" "$(created "$u")")"
same "" "$(told "$ours" "$u" 1)" "who does not know the channel"
check test ! -e "$M/outbound/$u"

note "bombs: a huge body, a header block without an end"
same closed "$(liar bomb "$ours" 'Content-Type: text/event-plain\nContent-Length: 200000000\n\n' x)"
same closed "$(liar bomb "$ours" '' 'Header: value
')"
exec 4<&-
stop_mount

note "a believed socket that lies, through a relay that stands for a translation of addresses"
start_mount -o outbound=0,outbound_from=127.0.0.1
outbound_port
"$PYTHON" "$CASES/liar.py" relay "$port" "$WORK/relay.port" <"$WORK/lies" &
await test -s "$WORK/relay.port"
port=$(cat "$WORK/relay.port")
exec 4<>"$M/outbound/accept"
send_call "async full"
read -r word <&4
same "$u" "$word"
same OK "$(wrote "$M/outbound/$u/ctl" 'divert_events on\n')"
digit() { # UUID DIGIT [MORE HEADERS]
  local event="Event-Name: DTMF
Unique-ID: $1
DTMF-Digit: $2
DTMF-Duration: 2000
${3-}
"
  printf 'Content-Length: %d\nContent-Type: text/event-plain\n\n%s' "${#event}" "$event" >&5
}
digit "$parked" 9
digit "$u" 8 "Unique-ID: $parked"$'\n'
digit "$u" 7 "Event-Name: CHANNEL_DESTROY"$'\n'
digit "$u" 6
await grep -q "^6 2000" "$M/calls/$u/dtmf"
same "6 2000" "$(cat "$M/calls/$u/dtmf")"
same "" "$(cat "$M/calls/$parked/dtmf")"
same 1 "$(grep -c 'an event of another channel' "$WORK/eslfs.out")"
printf 'Content-Type: text/event-plain\nContent-Length: 2000000\n\n' >&5
await test ! -e "$M/outbound/$u"
exec 4<&-
stop_mount

note "from elsewhere than the switch"
start_mount -o outbound=0,outbound_from=192.0.2.1,outbound_from=192.0.2.128/25
outbound_port
quick "$PYTHON" -c 'import socket, sys
assert socket.create_connection(("127.0.0.1", int(sys.argv[1]))).recv(100) == b""' "$port"
contains "$(cat "$WORK/eslfs.out")" "outbound_from=127.0.0.1"
stop_mount
mkdir -p "$M"
check_not eval 'ESL_PASSWORD=$PASSWORD quick "$ESLFS" -f "$HOST:$PORT" "$M" -o outbound=0,outbound_from=x 2>"$WORK/said"'
contains "$(cat "$WORK/said")" "outbound_from=x"
