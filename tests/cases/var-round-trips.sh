#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# echo value > var/x, then reading it, for 1,000 random values; and the other ways to set one.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
dir=$M/calls/$u/var
echo hello >"$dir/greeting"
same hello "$(cat "$dir/greeting")"
same hello "$(getvar "$u" greeting)"

note "1,000 random values"
check quick "$PYTHON" - "$dir/x" <<'END'
import random, sys
seed = random.randrange(2**32)
print('seed', seed)
random.seed(seed)
pieces = [b'\n', b'%41', b"'", b'"', b'\\', b' ', b'\t', b'\r', b'\xff', b'\xc3\xa9', b';', b'${x}', b'reload', b'mod_event_socket', b'=', b',']
for i in range(1000):
    value = b''.join(random.choice(pieces) if random.random() < .4 else bytes([random.randrange(1, 256)])
                     for _ in range(random.randrange(1, 30)))
    with open(sys.argv[1], 'wb', 0) as file:
        file.write(value + b'\n')
    with open(sys.argv[1], 'rb') as file:
        got = file.read()
    assert got == value + b'\n', (i, value, got)
END

note "a value of many lines, written by many writes"
seq 1 500 | tee "$dir/lines" >"$WORK/expected"
check cmp "$WORK/expected" "$dir/lines"

note "an array's cell"
echo one >"$dir/list[0]"
echo two >"$dir/list[1]"
same 'ARRAY::one|:two' "$(getvar "$u" list)"

note "empty unsets"
: >"$dir/greeting"
same hello "$(getvar "$u" greeting)" "an open without a write"
echo >"$dir/greeting"
same _undef_ "$(getvar "$u" greeting)"
check_not test -e "$dir/greeting"

note "a line of vars"
printf '%s\n' 'escaped=one\ntwo\\\0101' >"$M/calls/$u/vars"
same $'one\ntwo\\A' "$(cat "$dir/escaped")"
same EINVAL "$(wrote "$M/calls/$u/vars" 'no equals sign\n')"

note "names that can't be set"
same EPERM "$(wrote_new() { "$PYTHON" -c 'import errno, os, sys
try: os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
except OSError as error: print(errno.errorcode[error.errno])' "$1"; }; wrote_new "$dir/a b")"
