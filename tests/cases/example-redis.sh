#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/examples/feed-redis.sh, with a real Redis: all events are in the stream, byte for byte and in order, through cut links and Redis's own deaths.
. "$(dirname -- "$0")/lib.sh"
export F=$M

# Debian's redis-server is a link to this program, in a package that also starts a service.
program=$(command -v redis-server || command -v redis-check-rdb) || skip "there is no Redis here"
command -v redis-cli >/dev/null || skip "there is no redis-cli here"
ln -s "$program" "$WORK/redis-server"
socket=$WORK/redis.sock
stream='odd name: ü "%s" \n $x'
redis_pid=''
redis() {
  redis-cli -s "$socket" "$@"
}
start_redis() {
  mkdir -p "$WORK/redis"
  "$WORK/redis-server" --port 0 --unixsocket "$socket" --dir "$WORK/redis" --save '' \
    --appendonly yes --appendfsync always >>"$WORK/redis.log" 2>&1 &
  redis_pid=$!
  await redis_is_ready
}
redis_is_ready() {
  runs "$redis_pid" || fail "Redis did not start: $(cat "$WORK/redis.log")"
  [ "$(redis PING 2>/dev/null)" = PONG ]
}
kill_redis() {
  kill -9 "$redis_pid"
  wait "$redis_pid" 2>/dev/null || true
}
# The stream's events, a line each.
entries() {
  redis --raw XRANGE "$stream" - + | awk 'NR % 3 == 0'
}
stream_has() { # HEADER VALUE
  entries | has_event /dev/stdin "$1" "$2"
}
flood_numbers() {
  entries | jq -r 'select(."Event-Subclass" == "test::flood") | .Number'
}
# What the example runs: the real one, which loses what Redis said once if $WORK/lose is there.
mkdir "$WORK/bin"
cat >"$WORK/bin/redis-cli" <<END
#!/bin/sh
if rm "$WORK/lose" 2>/dev/null; then
  $(command -v redis-cli) -s "$socket" "\$@" >/dev/null
  exit 1
fi
exec $(command -v redis-cli) -s "$socket" "\$@"
END
chmod +x "$WORK/bin/redis-cli"
start_feed() {
  PATH=$WORK/bin:$PATH "$ROOT/docs/examples/feed-redis.sh" "$stream" 2>"$WORK/feed.err" &
  feed=$!
  await stream_has Event-Subclass feed-redis::start
}
# Ends it; what it waits with ends at the next event.
stop_feed() {
  kill "$feed"
  wait "$feed" 2>/dev/null || true
  flood 1 10
}
fired() { # NAME
  printf 'CUSTOM\nEvent-Subclass: test::%s\n\n' "$1" >"$M/sendevent"
  await stream_has Event-Subclass "test::$1"
}

start_redis
start_switch
start_proxy
start_mount -o event_buffer=4M
reader seen "$M/events.json"
start_feed

note "events of every byte, of 2 MB, many at once"
"$PYTHON" - "$WORK/every" <<'END'
import sys
every = bytes(byte for byte in range(1, 256))
line = every.replace(b'\r', b'').replace(b'\n', b'')
with open(sys.argv[1], 'wb') as file:
    file.write(b'CUSTOM\nEvent-Subclass: test::every\nLine: x' + line + b'x\n'
               b'Twice: one\nTwice: two\nTwice: one\nUtf8: caf\xc3\xa9 \xf0\x9f\x98\x80\n\n' + every * 400)
END
"$PYTHON" "$CASES/esl.py" fire "$WORK/every"
flood 1 2000000
flood 500 1000
fired last
entries | sed 1d >"$WORK/stored"
sed -n '\|"test::last"|q; p' "$WORK/stored" >"$WORK/stored.last"
await grep -q '"test::last"' "$WORK/seen"
grep -nxF -m 1 -f <(head -n 1 "$WORK/stored") "$WORK/seen" | cut -d: -f1 >"$WORK/first"
sed -n "$(cat "$WORK/first")"',$ { \|"test::last"|q; p }' "$WORK/seen" >"$WORK/seen.last"
check cmp "$WORK/seen.last" "$WORK/stored.last"
check grep -q '"Twice":"one","Twice":"two","Twice":"one"' "$WORK/stored.last"
flood_numbers >"$WORK/numbers"
check cmp "$WORK/numbers" <(echo 0 && seq 0 499)
check awk 'length > 2000000 { found = 1 } END { exit !found }' "$WORK/stored.last"

