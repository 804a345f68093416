#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Half a command is never run: a writer that is killed or exits in mid-line, a pipe that is cut in mid-line.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_proxy
start_mount
sent() { # the commands that reached the switch since the last time
  grep -aoP '\tapi (echo|msleep).*' "$WORK/wire" | sed 's/^\tapi //; s/\t.*//' | tr '\n' '|' || true
  : >"$WORK/wire"
}
last() { tail -n 1 "$M/eslfs/errors"; }
told() { [[ $(last) == *"$1"* ]]; }
file=$M/api/echo

note "all of a living writer's text, without a newline: run at its close, in however many writes"
printf 'no newline' >"$file"
same "echo no newline|" "$(sent)"
printf 'in pieces of three' | dd of="$file" bs=3 status=none
same "echo in pieces of three|" "$(sent)"
check_not quick head -c 10 <<<$'abc\nabc\nabcdef' >"$file"
same $'echo abc|echo abc|' "$(sent)" "the whole lines of head -c 10"
quick head -c 10 /dev/zero | tr '\0' x >"$file"
same "echo xxxxxxxxxx|" "$(sent)"
check "$PYTHON" -c 'import sys; open(sys.argv[1], "w").write("of python")' "$file"
same "echo of python|" "$(sent)"
check dash -c 'printf "of dash" >"$1"' - "$file"
same "echo of dash|" "$(sent)"

note "a pipe that is cut in mid-line: the rest is not run, its writer is told, and so is eslfs/errors"
printf 'null/49123\nnull/491' >"$WORK/cut"
check_not quick cat "$WORK/cut" 2>"$WORK/said" >"$file"
contains "$(cat "$WORK/said")" "Invalid argument"
same "echo null/49123|" "$(sent)"
await told "null/491	-ERR it had no newline"
for ((i = 0; i < 460; i++)); do echo null/49123; done >"$WORK/many"
check_not quick head -c 5000 "$WORK/many" 2>/dev/null >"$file"
same 454 "$(sent | tr '|' '\n' | grep -cx 'echo null/49123')"
same "" "$(sent)"

note "a writer that is killed in mid-line"
"$PYTHON" -c 'import os, signal, sys
os.write(os.open(sys.argv[1], os.O_WRONLY), b"null/49123")
os.kill(os.getpid(), signal.SIGKILL)' "$file" || true
await told "null/49123	-ERR its writer ended"
same "" "$(sent)"

note "a writer that exits in mid-line, with the close left to the kernel: it does not wait for an answer either"
quick "$PYTHON" -c 'import os, sys
os.write(os.open(sys.argv[1], os.O_WRONLY), b"60000")' "$M/api/msleep"
await told "60000	-ERR its writer ended"
same "" "$(sent)"

note "bash closes its duplicate after each builtin, which is a close by a living writer"
bash -c 'exec 3>"$1"; printf "of bash" >&3; exit' - "$file"
same "echo of bash|" "$(sent)"

note "what another process with the same open writes then is a line of its own"
{
  "$PYTHON" -c 'import os; os.write(1, b"null/4")'
  echo whole
} >"$file"
same "echo whole|" "$(sent)"

note "a block whose writer dies, or that has no blank line"
"$PYTHON" -c 'import os, sys
os.write(os.open(sys.argv[1], os.O_WRONLY), b"CUSTOM\nEvent-Subclass: test::half\n\nbod")
os._exit(0)' "$M/sendevent"
await told "writer ended"
printf 'CUSTOM\nEvent-Subclass: test::half\n' >"$M/sendevent"
await told "no blank line"
check_not grep -q test::half "$M/events"
