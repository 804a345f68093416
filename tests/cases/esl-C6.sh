#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C6 send, recvEvent, recvEventTimed: write and read; blocking, for a time, not at all, or polled.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
fire() { # NUMBER
  "$PYTHON" "$CASES/esl.py" fire <(printf 'CUSTOM\nEvent-Subclass: test::c6\nNumber: %s\n\n' "$1")
}

note "send, and receive until the answer comes"
exec 3<>"$M/esl"
printf 'api echo one\n\napi echo two\n\n' >&3
for word in one two; do
  same_output $'Content-Type: api/response\nContent-Length: 3\n\n'"$word" head -c 49 <&3
done
exec 3>&-

exec 3<>"$M/events.json"
echo "event json CUSTOM test::c6" >&3
note "blocking"
head -n 1 <&3 >"$WORK/one" &
waiter=$!
fire 1
check wait "$waiter"
same 1 "$(jq -r .Number "$WORK/one")"

note "timed, by a line and by timeout(1)"
echo "timeout 0" >&3
same_output "" cat <&3
fire 2
echo "timeout 20000" >&3
output_of head -n 1 <&3
same 2 "$(jq -r .Number <<<"$output")"
echo "timeout 100" >&3
same_output "" head -n 1 <&3
echo "timeout -1" >&3
status=0
timeout 0.2 head -n 1 <&3 || status=$?
same 124 "$status"
fire 3
output_of head -n 1 <&3
same 3 "$(jq -r .Number <<<"$output")" "what timeout(1) has given up is still there"
exec 3>&-

note "not blocking, and polled"
quick "$PYTHON" - "$M/events.json" "$M/esl" "$CASES/esl.py" "$WORK/event" <<'END'
import os, select, subprocess, sys
events, esl = (os.open(path, os.O_RDWR | os.O_NONBLOCK) for path in sys.argv[1:3])
os.write(events, b'event json CUSTOM test::c6\n')
os.write(esl, b'event json CUSTOM test::c6\n\n')


def read(fd):
    try:
        return os.read(fd, 65536)
    except BlockingIOError:
        return None


def read_until(fd, end):
    got = b''
    while end not in got:
        assert select.select([fd], [], [], 30)[0] == [fd]
        got += read(fd) or b''
    return got


read_until(esl, b'\n\n')
assert read(events) is None and read(esl) is None
poll = select.poll()
for fd in (events, esl):
    poll.register(fd, select.POLLIN)
assert poll.poll(0) == []
with open(sys.argv[4], 'w') as file:
    file.write('CUSTOM\nEvent-Subclass: test::c6\nNumber: 4\n\n')
subprocess.run([sys.executable, sys.argv[3], 'fire', sys.argv[4]], check=True)
for fd in (events, esl):
    assert b'"Number":"4"' in read_until(fd, b'}').replace(b'": "', b'":"')
assert poll.poll(0) == []
END
