#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A mount that fails says why and what to do, with a status of its own, and gives the prompt back: refused, password, ACL, garbage, silence, directory.
# live: no, it needs switches that misbehave
. "$(dirname -- "$0")/lib.sh"

start_switch
mkdir -p "$M"
export ESL_PASSWORD=$PASSWORD
# fails STATUS TEXT ARGUMENT...
fails() {
  local expected=$1 text=$2 status=0
  shift 2
  start_daemon "$@" || status=$?
  same "$expected" "$status" "status of eslfs $*: $(cat "$WORK/said")"
  contains "$(cat "$WORK/said")" "$text" "what eslfs said"
  check_not is_mounted "$M"
  daemon_ends
}
# peer TEXT: something else listens and says TEXT; sets peer_port.
peer() {
  rm -f "$WORK/peer.port"
  "$PYTHON" - "$WORK/peer.port" "$1" <<'END' &
import codecs, os, socket, sys
server = socket.create_server(('127.0.0.1', 0))
open(sys.argv[1] + '.new', 'w').write(str(server.getsockname()[1]))
os.rename(sys.argv[1] + '.new', sys.argv[1])
held = []
while True:
    there, _ = server.accept()
    there.sendall(codecs.escape_decode(sys.argv[2])[0])
    held.append(there)
END
  await test -s "$WORK/peer.port"
  peer_port=$(cat "$WORK/peer.port")
}

fails 69 "refused" 127.0.0.1:1 "$M"
contains "$(cat "$WORK/said")" "Is FreeSWITCH running"
ESL_PASSWORD=wrong fails 78 "password" "$HOST:$PORT" "$M"
contains "$(cat "$WORK/said")" "event_socket.conf.xml"
same 1 "$(grep -o "$HOST:$PORT" "$WORK/said" | wc -l)" "how often the address is said"
peer 'Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n'
fails 77 "apply-inbound-acl" "127.0.0.1:$peer_port" "$M"
peer 'HTTP/1.1 400 Bad Request\r\n\r\n'
fails 69 "no FreeSWITCH event socket" "127.0.0.1:$peer_port" "$M"
peer 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'
fails 69 "no FreeSWITCH event socket" "127.0.0.1:$peer_port" "$M"
peer ''
fails 75 "firewall" -o connect_timeout=300 "127.0.0.1:$peer_port" "$M"
fails 69 "" no-such-host.invalid "$M"

note "the directory"
fails 64 "mkdir -p" "$HOST:$PORT" "$WORK/nowhere"
echo file >"$WORK/file"
fails 64 "no directory" "$HOST:$PORT" "$WORK/file"
check_not grep -q "mkdir" "$WORK/said"

note "the command line"
fails 64 "" "$HOST:$PORT"
fails 64 "port" "$HOST:99999999" "$M"
fails 64 "event_buffer" -o event_buffer=lots "$HOST:$PORT" "$M"
fails 64 "password_file" -o password_file= "$HOST:$PORT" "$M"
fails 64 "no such option" -o no_such_option_of_libfuse "$HOST:$PORT" "$M"
fails 64 "" --no-such-switch "$HOST:$PORT" "$M"
