#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Mounts and unmounts, again and again, leave no process, no mount and no memory.
# live: no, the switch's log would fill
. "$(dirname -- "$0")/lib.sh"

start_switch
mkdir -p "$M"
rounds=1000
[ "${ESLFS_SOAK-}" != short ] || rounds=40
export ESL_PASSWORD=$PASSWORD
for ((i = 0; i < rounds; i++)); do
  start_daemon "$HOST:$PORT" "$M" || fail "round $i: $(cat "$WORK/said")"
  [ -s "$M/README" ] || fail "round $i: no README"
  if ((i % 3 == 0)); then cat "$M/channels" "$M/events" >"$WORK/read"; fi
  fusermount3 -u "$M" || fail "round $i"
  daemon_ends
done
check_not is_mounted "$M"
switch_api status >/dev/null
note "$rounds rounds; the switch has no connection left"
# Established ones (state 01) whose near end is the switch's port.
nobody_is_connected() {
  awk -v port="$(printf ':%04X$' "$PORT")" '$4 == "01" && $2 ~ port { n++ } END { exit n > 0 }' /proc/net/tcp
}
await nobody_is_connected
