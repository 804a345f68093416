#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Strangers in numbers keep no call from the outbound port, nor does the want of descriptors; the log stays short.
# live: no, the port is the mount's own; the switch has no part in it
. "$(dirname -- "$0")/outbound-lib.sh"

cat >"$WORK/limited" <<END
#!/bin/bash
ulimit -n \$(cat "$WORK/limit")
exec "$ESLFS" "\$@"
END
chmod +x "$WORK/limited"
ESLFS=$WORK/limited
start_switch
mkfifo "$WORK/silence"
exec 6<>"$WORK/silence"

note "1,000 idle connections, five times what the mount's descriptors allow"
echo 400 >"$WORK/limit"
start_mount -o outbound=0
outbound_port
"$PYTHON" "$CASES/liar.py" idle "$port" 1000 "$WORK/all.open" <&6 &
await test -e "$WORK/all.open"
exec 4<>"$M/outbound/accept"
send_call "async full"
read -r -t "$PATIENCE" word <&4
same "$u" "$word"
same OK "$(wrote "$M/outbound/$u/execute" 'set mine=yes\n')"
check test "$(wc -l <"$WORK/eslfs.out")" -lt 10
exec 4<&-
stop_mount

note "no descriptor is left: accepted later, said once"
echo 40 >"$WORK/limit"
start_mount -o outbound=0
outbound_port
paused() {
  grep -q '^listen.*paused' "$M/eslfs/connection"
}
quick "$PYTHON" - "$M" "$port" <<'END'
import os, socket, sys
mount, port = sys.argv[1], int(sys.argv[2])
raws = []
try:
    while True:
        raws.append(os.open(mount + '/esl', os.O_RDWR))
        os.write(raws[-1], b'api version\n\n')
        os.read(raws[-1], 10)
except OSError:
    pass
peers = [socket.create_connection(('127.0.0.1', port)) for _ in range(8)]
def paused():
    with open(mount + '/eslfs/connection', encoding='utf-8') as table:
        return any(line.startswith('listen') and 'paused' in line for line in table)
while not paused():
    pass
for raw in raws:
    os.close(raw)
assert peers[-1].recv(9, socket.MSG_WAITALL) == b'connect\n\n'
END
same 1 "$(grep -c "can't accept outbound calls" "$WORK/eslfs.out")"
exec 4<>"$M/outbound/accept"
await not paused
send_call "async full"
read -r -t "$PATIENCE" word <&4
same "$u" "$word"
