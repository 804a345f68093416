#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# eslfs --demo finds eslfs-sim beside itself, else where it was installed; else it says where it looked.
# live: no, it is a switch of its own
. "$(dirname -- "$0")/lib.sh"

mkdir -p "$M" "$WORK/alone" "$WORK/installed"
cp "$ESLFS" "$WORK/alone/eslfs"
cp "$ESLFS_SIM" "$WORK/installed/eslfs-sim"
ESLFS=$WORK/alone/eslfs
bindir=$(meson introspect "$BUILD" --buildoptions 2>/dev/null |
  jq -r 'map({(.name): .value}) | add | .prefix + "/" + .bindir') || bindir=/usr/local/bin

if [ ! -e "$bindir/eslfs-sim" ]; then
  note "neither here nor there"
  for more in "" -f; do
    status=0
    start_daemon ${more:+"$more"} --demo "$M" || status=$?
    same 69 "$status"
    contains "$(cat "$WORK/said")" "eslfs-sim was not found beside eslfs in $WORK/alone, nor in $bindir"
    contains "$(cat "$WORK/said")" "meson compile"
    daemon_ends
    check_not is_mounted "$M"
  done
  note "a directory of that name is none"
  mkdir "$WORK/alone/eslfs-sim"
  check_not start_daemon --demo "$M"
  contains "$(cat "$WORK/said")" "not found"
  daemon_ends
  rmdir "$WORK/alone/eslfs-sim"
fi

note "something else of that name"
printf '#!/bin/sh\nexit 3\n' >"$WORK/alone/eslfs-sim"
chmod +x "$WORK/alone/eslfs-sim"
status=0
start_daemon --demo "$M" || status=$?
same 69 "$status"
contains "$(cat "$WORK/said")" "eslfs-sim did not start"
daemon_ends
rm "$WORK/alone/eslfs-sim"

note "where it was installed"
if [ -d "$bindir" ] && unshare --mount true 2>/dev/null; then
  # shellcheck disable=SC2016  # they are the inner shell's
  check quick unshare --mount sh -e -c '
    mount --bind "$1/installed" "$2"
    "$1/alone/eslfs" --demo "$3"
    test -s "$3/README"
    fusermount3 -u "$3"' sh "$WORK" "$bindir" "$M"
fi

note "beside eslfs"
cp "$ESLFS_SIM" "$WORK/alone/eslfs-sim"
check start_daemon --demo "$M"
check test -s "$M/README"
fusermount3 -u "$M"
daemon_ends
