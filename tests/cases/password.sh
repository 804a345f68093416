#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The password: from a file that others can't read, or the environment; never seen in ps, environ, /proc/mounts, options or errors.
. "$(dirname -- "$0")/lib.sh"

start_switch
mkdir -p "$M"
secret=$PASSWORD
export -n ESL_SECRET LIVE_PASSWORD
status_of() {
  local status=0
  quick "$@" >"$WORK/said" 2>&1 </dev/null || status=$?
  echo "$status"
}
seen_nowhere() {
  local pid=$1
  check_not grep -aqF "$secret" "/proc/$pid/cmdline"
  check_not grep -aqF "$secret" "/proc/$pid/environ"
  check_not grep -qF "$secret" /proc/self/mountinfo
  check_not grep -rqF "$secret" "$M/eslfs"
  check_not grep -qF "$secret" "$M/README"
  check_not grep -qF "$secret" "$WORK/eslfs.out"
}

note "the environment"
start_mount
seen_nowhere "$mount_pid"
stop_mount

note "a file"
printf '%s\nother lines\n' "$secret" >"$WORK/secret"
chmod 600 "$WORK/secret"
ESL_PASSWORD=wrong "$ESLFS" -f -o "password_file=$WORK/secret" "$HOST:$PORT" "$M" >"$WORK/eslfs.out" 2>&1 &
mount_pid=$!
await mount_is_ready
seen_nowhere "$mount_pid"
check grep -qF "password_file=$WORK/secret" "$M/eslfs/options"
stop_mount

note "a file whose lines end in CR LF, and one whose password can't be one"
printf '%s\r\nother lines\r\n' "$secret" >"$WORK/secret"
G_MESSAGES_DEBUG=all "$ESLFS" -d -o "password_file=$WORK/secret" "$HOST:$PORT" "$M" >"$WORK/eslfs.out" 2>&1 &
mount_pid=$!
await mount_is_ready
seen_nowhere "$mount_pid"
stop_mount
printf '%s\rx\n' "$secret" >"$WORK/secret"
same 78 "$(status_of "$ESLFS" -o "password_file=$WORK/secret" "$HOST:$PORT" "$M")"
contains "$(cat "$WORK/said")" "password can't have a line end"
check_not grep -qF "$secret" "$WORK/said"
printf '[odd]\r\nhost = %s\r\nport = %s\r\npassword = %s\r\n' "$HOST" "$PORT" "$secret" >"$WORK/fs_cli.conf"
"$ESLFS" -f -o "conf=$WORK/fs_cli.conf" odd "$M" >"$WORK/eslfs.out" 2>&1 &
mount_pid=$!
await mount_is_ready
stop_mount

note "a file that others may read, none, an empty one"
chmod 644 "$WORK/secret"
same 78 "$(status_of "$ESLFS" -o "password_file=$WORK/secret" "$HOST:$PORT" "$M")"
contains "$(cat "$WORK/said")" "chmod 600"
check_not grep -qF "$secret" "$WORK/said"
same 78 "$(status_of "$ESLFS" -o "password_file=$WORK/none" "$HOST:$PORT" "$M")"
: >"$WORK/empty"
chmod 600 "$WORK/empty"
same 78 "$(status_of "$ESLFS" -o "password_file=$WORK/empty" "$HOST:$PORT" "$M")"

note "no password and no terminal"
same 78 "$(status_of setsid -w "$ESLFS" "$HOST:$PORT" "$M")"
contains "$(cat "$WORK/said")" ESL_PASSWORD
check_not is_mounted "$M"

note "asked for at a terminal, without echo"
"$PYTHON" - "$ESLFS" "$HOST:$PORT" "$M" "$secret" >"$WORK/terminal" <<'END'
import os, pty, sys
eslfs, target, mount, secret = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execv(eslfs, [eslfs, target, mount])
seen = b''
while b'Password' not in seen:
    seen += os.read(terminal, 1000)
os.write(terminal, secret.encode() + b'\n')
_, status = os.waitpid(pid, 0)
try:
    while piece := os.read(terminal, 1000):
        seen += piece
except OSError:
    pass
assert status == 0, (status, seen)
assert secret.encode() not in seen, seen
END
check test -s "$M/README"
fusermount3 -u "$M"

note "a prompt that a key or a signal ends leaves the terminal as it was"
"$PYTHON" - "$ESLFS" "$HOST:$PORT" "$M" "$secret" <<'END'
import os, pty, signal, sys, termios, time
eslfs, target, mount, secret = sys.argv[1:]

def start():
    """eslfs as a shell starts it: a foreground group of its own in a session that outlives it."""
    read_end, write_end = os.pipe()
    leader, terminal = pty.fork()
    if leader == 0:
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(0, os.getpid())
            for number in (signal.SIGTTOU, signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)  # the case's own may be ignored
            os.execv(eslfs, [eslfs, target, mount])
        os.write(write_end, b'%d\n' % pid)
        while True:
            _, status = os.waitpid(pid, os.WUNTRACED)
            os.write(write_end, b'%d\n' % status)
            if not os.WIFSTOPPED(status):
                signal.pause()
    os.close(write_end)
    return leader, terminal, os.fdopen(read_end)

def prompt(pid, terminal):
    """Reads the prompt, and waits until eslfs waits for what is typed."""
    seen = b''
    while b'Password of' not in seen or not seen.endswith(b': '):
        seen += os.read(terminal, 1000)
    while open(f'/proc/{pid}/stat').read().rpartition(')')[2].split()[0] != 'S':
        time.sleep(0.01)

def flags(terminal):
    return termios.tcgetattr(terminal)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)

for end in (b'\x03', b'\x1c', b'\x1a', signal.SIGTERM, signal.SIGHUP):
    leader, terminal, news = start()
    pid = int(news.readline())
    shown = flags(terminal) | termios.ECHO
    prompt(pid, terminal)
    assert not flags(terminal) & termios.ECHO, end
    if isinstance(end, bytes):
        os.write(terminal, end)
    else:
        os.kill(pid, end)
    status = int(news.readline())
    assert flags(terminal) == shown, (end, flags(terminal))
    if end == b'\x1a':
        assert os.WIFSTOPPED(status), status
        os.kill(pid, signal.SIGCONT)
        prompt(pid, terminal)
        assert not flags(terminal) & termios.ECHO
        os.kill(pid, signal.SIGINT)
        status = int(news.readline())
        assert flags(terminal) == shown
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) != 0, (end, status)
    os.kill(leader, signal.SIGKILL)
    os.waitpid(leader, 0)
END
check_not is_mounted "$M"
