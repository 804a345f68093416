#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A command's status is the write's: killing a call, refusals, their text in errors and in the file.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
check eval 'echo "$u" >"$M/api/uuid_kill"'
await test ! -e "$M/calls/$u"

note "refused"
status=0
message=$( (echo "$u" >"$M/api/uuid_kill") 2>&1) || status=$?
check test "$status" -ne 0
contains "$message" "No such device or address"
contains "$(cat "$M/api/uuid_kill")" "-ERR No such channel!"
errors=$(grep -F "api/uuid_kill" "$M/eslfs/errors" | tail -n 1)
contains "$errors" "$u"
contains "$errors" "-ERR No such channel!"
contains "$errors" "uid $(id -u)"

note "unknown command, bad arguments, output and no output"
same EOPNOTSUPP "$(wrote "$M/api/no_such_command_at_all" 'x\n')"
same EINVAL "$(wrote "$M/api/uuid_setvar" '\n')"
same OK "$(wrote "$M/api/echo" 'the words\n')"
contains "$(cat "$M/api/echo")" "the words"
same OK "$(wrote "$M/api/echo" '\n')" "a command whose output is empty"
same "" "$(cat "$M/api/echo")"

note "another file's reply is not this one's, and before any there is a usage line"
contains "$(cat "$M/api/hostname")" "usage: hostname"

note "the commands of the switch are listed"
check grep -qx uuid_kill <(ls "$M/api")
check grep -qx status <(ls "$M/api")

note "tee, cat >, >>, dd and cp write as echo does"
echo a1 | tee "$M/api/echo" >/dev/null
same a1 "$(cat "$M/api/echo")"
cat >"$M/api/echo" <<<a2
same a2 "$(cat "$M/api/echo")"
echo a3 >>"$M/api/echo"
same a3 "$(cat "$M/api/echo")"
echo a4 | dd of="$M/api/echo" status=none
same a4 "$(cat "$M/api/echo")"
echo a5 >"$WORK/a5"
cp "$WORK/a5" "$M/api/echo"
same a5 "$(cat "$M/api/echo")"
dash -c 'echo a6 >"$1"' - "$M/api/echo"
same a6 "$(cat "$M/api/echo")"
check_not dash -c 'echo no-such-uuid >"$1"' - "$M/api/uuid_kill"
