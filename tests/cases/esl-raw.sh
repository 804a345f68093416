#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# esl: each open for both is a logged-in ESL connection: any bytes, poll, O_NONBLOCK, EOF, 64 at most.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
same "-rw-------" "$(stat -c %A "$M/esl")"
contains "$(cat "$M/esl")" "usage: " "a look"
same EINVAL "$(wrote "$M/esl" 'api status\n\n')" "writing only"

quick "$PYTHON" - "$M/esl" "$ESL_HOST" "$ESL_PORT" "$ESL_SECRET" <<'END'
import errno, os, select, socket, sys, threading

path = sys.argv[1]


def until(read, end):
    got = b''
    while not got.endswith(end):
        piece = read(65536)
        assert piece, got
        got += piece
    return got


# What the mount gives is what a socket gives, for whatever is said and however it is cut.
said = (b'api echo one\n\n\n\r\n  api echo\n\napi echo a\rb\n\napi echo caf\xc3\xa9 \xff%41\n\n'
        b'no such thing\n\nfilter A\n\nlog 99\n\nnolog\n\napi uuid_exists\xc2\xa0x\n\nexit\n\n')
straight = socket.create_connection((sys.argv[2], int(sys.argv[3])))
until(straight.recv, b'auth/request\n\n')
straight.sendall(b'auth ' + sys.argv[4].encode() + b'\n\n')
until(straight.recv, b'accepted\n\n')
straight.sendall(said)
expected = b''
while piece := straight.recv(65536):
    expected += piece
esl = os.open(path, os.O_RDWR)
for at in range(0, len(said), 5):
    os.write(esl, said[at:at + 5])
got = b''
while piece := os.read(esl, 10):
    got += piece
assert got == expected, (got, expected)
assert os.read(esl, 10) == b''
try:
    os.write(esl, b'x')
    raise AssertionError('written after the end')
except BrokenPipeError:
    pass
os.close(esl)

# Nothing yet, then something.
esl = os.open(path, os.O_RDWR | os.O_NONBLOCK)
os.write(esl, b'api echo first\n\n')
poll = select.poll()
poll.register(esl, select.POLLIN)
assert poll.poll()
got = b''
while not got.endswith(b'first'):
    try:
        got += os.read(esl, 100)
    except BlockingIOError:
        poll.poll()
try:
    os.read(esl, 100)
    raise AssertionError('read what is not there')
except BlockingIOError:
    pass
assert poll.poll(0) == []

# Two opens are two connections; far more than fits anywhere goes through, both ways.
other = os.open(path, os.O_RDWR)
line = b'x' * 1000
n = 3000
writer = threading.Thread(target=lambda: os.write(other, (b'api echo ' + line + b'\n\n') * n))
writer.start()
got = b''
want = (b'Content-Type: api/response\nContent-Length: 1000\n\n' + line) * n
while len(got) < len(want):
    got += os.read(other, 1 << 20)
assert got == want
writer.join()
try:
    os.read(esl, 100)
    raise AssertionError('another open heard it')
except BlockingIOError:
    pass
os.close(other)
os.close(esl)

# 64, and room again when one has gone.
fds = []
try:
    while True:
        fds.append(os.open(path, os.O_RDWR))
except OSError as error:
    assert error.errno == errno.EBUSY, error
assert len(fds) == 64, len(fds)
os.close(fds.pop())
os.close(os.open(path, os.O_RDWR))
for fd in fds:
    os.close(fd)
END

note "from the shell"
exec 3<>"$M/esl"
printf 'api echo shell\n\n' >&3
read -r line <&3
same "Content-Type: api/response" "$line"
exec 3>&-
