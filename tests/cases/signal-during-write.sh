#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A signal in the middle of a write runs nothing twice: dash with SIGCHLD, Python with SIGALRM.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_proxy
start_mount
: >"$WORK/wire"
asked() {
  grep -acP '\tapi msleep' "$WORK/wire" || true
}

note "dash, a background job of which ends"
mkfifo "$WORK/go"
quick dash -c '(read -r _ <"$2") & echo 1500 >"$1"' - "$M/api/msleep" "$WORK/go" &
shell=$!
is_asked() {
  [ "$(asked)" -ge 1 ]
}
await is_asked
echo >"$WORK/go"
check wait "$shell"
same 1 "$(asked)" "commands sent"

note "bash, a background job of which ends: its echo doesn't fail"
: >"$WORK/wire"
quick bash -c '(read -r _ <"$2") & echo 1500 >"$1"' - "$M/api/msleep" "$WORK/go" &
shell=$!
await is_asked
echo >"$WORK/go"
check wait "$shell"
same 1 "$(asked)" "commands sent"

note "but one that is killed after that is let go of"
: >"$WORK/wire"
quick bash -c '(read -r _ <"$2") & echo "$BASHPID" >"$3"; echo 60000 >"$1"' - \
  "$M/api/msleep" "$WORK/go" "$WORK/pid" &
shell=$!
await is_asked
echo >"$WORK/go"
has_child_signal() {
  awk '/^ShdPnd/ { exit !(substr($2, 12, 1) % 2) }' "/proc/$(cat "$WORK/pid")/status"
}
await has_child_signal
kill -TERM "$(cat "$WORK/pid")"
check_not wait "$shell"

note "Python, with an alarm that does nothing"
: >"$WORK/wire"
quick "$PYTHON" - "$M/api/msleep" <<'END'
import os, signal, sys
signal.signal(signal.SIGALRM, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
fd = os.open(sys.argv[1], os.O_WRONLY)
assert os.write(fd, b'1500\n') == 5
signal.setitimer(signal.ITIMER_REAL, 0)
os.close(fd)
END
same 1 "$(asked)" "commands sent"

note "a refused write that Python's close repeats"
: >"$WORK/wire"
quick "$PYTHON" - "$M/api/uuid_dump" <<'END'
import sys
file = open(sys.argv[1], 'w')
file.write('no-such-channel\n')
for last in (False, True):
    try:
        file.close() if last else file.flush()
        assert last, 'the refusal was not told'
    except OSError as error:
        assert error.errno == 6, error
END
same 1 "$(grep -acP '\tapi uuid_dump' "$WORK/wire")" "commands sent"

note "the same command meant twice runs twice"
: >"$WORK/wire"
{
  echo 1
  echo 1
} >"$M/api/msleep"
echo 1 >"$M/api/msleep"
same 3 "$(asked)" "commands sent"
