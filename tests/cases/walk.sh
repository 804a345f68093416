#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# grep -r, find, cp -r, tar, du and ls -R over the mount end, and the switch sees nothing but questions.
. "$(dirname -- "$0")/lib.sh"

start_switch --calls 5
start_proxy
start_mount
channel
echo "a b c" >"$M/calls/$u/var/odd"
: >"$WORK/wire"
reader live "$M/events"

walk() { # COMMAND...: its status may tell of calls that ended meanwhile; a hang is 124
  local status=0
  quick "$@" >"$WORK/walk.out" 2>"$WORK/walk.err" || status=$?
  check test "$status" -lt 100
}
walk grep -r "no such text at all" "$M"
walk find "$M" -ls
check grep -q "calls/$u/vars" "$WORK/walk.out"
walk cp -r "$M" "$WORK/copy"
check cmp "$M/calls/$u/uuid" "$WORK/copy/calls/$u/uuid"
check grep -q '^uuid=' "$WORK/copy/calls/$u/vars"
check test -s "$WORK/copy/README"
check test -s "$WORK/copy/events"
walk tar cf "$WORK/tar" -C "$M" .
check test "$(tar tf "$WORK/tar" | wc -l)" -gt 100
walk tar cf /dev/null "$M"
walk ls -laR "$M"
walk du -s "$M"
walk find "$M" -type f -exec head -c 1 {} +
walk find "$M" -size +0 -newermt yesterday
walk bash -c 'shopt -s globstar; for f in "$1"/**; do [ -e "$f" ] || [ -L "$f" ]; done' - "$M"

note "what the switch was asked"
sed 's/^[0-9]*\t//; s/\t.*//' "$WORK/wire" | sort | uniq -c | sort -rn | sed -E 's/[0-9a-f]{8}-[0-9a-f-]{27}/UUID/g; s/auth .*/auth/' |
  sort -u -k 2 | head -n 40
find "$M/query" -type f -printf 'api %f\n' >"$WORK/listed" # tests/unit/tree/test-query.c knows what each is
acting=$(sed 's/^[0-9]*\t//; s/\t.*//' "$WORK/wire" | grep -vxFf "$WORK/listed" |
  grep -vE '^(auth|event|nixevent|filter|log|nolog|noevents) |^api (show (api|interfaces|application|channels|calls|bridged_calls)( as json)?|uuid_dump [^ ]+( json)?|global_getvar( core_uuid)?)$' || true)
same "" "$acting" "commands that are no questions"
check test -d "$M/calls/$u"
check runs "$mount_pid"
