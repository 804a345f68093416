#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Readers that are opened and killed, by the thousand, leave nothing behind.
. "$(dirname -- "$0")/lib.sh"

# Freed memory is to be used again, not kept for the sake of its reports.
export ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=1
start_switch
start_mount -o event_buffer=64K
count=10000
[ "${ESLFS_SOAK-}" != short ] || count=600
channel
export M u
resident() { # KiB
  awk '/^VmRSS/ { print $2 }' "/proc/$mount_pid/status"
}
open_files() {
  find "/proc/$mount_pid/fd" -type l | wc -l
}
# In blocks of 50: all open and blocked, then killed.
block() {
  "$PYTHON" - "$1" <<'END'
import os, signal, sys
M, u = os.environ['M'], os.environ['u']
names = ['events', 'events.json', f'calls/{u}/callstate', 'eslfs/connection', 'api/msleep', 'events.json', f'calls/{u}/vars', 'channels']
children = []
for i in range(int(sys.argv[1])):
    ready, done = os.pipe()
    pid = os.fork()
    if pid == 0:
        name = names[i % len(names)]
        live = name not in (f'calls/{u}/vars', 'channels')
        fd = os.open(f'{M}/{name}', os.O_RDWR if live else os.O_RDONLY)
        if name == 'api/msleep':
            os.write(fd, b'10\n')
        os.write(done, b'x')
        while live or os.read(fd, 65536):
            os.read(fd, 65536)
        os.kill(os.getpid(), signal.SIGSTOP)
    os.close(done)
    os.read(ready, 1)
    os.close(ready)
    children.append(pid)
for pid in children:
    os.kill(pid, signal.SIGKILL)
for pid in children:
    os.waitpid(pid, 0)
END
}
block 50
block 50
files=$(open_files)
before=$(resident)
for ((done = 0; done < count; done += 50)); do
  block 50 || fail "after $done readers"
done
after=$(resident)
note "$count readers: $before KiB before, $after KiB after"
# It keeps a few idle connections for commands.
check test "$(open_files)" -le "$((files + 8))"
# Leaks are reported at the end; here it is a cost per reader that must not be.
check test "$((after - before))" -lt "$((count + 8000))"
check test -s "$M/README"
same OK "$(wrote "$M/api/echo" 'x\n')"
