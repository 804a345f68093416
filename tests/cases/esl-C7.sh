#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C7 sendRecv: replies come in order, in the order of the wire, and events in between are not lost.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
quick "$PYTHON" - "$M" <<'END'
import os, sys
from esl import Connection, event

mount = sys.argv[1]


class File:
    """One open of esl, cut into frames."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR)
        self.left = b''

    def need(self, ready):
        while not ready():
            piece = os.read(self.fd, 65536)
            assert piece, 'the end'
            self.left += piece

    def frame(self):
        self.need(lambda: b'\n\n' in self.left)
        head, _, self.left = self.left.partition(b'\n\n')
        headers = dict(line.split(b': ', 1) for line in head.split(b'\n'))
        length = int(headers.get(b'Content-Length', 0))
        self.need(lambda: len(self.left) >= length)
        body, self.left = self.left[:length], self.left[length:]
        return headers, body


N = 200
other = Connection()
file = File(mount + '/esl')
os.write(file.fd, b'event plain CUSTOM test::c7\n\n')
assert b'+OK event listener enabled' in file.frame()[0][b'Reply-Text']
# Ours, fired by this very connection, and others' events between questions.
for i in range(N):
    os.write(file.fd, b'api echo %d\n\n' % i)
    os.write(file.fd, event(b'CUSTOM', [(b'Event-Subclass', b'test::c7'), (b'Own', b'%d' % i)], b''))
    other.pipeline([event(b'CUSTOM', [(b'Event-Subclass', b'test::c7'), (b'Other', b'%d' % i)], b'')])
os.write(file.fd, b'api echo last\n\n')
said = {b'own': [], b'other': [], b'echo': [], b'sent': []}
while len(said[b'own']) < N or len(said[b'other']) < N or len(said[b'echo']) < N + 1:
    headers, body = file.frame()
    kind = headers[b'Content-Type']
    if kind == b'api/response':
        said[b'echo'].append(body)
    elif kind == b'command/reply':
        said[b'sent'].append(headers[b'Reply-Text'].split()[1])
    else:
        inner = dict(line.split(b': ', 1) for line in body.split(b'\n') if line)
        said[b'own' if b'Own' in inner else b'other'].append(inner.get(b'Own', inner.get(b'Other')))
numbers = [b'%d' % i for i in range(N)]
assert said[b'echo'] == numbers + [b'last'], said[b'echo']
assert said[b'own'] == numbers and said[b'other'] == numbers
assert len(set(said[b'sent'])) == N
END

note "a conversation's answers are its own, whatever comes on events meanwhile"
exec 3<>"$M/api/echo" 4<>"$M/events.json"
echo "event json CUSTOM test::flood" >&4
for i in 1 2 3; do
  echo "$i" >&3
  flood 3 100
  same_output "$i" cat <&3
done
output_of head -n 9 <&4
same "0 1 2 0 1 2 0 1 2" "$(jq -r .Number <<<"$output" | paste -sd' ')"
exec 3>&- 4>&-
