#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What counts as a command: lines, blank lines, unfinished lines, opens without a write, many in one write.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_proxy
start_mount
sent() { # the commands that reached the switch since the last time, without those of eslfs's own
  grep -aoP '\tapi echo.*' "$WORK/wire" | sed 's/^\tapi //; s/\t.*//' | tr '\n' '|' || true
  : >"$WORK/wire"
}
file=$M/api/echo

note "open without a write, truncation: nothing"
: >"$file"
: >>"$file"
exec 3>"$file"
exec 3>&-
check truncate -s 0 "$file"
check "$PYTHON" -c 'import os, sys; os.close(os.open(sys.argv[1], os.O_WRONLY | os.O_TRUNC))' "$file"
check touch -c "$file"
same "" "$(sent)"

note "lines run in order"
printf '%s\n' 1 2 3 >"$file"
same "echo 1|echo 2|echo 3|" "$(sent)"
cat >"$file" <<<$'4\n5\n6'
same "echo 4|echo 5|echo 6|" "$(sent)"

note "an empty line is a command without arguments, after another it is ignored"
echo >"$file"
same "echo|" "$(sent)"
printf 'a\n\n' >"$file"
same "echo a|" "$(sent)"
printf 'a\n\n\nb\n' | cat >"$file"
same "echo a|echo b|" "$(sent)"

note "an unfinished line runs at the close"
printf 'no newline' >"$file"
same "echo no newline|" "$(sent)"

note "a line written in pieces"
{
  printf 'first '
  printf 'second '
  /bin/true
  printf 'third\n'
} >"$file"
same "echo first second third|" "$(sent)"
printf 'in pieces of three\n' | dd of="$file" bs=3 status=none
same "echo in pieces of three|" "$(sent)"
mkfifo "$WORK/go"
(
  printf 'hupall '
  read -r _ <"$WORK/go"
  printf 'NORMAL_CLEARING\n'
) | cat >"$file" &
half=$!
await grep -q '^wchar: [1-9]' "/proc/$half/io"
same "" "$(sent)" "half a line"
echo >"$WORK/go"
wait "$half"
same "echo hupall NORMAL_CLEARING|" "$(sent)"

note "one refusal ends the write there: what came before has run, what comes after does not"
channel
sent >/dev/null
status=0
printf '%s\n' "$u" no-such-channel "$u" >"$WORK/lines"
quick cat "$WORK/lines" >"$M/api/uuid_dump" 2>"$WORK/message" || status=$?
same 1 "$status" "cat's status"
contains "$(cat "$WORK/message")" "No such device or address"
same 2 "$(grep -aoc 'api uuid_dump' "$WORK/wire")" "dumps that the switch was asked for"

note "very long lines are refused, long ones are not"
big=$(printf '%0100000d' 7)
echo "$big" >"$file"
check grep -aqF "api echo $big" "$WORK/wire"
same E2BIG "$("$PYTHON" - "$file" <<'END'
import errno, os, sys
fd = os.open(sys.argv[1], os.O_WRONLY)
try:
    for _ in range(40):
        os.write(fd, b'x' * 65536)
except OSError as error:
    print(errno.errorcode[error.errno])
END
)"
