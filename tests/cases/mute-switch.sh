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
            if line.startswith(b'auth '):
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
mount_fails() { # HOW: the evil server's; sets said
  local status=0 evil
  rm -f "$WORK/evil.port"
  "$PYTHON" "$WORK/evil.py" "$WORK/evil.port" "$1" &
  evil=$!
  await test -s "$WORK/evil.port"
  ESL_PASSWORD=x quick "$ESLFS" "127.0.0.1:$(cat "$WORK/evil.port")" "$M" -o connect_timeout=1000 >"$WORK/said" 2>&1 || status=$?
  end_process "$evil"
  check test "$status" -ne 0
  check test "$status" -ne 124
  check_not is_mounted "$M"
  said=$(cat "$WORK/said")
}
mount_fails mute
contains "$said" "did not answer the subscription to its events within 1000 ms"

mount_fails rude
check grep -qF '\0033]0;owned\0007 no' "$WORK/said"
check_not grep -q "$(printf '\033')" "$WORK/said"
