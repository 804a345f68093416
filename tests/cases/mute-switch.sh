#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A switch that takes the login and then says nothing: the mount fails in time and says why; what it said before is shown without its control bytes.
# live: no, the switch is an evil one
. "$(dirname -- "$0")/lib.sh"

cat >"$WORK/evil.py" <<'END'
import os, socketserver, sys
class Evil(socketserver.StreamRequestHandler):
    def handle(self):
        if sys.argv[2] == 'rude':
            self.wfile.write(b'Content-Type: text/rude-rejection\nContent-Length: 14\n\n\x1b]0;owned\x07 no\n')
            return
        self.wfile.write(b'Content-Type: auth/request\n\n')
        for line in self.rfile:
            if line.startswith(b'auth ') or (sys.argv[2] == 'deaf' and line.startswith(b'event ')):
                self.wfile.write(b'Content-Type: command/reply\nReply-Text: +OK accepted\n\n')
class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
with Server(('127.0.0.1', 0), Evil) as server:
    with open(sys.argv[1] + '.new', 'w') as file:
        print(server.server_address[1], file=file)
    os.rename(sys.argv[1] + '.new', sys.argv[1])
    server.serve_forever()
END
mkdir -p "$M"
mount_fails() { # HOW STATUS: the evil server's way, and how the mount ends; sets said
  local status=0 evil
  rm -f "$WORK/evil.port"
  "$PYTHON" "$WORK/evil.py" "$WORK/evil.port" "$1" &
  evil=$!
  await test -s "$WORK/evil.port"
  ESL_PASSWORD=x quick "$ESLFS" "127.0.0.1:$(cat "$WORK/evil.port")" "$M" -o connect_timeout=1000,query_timeout=50 >"$WORK/said" 2>&1 || status=$?
  end_process "$evil"
  check test "$status" -ne 124
  same "$2" "$status" "the exit status"
  check_not is_mounted "$M"
  said=$(cat "$WORK/said")
}
mount_fails mute 75
contains "$said" "did not answer the subscription to its events within 1000 ms"

mount_fails deaf 75
contains "$said" "was not answered in time"

mount_fails rude 77
check grep -qF '\0033]0;owned\0007 no' "$WORK/said"
check_not grep -q "$(printf '\033')" "$WORK/said"
