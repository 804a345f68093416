#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# An inherited listening socket; diverted events; outbound sockets and esl end with the link, accept stays.
. "$(dirname -- "$0")/outbound-lib.sh"

cat >"$WORK/activate" <<END
#!$PYTHON
import os, socket, sys
listener = socket.create_server(('127.0.0.1', 0))
os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1')
os.execv('$ESLFS', ['eslfs'] + sys.argv[1:])
END
chmod +x "$WORK/activate"
ESLFS=$WORK/activate

start_switch
start_proxy
note "as a service manager starts it"
start_mount
outbound_port
exec 4<>"$M/outbound/accept"
send_call "async full"
read -r word <&4
same "$u" "$word"

note "diverted events come over the call's socket, and are in the stream all the same"
same OK "$(wrote "$M/outbound/$u/ctl" 'divert_events on\n')"
reader live "$M/events.json" "event json DTMF"
echo "$u 42" >"$M/api/uuid_recv_dtmf"
both_digits() {
  [ "$(grep -c '"DTMF-Digit"' "$WORK/live")" = 2 ] && [ "$(wc -l <"$M/outbound/$u/dtmf")" = 2 ]
}
await both_digits
stop_reader live

note "the link is lost"
exec 5<>"$M/esl"
printf 'api echo x\n\n' >&5
read -r word <&5
cut_wire
await test ! -e "$M/outbound/$u"
quick cat <&5 >"$WORK/rest"
echo "timeout 0" >&4
same_output "" cat <&4
mend_wire
await is_up
note "and back: the next call comes to the same reader"
echo "timeout -1" >&4
send_call "full"
read -r word <&4
same "$u" "$word"
