#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Many writers of one file: each finds it, none waits for another, and no program sees how they are kept apart.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
under_way() { # COUNT
  [ "$(awk -F '\t' '$6 == "1" { n++ } END { print n + 0 }' "$M/eslfs/connection")" -ge "$1" ]
}

note "40 threads open one control 300 times each, and write: no error"
quick "$PYTHON" - "$M/api/echo" <<'END'
import os, sys, threading
failed, inodes = [], set()


def work():
    for _ in range(300):
        try:
            fd = os.open(sys.argv[1], os.O_WRONLY)
            inodes.add(os.fstat(fd).st_ino)
            os.write(fd, b'x\n')
            os.close(fd)
        except OSError as error:
            failed.append(error)


threads = [threading.Thread(target=work) for _ in range(40)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failed, (len(failed), failed[0])
assert len(inodes) == 1, inodes
END

note "three shells that open it before any of them writes"
pids=()
mkfifo "$WORK/go"
exec 4<>"$WORK/go"
for i in 1 2 3; do
  bash -c 'exec 3>"$1"; : >"$2"; read -r _ <&4; echo 2000 >&3' - "$M/api/msleep" "$WORK/open.$i" &
  pids+=($!)
done
await test -e "$WORK/open.1" -a -e "$WORK/open.2" -a -e "$WORK/open.3"
printf '\n\n\n' >&4
await under_way 3
for pid in "${pids[@]}"; do
  check wait "$pid"
done

note "a look-up long before the open: the name, and then the open file itself"
quick "$PYTHON" - "$M/api/msleep" <<'END' &
import os, sys, threading
place = os.open(sys.argv[1], os.O_PATH)
first = os.open(sys.argv[1], os.O_WRONLY)
second = os.open(f'/proc/self/fd/{place}', os.O_WRONLY)
assert os.fstat(first).st_ino == os.fstat(second).st_ino
third = os.open(sys.argv[1], os.O_WRONLY)
threads = [threading.Thread(target=os.write, args=(fd, b'2000\n')) for fd in (first, third)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
END
python=$!
await under_way 2
check wait "$python"

note "/dev/fd, whose walk cannot look up anew"
exec 3>"$M/api/echo"
echo of tee | quick tee /dev/fd/3 >/dev/null
same "of tee" "$(cat "$M/api/echo")"
exec 3>&-

note "a writer that waits can be killed"
bash -c 'echo 60000 >"$1"' - "$M/api/msleep" &
first=$!
await under_way 1
bash -c 'echo 60000 >"$1"' - "$M/api/msleep" &
second=$!
await under_way 2
kill -KILL "$second"
wait "$second" 2>/dev/null || true
check runs "$first"
kill -KILL "$first"
wait "$first" 2>/dev/null || true

note "a control of a call that is gone"
channel
cd "$M/calls/$u"
check test -w hangup
hang_up "$u"
contains "$( (echo >hangup) 2>&1)" ": No such "
cd "$WORK"
check_not test -e "$M/calls/$u/hangup"
