#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# No process that holds the password can be looked into or leaves a core: the one at the prompt, the one that waits, the daemon.
# live: no, the switch must not answer
. "$(dirname -- "$0")/lib.sh"

release_build
install -m 755 "$RELEASE/src/eslfs" "$WORK/eslfs"
user=$(id -u)
as_user() {
  if [ "$(id -u)" -ne 0 ]; then
    exec "$@"
  fi
  exec setpriv --reuid 12345 --regid 12345 --clear-groups -- "$@"
}
# A process that isn't dumpable has files of root in /proc, whoever runs it.
is_guarded() { # PID
  [ "$(stat -c %u "/proc/$1/environ")" = 0 ] && grep -qxE "Uid:.$2.*" "/proc/$1/status"
}
# It is eslfs, and has forked.
waits() { # PID
  [ "$(cat "/proc/$1/comm")" = eslfs ] || return 1
  child=$(tr -d ' ' 2>/dev/null <"/proc/$1/task/$1/children") && [ -n "$child" ]
}
if [ "$user" -eq 0 ]; then
  chmod 711 "$WORK"
  (as_user test -x "$WORK/eslfs") || skip "other users can't come to $WORK"
  user=12345
fi

note "a switch that takes connections and says nothing"
"$PYTHON" - "$WORK/port" <<'END' &
import os, signal, socket, sys
server = socket.create_server(('127.0.0.1', 0))
with open(sys.argv[1] + '.new', 'w') as file:
    file.write(str(server.getsockname()[1]))
os.rename(sys.argv[1] + '.new', sys.argv[1])
signal.pause()
END
await test -s "$WORK/port"
HOST=127.0.0.1 PORT=$(cat "$WORK/port") PASSWORD=secret
mkdir -p "$M" "$WORK/cores"
chmod 777 "$WORK/cores"
ulimit -c unlimited 2>/dev/null || note "cores can't be had here"

cd "$WORK/cores"
(ESL_PASSWORD=$PASSWORD as_user "$WORK/eslfs" -o connect_timeout=3600000 "$HOST:$PORT" "$M") >"$WORK/said" 2>&1 &
parent=$!
await waits "$parent"
note "the parent and the child"
check is_guarded "$parent" "$user"
check is_guarded "$child" "$user"
if command -v gcore >/dev/null; then
  check_not eval '(as_user gcore -o "$WORK/cores/taken" "$parent")' >/dev/null 2>&1
fi
kill -ABRT "$child" "$parent"
status=0
wait "$parent" || status=$?
same 134 "$status" "the parent's status"
same "" "$(ls "$WORK/cores")" "the cores"
cd "$WORK"

note "the one that asks"
"$PYTHON" - "$WORK/eslfs" "$HOST:$PORT" "$M" "$user" <<'END'
import os, pty, sys
eslfs, target, mount, user = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    if os.getuid() == 0:
        os.setresgid(12345, 12345, 12345)
        os.setresuid(12345, 12345, 12345)
    os.execv(eslfs, [eslfs, target, mount])
seen = b''
while b'Password of' not in seen:
    seen += os.read(terminal, 1000)
assert os.stat(f'/proc/{pid}/environ').st_uid == 0
os.close(terminal)
os.waitpid(pid, 0)
END
