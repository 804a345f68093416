#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A slow command in one shell delays nobody else, and Ctrl-C ends it at once.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
# A background job of a script ignores SIGINT; a shell at a terminal does not.
sleeper() { # MS
  env --default-signal=INT bash -c 'echo "$1" >"$2"' - "$1" "$M/api/msleep" 2>/dev/null &
}
is_asked() { # COUNT: so many commands are under way
  [ "$(awk -F '\t' '$6 == "1" { n++ } END { print n + 0 }' "$M/eslfs/connection")" -ge "$1" ]
}
sleeper 60000
first=$!
sleeper 60000
second=$!
await is_asked 2

note "others are not delayed"
quick cat "$M/calls/$u/vars" >"$WORK/vars"
check grep -q "^uuid=$u" "$WORK/vars"
quick ls -l "$M" "$M/calls" "$M/calls/$u" >/dev/null
quick cat "$M/calls/$u/callstate" >/dev/null
same OK "$(wrote "$M/api/echo" 'in the meantime\n')"
for i in $(seq 12); do
  check eval 'echo "$i" >"$M/calls/$u/var/x"'
done
check runs "$first"
check runs "$second"

note "Ctrl-C"
kill -INT "$first"
await not runs "$first"
check runs "$second"
note "kill -9"
kill -KILL "$second"
await not runs "$second"
same OK "$(wrote "$M/api/echo" 'and afterwards\n')"

note "the same for a read that waits for the switch's answer to a conversation"
exec 3<>"$M/api/msleep"
echo 60000 >&3
env --default-signal=INT cat <&3 &
reader=$!
exec 3>&-
await is_asked 3
kill -INT "$reader"
await not runs "$reader"
