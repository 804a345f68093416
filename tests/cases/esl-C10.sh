#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C10 filter: written to events*, it lets through what the switch's own filter would.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
quick "$PYTHON" - "$M/events.json" <<'END'
import itertools, json, os, sys
from esl import Connection, event

path = sys.argv[1]
# Each list of commands goes to the switch, on a connection, and to an open of events.json.
commands = [
    ['filter Colour red'],
    ['filter colour RED'],
    ['filter add Colour red'],
    ['filter Colour red', 'filter Size 2'],
    ['filter Colour re'],
    ['filter Colour dark red'],
    ['filter Colour  dark red'],
    ['filter Colour /^re/'],
    ['filter Colour /RED/'],
    ['filter Colour /^(red|blue)$/'],
    ['filter Colour -red'],
    ['filter Size /./', 'filter Colour -red'],
    ['filter Size /./', 'filter Colour -/red/'],
    ['filter Colour +red'],
    ['filter No-Such-Header /./'],
    ['filter No-Such-Header x', 'filter Size 1'],
    ['filter Colour red', 'filter delete Colour red'],
    ['filter Colour red', 'filter delete Colour RED'],
    ['filter Colour red', 'filter Colour blue', 'filter delete Colour'],
    ['filter Colour red', 'filter Colour blue', 'filter delete Colour blue'],
    ['filter Colour red', 'filter Size 3', 'filter delete all'],
    ['filter Colour red', 'filter delete Size 3'],
    ['filter Empty /^$/'],
    ['filter Size 1', 'filter Size 1'],
    ['filter Size 1', 'filter Size 1', 'filter delete Size 1'],
    ['filter Twice first'],
    ['filter Twice second'],
    ['filter List two'],
    ['filter List /two/'],
    ['filter List /one.:two/'],
    ['filter List ARRAY::one|:two'],
    ['filter Colour /re', 'filter Size 9'],
    ['filter Colour /RED/i'],
    ['filter Colour -+red'],
    ['filter Size /./', 'filter Colour - red'],
    ['FILTER Colour red'],
]
events = []
for colour, size in itertools.product(('red', 'Red', 'dark red', 'blue', '/re', '+red', '-red'), '123'):
    events.append([(b'Colour', colour.encode()), (b'Size', size.encode())])
events += [[(b'Size', b'9')], [(b'Twice', b'first'), (b'Twice', b'second')],
           [(b'List', b'ARRAY::one|:two')]]

switch, files = [], []
for lines in commands:
    connection = Connection()
    file = os.open(path, os.O_RDWR)
    os.write(file, b'event json CUSTOM test::c10\n')
    assert connection.ask(b'event json CUSTOM test::c10')[0]['reply-text'].startswith('+OK')
    for line in lines:
        reply = connection.ask(line.encode())[0]['reply-text']
        try:
            os.write(file, line.encode() + b'\n')
            taken = True
        except OSError:
            taken = False
        assert taken == reply.startswith('+OK'), (line, reply)
    switch.append(connection)
    files.append(file)
everything = os.open(path, os.O_RDWR)
os.write(everything, b'event json CUSTOM test::c10\n')
control = Connection()
control.ask(b'event json CUSTOM test::c10')


def send(number, headers):
    headers = [(b'Event-Subclass', b'test::c10'), (b'Number', number)] + headers
    Connection().pipeline([event(b'CUSTOM', headers, b'')])


def numbers(next_event, last):
    """Of all events before the one with the number `last`."""
    found = []
    while (number := json.loads(next_event())['Number']) != last:
        found.append(number)
    return found


for n, headers in enumerate(events):
    send(b'%d' % n, headers)
send(b'end', [])
# Once everybody without filters has the last, those with filters have decided on all before it.
numbers(control.event, 'end')
numbers(os.fdopen(everything, 'rb', 0).readline, 'end')
got = []
for file in files:
    os.write(file, b'timeout 0\n')
    text = b''
    # A look goes over some records of the ring at most, which on a busy switch are others' mostly.
    for _ in range(100):
        while piece := os.read(file, 1 << 20):
            text += piece
    got.append([json.loads(line)['Number'] for line in text.splitlines()])
for connection in switch:
    connection.ask(b'filter delete all')
send(b'last', [])
some = 0
for lines, connection, seen in zip(commands, switch, got):
    expected = [number for number in numbers(connection.event, 'last') if number != 'end']
    assert [number for number in seen if number != 'end'] == expected, (lines, seen, expected)
    some += 0 < len(expected) < len(events)
assert some > 10, some
END
