#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What was written to a file of var/ is what is read there next, however many others read and write that call's variables meanwhile.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount -o vars_ttl=60000
channel
check quick "$PYTHON" - "$M/calls/$u/var" <<'END_OF_PROGRAM'
import os, sys
children = []
for writer in range(8):
    pid = os.fork()
    if pid == 0:
        path = f'{sys.argv[1]}/name_{writer}'
        for i in range(100):
            with open(path, 'wb', 0) as file:
                file.write(b'%d' % i)
            with open(path, 'rb', 0) as file:
                got = file.read()
            if got != b'%d\n' % i:
                print(f'{path}: wrote {i}, read {got}', file=sys.stderr)
                os._exit(1)
        os._exit(0)
    children.append(pid)
sys.exit(max(os.waitpid(pid, 0)[1] for pid in children) and 1)
END_OF_PROGRAM
