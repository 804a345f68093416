#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The link is cut and mended: EHOSTDOWN meanwhile, then the same calls, live readers go on, and a gap record tells.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_proxy
start_mount
channel
before=$u
channel
ended=$u
exec 5>"$M/api/msleep"
exec 6<>"$M/api/msleep"
echo 60000 >&6
reader live "$M/events.json"
exec 7<"$M/events.json"
exec 8<"$M/calls/$before"
sleeper_status() {
  local status=0
  "$PYTHON" -c 'import errno, os, sys
try:
    os.write(5, b"60000\n")
except OSError as error:
    print(errno.errorcode[error.errno])' || status=$?
  return "$status"
}
sleeper_status >"$WORK/sleeper" 2>&1 &
sleeper=$!
is_asked() {
  [ "$(awk -F '\t' '$6 == "1" { n++ } END { print n + 0 }' "$M/eslfs/connection")" -ge 2 ]
}
await is_asked

cut_wire
await is_down
note "while the link is down"
await not runs "$sleeper"
same ECONNRESET "$(cat "$WORK/sleeper")" "a command in flight"
same_output "-ERR link lost" cat <&6 # a conversation under way
same EHOSTDOWN "$(wrote "$M/api/echo" 'x\n')"
same EHOSTDOWN "$(wrote "$M/calls/$before/execute" 'set a=b\n')"
check_not quick cat "$M/calls/$before/vars" 2>"$WORK/message"
contains "$(cat "$WORK/message")" "Host is down"
check quick ls -l "$M" "$M/calls" >/dev/null
check quick cat "$M/README" "$M/eslfs/options" >/dev/null
check quick cat "$M/events" >"$WORK/events.meanwhile"
check grep -q '^error ' "$M/eslfs/connection"
status=0
quick grep -r no-such-text "$M" >/dev/null 2>&1 || status=$?
check test "$status" -lt 100
switch_api "uuid_kill $ended" >/dev/null
switch_api "uuid_setvar $before changed meanwhile" >/dev/null

mend_wire
await is_up
note "after it"
has_gap() {
  has_event "$WORK/live" Event-Subclass eslfs::gap
}
await has_gap
same false "$(jq -r 'select(."Event-Subclass" == "eslfs::gap") | ."Switch-Restarted"' <"$WORK/live")"
await test ! -e "$M/calls/$ended"
check test -d "$M/calls/$before"
same meanwhile "$(cat "$M/calls/$before/var/changed")"
await has_event "$WORK/live" Event-Subclass eslfs::resync
contains_output eslfs::gap cat <&7
same OK "$(wrote "$M/api/echo" 'again\n')"
channel
await has_event "$WORK/live" Unique-ID "$u"
hang_up "$u"
