#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# globals: what is written there is what the switch then has, whatever its quotes, escapes and signs.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
check grep -q "^core_uuid=" "$M/globals"
quick "$PYTHON" - "$M/globals" <<'END'
import os, random, re, sys
from esl import Connection

path = sys.argv[1]
switch = Connection()
seed = random.randrange(2**32)
print('seed', seed)
random.seed(seed)
# The file's escapes, which printf %b undoes.
marks = {b'\n': b'\\n', b'\r': b'\\r', b'\t': b'\\t', b'\\': b'\\\\'}


def escape(value):
    return b''.join(marks.get(value[i:i + 1], value[i:i + 1] if value[i] >= 32 else b'\\0%03o' % value[i])
                    for i in range(len(value)))


def write(line):
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, line)
    finally:
        os.close(fd)


pieces = [b'=', b"'", b"''", b'"', b'\\', b'\\n', b'\n(', b'\r', b'\t', b' ', b'  ', b'%41', b';;', b'$', b'{x}',
          b'reload', b' mod_event_socket', b'unload', 'caf\u00e9'.encode(), b'\xff', b'a', b'B', b'1', b',', b'#']
values = [b'a=b', b"say 'hi'", b'C:\\new', b' outer ', b"fred's tire shop", b'x;y', b'-ERR', b'_undef_']
values += [b''.join(random.choices(pieces, k=random.randrange(1, 9))) for _ in range(200)]
for value in values:
    if b'${' in value:
        continue
    write(b'eslfs_test=' + escape(value) + b'\n')
    got = switch.ask(b'api global_getvar eslfs_test')[1]
    assert got == value, (value, got)
    with open(path, 'rb') as file:
        lines = [line for line in file.read().split(b'\n') if line.startswith(b'eslfs_test=')]
    assert lines == [b'eslfs_test=' + escape(value)], (value, lines)
for line in (b'eslfs_test=a ${b} c\n', b'no assignment\n', b'=x\n', b'eslfs_test=x\\0y\n'):
    try:
        write(line)
        raise AssertionError(line)
    except OSError as error:
        assert error.errno == 22, error
write(b'eslfs_test=\n')
assert switch.ask(b'api global_getvar eslfs_test')[1] == b'-ERR no reply\n'
END
contains "$(cat "$M/eslfs/errors")" 'would change ${ to %{'
