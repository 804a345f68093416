#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# While the switch answers nothing: look-ups, listings and values come from memory, reads that must ask fail at their deadline, and all is well after it.
# live: no, it stalls the switch
. "$(dirname -- "$0")/lib.sh"

start_switch --heartbeat 3600
start_mount -o query_timeout=400,command_timeout=700
channel
cat "$M/calls/$u/vars" >"$WORK/before"
switch_api "sim stall 3000" >/dev/null

note "from memory, before the switch has come back"
quick find "$M" -path "$M/calls/$u/var" -prune -o -ls >"$WORK/found"
check grep -q "calls/$u/callstate" "$WORK/found"
same_output ACTIVE cat "$M/calls/$u/callstate"
check quick cat "$M/channels" "$M/channels.json" "$M/events" "$M/eslfs/connection" >/dev/null
note "with a deadline"
check_not quick cat "$M/calls/$u/vars" 2>"$WORK/message"
contains "$(cat "$WORK/message")" "Connection timed out"
same ETIMEDOUT "$(wrote "$M/api/echo" 'x\n')"
contains "$(tail -n 1 "$M/eslfs/errors")" "api/echo"

note "afterwards"
answers() {
  cat "$M/calls/$u/vars" >"$WORK/after" 2>/dev/null
}
await answers
check cmp "$WORK/before" "$WORK/after"
ask_again() {
  [ "$(wrote "$M/api/echo" 'again\n')" = OK ]
}
await ask_again
same again "$(cat "$M/api/echo")"
hang_up "$u"
