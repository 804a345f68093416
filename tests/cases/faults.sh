#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What a switch can do to its clients: a notice and the end, garbage, half a reply, a flood; each leaves a record and a mount that works.
# live: no, it makes faults
. "$(dirname -- "$0")/lib.sh"

start_switch --heartbeat 3600
start_mount
channel
keep=$u
reader live "$M/events.json"
gaps() {
  jq -s 'map(select(."Event-Subclass" == "eslfs::gap")) | length' <"$WORK/live"
}
works() {
  [ "$(wrote "$M/api/echo" 'hello\n')" = OK ] && [ "$(cat "$M/api/echo")" = hello ] \
    && cat "$M/calls/$keep/vars" >/dev/null 2>&1
}
for fault in drop drop-notice garbage "down 300"; do
  note "sim $fault"
  before=$(gaps)
  # The connection that asks may be the first to go.
  switch_api "sim $fault" >/dev/null 2>&1 || true
  another_gap() {
    [ "$(gaps)" -gt "$before" ]
  }
  await another_gap
  await works
  check is_up
done

note "half a reply to a written command: its outcome is not known, and it is not sent again"
same ECONNRESET "$(wrote "$M/api/sim" 'kill-api\n')"
await works

note "a flood"
exec 3<>"$M/events.json"
echo "event json CUSTOM sim::flood" >&3
switch_api "sim flood 20000 500" >/dev/null
quick head -n 20000 <&3 >"$WORK/flood"
same 20000 "$(wc -l <"$WORK/flood")"
exec 3>&-
check works
