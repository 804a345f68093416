#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C1 new ESLconnection(host, port, password): the mount, and each open of esl, a connection of its own.
. "$(dirname -- "$0")/lib.sh"

start_switch
note "the mount is one: host, port, password"
mkdir -p "$M"
status=0
ESL_PASSWORD=wrong-$PASSWORD quick "$ESLFS" "$HOST:$PORT" "$M" >"$WORK/said" 2>&1 || status=$?
check test "$status" -ne 0
check_not is_mounted "$M"
start_mount
await is_up
contains "$(cat "$M/eslfs/connection")" "switch $HOST:$PORT"

note "each open of esl is another, logged in"
quick "$PYTHON" - "$M/esl" <<'END'
import os, sys


def ask(fd, command):
    os.write(fd, command + b'\n\n')
    got = b''
    while b'\n\n' not in got:
        got += os.read(fd, 4096)
    return got


def close(fd):
    got = ask(fd, b'exit')
    while piece := os.read(fd, 4096):
        got += piece
    os.close(fd)
    return got


one, two = (os.open(sys.argv[1], os.O_RDWR) for _ in range(2))
assert b'+OK event listener enabled plain' in ask(one, b'event plain HEARTBEAT')
# What one subscribes to is nothing to the other.
assert b'-ERR not listening for events' in ask(two, b'noevents')
assert b'+OK no longer listening for events' in ask(one, b'noevents')
# A second login is refused as on any connection that is logged in.
assert b'-ERR command not found' in ask(two, b'auth whatever')
assert b'Disconnected, goodbye.' in close(one)
assert b'-ERR not listening for events' in ask(two, b'noevents')
assert b'Disconnected, goodbye.' in close(two)
END