note "a cut link to the switch"
cut_wire
await is_down
mend_wire
await is_up
await stream_has Event-Subclass eslfs::gap
stop_reader seen

note "Redis dies while nothing comes in, and is back"
redis DEL "$stream" >/dev/null
fired before
kill_redis
flood 300 1000
await test -s "$WORK/feed.err"
start_redis
fired after
flood_numbers >"$WORK/numbers"
check cmp "$WORK/numbers" <(seq 0 299)

note "Redis takes a batch, and its answer is lost"
redis DEL "$stream" >/dev/null
touch "$WORK/lose"
flood 300 1000
await test ! -e "$WORK/lose"
fired answered
flood_numbers >"$WORK/numbers"
check cmp "$WORK/numbers" <(seq 0 299)

note "Redis is killed while events come in: none is missing, none is there twice"
redis DEL "$stream" >/dev/null
flood 1000 1000 &
flooder=$!
await stream_has Event-Subclass test::flood
kill_redis
start_redis
wait "$flooder"
fired after
flood_numbers >"$WORK/numbers"
check cmp "$WORK/numbers" <(seq 0 999)

note "Redis is away for longer than the event buffer holds"
redis DEL "$stream" >/dev/null
kill_redis
flood 6000 1000
await grep -q '"Number":"5999"' "$M/events.json"
start_redis
fired after
same 1 "$(entries | jq -s '[.[] | select(."Event-Subclass" == "eslfs::lost")] | length')" "records of the loss"
lost=$(entries | jq -r 'select(."Event-Subclass" == "eslfs::lost") | ."Lost-Events"')
flood_numbers >"$WORK/numbers"
check test "$(($(wc -l <"$WORK/numbers") + lost))" -ge 6000
check sort -C -n -u "$WORK/numbers"
same 5999 "$(tail -n 1 "$WORK/numbers")" "the last event"

note "MAXLEN"
stop_feed
redis DEL "$stream" >/dev/null
MAXLEN=10 start_feed
flood 3000 10
fired end
check test "$(redis XLEN "$stream")" -lt 1000

note "a reader, as the script's comment has it"
sed -n 's/^#   //p' "$ROOT/docs/examples/feed-redis.sh" >"$WORK/consumer"
check test -s "$WORK/consumer"
PATH=$WORK/bin:$PATH STREAM=$stream quick sh "$WORK/consumer" >"$WORK/names" &
consumer=$!
await grep -qx '"CUSTOM"' "$WORK/names"
redis DEL "$stream" >/dev/null # which ends it
wait "$consumer"
stop_feed

note "what can't work says so, and its status too"
ends() { # MESSAGE COMMAND...
  local message=$1
  shift
  check_not quick "$@" >"$WORK/out" 2>&1
  contains "$(cat "$WORK/out")" "$message"
}
redis SET text x >/dev/null
ends WRONGTYPE "$ROOT/docs/examples/feed-redis.sh" text -s "$socket"
ends "Could not connect" "$ROOT/docs/examples/feed-redis.sh" "$stream" -s "$WORK/nothing"
F=$WORK ends "No such file" "$ROOT/docs/examples/feed-redis.sh" "$stream" -s "$socket"
start_feed
fusermount3 -uz "$M"
kill "$mount_pid"
wait "$mount_pid" || true
mount_pid=''
status=0
wait "$feed" || status=$?
check test "$status" -ne 0
contains "$(cat "$WORK/feed.err")" "has ended"
kill_redis
