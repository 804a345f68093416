#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# E2 serialize: plain, json and xml, of events and of a call's dump, true to the switch's own.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
quick "$PYTHON" - "$M" "$u" <<'END'
import os, re, sys
from esl import Connection, event

mount, uuid = sys.argv[1:]
names = {'plain': 'events', 'json': 'events.json', 'xml': 'events.xml'}
ends = {'plain': b'the end\n', 'json': b'}\n', 'xml': b'</event>\n'}
switch, files = {}, {}
for form, name in names.items():
    switch[form] = Connection()
    reply = switch[form].ask(b'event %s CUSTOM test::e2' % form.encode())[0]
    assert reply['reply-text'].startswith('+OK'), reply
    files[form] = os.open(f'{mount}/{name}', os.O_RDWR)
    os.write(files[form], b'event plain CUSTOM test::e2\n')
headers = [(b'Event-Subclass', b'test::e2'), (b'Spaces', b'one two  three'), (b'Twice', b'1'),
           (b'Twice', b'2'), (b'Marks', b'<&>"\\\'+;=?@[]^`{|}~'), (b'Latin', 'caf\u00e9 \u20ac'.encode()),
           (b'List', b'ARRAY::one|:two three|:\xc3\xa9'), (b'Tab', b'a\tb')]
for body in (b'line one\n<b>&amp; \xc3\xa9 "q"\nthe end\n', b'%41\tthe end\n'):
    Connection().pipeline([event(b'CUSTOM', headers, body)])
    for form in names:
        expected = switch[form].event() + (b'\n' if form == 'json' else b'')
        # The switch indents what follows a body's last newline, and so makes the body longer.
        expected = expected.replace(b'\n  </body>', b'\n</body>')
        got = b''
        while not got.endswith(ends[form]):
            piece = os.read(files[form], 65536)
            assert piece, got
            got += piece
        assert got == expected, (form, got, expected)

# A call's dump, but for when and by what it was made.
volatile = re.compile(rb'^(Event-(Date|Sequence|Calling)|variable_\w*epoch)')


def lines(form, text):
    if form == 'json':
        pairs = re.findall(rb'"((?:[^"\\]|\\.)*)":\s*(\[[^]]*\]|"(?:[^"\\]|\\.)*")', text)
    elif form == 'xml':
        pairs = re.findall(rb'<([^/>]+)>([^<]*)</', text)
    else:
        pairs = [line.partition(b': ')[::2] for line in text.split(b'\n') if line]
    return [pair for pair in pairs if not volatile.match(pair[0])]


asker = Connection()
for form, name, word in (('plain', 'dump', b''), ('json', 'dump.json', b' json'), ('xml', 'dump.xml', b' xml')):
    said = lines(form, asker.ask(b'api uuid_dump %s%s' % (uuid.encode(), word))[1])
    with open(f'{mount}/calls/{uuid}/{name}', 'rb') as file:
        got = lines(form, file.read())
    assert len(got) > 50, (name, len(got))
    assert got == said, (name, set(got) ^ set(said))
END

note "what is shown when opened for reading is the same"
reader live "$M/events.xml" "event xml CUSTOM test::e2"
"$PYTHON" "$CASES/esl.py" fire <(printf 'CUSTOM\nEvent-Subclass: test::e2\nA: b\n\nbody\n')
complete() { grep -qs '^</event>' "$WORK/live"; }
await complete
check "$PYTHON" -c '
import sys
live, all = (open(path, "rb").read() for path in sys.argv[1:])
sys.exit(live not in all)' "$WORK/live" "$M/events.xml"
