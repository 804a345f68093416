#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# outbound/accept: each call to exactly one reader; one that nobody reads goes on; none is lost.
. "$(dirname -- "$0")/outbound-lib.sh"

switch_and_mount
note "without -o outbound there is nothing to accept"
check_not eval 'exec 4<>"$M/outbound/accept"' 2>/dev/null
stop_mount

start_mount -o outbound=0
outbound_port
note "two readers share what comes, nothing twice"
for reader in 1 2; do
  sh -c 'while read -r uuid; do echo "$uuid"; done' <>"$M/outbound/accept" >"$WORK/accepted.$reader" &
done
for ((i = 0; i < 10; i++)); do send_call "async full"; done
all_are_accepted() {
  [ "$(cat "$WORK/accepted.1" "$WORK/accepted.2" | wc -l)" = 10 ]
}
await all_are_accepted
same 10 "$(sort -u "$WORK/accepted.1" "$WORK/accepted.2" | wc -l)" "different calls"
same "$(printf '%s\n' "${own_channels[@]}" | sort)" "$(sort "$WORK/accepted.1" "$WORK/accepted.2")"
for pid in $(jobs -p); do [ "$pid" = "$mount_pid" ] || [ "$pid" = "$sim_pid" ] || end_process "$pid"; done
note "the shells died: their calls are still there, here and in calls"
for u in "${own_channels[@]}"; do
  check test -d "$M/outbound/$u"
  check test -d "$M/calls/$u"
done
same OK "$(wrote "$M/outbound/$u/execute" 'set after=death\n')"

note "a reader that polled but never read leaves the call to the next"
send_call "async full"
quick "$PYTHON" - "$M/outbound/accept" <<'END'
import os, select, sys
fd = os.open(sys.argv[1], os.O_RDWR)
poll = select.poll()
poll.register(fd, select.POLLIN)
assert poll.poll()
END
exec 4<>"$M/outbound/accept"
read -r word <&4
same "$u" "$word"
exec 4>&-

note "no news within a timeout: the end of the file, and O_NONBLOCK"
exec 4<>"$M/outbound/accept"
echo "timeout 0" >&4
same_output "" cat <&4
exec 4>&-

note "what nobody reads goes on in the dialplan, whatever its mode"
send_call "async full"
async=$u
send_call ""
await went_on "$async"
await went_on "$u"
await test ! -e "$M/outbound/$async"
await test ! -e "$M/outbound/$u"

note "somebody else's connection is nobody's call"
quick "$PYTHON" - "$port" <<'END'
import socket, sys
for answer in (b'Event-Name: CHANNEL_DATA\nUnique-ID: no-such-channel\nContent-Type: command/reply\n'
               b'Reply-Text: %2BOK%0A\nSocket-Mode: async\nControl: full\n\n',
               b'Content-Type: command/reply\nReply-Text: +OK\n\n', b'HTTP/1.1 400\n\n', b''):
    peer = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
    assert peer.recv(100) == b'connect\n\n'
    peer.sendall(answer)
    if not answer:
        continue
    while peer.recv(100):
        if answer.startswith(b'Event'):
            break
    peer.close()
END
check_not test -e "$M/outbound/no-such-channel"
check_not test -e "$M/calls/no-such-channel"
