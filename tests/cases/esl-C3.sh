#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C3 socketDescriptor: eslfs/connection has each connection's descriptor and both addresses.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
await is_up
exec 3<>"$M/esl" 4<>"$M/log"
printf 'api uptime\n\n' >&3
quick head -n 1 <&3 >/dev/null
has_log() { grep -q '^log	.*	ready	' "$M/eslfs/connection"; }
await has_log
echo >"$M/api/version"
"$PYTHON" - "$M/eslfs/connection" "$mount_pid" "$HOST" "$PORT" <<'END'
import os, re, socket, struct, sys

path, pid, host, port = sys.argv[1:]


def tcp_sockets():
    """inode -> (local, remote), of IPv4 as the kernel lists them."""
    found = {}
    with open('/proc/net/tcp') as table:
        for line in list(table)[1:]:
            words = line.split()
            found[words[9]] = tuple(
                '%s:%d' % (socket.inet_ntoa(struct.pack('=I', int(address, 16))), int(number, 16))
                for address, number in (end.split(':') for end in words[1:3]))
    return found


lines = open(path).read().split('\n')
at = lines.index('role\tfd\tlocal\tremote\tstate\toutstanding')
rows = [line.split('\t') for line in lines[at + 1:] if line]
roles = [row[0] for row in rows]
assert set(roles) == {'events', 'read', 'write', 'log', 'esl'}, roles
assert roles.count('events') == roles.count('log') == roles.count('esl') == 1, roles
sockets = tcp_sockets()
for role, fd, local, remote, state, outstanding in rows:
    inode = re.fullmatch(r'socket:\[(\d+)\]', os.readlink(f'/proc/{pid}/fd/{fd}')).group(1)
    assert sockets[inode] == (local, remote), (role, sockets[inode], local, remote)
    assert remote == f'{host}:{port}', remote
    assert state == 'ready' and outstanding == '0', (role, state, outstanding)
# All of them, and no others.
theirs = [os.readlink(f'/proc/{pid}/fd/{fd}') for fd in os.listdir(f'/proc/{pid}/fd')]
ours = [inode for inode in sockets if f'socket:[{inode}]' in theirs]
assert len(ours) == len(rows), (len(ours), len(rows))
END
exec 3>&- 4>&-
note "a connection that is closed is gone from it"
gone() { ! grep -q '^esl	' "$M/eslfs/connection"; }
await gone
