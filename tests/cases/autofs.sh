#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Many switches under one directory of autofs, as docs/fleet.md has it: mounted at the first look, each for itself, let go when idle.
# live: no, it is about mounting, whatever the switch
#
# In a mount namespace of its own, where an overlay puts our helper into /sbin.
. "$(dirname -- "$0")/lib.sh"

if [ "$(id -u)" -ne 0 ]; then skip "automount wants root"; fi
command -v automount >/dev/null || skip "there is no automount here (Debian's autofs)"
grep -qw autofs /proc/filesystems || skip "this kernel has no autofs"
if [ -z "${INSIDE-}" ]; then
  unshare -m true 2>/dev/null || skip "no mount namespaces here"
  exec unshare -m env INSIDE=yes bash "$0"
fi

mkdir "$WORK/sbin" "$WORK/fleet"
sed "s,@bindir@,$BUILD/src," "$ROOT/mount-helpers/mount.eslfs.in" >"$WORK/sbin/mount.eslfs"
chmod +x "$WORK/sbin/mount.eslfs"
mount -t overlay -o "lowerdir=$WORK/sbin:$(readlink -f /sbin)" none "$(readlink -f /sbin)" 2>/dev/null ||
  skip "no overlays here"

# shellcheck disable=SC2119
start_switch
profile() { # NAME PORT PASSWORD
  printf '[%s]\nhost => %s\nport => %s\npassword => %s\n' "$1" "$HOST" "$2" "$3"
}
{
  profile one "$PORT" "$PASSWORD"
  profile two "$PORT" "$PASSWORD"
  profile three "$PORT" "$PASSWORD"
  profile away 1 "$PASSWORD"
  profile wrong "$PORT" not-the-password
} >"$WORK/conf"
echo "$WORK/fleet $WORK/auto.fleet --timeout=600 browse -fstype=eslfs,retry" >"$WORK/auto.master"
{
  printf "%s -conf=$WORK/conf :&\n" one two away wrong
  echo "* -conf=$WORK/conf,event_buffer=1M :&"
} >"$WORK/auto.fleet"
# The kernel lets its process group see the bare directories.
setsid automount -f -v -p "$WORK/automount.pid" "$WORK/auto.master" >"$WORK/automount.log" 2>&1 &
automount=$!
await is_mounted "$WORK/fleet"
cd "$WORK/fleet"
same_output $'away\none\ntwo\nwrong' ls # what can be seen before anything is mounted
check_not is_mounted "$WORK/fleet/one"

note "all at once"
check quick head -n 1 -- */eslfs/connection >"$WORK/connections" 2>&1
contains "$(cat "$WORK/connections")" $'==> one/eslfs/connection <==\nconnected yes'
contains "$(cat "$WORK/connections")" $'==> two/eslfs/connection <==\nconnected yes'
contains "$(cat "$WORK/connections")" $'==> away/eslfs/connection <==\nconnected no'
check_not is_mounted "$WORK/fleet/wrong"
check grep -q "refuses the password" "$WORK/automount.log"
note "one that cannot be seen, by the wildcard"
check quick test -e three/README
check grep -qx event_buffer=1048576 three/eslfs/options
check grep -qx retry=yes three/eslfs/options

note "a daemon that dies takes nobody along"
pid=$(pgrep -f -- "^eslfs .*$WORK/fleet/two\$")
kill -9 "$pid"
await not runs "$pid"
check_not quick cat two/channels 2>/dev/null
check quick cat one/channels >/dev/null
umount -l two
check quick cat two/channels >/dev/null

note "what is not in use goes, what is read stays"
reader seen one/events.json
kill -USR1 "$automount"
await not is_mounted "$WORK/fleet/two"
await not is_mounted "$WORK/fleet/three"
check is_mounted "$WORK/fleet/one"
check quick cat two/channels >/dev/null
stop_reader seen

cd /
kill "$automount"
wait "$automount" || true
no_daemon() {
  ! pgrep -f -- "^eslfs .*$WORK/fleet/" >/dev/null
}
await no_daemon
