#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C11 events, nixevent, noevents, myevents: written to events*, they mean what they mean to the switch.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
u_mark=$(cat "$M/uuid")
quick "$PYTHON" - "$M" <<'END'
import os, re, sys
from esl import Connection, event

path = sys.argv[1] + '/events.json'
commands = [
    ['event plain CUSTOM test::a'],
    ['event json CUSTOM test::a test::b'],
    ['event plain MESSAGE'],
    ['event plain message'],
    ['event MESSAGE'],
    ['event plain MESSAGE', 'event json CUSTOM test::a'],
    ['event plain CUSTOM test::a MESSAGE'],
    ['event plain MESSAGE CUSTOM test::a'],
    ['event plain NO_SUCH MESSAGE'],
    ['event plain all'],
    ['event plain all', 'noevents'],
    ['event plain all', 'noevents', 'event plain MESSAGE'],
    ['event plain CUSTOM test::a test::b', 'nixevent CUSTOM test::a'],
    ['event plain MESSAGE NOTALK', 'nixevent MESSAGE'],
    ['event plain MESSAGE', 'nixevent NOTALK'],
    ['event plain  MESSAGE   NOTALK'],
    ['EVENT plain MESSAGE'],
    ['event plain all', 'nixevent MESSAGE'],
    ['event plain all', 'nixevent MESSAGE NOTALK', 'event plain NOTALK'],
    ['event plain all', 'nixevent CUSTOM test::a'],
    ['event plain all', 'nixevent MESSAGE', 'nixevent CUSTOM test::a'],
    ['event plain all', 'nixevent all'],
    ['event plain MESSAGE CUSTOM test::a', 'nixevent all'],
    ['event plain MESSAGE CUSTOM test::a', 'nixevent all', 'event plain CUSTOM test::b'],
    ['event plain CUSTOM TEST::A'],
    ['event plain CUSTOM'],
    ['event plain MESSAGE', 'nixevent CUSTOM'],
    ['event plain CUSTOM test::a', 'nixevent CUSTOM'],
]
fired = [(b'CUSTOM', b'test::a'), (b'CUSTOM', b'test::b'), (b'CUSTOM', b'test::c'),
         (b'MESSAGE', b''), (b'NOTALK', b''), (b'SHUTDOWN_REQUESTED', b''), (b'CUSTOM', b'')]


def send(name, subclass, number):
    headers = [(b'Number', number)] + ([(b'Event-Subclass', subclass)] if subclass else [])
    Connection().pipeline([event(name, headers, b'')])


def numbers(next_event, last):
    """Ours, of all events before the one with the number `last`."""
    found = []
    while True:
        number = re.search(rb'(?:^|[\n"])Number"?: *"?([a-z0-9]+)', next_event())
        if number and number.group(1) == last:
            return found
        if number and number.group(1) != b'end':
            found.append(number.group(1))


switch, files = [], []
for lines in commands:
    connection, file = Connection(), os.open(path, os.O_RDWR)
    for line in lines:
        reply = connection.ask(line.encode())[0]['reply-text']
        assert reply.startswith('+OK'), (line, reply)
        os.write(file, line.encode() + b'\n')
    switch.append(connection)
    files.append(os.fdopen(file, 'r+b', 0))
for n, (name, subclass) in enumerate(fired):
    send(name, subclass, b'%d' % n)
# What ends it is subscribed to everywhere, once all before it has been decided on.
control = Connection()
control.ask(b'event plain CUSTOM test::end')
everything = os.fdopen(os.open(path, os.O_RDWR), 'r+b', 0)
everything.write(b'event json CUSTOM test::end\n')
send(b'CUSTOM', b'test::end', b'end')
numbers(control.event, b'end')
numbers(everything.readline, b'end')
# A reader decides when it reads, so each reads on to the end before its subscription changes.
got = []
for file in files:
    text = b''
    file.write(b'timeout 0\n')
    for _ in range(100):
        while piece := file.read(1 << 20):
            text += piece
    got.append([n for n in re.findall(rb'"Number":"([a-z0-9]+)"', text) if n != b'end'])
for connection in switch:
    assert connection.ask(b'event json CUSTOM test::last')[0]['reply-text'].startswith('+OK')
send(b'CUSTOM', b'test::last', b'last')
some = 0
for lines, connection, seen in zip(commands, switch, got):
    expected = numbers(connection.event, b'last')
    # Of everything but some the switch leaves just those subclasses that its modules have registered;
    # here all but the nixed ones are left.
    if lines[0] == 'event plain all' and any(re.match('nixevent (?!all|CUSTOM)', line) for line in lines):
        left = [b'%d' % n for n in range(3) if f'nixevent CUSTOM {fired[n][1].decode()}' not in lines]
        assert [n for n in seen if n in (b'0', b'1', b'2')] == left, (lines, seen)
        seen, expected = ([n for n in found if n not in (b'0', b'1', b'2')] for found in (seen, expected))
    assert seen == expected, (lines, seen, expected)
    some += 0 < len(expected) < len(fired)
assert some > 8, some

for line in (b'event plain', b'nixevent', b'event', b'event plain NO_SUCH', b'event MESSAGE,NOTALK'):
    assert not Connection().ask(line)[0]['reply-text'].startswith('+OK'), line
    try:
        os.write(os.open(path, os.O_RDWR), line + b'\n')
        raise AssertionError(line)
    except OSError:
        pass
END

note "nixevent on a fresh open takes from everything"
exec 3<>"$M/events.json"
echo "nixevent MESSAGE CUSTOM test::a" >&3
for name in MESSAGE NOTALK; do
  "$PYTHON" "$CASES/esl.py" fire <(printf '%s\nMark: %s\n\n' "$name" "$u_mark")
done
quick sed '/"Mark":"'"$u_mark"'"/q' <&3 | grep '"Mark"' | jq -r '."Event-Name"' >"$WORK/names"
same NOTALK "$(cat "$WORK/names")"
exec 3>&-

note "the file's name decides the format, whatever the line says"
exec 3<>"$M/events" 4<>"$M/events.json" 5<>"$M/events.xml"
for fd in 3 4 5; do echo "event json CUSTOM test::form" >&$fd; done
"$PYTHON" "$CASES/esl.py" fire <(printf 'CUSTOM\nEvent-Subclass: test::form\n\n')
same_output "Event-Subclass: test%3A%3Aform" head -n 1 <&3
contains_output '{"' head -n 1 <&4
same_output "<event>" head -n 1 <&5
exec 3>&- 4>&- 5>&-

note "myevents: of a channel that is there; one channel's, to its end"
same ENXIO "$("$PYTHON" -c 'import errno, os, sys
try:
    os.write(os.open(sys.argv[1], os.O_RDWR), b"myevents no-such-channel\n")
except OSError as error:
    print(errno.errorcode[error.errno])' "$M/events")"
channel
mine=$u
channel
reader mine "$M/events.json" "myevents $mine"
echo "set a=b" >"$M/calls/$u/execute"
echo "set a=b" >"$M/calls/$mine/execute"
hang_up "$mine"
await not runs "${readers[mine]}"
same "$mine" "$(jq -r '."Unique-ID"' <"$WORK/mine" | sort -u)"
for name in CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE; do
  check has_event "$WORK/mine" Event-Name "$name"
done
