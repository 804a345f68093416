#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C15 disconnect: closing the open, unmounting, and exit written to outbound/<uuid>/ctl.
. "$(dirname -- "$0")/outbound-lib.sh"

switch_and_mount -o outbound=0
outbound_port
established() { # LOCAL ADDRESS, as eslfs/connection has it
  "$PYTHON" - "$1" <<'END'
import socket, struct, sys
host, port = sys.argv[1].rsplit(':', 1)
wanted = '%08X:%04X' % (struct.unpack('=I', socket.inet_aton(host))[0], int(port))
lines = [line.split() for line in open('/proc/net/tcp')]
sys.exit(not any(line[1] == wanted and line[3] == '01' for line in lines))
END
}
address() { # ROLE
  awk -F '\t' -v role="$1" '$1 == role { print $3; exit }' "$M/eslfs/connection"
}

note "an open of esl"
exec 3<>"$M/esl"
printf 'api uptime\n\n' >&3
quick head -n 1 <&3 >/dev/null
own=$(address esl)
check established "$own"
exec 3>&-
await not established "$own"

note "exit, and the call goes on: an async socket first lets go of it"
exec 4<>"$M/outbound/accept"
send_call "async full"
read -r accepted <&4
same "$u" "$accepted"
check test -d "$M/outbound/$u"
printf '%s\n' resume exit >"$M/outbound/$u/ctl"
await test ! -e "$M/outbound/$u"
await went_on "$u"
check test -d "$M/calls/$u"
exec 4>&-

note "umount"
events=$(address events)
check established "$events"
stop_mount
check_not established "$events"
same true "$(switch_api uuid_exists "$u")" "a call outlives the mount"
