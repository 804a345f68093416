#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# O_NONBLOCK, poll, select and epoll on conversations.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
export M CASES
quick "$PYTHON" - <<'END'
import errno, os, select, socket, subprocess, sys
M = os.environ['M']

def opened(name, flags=os.O_RDWR | os.O_NONBLOCK):
    return os.open(M + '/' + name, flags)

def would_block(fd):
    try:
        return not os.read(fd, 100) and 'end'
    except BlockingIOError:
        return True

# Live events: nothing yet, then woken by news.
live = opened('events.json')
os.write(live, b'event json CUSTOM test::flood\n')
assert would_block(live) is True
poll = select.poll()
poll.register(live, select.POLLIN)
assert poll.poll(0) == []
assert select.select([], [live], [], 0)[1] == [live], 'always writable'
epoll = select.epoll()
epoll.register(live, select.EPOLLIN)
assert epoll.poll(0) == []
fire = subprocess.Popen([sys.executable, os.environ['CASES'] + '/esl.py', 'flood', '1', '10'])
assert poll.poll(30000), 'poll was not woken'
assert epoll.poll(30), 'epoll was not woken'
assert select.select([live], [], [], 30)[0] == [live]
assert b'test::flood' in os.read(live, 100000)
assert fire.wait() == 0
assert would_block(live) is True
assert poll.poll(0) == []

# Several at once, woken by the one that has news.
other = opened('events.json')
os.write(other, b'noevents\n')
poll.register(other, select.POLLIN)
fire = subprocess.Popen([sys.executable, os.environ['CASES'] + '/esl.py', 'flood', '1', '10'])
assert poll.poll(30000) == [(live, select.POLLIN)]
os.read(live, 100000)
fire.wait()

# A question: not readable until answered, then its text, then the end.
talk = opened('api/msleep')
assert os.read(talk, 10) == b'', 'nothing asked is the end'
os.write(talk, b'300\n')
assert would_block(talk) is True
poll = select.poll()
poll.register(talk, select.POLLIN)
assert poll.poll(30000) == [(talk, select.POLLIN)]
assert os.read(talk, 100) == b'+OK\n'
assert os.read(talk, 100) == b''

# Ordinary files take O_NONBLOCK, and can be polled.
for name in ('README', 'events', 'api/status'):
    fd = opened(name, os.O_RDONLY | os.O_NONBLOCK)
    assert os.read(fd, 10)
    assert select.select([fd], [], [], 0)[0] == [fd]
    os.close(fd)

# A buffered file object can't be made of a stream, an unbuffered one can.
with open(M + '/events.json', 'r+b', 0) as file:
    file.write(b'noevents\n')
END
