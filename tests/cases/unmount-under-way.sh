#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# An unmount while commands are under way, of every kind, answers each of them and ends with status 0 and nothing leaked.
# live: no, it stalls the switch
. "$(dirname -- "$0")/lib.sh"

start_switch

# The mount waits for the stalled switch.
under_way() {
  awk -F '\t' '$1 == "write" || $1 == "read" { n += $6 } END { exit n == 0 }' "$M/eslfs/connection"
}
# unmount_with WHAT COMMAND...: runs the command on a fresh mount whose switch has stalled.
unmount_with() {
  local status=0 what=$1
  shift
  note "$what"
  start_mount
  channel
  switch_api sim stall 2000 >/dev/null
  "$@" &
  local writer=$!
  await under_way
  kill -TERM "$mount_pid"
  wait "$mount_pid" || status=$?
  mount_pid=''
  same 0 "$status" "eslfs's status after $what"
  wait "$writer" || true
  await switch_api uuid_exists "$u" >/dev/null
}
digits() {
  exec 3<>"$M/calls/$u/dtmf"
  echo 123 >&3
  await test ! -d "$M/calls"
  exec 3<&-
}
talk() { # FILE LINE
  exec 3<>"$1"
  echo "$2" >&3
  await test ! -d "$M/calls"
  exec 3<&-
}
written() { # FILE LINE
  echo "$2" >"$1" 2>/dev/null
}
files() { # those of calls/U, by name: u is known only once the mount is there
  local how=$1 name=$2
  "$how" "$M/calls/$u/$name" "$3"
}

unmount_with "digits that are being sent" digits
unmount_with "digits that somebody waits for" files written dtmf 1
unmount_with "a conversation's command" talk "$M/api/status" ""
unmount_with "a conversation's job" talk "$M/bgapi" status
unmount_with "a job's start" written "$M/bgapi" status
unmount_with "an application" files written execute "set a=b"
unmount_with "a conversation's application" files talk execute "set a=b"
unmount_with "an application that is not in the catalogue" files written execute there_is_no_such_application
unmount_with "a variable" files written vars a=b
