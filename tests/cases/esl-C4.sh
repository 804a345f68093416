#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# C4 connected: the first line of eslfs/connection; open for both, it waits for the change.
. "$(dirname -- "$0")/lib.sh"

start_switch
start_proxy
start_mount
same "connected yes" "$(head -n 1 "$M/eslfs/connection")"
reader changes "$M/eslfs/connection"
told() { # LINE COUNT: so many times
  [ "$(grep -c "^$1$" "$WORK/changes")" -ge "$2" ]
}
await told "connected yes" 1
exec 3<>"$M/eslfs/connection"
waiting() { # reads from fd 3 until it says so
  local line
  while read -r line; do [ "$line" != "$1" ] || return 0; done
  return 1
}
check waiting "connected yes" <&3

cut_wire
check quick bash -c "$(declare -f waiting); waiting 'connected no'" <&3
same "connected no" "$(head -n 1 "$M/eslfs/connection")"
await told "connected no" 1
check grep -q '^error ' "$M/eslfs/connection"
mend_wire
check quick bash -c "$(declare -f waiting); waiting 'connected yes'" <&3
same "connected yes" "$(head -n 1 "$M/eslfs/connection")"
check_not grep -q '^error ' "$M/eslfs/connection"
exec 3>&-
