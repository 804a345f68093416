#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is installed is where it should be; systemd likes the unit, and its commands do what it says.
# live: no, it is about mounting, whatever the switch
. "$(dirname -- "$0")/lib.sh"

command -v meson >/dev/null || skip "there is no meson to install with"
note "meson install"
check meson install -C "$BUILD" --no-rebuild --quiet --destdir "$WORK/dest" >"$WORK/install.log" 2>&1
prefix=$WORK/dest/usr/local
check test -x "$prefix/bin/eslfs"
check test -x "$prefix/bin/eslfs-sim"
check test -x "$WORK/dest/sbin/mount.eslfs"
same mount.eslfs "$(readlink "$WORK/dest/sbin/mount.fuse.eslfs")"
check grep -q ':/usr/local/bin:' "$WORK/dest/sbin/mount.eslfs"
unit=$prefix/lib/systemd/system/eslfs@.service
check grep -q '^ExecStart=/usr/local/bin/eslfs ' "$unit"

note "no mount namespace, or nobody would see the mount"
check_not grep -E '^(Private|Protect|ReadOnly|ReadWrite|Inaccessible|Temporary|Bind|Root|DynamicUser|Mount)' "$unit"

if command -v systemd-analyze >/dev/null; then
  note "systemd-analyze verify"
  mkdir "$WORK/units"
  sed "s,/usr/local/bin,$prefix/bin," "$unit" >"$WORK/units/eslfs@.service"
  systemd-analyze verify --man=no "$WORK/units/eslfs@pbx.service" >"$WORK/verify" 2>&1 ||
    fail "systemd says: $(cat "$WORK/verify")"
  same "" "$(cat "$WORK/verify")" "what systemd says"
fi

# shellcheck disable=SC2119
start_switch
# What systemd would run: %i and %I are the instance, the settings are those of its .conf.
command_of() { # SETTING
  sed -n "s,^$1=-*,,p" "$unit" | sed "s,^/usr/local/bin,$BUILD/src,"
}
# With no more capabilities than the unit leaves, and none to be won.
as_service() {
  local bounds
  bounds=$(sed -n 's/^CapabilityBoundingSet=//p' "$unit" | tr '[:upper:]' '[:lower:]' | sed 's/cap_/+/g; s/ /,/g')
  check test -n "$bounds"
  if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    exec setpriv --no-new-privs --bounding-set "-all,$bounds" --inh-caps -all -- "$@"
  fi
  exec "$@"
}
settings=$(sed -n 's/^Environment=//p' "$unit" | sed "s,%[iI],127.0.0.1,g")
become() { # SETTING
  # shellcheck disable=SC2086  # each setting is a word
  as_service env -- $settings "SOURCE=$HOST:$PORT" "DIR=$M" "OPTIONS=-o loglevel=5" \
    sh -c "exec $(command_of "$1")"
}
run() { # SETTING
  (become "$1")
}
note "ExecStart with the password from LoadCredential=, until READY=1"
mkdir "$WORK/credentials"
echo "$PASSWORD" >"$WORK/credentials/password"
"$PYTHON" - "$WORK/notify" "$WORK/said" <<'END' &
import os, socket, sys
sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
sock.bind(sys.argv[1])
data = sock.recv(4096)
with open(sys.argv[2] + '.part', 'wb') as file:
    file.write(data)
os.rename(sys.argv[2] + '.part', sys.argv[2])
END
await test -S "$WORK/notify"
run ExecStartPre
CREDENTIALS_DIRECTORY=$WORK/credentials NOTIFY_SOCKET=$WORK/notify become ExecStart >"$WORK/eslfs.out" 2>&1 &
mount_pid=$!
await test -e "$WORK/said"
same READY=1 "$(cat "$WORK/said")"
check test -e "$M/README"
check grep -qx loglevel=5 "$M/eslfs/options"
check grep -qx retry=yes "$M/eslfs/options"

note "ExecStop, and ExecStopPost when there is nothing left to do"
run ExecStop
status=0
wait "$mount_pid" || status=$?
mount_pid=''
same 0 "$status" "the exit status after ExecStop"
check_not is_mounted "$M"
run ExecStopPost || true

note "ExecStopPost after a crash"
CREDENTIALS_DIRECTORY=$WORK/credentials become ExecStart >"$WORK/eslfs.out" 2>&1 &
mount_pid=$!
await is_mounted "$M"
kill -9 "$mount_pid"
wait "$mount_pid" || true
mount_pid=''
check is_mounted "$M"
check_not test -e "$M/README"
run ExecStopPost
check_not is_mounted "$M"
