#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# log: grows, is live at a level and for a channel of one's own; a call's own log; nobody pays unread.
. "$(dirname -- "$0")/lib.sh"

has_log_connection() {
  grep -q '^log	.*	ready	' "$M/eslfs/connection"
}

holds() { # FILE TEXT
  grep -qsF -- "$2" "$1"
}

switch_and_mount
note "looking about opens no log connection"
check ls -l "$M/log" >/dev/null
check_not has_log_connection

note "nor does an open for writing, and it leaves nothing behind"
: >"$M/log"
check_not eval 'echo info >"$M/log"' 2>/dev/null
check_not has_log_connection

note "the growing file, from the first open on"
tail -n +1 -s 0.1 -f "$M/log" >"$WORK/followed" &
tail_pid=$!
await has_log_connection
echo "warning first-line" >"$M/api/log"
await holds "$WORK/followed" first-line
check holds "$M/log" first-line
end_process "$tail_pid"
note "and between two looks"
echo "err between-two-looks" >"$M/api/log"
await holds "$M/log" between-two-looks
size=$(wc -c <"$M/log")
quick cat "$M/log" >"$WORK/whole"
same "$size" "$(stat -c %s "$WORK/whole")" "size of the log"

note "live: each reader its own level and channel"
channel
reader all "$M/log"
reader grave "$M/log" "err"
reader mine "$M/log" "7 $u"
reader back "$M/log" "uuid $u" "uuid" "3"
echo "warning second-line" >"$M/api/log"
echo "log WARNING about-this-call" >"$M/calls/$u/execute"
await holds "$WORK/all" about-this-call
echo "err third-line" >"$M/api/log"
for name in all grave back; do await holds "$WORK/$name" third-line; done
check holds "$WORK/all" second-line
check_not holds "$WORK/grave" second-line
check_not holds "$WORK/back" about-this-call
await holds "$WORK/mine" about-this-call
check_not holds "$WORK/mine" second-line
check_not holds "$WORK/all" first-line
for name in all grave mine back; do stop_reader "$name"; done

note "a call's own log: what is there, and live to its end"
check holds "$M/calls/$u/log" about-this-call
check_not holds "$M/calls/$u/log" second-line
cat <>"$M/calls/$u/log" >"$WORK/own" &
own=$!
echo "log ERR the-last-word" >"$M/calls/$u/execute"
await holds "$WORK/own" the-last-word
hang_up "$u"
await not runs "$own"
check_not holds "$WORK/own" third-line

note "timeout, and lines that say nothing"
exec 3<>"$M/log"
echo "timeout 0" >&3
same_output "" cat <&3

note "timeout 0 reads all that is there, however much of it is not wanted"
# shellcheck disable=SC2094  # two opens of a stream
exec 4<>"$M/log" 5<"$M/log" # (the growing file makes the switch send all levels)
printf '%s\n' "timeout 0" err >&3
echo err >&4
for ((i = 0; i < 4200; i++)); do echo "debug nobody-wants-$i"; done >"$M/api/log"
echo "err the-wanted-word" >"$M/api/log"
read -r line <&4
contains "$line" the-wanted-word
contains_output the-wanted-word cat <&3
exec 4>&- 5<&-

for line in 8 loud "" "7 " uuid\ ; do
  check_not eval 'echo "$line" >&3' 2>/dev/null
done
exec 3>&-
