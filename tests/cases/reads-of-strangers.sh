#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Another user's reads reach the switch at a bounded rate, and the owner's don't wait for them.
. "$(dirname -- "$0")/lib.sh"

if [ "$(id -u)" -ne 0 ] || [ ! -x "$(command -v setpriv)" ]; then skip "only root can be somebody else"; fi
start_switch
chmod 755 "$WORK"
as() { # UID COMMAND...
  local uid=$1
  shift
  quick setpriv --reuid "$uid" --regid "$uid" --clear-groups -- "$@"
}
as 12345 test -d "$WORK" || skip "other users can't come to $WORK"

# read_all UID: reads of dumps that nothing shares, all at once; prints how many were answered.
read_all() {
  local i pids=()
  for i in "${uuids[@]}"; do
    as "$1" cat "$M/calls/$i/dump.json" >"$WORK/dump.$i" 2>/dev/null &
    pids+=($!)
  done
  local n=0
  for i in "${pids[@]}"; do if wait "$i"; then n=$((n + 1)); fi; done
  echo "$n"
}

start_mount -o allow_other,umask=022,read_rate=1,query_timeout=500,uid=12346
channels 20
n=$(read_all 12345)
[ "$n" -ge 1 ] || fail "nothing was answered"
[ "$n" -lt 20 ] || fail "all was answered at once, for all that read_rate= says"
check grep -q "uid 12345	.*Connection timed out.*it was never sent" "$M/eslfs/errors"
same 20 "$(read_all 12346)" "the owner's reads"
same 20 "$(read_all 0)" "root's reads"
check is_up
stop_mount

note "without a bound all are answered, each user in turn"
start_mount -o allow_other,umask=022,read_rate=0
await test -d "$M/calls/${uuids[-1]}"
same 20 "$(read_all 12345)"
check grep -qx "read_rate=0" "$M/eslfs/options"
