#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mount -t eslfs, mount -t fuse.eslfs, fstab lines, umount: all with the real mount(8).
# live: no, it is about mounting, whatever the switch
#
# mount(8) looks for its helpers in /sbin and for its table in /etc/fstab, so this case runs in a
# mount namespace of its own, where an overlay and a bind mount put ours there.
. "$(dirname -- "$0")/lib.sh"

if [ "$(id -u)" -ne 0 ]; then skip "mount(8) wants root"; fi
if [ -z "${INSIDE-}" ]; then
  unshare -m true 2>/dev/null || skip "no mount namespaces here"
  exec unshare -m env INSIDE=yes bash "$0"
fi

mkdir -p "$WORK/sbin" "$M"
sed "s,@bindir@,$BUILD/src," "$ROOT/mount-helpers/mount.eslfs.in" >"$WORK/sbin/mount.eslfs"
chmod +x "$WORK/sbin/mount.eslfs"
ln -s mount.eslfs "$WORK/sbin/mount.fuse.eslfs"
mount -t overlay -o "lowerdir=$WORK/sbin:$(readlink -f /sbin)" none "$(readlink -f /sbin)" 2>/dev/null ||
  skip "no overlays here"
cp /etc/fstab "$WORK/fstab" 2>/dev/null || touch "$WORK/fstab"
[ -e /etc/fstab ] || skip "there is no /etc/fstab to put another in place of"
mount --bind "$WORK/fstab" /etc/fstab

# shellcheck disable=SC2119
start_switch
(umask 077 && echo "$PASSWORD" >"$WORK/password")
words="password_file=$WORK/password"
umount_and_wait() {
  local pid
  pid=$(daemon)
  check umount "$M"
  await not runs "$pid"
}
daemon() {
  pgrep -f -- "^eslfs .*$M\$" || fail "no eslfs serves $M"
}
# status EXPECTED COMMAND...: its output goes to $WORK/out.
status() {
  local expected=$1 got=0
  shift
  "$@" >"$WORK/out" 2>&1 || got=$?
  same "$expected" "$got" "the exit status of $* ($(cat "$WORK/out"))"
}

for type in eslfs fuse.eslfs; do
  note "mount -t $type"
  status 0 mount -t "$type" "$HOST:$PORT" "$M" -o "$words"
  same "$HOST:$PORT fuse.eslfs" "$(findmnt -n -o SOURCE,FSTYPE "$M" | tr -s ' ')"
  same connected "$(cut -d' ' -f1 "$M/eslfs/connection" | head -n 1)"
  umount_and_wait
done

note "mount's own switches: -s -n -v -r, -f, -N"
status 0 mount -s -n -v -r -t eslfs -o "$words,nobody_knows=this" "$HOST:$PORT" "$M"
contains "$(cat "$WORK/out")" "mount.eslfs: eslfs -s"
contains ",$(findmnt -n -o OPTIONS "$M")," ,ro,
check_not eval 'echo 7 2>/dev/null >"$M/eslfs/loglevel"'
umount_and_wait
status 0 mount -f -t eslfs -o "$words" "$HOST:$PORT" "$M"
check_not is_mounted "$M"
unshare -m sh -c 'echo $$ >"$1"; read -r _' sh "$WORK/other" < <(sleep 1000 & echo $! >"$WORK/sleep"; wait) &
other_shell=$!
await test -s "$WORK/other"
other=$(cat "$WORK/other")
status 0 mount -N "$other" -t eslfs -o "$words" "$HOST:$PORT" "$M"
check_not is_mounted "$M"
check nsenter "--mount=/proc/$other/ns/mnt" test -e "$M/README"
pid=$(daemon)
check nsenter "--mount=/proc/$other/ns/mnt" umount "$M"
await not runs "$pid"
kill "$(cat "$WORK/sleep")" "$other_shell"

note "a line of fstab, with what mount(8), systemd and autofs add"
echo "$HOST:$PORT $M eslfs $words,_netdev,nofail,noauto,user,x-systemd.automount,x-systemd.mount-timeout=15,X-mount.mkdir,comment=x 0 0" >>"$WORK/fstab"
rmdir "$M"
status 0 mount "$M"
check test -e "$M/README"
check_not test -u "$M/README"
contains ",$(findmnt -n -o OPTIONS "$M")," ,nosuid,
status 0 mount -a -t eslfs,fuse.eslfs
same 1 "$(grep -c " $M " /proc/self/mountinfo)" "mounts at $M after mount -a"
umount_and_wait
sed 's/,noauto//' "$WORK/fstab" >"$WORK/fstab.auto"
cat "$WORK/fstab.auto" >"$WORK/fstab" # the same file: it is mounted
status 0 mount -a -t eslfs
status 0 mount -a -t eslfs
same 1 "$(grep -c " $M " /proc/self/mountinfo)" "mounts at $M after mount -a, twice"
umount_and_wait

note "a name with odd characters, and SOURCE as a profile"
printf '[a, b]\nhost = %s\nport = %s\npassword = %s\n' "$HOST" "$PORT" "$PASSWORD" >"$WORK/conf"
status 0 mount -t eslfs -o "conf=$WORK/conf" "a, b" "$M"
same "a, b" "$(findmnt -n -o SOURCE "$M")"
umount_and_wait

note "exit statuses: 1 usage, 2 system, 32 failure"
status 1 mount -t eslfs -o "$words,nobody_knows=this" "$HOST:$PORT" "$M"
contains "$(cat "$WORK/out")" "nobody_knows"
status 1 mount.eslfs "$HOST:$PORT"
status 1 mount.eslfs -z a b
status 1 mount.eslfs a b c
echo wrong >"$WORK/password"
status 32 mount -t eslfs -o "$words" "$HOST:$PORT" "$M"
contains "$(cat "$WORK/out")" "password"
status 32 mount -t eslfs -o "$words" "127.0.0.1:1" "$M"
mv "$WORK/sbin/mount.eslfs" "$WORK/helper"
sed 's,^PATH=.*,PATH=/nonexistent,' "$WORK/helper" >"$WORK/no-path"
PATH=$PATH status 2 sh "$WORK/no-path" "$HOST:$PORT" "$M"
check_not is_mounted "$M"
