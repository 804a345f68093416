#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sendevent and back, in plain and JSON: 100 kB of every byte, headers of every byte, names twice, arrays.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
quick "$PYTHON" - "$M" <<'END'
import json, os, random, re, sys, urllib.parse

mount = sys.argv[1]
seed = random.randrange(2**32)
print('seed', seed)
random.seed(seed)
every = bytes(range(1, 256))
body = every * 300 + bytes(random.randrange(1, 256) for _ in range(100_000 - 300 * len(every)))
allowed = bytes(byte for byte in every if byte not in b'\r\n')
headers = [(b'Event-Subclass', b'test::bytes'), (b'Every', b'x' + allowed + b'x'),
           (b'Percent', b'100% %41 %zz %25 %'), (b'Twice', b'one'), (b'Twice', b'two'), (b'Twice', b'one'),
           (b'List', b'ARRAY::one|:two three|:'+b'\xc3\xa9'), (b'Like-A-List', b'x ARRAY::a|:b'),
           (b'Undef', b'_undef_'), (b'Quotes', b'"\\\\" \\n {"a":1}'), (b'Utf8', 'caf\u00e9 \u20ac \U0001f600'.encode())]
headers += [(b'Byte-%02X' % byte, b'a' + bytes([byte]) + b'b') for byte in allowed]
block = b'CUSTOM\n' + b''.join(b'%s: %s\n' % pair for pair in headers) + \
    b'Content-Length: %d\n\n' % len(body) + body

plain, jsons, talk = (os.open(f'{mount}/{name}', os.O_RDWR) for name in ('events', 'events.json', 'sendevent'))
for fd in (plain, jsons):
    os.write(fd, b'event plain CUSTOM test::bytes\n')
for at in range(0, len(block), 50_000):
    os.write(talk, block[at:at + 50_000])
answer = os.read(talk, 1000)
assert answer.startswith(b'+OK '), answer


def read_until(fd, complete):
    got = b''
    while not complete(got):
        piece = os.read(fd, 1 << 20)
        assert piece
        got += piece
    return got


def has_body(got):
    head, blank, rest = got.partition(b'\n\n')
    return blank and len(rest) >= len(body)


# Plain: the bytes themselves.
head, _, rest = read_until(plain, has_body).partition(b'\n\n')
lines = [line.partition(b': ')[::2] for line in head.split(b'\n')]
names = {name for name, _ in headers}
got = [(name, urllib.parse.unquote_to_bytes(value)) for name, value in lines if name in names]
expected = [pair for pair in headers]
assert got == expected, [pair for pair in zip(got, expected) if pair[0] != pair[1]][:3]
assert int(dict(lines)[b'Content-Length']) == len(body)
assert rest[:len(body)] == body and rest[len(body):] in (b'', b'\n')

# JSON: what is no UTF-8 is U+FFFD, and said to be so; all else is equal.
line = read_until(jsons, lambda got: got.endswith(b'\n'))
pairs = json.loads(line, object_pairs_hook=list)
event = dict(pairs)


def shown(value):
    return value.decode('utf-8', 'replace')


invalid = event['_invalid_utf8']
for name, value in headers:
    if name in (b'Twice', b'List'):
        continue
    try:
        value.decode()
        assert event[name.decode()] == value.decode(), name
        assert name.decode() not in invalid, name
    except UnicodeDecodeError:
        assert name.decode() in invalid, name
        assert '\ufffd' in event[name.decode()], name
assert [value for name, value in pairs if name == 'Twice'] == ['one', 'two', 'one']
assert event['List'] == ['one', 'two three', '\u00e9'], event['List']
assert '_body' in invalid
strip = lambda text: re.sub('\ufffd+', '\ufffd', text)
assert strip(event['_body']) == strip(shown(body))
assert pairs[-1][0] == '_invalid_utf8'
os.close(talk)

# A body that is UTF-8 comes back whole in JSON as well.
text = ''.join(chr(c) for c in list(range(1, 256)) + [0x2028, 0x20ac, 0x1f600]) * 300
with open(f'{mount}/sendevent', 'wb', 0) as file:
    file.write(b'CUSTOM\nEvent-Subclass: test::bytes\n\n' + text.encode())
event = json.loads(read_until(jsons, lambda got: got.endswith(b'\n')))
assert event['_body'] == text and '_invalid_utf8' not in event
END
