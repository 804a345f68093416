#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# mount-helpers/quickstart: builds, mounts the demo switch or a named one, shows it, and can be run again.
# live: no, it starts the demo switch
. "$(dirname -- "$0")/lib.sh"

start_switch
export BUILD HOME=$WORK/home ESL_PASSWORD=$PASSWORD
mkdir -p "$HOME"
quickstart() {
  # It builds, which may take long.
  PATIENCE=200 quick "$ROOT/mount-helpers/quickstart" "$@" >"$WORK/said" 2>&1
}
says() {
  contains "$(cat "$WORK/said")" "$1" "what quickstart said"
}
source_at() {
  findmnt -n -o SOURCE "$M"
}
check quickstart "$M"
says "A FreeSWITCH switch as files"
says "fusermount3 -u $M"
says "vars"
same demo "$(source_at)"
note "again"
check quickstart "$M"
says "mounted at $M already"
note "another switch in its place"
check quickstart "$HOST:$PORT" "$M"
same "$HOST:$PORT" "$(source_at)"
check quickstart "$HOST:$PORT" "$M"
says "mounted at $M already"
fusermount3 -u "$M"

note "~ and a directory that is in use"
# shellcheck disable=SC2088  # quickstart expands it
check quickstart '~/demo'
check test -s "$HOME/demo/README"
fusermount3 -u "$HOME/demo"
mkdir -p "$WORK/full"
echo x >"$WORK/full/file"
check_not quickstart "$WORK/full"
says "not empty"
check_not quickstart a b c
check quickstart --help

note "who may not mount is told so, before anything is built"
another() { setpriv --reuid 12345 --clear-groups "$@"; }
if [ "$(id -u)" -eq 0 ] && ! another test -w /dev/fuse && another test -r "$ROOT/mount-helpers/quickstart"; then
  status=0
  quick setpriv --reuid 12345 --clear-groups "$ROOT/mount-helpers/quickstart" "$M" >"$WORK/said" 2>&1 || status=$?
  same 1 "$status"
  says "/dev/fuse"
fi
