#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Without -f: the prompt comes back when the mount is usable; the daemon needs no terminal and no directory.
. "$(dirname -- "$0")/lib.sh"

start_switch
mkdir -p "$M" "$WORK/here"
export ESL_PASSWORD=$PASSWORD
check start_daemon "$HOST:$PORT" "$M"
same "" "$(cat "$WORK/said")" "what a mount that works says"
note "usable at once"
check test -s "$M/README"
check quick ls "$M/calls" >/dev/null
same OK "$(wrote "$M/api/echo" 'x\n')"
check fusermount3 -u "$M"
daemon_ends

note "a relative directory, and the working directory stays free"
cd "$WORK/here"
mkdir there
check start_daemon "$HOST:$PORT" there
cd /
check test -s "$WORK/here/there/README"
check fusermount3 -u "$WORK/here/there"
daemon_ends
check rmdir "$WORK/here/there" "$WORK/here"

note "-o retry mounts a switch that is not there yet"
check start_daemon -o retry 127.0.0.1:1 "$M"
check grep -qx 'connected no' "$M/eslfs/connection"
check fusermount3 -u "$M"
daemon_ends

note "--help, --version"
contains "$("$ESLFS" --help)" password_file
contains "$("$ESLFS" --version)" "eslfs "
